//! The audit trail: who did what to which thing. Entries are added and read, never changed.

use jiff::Timestamp;
use meetings::id::{AuditEntryId, AuditEntryKind, Id, PersonId};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::columns::table;
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::transaction::{Read, Write, maybe_uuid};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Which.
    pub id: AuditEntryId,
    /// When.
    pub at: Timestamp,
    /// Who, when it was a person; they may be gone.
    pub person: Option<PersonId>,
    /// Who, in words that stay: a name, "API token ci", "command line".
    pub actor: String,
    /// What was done: `room.created`.
    pub action: String,
    /// To what, in words that stay.
    pub subject: String,
    /// To what; it may be gone.
    pub subject_id: Option<Uuid>,
    /// More, as JSON. Never a secret.
    pub details: serde_json::Value,
}

/// Adds lines, some hundreds at most, in the transaction of what they tell.
pub async fn insert(tx: &Write, entries: &[AuditEntry]) -> Result<(), StoreError> {
    let rows = entries.iter().map(|entry| {
        let row = row::Model {
            id: entry.id.as_uuid(),
            at: entry.at.into(),
            person: maybe_uuid(entry.person),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            subject: entry.subject.clone(),
            subject_id: entry.subject_id,
            details: entry.details.to_string(),
        };
        row.into_active_model().reset_all()
    });
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The trail, the newest first.
pub async fn list(
    tx: &Read,
    cut: Cut<AuditEntryKind>,
) -> Result<Page<AuditEntry, AuditEntryKind>, StoreError> {
    page::read(
        tx,
        row::Entity::find(),
        row::Column::Id,
        Order::NewestFirst,
        cut,
        item,
    )
    .await
}

/// What was done to one thing, the newest first.
pub async fn of_subject(
    tx: &Read,
    subject: Uuid,
    cut: Cut<AuditEntryKind>,
) -> Result<Page<AuditEntry, AuditEntryKind>, StoreError> {
    let its = row::Entity::find().filter(row::Column::SubjectId.eq(subject));
    page::read(tx, its, row::Column::Id, Order::NewestFirst, cut, item).await
}

table!("audit_entry", key { id: Uuid }, {
    at: crate::columns::Instant,
    person: Option<Uuid>,
    actor: String,
    action: String,
    subject: String,
    subject_id: Option<Uuid>,
    details: String,
});

fn item(row: row::Model) -> Result<(AuditEntryId, AuditEntry), StoreError> {
    let column = "audit_entry.details";
    let id = Id::from(row.id);
    let entry = AuditEntry {
        id,
        at: row.at.timestamp(),
        person: row.person.map(Id::from),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        subject_id: row.subject_id,
        details: serde_json::from_str(&row.details).map_err(|_| StoreError::Damaged { column })?,
    };
    Ok((id, entry))
}
