//! Deliveries: what webhooks were told, and what they answered. Each is a row for people to see, and a job that tells.

use jiff::Timestamp;
use meetings::id::{DeliveryId, DeliveryKind, Id, WebhookId};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter};

use crate::columns::{self, Instant, Word, table};
use crate::error::{StoreError, changed_one};
use crate::jobs;
use crate::page::{self, Cut, Order, Page};
use crate::random;
use crate::transaction::{Read, Write};

/// The kind of the job that tells a webhook; its payload is the delivery's id.
pub const JOB: &str = "deliver_webhook";

/// The most that is kept of an answer, in characters: its first lines say what is wrong, and pages are not kept.
const MAX_ANSWER: usize = 1000;

/// One thing told to one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which; the webhook is told it too, the same with every attempt.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// What happened (`meeting.started`).
    pub event: String,
    /// What is said, to the byte: it is signed.
    pub payload: String,
    /// What came of it.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
    /// The status (HTTP) of the last answer; `None` when there was none.
    pub status: Option<u16>,
    /// How the last answer began, or why there was none.
    pub answer: Option<String>,
    /// When it happened.
    pub created: Timestamp,
    /// When the webhook last said that it heard.
    pub delivered: Option<Timestamp>,
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is still tried.
    Waiting,
    /// The webhook said that it heard.
    Delivered,
    /// It was tried too often, or cannot succeed.
    Failed,
}

impl Word for State {
    const COLUMN: &'static str = "delivery.state";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Waiting, "waiting"),
        (Self::Delivered, "delivered"),
        (Self::Failed, "failed"),
    ];
}

/// What a webhook answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status (HTTP), when it answered at all.
    pub status: Option<u16>,
    /// What it said, or why it said nothing; only the beginning is kept.
    pub text: &'a str,
}

/// Notes what a webhook is to be told, with the job that tells it.
pub async fn queue(
    tx: &Write,
    webhook: WebhookId,
    event: &str,
    payload: String,
    now: Timestamp,
) -> Result<DeliveryId, StoreError> {
    let id: DeliveryId = random::id(now);
    let row = row::Model {
        id: id.as_uuid(),
        webhook: webhook.as_uuid(),
        event: event.to_owned(),
        payload,
        state: State::Waiting.word().to_owned(),
        attempts: 0,
        status: None,
        answer: None,
        created: now.into(),
        delivered: None,
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    enqueue(tx, id, now).await?;
    Ok(id)
}

/// One of them.
pub async fn by_id(tx: &Read, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// What a webhook was told, the newest first.
pub async fn of_webhook(
    tx: &Read,
    webhook: WebhookId,
    cut: Cut<DeliveryKind>,
) -> Result<Page<Delivery, DeliveryKind>, StoreError> {
    let its = row::Entity::find().filter(row::Column::Webhook.eq(webhook.as_uuid()));
    let item = |row| from_row(row).map(|delivery| (delivery.id, delivery));
    page::read(tx, its, row::Column::Id, Order::NewestFirst, cut, item).await
}

/// Notes an attempt: what was answered, and what comes of it.
pub async fn tried(
    tx: &Write,
    id: DeliveryId,
    answer: Answer<'_>,
    state: State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = columns::excerpt(answer.text, MAX_ANSWER);
    let mut update = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(state.word()))
        .col_expr(row::Column::Attempts, Expr::col(row::Column::Attempts).add(1))
        .col_expr(row::Column::Status, Expr::value(answer.status.map(i32::from)))
        .col_expr(row::Column::Answer, Expr::value(text));
    if state == State::Delivered {
        update = update.col_expr(row::Column::Delivered, Expr::value(Instant::from(now)));
    }
    let updated = update.filter(row::Column::Id.eq(id.as_uuid()));
    changed_one(updated.exec(tx.connection()).await, "delivery")
}

/// Tells it again, with the same id, so that a webhook which heard may leave it at that; whether it was over.
pub async fn replay(tx: &Write, id: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(State::Waiting.word()))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.ne(State::Waiting.word()))
        .exec(tx.connection())
        .await?;
    let over = updated.rows_affected > 0;
    if over {
        enqueue(tx, id, now).await?;
    }
    Ok(over)
}

/// Forgets what was told before `before` and is over; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many()
        .filter(row::Column::Created.lt(Instant::from(before)))
        .filter(row::Column::State.ne(State::Waiting.word()));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

async fn enqueue(tx: &Write, id: DeliveryId, now: Timestamp) -> Result<(), StoreError> {
    let payload = serde_json::json!({ "delivery": id.to_string() });
    jobs::enqueue(tx, JOB, &payload, now, now).await?;
    Ok(())
}

table!("delivery", key { id: Uuid }, {
    webhook: Uuid,
    event: String,
    payload: String,
    state: String,
    attempts: i32,
    status: Option<i32>,
    answer: Option<String>,
    created: crate::columns::Instant,
    delivered: Option<crate::columns::Instant>,
});

fn from_row(row: row::Model) -> Result<Delivery, StoreError> {
    let damaged = |column| move |_| StoreError::Damaged { column };
    let status = row.status.map(u16::try_from).transpose();
    Ok(Delivery {
        id: Id::from(row.id),
        webhook: Id::from(row.webhook),
        event: row.event,
        payload: row.payload,
        state: State::read(&row.state)?,
        attempts: u32::try_from(row.attempts).map_err(damaged("delivery.attempts"))?,
        status: status.map_err(damaged("delivery.status"))?,
        answer: row.answer,
        created: row.created.timestamp(),
        delivered: columns::maybe(row.delivered),
    })
}
