//! What a room says to one client.

use std::collections::BTreeMap;

use super::Description;
use super::people::{DisconnectReason, ParticipantInfo, RoomInfo};
use super::track::{Quality, TrackInfo};
use crate::id::{Mid, ParticipantSid, TrackSid};

/// First answer to a join (`JoinResponse`); what only the server knows (ping times, ICE servers, version) is
/// added by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The room.
    pub room: RoomInfo,
    /// The participant itself.
    pub participant: ParticipantInfo,
    /// Everybody else who may be seen.
    pub others: Vec<ParticipantInfo>,
    /// Dual topology and may subscribe.
    pub subscriber_primary: bool,
    /// May publish.
    pub fast_publish: bool,
}

/// Why a request was refused (`RequestResponse.Reason`, by name).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestReason {
    /// Done.
    Ok,
    /// No such thing.
    NotFound,
    /// No right.
    NotAllowed,
    /// Too much.
    LimitExceeded,
    /// Later perhaps.
    Queued,
    /// Not offered here.
    UnsupportedType,
    /// Malformed.
    InvalidRequest,
}

/// Why a subscription is not served (`SubscriptionError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionError {
    /// The viewer accepts none of the track's codecs.
    CodecUnsupported,
    /// No such track.
    TrackNotFound,
}

/// `ConnectionQuality`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionQuality {
    /// No word.
    Lost,
    /// Bad.
    Poor,
    /// Fine.
    Good,
    /// As it should be.
    Excellent,
}

/// Layers a publisher should send (`SubscribedQualityUpdate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribedQuality {
    /// Which track.
    pub track: TrackSid,
    /// Codec in lower case without `video/`.
    pub codec: String,
    /// Every layer with whether somebody watches it.
    pub qualities: Vec<(Quality, bool)>,
}

/// From a room to one client.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// First message of a stay.
    Joined(Box<Joined>),
    /// First message after a resume, with the last reliable sequence number received of this client.
    Reconnected {
        /// See above; 0 when none.
        last_message_sequence: u32,
    },
    /// To the client's offer, with the complete map of section to track.
    Answer {
        /// The text.
        description: Description,
        /// Section → track.
        tracks: BTreeMap<Mid, TrackSid>,
    },
    /// On the subscriber connection (dual).
    Offer {
        /// The text.
        description: Description,
        /// Section → track.
        tracks: BTreeMap<Mid, TrackSid>,
    },
    /// Who changed.
    Update(Vec<ParticipantInfo>),
    /// A track may be sent now.
    TrackPublished {
        /// As the client named it.
        cid: String,
        /// As others will see it.
        track: Box<TrackInfo>,
    },
    /// The server ended a track.
    TrackUnpublished(TrackSid),
    /// Somebody watches a track of this client for the first time.
    TrackSubscribed(TrackSid),
    /// Who speaks: changes only. (sid, level 0–1, active)
    Speakers(Vec<(ParticipantSid, f32, bool)>),
    /// The server muted a track of this client.
    Mute {
        /// Which.
        track: TrackSid,
        /// Now.
        muted: bool,
    },
    /// Metadata, counts, recording flag.
    Room(RoomInfo),
    /// Changes only. (sid, quality, score 0–5)
    Quality(Vec<(ParticipantSid, ConnectionQuality, f32)>),
    /// Pictures paused or resumed by congestion. (publisher, track, paused)
    StreamStates(Vec<(ParticipantSid, TrackSid, bool)>),
    /// Layers wanted of this client.
    SubscribedQuality(SubscribedQuality),
    /// A publisher (dis)allowed this viewer.
    SubscriptionPermission {
        /// Whose.
        participant: ParticipantSid,
        /// Which.
        track: TrackSid,
        /// Now.
        allowed: bool,
    },
    /// A claim cannot be served.
    SubscriptionRefused {
        /// Which.
        track: TrackSid,
        /// Why.
        error: SubscriptionError,
    },
    /// Answer to a numbered request.
    RequestResponse {
        /// As asked; 0 for [`super::AddTrack`], then `cid` is set.
        request_id: u32,
        /// How it went.
        reason: RequestReason,
        /// For people reading logs.
        message: String,
        /// The refused track's cid.
        cid: Option<String>,
    },
    /// Add so many receive sections and offer again (single); 0 and 0 only asks for an offer.
    MediaSections {
        /// Sound.
        audio: u32,
        /// Picture.
        video: u32,
    },
    /// Permission of this client changed: the server sends a fresh token.
    RefreshToken,
    /// Leave; the socket closes after it.
    Leave {
        /// Why.
        reason: DisconnectReason,
        /// What to do then.
        action: LeaveAction,
    },
}

/// What a client is to do when told to leave (`LeaveRequest.Action`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveAction {
    /// Go.
    Disconnect,
    /// Come back with the same stay.
    Resume,
    /// Come back afresh.
    Reconnect,
}
