//! Webhooks: addresses of other people's programs that are told what happens here. What was told is in
//! [`crate::deliveries`].

use jiff::Timestamp;
use meetings::id::{Id, WebhookId, WebhookKind};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::columns::{self, table};
use crate::error::{StoreError, changed_one};
use crate::page::{self, Cut, MAX_LIMIT, Order, Page};
use crate::secrets::{Place, Secret};
use crate::transaction::{Read, Write};

/// An address that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Signs what it is told.
    pub secret: Secret,
    /// Of what (`meeting.started`); words without spaces.
    pub events: Vec<String>,
    /// It is told.
    pub enabled: bool,
    /// When it was added.
    pub created: Timestamp,
}

/// Keeps a new one.
pub async fn insert(tx: &Write, webhook: &Webhook) -> Result<(), StoreError> {
    let insert = row::Entity::insert(to_row(tx, webhook));
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Saves everything about one but when it was added.
pub async fn update(tx: &Write, webhook: &Webhook) -> Result<(), StoreError> {
    let mut row = to_row(tx, webhook);
    row.created = ActiveValue::NotSet;
    let updated = row::Entity::update(row);
    changed_one(updated.exec_without_returning(tx.connection()).await, "webhook")
}

/// Takes one away with all that it was told; whether there was one.
pub async fn delete(tx: &Write, id: WebhookId) -> Result<bool, StoreError> {
    let one = row::Entity::delete_by_id(id.as_uuid());
    Ok(one.exec(tx.connection()).await?.rows_affected > 0)
}

/// One of them.
pub async fn by_id(tx: &Read, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(|row| from_row(tx, row)).transpose()
}

/// All of them, enabled or not, the oldest first.
pub async fn list(tx: &Read, cut: Cut<WebhookKind>) -> Result<Page<Webhook, WebhookKind>, StoreError> {
    let item = |row| from_row(tx, row).map(|webhook| (webhook.id, webhook));
    let all = row::Entity::find();
    page::read(tx, all, row::Column::Id, Order::OldestFirst, cut, item).await
}

/// Those that are told of an event, the oldest first. An organisation has a handful; of more than a page of them the
/// oldest are told.
pub async fn told_of(tx: &Read, event: &str) -> Result<Vec<WebhookId>, StoreError> {
    let enabled: Vec<(uuid::Uuid, String)> = row::Entity::find()
        .select_only()
        .columns([row::Column::Id, row::Column::Events])
        .filter(row::Column::Enabled.eq(true))
        .order_by_asc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .into_tuple()
        .all(tx.connection())
        .await?;
    let told = enabled
        .into_iter()
        .filter(|(_, events)| columns::words(events).any(|word| word == event));
    Ok(told.map(|(id, _)| Id::from(id)).collect())
}

table!("webhook", key { id: Uuid }, {
    name: String,
    url: String,
    secret: Vec<u8>,
    events: String,
    enabled: bool,
    created: crate::columns::Instant,
});

fn place(row: uuid::Uuid) -> Place {
    let column = "webhook.secret";
    Place { column, row }
}

fn to_row(tx: &Write, webhook: &Webhook) -> row::ActiveModel {
    let id = webhook.id.as_uuid();
    let row = row::Model {
        id,
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        secret: tx.vault().seal(place(id), &webhook.secret),
        events: webhook.events.join(" "),
        enabled: webhook.enabled,
        created: webhook.created.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(tx: &Read, row: row::Model) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: Id::from(row.id),
        name: row.name,
        url: row.url,
        secret: tx.vault().unseal(place(row.id), &row.secret)?,
        events: columns::words(&row.events).map(str::to_owned).collect(),
        enabled: row.enabled,
        created: row.created.timestamp(),
    })
}
