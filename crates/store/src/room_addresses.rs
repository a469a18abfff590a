//! The addresses rooms answer to: each belongs to one room, and none looks like another room's.
//!
//! The look (`meetings::address`' skeleton) belongs to the room too, in the table `room_look`: a room may be renamed
//! from `salle-12` to `salle12`, another room can be called neither.

use std::collections::HashMap;

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::{Id, RoomId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::columns::{Word, table};
use crate::error::{Conflict, StoreError};
use crate::transaction::{Read, Write};

/// What an address is to its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one that is shown; each room has one.
    Main,
    /// Another one, as good.
    Alias,
    /// A former one, kept after a rename: leads to the main one.
    Redirect,
}

impl Word for Kind {
    const COLUMN: &'static str = "room_address.kind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Main, "main"),
        (Self::Alias, "alias"),
        (Self::Redirect, "redirect"),
    ];
}

/// The room that answers to an address.
pub async fn find(tx: &Read, address: &RoomAddress) -> Result<Option<(RoomId, Kind)>, StoreError> {
    let found = row::Entity::find_by_id(address.as_str());
    let found = found.one(tx.connection()).await?;
    let read = |row: row::Model| Ok((Id::from(row.room), Kind::read(&row.kind)?));
    found.map(read).transpose()
}

/// All addresses of a room, in alphabetical order.
pub async fn of_room(tx: &Read, room: RoomId) -> Result<Vec<(RoomAddress, Kind)>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .order_by_asc(row::Column::Address)
        .all(tx.connection())
        .await?;
    let read = |row: row::Model| Ok((address(&row.address)?, Kind::read(&row.kind)?));
    rows.into_iter().map(read).collect()
}

/// Whether a room, or a new one, could have an address: [`Conflict::AddressTaken`] or
/// [`Conflict::AddressLooksAlike`] if not.
pub async fn check_free(tx: &Read, room: Option<RoomId>, wanted: &RoomAddress) -> Result<(), StoreError> {
    if find(tx, wanted).await?.is_some() {
        return Err(Conflict::AddressTaken.into());
    }
    let look = look::Entity::find_by_id(wanted.skeleton());
    match look.one(tx.connection()).await? {
        Some(look) if room.map(Id::as_uuid) != Some(look.room) => {
            Err(looks_like(tx, &look.skeleton).await?.into())
        }
        _ => Ok(()),
    }
}

/// Addresses asked for in one statement: databases take some thousands of values, and statements are kept prepared.
const AT_ONCE: usize = 500;

/// The addresses that rooms have and that look like some, by their looks (`RoomAddress::skeleton`): of several, the main
/// address of their room stands first.
pub async fn looking_like(
    tx: &Read,
    wanted: &[RoomAddress],
) -> Result<HashMap<String, Vec<RoomAddress>>, StoreError> {
    let mut found: HashMap<String, Vec<RoomAddress>> = HashMap::new();
    for some in wanted.chunks(AT_ONCE) {
        let rows = row::Entity::find()
            .filter(row::Column::Skeleton.is_in(some.iter().map(RoomAddress::skeleton)))
            .all(tx.connection())
            .await?;
        for row in rows {
            let alike = found.entry(row.skeleton).or_default();
            match Kind::read(&row.kind)? {
                Kind::Main => alike.insert(0, address(&row.address)?),
                Kind::Alias | Kind::Redirect => alike.push(address(&row.address)?),
            }
        }
    }
    Ok(found)
}

/// Those of some addresses that a new room could have, in the same order.
pub async fn free_among(tx: &Read, wanted: &[RoomAddress]) -> Result<Vec<RoomAddress>, StoreError> {
    let alike = looking_like(tx, wanted).await?;
    let free = |address: &&RoomAddress| !alike.contains_key(&address.skeleton());
    Ok(wanted.iter().filter(free).cloned().collect())
}

