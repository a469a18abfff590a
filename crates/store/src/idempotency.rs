//! What was made under an idempotency key: asked for again by a program that heard no answer, it is not made twice.

use jiff::Timestamp;
use meetings::id::PersonId;
use meetings::sign_in::Digest;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::transaction::{Read, Write};

/// One request to make something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once {
    /// Who asks; keys of others are others.
    pub person: PersonId,
    /// The digest of the key.
    pub key: Digest,
    /// The digest of what is asked for.
    pub request: Digest,
    /// What is made.
    pub made: Uuid,
    /// When.
    pub created: Timestamp,
}

/// Keeps a request, unless its person has used the key before; whether it was kept. Of two at once, on any server, the
/// second waits here for the first.
pub async fn keep(tx: &Write, once: &Once) -> Result<bool, StoreError> {
    let row = row::Model {
        person: once.person.as_uuid(),
        key_digest: columns::bytes(&once.key),
        request: columns::bytes(&once.request),
        made: once.made,
        created: once.created.into(),
    };
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(inserted > 0)
}

/// What somebody asked for under a key.
pub async fn find(tx: &Read, person: PersonId, key: &Digest) -> Result<Option<Once>, StoreError> {
    let found = row::Entity::find_by_id((person.as_uuid(), columns::bytes(key)));
    let read = |row: row::Model| {
        Ok(Once {
            person,
            key: *key,
            request: columns::digest(row.request, "idempotency.request")?,
            made: row.made,
            created: row.created.timestamp(),
        })
    };
    found.one(tx.connection()).await?.map(read).transpose()
}

/// Forgets requests made before a time; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::Created.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("idempotency", key { person: Uuid, key_digest: Vec<u8> }, {
    request: Vec<u8>,
    made: Uuid,
    created: crate::columns::Instant,
});
