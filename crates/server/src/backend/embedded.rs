//! Media inside this process: the rooms of [`crate::rooms`].

use std::sync::Arc;

use async_trait::async_trait;
use sfu::id::{Identity, TrackSid};
use sfu::room::{Administer, RoomAnnouncement, RoomView};
use sfu::signal::{DisconnectReason, ParticipantInfo, RoomInfo, TrackInfo};
use tokio::sync::broadcast;

use super::{
    Answer, BackendError, Entrance, Holder, Invitation, MediaBackend, NO_PARTICIPANT, NO_ROOM, NO_TRACK,
    ParticipantChange, Presence, ServerMessage, shown,
};
use crate::keys::KeyRing;
use crate::livekit::{data, token};
use crate::rooms::{Refusal, RoomHandle, RoomOptions, Rooms};
use store::Secret;

/// The embedded server.
pub struct Embedded {
    rooms: Arc<Rooms>,
    keys: Arc<KeyRing>,
}

impl Embedded {
    /// Over these rooms, minting with the ring's own key.
    pub fn new(rooms: Arc<Rooms>, keys: Arc<KeyRing>) -> Self {
        Self { rooms, keys }
    }

    fn room(&self, name: &str) -> Answer<RoomHandle> {
        self.rooms.find(name).ok_or(NO_ROOM)
    }

    async fn view(&self, name: &str) -> Answer<(RoomHandle, RoomView)> {
        let room = self.room(name)?;
        let view = room.view().await.ok_or(NO_ROOM)?;
        Ok((room, view))
    }

    async fn found(&self, room: &str, identity: &str) -> Answer<(RoomHandle, ParticipantInfo)> {
        let (handle, view) = self.view(room).await?;
        Ok((handle, pick(view, identity)?))
    }
}

fn pick(view: RoomView, identity: &str) -> Answer<ParticipantInfo> {
    view.participants
        .into_iter()
        .find(|one| one.identity.as_str() == identity)
        .ok_or(NO_PARTICIPANT)
}

fn refused(refusal: Refusal) -> BackendError {
    match refusal {
        Refusal::RoomFull | Refusal::ServerFull => BackendError::Full(refusal.to_string()),
        Refusal::Stopping => BackendError::Unavailable(refusal.to_string()),
    }
}

#[async_trait]
impl MediaBackend for Embedded {
    fn invite(&self, invitation: &Invitation<'_>) -> Answer<Entrance> {
        let missing =
            || BackendError::Unavailable("the server's own key is missing from the store".to_owned());
        let key = self.keys.own().ok_or_else(missing)?;
        let join = token::JoinToken {
            room: invitation.room,
            identity: invitation.identity,
            name: invitation.name,
            role: invitation.role,
            room_metadata: invitation.metadata,
        };
        let token = token::mint(&key.key, &key.secret, &join).ok_or_else(missing)?;
        Ok(Entrance {
            url: invitation.seen_at.to_owned(),
            token,
        })
    }

    fn recognise(&self, token: &Secret) -> Option<Holder> {
        let grant = token::verify(&self.keys, token.expose()).ok()?;
        let ours = self.keys.own().is_some_and(|own| own.key == grant.key);
        Some(token::holder(grant.claims, ours))
    }

    async fn has_place(&self, room: &str, limit: u32) -> Answer<()> {
        self.rooms.has_place(room, None, limit).map_err(refused)
    }

    async fn create_room(&self, name: &str, options: &RoomOptions) -> Answer<RoomInfo> {
        let room = self.rooms.open(name, options).map_err(refused)?;
        Ok(room.summary().info)
    }

    async fn rooms(&self, names: &[String]) -> Answer<Vec<RoomInfo>> {
        let wanted = |info: &RoomInfo| names.is_empty() || names.contains(&info.name);
        let mut rooms: Vec<_> = self
            .rooms
            .all()
            .into_iter()
            .map(|room| room.summary().info)
            .filter(wanted)
            .collect();
        rooms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(rooms)
    }

    async fn end_room(&self, room: &str) -> Answer<()> {
        let handle = self.room(room)?;
        handle
            .administer(Administer::End(DisconnectReason::RoomDeleted))
            .await;
        Ok(())
    }

