//! What a room and the media plane say to each other, by value: commands go to the worker that holds a
//! peer, events come back to the room. Nothing here assumes that both run on one thread or one machine.

use std::sync::Arc;
use std::time::Duration;

use crate::id::{Bitrate, Mid, PayloadType, PeerId, Rid, Ssrc, SubscriptionId, TrackId};

/// Sound or picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Picture.
    Video,
}

/// How a payload is encoded, as far as forwarding must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// RFC 7587, 48 kHz.
    Opus,
    /// RFC 7741, 90 kHz.
    Vp8,
    /// RFC 6184, 90 kHz.
    H264 {
        /// `profile-level-id`, 24 bits.
        profile_level_id: u32,
        /// `packetization-mode`, 0 or 1.
        packetization_mode: u8,
    },
}

impl Codec {
    /// Ticks of the RTP clock in one second.
    pub const fn clock_rate(self) -> u32 {
        match self {
            Codec::Opus => 48_000,
            Codec::Vp8 | Codec::H264 { .. } => 90_000,
        }
    }

    /// Sound or picture.
    pub const fn kind(self) -> MediaKind {
        match self {
            Codec::Opus => MediaKind::Audio,
            Codec::Vp8 | Codec::H264 { .. } => MediaKind::Video,
        }
    }

    /// The media type as LiveKit and browsers write it.
    pub const fn mime(self) -> &'static str {
        match self {
            Codec::Opus => "audio/opus",
            Codec::Vp8 => "video/VP8",
            Codec::H264 { .. } => "video/H264",
        }
    }
}

/// One negotiated payload type of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The number in the RTP header.
    pub payload_type: PayloadType,
    /// What it stands for.
    pub codec: Codec,
    /// The payload type of its retransmissions (RFC 4588), when negotiated.
    pub rtx: Option<PayloadType>,
    /// How its sender is asked for a key frame.
    pub key_frame_request: KeyFrameRequest,
}

/// A way to ask for a key frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyFrameRequest {
    /// Picture loss indication (RFC 4585 §6.3.1): where it was agreed, and where nothing was.
    #[default]
    Pli,
    /// Full intra request (RFC 5104 §4.3.1): where only this was agreed.
    Fir,
}

