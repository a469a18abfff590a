//! Who hosts a room beside its owner.

use jiff::Timestamp;
use meetings::id::PersonId;
use meetings::rooms::Part;
use serde_json::json;
use store::rooms::Room;
use store::{Store, Subject, people, room_hosts};

use super::changeable;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::trail::{Actor, Deed, note};

/// Hosts a room may have: those who really answer its door, and what a page of settings shows.
const MAX_HOSTS: usize = 50;

/// Makes somebody a host of a room; nothing changes when they are one.
pub async fn add(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    text: &str,
    person: PersonId,
) -> Result<Room, Error> {
    let tx = store.begin_write().await?;
    let (room, _) = changeable(&tx, caller, text, &[Part::Hosts]).await?;
    let host = people::by_id(&tx, person).await?.filter(|person| person.active);
    let host = host.ok_or_else(|| Error::missing("unknown_host", "nobody active here has this id"))?;
    if host.id == room.owner || room_hosts::is_host(&tx, room.id, host.id).await? {
        return Ok(room);
    }
    if room_hosts::of_room(&tx, room.id).await?.len() >= MAX_HOSTS {
        let message = "a room has at most 50 hosts";
        return Err(Error::wrong_state("too_many_hosts", message));
    }
    room_hosts::add(&tx, room.id, host.id, now).await?;
    let deed = Deed {
        action: "room.host_added",
        subject: &room.name,
        id: room.id,
        details: json!({ "host": host.id, "name": host.name.as_str() }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    Ok(room)
}

/// Makes somebody no host of a room any more; they may do so themselves.
pub async fn remove(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    text: &str,
    person: PersonId,
) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let oneself = caller.person(super::WRITE)?.id == person;
    let part = if oneself { Part::Access } else { Part::Hosts };
    let (room, _) = changeable(&tx, caller, text, &[part]).await?;
    if !room_hosts::remove(&tx, room.id, person).await? {
        return Err(Error::missing(
            "unknown_host",
            "this person does not host the room",
        ));
    }
    let deed = Deed {
        action: "room.host_removed",
        subject: &room.name,
        id: room.id,
        details: json!({ "host": person }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    Ok(())
}
