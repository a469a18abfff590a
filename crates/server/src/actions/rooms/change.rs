//! Changing a room, handing it over, and taking it away.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;
use meetings::door::Access;
use meetings::id::{EstablishmentId, PersonId};
use meetings::people::Right;
use meetings::rooms::{Part, Welcome, may_be_given};
use meetings::webhook::Event;
use serde_json::{Map, Value, json};
use store::people::{self, Person};
use store::rooms::{self, Room};
use store::{Store, StoreError, Subject, Write, room_addresses, room_hosts};

use super::changeable;
use super::create::{limit, placed, taken};
use crate::actions::caller::{Caller, right_missing};
use crate::actions::error::Error;
use crate::actions::establishments::must_exist;
use crate::actions::room_state;
use crate::actions::trail::{Actor, Deed, note};
use crate::actions::webhooks::tell;
use crate::backend::MediaBackend;
use crate::webhooks::RoomNews;

/// What changes about a room; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What it is called.
    pub name: Option<DisplayName>,
    /// The padlock.
    pub access: Option<Access>,
    /// Its main address; the former one leads to it from then on.
    pub address: Option<RoomAddress>,
    /// Where it belongs, or nowhere.
    pub establishment: Option<Option<EstablishmentId>>,
    /// People at once.
    pub people_limit: Option<u16>,
    /// What everybody reads before they join, or nothing.
    pub welcome: Option<Option<Welcome>>,
    /// Whether members answer knocks while no host is there.
    pub members_answer: Option<bool>,
    /// To whom it is handed over; who owned it stays its host.
    pub owner: Option<PersonId>,
}

impl Change {
    /// What it touches.
    pub fn parts(&self) -> Vec<Part> {
        let touched = [
            (self.name.is_some(), Part::Name),
            (self.access.is_some(), Part::Access),
            (self.address.is_some(), Part::Addresses),
            (self.establishment.is_some(), Part::Establishment),
            (self.people_limit.is_some(), Part::PeopleLimit),
            (self.welcome.is_some(), Part::Welcome),
            (self.members_answer.is_some(), Part::MembersAnswer),
            (self.owner.is_some(), Part::Owner),
        ];
        touched
            .into_iter()
            .filter_map(|(touched, part)| touched.then_some(part))
            .collect()
    }
}

