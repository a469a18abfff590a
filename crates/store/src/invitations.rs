//! Links that let somebody in once: the welcome link of an empty folder, invitations, and links printed by a command.

use jiff::Timestamp;
use meetings::id::{Id, InvitationId, PersonId};
use meetings::sign_in::Digest;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use crate::columns::{self, Instant, Word, table};
use crate::error::StoreError;
use crate::transaction::{Read, Write, maybe_uuid};

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// What it lets do.
    pub purpose: Purpose,
    /// Whom it lets in; nobody yet for the welcome link.
    pub person: Option<PersonId>,
    /// When it was made.
    pub created: Timestamp,
    /// It is good before this.
    pub expires: Timestamp,
    /// When it was used, or voided.
    pub used: Option<Timestamp>,
}

/// What a link lets do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Make the organisation, and become its first owner.
    Welcome,
    /// Sign in for the first time.
    Invite,
    /// Sign in again without a mailbox.
    SignIn,
}

impl Word for Purpose {
    const COLUMN: &'static str = "invitation.purpose";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Welcome, "welcome"),
        (Self::Invite, "invite"),
        (Self::SignIn, "sign_in"),
    ];
}

/// Keeps new ones, some hundreds at most, each under the digest of its secret.
pub async fn insert(tx: &Write, invitations: &[(Invitation, Digest)]) -> Result<(), StoreError> {
    let rows = invitations.iter().map(|(invitation, secret)| {
        let row = row::Model {
            id: invitation.id.as_uuid(),
            secret: columns::bytes(secret),
            purpose: invitation.purpose.word().to_owned(),
            person: maybe_uuid(invitation.person),
            created: invitation.created.into(),
            expires: invitation.expires.into(),
            used: invitation.used.map(Into::into),
        };
        row.into_active_model().reset_all()
    });
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The one with this secret, good or not: a page may say why it is not.
pub async fn by_secret(tx: &Read, secret: &Digest) -> Result<Option<Invitation>, StoreError> {
    let found = row::Entity::find().filter(row::Column::Secret.eq(columns::bytes(secret)));
    found.one(tx.connection()).await?.map(from_row).transpose()
}

/// Uses it up: `None` when there is none, when it was used, or when it is too late. Of two who try at once, one gets it.
pub async fn use_up(tx: &Write, secret: &Digest, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    let good = row::Entity::find()
        .filter(row::Column::Secret.eq(columns::bytes(secret)))
        .filter(row::Column::Used.is_null())
        .filter(row::Column::Expires.gt(Instant::from(now)))
        .lock(LockType::Update);
    let Some(found) = good.one(tx.connection()).await? else {
        return Ok(None);
    };
    row::Entity::update_many()
        .col_expr(row::Column::Used, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(found.id))
        .exec(tx.connection())
        .await?;
    from_row(found).map(Some)
}

/// Voids all unused ones of a purpose: welcome links when the organisation is made, or before a new one is printed.
pub async fn void(tx: &Write, purpose: Purpose, now: Timestamp) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Used, Expr::value(Instant::from(now)))
        .filter(row::Column::Purpose.eq(purpose.word()))
        .filter(row::Column::Used.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Voids all unused ones of a person: before a new one is sent, and when the person may not sign in any more.
pub async fn void_of(tx: &Write, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Used, Expr::value(Instant::from(now)))
        .filter(row::Column::Person.eq(person.as_uuid()))
        .filter(row::Column::Used.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

table!("invitation", key { id: Uuid }, {
    secret: Vec<u8>,
    purpose: String,
    person: Option<Uuid>,
    created: crate::columns::Instant,
    expires: crate::columns::Instant,
    used: Option<crate::columns::Instant>,
});

fn from_row(row: row::Model) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: Id::from(row.id),
        purpose: Purpose::read(&row.purpose)?,
        person: row.person.map(Id::from),
        created: row.created.timestamp(),
        expires: row.expires.timestamp(),
        used: columns::maybe(row.used),
    })
}
