//! One person in a room as the room remembers it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::connection::{Asked, Downlink, Uplink};
use super::track::{Subscription, Track, TrackStage, ViewSettings};
use crate::id::{Identity, ParticipantSid, PeerId, TrackId, TrackSid};
use crate::media::PeerStats;
use crate::signal::{
    ConnectionQuality, ParticipantInfo, ParticipantState, Permission, Topology, TrackPermission,
};

/// A participant's number within its room, in order of arrival; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(pub(super) u32);

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
