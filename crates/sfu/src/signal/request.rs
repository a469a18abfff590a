//! What a client says to its room.

use std::collections::BTreeMap;

use super::track::{Encryption, Quality, Source, TrackCodec, VideoLayer};
use super::{Description, Target};
use crate::id::{Identity, ParticipantSid, TrackSid};
use crate::media::MediaKind;

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
        /// Answered with [`super::Response::RequestResponse`].
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
