//! Rooms: permanent places. Their addresses are in [`crate::room_addresses`], their hosts in [`crate::room_hosts`].

use std::collections::HashMap;

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::door::Access;
use meetings::id::{EstablishmentId, Id, PersonId, RoomId, RoomKind};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    Select,
};

use crate::columns::{Word, table};
use crate::error::{StoreError, changed_one};
use crate::page::{self, Cut, Order, Page};
use crate::people;
use crate::room_addresses::{self, Kind};
use crate::room_hosts;
use crate::transaction::{Read, Write, maybe_uuid};

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Which.
    pub id: RoomId,
    /// Its main address.
    pub address: RoomAddress,
    /// What people call it.
    pub name: String,
    /// The padlock.
    pub access: Access,
    /// To whom it belongs.
    pub owner: PersonId,
    /// Where it belongs.
    pub establishment: Option<EstablishmentId>,
    /// People in it at most.
    pub people_limit: u16,
    /// What everybody reads before they join.
    pub welcome: Option<String>,
    /// Members who are present may answer knocks while no host is there.
    pub members_answer: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// Keeps a new room at its address; [`crate::Conflict::AddressTaken`] or [`crate::Conflict::AddressLooksAlike`],
/// [`StoreError::Linked`] when its owner or establishment does not exist.
pub async fn insert(tx: &Write, room: &Room) -> Result<(), StoreError> {
    room_addresses::check_free(tx, None, &room.address).await?;
    let step = tx.step().await?;
    let insert = row::Entity::insert(to_row(room));
    insert.exec_without_returning(&step).await?;
    step.commit().await?;
    let added = room_addresses::add(tx, room.id, &room.address, Kind::Main, room.created).await;
    if added.is_err() {
        // Somebody was quicker on another server: take the room back, so that the transaction stays usable.
        row::Entity::delete_by_id(room.id.as_uuid())
            .exec(tx.connection())
            .await?;
    }
    added
}

/// Saves everything about a room but its address, which [`room_addresses::rename`] changes; [`StoreError::Linked`]
/// when its owner or establishment does not exist.
pub async fn update(tx: &Write, room: &Room) -> Result<(), StoreError> {
    let step = tx.step().await?;
    let updated = row::Entity::update(to_row(room));
    changed_one(updated.exec_without_returning(&step).await, "room")?;
    Ok(step.commit().await?)
}

/// Takes a room away with its addresses, which are free then, and its hosts.
pub async fn delete(tx: &Write, id: RoomId) -> Result<(), StoreError> {
    let deleted = row::Entity::delete_by_id(id.as_uuid())
        .exec(tx.connection())
        .await?;
    match deleted.rows_affected {
        0 => Err(StoreError::Missing("room")),
        _ => Ok(()),
    }
}

/// One of them.
pub async fn by_id(tx: &Read, id: RoomId) -> Result<Option<Room>, StoreError> {
    let Some(row) = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await? else {
        return Ok(None);
    };
    let mut addresses = room_addresses::mains(tx, &[row.id]).await?;
    from_row(row, &mut addresses).map(Some)
}

/// Several of them, for a page that shows their names: give the ids of one page. Those that are gone are missing.
pub async fn by_ids(tx: &Read, ids: &[RoomId]) -> Result<HashMap<RoomId, Room>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Id.is_in(ids.iter().map(|id| id.as_uuid())))
        .all(tx.connection())
        .await?;
    let rooms = with_addresses(tx, rows).await?;
    Ok(rooms.into_iter().map(|room| (room.id, room)).collect())
}

/// The room that answers to an address, and how: whoever comes by a [`Kind::Redirect`] is sent to the main address.
pub async fn by_address(tx: &Read, address: &RoomAddress) -> Result<Option<(Room, Kind)>, StoreError> {
    let Some((id, kind)) = room_addresses::find(tx, address).await? else {
        return Ok(None);
    };
    Ok(by_id(tx, id).await?.map(|room| (room, kind)))
}

/// All of them, the oldest first.
pub async fn list(tx: &Read, cut: Cut<RoomKind>) -> Result<Page<Room, RoomKind>, StoreError> {
    page_of(tx, row::Entity::find(), cut).await
}

