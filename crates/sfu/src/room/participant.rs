//! One person in a room as the room remembers it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use crate::id::{Identity, Mid, ParticipantSid, PeerId, Ssrc, SubscriptionId, TrackId, TrackSid};
use crate::media::{
    Codec, ExtensionIds, Format, IceCredentials, MediaKind, PeerStats, Publication, RemoteTransport, Wish,
};
use crate::signal::{
    ConnectionQuality, ParticipantInfo, ParticipantState, Permission, Quality, SubscribedQuality, Topology,
    TrackInfo, TrackPermission, TrackSettings, VideoLayer,
};

/// A participant's number within its room, in order of arrival; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(pub(super) u32);

/// How far a track has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrackStage {
    /// Asked for; no section carries it yet.
    Announced,
    /// Bound to a section.
    Bound,
    /// Packets came (or it began muted): others know it.
    Live,
}

/// Which layers a publisher was last told to send, and what it may be told soon.
#[derive(Clone, Debug, Default)]
pub(super) struct Dynacast {
    /// Highest layer wanted when last told; `None` in the outer option: never told.
    pub(super) told: Option<Option<u8>>,
    /// A reduction waits until then.
    pub(super) lower_at: Option<Instant>,
    /// Tracks are never reduced before this.
    pub(super) not_before: Option<Instant>,
}

/// A published (or announced) track.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) id: TrackId,
    pub(super) info: TrackInfo,
    /// Every name the client may use for it in `a=msid`.
    pub(super) cids: Vec<String>,
    pub(super) mid: Option<Mid>,
    pub(super) codec: Option<Codec>,
    pub(super) stage: TrackStage,
    pub(super) viewers: BTreeSet<Key>,
    pub(super) told_subscribed: bool,
    pub(super) dynacast: Dynacast,
}

impl Track {
    /// The picture's layers, lowest first; at least one.
    pub(super) fn layers(&self) -> Vec<&VideoLayer> {
        let mut layers: Vec<_> = self.info.layers.iter().collect();
        layers.sort_by_key(|layer| layer.quality);
        layers
    }

    /// Layers there can be, at least one.
    pub(super) fn layer_count(&self) -> u8 {
        self.info.layers.len().clamp(1, 3) as u8
    }

    /// What the media plane must know of it.
    pub(super) fn publication(&self) -> Publication {
        let layer_heights = match self.info.kind {
            MediaKind::Audio => Vec::new(),
            MediaKind::Video if self.info.layers.is_empty() => vec![self.info.height],
            MediaKind::Video => self.layers().iter().map(|layer| layer.height).collect(),
        };
        let screen = self.info.source == crate::signal::Source::ScreenShare;
        Publication {
            track: self.id,
            screen,
            layer_heights,
        }
    }

    /// The layers to name to the publisher when `highest` is the best anybody wants.
    pub(super) fn subscribed_quality(&self, highest: Option<u8>) -> SubscribedQuality {
        let qualities = [Quality::Low, Quality::Medium, Quality::High];
        let mime = self.codec.map_or(self.info.mime.as_str(), |codec| codec.mime());
        SubscribedQuality {
            track: self.info.sid.clone(),
            codec: mime.rsplit('/').next().unwrap_or(mime).to_ascii_lowercase(),
            qualities: qualities
                .into_iter()
                .enumerate()
                .map(|(layer, quality)| (quality, highest.is_some_and(|highest| layer <= highest as usize)))
                .collect(),
        }
    }

    /// How a viewer with these settings wants it.
    pub(super) fn wish(&self, settings: &ViewSettings) -> Wish {
        let layers = self.layers();
        let top = self.layer_count() - 1;
        let max_layer = match settings.size {
            Some((_, height)) if height > 0 => {
                // The lowest layer that reaches nine tenths of the height asked for.
                let reached = layers.iter().position(|layer| layer.height * 10 >= height * 9);
                reached.map_or(top, |layer| (layer as u8).min(top))
            }
            _ => match settings.quality {
                Quality::Low | Quality::Off => 0,
                Quality::Medium => 1.min(top),
                Quality::High => top,
            },
        };
        let shown = settings.size.or_else(|| {
            layers
                .get(max_layer as usize)
                .map(|layer| (layer.width, layer.height))
        });
        let (width, height) = shown.unwrap_or((self.info.width, self.info.height));
        Wish {
            enabled: !settings.disabled,
            max_layer,
            area: width.saturating_mul(height),
            priority: settings.priority,
        }
    }
}

