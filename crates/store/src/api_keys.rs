//! API keys: pairs with which programs sign LiveKit tokens. The secret is needed to check a signature, so it is kept,
//! sealed.

use jiff::Timestamp;
use meetings::id::{ApiKeyId, ApiKeyKind, Id};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::table;
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::secrets::{Place, Secret};
use crate::transaction::{Read, Write};

/// A pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// `API…`: stands in tokens as issuer. No two are alike: draw it.
    pub key: String,
    /// Signs tokens.
    pub secret: Secret,
    /// When it was made.
    pub created: Timestamp,
}

/// Keeps a new one.
pub async fn insert(tx: &Write, api_key: &ApiKey) -> Result<(), StoreError> {
    let id = api_key.id.as_uuid();
    let row = row::Model {
        id,
        name: api_key.name.clone(),
        key: api_key.key.clone(),
        secret: tx.vault().seal(place(id), &api_key.secret),
        created: api_key.created.into(),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The pair whose public half is `key`.
pub async fn by_key(tx: &Read, key: &str) -> Result<Option<ApiKey>, StoreError> {
    let found = row::Entity::find().filter(row::Column::Key.eq(key));
    let found = found.one(tx.connection()).await?;
    found.map(|row| from_row(tx, row)).transpose()
}

/// All of them, the oldest first.
pub async fn list(tx: &Read, cut: Cut<ApiKeyKind>) -> Result<Page<ApiKey, ApiKeyKind>, StoreError> {
    let item = |row| from_row(tx, row).map(|api_key| (api_key.id, api_key));
    page::read(
        tx,
        row::Entity::find(),
        row::Column::Id,
        Order::OldestFirst,
        cut,
        item,
    )
    .await
}

/// Takes one away; whether it was there.
pub async fn delete(tx: &Write, id: ApiKeyId) -> Result<bool, StoreError> {
    let deleted = row::Entity::delete_by_id(id.as_uuid())
        .exec(tx.connection())
        .await?;
    Ok(deleted.rows_affected > 0)
}

table!("api_key", key { id: Uuid }, {
    name: String,
    key: String,
    secret: Vec<u8>,
    created: crate::columns::Instant,
});

fn place(row: uuid::Uuid) -> Place {
    let column = "api_key.secret";
    Place { column, row }
}

fn from_row(tx: &Read, row: row::Model) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: Id::from(row.id),
        name: row.name,
        key: row.key,
        secret: tx.vault().unseal(place(row.id), &row.secret)?,
        created: row.created.timestamp(),
    })
}
