//! Media in a LiveKit cluster: its RoomService over HTTP, and its webhooks as event stream.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use livekit_api::services::room::{CreateRoomOptions, RoomClient, SendDataOptions, UpdateParticipantOptions};
use livekit_api::services::{ServerError, ServiceError};
use livekit_protocol::WebhookEvent;
use livekit_protocol::data_packet::Kind;
use livekit_token::TokenVerifier;
use sfu::id::TrackSid;
use sfu::media::Channel;
use sfu::room::RoomAnnouncement;
use sfu::signal::{ParticipantInfo, ParticipantState, RoomInfo, TrackInfo};
use tokio::sync::broadcast;
use url::Url;

use super::{
    Answer, BackendError, Entrance, Holder, Invitation, MediaBackend, NO_PARTICIPANT, NO_ROOM, NO_TRACK,
    ParticipantChange, Presence, ServerMessage, shown,
};
use crate::livekit::{from_proto, to_proto, token};
use crate::rooms::RoomOptions;
use store::Secret;

/// Announcements a slow listener may lag behind.
const EVENT_CAPACITY: usize = 1024;

/// Rooms asked at once who is in them: a list of many takes few turns, and the cluster has others to answer.
const AT_ONCE: usize = 16;

/// An external cluster.
pub struct LiveKitCluster {
    /// For clients: `ws://` or `wss://`.
    url: String,
    key: String,
    secret: Secret,
    rooms: RoomClient,
    events: broadcast::Sender<Arc<RoomAnnouncement>>,
    max_participants: u32,
}

impl LiveKitCluster {
    /// The cluster at `url`, with one of its API keys.
    pub fn new(url: &Url, key: &str, secret: &Secret, max_participants: u32) -> Self {
        let text = url.as_str().trim_end_matches('/');
        let url = match text.split_once("://") {
            Some(("http", rest)) => format!("ws://{rest}"),
            Some(("https", rest)) => format!("wss://{rest}"),
            _ => text.to_owned(),
        };
        let rooms = RoomClient::with_api_key(&url, key, secret.expose()).with_failover(false);
        let events = broadcast::channel(EVENT_CAPACITY).0;
        Self {
            url,
            key: key.to_owned(),
            secret: secret.clone(),
            rooms,
            events,
            max_participants,
        }
    }

    /// Takes a webhook of the cluster, whose signature the caller has checked.
    pub fn take_webhook(&self, event: WebhookEvent) {
        if let Some(announcement) = announcement(event) {
            // Nobody listening is fine.
            let _ = self.events.send(Arc::new(announcement));
        }
    }
}

fn announcement(event: WebhookEvent) -> Option<RoomAnnouncement> {
    let room = from_proto::room_info(event.room?);
    let who = event
        .participant
        .map(|who| Box::new(from_proto::participant_info(who)));
    let track = event.track.map(|track| Box::new(from_proto::track_info(track)));
    Some(match event.event.as_str() {
        "room_started" => RoomAnnouncement::RoomStarted(room),
        "room_finished" => RoomAnnouncement::RoomFinished(room),
        "participant_joined" => RoomAnnouncement::ParticipantJoined(room, who?),
        "participant_left" => RoomAnnouncement::ParticipantLeft(room, who?),
        "participant_connection_aborted" => RoomAnnouncement::ParticipantConnectionAborted(room, who?),
        "track_published" => RoomAnnouncement::TrackPublished(room, who?, track?),
        "track_unpublished" => RoomAnnouncement::TrackUnpublished(room, who?, track?),
        _ => return None,
    })
}

/// What a cluster's error means here; `missing` is what a plain "not found" is about.
fn error(error: ServiceError, missing: BackendError) -> BackendError {
    match error {
        ServiceError::Twirp(ServerError::Twirp(answer)) => match answer.code.as_str() {
            "not_found" => missing,
            "failed_precondition" => BackendError::FailedPrecondition(answer.msg),
            "invalid_argument" | "malformed" => BackendError::Invalid(answer.msg),
            "resource_exhausted" => BackendError::Full(answer.msg),
            "unauthenticated" | "permission_denied" => BackendError::Refused(answer.msg),
            _ => BackendError::Unavailable(format!("{}: {}", answer.code, answer.msg)),
        },
        other => BackendError::Unavailable(other.to_string()),
    }
}

#[async_trait]
impl MediaBackend for LiveKitCluster {
    fn invite(&self, invitation: &Invitation<'_>) -> Answer<Entrance> {
        let join = token::JoinToken {
            room: invitation.room,
            identity: invitation.identity,
            name: invitation.name,
            role: invitation.role,
            room_metadata: invitation.metadata,
        };
        let token = token::mint(&self.key, &self.secret, &join)
            .ok_or_else(|| BackendError::Refused("its secret cannot sign".to_owned()))?;
        Ok(Entrance {
            url: self.url.clone(),
            token,
        })
    }

    fn recognise(&self, token: &Secret) -> Option<Holder> {
        let verifier = TokenVerifier::with_api_key(&self.key, self.secret.expose());
        let claims = verifier.verify(token.expose()).ok()?;
        // Operators of the cluster may sign with the same key.
        Some(token::holder(claims, false))
    }

    async fn has_place(&self, room: &str, limit: u32) -> Answer<()> {
        let found = self.rooms(&[room.to_owned()]).await?;
        let count = found.first().map_or(0, |room| room.participants);
        let over = |limit: u32| limit > 0 && count >= limit;
        if over(self.max_participants) || over(limit) {
            return Err(BackendError::Full("the room is full".to_owned()));
        }
        Ok(())
    }