/// Those that belong to a person, the oldest first.
pub async fn of_owner(
    tx: &Read,
    owner: PersonId,
    cut: Cut<RoomKind>,
) -> Result<Page<Room, RoomKind>, StoreError> {
    let theirs = row::Entity::find().filter(row::Column::Owner.eq(owner.as_uuid()));
    page_of(tx, theirs, cut).await
}

/// Those a person hosts, as their owner or because they were made a host, the oldest first.
pub async fn of_host(
    tx: &Read,
    person: PersonId,
    cut: Cut<RoomKind>,
) -> Result<Page<Room, RoomKind>, StoreError> {
    let theirs = Condition::any()
        .add(row::Column::Owner.eq(person.as_uuid()))
        .add(row::Column::Id.in_subquery(room_hosts::hosted_by(person)));
    page_of(tx, row::Entity::find().filter(theirs), cut).await
}

/// All but the personal rooms of individuals who are not of the organisation, the oldest first.
pub async fn of_organisation(tx: &Read, cut: Cut<RoomKind>) -> Result<Page<Room, RoomKind>, StoreError> {
    let theirs = row::Entity::find().filter(row::Column::Owner.not_in_subquery(people::individuals()));
    page_of(tx, theirs, cut).await
}

/// Those with these main addresses, in no order; addresses that no room has are left out.
pub async fn by_main_addresses(tx: &Read, addresses: &[RoomAddress]) -> Result<Vec<Room>, StoreError> {
    let ids = room_addresses::rooms_called(tx, addresses).await?;
    Ok(by_ids(tx, &ids).await?.into_values().collect())
}

/// How many somebody owns. Nobody else makes one theirs before this is committed.
pub async fn owned(tx: &Write, owner: PersonId) -> Result<u64, StoreError> {
    tx.alone_with(&format!("rooms of {owner}")).await?;
    let theirs = row::Entity::find().filter(row::Column::Owner.eq(owner.as_uuid()));
    Ok(theirs.count(tx.connection()).await?)
}

async fn page_of(
    tx: &Read,
    rooms: Select<row::Entity>,
    cut: Cut<RoomKind>,
) -> Result<Page<Room, RoomKind>, StoreError> {
    let item = |row: row::Model| Ok((Id::from(row.id), row));
    let rows = page::read(tx, rooms, row::Column::Id, Order::OldestFirst, cut, item).await?;
    Ok(Page {
        items: with_addresses(tx, rows.items).await?,
        next: rows.next,
    })
}

async fn with_addresses(tx: &Read, rows: Vec<row::Model>) -> Result<Vec<Room>, StoreError> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut addresses = room_addresses::mains(tx, &ids).await?;
    let rooms = rows.into_iter().map(|row| from_row(row, &mut addresses));
    rooms.collect()
}

table!("room", key { id: Uuid }, {
    name: String,
    access: String,
    owner: Uuid,
    establishment: Option<Uuid>,
    people_limit: i32,
    welcome: Option<String>,
    members_answer: bool,
    created: crate::columns::Instant,
});

fn to_row(room: &Room) -> row::ActiveModel {
    let row = row::Model {
        id: room.id.as_uuid(),
        name: room.name.clone(),
        access: room.access.word().to_owned(),
        owner: room.owner.as_uuid(),
        establishment: maybe_uuid(room.establishment),
        people_limit: i32::from(room.people_limit),
        welcome: room.welcome.clone(),
        members_answer: room.members_answer,
        created: room.created.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(row: row::Model, addresses: &mut HashMap<uuid::Uuid, RoomAddress>) -> Result<Room, StoreError> {
    let damaged = |column| StoreError::Damaged { column };
    Ok(Room {
        id: Id::from(row.id),
        address: addresses.remove(&row.id).ok_or(damaged("room_address.address"))?,
        name: row.name,
        access: Access::read(&row.access)?,
        owner: Id::from(row.owner),
        establishment: row.establishment.map(Id::from),
        people_limit: u16::try_from(row.people_limit).map_err(|_| damaged("room.people_limit"))?,
        welcome: row.welcome,
        members_answer: row.members_answer,
        created: row.created.timestamp(),
    })
}