    async fn participants(&self, room: &str) -> Answer<Vec<ParticipantInfo>> {
        match self.view(room).await {
            Ok((_, view)) => Ok(view.participants),
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn presence(&self, rooms: &[String]) -> Answer<Presence> {
        let found = match rooms {
            [] => self.rooms.all(),
            named => named.iter().filter_map(|name| self.rooms.find(name)).collect(),
        };
        let people = found.into_iter().map(|room| room.summary()).map(|summary| {
            let seen = summary.people.into_iter().filter(|(_, _, hidden)| !hidden);
            let names = seen.map(|(identity, name, _)| shown(name, identity)).collect();
            (summary.info.name, names)
        });
        Ok(people
            .filter(|(_, names): &(_, Vec<_>)| !names.is_empty())
            .collect())
    }

    async fn participant(&self, room: &str, identity: &str) -> Answer<ParticipantInfo> {
        // LiveKit answers so for a room that does not run, too.
        self.found(room, identity)
            .await
            .map(|(_, found)| found)
            .map_err(|_| NO_PARTICIPANT)
    }

    async fn remove(&self, room: &str, identity: &str) -> Answer<()> {
        let (handle, _) = self.found(room, identity).await.map_err(|_| NO_PARTICIPANT)?;
        handle
            .administer(Administer::Remove(Identity::from(identity)))
            .await;
        Ok(())
    }

    async fn mute(&self, room: &str, identity: &str, track: &TrackSid, muted: bool) -> Answer<TrackInfo> {
        let (handle, found) = self.found(room, identity).await?;
        let before = found
            .tracks
            .into_iter()
            .find(|one| one.sid == *track)
            .ok_or(NO_TRACK)?;
        if !muted && before.muted {
            return Err(BackendError::FailedPrecondition(
                "remote unmute not enabled".to_owned(),
            ));
        }
        let ask = Administer::Mute {
            identity: Identity::from(identity),
            track: track.clone(),
            muted,
        };
        let view = handle.administer(ask).await.ok_or(NO_ROOM)?;
        pick(view, identity)?
            .tracks
            .into_iter()
            .find(|one| one.sid == *track)
            .ok_or(NO_TRACK)
    }

    async fn update(&self, room: &str, identity: &str, change: ParticipantChange) -> Answer<ParticipantInfo> {
        let (handle, _) = self.found(room, identity).await.map_err(|_| NO_PARTICIPANT)?;
        let ask = Administer::Update {
            identity: Identity::from(identity),
            name: change.name,
            metadata: change.metadata,
            attributes: change.attributes,
            permission: change.permission,
        };
        pick(handle.administer(ask).await.ok_or(NO_ROOM)?, identity)
    }

    async fn subscribe(
        &self,
        room: &str,
        identity: &str,
        tracks: Vec<TrackSid>,
        subscribe: bool,
    ) -> Answer<()> {
        let (handle, _) = self.found(room, identity).await?;
        let ask = Administer::Subscribe {
            identity: Identity::from(identity),
            tracks,
            subscribe,
        };
        handle.administer(ask).await;
        Ok(())
    }

    async fn send_data(&self, room: &str, message: ServerMessage) -> Answer<()> {
        let handle = self.room(room)?;
        if message.payload.len() > data::MAX_MESSAGE {
            return Err(BackendError::Invalid(format!(
                "a message holds at most {} bytes",
                data::MAX_MESSAGE
            )));
        }
        let relay = data::from_server(
            message.channel,
            message.payload,
            message.topic,
            message.to,
            message.to_sids,
        );
        if handle.relay(relay).await {
            Ok(())
        } else {
            Err(NO_ROOM)
        }
    }

    async fn set_room_metadata(&self, room: &str, metadata: &str) -> Answer<RoomInfo> {
        let handle = self.room(room)?;
        let view = handle
            .administer(Administer::RoomMetadata(metadata.to_owned()))
            .await;
        view.map(|view| view.room).ok_or(NO_ROOM)
    }

    fn events(&self) -> broadcast::Receiver<Arc<RoomAnnouncement>> {
        self.rooms.announcements()
    }
}
