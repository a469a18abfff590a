//! Passkeys: keys in people's devices by which they sign in (WebAuthn). What is kept of one is public.

use jiff::Timestamp;
use meetings::id::{Id, PasskeyId, PersonId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::columns::{self, Instant, table};
use crate::error::{Conflict, StoreError, changed_one};
use crate::page::MAX_LIMIT;
use crate::transaction::{Read, Write};

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// Whom it signs in.
    pub person: PersonId,
    /// What its device calls it (the credential id); nobody else has it.
    pub credential: Vec<u8>,
    /// Its public key, its counter and the like, as the library that checks it writes them.
    pub data: serde_json::Value,
    /// What the person calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it signed in last.
    pub seen: Option<Timestamp>,
}

/// Keeps a new one; [`Conflict::PasskeyKnown`] when it is somebody's already.
pub async fn insert(tx: &Write, passkey: &Passkey) -> Result<(), StoreError> {
    let row = row::Model {
        id: passkey.id.as_uuid(),
        person: passkey.person.as_uuid(),
        credential: passkey.credential.clone(),
        data: passkey.data.to_string(),
        name: passkey.name.clone(),
        created: passkey.created.into(),
        seen: passkey.seen.map(Into::into),
    };
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    match inserted {
        0 => Err(Conflict::PasskeyKnown.into()),
        _ => Ok(()),
    }
}

/// The one that its device calls so.
pub async fn by_credential(tx: &Read, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let found = row::Entity::find().filter(row::Column::Credential.eq(credential));
    found.one(tx.connection()).await?.map(from_row).transpose()
}

/// Those of a person, the oldest first; somebody with more than a page of them sees the oldest.
pub async fn of_person(tx: &Read, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .order_by_asc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .all(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Notes that it signed in, with what has changed of it (its counter).
pub async fn used(
    tx: &Write,
    id: PasskeyId,
    data: &serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::Data, Expr::value(data.to_string()))
        .col_expr(row::Column::Seen, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .exec(tx.connection())
        .await;
    changed_one(updated, "passkey")
}

/// Takes one of a person's away; whether there was one.
pub async fn delete(tx: &Write, person: PersonId, id: PasskeyId) -> Result<bool, StoreError> {
    let one = row::Entity::delete_many()
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::Person.eq(person.as_uuid()));
    Ok(one.exec(tx.connection()).await?.rows_affected > 0)
}

table!("passkey", key { id: Uuid }, {
    person: Uuid,
    credential: Vec<u8>,
    data: String,
    name: String,
    created: crate::columns::Instant,
    seen: Option<crate::columns::Instant>,
});

fn from_row(row: row::Model) -> Result<Passkey, StoreError> {
    let column = "passkey.data";
    Ok(Passkey {
        id: Id::from(row.id),
        person: Id::from(row.person),
        credential: row.credential,
        data: serde_json::from_str(&row.data).map_err(|_| StoreError::Damaged { column })?,
        name: row.name,
        created: row.created.timestamp(),
        seen: columns::maybe(row.seen),
    })
}
