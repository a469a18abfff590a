//! Rooms, participants and tracks as LiveKit's clients read them.

use std::collections::HashMap;

use livekit_protocol as proto;
use sfu::media::MediaKind;
use sfu::signal::{
    Encryption, ParticipantInfo, ParticipantState, Permission, Quality, RoomInfo, Source, TrackCodec,
    TrackInfo, VideoLayer,
};

use super::disconnect_reason;

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

pub(super) fn quality(quality: Quality) -> proto::VideoQuality {
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
