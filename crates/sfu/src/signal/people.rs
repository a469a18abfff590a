//! Participants and their room as others see them.

use std::collections::BTreeMap;

use super::track::{Source, TrackInfo};
use crate::id::{Identity, ParticipantSid, RoomSid};

/// What a participant may do (`ParticipantPermission`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Receive tracks.
    pub can_subscribe: bool,
    /// Send tracks.
    pub can_publish: bool,
    /// Send data.
    pub can_publish_data: bool,
    /// Sources it may publish; empty: all.
    pub can_publish_sources: Vec<Source>,
    /// Not shown to others.
    pub hidden: bool,
    /// Change its own name, metadata and attributes.
    pub can_update_metadata: bool,
    /// Counted as a recorder: sets `active_recording`.
    pub recorder: bool,
    /// An agent: may send transcription in others' names.
    pub agent: bool,
}

impl Default for Permission {
    fn default() -> Self {
        Self {
            can_subscribe: true,
            can_publish: true,
            can_publish_data: true,
            can_publish_sources: Vec::new(),
            hidden: false,
            can_update_metadata: false,
            recorder: false,
            agent: false,
        }
    }
}

/// How far a participant has come (`ParticipantInfo.State`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParticipantState {
    /// Signalling not answered yet.
    Joining,
    /// Signalling up.
    Joined,
    /// Media up.
    Active,
    /// Gone.
    Disconnected,
}

/// A participant as others see it (`ParticipantInfo`).
#[derive(Clone, Debug, PartialEq)]
pub struct ParticipantInfo {
    /// Its name on the wire for this stay.
    pub sid: ParticipantSid,
    /// Who it is.
    pub identity: Identity,
    /// For people.
    pub name: String,
    /// The application's.
    pub metadata: String,
    /// The application's.
    pub attributes: BTreeMap<String, String>,
    /// How far it has come.
    pub state: ParticipantState,
    /// What it publishes, complete.
    pub tracks: Vec<TrackInfo>,
    /// What it may do.
    pub permission: Permission,
    /// Grows with every change.
    pub version: u32,
    /// Unix milliseconds.
    pub joined_at_ms: i64,
    /// It publishes something.
    pub is_publisher: bool,
    /// `ParticipantInfo.Kind` number, passed on from the token.
    pub kind: i32,
    /// Set when it is gone.
    pub disconnect_reason: Option<DisconnectReason>,
    /// As the client said.
    pub client_protocol: i32,
    /// `ClientInfo.Capability` numbers, passed on.
    pub capabilities: Vec<i32>,
}

/// A media room as others see it (`Room`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    /// Its current life.
    pub sid: RoomSid,
    /// Its address.
    pub name: String,
    /// Seconds an empty room that nobody has joined yet lives.
    pub empty_timeout: u32,
    /// Seconds it lives after the last one left.
    pub departure_timeout: u32,
    /// 0: no limit of its own.
    pub max_participants: u32,
    /// Unix milliseconds.
    pub created_at_ms: i64,
    /// The application's.
    pub metadata: String,
    /// Visible participants.
    pub participants: u32,
    /// Those who publish.
    pub publishers: u32,
    /// Somebody with the recorder grant is here.
    pub active_recording: bool,
}

/// Why a participant left (`DisconnectReason`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// Not said.
    Unknown,
    /// It said so.
    ClientInitiated,
    /// The same identity joined again.
    DuplicateIdentity,
    /// The server stops.
    ServerShutdown,
    /// Removed through the API.
    ParticipantRemoved,
    /// The room was deleted.
    RoomDeleted,
    /// Both sides disagree on what exists.
    StateMismatch,
    /// Never became active.
    JoinFailure,
    /// Its socket went and did not come back.
    SignalClose,
    /// Its media went and did not come back.
    ConnectionTimeout,
    /// It broke a limit.
    MediaFailure,
}
