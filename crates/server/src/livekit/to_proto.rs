//! Our words, turned into LiveKit's messages.

mod infos;

use std::collections::BTreeMap;

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::id::{Mid, TrackSid};
use sfu::signal::{
    ConnectionQuality, Description, DisconnectReason, Joined, LeaveAction, RequestReason, Response,
    SubscriptionError,
};

use infos::quality;
pub use infos::{participant_info, permission, room_info, source_name, track_info};

/// The version of LiveKit's server whose behaviour we keep to. Clients choose features by it: from 1.8.0 remote
/// calls, below 1.13.7 no picture codecs that we do not forward.
pub const SERVER_VERSION: &str = "1.13.5";

/// The protocol version we speak: from 18 on, some clients would open data channels without telling us.
pub const PROTOCOL: i32 = 17;

/// How often, and how long at most without an answer, clients ping (seconds).
const PING_INTERVAL: i32 = 5;
const PING_TIMEOUT: i32 = 15;

/// A response as it goes on the wire; `None` for what the socket answers in its own way.
pub fn response(response: Response) -> Option<proto::SignalResponse> {
    let message = match response {
        Response::Joined(joined) => Message::Join(join(*joined)),
        Response::Reconnected {
            last_message_sequence,
        } => Message::Reconnect(proto::ReconnectResponse {
            server_info: Some(server_info()),
            last_message_seq: last_message_sequence,
            ..Default::default()
        }),
        Response::Answer { description, tracks } => Message::Answer(session(description, "answer", tracks)),
        Response::Offer { description, tracks } => Message::Offer(session(description, "offer", tracks)),
        Response::Update(participants) => Message::Update(proto::ParticipantUpdate {
            participants: participants.into_iter().map(participant_info).collect(),
        }),
        Response::TrackPublished { cid, track } => Message::TrackPublished(proto::TrackPublishedResponse {
            cid,
            track: Some(track_info(*track)),
        }),
        Response::TrackUnpublished(track) => {
            Message::TrackUnpublished(proto::TrackUnpublishedResponse { track_sid: track.0 })
        }
        Response::TrackSubscribed(track) => {
            Message::TrackSubscribed(proto::TrackSubscribed { track_sid: track.0 })
        }
        Response::Speakers(speakers) => Message::SpeakersChanged(proto::SpeakersChanged {
            speakers: speakers
                .into_iter()
                .map(|(sid, level, active)| proto::SpeakerInfo {
                    sid: sid.0,
                    level,
                    active,
                })
                .collect(),
        }),
        Response::Mute { track, muted } => Message::Mute(proto::MuteTrackRequest { sid: track.0, muted }),
        Response::Room(room) => Message::RoomUpdate(proto::RoomUpdate {
            room: Some(room_info(room)),
        }),
        Response::Quality(updates) => Message::ConnectionQuality(proto::ConnectionQualityUpdate {
            updates: updates
                .into_iter()
                .map(|(sid, quality, score)| proto::ConnectionQualityInfo {
                    participant_sid: sid.0,
                    quality: connection_quality(quality).into(),
                    score,
                })
                .collect(),
        }),
        Response::StreamStates(states) => Message::StreamStateUpdate(proto::StreamStateUpdate {
            stream_states: states
                .into_iter()
                .map(|(participant, track, paused)| proto::StreamStateInfo {
                    participant_sid: participant.0,
                    track_sid: track.0,
                    state: if paused {
                        proto::StreamState::Paused
                    } else {
                        proto::StreamState::Active
                    }
                    .into(),
                })
                .collect(),
        }),
        Response::SubscribedQuality(wanted) => {
            let qualities: Vec<_> = wanted
                .qualities
                .into_iter()
                .map(|(one, enabled)| proto::SubscribedQuality {
                    quality: quality(one).into(),
                    enabled,
                })
                .collect();
            #[allow(deprecated, reason = "older clients read the list without codecs")]
            Message::SubscribedQualityUpdate(proto::SubscribedQualityUpdate {
                track_sid: wanted.track.0,
                subscribed_qualities: qualities.clone(),
                subscribed_codecs: vec![proto::SubscribedCodec {
                    codec: wanted.codec,
                    qualities,
                }],
            })
        }
        Response::SubscriptionPermission {
            participant,
            track,
            allowed,
        } => Message::SubscriptionPermissionUpdate(proto::SubscriptionPermissionUpdate {
            participant_sid: participant.0,
            track_sid: track.0,
            allowed,
        }),
        Response::SubscriptionRefused { track, error } => {
            Message::SubscriptionResponse(proto::SubscriptionResponse {
                track_sid: track.0,
                err: match error {
                    SubscriptionError::CodecUnsupported => proto::SubscriptionError::SeCodecUnsupported,
                    SubscriptionError::TrackNotFound => proto::SubscriptionError::SeTrackNotfound,
                }
                .into(),
            })
        }
        Response::RequestResponse {
            request_id,
            reason,
            message,
            cid,
        } => {
            let request = cid.map(|cid| {
                let track = proto::AddTrackRequest {
                    cid,
                    ..Default::default()
                };
                proto::request_response::Request::AddTrack(track)
            });
            Message::RequestResponse(proto::RequestResponse {
                request_id,
                reason: request_reason(reason).into(),
                message,
                request,
            })
        }
        Response::MediaSections { audio, video } => {
            Message::MediaSectionsRequirement(proto::MediaSectionsRequirement {
                num_audios: audio,
                num_videos: video,
            })
        }
        Response::Leave { reason, action } => Message::Leave(leave(reason, action)),
        Response::RefreshToken => return None,
    };
    Some(proto::SignalResponse {
        message: Some(message),
    })
}