    async fn create_room(&self, name: &str, options: &RoomOptions) -> Answer<RoomInfo> {
        let options = CreateRoomOptions {
            empty_timeout: options.empty_timeout,
            departure_timeout: options.departure_timeout,
            max_participants: options.max_participants,
            metadata: options.metadata.clone(),
            ..Default::default()
        };
        let room = self
            .rooms
            .create_room(name, options)
            .await
            .map_err(|e| error(e, NO_ROOM))?;
        Ok(from_proto::room_info(room))
    }

    async fn rooms(&self, names: &[String]) -> Answer<Vec<RoomInfo>> {
        let rooms = self
            .rooms
            .list_rooms(names.to_vec())
            .await
            .map_err(|e| error(e, NO_ROOM))?;
        let mut rooms: Vec<_> = rooms.into_iter().map(from_proto::room_info).collect();
        rooms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(rooms)
    }

    async fn end_room(&self, room: &str) -> Answer<()> {
        self.rooms.delete_room(room).await.map_err(|e| error(e, NO_ROOM))
    }

    async fn participants(&self, room: &str) -> Answer<Vec<ParticipantInfo>> {
        match self.rooms.list_participants(room).await {
            Ok(participants) => Ok(participants
                .into_iter()
                .map(from_proto::participant_info)
                .collect()),
            Err(failure) => match error(failure, NO_ROOM) {
                missing if missing == NO_ROOM => Ok(Vec::new()),
                other => Err(other),
            },
        }
    }

    async fn presence(&self, rooms: &[String]) -> Answer<Presence> {
        let running = self.rooms(rooms).await?;
        let occupied = running.into_iter().filter(|room| room.participants > 0);
        let people = occupied.map(|room| async {
            let found = self.participants(&room.name).await?;
            let seen = found
                .into_iter()
                .filter(|one| !one.permission.hidden && one.state != ParticipantState::Disconnected);
            let names = seen.map(|one| shown(one.name, one.identity)).collect();
            Ok((room.name, names))
        });
        let people: Vec<Answer<(String, Vec<String>)>> =
            stream::iter(people).buffer_unordered(AT_ONCE).collect().await;
        let people = people
            .into_iter()
            .filter(|room| !matches!(room, Ok((_, names)) if names.is_empty()));
        people.collect()
    }

    async fn participant(&self, room: &str, identity: &str) -> Answer<ParticipantInfo> {
        let found = self.rooms.get_participant(room, identity).await;
        found
            .map(from_proto::participant_info)
            .map_err(|e| error(e, NO_PARTICIPANT))
    }

    async fn remove(&self, room: &str, identity: &str) -> Answer<()> {
        self.rooms
            .remove_participant(room, identity)
            .await
            .map_err(|e| error(e, NO_PARTICIPANT))
    }

    async fn mute(&self, room: &str, identity: &str, track: &TrackSid, muted: bool) -> Answer<TrackInfo> {
        // LiveKit answers with success and no track when it does not know it, which livekit-api takes for impossible.
        if !self
            .participant(room, identity)
            .await?
            .tracks
            .iter()
            .any(|one| one.sid == *track)
        {
            return Err(NO_TRACK);
        }
        let muted = self
            .rooms
            .mute_published_track(room, identity, track.as_str(), muted)
            .await;
        muted.map(from_proto::track_info).map_err(|e| error(e, NO_TRACK))
    }

    async fn update(&self, room: &str, identity: &str, change: ParticipantChange) -> Answer<ParticipantInfo> {
        let options = UpdateParticipantOptions {
            metadata: change.metadata.unwrap_or_default(),
            attributes: change.attributes.into_iter().collect(),
            permission: change.permission.as_ref().map(to_proto::permission),
            name: change.name.unwrap_or_default(),
        };
        let updated = self.rooms.update_participant(room, identity, options).await;
        updated
            .map(from_proto::participant_info)
            .map_err(|e| error(e, NO_PARTICIPANT))
    }

    async fn subscribe(
        &self,
        room: &str,
        identity: &str,
        tracks: Vec<TrackSid>,
        subscribe: bool,
    ) -> Answer<()> {
        let tracks = tracks.into_iter().map(|track| track.0).collect();
        let done = self
            .rooms
            .update_subscriptions(room, identity, tracks, subscribe)
            .await;
        done.map_err(|e| error(e, NO_PARTICIPANT))
    }

    async fn send_data(&self, room: &str, message: ServerMessage) -> Answer<()> {
        #[allow(deprecated, reason = "stays can only be named so")]
        let options = SendDataOptions {
            kind: if message.channel == Channel::Reliable {
                Kind::Reliable
            } else {
                Kind::Lossy
            },
            destination_sids: message.to_sids.into_iter().map(|sid| sid.0).collect(),
            destination_identities: message.to.into_iter().map(|identity| identity.0).collect(),
            topic: message.topic,
        };
        self.rooms
            .send_data(room, message.payload, options)
            .await
            .map_err(|e| error(e, NO_ROOM))
    }

    async fn set_room_metadata(&self, room: &str, metadata: &str) -> Answer<RoomInfo> {
        let updated = self.rooms.update_room_metadata(room, metadata).await;
        updated.map(from_proto::room_info).map_err(|e| error(e, NO_ROOM))
    }

    fn events(&self) -> broadcast::Receiver<Arc<RoomAnnouncement>> {
        self.events.subscribe()
    }
}