/// How a viewer wants a track, as it last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ViewSettings {
    pub(super) disabled: bool,
    pub(super) quality: Quality,
    pub(super) size: Option<(u32, u32)>,
    pub(super) priority: u32,
}

impl ViewSettings {
    /// Before the viewer said anything: one that manages sizes itself starts small, others get the best.
    pub(super) fn unsaid(adaptive_stream: bool) -> Self {
        let quality = if adaptive_stream {
            Quality::Low
        } else {
            Quality::High
        };
        Self {
            disabled: false,
            quality,
            size: None,
            priority: 0,
        }
    }
}

impl From<&TrackSettings> for ViewSettings {
    fn from(said: &TrackSettings) -> Self {
        let size = (said.width > 0 && said.height > 0).then_some((said.width, said.height));
        Self {
            disabled: said.disabled,
            quality: said.quality,
            size,
            priority: said.priority,
        }
    }
}

/// The section a claim is sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mid: Mid,
    pub(super) ssrc: Ssrc,
    pub(super) rtx: Option<Ssrc>,
    /// Known once the client accepted a payload type (at once in the single topology).
    pub(super) format: Option<Format>,
}

/// A viewer's claim on a track.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) id: SubscriptionId,
    pub(super) publisher: Key,
    pub(super) kind: MediaKind,
    pub(super) settings: ViewSettings,
    pub(super) place: Option<Place>,
    /// The viewer accepts none of the track's codecs.
    pub(super) refused: bool,
}

impl Subscription {
    /// It still needs a section.
    pub(super) fn waits(&self) -> bool {
        self.place.is_none() && !self.refused
    }
}

/// What a section of the client's own connection is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client sends; the track when it is known.
    Receive(Option<TrackId>),
    /// We may send; the claim when there is one.
    Slot(Option<TrackId>),
    /// Nobody sends.
    Idle,
    /// Data channels.
    Data,
    /// Stopped for good.
    Rejected,
}

/// A section of the connection the client offers on.
#[derive(Clone, Debug)]
pub(super) struct UplinkSection {
    pub(super) mid: Mid,
    pub(super) kind: Option<MediaKind>,
    pub(super) role: Role,
    pub(super) formats: Vec<Format>,
    pub(super) rids: Vec<crate::id::Rid>,
    pub(super) sources: Vec<(Ssrc, Option<Ssrc>)>,
    /// The client's name for the track it sends.
    pub(super) cid: Option<String>,
    /// It carried a track under this name before: a track of another name is not meant by it.
    pub(super) spent: bool,
}

/// The connection the client offers on.
#[derive(Debug)]
pub(super) struct Uplink {
    pub(super) peer: PeerId,
    pub(super) credentials: IceCredentials,
    pub(super) remote: Option<RemoteTransport>,
    pub(super) session_id: u64,
    pub(super) version: u64,
    pub(super) extensions: ExtensionIds,
    pub(super) sections: Vec<UplinkSection>,
    pub(super) connected: bool,
}

/// A section of the connection we offer on.
#[derive(Clone, Debug)]
pub(super) struct DownlinkSection {
    pub(super) mid: Mid,
    pub(super) kind: MediaKind,
    pub(super) subscription: Option<TrackId>,
    /// The client has agreed that nobody sends on it: a claim put there is news to it. Put there sooner, some
    /// clients take the new track for the old one.
    pub(super) rested: bool,
}

/// The connection we offer on (dual topology).
#[derive(Debug)]
pub(super) struct Downlink {
    pub(super) peer: PeerId,
    pub(super) credentials: IceCredentials,
    pub(super) remote: Option<RemoteTransport>,
    pub(super) session_id: u64,
    pub(super) version: u64,
    pub(super) sections: Vec<DownlinkSection>,
    /// The offer not answered yet.
    pub(super) outstanding: Option<u32>,
    pub(super) last_offer: u32,
    /// Something changed since the last offer.
    pub(super) changed: bool,
    pub(super) connected: bool,
}

/// Reliable messages of one sender, kept for those who resume.
#[derive(Clone, Debug)]
pub(super) struct KeptMessage {
    pub(super) at: Instant,
    pub(super) sequence: u32,
    /// Empty: everybody.
    pub(super) receivers: Vec<Key>,
    pub(super) bytes: Arc<[u8]>,
}