/// Header extension ids (RFC 8285), the same for every section of one connection (RFC 8843 §9.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtensionIds {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid`
    pub mid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`
    pub rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id`
    pub repaired_rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:ssrc-audio-level` (RFC 6464)
    pub audio_level: Option<u8>,
    /// Transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    pub transport_sequence: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`
    pub absolute_send_time: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`
    pub playout_delay: Option<u8>,
    /// `urn:3gpp:video-orientation`
    pub orientation: Option<u8>,
}

/// The two secrets of one side's ICE agent (RFC 8445 §5.3).
#[derive(Clone, PartialEq, Eq)]
pub struct IceCredentials {
    /// User name fragment.
    pub ufrag: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IceCredentials({}, …)", self.ufrag)
    }
}

/// What the other side's description says of its transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteTransport {
    /// Their ICE secrets; they check, we answer (we are ICE-lite).
    pub credentials: IceCredentials,
    /// SHA-256 of their certificate.
    pub fingerprint: [u8; 32],
}

/// A peer before any packet came: all a worker needs to adopt it when its first valid STUN lands.
#[derive(Clone, Debug)]
pub struct PeerSeed {
    /// Who it is.
    pub id: PeerId,
    /// Our ICE secrets; the ufrag names the peer in its first STUN request.
    pub credentials: IceCredentials,
    /// Open `_reliable`, `_lossy` and `_data_track` ourselves (dual topology, subscriber side); otherwise
    /// the client opens them.
    pub opens_channels: bool,
}

/// One published track bound to a section of its publisher's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The track.
    pub track: TrackId,
    /// Its picture is a screen, not a camera.
    pub screen: bool,
    /// Layer heights in pixels, lowest first; one entry when there is no simulcast; empty for sound.
    pub layer_heights: Vec<u32>,
}

/// A section on which the client may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveSection {
    /// Its tag.
    pub mid: Mid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// What was agreed, the client's preference first.
    pub formats: Vec<Format>,
    /// Simulcast rids, lowest layer first; empty without simulcast.
    pub rids: Vec<Rid>,
    /// Sources the description announced, each with its retransmission source.
    pub sources: Vec<(Ssrc, Option<Ssrc>)>,
    /// The track this section carries; packets of a section without one are dropped.
    pub publication: Option<Publication>,
}

/// Everything agreed about what a client sends; replaces what stood before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Extension ids of the connection.
    pub extensions: ExtensionIds,
    /// What the client may send.
    pub receive: Vec<ReceiveSection>,
}

/// How a viewer wants a picture (or sound) just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Send it at all.
    pub enabled: bool,
    /// The highest useful layer, 0 being the lowest.
    pub max_layer: u8,
    /// Pixels the viewer shows it at; larger is served first.
    pub area: u32,
    /// The viewer's own ranking, larger first; 0 when it has none.
    pub priority: u32,
}

/// One viewer's claim placed on a section of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// The claim.
    pub id: SubscriptionId,
    /// What is watched.
    pub track: TrackId,
    /// The connection that publishes it (it may live on another worker).
    pub publisher: PeerId,
    /// Sound or picture.
    pub kind: MediaKind,
    /// It is a screen: served before cameras.
    pub screen: bool,
    /// The section it is sent on.
    pub mid: Mid,
    /// Our source on that section, never used before on this connection.
    pub ssrc: Ssrc,
    /// Our source for retransmissions, when RTX was agreed.
    pub rtx: Option<Ssrc>,
    /// What the viewer agreed to receive on that section.
    pub formats: Vec<Format>,
    /// How it is wanted.
    pub wish: Wish,
}

/// A data channel by its LiveKit label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// `_reliable`: ordered, complete.
    Reliable,
    /// `_lossy`: unordered, no retransmission.
    Lossy,
    /// `_data_track`
    DataTrack,
}

/// What a room asks of one peer.
#[derive(Clone, Debug)]
pub enum PeerCommand {
    /// Their transport is known (first description, or an ICE restart: then credentials differ).
    Connect(RemoteTransport),
    /// ICE restart on our side: new secrets from now on; the old ones stay valid until the new pair works.
    RestartIce(IceCredentials),
    /// What the client sends.
    Configure(Session),
    /// Begin (or move) a claim.
    Subscribe(Subscribe),
    /// End a claim.
    Unsubscribe(SubscriptionId),
    /// A claim is wanted differently.
    Wish(SubscriptionId, Wish),
    /// The publisher (un)muted a track: nothing of a muted one is forwarded.
    Mute {
        /// Which.
        track: TrackId,
        /// Silent or dark from now on.
        muted: bool,
    },
    /// Send a message; dropped with a count when the channel's buffer is full (lossy) or the peer is ended
    /// (reliable).
    SendData {
        /// On which channel.
        channel: Channel,
        /// The message, shared by all who receive it.
        bytes: Arc<[u8]>,
    },
    /// Never estimate more than this (the `simulate` scenario, and an operator's limit); `None` lifts it.
    LimitBandwidth(Option<Bitrate>),
    /// Whether pictures may be paused when bandwidth is short (the default), or keep their lowest layer.
    AllowPause(bool),
    /// Drop the peer and everything it published or watched.
    Close,
}

/// Why a peer is gone, in the media plane's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerEnd {
    /// The client closed DTLS in order.
    Closed,
    /// No valid STUN or media for [`crate::peer::MEDIA_TIMEOUT`].
    Silent,
    /// DTLS failed or the certificate was not the one announced.
    Handshake,
    /// It broke a limit (flood, oversized, reliable data not taken).
    Limit,
    /// Its own state machine panicked; it was dropped alone.
    Fault,
}

/// Figures about one peer, for connection quality.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PeerStats {
    /// Share of the client's packets lost on their way to us since the last report, after repair, 0–1.
    pub loss_up: f32,
    /// Share of our packets the client reported lost since the last report, 0–1.
    pub loss_down: f32,
    /// Round trip, when known.
    pub round_trip: Option<Duration>,
    /// What the way to the client is estimated to carry.
    pub estimate: Option<Bitrate>,
    /// Packets expected from the client in the span; 0 when it sends nothing.
    pub expected_up: u32,
    /// Some subscribed picture is below its wish for want of bandwidth.
    pub constrained: bool,
}

/// What a peer tells its room.
#[derive(Clone, Debug)]
pub enum PeerEvent {
    /// ICE and DTLS are up.
    Connected,
    /// It is gone; no further event of this peer follows.
    Ended(PeerEnd),
    /// The first packet of a track came.
    TrackStarted {
        /// Which.
        track: TrackId,
        /// How it is encoded.
        codec: Codec,
    },
    /// Loudness of the microphones heard since the last report, as dBov below full scale (0 loudest, 127
    /// silent), with the share of packets at or above the active level; at most one report each 100 ms.
    Levels(Vec<AudioLevel>),
    /// A message of the client.
    Data {
        /// The channel it came on.
        channel: Channel,
        /// The message.
        bytes: Vec<u8>,
    },
    /// All three channels, or those the client opens, can carry data from now on.
    ChannelOpen(Channel),
    /// First packet sent for a claim.
    SubscriptionStarted(SubscriptionId),
    /// Claims paused or resumed by congestion control.
    Paused(Vec<(SubscriptionId, bool)>),
    /// Every 2 s while connected.
    Stats(PeerStats),
}

/// See [`PeerEvent::Levels`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AudioLevel {
    /// The microphone.
    pub track: TrackId,
    /// Smoothed loudness in dBov below full scale, 0–127.
    pub level: u8,
    /// Whether enough of the packets were loud enough to call it speech.
    pub active: bool,
}
