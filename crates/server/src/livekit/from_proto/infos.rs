//! Rooms, participants and tracks as a LiveKit cluster shows them.

use livekit_protocol as proto;
use meetings::display_name::DisplayName;
use sfu::id::{Identity, ParticipantSid, RoomSid, TrackSid};
use sfu::media::MediaKind;
use sfu::signal::{DisconnectReason, ParticipantInfo, ParticipantState, RoomInfo, TrackCodec, TrackInfo};

use super::{encryption, layer, limits, permission, source};

/// A room as a LiveKit cluster shows it.
pub fn room_info(room: proto::Room) -> RoomInfo {
    RoomInfo {
        sid: RoomSid(room.sid),
        name: room.name,
        empty_timeout: room.empty_timeout,
        departure_timeout: room.departure_timeout,
        max_participants: room.max_participants,
        created_at_ms: match room.creation_time_ms {
            0 => room.creation_time.saturating_mul(1000),
            milliseconds => milliseconds,
        },
        metadata: room.metadata,
        participants: room.num_participants,
        publishers: room.num_publishers,
        active_recording: room.active_recording,
    }
}

/// A participant as a LiveKit cluster shows it. Operators may have signed any name: what can be shown of it is taken,
/// and whoever has an identity that cannot be written is known by their stay.
pub fn participant_info(participant: proto::ParticipantInfo) -> ParticipantInfo {
    let state = match participant.state() {
        proto::participant_info::State::Joining => ParticipantState::Joining,
        proto::participant_info::State::Joined => ParticipantState::Joined,
        proto::participant_info::State::Active => ParticipantState::Active,
        proto::participant_info::State::Disconnected => ParticipantState::Disconnected,
    };
    let name = DisplayName::salvaged(&participant.name);
    let identity = limits::name(participant.identity.clone()).unwrap_or_else(|_| participant.sid.clone());
    let gone = (state == ParticipantState::Disconnected).then(|| reason(participant.disconnect_reason()));
    ParticipantInfo {
        state,
        disconnect_reason: gone,
        sid: ParticipantSid(participant.sid),
        identity: Identity(identity),
        name: name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
        metadata: participant.metadata,
        attributes: participant.attributes.into_iter().collect(),
        tracks: participant.tracks.into_iter().map(track_info).collect(),
        permission: participant
            .permission
            .as_ref()
            .map(permission)
            .unwrap_or_default(),
        version: participant.version,
        joined_at_ms: match participant.joined_at_ms {
            0 => participant.joined_at.saturating_mul(1000),
            milliseconds => milliseconds,
        },
        is_publisher: participant.is_publisher,
        kind: participant.kind,
        client_protocol: participant.client_protocol,
        capabilities: participant.capabilities,
    }
}

/// A track as a LiveKit cluster shows it.
pub fn track_info(track: proto::TrackInfo) -> TrackInfo {
    let kind = match track.r#type() {
        proto::TrackType::Audio => MediaKind::Audio,
        proto::TrackType::Video | proto::TrackType::Data => MediaKind::Video,
    };
    #[allow(deprecated, reason = "a cluster may be older than their deprecation")]
    let (simulcast, disable_dtx, layers, stereo) = (
        track.simulcast,
        track.disable_dtx,
        track.layers.clone(),
        track.stereo,
    );
    let our_layers = |layers: &[proto::VideoLayer]| layers.iter().filter_map(|one| layer(one).ok()).collect();
    TrackInfo {
        kind,
        source: source(track.source()),
        encryption: encryption(track.encryption()),
        sid: TrackSid(track.sid),
        name: track.name,
        muted: track.muted,
        width: track.width,
        height: track.height,
        simulcast,
        disable_dtx,
        layers: our_layers(&layers),
        mime: track.mime_type,
        mid: track.mid,
        codecs: track
            .codecs
            .into_iter()
            .map(|codec| TrackCodec {
                mime: codec.mime_type,
                cid: codec.cid,
                layers: our_layers(&codec.layers),
            })
            .collect(),
        stereo,
        disable_red: track.disable_red,
        stream: track.stream,
        audio_features: track.audio_features,
        backup_codec_policy: track.backup_codec_policy,
        version: track
            .version
            .map_or((0, 0), |version| (version.unix_micro, version.ticks)),
    }
}

fn reason(reason: proto::DisconnectReason) -> DisconnectReason {
    use proto::DisconnectReason as Proto;
    match reason {
        Proto::ClientInitiated => DisconnectReason::ClientInitiated,
        Proto::DuplicateIdentity => DisconnectReason::DuplicateIdentity,
        Proto::ServerShutdown => DisconnectReason::ServerShutdown,
        Proto::ParticipantRemoved => DisconnectReason::ParticipantRemoved,
        Proto::RoomDeleted | Proto::RoomClosed => DisconnectReason::RoomDeleted,
        Proto::StateMismatch => DisconnectReason::StateMismatch,
        Proto::JoinFailure => DisconnectReason::JoinFailure,
        Proto::SignalClose => DisconnectReason::SignalClose,
        Proto::ConnectionTimeout => DisconnectReason::ConnectionTimeout,
        Proto::MediaFailure => DisconnectReason::MediaFailure,
        _ => DisconnectReason::Unknown,
    }
}