/// Gives a room one more address. A conflict leaves the transaction usable, also when another server was quicker.
pub async fn add(
    tx: &Write,
    room: RoomId,
    wanted: &RoomAddress,
    kind: Kind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let skeleton = wanted.skeleton();
    let look = look::Model {
        skeleton: skeleton.clone(),
        room: room.as_uuid(),
    };
    look::Entity::insert(look.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    // Tells what is wrong; no other room can come between, for the look is ours now.
    check_free(tx, Some(room), wanted).await?;
    let row = row::Model {
        address: wanted.as_str().to_owned(),
        skeleton,
        room: room.as_uuid(),
        kind: kind.word().to_owned(),
        created: now.into(),
    };
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    match inserted {
        0 => Err(Conflict::AddressTaken.into()),
        _ => Ok(()),
    }
}

/// Makes an address the main one of its room: a new one, or one that it has. The former one leads to it from now on.
pub async fn rename(tx: &Write, room: RoomId, to: &RoomAddress, now: Timestamp) -> Result<(), StoreError> {
    tx.alone_with(&format!("room {room}")).await?;
    match find(tx, to).await? {
        Some((owner, Kind::Main)) if owner == room => return Ok(()),
        // The room's own: free for a moment, and the main one below.
        Some((owner, _)) if owner == room => delete_one(tx, to).await?,
        _ => {}
    }
    check_free(tx, Some(room), to).await?;
    row::Entity::update_many()
        .col_expr(row::Column::Kind, Expr::value(Kind::Redirect.word()))
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Kind.eq(Kind::Main.word()))
        .exec(tx.connection())
        .await?;
    add(tx, room, to, Kind::Main, now).await
}

/// Takes an alias or redirect away from a room; the address is free then. [`Conflict::MainAddress`] for the main one.
pub async fn remove(tx: &Write, room: RoomId, unwanted: &RoomAddress) -> Result<(), StoreError> {
    match find(tx, unwanted).await? {
        Some((owner, Kind::Main)) if owner == room => Err(Conflict::MainAddress.into()),
        Some((owner, _)) if owner == room => {
            delete_one(tx, unwanted).await?;
            let others = row::Entity::find().filter(row::Column::Skeleton.eq(unwanted.skeleton()));
            if others.one(tx.connection()).await?.is_none() {
                look::Entity::delete_by_id(unwanted.skeleton())
                    .exec(tx.connection())
                    .await?;
            }
            Ok(())
        }
        _ => Err(StoreError::Missing("address")),
    }
}

/// The main addresses of rooms.
pub(crate) async fn mains(tx: &Read, rooms: &[Uuid]) -> Result<HashMap<Uuid, RoomAddress>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Kind.eq(Kind::Main.word()))
        .filter(row::Column::Room.is_in(rooms.iter().copied()))
        .all(tx.connection())
        .await?;
    let read = |row: row::Model| Ok((row.room, address(&row.address)?));
    rows.into_iter().map(read).collect()
}

/// The rooms with these main addresses.
pub(crate) async fn rooms_called(tx: &Read, addresses: &[RoomAddress]) -> Result<Vec<RoomId>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Kind.eq(Kind::Main.word()))
        .filter(row::Column::Address.is_in(addresses.iter().map(RoomAddress::as_str)))
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| Id::from(row.room)).collect())
}

async fn delete_one(tx: &Write, unwanted: &RoomAddress) -> Result<(), StoreError> {
    row::Entity::delete_by_id(unwanted.as_str())
        .exec(tx.connection())
        .await?;
    Ok(())
}

async fn looks_like(tx: &Read, skeleton: &str) -> Result<Conflict, StoreError> {
    let alike = row::Entity::find().filter(row::Column::Skeleton.eq(skeleton));
    let alike = alike.order_by_asc(row::Column::Kind).all(tx.connection()).await?;
    let main = alike.iter().find(|row| row.kind == Kind::Main.word());
    let shown = main.or(alike.first()).map(|row| row.address.clone());
    Ok(Conflict::AddressLooksAlike {
        of: shown.unwrap_or_default(),
    })
}

fn address(text: &str) -> Result<RoomAddress, StoreError> {
    let column = "room_address.address";
    RoomAddress::given(text).map_err(|_| StoreError::Damaged { column })
}

table!("room_address", key { address: String }, {
    skeleton: String,
    room: Uuid,
    kind: String,
    created: crate::columns::Instant,
});

table!(look, "room_look", key { skeleton: String }, {
    room: Uuid,
});
