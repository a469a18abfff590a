//! What a room takes and gives: the whole face of the deciding half.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::address::TransportAddress;
use crate::id::{Identity, ParticipantSid, PeerId, RoomSid, TrackSid};
use crate::media::{Channel, Codec, PeerCommand, PeerEvent, PeerSeed};
use crate::signal::{
    AddTrack, Description, DisconnectReason, ParticipantInfo, Permission, Request, Response, RoomInfo,
    SyncState, Topology, TrackInfo,
};

/// The two clocks a room reads, given with every input.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Monotonic, for everything that waits.
    pub instant: Instant,
    /// Unix milliseconds, only for what is shown.
    pub unix_ms: i64,
}

/// How our side of every connection introduces itself, the same for all rooms of a process.
#[derive(Clone, Debug)]
pub struct LocalTransport {
    /// SHA-256 of our DTLS certificate.
    pub fingerprint: [u8; 32],
    /// Addresses put into descriptions as host candidates.
    pub candidates: Vec<TransportAddress>,
}

/// What a room is made with.
#[derive(Clone, Debug)]
pub struct RoomConfig {
    /// Its address.
    pub name: String,
    /// Lives this long while nobody has joined.
    pub empty_timeout: Duration,
    /// Lives this long after the last one left.
    pub departure_timeout: Duration,
    /// People at once; 0: no limit.
    pub max_participants: u32,
    /// The application's.
    pub metadata: String,
    /// Our side of connections.
    pub transport: LocalTransport,
    /// Codecs offered and accepted, preference first.
    pub video_codecs: Vec<VideoCodec>,
}

/// Picture codecs we forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoCodec {
    /// RFC 7741
    Vp8,
    /// RFC 6184
    H264,
}

/// Somebody comes in, admitted by whoever checked the token.
#[derive(Clone, Debug)]
pub struct Join {
    /// The signalling socket, so that a late close of an old one does not hurt a new one.
    pub socket: u64,
    /// Who.
    pub identity: Identity,
    /// For people.
    pub name: String,
    /// The application's.
    pub metadata: String,
    /// The application's.
    pub attributes: BTreeMap<String, String>,
    /// What it may do.
    pub permission: Permission,
    /// `ParticipantInfo.Kind` number.
    pub kind: i32,
    /// One connection or two.
    pub topology: Topology,
    /// Watch everything unasked.
    pub auto_subscribe: bool,
    /// It manages sizes itself (adaptive stream).
    pub adaptive_stream: bool,
    /// Pictures may be paused by congestion; absent: yes.
    pub allow_pause: Option<bool>,
    /// As the client said.
    pub client_protocol: i32,
    /// `ClientInfo.Capability` numbers.
    pub capabilities: Vec<i32>,
    /// Asked for with the join (single topology).
    pub add_tracks: Vec<AddTrack>,
    /// Made with the join (single topology).
    pub offer: Option<Description>,
    /// Room or publish limits of the token: the token's `roomConfig.max_participants`, 0 when absent.
    pub max_participants: u32,
    /// People at once as the door says now, which may be fewer than the room was made for; 0: no other limit.
    pub limit: u32,
}

/// A client comes back to its stay over a new socket.
#[derive(Clone, Debug)]
pub struct Resume {
    /// The new socket.
    pub socket: u64,
    /// The stay.
    pub participant: ParticipantSid,
    /// Checked against the stay.
    pub identity: Identity,
    /// Carried in the join request (single topology) when present.
    pub sync_state: Option<SyncState>,
}

/// A message between clients; the server has read and stamped its envelope.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Who sent it; `None`: the server's API.
    pub from: Option<ParticipantSid>,
    /// How.
    pub channel: Channel,
    /// Only these identities; empty (with `to_sids` empty too): everybody else.
    pub to: Vec<Identity>,
    /// Only these stays.
    pub to_sids: Vec<ParticipantSid>,
    /// The sender's count of reliable messages; 0 when not counted.
    pub sequence: u32,
    /// The stamped envelope.
    pub bytes: Arc<[u8]>,
}

