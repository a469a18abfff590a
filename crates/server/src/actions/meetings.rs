//! Meetings that were, for those who host their rooms: when, who was there, and what was written.

use std::collections::HashMap;

use jiff::Timestamp;
use meetings::attendance::{Presence, Stay, merge};
use meetings::hosting::Rank;
use meetings::id::{ChatMessageKind, MeetingId, MeetingKind};
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use store::chat_messages::{self, ChatMessage};
use store::people::Person;
use store::room_meetings::{self, Meeting};
use store::rooms::{self, Room};
use store::{Cut, MAX_LIMIT, Page, Read, Store, StoreError, attendance, room_hosts};

use super::caller::Caller;
use super::door::scene::{Doorway, Who};
use super::error::Error;

/// A meeting, and how many were there.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The meeting.
    pub meeting: Meeting,
    /// People, each counted once, with however many devices.
    pub people: usize,
}

const READ: Scope = Scope::read(Noun::Rooms);

/// The meetings of a room, the newest first.
pub async fn of_room(
    store: &Store,
    now: Timestamp,
    caller: &Caller,
    room: &str,
    cut: Cut<MeetingKind>,
) -> Result<Page<Summary, MeetingKind>, Error> {
    let tx = store.begin_read().await?;
    let person = caller.person(READ)?;
    let room = Doorway::named(&tx, room).await?.room;
    hosts(&tx, person, Some(&room)).await?;
    let page = room_meetings::of_room(&tx, room.id, cut).await?;
    Ok(counted(&tx, now, page).await?)
}

/// The meetings of all rooms that somebody owns or hosts, the newest first; of every room for who runs the house.
pub async fn of_caller(
    store: &Store,
    now: Timestamp,
    caller: &Caller,
    cut: Cut<MeetingKind>,
) -> Result<Page<Summary, MeetingKind>, Error> {
    let tx = store.begin_read().await?;
    let person = caller.person(READ)?;
    let page = if person.standing().has(Right::ManageRooms) {
        room_meetings::list(&tx, cut).await?
    } else {
        let owned = rooms::of_owner(&tx, person.id, Cut::first(MAX_LIMIT)).await?;
        let mut theirs: Vec<_> = owned.items.iter().map(|room| room.id).collect();
        theirs.extend(room_hosts::of_person(&tx, person.id).await?);
        room_meetings::of_rooms(&tx, &theirs, cut).await?
    };
    Ok(counted(&tx, now, page).await?)
}

/// A meeting, and everybody who was there in the order in which they came.
pub async fn read(
    store: &Store,
    now: Timestamp,
    caller: &Caller,
    id: MeetingId,
) -> Result<(Meeting, Vec<Presence>), Error> {
    let tx = store.begin_read().await?;
    let meeting = hosted(&tx, caller, id).await?;
    let stays = attendance::of_meetings(&tx, &[meeting.id]).await?;
    let stays: Vec<_> = stays.into_iter().map(|one| one.stay).collect();
    Ok((meeting, merge(&stays, now)))
}

/// What was written in a meeting, the oldest first.
pub async fn messages(
    store: &Store,
    caller: &Caller,
    id: MeetingId,
    cut: Cut<ChatMessageKind>,
) -> Result<Page<ChatMessage, ChatMessageKind>, Error> {
    let tx = store.begin_read().await?;
    let meeting = hosted(&tx, caller, id).await?;
    Ok(chat_messages::of_meeting(&tx, meeting.id, cut).await?)
}

/// A meeting of a room that the caller hosts. Whoever may not read it learns nothing by trying ids.
async fn hosted(tx: &Read, caller: &Caller, id: MeetingId) -> Result<Meeting, Error> {
    let person = caller.person(READ)?;
    let unknown = || Error::missing("unknown_meeting", "there is no such meeting");
    let meeting = room_meetings::by_id(tx, id).await?.ok_or_else(unknown)?;
    let room = match meeting.room {
        Some(room) => rooms::by_id(tx, room).await?,
        None => None,
    };
    hosts(tx, person, room.as_ref()).await.map_err(|_| unknown())?;
    Ok(meeting)
}

/// Only who hosts a room whatever meeting there is; only who runs the house when the room is gone.
async fn hosts(tx: &Read, person: &Person, room: Option<&Room>) -> Result<(), Error> {
    let may = match room {
        Some(room) => {
            let who = Who {
                person: Some(person.clone()),
                ..Who::default()
            };
            who.rank(tx, room).await? == Rank::RoomHost
        }
        None => person.standing().has(Right::ManageRooms),
    };
    match may {
        true => Ok(()),
        false => Err(Error::forbidden(
            "hosts_only",
            "only hosts of the room see its meetings",
        )),
    }
}

async fn counted(
    tx: &Read,
    now: Timestamp,
    page: Page<Meeting, MeetingKind>,
) -> Result<Page<Summary, MeetingKind>, StoreError> {
    let ids: Vec<_> = page.items.iter().map(|meeting| meeting.id).collect();
    let mut stays: HashMap<_, Vec<Stay>> = HashMap::new();
    for one in attendance::of_meetings(tx, &ids).await? {
        stays.entry(one.meeting.as_uuid()).or_default().push(one.stay);
    }
    let summary = |meeting: Meeting| {
        let stays = stays.get(&meeting.id.as_uuid());
        let people = stays.map_or(0, |stays| merge(stays, now).len());
        Summary { meeting, people }
    };
    Ok(Page {
        items: page.items.into_iter().map(summary).collect(),
        next: page.next,
    })
}
