//! Establishments: the sites and legal units of the organisation.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;
use meetings::id::{EstablishmentId, EstablishmentKind};
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use serde_json::json;
use store::establishments::{self, Establishment};
use store::{Cut, Page, Read, Store, Subject, Write, random};

use super::caller::Caller;
use super::error::Error;
use super::trail::{Actor, Deed, note};

/// All of them, the oldest first.
pub async fn list(
    store: &Store,
    caller: &Caller,
    cut: Cut<EstablishmentKind>,
) -> Result<Page<Establishment, EstablishmentKind>, Error> {
    let tx = store.begin_read().await?;
    caller
        .may(&tx, Scope::read(Noun::People), Right::SeeDirectory)
        .await?;
    Ok(establishments::list(&tx, cut).await?)
}

/// Adds one.
pub async fn add(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    name: DisplayName,
    prefix: Option<RoomAddress>,
) -> Result<Establishment, Error> {
    let tx = begin(store, caller).await?;
    let made = Establishment {
        id: random::id(now),
        name: name.as_str().to_owned(),
        prefix,
        created: now,
    };
    establishments::insert(&tx, &made).await?;
    tell(tx, caller, now, "establishment.added", &made).await?;
    Ok(made)
}

/// Changes its name, its prefix or both. Addresses that rooms have already stay theirs.
pub async fn change(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: EstablishmentId,
    name: Option<DisplayName>,
    prefix: Option<Option<RoomAddress>>,
) -> Result<Establishment, Error> {
    let tx = begin(store, caller).await?;
    let before = known(&tx, id).await?;
    let after = Establishment {
        name: name.map_or(before.name.clone(), |name| name.as_str().to_owned()),
        prefix: prefix.unwrap_or(before.prefix.clone()),
        ..before.clone()
    };
    if before != after {
        establishments::update(&tx, &after).await?;
        tell(tx, caller, now, "establishment.changed", &after).await?;
    }
    Ok(after)
}

/// Takes one away, unless people or rooms belong to it.
pub async fn remove(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: EstablishmentId,
) -> Result<(), Error> {
    let tx = begin(store, caller).await?;
    let gone = known(&tx, id).await?;
    establishments::delete(&tx, id).await?;
    tell(tx, caller, now, "establishment.removed", &gone).await
}

async fn begin(store: &Store, caller: &Caller) -> Result<Write, Error> {
    let tx = store.begin_write().await?;
    caller
        .may(&tx, Scope::write(Noun::People), Right::ManageOrganisation)
        .await?;
    Ok(tx)
}

/// Refuses what is to belong to an establishment that does not exist.
pub async fn must_exist(tx: &Read, id: EstablishmentId) -> Result<(), Error> {
    match establishments::by_id(tx, id).await? {
        Some(_) => Ok(()),
        None => Err(Error::invalid(
            "unknown_establishment",
            "there is no such establishment",
        )),
    }
}

async fn known(tx: &Read, id: EstablishmentId) -> Result<Establishment, Error> {
    let missing = || Error::missing("no_such_establishment", "there is no such establishment");
    establishments::by_id(tx, id).await?.ok_or_else(missing)
}

async fn tell(
    tx: Write,
    caller: &Caller,
    now: Timestamp,
    action: &str,
    establishment: &Establishment,
) -> Result<(), Error> {
    let deed = Deed {
        action,
        subject: &establishment.name,
        id: establishment.id,
        details: json!({ "prefix": establishment.prefix }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Establishment, establishment.id);
    Ok(tx.commit().await?)
}
