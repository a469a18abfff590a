//! What somebody in a call asks for, known by the token they came in with: their hand, and what they write.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::chat::MessageText;
use meetings::door::Mark;
use meetings::hosting::{Rank, Role};
use meetings::id::{ChatMessageKind, PersonId};
use sfu::media::Channel;
use sfu::signal::ParticipantState;
use store::chat_messages::{self, ChatMessage};
use store::rooms::Room;
use store::visits;
use store::{Cut, Page, Read, Secret, Store, StoreError, random, room_meetings};

use super::door::scene::{Doorway, Who};
use super::error::Error;
use super::meeting_news;
use crate::backend::{BackendError, HAND, MediaBackend, ParticipantChange, ServerMessage};

/// The topic of data messages that tell of a new message in the conversation.
pub const CHAT_TOPIC: &str = "palabre.chat";

/// Somebody who is in a call.
#[derive(Clone, Debug)]
pub struct Participant {
    /// In which room.
    pub room: Room,
    /// What the media server calls it.
    pub media_room: RoomAddress,
    /// Who, for machines.
    pub identity: String,
    /// Under which name.
    pub name: String,
    /// Who, when they are signed in.
    pub person: Option<PersonId>,
    /// What they are in the meeting.
    pub rank: Rank,
}

impl Participant {
    /// Whoever holds this token and is in the call now.
    pub async fn recognise(store: &Store, backend: &dyn MediaBackend, token: &Secret) -> Result<Self, Error> {
        let invalid = || {
            let message = "this is no token of a participant, or it is too old";
            Error::not_signed_in("invalid_token", message)
        };
        let holder = backend.recognise(token).ok_or_else(invalid)?;
        let tx = store.begin_read().await?;
        let address = RoomAddress::parse(&holder.room).map_err(|_| outside())?;
        let Doorway { room, media_room } = Doorway::at(&tx, &address).await?.ok_or_else(outside)?;
        let visit = visits::by_identity(&tx, room.id, &holder.identity).await?;
        let (rank, person) = match &visit {
            Some(visit) if visit.mark == Mark::SentAway => return Err(outside()),
            Some(visit) => {
                let who = Who::of_visit(&tx, visit).await?.ok_or_else(outside)?;
                (who.rank(&tx, &room).await?, visit.person)
            }
            None if holder.ours => return Err(outside()),
            // An operator's word.
            None => match holder.role {
                Role::Host => (Rank::Host, None),
                Role::Member => (Rank::Member, None),
                Role::Guest => (Rank::Guest, None),
            },
        };
        drop(tx);
        let present = backend
            .participant(media_room.as_str(), &holder.identity)
            .await
            .map_err(|error| match error {
                BackendError::NotFound(_) => outside(),
                other => other.into(),
            })?;
        if present.state == ParticipantState::Disconnected {
            return Err(outside());
        }
        Ok(Self {
            room,
            media_room,
            identity: holder.identity,
            name: present.name,
            person,
            rank,
        })
    }

    /// As they stand before the door.
    pub(super) async fn who(&self, tx: &Read) -> Result<Who, StoreError> {
        let known = match visits::by_identity(tx, self.room.id, &self.identity).await? {
            Some(visit) => Who::of_visit(tx, &visit).await?,
            None => None,
        };
        Ok(known.unwrap_or_else(|| Who {
            identity: Some(self.identity.clone()),
            ..Who::default()
        }))
    }
}

fn outside() -> Error {
    Error::forbidden("not_in_call", "this participant is not in the call")
}

/// Raises one's hand, or takes it down. One that is up already stays where it is in the order.
pub async fn raise_hand(
    backend: &dyn MediaBackend,
    now: Timestamp,
    who: &Participant,
    raised: bool,
) -> Result<(), Error> {
    let room = who.media_room.as_str();
    let up = backend
        .participant(room, &who.identity)
        .await?
        .attributes
        .contains_key(HAND);
    if up == raised {
        return Ok(());
    }
    let since = match raised {
        true => now.as_millisecond().to_string(),
        false => String::new(),
    };
    set_attribute(backend, room, &who.identity, HAND, since).await
}

/// Sets one attribute of a participant; an empty value takes it away.
pub(super) async fn set_attribute(
    backend: &dyn MediaBackend,
    room: &str,
    identity: &str,
    name: &str,
    value: String,
) -> Result<(), Error> {
    let change = ParticipantChange {
        attributes: BTreeMap::from([(name.to_owned(), value)]),
        ..ParticipantChange::default()
    };
    backend.update(room, identity, change).await?;
    Ok(())
}

/// Keeps what somebody wrote, then tells everybody in the call. `encode` writes it as the API does.
pub async fn write(
    store: &Store,
    backend: &dyn MediaBackend,
    now: Timestamp,
    who: &Participant,
    text: &str,
    encode: impl FnOnce(&ChatMessage) -> Vec<u8>,
) -> Result<ChatMessage, Error> {
    let text = MessageText::parse(text).map_err(|error| Error::invalid("invalid_message", error))?;
    let running = backend.rooms(&[who.media_room.to_string()]).await?.pop();
    let running = running.ok_or_else(outside)?;
    let tx = store.begin_write().await?;
    // Whoever writes is there, though the news of it may still be on the way; unless a host has just ended it.
    let meeting = meeting_news::open(&tx, &who.room, &running.sid, now).await?;
    let meeting = meeting.ok_or_else(outside)?;
    let message = ChatMessage {
        id: random::id(now),
        meeting: meeting.id,
        identity: who.identity.clone(),
        person: who.person,
        name: who.name.clone(),
        text: text.as_str().to_owned(),
        sent: now,
    };
    chat_messages::insert(&tx, &message).await?;
    tx.commit().await?;
    let told = ServerMessage {
        channel: Channel::Reliable,
        payload: encode(&message),
        topic: Some(CHAT_TOPIC.to_owned()),
        to: Vec::new(),
        to_sids: Vec::new(),
    };
    if let Err(error) = backend.send_data(who.media_room.as_str(), told).await {
        // It is kept, and read by whoever looks next.
        tracing::warn!(room = %who.media_room, %error, "a message could not be told to the call");
    }
    Ok(message)
}

/// What was written in the meeting that goes on, the oldest first.
pub async fn messages(
    store: &Store,
    who: &Participant,
    cut: Cut<ChatMessageKind>,
) -> Result<Page<ChatMessage, ChatMessageKind>, Error> {
    let tx = store.begin_read().await?;
    let Some(meeting) = room_meetings::running_of(&tx, who.room.id).await? else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    Ok(chat_messages::of_meeting(&tx, meeting.id, cut).await?)
}
