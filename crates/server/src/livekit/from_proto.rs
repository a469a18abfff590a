//! LiveKit's messages, turned into ours.

mod infos;
mod limits;

use livekit_protocol as proto;
use proto::signal_request::Message;
use proto::simulate_scenario::Scenario as ProtoScenario;
use sfu::id::{Identity, ParticipantSid, TrackSid};
use sfu::media::MediaKind;
use sfu::signal::{
    AddTrack, Description, Encryption, Permission, Quality, Request, Scenario, Source, SyncState, Target,
    TrackCodec, TrackPermission, TrackSettings, VideoLayer,
};

pub use infos::{participant_info, room_info, track_info};
pub use limits::{MAX_METADATA, MAX_NAME, MAX_SDP, Malformed, attributes, metadata, name};
use limits::{bounded, not_empty, sids};

/// What a client said on its socket.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// For its room.
    Request(Request),
    /// Answered by the socket itself: `pong`.
    Ping(i64),
    /// Answered by the socket itself: `pong_resp`.
    PingRequest {
        /// When the client sent it.
        timestamp: i64,
    },
    /// Answered with this refusal: something we do not offer.
    NotOffered(Box<proto::RequestResponse>),
    /// Nothing to do.
    Nothing,
}

/// Reads a request of a client.
#[allow(deprecated, reason = "layers are still updated so by some clients")]
pub fn request(request: proto::SignalRequest) -> Result<Incoming, Malformed> {
    let Some(message) = request.message else {
        return Ok(Incoming::Nothing);
    };
    Ok(Incoming::Request(match message {
        Message::Offer(offer) => Request::Offer(description(offer)?),
        Message::Answer(answer) => Request::Answer(description(answer)?),
        Message::Trickle(trickle) => Request::Trickle(match trickle.target() {
            proto::SignalTarget::Publisher => Target::Publisher,
            proto::SignalTarget::Subscriber => Target::Subscriber,
        }),
        Message::AddTrack(track) => match add_track(&track)? {
            Some(track) => Request::AddTrack(Box::new(track)),
            None => return Ok(refuse(0, proto::request_response::Request::AddTrack(track))),
        },
        Message::Mute(mute) => Request::Mute {
            track: TrackSid(name(mute.sid)?),
            muted: mute.muted,
        },
        Message::Subscription(subscription) => Request::Subscribe {
            subscribe: subscription.subscribe,
            tracks: subscription_tracks(subscription)?,
        },
        Message::TrackSetting(settings) => Request::TrackSettings(TrackSettings {
            quality: quality(settings.quality()),
            tracks: sids(settings.track_sids)?,
            disabled: settings.disabled,
            width: settings.width,
            height: settings.height,
            priority: settings.priority,
        }),
        Message::Leave(_) => Request::Leave,
        Message::UpdateLayers(update) => Request::UpdateVideoLayers {
            track: TrackSid(name(update.track_sid)?),
            layers: layers(&update.layers)?,
        },
        Message::SubscriptionPermission(permission) => Request::SubscriptionPermission {
            all: permission.all_participants,
            permissions: bounded(permission.track_permissions)?
                .into_iter()
                .map(track_permission)
                .collect::<Result<_, _>>()?,
        },
        Message::SyncState(state) => Request::SyncState(Box::new(sync_state(state)?)),
        Message::Simulate(simulate) => match simulate.scenario {
            Some(scenario) => Request::Simulate(self::scenario(scenario)),
            None => return Ok(Incoming::Nothing),
        },
        Message::Ping(timestamp) => return Ok(Incoming::Ping(timestamp)),
        Message::PingReq(ping) => {
            return Ok(Incoming::PingRequest {
                timestamp: ping.timestamp,
            });
        }
        Message::UpdateMetadata(update) => Request::UpdateMetadata {
            request_id: update.request_id,
            name: not_empty(name(update.name)?),
            metadata: not_empty(metadata(update.metadata)?),
            attributes: attributes(update.attributes)?,
        },
        Message::UpdateAudioTrack(update) => Request::UpdateAudioTrack {
            track: TrackSid(name(update.track_sid)?),
            features: bounded(update.features)?,
        },
        Message::UpdateVideoTrack(update) => Request::UpdateVideoTrack {
            track: TrackSid(name(update.track_sid)?),
            width: update.width,
            height: update.height,
        },
        Message::PublishDataTrackRequest(publish) => {
            return Ok(refuse(
                0,
                proto::request_response::Request::PublishDataTrack(publish),
            ));
        }
        Message::UnpublishDataTrackRequest(unpublish) => {
            return Ok(refuse(
                0,
                proto::request_response::Request::UnpublishDataTrack(unpublish),
            ));
        }
        Message::UpdateDataSubscription(_) => return Ok(Incoming::Nothing),
        Message::StoreDataBlobRequest(_) | Message::GetDataBlobRequest(_) => return Ok(Incoming::Nothing),
    }))
}

