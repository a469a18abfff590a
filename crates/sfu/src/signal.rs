//! What a participant's client and its room say to each other, in our words. The server translates LiveKit's
//! protobuf to and from these types; nothing here is serialised.

use std::collections::BTreeMap;

use crate::id::{Identity, Mid, ParticipantSid, RoomSid, TrackSid};
use crate::media::MediaKind;

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

/// `TrackSource`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Not said.
    #[default]
    Unknown,
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A shared screen.
    ScreenShare,
    /// The sound of a shared screen.
    ScreenShareAudio,
}

/// `VideoQuality`: which of up to three layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// `q`
    Low,
    /// `h`
    Medium,
    /// `f`
    High,
    /// Not sent.
    Off,
}

/// `Encryption.Type`: passed on, never acted upon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Clear to the server.
    #[default]
    None,
    /// GCM between clients.
    Gcm,
    /// Something of the application's own.
    Custom,
}

/// One simulcast layer as the publisher announces it (`VideoLayer`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoLayer {
    /// Which of the three.
    pub quality: Quality,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bits per second at most.
    pub bitrate: u32,
    /// Source, when known.
    pub ssrc: u32,
    /// `q`, `h`, `f`, or empty.
    pub rid: String,
}

/// One codec of a track (`SimulcastCodec`, `SimulcastCodecInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackCodec {
    /// As written by the client: `vp8`, `video/VP8`…
    pub mime: String,
    /// The client's track id for this encoding.
    pub cid: String,
    /// Its layers.
    pub layers: Vec<VideoLayer>,
}

/// A client wants to publish (`AddTrackRequest`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddTrack {
    /// The client's id for it, found again in its offer's `a=msid`.
    pub cid: String,
    /// For people.
    pub name: String,
    /// Sound or picture.
    pub kind: MediaKind,
    /// What it shows.
    pub source: Source,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Begins muted.
    pub muted: bool,
    /// Send silence too.
    pub disable_dtx: bool,
    /// Two channels.
    pub stereo: bool,
    /// No RFC 2198.
    pub disable_red: bool,
    /// Lowest first.
    pub layers: Vec<VideoLayer>,
    /// Primary first.
    pub codecs: Vec<TrackCodec>,
    /// Set only when a backup codec is added to a published track.
    pub sid: Option<TrackSid>,
    /// Passed on.
    pub encryption: Encryption,
    /// Media stream name, passed on.
    pub stream: String,
    /// `AudioTrackFeature` numbers, passed on.
    pub audio_features: Vec<i32>,
    /// `BackupCodecPolicy` number, passed on.
    pub backup_codec_policy: i32,
}

/// A published track as others see it (`TrackInfo`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackInfo {
    /// Its name on the wire.
    pub sid: TrackSid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// For people.
    pub name: String,
    /// Silent or dark.
    pub muted: bool,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// More than one layer.
    pub simulcast: bool,
    /// Send silence too.
    pub disable_dtx: bool,
    /// What it shows.
    pub source: Source,
    /// Lowest first.
    pub layers: Vec<VideoLayer>,
    /// `video/VP8`…
    pub mime: String,
    /// Section on the publisher's connection, once known.
    pub mid: String,
    /// Primary first.
    pub codecs: Vec<TrackCodec>,
    /// Two channels.
    pub stereo: bool,
    /// No RFC 2198.
    pub disable_red: bool,
    /// Passed on.
    pub encryption: Encryption,
    /// Passed on.
    pub stream: String,
    /// Passed on.
    pub audio_features: Vec<i32>,
    /// Passed on.
    pub backup_codec_policy: i32,
    /// Grows with each change: (Unix microseconds at publication, count since).
    pub version: (i64, i32),
}

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

/// `TrackPermission`: who may watch a publisher's tracks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackPermission {
    /// The viewer by identity (or by sid when the identity is empty).
    pub identity: Identity,
    /// By sid, when the client named it so.
    pub participant_sid: Option<ParticipantSid>,
    /// All of the publisher's tracks.
    pub all_tracks: bool,
    /// These.
    pub tracks: Vec<TrackSid>,
}

