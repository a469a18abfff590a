//! The one boundary to media: what the product asks of it, whoever carries it.

pub mod embedded;
pub mod livekit_cluster;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use meetings::hosting::Role;
use sfu::id::{Identity, ParticipantSid, TrackSid};
use sfu::media::Channel;
use sfu::room::RoomAnnouncement;
use sfu::signal::{ParticipantInfo, Permission, RoomInfo, TrackInfo};
use tokio::sync::broadcast;

use crate::rooms::RoomOptions;
use store::Secret;

/// Why media did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// No such room, participant or track, in LiveKit's own words.
    #[error("{0}")]
    NotFound(&'static str),
    /// Not in this state; tells why.
    #[error("{0}")]
    FailedPrecondition(String),
    /// Not with these arguments; tells why.
    #[error("{0}")]
    Invalid(String),
    /// A limit of the installation.
    #[error("{0}")]
    Full(String),
    /// The cluster does not let us.
    #[error("the LiveKit cluster refused our key: {0}")]
    Refused(String),
    /// The cluster does not answer, or not in a way we understand.
    #[error("the media server cannot be reached: {0}")]
    Unavailable(String),
}

/// LiveKit's words for what is missing; its SDKs look for the first.
pub const NO_ROOM: BackendError = BackendError::NotFound("requested room does not exist");
/// See [`NO_ROOM`].
pub const NO_PARTICIPANT: BackendError = BackendError::NotFound("participant does not exist");
/// See [`NO_ROOM`].
pub const NO_TRACK: BackendError = BackendError::NotFound("track is not found");

/// Somebody is to be brought into a room.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    /// The room's name.
    pub room: &'a str,
    /// Who, for machines.
    pub identity: &'a str,
    /// Who, for people.
    pub name: &'a str,
    /// What everybody in the call sees them as.
    pub role: Role,
    /// What everybody in the call knows of the room, for whoever opens it.
    pub metadata: &'a str,
    /// Where the server is, as the browser that asks sees it: `ws://…` or `wss://…`.
    pub seen_at: &'a str,
}

pub use crate::livekit::token::is_person;

/// The attribute of a participant that holds their [`Role`].
pub const ROLE: &str = "role";

/// The attribute of a participant whose hand is up: since when, in milliseconds since 1970 UTC; absent while it is down.
pub const HAND: &str = "hand";

/// Whoever holds a token that we signed, or an API key of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The room's name.
    pub room: String,
    /// Who, for machines.
    pub identity: String,
    /// Who, for people.
    pub name: String,
    /// What the token says they are; worth something only when an operator signed it.
    pub role: Role,
    /// Certainly signed by us, when they were let in; an operator's token otherwise, or nobody can tell.
    pub ours: bool,
}

/// What a browser needs to enter.
#[derive(Clone, Debug)]
pub struct Entrance {
    /// Where its LiveKit client connects.
    pub url: String,
    /// With what.
    pub token: Secret,
}

/// What changes about a participant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParticipantChange {
    /// When set.
    pub name: Option<String>,
    /// When set.
    pub metadata: Option<String>,
    /// Keys to set; an empty value removes one.
    pub attributes: BTreeMap<String, String>,
    /// When set.
    pub permission: Option<Permission>,
}

/// A message from the server to participants; to all when both lists are empty.
#[derive(Clone, Debug)]
pub struct ServerMessage {
    /// How.
    pub channel: Channel,
    /// What.
    pub payload: Vec<u8>,
    /// About what.
    pub topic: Option<String>,
    /// To these identities.
    pub to: Vec<Identity>,
    /// To these stays.
    pub to_sids: Vec<ParticipantSid>,
}

/// The names of people in rooms, by the name of the room; hidden participants are in none.
pub type Presence = HashMap<String, Vec<String>>;

/// What people see of somebody: their name, or their identity when their program gave none.
fn shown(name: String, identity: Identity) -> String {
    if name.is_empty() { identity.0 } else { name }
}

/// Answers of a backend.
pub type Answer<T> = Result<T, BackendError>;

/// Carries meetings: our own server inside this process, or a LiveKit cluster.
#[async_trait]
pub trait MediaBackend: Send + Sync {
    /// Lets somebody in: an address and a token for its client.
    fn invite(&self, invitation: &Invitation<'_>) -> Answer<Entrance>;

    /// Whoever holds this token; `None` when none of our keys signed it, or it is too old.
    fn recognise(&self, token: &Secret) -> Option<Holder>;

    /// Whether one more fits into that room (which need not run yet), where so many may be at most.
    async fn has_place(&self, room: &str, limit: u32) -> Answer<()>;

    /// Opens a room, or finds it open.
    async fn create_room(&self, name: &str, options: &RoomOptions) -> Answer<RoomInfo>;

    /// Running rooms: those named, or all when none is named.
    async fn rooms(&self, names: &[String]) -> Answer<Vec<RoomInfo>>;

    /// Puts everybody out and ends the room.
    async fn end_room(&self, room: &str) -> Answer<()>;

    /// Everybody in a room, hidden ones too; nobody when the room does not run.
    async fn participants(&self, room: &str) -> Answer<Vec<ParticipantInfo>>;

    /// Who is in rooms now, as everybody may see it, by name of the room: in those named, or in all when none is named.
    /// Rooms where nobody is are left out.
    async fn presence(&self, rooms: &[String]) -> Answer<Presence>;

    /// One of them.
    async fn participant(&self, room: &str, identity: &str) -> Answer<ParticipantInfo>;

    /// Puts somebody out.
    async fn remove(&self, room: &str, identity: &str) -> Answer<()>;

    /// Mutes a track; unmuting from afar is refused.
    async fn mute(&self, room: &str, identity: &str, track: &TrackSid, muted: bool) -> Answer<TrackInfo>;

    /// Changes what others see of somebody, or what it may do.
    async fn update(&self, room: &str, identity: &str, change: ParticipantChange) -> Answer<ParticipantInfo>;

    /// Watches or stops watching tracks on somebody's behalf.
    async fn subscribe(
        &self,
        room: &str,
        identity: &str,
        tracks: Vec<TrackSid>,
        subscribe: bool,
    ) -> Answer<()>;

    /// Sends a message.
    async fn send_data(&self, room: &str, message: ServerMessage) -> Answer<()>;

    /// Changes the room's metadata.
    async fn set_room_metadata(&self, room: &str, metadata: &str) -> Answer<RoomInfo>;

    /// What happens in rooms, from now on.
    fn events(&self) -> broadcast::Receiver<Arc<RoomAnnouncement>>;
}
