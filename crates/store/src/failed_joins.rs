//! Calls that did not come about, collected for whoever runs the server, with the cause in words.

use jiff::Timestamp;
use meetings::id::{FailedJoinId, FailedJoinKind, Id, RoomId};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::transaction::{Read, Write, maybe_uuid};

/// The longest text that is kept of what a browser tells, in characters: an address, a name, a sentence.
const MAX_TEXT: usize = 200;

/// Somebody who did not get into a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJoin {
    /// Which.
    pub id: FailedJoinId,
    /// When.
    pub at: Timestamp,
    /// Into which room, when it is one and is still there.
    pub room: Option<RoomId>,
    /// The address they came by.
    pub address: String,
    /// The name they gave.
    pub name: String,
    /// Why, as a stable word (`media_blocked`): its sentence is in the catalogue.
    pub cause: String,
    /// With what, in words ("Firefox, Linux").
    pub device: String,
    /// More, as JSON. Never a secret.
    pub details: serde_json::Value,
}

/// Keeps one; of texts that are longer than any true one the beginning.
pub async fn insert(tx: &Write, failed: &FailedJoin) -> Result<(), StoreError> {
    let text = |text: &str| columns::excerpt(text, MAX_TEXT);
    let row = row::Model {
        id: failed.id.as_uuid(),
        at: failed.at.into(),
        room: maybe_uuid(failed.room),
        address: text(&failed.address),
        name: text(&failed.name),
        cause: text(&failed.cause),
        device: text(&failed.device),
        details: failed.details.to_string(),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// All of them, the newest first.
pub async fn list(
    tx: &Read,
    cut: Cut<FailedJoinKind>,
) -> Result<Page<FailedJoin, FailedJoinKind>, StoreError> {
    let item = |row| from_row(row).map(|failed| (failed.id, failed));
    let all = row::Entity::find();
    page::read(tx, all, row::Column::Id, Order::NewestFirst, cut, item).await
}

/// Forgets those of before `before`; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::At.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("failed_join", key { id: Uuid }, {
    at: crate::columns::Instant,
    room: Option<Uuid>,
    address: String,
    name: String,
    cause: String,
    device: String,
    details: String,
});

fn from_row(row: row::Model) -> Result<FailedJoin, StoreError> {
    let column = "failed_join.details";
    Ok(FailedJoin {
        id: Id::from(row.id),
        at: row.at.timestamp(),
        room: row.room.map(Id::from),
        address: row.address,
        name: row.name,
        cause: row.cause,
        device: row.device,
        details: serde_json::from_str(&row.details).map_err(|_| StoreError::Damaged { column })?,
    })
}
