//! The other addresses of a room: aliases, and former addresses that still lead to it.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::EstablishmentId;
use meetings::people::Right;
use meetings::prefix::{self, Misfit};
use meetings::rooms::Part;
use serde_json::json;
use store::room_addresses::Kind;
use store::rooms::Room;
use store::{Store, StoreError, Subject, establishments, room_addresses};

use super::create::{misplaced, placed, taken};
use super::{READ, changeable, named};
use crate::actions::caller::Caller;
use crate::actions::error::{Error, Kind as ErrorKind};
use crate::actions::trail::{Actor, Deed, note};

/// Other addresses a room may have: what one would print on a card, and former names of some years.
const MAX_ADDRESSES: usize = 20;

/// Gives a room one more address, as good as its main one. An address by which it was found before becomes one again.
pub async fn add(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    text: &str,
    wanted: RoomAddress,
) -> Result<Room, Error> {
    let tx = store.begin_write().await?;
    let (room, _) = changeable(&tx, caller, text, &[Part::Addresses]).await?;
    let its = room_addresses::of_room(&tx, room.id).await?;
    let former = its
        .iter()
        .any(|(address, kind)| *address == wanted && *kind == Kind::Redirect);
    if former {
        room_addresses::remove(&tx, room.id, &wanted).await?;
    } else if its.len() > MAX_ADDRESSES {
        let message = "a room has at most 20 addresses beside its main one";
        return Err(Error::wrong_state("too_many_addresses", message));
    }
    let prefixes = establishments::prefixes(&tx).await?;
    if let Some(holder) = prefix::holder(&wanted, &prefixes)
        && Some(holder) != room.establishment
    {
        return Err(misplaced(&tx, &wanted, Misfit::Held(holder)).await?);
    }
    match room_addresses::add(&tx, room.id, &wanted, Kind::Alias, now).await {
        Err(StoreError::Conflict(conflict)) => {
            return Err(taken(&tx, conflict, &wanted, room.establishment).await?);
        }
        added => added?,
    }
    let deed = Deed {
        action: "room.address_added",
        subject: &room.name,
        id: room.id,
        details: json!({ "address": wanted }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    Ok(room)
}

/// Takes an alias or a former address away from a room; others may have it then.
pub async fn remove(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    text: &str,
    unwanted: &str,
) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let (room, _) = changeable(&tx, caller, text, &[Part::Addresses]).await?;
    let unwanted =
        RoomAddress::given(unwanted).map_err(|error| Error::malformed("invalid_address", error))?;
    match room_addresses::remove(&tx, room.id, &unwanted).await {
        Err(StoreError::Missing(_)) => {
            return Err(Error::missing(
                "unknown_address",
                "the room does not have this address",
            ));
        }
        removed => removed?,
    }
    let deed = Deed {
        action: "room.address_removed",
        subject: &room.name,
        id: room.id,
        details: json!({ "address": unwanted }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Room, room.id);
    tx.commit().await?;
    Ok(())
}

/// Whether a room could be found under an address: a new one of an establishment (or of none), or one that is there
/// and is to be renamed. If not, why, in the words of the refusal that choosing it would earn.
pub async fn check(
    store: &Store,
    caller: &Caller,
    wanted: &RoomAddress,
    establishment: Option<EstablishmentId>,
    room: Option<&str>,
) -> Result<Option<Error>, Error> {
    let person = caller.person(READ)?;
    let tx = store.begin_read().await?;
    let room = match room {
        Some(text) => Some(named(&tx, caller, text).await?.0),
        None => None,
    };
    let establishment = room.as_ref().map_or(establishment, |room| room.establishment);
    let may_choose = person.standing().has(Right::CreateRooms);
    let establishment = match placed(&tx, wanted, establishment, may_choose).await {
        Ok(establishment) => establishment,
        Err(misplaced) if misplaced.kind == ErrorKind::Invalid => return Ok(Some(misplaced)),
        Err(other) => return Err(other),
    };
    let id = room.map(|room| room.id);
    match room_addresses::find(&tx, wanted).await? {
        Some((holder, _)) if Some(holder) == id => return Ok(None),
        _ => {}
    }
    match room_addresses::check_free(&tx, id, wanted).await {
        Ok(()) => Ok(None),
        Err(StoreError::Conflict(conflict)) => Ok(Some(taken(&tx, conflict, wanted, establishment).await?)),
        Err(other) => Err(other.into()),
    }
}