/// What a client remembers when it resumes (`SyncState`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// Tracks the client names: to be watched when `subscribe`, not to be watched otherwise.
    pub subscription_tracks: Vec<TrackSid>,
    /// See above.
    pub subscribe: bool,
    /// What it publishes: (cid, sid).
    pub published: Vec<(String, TrackSid)>,
    /// Claims it keeps disabled.
    pub disabled: Vec<TrackSid>,
    /// Last reliable message seen of each publisher.
    pub received: Vec<(ParticipantSid, u32)>,
    /// The last offer it made (single) or answered (dual), when it says.
    pub offer: Option<Description>,
    /// The last answer.
    pub answer: Option<Description>,
}

/// Faults a client may ask for, to prove that it survives them (`SimulateScenario`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Announce the participant as speaker for this many seconds.
    Speaker(u32),
    /// Forget the participant, as after a crash.
    NodeFailure,
    /// Tell it to come back by resuming.
    Migration,
    /// The server leaves.
    ServerLeave,
    /// Never estimate more than this many bits per second; 0 lifts it.
    SubscriberBandwidth(u64),
    /// On the next resume, close the socket after (or without) sending the first messages.
    DisconnectSignalOnResume {
        /// Send messages first.
        with_messages: bool,
    },
    /// Leave with a full reconnect.
    LeaveFullReconnect,
    /// Asked for TCP or TLS candidates, which are not offered.
    SwitchCandidateProtocol,
}

/// From a client to its room. Pings are answered by the socket and never come here.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// On the publisher connection.
    Offer(Description),
    /// To our offer on the subscriber connection.
    Answer(Description),
    /// A candidate; we are ICE-lite and learn addresses from checks, so these only matter as a sign of life.
    Trickle(Target),
    /// Publish.
    AddTrack(Box<AddTrack>),
    /// The client muted its own track.
    Mute {
        /// Which.
        track: TrackSid,
        /// Now.
        muted: bool,
    },
    /// Watch or stop watching.
    Subscribe {
        /// Which.
        tracks: Vec<TrackSid>,
        /// Watch.
        subscribe: bool,
    },
    /// How tracks are wanted.
    TrackSettings(TrackSettings),
    /// Who may watch this client's tracks.
    SubscriptionPermission {
        /// Everybody.
        all: bool,
        /// Otherwise these.
        permissions: Vec<TrackPermission>,
    },
    /// What the client remembers, after a resume.
    SyncState(Box<SyncState>),
    /// Its own name, metadata, attributes.
    UpdateMetadata {
        /// Answered with [`Response::RequestResponse`].
        request_id: u32,
        /// New name, when set.
        name: Option<String>,
        /// New metadata, when set.
        metadata: Option<String>,
        /// Keys to set; an empty value removes one.
        attributes: BTreeMap<String, String>,
    },
    /// Sound features of a track changed.
    UpdateAudioTrack {
        /// Which.
        track: TrackSid,
        /// Numbers, passed on.
        features: Vec<i32>,
    },
    /// Size of a picture changed.
    UpdateVideoTrack {
        /// Which.
        track: TrackSid,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Layers of a picture changed (deprecated upstream, still sent).
    UpdateVideoLayers {
        /// Which.
        track: TrackSid,
        /// Complete.
        layers: Vec<VideoLayer>,
    },
    /// Good bye.
    Leave,
    /// Break something on purpose.
    Simulate(Scenario),
}

/// How a client wants tracks (`UpdateTrackSettings`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackSettings {
    /// Which.
    pub tracks: Vec<TrackSid>,
    /// Nothing just now.
    pub disabled: bool,
    /// Used when no size is given.
    pub quality: Quality,
    /// Pixels shown; 0 when not said.
    pub width: u32,
    /// Pixels shown; 0 when not said.
    pub height: u32,
    /// Larger first.
    pub priority: u32,
}

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
        /// As asked; 0 for [`AddTrack`], then `cid` is set.
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
