//! Our words, turned into LiveKit's messages.

use std::collections::{BTreeMap, HashMap};

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::id::{Mid, TrackSid};
use sfu::media::MediaKind;
use sfu::signal::{
    ConnectionQuality, Description, DisconnectReason, Encryption, Joined, LeaveAction, ParticipantInfo,
    ParticipantState, Permission, Quality, RequestReason, Response, RoomInfo, Source, SubscriptionError,
    TrackCodec, TrackInfo, VideoLayer,
};

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

/// `Room`
pub fn room_info(room: RoomInfo) -> proto::Room {
    proto::Room {
        sid: room.sid.0,
        name: room.name,
        empty_timeout: room.empty_timeout,
        departure_timeout: room.departure_timeout,
        max_participants: room.max_participants,
        creation_time: room.created_at_ms / 1000,
        creation_time_ms: room.created_at_ms,
        metadata: room.metadata,
        num_participants: room.participants,
        num_publishers: room.publishers,
        active_recording: room.active_recording,
        ..Default::default()
    }
}

/// `ParticipantInfo`
pub fn participant_info(participant: ParticipantInfo) -> proto::ParticipantInfo {
    use proto::participant_info::State;
    proto::ParticipantInfo {
        sid: participant.sid.0,
        identity: participant.identity.0,
        state: match participant.state {
            ParticipantState::Joining => State::Joining,
            ParticipantState::Joined => State::Joined,
            ParticipantState::Active => State::Active,
            ParticipantState::Disconnected => State::Disconnected,
        }
        .into(),
        tracks: participant.tracks.into_iter().map(track_info).collect(),
        metadata: participant.metadata,
        joined_at: participant.joined_at_ms / 1000,
        joined_at_ms: participant.joined_at_ms,
        name: participant.name,
        version: participant.version,
        permission: Some(permission(&participant.permission)),
        is_publisher: participant.is_publisher,
        kind: participant.kind,
        attributes: participant.attributes.into_iter().collect::<HashMap<_, _>>(),
        disconnect_reason: participant
            .disconnect_reason
            .map_or(proto::DisconnectReason::UnknownReason, disconnect_reason)
            .into(),
        client_protocol: participant.client_protocol,
        capabilities: participant.capabilities,
        ..Default::default()
    }
}

/// `ParticipantPermission`
#[allow(deprecated, reason = "older clients read recorder and agent here")]
pub fn permission(permission: &Permission) -> proto::ParticipantPermission {
    proto::ParticipantPermission {
        can_subscribe: permission.can_subscribe,
        can_publish: permission.can_publish,
        can_publish_data: permission.can_publish_data,
        can_publish_sources: permission
            .can_publish_sources
            .iter()
            .map(|one| source(*one).into())
            .collect(),
        hidden: permission.hidden,
        recorder: permission.recorder,
        can_update_metadata: permission.can_update_metadata,
        agent: permission.agent,
        ..Default::default()
    }
}

/// `TrackInfo`
#[allow(deprecated, reason = "older clients read the deprecated fields")]
pub fn track_info(track: TrackInfo) -> proto::TrackInfo {
    proto::TrackInfo {
        sid: track.sid.0,
        r#type: match track.kind {
            MediaKind::Audio => proto::TrackType::Audio,
            MediaKind::Video => proto::TrackType::Video,
        }
        .into(),
        name: track.name,
        muted: track.muted,
        width: track.width,
        height: track.height,
        simulcast: track.simulcast,
        disable_dtx: track.disable_dtx,
        source: source(track.source).into(),
        layers: track.layers.iter().map(layer).collect(),
        mime_type: track.mime,
        codecs: track
            .codecs
            .into_iter()
            .map(|codec| simulcast_codec(codec, &track.mid))
            .collect(),
        mid: track.mid,
        stereo: track.stereo,
        disable_red: track.disable_red,
        encryption: match track.encryption {
            Encryption::None => proto::encryption::Type::None,
            Encryption::Gcm => proto::encryption::Type::Gcm,
            Encryption::Custom => proto::encryption::Type::Custom,
        }
        .into(),
        stream: track.stream,
        version: Some(proto::TimedVersion {
            unix_micro: track.version.0,
            ticks: track.version.1,
        }),
        audio_features: track.audio_features,
        backup_codec_policy: track.backup_codec_policy,
        ..Default::default()
    }
}

fn simulcast_codec(codec: TrackCodec, mid: &str) -> proto::SimulcastCodecInfo {
    proto::SimulcastCodecInfo {
        mime_type: codec.mime,
        mid: mid.to_owned(),
        cid: codec.cid,
        layers: codec.layers.iter().map(layer).collect(),
        ..Default::default()
    }
}

fn layer(layer: &VideoLayer) -> proto::VideoLayer {
    proto::VideoLayer {
        quality: quality(layer.quality).into(),
        width: layer.width,
        height: layer.height,
        bitrate: layer.bitrate,
        ssrc: layer.ssrc,
        rid: layer.rid.clone(),
        ..Default::default()
    }
}

fn quality(quality: Quality) -> proto::VideoQuality {
    match quality {
        Quality::Low => proto::VideoQuality::Low,
        Quality::Medium => proto::VideoQuality::Medium,
        Quality::High => proto::VideoQuality::High,
        Quality::Off => proto::VideoQuality::Off,
    }
}

fn source(source: Source) -> proto::TrackSource {
    match source {
        Source::Unknown => proto::TrackSource::Unknown,
        Source::Camera => proto::TrackSource::Camera,
        Source::Microphone => proto::TrackSource::Microphone,
        Source::ScreenShare => proto::TrackSource::ScreenShare,
        Source::ScreenShareAudio => proto::TrackSource::ScreenShareAudio,
    }
}

/// How a token names a source.
pub fn source_name(source: Source) -> &'static str {
    match source {
        Source::Unknown => "unknown",
        Source::Camera => "camera",
        Source::Microphone => "microphone",
        Source::ScreenShare => "screen_share",
        Source::ScreenShareAudio => "screen_share_audio",
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