fn refuse(request_id: u32, request: proto::request_response::Request) -> Incoming {
    Incoming::NotOffered(Box::new(proto::RequestResponse {
        request_id,
        reason: proto::request_response::Reason::UnsupportedType.into(),
        message: "data tracks are not offered by this server".to_owned(),
        request: Some(request),
    }))
}

/// A session description; its type is known from where it came.
pub fn description(description: proto::SessionDescription) -> Result<Description, Malformed> {
    if description.sdp.len() > MAX_SDP {
        return Err(Malformed::SdpTooLarge);
    }
    Ok(Description {
        sdp: description.sdp,
        id: description.id,
    })
}

/// A wish to publish; `None` for kinds that are neither sound nor picture.
pub fn add_track(track: &proto::AddTrackRequest) -> Result<Option<AddTrack>, Malformed> {
    let kind = match track.r#type() {
        proto::TrackType::Audio => MediaKind::Audio,
        proto::TrackType::Video => MediaKind::Video,
        proto::TrackType::Data => return Ok(None),
    };
    #[allow(deprecated, reason = "older clients only set these two")]
    let (disable_dtx, stereo) = (track.disable_dtx, track.stereo);
    let features: Vec<_> = track.audio_features().collect();
    Ok(Some(AddTrack {
        cid: name(track.cid.clone())?,
        name: name(track.name.clone())?,
        kind,
        source: source(track.source()),
        width: track.width,
        height: track.height,
        muted: track.muted,
        disable_dtx: disable_dtx || features.contains(&proto::AudioTrackFeature::TfNoDtx),
        stereo: stereo || features.contains(&proto::AudioTrackFeature::TfStereo),
        disable_red: track.disable_red,
        layers: layers(&track.layers)?,
        codecs: bounded(track.simulcast_codecs.clone())?
            .into_iter()
            .map(|codec| {
                Ok(TrackCodec {
                    mime: name(codec.codec)?,
                    cid: name(codec.cid)?,
                    layers: layers(&codec.layers)?,
                })
            })
            .collect::<Result<_, Malformed>>()?,
        sid: not_empty(name(track.sid.clone())?).map(TrackSid),
        encryption: encryption(track.encryption()),
        stream: name(track.stream.clone())?,
        audio_features: bounded(track.audio_features.clone())?,
        backup_codec_policy: track.backup_codec_policy,
    }))
}

/// What a client remembers when it comes back.
pub fn sync_state(state: proto::SyncState) -> Result<SyncState, Malformed> {
    let subscription = state.subscription.unwrap_or_default();
    Ok(SyncState {
        subscribe: subscription.subscribe,
        subscription_tracks: subscription_tracks(subscription)?,
        published: bounded(state.publish_tracks)?
            .into_iter()
            .map(|published| {
                Ok((
                    name(published.cid)?,
                    TrackSid(name(published.track.unwrap_or_default().sid)?),
                ))
            })
            .collect::<Result<_, Malformed>>()?,
        disabled: sids(state.track_sids_disabled)?,
        received: bounded(state.datachannel_receive_states)?
            .into_iter()
            .map(|received| Ok((ParticipantSid(name(received.publisher_sid)?), received.last_seq)))
            .collect::<Result<_, Malformed>>()?,
        offer: state.offer.map(description).transpose()?,
        answer: state.answer.map(description).transpose()?,
    })
}