/// What an operator (or the API) asks.
#[derive(Clone, Debug)]
pub enum Administer {
    /// Put somebody out.
    Remove(Identity),
    /// Mute (never unmute: that is refused) a track.
    Mute {
        /// Whose.
        identity: Identity,
        /// Which.
        track: TrackSid,
        /// Now.
        muted: bool,
    },
    /// Change what others see of somebody, or what it may do.
    Update {
        /// Whose.
        identity: Identity,
        /// When set.
        name: Option<String>,
        /// When set.
        metadata: Option<String>,
        /// Keys to set; empty value removes.
        attributes: BTreeMap<String, String>,
        /// When set.
        permission: Option<Permission>,
    },
    /// Watch or not on somebody's behalf.
    Subscribe {
        /// Whose.
        identity: Identity,
        /// Which.
        tracks: Vec<TrackSid>,
        /// Watch.
        subscribe: bool,
    },
    /// The room's own metadata.
    RoomMetadata(String),
    /// Everybody out.
    End(DisconnectReason),
}

/// Everything that can happen to a room.
#[derive(Clone, Debug)]
pub enum RoomInput {
    /// Somebody comes in. Answered by `RoomOutput::Signal(Joined)` to the new sid, or `RoomOutput::Refused`.
    Join(Box<Join>),
    /// Somebody comes back. Answered by `Reconnected`, or `Leave` to the socket when the stay is unknown.
    Resume(Box<Resume>),
    /// A client asks.
    Request {
        /// Who.
        participant: ParticipantSid,
        /// What.
        request: Request,
    },
    /// A signalling socket closed without a leave.
    SocketClosed {
        /// Whose.
        participant: ParticipantSid,
        /// Which of its sockets.
        socket: u64,
    },
    /// The media plane reports.
    Peer {
        /// Which connection.
        peer: PeerId,
        /// What.
        event: PeerEvent,
    },
    /// Deliver a message.
    Relay(Relay),
    /// An operator asks.
    Administer(Administer),
    /// Time passed to the instant asked for.
    Timeout,
}

/// Everything a room wants done.
#[derive(Clone, Debug)]
pub enum RoomOutput {
    /// Say this to a participant's current socket; drop it when there is none.
    Signal {
        /// Which socket (a participant may have a newer one).
        socket: u64,
        /// To whom.
        participant: ParticipantSid,
        /// What.
        response: Response,
    },
    /// Close a socket once all that was said to it is written.
    CloseSocket {
        /// Which.
        socket: u64,
    },
    /// This join or resume is not possible; the socket gets the leave and closes.
    Refused {
        /// Which socket.
        socket: u64,
        /// Why.
        reason: DisconnectReason,
    },
    /// A connection is about to be used.
    CreatePeer(PeerSeed),
    /// Tell a connection.
    Peer {
        /// Which.
        peer: PeerId,
        /// What.
        command: PeerCommand,
    },
    /// A client's message, its envelope not yet read: read it, stamp it, give it back as [`RoomInput::Relay`].
    Data {
        /// Who sent it.
        from: ParticipantSid,
        /// Its identity.
        identity: Identity,
        /// May say things in others' names (agents).
        agent: bool,
        /// On which channel.
        channel: Channel,
        /// As it came.
        bytes: Vec<u8>,
    },
    /// Something the product or a webhook may want to know.
    Announce(RoomAnnouncement),
    /// The room is over; drop it.
    Finished,
}

/// What is told about a room (`webhooks`).
#[derive(Clone, Debug)]
pub enum RoomAnnouncement {
    /// First of a room's life.
    RoomStarted(RoomInfo),
    /// Last of a room's life.
    RoomFinished(RoomInfo),
    /// Somebody became active.
    ParticipantJoined(RoomInfo, Box<ParticipantInfo>),
    /// Somebody active left.
    ParticipantLeft(RoomInfo, Box<ParticipantInfo>),
    /// Somebody left without ever becoming active.
    ParticipantConnectionAborted(RoomInfo, Box<ParticipantInfo>),
    /// Its first packet came.
    TrackPublished(RoomInfo, Box<ParticipantInfo>, Box<TrackInfo>),
    /// It ended.
    TrackUnpublished(RoomInfo, Box<ParticipantInfo>, Box<TrackInfo>),
    /// For figures only: how a track is encoded.
    TrackCodec(TrackSid, Codec),
}

/// A room's state as the API shows it.
#[derive(Clone, Debug)]
pub struct RoomView {
    /// The room.
    pub room: RoomInfo,
    /// Everybody, hidden ones too.
    pub participants: Vec<ParticipantInfo>,
}

/// The name and life of a room.
pub type RoomName = (String, RoomSid);