/// Who we say we are.
pub fn server_info() -> proto::ServerInfo {
    proto::ServerInfo {
        version: SERVER_VERSION.to_owned(),
        protocol: PROTOCOL,
        ..Default::default()
    }
}

fn join(joined: Joined) -> proto::JoinResponse {
    let codec = |mime: &str| proto::Codec {
        mime: mime.to_owned(),
        fmtp_line: String::new(),
    };
    proto::JoinResponse {
        room: Some(room_info(joined.room)),
        participant: Some(participant_info(joined.participant)),
        other_participants: joined.others.into_iter().map(participant_info).collect(),
        server_version: SERVER_VERSION.to_owned(),
        server_info: Some(server_info()),
        subscriber_primary: joined.subscriber_primary,
        fast_publish: joined.fast_publish,
        ping_interval: PING_INTERVAL,
        ping_timeout: PING_TIMEOUT,
        enabled_publish_codecs: vec![codec("video/VP8"), codec("video/H264"), codec("audio/opus")],
        ..Default::default()
    }
}

/// A leave with its action, readable by clients older than actions too.
pub fn leave(reason: DisconnectReason, action: LeaveAction) -> proto::LeaveRequest {
    use proto::leave_request::Action;
    proto::LeaveRequest {
        can_reconnect: action != LeaveAction::Disconnect,
        reason: disconnect_reason(reason).into(),
        action: match action {
            LeaveAction::Disconnect => Action::Disconnect,
            LeaveAction::Resume => Action::Resume,
            LeaveAction::Reconnect => Action::Reconnect,
        }
        .into(),
        regions: None,
    }
}

fn session(
    description: Description,
    kind: &str,
    tracks: BTreeMap<Mid, TrackSid>,
) -> proto::SessionDescription {
    proto::SessionDescription {
        r#type: kind.to_owned(),
        sdp: description.sdp,
        id: description.id,
        mid_to_track_id: tracks.into_iter().map(|(mid, track)| (mid.0, track.0)).collect(),
    }
}

fn connection_quality(quality: ConnectionQuality) -> proto::ConnectionQuality {
    match quality {
        ConnectionQuality::Lost => proto::ConnectionQuality::Lost,
        ConnectionQuality::Poor => proto::ConnectionQuality::Poor,
        ConnectionQuality::Good => proto::ConnectionQuality::Good,
        ConnectionQuality::Excellent => proto::ConnectionQuality::Excellent,
    }
}

fn request_reason(reason: RequestReason) -> proto::request_response::Reason {
    use proto::request_response::Reason;
    match reason {
        RequestReason::Ok => Reason::Ok,
        RequestReason::NotFound => Reason::NotFound,
        RequestReason::NotAllowed => Reason::NotAllowed,
        RequestReason::LimitExceeded => Reason::LimitExceeded,
        RequestReason::Queued => Reason::Queued,
        RequestReason::UnsupportedType => Reason::UnsupportedType,
        RequestReason::InvalidRequest => Reason::InvalidRequest,
    }
}

fn disconnect_reason(reason: DisconnectReason) -> proto::DisconnectReason {
    use proto::DisconnectReason as Proto;
    match reason {
        DisconnectReason::Unknown => Proto::UnknownReason,
        DisconnectReason::ClientInitiated => Proto::ClientInitiated,
        DisconnectReason::DuplicateIdentity => Proto::DuplicateIdentity,
        DisconnectReason::ServerShutdown => Proto::ServerShutdown,
        DisconnectReason::ParticipantRemoved => Proto::ParticipantRemoved,
        DisconnectReason::RoomDeleted => Proto::RoomDeleted,
        DisconnectReason::StateMismatch => Proto::StateMismatch,
        DisconnectReason::JoinFailure => Proto::JoinFailure,
        DisconnectReason::SignalClose => Proto::SignalClose,
        DisconnectReason::ConnectionTimeout => Proto::ConnectionTimeout,
        DisconnectReason::MediaFailure => Proto::MediaFailure,
    }
}
