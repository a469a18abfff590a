//! Making a room, and what is proposed when its address cannot be.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;
use meetings::door::Access;
use meetings::id::EstablishmentId;
use meetings::people::Right;
use meetings::prefix::{self, Misfit};
use meetings::rooms::{self as rules, NotAnother, Welcome};
use meetings::webhook::Event;
use serde_json::json;
use store::people::Person;
use store::rooms::{self, Room};
use store::{Conflict, Read, Store, StoreError, Subject, Write, establishments, random, room_addresses};

use super::WRITE;
use crate::actions::caller::{Caller, right_missing};
use crate::actions::error::Error;
use crate::actions::establishments::must_exist;
use crate::actions::once::{Once, once};
use crate::actions::trail::{Actor, Deed, note};
use crate::actions::webhooks::tell;
use crate::webhooks::RoomNews;

/// Addresses proposed instead of one that cannot be.
const PROPOSED: usize = 3;

/// How many are looked at together to find those that are free.
const LOOKED_AT: usize = 12;

/// A room to make.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Where it is found.
    pub address: RoomAddress,
    /// What it is called; as its address is spoken without.
    pub name: Option<DisplayName>,
    /// The padlock.
    pub access: Access,
    /// Where it belongs; where its address says without.
    pub establishment: Option<EstablishmentId>,
    /// People at once; the usual without.
    pub people_limit: Option<u16>,
    /// What everybody reads before they join.
    pub welcome: Option<Welcome>,
}

/// Makes a room for whoever asks; the same one again when this is the same request (see [`once`]). `installation` is
/// how many people it allows in a room.
pub async fn create(
    store: &Store,
    installation: u32,
    caller: &Caller,
    now: Timestamp,
    request: Option<Once>,
    wanted: NewRoom,
) -> Result<Room, Error> {
    let owner = caller.person(WRITE)?;
    let tx = store.begin_write().await?;
    let id = random::id(now);
    if let Some(made) = once(&tx, owner.id, request, id, now).await? {
        let gone = || {
            Error::missing(
                "gone",
                "the room that was made with this key is not there any more",
            )
        };
        return rooms::by_id(&tx, made).await?.ok_or_else(gone);
    }
    let owned = rooms::owned(&tx, owner.id).await?;
    match rules::may_make(owner.standing(), usize::try_from(owned).unwrap_or(usize::MAX)) {
        Ok(()) => {}
        Err(NotAnother::Right) => return Err(right_missing(&tx, Right::CreateRooms).await?),
        Err(NotAnother::HasOne) => {
            let message = "this account has its room already";
            return Err(Error::wrong_state("has_a_room", message));
        }
    }
    let room = new_room(&tx, installation, owner, id, now, wanted).await?;
    add(&tx, Actor::Caller(caller), now, &room).await?;
    tx.commit().await?;
    Ok(room)
}

/// The room as it will be.
pub(in crate::actions) async fn new_room(
    tx: &Read,
    installation: u32,
    owner: &Person,
    id: meetings::id::RoomId,
    now: Timestamp,
    wanted: NewRoom,
) -> Result<Room, Error> {
    let may_choose = owner.standing().has(Right::CreateRooms);
    if wanted.establishment.is_some() && !may_choose {
        return Err(right_missing(tx, Right::CreateRooms).await?);
    }
    let establishment = placed(tx, &wanted.address, wanted.establishment, may_choose).await?;
    Ok(Room {
        id,
        name: match wanted.name {
            Some(name) => name.as_str().to_owned(),
            None => wanted.address.spoken(),
        },
        address: wanted.address,
        access: wanted.access,
        owner: owner.id,
        establishment,
        people_limit: limit(wanted.people_limit, installation)?,
        welcome: wanted.welcome.map(|welcome| welcome.as_str().to_owned()),
        members_answer: false,
        created: now,
    })
}

/// Keeps a new room, notes it and announces it; when its address cannot be, says what could.
pub(in crate::actions) async fn add(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    room: &Room,
) -> Result<(), Error> {
    match keep(tx, actor, "room.created", now, room).await {
        Err(StoreError::Conflict(conflict)) => {
            Err(taken(tx, conflict, &room.address, room.establishment).await?)
        }
        kept => Ok(kept?),
    }
}