fn subscription_tracks(subscription: proto::UpdateSubscription) -> Result<Vec<TrackSid>, Malformed> {
    let grouped = bounded(subscription.participant_tracks)?
        .into_iter()
        .flat_map(|group| group.track_sids);
    sids(subscription.track_sids.into_iter().chain(grouped).collect())
}

fn track_permission(permission: proto::TrackPermission) -> Result<TrackPermission, Malformed> {
    Ok(TrackPermission {
        identity: Identity(name(permission.participant_identity)?),
        participant_sid: not_empty(name(permission.participant_sid)?).map(ParticipantSid),
        all_tracks: permission.all_tracks,
        tracks: sids(permission.track_sids)?,
    })
}

fn scenario(scenario: ProtoScenario) -> Scenario {
    match scenario {
        ProtoScenario::SpeakerUpdate(seconds) => {
            Scenario::Speaker(u32::try_from(seconds).unwrap_or(0).min(60))
        }
        ProtoScenario::NodeFailure(_) => Scenario::NodeFailure,
        ProtoScenario::Migration(_) => Scenario::Migration,
        ProtoScenario::ServerLeave(_) => Scenario::ServerLeave,
        ProtoScenario::SwitchCandidateProtocol(_) => Scenario::SwitchCandidateProtocol,
        ProtoScenario::SubscriberBandwidth(bits) => {
            Scenario::SubscriberBandwidth(u64::try_from(bits).unwrap_or(0))
        }
        ProtoScenario::DisconnectSignalOnResume(_) => {
            Scenario::DisconnectSignalOnResume { with_messages: true }
        }
        ProtoScenario::DisconnectSignalOnResumeNoMessages(_) => {
            Scenario::DisconnectSignalOnResume { with_messages: false }
        }
        ProtoScenario::LeaveRequestFullReconnect(_) => Scenario::LeaveFullReconnect,
    }
}

fn layers(layers: &[proto::VideoLayer]) -> Result<Vec<VideoLayer>, Malformed> {
    // Three layers of a few codecs; more is nothing a client does.
    if layers.len() > 16 {
        return Err(Malformed::ListTooLong);
    }
    layers.iter().map(layer).collect()
}

fn layer(layer: &proto::VideoLayer) -> Result<VideoLayer, Malformed> {
    Ok(VideoLayer {
        quality: quality(layer.quality()),
        width: layer.width,
        height: layer.height,
        bitrate: layer.bitrate,
        ssrc: layer.ssrc,
        rid: name(layer.rid.clone())?,
    })
}

fn quality(quality: proto::VideoQuality) -> Quality {
    match quality {
        proto::VideoQuality::Low => Quality::Low,
        proto::VideoQuality::Medium => Quality::Medium,
        proto::VideoQuality::High => Quality::High,
        proto::VideoQuality::Off => Quality::Off,
    }
}

/// `TrackSource`
pub fn source(source: proto::TrackSource) -> Source {
    match source {
        proto::TrackSource::Unknown => Source::Unknown,
        proto::TrackSource::Camera => Source::Camera,
        proto::TrackSource::Microphone => Source::Microphone,
        proto::TrackSource::ScreenShare => Source::ScreenShare,
        proto::TrackSource::ScreenShareAudio => Source::ScreenShareAudio,
    }
}

fn encryption(encryption: proto::encryption::Type) -> Encryption {
    match encryption {
        proto::encryption::Type::None => Encryption::None,
        proto::encryption::Type::Gcm => Encryption::Gcm,
        proto::encryption::Type::Custom => Encryption::Custom,
    }
}

/// `ParticipantPermission`
pub fn permission(permission: &proto::ParticipantPermission) -> Permission {
    #[allow(deprecated, reason = "still set by every server SDK")]
    let (recorder, agent) = (permission.recorder, permission.agent);
    Permission {
        can_subscribe: permission.can_subscribe,
        can_publish: permission.can_publish,
        can_publish_data: permission.can_publish_data,
        can_publish_sources: permission.can_publish_sources().map(source).collect(),
        hidden: permission.hidden,
        can_update_metadata: permission.can_update_metadata,
        recorder,
        agent,
    }
}
