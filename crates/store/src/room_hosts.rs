//! Who hosts a room beside its owner.

use std::collections::HashSet;

use jiff::Timestamp;
use meetings::id::{Id, PersonId, RoomId};
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::columns::table;
use crate::error::StoreError;
use crate::transaction::{Read, Write};

/// Makes somebody a host; nothing changes when they are one. [`StoreError::Linked`] when room or person does not exist.
pub async fn add(tx: &Write, room: RoomId, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
    let row = row::Model {
        room: room.as_uuid(),
        person: person.as_uuid(),
        created: now.into(),
    };
    let step = tx.step().await?;
    row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&step)
        .await?;
    Ok(step.commit().await?)
}

/// Makes somebody no host; whether they were one.
pub async fn remove(tx: &Write, room: RoomId, person: PersonId) -> Result<bool, StoreError> {
    let one = row::Entity::delete_by_id((room.as_uuid(), person.as_uuid()));
    Ok(one.exec(tx.connection()).await?.rows_affected > 0)
}

/// Whether somebody was made a host. The owner is one anyway.
pub async fn is_host(tx: &Read, room: RoomId, person: PersonId) -> Result<bool, StoreError> {
    let one = row::Entity::find_by_id((room.as_uuid(), person.as_uuid()));
    Ok(one.one(tx.connection()).await?.is_some())
}

/// The hosts of a room, in the order in which they were made.
pub async fn of_room(tx: &Read, room: RoomId) -> Result<Vec<PersonId>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .order_by_asc(row::Column::Created)
        .order_by_asc(row::Column::Person)
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| Id::from(row.person)).collect())
}

/// The rooms somebody was made a host of.
pub async fn of_person(tx: &Read, person: PersonId) -> Result<Vec<RoomId>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .order_by_asc(row::Column::Room)
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| Id::from(row.room)).collect())
}

/// The rooms somebody was made a host of, for a condition.
pub(crate) fn hosted_by(person: PersonId) -> SelectStatement {
    Query::select()
        .column(row::Column::Room)
        .from(row::Entity)
        .and_where(row::Column::Person.eq(person.as_uuid()))
        .to_owned()
}

/// Which of these rooms somebody was made a host of.
pub async fn hosted_among(
    tx: &Read,
    person: PersonId,
    rooms: &[RoomId],
) -> Result<HashSet<RoomId>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .filter(row::Column::Room.is_in(rooms.iter().map(|room| room.as_uuid())))
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| Id::from(row.room)).collect())
}

table!("room_host", key { room: Uuid, person: Uuid }, {
    created: crate::columns::Instant,
});