/// Changes a room: all of it, or nothing when one part is refused. Who is in it sees the padlock, name and welcome
/// change.
pub async fn change(
    store: &Store,
    backend: &dyn MediaBackend,
    installation: u32,
    caller: &Caller,
    now: Timestamp,
    text: &str,
    change: Change,
) -> Result<Room, Error> {
    let tx = store.begin_write().await?;
    let (before, person) = changeable(&tx, caller, text, &change.parts()).await?;
    let mut room = before.clone();
    if let Some(name) = change.name {
        room.name = name.as_str().to_owned();
    }
    room.access = change.access.unwrap_or(room.access);
    room.members_answer = change.members_answer.unwrap_or(room.members_answer);
    if let Some(welcome) = change.welcome {
        room.welcome = welcome.map(|welcome| welcome.as_str().to_owned());
    }
    if let Some(wanted) = change.people_limit.filter(|wanted| *wanted != room.people_limit) {
        room.people_limit = limit(Some(wanted), installation)?;
    }
    if let Some(establishment) = change.establishment {
        room.establishment = belongs_to(&tx, person, establishment).await?;
    }
    if let Some(owner) = change.owner.filter(|owner| *owner != room.owner) {
        room.owner = hand_over(&tx, &room, owner, now).await?;
    }
    if let Some(address) = change.address.filter(|address| *address != room.address) {
        rename(&tx, backend, person, &mut room, address, now).await?;
    }
    let changes = differences(&before, &room);
    if changes.is_empty() {
        return Ok(room);
    }
    rooms::update(&tx, &room).await?;
    let deed = Deed {
        action: "room.changed",
        subject: &room.name,
        id: room.id,
        details: Value::Object(changes),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tell(&tx, Event::RoomChanged, now, RoomNews::from(&room)).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    if room.address != before.address {
        // Nobody is in it, but somebody may have been a moment ago; whoever comes next enters by the new address.
        room_state::close(backend, &before.address).await;
    }
    room_state::tell(backend, &room).await;
    Ok(room)
}

/// Takes a room away, with its addresses; a meeting that goes on in it ends.
pub async fn delete(
    store: &Store,
    backend: &dyn MediaBackend,
    caller: &Caller,
    now: Timestamp,
    text: &str,
) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let (room, _) = changeable(&tx, caller, text, &[Part::Existence]).await?;
    rooms::delete(&tx, room.id).await?;
    let deed = Deed {
        action: "room.deleted",
        subject: &room.name,
        id: room.id,
        details: json!({ "address": room.address }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tell(&tx, Event::RoomDeleted, now, RoomNews::from(&room)).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    room_state::close(backend, &room.address).await;
    Ok(())
}

async fn belongs_to(
    tx: &Write,
    person: &Person,
    establishment: Option<EstablishmentId>,
) -> Result<Option<EstablishmentId>, Error> {
    let Some(id) = establishment else {
        return Ok(None);
    };
    if !person.standing().has(Right::CreateRooms) {
        return Err(right_missing(tx, Right::CreateRooms).await?);
    }
    must_exist(tx, id).await?;
    Ok(Some(id))
}

/// Makes somebody the owner; who owned it stays its host.
async fn hand_over(tx: &Write, room: &Room, to: PersonId, now: Timestamp) -> Result<PersonId, Error> {
    let heir = people::by_id(tx, to).await?;
    let heir = heir.filter(|heir| may_be_given(heir.standing()));
    let heir = heir.ok_or_else(|| {
        let message = "a room is handed over to an active member of the organisation";
        Error::invalid("cannot_own_rooms", message)
    })?;
    room_hosts::remove(tx, room.id, heir.id).await?;
    room_hosts::add(tx, room.id, room.owner, now).await?;
    Ok(heir.id)
}

/// Gives a room another main address. People in it would be parted from those who come after, so it waits for them.
async fn rename(
    tx: &Write,
    backend: &dyn MediaBackend,
    person: &Person,
    room: &mut Room,
    to: RoomAddress,
    now: Timestamp,
) -> Result<(), Error> {
    let media = backend.rooms(&[room.address.to_string()]).await;
    let media = media.map_err(|error| Error::unavailable("media_unavailable", error))?;
    if media.iter().any(|media| media.participants > 0) {
        let message = "somebody is in this room: change its address when it is empty";
        return Err(Error::wrong_state("room_in_use", message));
    }
    let may_choose = person.standing().has(Right::CreateRooms);
    room.establishment = placed(tx, &to, room.establishment, may_choose).await?;
    match room_addresses::rename(tx, room.id, &to, now).await {
        Err(StoreError::Conflict(conflict)) => {
            return Err(taken(tx, conflict, &to, room.establishment).await?);
        }
        renamed => renamed?,
    }
    room.address = to;
    Ok(())
}

/// What is different, from what to what, for the audit trail.
fn differences(before: &Room, after: &Room) -> Map<String, Value> {
    let pairs = [
        ("name", json!(before.name), json!(after.name)),
        ("access", json!(before.access), json!(after.access)),
        ("address", json!(before.address), json!(after.address)),
        (
            "establishment",
            json!(before.establishment),
            json!(after.establishment),
        ),
        (
            "people_limit",
            json!(before.people_limit),
            json!(after.people_limit),
        ),
        ("welcome", json!(before.welcome), json!(after.welcome)),
        (
            "members_answer",
            json!(before.members_answer),
            json!(after.members_answer),
        ),
        ("owner", json!(before.owner), json!(after.owner)),
    ];
    let different = pairs.into_iter().filter(|(_, from, to)| from != to);
    different
        .map(|(name, from, to)| (name.to_owned(), json!([from, to])))
        .collect()
}
