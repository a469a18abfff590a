//! Letters that leave the house: a row for what to say, and a job that sends it.
//!
//! What a letter says may let somebody in (a code, a link), so it is sealed, and forgotten when the letter has left.

use jiff::Timestamp;
use meetings::email::EmailAddress;
use meetings::id::{Id, JobId, MailId, MailKind};
use meetings::language::Language;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::{self, Instant, Word, table};
use crate::error::StoreError;
use crate::jobs;
use crate::page::{self, Cut, Order, Page};
use crate::secrets::{Place, Secret};
use crate::transaction::{Read, Write};

/// The kind of the job that sends a letter; its payload is the letter's id.
pub const JOB: &str = "send_mail";

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Which.
    pub id: MailId,
    /// To whom.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// Which letter (`sign_in_code`): its words are in the catalogue.
    pub kind: String,
    /// What is filled into them, as JSON; `None` once it has left.
    pub payload: Option<Secret>,
    /// When it was written.
    pub created: Timestamp,
    /// When the next server took it.
    pub sent: Option<Timestamp>,
}

/// Writes letters, some hundreds at most, and the jobs that send them.
pub async fn queue(tx: &Write, letters: &[Mail], now: Timestamp) -> Result<Vec<JobId>, StoreError> {
    let rows = letters.iter().map(|mail| {
        let id = mail.id.as_uuid();
        let payload = mail.payload.as_ref();
        let row = row::Model {
            id,
            recipient: mail.to.as_str().to_owned(),
            language: mail.language.word().to_owned(),
            kind: mail.kind.clone(),
            payload: payload.map(|payload| tx.vault().seal(place(id), payload)),
            created: mail.created.into(),
            sent: None,
        };
        row.into_active_model().reset_all()
    });
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(tx.connection()).await?;
    let payload = |mail: &Mail| serde_json::json!({ "mail": mail.id.to_string() });
    let payloads: Vec<_> = letters.iter().map(payload).collect();
    jobs::enqueue_all(tx, JOB, &payloads, now, now).await
}

/// One of them.
pub async fn by_id(tx: &Read, id: MailId) -> Result<Option<Mail>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(|row| from_row(tx, row)).transpose()
}

/// Notes that it has left, and forgets what it said.
pub async fn sent(tx: &Write, id: MailId, now: Timestamp) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Sent, Expr::value(Instant::from(now)))
        .col_expr(row::Column::Payload, Expr::value(None::<Vec<u8>>))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// All of them, the newest first: for the mailbox page of development, and for administrators (without payloads).
pub async fn list(tx: &Read, cut: Cut<MailKind>) -> Result<Page<Mail, MailKind>, StoreError> {
    let item = |row| from_row(tx, row).map(|mail| (mail.id, mail));
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

/// Forgets letters that were written before `before`, whether they have left or nobody carried them; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::Created.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("mail", key { id: Uuid }, {
    recipient: String,
    language: String,
    kind: String,
    payload: Option<Vec<u8>>,
    created: crate::columns::Instant,
    sent: Option<crate::columns::Instant>,
});

fn place(row: uuid::Uuid) -> Place {
    let column = "mail.payload";
    Place { column, row }
}

fn from_row(tx: &Read, row: row::Model) -> Result<Mail, StoreError> {
    let open = |sealed: Vec<u8>| tx.vault().unseal(place(row.id), &sealed);
    Ok(Mail {
        id: Id::from(row.id),
        to: columns::email(&row.recipient, "mail.recipient")?,
        language: Language::read(&row.language)?,
        kind: row.kind,
        payload: row.payload.map(open).transpose()?,
        created: row.created.timestamp(),
        sent: columns::maybe(row.sent),
    })
}