/// A participant's messages.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// Its reliable channel can carry data.
    pub(super) open: bool,
    /// Reliable messages for it that wait for the channel.
    pub(super) waiting: VecDeque<Arc<[u8]>>,
    /// Reliable messages it sent lately.
    pub(super) kept: VecDeque<KeptMessage>,
    /// Sequence number of the last reliable message it sent.
    pub(super) last_sequence: u32,
}

/// Asking a single-connection client for more sections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) audio: usize,
    pub(super) video: usize,
    pub(super) at: Instant,
}

/// One person in the room.
#[derive(Debug)]
pub(super) struct Participant {
    pub(super) key: Key,
    pub(super) sid: ParticipantSid,
    pub(super) identity: Identity,
    pub(super) name: String,
    pub(super) metadata: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) permission: Permission,
    pub(super) kind: i32,
    pub(super) state: ParticipantState,
    pub(super) topology: Topology,
    pub(super) version: u32,
    pub(super) joined_at_ms: i64,
    pub(super) client_protocol: i32,
    pub(super) capabilities: Vec<i32>,
    pub(super) auto_subscribe: bool,
    pub(super) adaptive_stream: bool,
    pub(super) socket: Option<u64>,
    pub(super) uplink: Uplink,
    pub(super) downlink: Option<Downlink>,
    pub(super) tracks: Vec<Track>,
    pub(super) subscriptions: BTreeMap<TrackId, Subscription>,
    /// Settings said of tracks that are not watched (yet).
    pub(super) settings_ahead: BTreeMap<TrackSid, ViewSettings>,
    /// Everybody may watch its tracks.
    pub(super) open_to_all: bool,
    /// Otherwise these may.
    pub(super) permitted: Vec<TrackPermission>,
    pub(super) messages: Messages,
    /// When to settle sections with the client.
    pub(super) negotiate_at: Option<Instant>,
    pub(super) negotiated_at: Option<Instant>,
    pub(super) asked: Option<Asked>,
    /// Put out when still not active then.
    pub(super) join_by: Option<Instant>,
    /// Put out when no socket came back by then.
    pub(super) resume_by: Option<Instant>,
    pub(super) stats: Option<(Instant, PeerStats)>,
    pub(super) quality: ConnectionQuality,
    /// `simulate`: close the next resumed socket; with or without first messages.
    pub(super) break_resume: Option<bool>,
    /// `simulate`: speaks until then.
    pub(super) simulated_speech: Option<Instant>,
}

impl Participant {
    /// The connection tracks are sent to it on.
    pub(super) fn sending_peer(&self) -> PeerId {
        self.downlink
            .as_ref()
            .map_or(self.uplink.peer, |downlink| downlink.peer)
    }

    /// The connection that must be up before it counts as active.
    pub(super) fn primary_connected(&self) -> bool {
        match &self.downlink {
            Some(downlink) if self.permission.can_subscribe => downlink.connected,
            _ => self.uplink.connected,
        }
    }

    /// As others see it.
    pub(super) fn info(&self) -> ParticipantInfo {
        let tracks: Vec<_> = self
            .tracks
            .iter()
            .filter(|track| track.stage == TrackStage::Live)
            .map(|track| track.info.clone())
            .collect();
        ParticipantInfo {
            sid: self.sid.clone(),
            identity: self.identity.clone(),
            name: self.name.clone(),
            metadata: self.metadata.clone(),
            attributes: self.attributes.clone(),
            state: self.state,
            is_publisher: !tracks.is_empty(),
            tracks,
            permission: self.permission.clone(),
            version: self.version,
            joined_at_ms: self.joined_at_ms,
            kind: self.kind,
            disconnect_reason: None,
            client_protocol: self.client_protocol,
            capabilities: self.capabilities.clone(),
        }
    }

    /// May this viewer watch this track of ours?
    pub(super) fn permits(&self, viewer_sid: &ParticipantSid, viewer: &Identity, track: &TrackSid) -> bool {
        self.open_to_all
            || self.permitted.iter().any(|permission| {
                let named = match &permission.participant_sid {
                    Some(sid) if permission.identity.0.is_empty() => sid == viewer_sid,
                    _ => permission.identity == *viewer,
                };
                named && (permission.all_tracks || permission.tracks.contains(track))
            })
    }

    pub(super) fn track(&self, id: TrackId) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }

    pub(super) fn track_mut(&mut self, id: TrackId) -> Option<&mut Track> {
        self.tracks.iter_mut().find(|track| track.id == id)
    }
}
