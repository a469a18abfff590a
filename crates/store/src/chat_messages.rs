//! What people write in a meeting to everybody: kept before it is acknowledged, and read by those who come later.

use jiff::Timestamp;
use meetings::id::{ChatMessageId, ChatMessageKind, Id, MeetingId, PersonId};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::{Instant, table};
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::transaction::{Read, Write, maybe_uuid};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Which.
    pub id: ChatMessageId,
    /// In which meeting.
    pub meeting: MeetingId,
    /// Who wrote it, as the media server knows them.
    pub identity: String,
    /// Who, when they were signed in.
    pub person: Option<PersonId>,
    /// Under which name.
    pub name: String,
    /// What.
    pub text: String,
    /// When.
    pub sent: Timestamp,
}

/// Keeps a message; [`StoreError::Linked`] when the meeting is gone.
pub async fn insert(tx: &Write, message: &ChatMessage) -> Result<(), StoreError> {
    let row = row::Model {
        id: message.id.as_uuid(),
        meeting: message.meeting.as_uuid(),
        identity: message.identity.clone(),
        person: maybe_uuid(message.person),
        name: message.name.clone(),
        text: message.text.clone(),
        sent: message.sent.into(),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    let step = tx.step().await?;
    insert.exec_without_returning(&step).await?;
    Ok(step.commit().await?)
}

/// Those of a meeting, the oldest first.
pub async fn of_meeting(
    tx: &Read,
    meeting: MeetingId,
    cut: Cut<ChatMessageKind>,
) -> Result<Page<ChatMessage, ChatMessageKind>, StoreError> {
    let its = row::Entity::find().filter(row::Column::Meeting.eq(meeting.as_uuid()));
    let item = |row| {
        let message = from_row(row);
        Ok((message.id, message))
    };
    page::read(tx, its, row::Column::Id, Order::OldestFirst, cut, item).await
}

/// Forgets what was written before `before`; how many messages.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::Sent.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("chat_message", key { id: Uuid }, {
    meeting: Uuid,
    identity: String,
    person: Option<Uuid>,
    name: String,
    text: String,
    sent: crate::columns::Instant,
});

fn from_row(row: row::Model) -> ChatMessage {
    ChatMessage {
        id: Id::from(row.id),
        meeting: Id::from(row.meeting),
        identity: row.identity,
        person: row.person.map(Id::from),
        name: row.name,
        text: row.text,
        sent: row.sent.timestamp(),
    }
}
