//! API tokens: with one a program calls our API for a person. Only their digests are kept.

use jiff::Timestamp;
use meetings::id::{ApiTokenId, ApiTokenKind, Id, PersonId};
use meetings::sign_in::Digest;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::page::{self, Cut, MAX_LIMIT, Order, Page};
use crate::transaction::{Read, Write};

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Which.
    pub id: ApiTokenId,
    /// For whom it acts.
    pub person: PersonId,
    /// What people call it.
    pub name: String,
    /// What it may do (`rooms:read`); words without spaces, which the API reads.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was used last, roughly.
    pub seen: Option<Timestamp>,
    /// When it was taken back.
    pub revoked: Option<Timestamp>,
}

/// Keeps a new one under the digest of its secret.
pub async fn insert(tx: &Write, token: &ApiToken, secret: &Digest) -> Result<(), StoreError> {
    let row = row::Model {
        id: token.id.as_uuid(),
        person: token.person.as_uuid(),
        name: token.name.clone(),
        secret: columns::bytes(secret),
        scopes: token.scopes.join(" "),
        created: token.created.into(),
        seen: token.seen.map(Into::into),
        revoked: token.revoked.map(Into::into),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The one with this secret, unless it was taken back.
pub async fn by_secret(tx: &Read, secret: &Digest) -> Result<Option<ApiToken>, StoreError> {
    let found = row::Entity::find()
        .filter(row::Column::Secret.eq(columns::bytes(secret)))
        .filter(row::Column::Revoked.is_null());
    Ok(found.one(tx.connection()).await?.map(from_row))
}

/// Those of a person, taken back or not, the oldest first.
pub async fn of_person(
    tx: &Read,
    person: PersonId,
    cut: Cut<ApiTokenKind>,
) -> Result<Page<ApiToken, ApiTokenKind>, StoreError> {
    let theirs = row::Entity::find().filter(row::Column::Person.eq(person.as_uuid()));
    let item = |row| {
        let token = from_row(row);
        Ok((token.id, token))
    };
    page::read(tx, theirs, row::Column::Id, Order::OldestFirst, cut, item).await
}

/// Those of a person that are good, the oldest first; somebody with more than a page of them sees the oldest.
pub async fn good_of_person(tx: &Read, person: PersonId) -> Result<Vec<ApiToken>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .filter(row::Column::Revoked.is_null())
        .order_by_asc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Notes that it was used. Call it when the last note is some minutes old, not at every request.
pub async fn touch(tx: &Write, id: ApiTokenId, now: Timestamp) -> Result<(), StoreError> {
    set(tx, id, row::Column::Seen, now).await?;
    Ok(())
}

/// Takes one back; whether it was good until now.
pub async fn revoke(tx: &Write, id: ApiTokenId, now: Timestamp) -> Result<bool, StoreError> {
    set(tx, id, row::Column::Revoked, now).await
}

/// Takes back all of a person's; how many were good until now.
pub async fn revoke_all(tx: &Write, person: PersonId, now: Timestamp) -> Result<u64, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::Revoked, Expr::value(Instant::from(now)))
        .filter(row::Column::Person.eq(person.as_uuid()))
        .filter(row::Column::Revoked.is_null())
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected)
}

async fn set(tx: &Write, id: ApiTokenId, column: row::Column, now: Timestamp) -> Result<bool, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(column, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::Revoked.is_null())
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected > 0)
}

table!("api_token", key { id: Uuid }, {
    person: Uuid,
    name: String,
    secret: Vec<u8>,
    scopes: String,
    created: crate::columns::Instant,
    seen: Option<crate::columns::Instant>,
    revoked: Option<crate::columns::Instant>,
});

fn from_row(row: row::Model) -> ApiToken {
    ApiToken {
        id: Id::from(row.id),
        person: Id::from(row.person),
        name: row.name,
        scopes: columns::words(&row.scopes).map(str::to_owned).collect(),
        created: row.created.timestamp(),
        seen: columns::maybe(row.seen),
        revoked: columns::maybe(row.revoked),
    }
}
