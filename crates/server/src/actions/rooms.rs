//! Rooms: finding them, and what somebody is to one. What is done to them is in the files below.

pub mod addresses;
pub mod change;
pub mod create;
pub mod hosts;
pub mod importing;
pub mod list;
pub mod unknown;

use meetings::address::RoomAddress;
use meetings::door::{self, Door, Past, Scene, Visitor};
use meetings::id::RoomId;
use meetings::people::{Right, Role};
use meetings::rooms::{Part, Tie, tie};
use meetings::scope::{Noun, Scope};
use serde_json::json;
use store::people::{self, Person};
use store::room_addresses::Kind;
use store::rooms::{self, Room};
use store::{Read, StoreError, room_hosts};

use super::caller::Caller;
use super::error::Error;

/// To look at rooms.
pub const READ: Scope = Scope::read(Noun::Rooms);
/// To change them.
pub const WRITE: Scope = Scope::write(Noun::Rooms);

/// The room that answers to an address, or has an id.
pub async fn find(tx: &Read, text: &str) -> Result<Option<(Room, Kind)>, Error> {
    if let Ok(id) = text.parse::<RoomId>()
        && let Some(room) = rooms::by_id(tx, id).await?
    {
        return Ok(Some((room, Kind::Main)));
    }
    // A word that became one of ours may still be the address of a room.
    let address = RoomAddress::given(text).map_err(|error| Error::malformed("invalid_address", error))?;
    Ok(rooms::by_address(tx, &address).await?)
}

/// The same, for somebody who may be offered to make it when there is none.
pub async fn named(tx: &Read, caller: &Caller, text: &str) -> Result<(Room, Kind), Error> {
    match find(tx, text).await? {
        Some(found) => Ok(found),
        None => Err(unknown::room(tx, caller, text).await?),
    }
}

/// What ties somebody to a room.
pub async fn tie_of(tx: &Read, room: &Room, person: &Person) -> Result<Tie, StoreError> {
    let made_host = room_hosts::is_host(tx, room.id, person.id).await?;
    Ok(tie(person.standing(), room.owner == person.id, made_host))
}

/// What somebody is before the door of a room.
pub fn visitor(tie: Tie, person: Option<&Person>) -> Visitor {
    match person {
        Some(_) if tie >= Tie::Host => Visitor::Host,
        Some(person) if person.active && person.role >= Role::Member => Visitor::Member,
        _ => Visitor::Stranger,
    }
}

/// Whether somebody would enter without knocking, as things usually are: nobody was sent away, there is a place.
/// Whoever would may see who is in the room.
pub fn enters(room: &Room, visitor: Visitor) -> bool {
    let scene = Scene {
        access: room.access,
        visitor,
        past: Past::Unknown,
        somebody_removed: false,
        place: true,
        begun: true,
    };
    door::decide(scene) == Door::Enter
}

/// A room that somebody wants to change, and what ties them to it, when they may change this part of it.
pub async fn changeable<'a>(
    tx: &Read,
    caller: &'a Caller,
    text: &str,
    parts: &[Part],
) -> Result<(Room, &'a Person), Error> {
    let person = caller.person(WRITE)?;
    let (room, _) = named(tx, caller, text).await?;
    let tie = tie_of(tx, &room, person).await?;
    if parts.iter().all(|part| tie.may_change(*part)) && tie > Tie::None {
        return Ok((room, person));
    }
    let refused = Error::forbidden(
        "room_not_yours",
        "this is for those whose room it is, and for administrators",
    );
    if !person.standing().has(Right::SeeDirectory) {
        return Err(refused);
    }
    let owner = people::by_id(tx, room.owner).await?;
    let owner = owner.map(|owner| owner.name.as_str().to_owned());
    Err(refused.with(json!({ "owner": owner })))
}
