//! What a participant's client and its room say to each other, in our words. The server translates LiveKit's
//! protobuf to and from these types; nothing here is serialised.

mod people;
mod request;
mod response;
mod track;

pub use people::{DisconnectReason, ParticipantInfo, ParticipantState, Permission, RoomInfo};
pub use request::{AddTrack, Request, Scenario, SyncState, TrackPermission, TrackSettings};
pub use response::{
    ConnectionQuality, Joined, LeaveAction, RequestReason, Response, SubscribedQuality, SubscriptionError,
};
pub use track::{Encryption, Quality, Source, TrackCodec, TrackInfo, VideoLayer};

/// One connection both ways, or one each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// The client offers on its only connection (`/rtc/v1`).
    Single,
    /// The client offers on one, we offer on another (`/rtc`).
    Dual,
}

/// Which connection a description or candidate belongs to (`SignalTarget`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The connection the client offers on; the only one in the single topology.
    Publisher,
    /// The connection we offer on.
    Subscriber,
}

/// A session description with the number that pairs offers with answers; 0 means "the outstanding one".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// RFC 8866 text.
    pub sdp: String,
    /// Increasing per side.
    pub id: u32,
}
