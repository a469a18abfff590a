//! Sign-ins: the browsers in which people are signed in, each known by a secret of which we keep the digest.

use std::collections::HashSet;

use jiff::Timestamp;
use meetings::id::{Id, PersonId, SignInId};
use meetings::sign_in::Digest;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::page::MAX_LIMIT;
use crate::transaction::{Read, Write};

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Which.
    pub id: SignInId,
    /// Who.
    pub person: PersonId,
    /// What they would recognise it by ("Firefox, Linux").
    pub device: String,
    /// Since when.
    pub created: Timestamp,
    /// When it was used last, roughly.
    pub seen: Timestamp,
    /// When it was ended.
    pub revoked: Option<Timestamp>,
}

/// Keeps a new one under the digest of its secret.
pub async fn insert(tx: &Write, sign_in: &SignIn, secret: &Digest) -> Result<(), StoreError> {
    let row = row::Model {
        id: sign_in.id.as_uuid(),
        person: sign_in.person.as_uuid(),
        secret: columns::bytes(secret),
        device: sign_in.device.clone(),
        created: sign_in.created.into(),
        seen: sign_in.seen.into(),
        revoked: sign_in.revoked.map(Into::into),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The one with this secret, unless it was revoked. Whether the person is active is the caller's question.
pub async fn by_secret(tx: &Read, secret: &Digest) -> Result<Option<SignIn>, StoreError> {
    let found = row::Entity::find()
        .filter(row::Column::Secret.eq(columns::bytes(secret)))
        .filter(row::Column::Revoked.is_null());
    Ok(found.one(tx.connection()).await?.map(from_row))
}

/// Those of a person that are not revoked, the newest first; a person with more than a page of them sees the newest.
pub async fn of_person(tx: &Read, person: PersonId) -> Result<Vec<SignIn>, StoreError> {
    let found = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .filter(row::Column::Revoked.is_null())
        .order_by_desc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT));
    let rows = found.all(tx.connection()).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Which of these people have ever signed in.
pub async fn have_signed_in(tx: &Read, people: &[PersonId]) -> Result<HashSet<PersonId>, StoreError> {
    let among = people.iter().map(|person| person.as_uuid());
    let found: Vec<uuid::Uuid> = row::Entity::find()
        .select_only()
        .column(row::Column::Person)
        .distinct()
        .filter(row::Column::Person.is_in(among))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().map(Id::from).collect())
}

/// Notes that it was used. Call it when the last note is some minutes old, not at every request.
pub async fn touch(tx: &Write, id: SignInId, now: Timestamp) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Seen, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Ends one of a person's sign-ins; whether there was one to end.
pub async fn revoke(tx: &Write, person: PersonId, id: SignInId, now: Timestamp) -> Result<bool, StoreError> {
    let one = Condition::all()
        .add(row::Column::Id.eq(id.as_uuid()))
        .add(row::Column::Person.eq(person.as_uuid()));
    Ok(revoke_where(tx, one, now).await? > 0)
}

/// Signs a person out everywhere; how many were ended.
pub async fn revoke_all(tx: &Write, person: PersonId, now: Timestamp) -> Result<u64, StoreError> {
    let theirs = Condition::all().add(row::Column::Person.eq(person.as_uuid()));
    revoke_where(tx, theirs, now).await
}

async fn revoke_where(tx: &Write, which: Condition, now: Timestamp) -> Result<u64, StoreError> {
    let revoked = row::Entity::update_many()
        .col_expr(row::Column::Revoked, Expr::value(Instant::from(now)))
        .filter(which)
        .filter(row::Column::Revoked.is_null())
        .exec(tx.connection())
        .await?;
    Ok(revoked.rows_affected)
}

table!("sign_in", key { id: Uuid }, {
    person: Uuid,
    secret: Vec<u8>,
    device: String,
    created: crate::columns::Instant,
    seen: crate::columns::Instant,
    revoked: Option<crate::columns::Instant>,
});

fn from_row(row: row::Model) -> SignIn {
    SignIn {
        id: Id::from(row.id),
        person: Id::from(row.person),
        device: row.device,
        created: row.created.timestamp(),
        seen: row.seen.timestamp(),
        revoked: columns::maybe(row.revoked),
    }
}
