//! Rooms as they are listed, and one room as it is shown: with who is in it now.

use std::collections::HashMap;

use meetings::door::reads_welcome;
use meetings::id::{EstablishmentId, PersonId, RoomId, RoomKind};
use meetings::people::{Right, Role};
use meetings::rooms::{Tie, tie};
use store::people::{self, Person};
use store::room_addresses::{self, Kind};
use store::rooms::{self, Room};
use store::{Cut, Page, Read, Store, StoreError, establishments, room_hosts};

use super::{READ, enters, named, tie_of, visitor};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::backend::{MediaBackend, Presence};

/// A room as somebody sees it who looks at it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The room.
    pub room: Room,
    /// What ties them to it.
    pub tie: Tie,
    /// They would enter without knocking.
    pub enters: bool,
    /// They may read its welcome.
    pub reads_welcome: bool,
    /// The names of who is in it; `None` when the media server does not say.
    pub present: Option<Vec<String>>,
}

impl Seen {
    fn of(room: Room, tie: Tie, person: Option<&Person>, presence: Option<&Presence>) -> Self {
        let present = presence.map(|all| all.get(room.address.as_str()).cloned().unwrap_or_default());
        let visitor = visitor(tie, person);
        Self {
            enters: enters(&room, visitor),
            reads_welcome: reads_welcome(room.access, visitor),
            room,
            tie,
            present,
        }
    }
}

/// A room in a list of the organisation's.
#[derive(Clone, Debug)]
pub struct Listed {
    /// As it is seen.
    pub seen: Seen,
    /// The name of its owner.
    pub owner: String,
    /// They own it, or were made a host of it.
    pub mine: bool,
    /// It is the personal room of somebody who is not of the organisation.
    pub personal: bool,
    /// Where it belongs.
    pub establishment: Option<(EstablishmentId, String)>,
}

/// More about a room, for who hosts it.
#[derive(Clone, Debug)]
pub struct Behind {
    /// Whose it is.
    pub owner: Option<Person>,
    /// Who hosts it beside its owner.
    pub hosts: Vec<Person>,
    /// All its addresses.
    pub addresses: Vec<(meetings::address::RoomAddress, Kind)>,
    /// Where it belongs.
    pub establishment: Option<(EstablishmentId, String)>,
}

/// One room as anybody may see it, and what stands behind it for who hosts it.
pub async fn one(
    store: &Store,
    backend: &dyn MediaBackend,
    caller: &Caller,
    text: &str,
) -> Result<(Seen, Option<Behind>), Error> {
    let tx = store.begin_read().await?;
    let (room, _) = named(&tx, caller, text).await?;
    let person = caller.known(READ);
    let tie = match person {
        Some(person) => tie_of(&tx, &room, person).await?,
        None => Tie::None,
    };
    let behind = match tie {
        Tie::None => None,
        Tie::Host | Tie::Manager => Some(behind(&tx, &room).await?),
    };
    drop(tx);
    let presence = presence(backend, &[room.address.to_string()]).await;
    Ok((Seen::of(room, tie, person, presence.as_ref()), behind))
}

async fn behind(tx: &Read, room: &Room) -> Result<Behind, StoreError> {
    let hosts = room_hosts::of_room(tx, room.id).await?;
    let mut people = people::by_ids(tx, &[&hosts[..], &[room.owner]].concat()).await?;
    let establishment = match room.establishment {
        Some(id) => establishments::by_id(tx, id).await?,
        None => None,
    };
    Ok(Behind {
        owner: people.get(&room.owner).cloned(),
        hosts: hosts.iter().filter_map(|host| people.remove(host)).collect(),
        addresses: room_addresses::of_room(tx, room.id).await?,
        establishment: establishment.map(|one| (one.id, one.name)),
    })
}

/// Which rooms are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The organisation's; an individual sees only their own.
    All,
    /// Those somebody owns or hosts.
    Mine,
}

/// A page of rooms, the oldest first, with who is in them now.
pub async fn list(
    store: &Store,
    backend: &dyn MediaBackend,
    caller: &Caller,
    whose: Whose,
    cut: Cut<RoomKind>,
) -> Result<Page<Listed, RoomKind>, Error> {
    let person = caller.person(READ)?;
    let tx = store.begin_read().await?;
    let page = match scope(person) {
        _ if whose == Whose::Mine => rooms::of_host(&tx, person.id, cut).await?,
        Sees::Own => rooms::of_host(&tx, person.id, cut).await?,
        Sees::Organisation => rooms::of_organisation(&tx, cut).await?,
        Sees::Everything => rooms::list(&tx, cut).await?,
    };
    Ok(Page {
        items: listed(tx, backend, person, page.items).await?,
        next: page.next,
    })
}

/// What somebody sees in lists.
enum Sees {
    Own,
    Organisation,
    Everything,
}

fn scope(person: &Person) -> Sees {
    let standing = person.standing();
    if standing.has(Right::ManageRooms) {
        Sees::Everything
    } else if standing.has(Right::SeeDirectory) {
        Sees::Organisation
    } else {
        Sees::Own
    }
}

/// Adds what lists show, in a few questions however many rooms there are.
async fn listed(
    tx: Read,
    backend: &dyn MediaBackend,
    person: &Person,
    rooms: Vec<Room>,
) -> Result<Vec<Listed>, StoreError> {
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let owners: Vec<PersonId> = rooms.iter().map(|room| room.owner).collect();
    let places: Vec<EstablishmentId> = rooms.iter().filter_map(|room| room.establishment).collect();
    let hosted = room_hosts::hosted_among(&tx, person.id, &ids).await?;
    let owners: HashMap<PersonId, Person> = people::by_ids(&tx, &owners).await?;
    let places = establishments::by_ids(&tx, &places).await?;
    drop(tx);
    let names: Vec<_> = rooms.iter().map(|room| room.address.to_string()).collect();
    let presence = match names.is_empty() {
        true => None,
        false => presence(backend, &names).await,
    };
    let list = rooms.into_iter().map(|room| {
        let tie = tie(
            person.standing(),
            room.owner == person.id,
            hosted.contains(&room.id),
        );
        let owner = owners.get(&room.owner);
        Listed {
            owner: owner.map_or_else(String::new, |owner| owner.name.as_str().to_owned()),
            mine: room.owner == person.id || hosted.contains(&room.id),
            personal: owner.is_some_and(|owner| owner.role == Role::Individual),
            establishment: room
                .establishment
                .and_then(|id| places.get(&id))
                .map(|place| (place.id, place.name.clone())),
            seen: Seen::of(room, tie, Some(person), presence.as_ref()),
        }
    });
    Ok(list.collect())
}

/// Who is in these rooms; `None` when the media server does not say, which is no reason to show no rooms.
async fn presence(backend: &dyn MediaBackend, rooms: &[String]) -> Option<Presence> {
    match backend.presence(rooms).await {
        Ok(presence) => Some(presence),
        Err(error) => {
            tracing::warn!(%error, "it is not known who is in which room");
            None
        }
    }
}