/// Keeps a new room, notes it as what `action` says, and announces it. A conflict leaves the transaction usable.
pub(super) async fn keep(
    tx: &Write,
    actor: Actor<'_>,
    action: &str,
    now: Timestamp,
    room: &Room,
) -> Result<(), StoreError> {
    rooms::insert(tx, room).await?;
    let deed = Deed {
        action,
        subject: &room.name,
        id: room.id,
        details: json!({ "address": room.address, "access": room.access }),
    };
    note(tx, actor, now, deed).await?;
    tell(tx, Event::RoomCreated, now, RoomNews::from(room)).await?;
    tx.announce(Subject::Room, room.id);
    Ok(())
}

/// The limit of a room.
pub(super) fn limit(wanted: Option<u16>, installation: u32) -> Result<u16, Error> {
    rules::people_limit(wanted, installation)
        .map_err(|error| Error::invalid("invalid_people_limit", error).with(json!({ "most": error.most })))
}

/// To which establishment a room of this address belongs.
pub(super) async fn placed(
    tx: &Read,
    address: &RoomAddress,
    wanted: Option<EstablishmentId>,
    may_choose: bool,
) -> Result<Option<EstablishmentId>, Error> {
    if let Some(id) = wanted {
        must_exist(tx, id).await?;
    }
    let prefixes = establishments::prefixes(tx).await?;
    match prefix::place(address, wanted, may_choose, &prefixes) {
        Ok(establishment) => Ok(establishment),
        Err(misfit) => Err(misplaced(tx, address, misfit).await?),
    }
}

/// Why an address does not fit, with what would.
pub(super) async fn misplaced(
    tx: &Read,
    address: &RoomAddress,
    misfit: Misfit<EstablishmentId>,
) -> Result<Error, StoreError> {
    Ok(match misfit {
        Misfit::Needs(prefix) => {
            let longer = prefix::with_prefix(&prefix, address);
            let alternatives = room_addresses::free_among(tx, longer.as_slice()).await?;
            let message = "the addresses of this establishment's rooms begin with its prefix";
            let details = json!({ "prefix": prefix, "alternatives": alternatives });
            Error::invalid("prefix_needed", message).with(details)
        }
        Misfit::Held(holder) => {
            let holder = establishments::by_id(tx, holder).await?;
            let prefix = holder.and_then(|holder| holder.prefix);
            let message = "addresses that begin so are for the rooms of an establishment";
            Error::invalid("prefix_held", message).with(json!({ "prefix": prefix }))
        }
    })
}

/// An address cannot be: why, and what could. Other errors stay what they are.
pub(super) async fn taken(
    tx: &Read,
    conflict: Conflict,
    address: &RoomAddress,
    establishment: Option<EstablishmentId>,
) -> Result<Error, StoreError> {
    let alternatives = alternatives(tx, address, establishment).await?;
    let refused = Error::from(conflict);
    let mut details = refused.details.clone().unwrap_or_else(|| json!({}));
    details["alternatives"] = json!(alternatives);
    Ok(refused.with(details))
}

/// Free addresses like this one, of rooms that belong to the same establishment.
async fn alternatives(
    tx: &Read,
    address: &RoomAddress,
    establishment: Option<EstablishmentId>,
) -> Result<Vec<RoomAddress>, StoreError> {
    let prefixes = establishments::prefixes(tx).await?;
    let fits =
        |one: &RoomAddress| prefix::holder(one, &prefixes).is_none_or(|holder| Some(holder) == establishment);
    let candidates: Vec<_> = address.alternatives().filter(fits).collect();
    let mut found = Vec::new();
    for some in candidates.chunks(LOOKED_AT) {
        found.extend(room_addresses::free_among(tx, some).await?);
        if found.len() >= PROPOSED {
            break;
        }
    }
    found.truncate(PROPOSED);
    Ok(found)
}
