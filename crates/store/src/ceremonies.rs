//! Sign-ins between their two steps: what must be known again when somebody comes back from the service that signs
//! them in, or with the answer of their passkey.

use jiff::{SignedDuration, Timestamp};
use meetings::id::CeremonyId;
use meetings::sign_in::Digest;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::secrets::{Place, Secret};
use crate::transaction::Write;

/// A sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// Which.
    pub id: CeremonyId,
    /// Of what: `oidc`, `passkey_registration`. What was begun as one kind does not end as another.
    pub kind: String,
    /// Of the secret of the browser that began it, which alone can end it.
    pub browser: Digest,
    /// What must be known again, as JSON.
    pub state: Secret,
    /// When it was begun.
    pub created: Timestamp,
}

/// Keeps a new one under the digest of the secret that comes back.
pub async fn insert(tx: &Write, ceremony: &Ceremony, secret: &Digest) -> Result<(), StoreError> {
    let id = ceremony.id.as_uuid();
    let row = row::Model {
        id,
        secret: columns::bytes(secret),
        kind: ceremony.kind.clone(),
        browser: columns::bytes(&ceremony.browser),
        state: tx.vault().seal(place(id), &ceremony.state),
        created: ceremony.created.into(),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// What was kept under a secret, once: it is gone afterwards, so commit also when what follows fails. `None` when there
/// is none, when it is of another kind or browser, and when it was begun longer than `good_for` ago.
pub async fn take(
    tx: &Write,
    secret: &Digest,
    kind: &str,
    browser: &Digest,
    now: Timestamp,
    good_for: SignedDuration,
) -> Result<Option<Secret>, StoreError> {
    let taken = row::Entity::delete_many()
        .filter(row::Column::Secret.eq(columns::bytes(secret)))
        .filter(row::Column::Kind.eq(kind))
        .filter(row::Column::Browser.eq(columns::bytes(browser)))
        .filter(row::Column::Created.gte(Instant::from(now - good_for)))
        .exec_with_returning(tx.connection())
        .await?;
    let open = |row: &row::Model| tx.vault().unseal(place(row.id), &row.state);
    Ok(taken.first().map(open).transpose()?)
}

/// Forgets those that were begun before `before`; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::Created.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

table!("ceremony", key { id: Uuid }, {
    secret: Vec<u8>,
    kind: String,
    browser: Vec<u8>,
    state: Vec<u8>,
    created: crate::columns::Instant,
});

fn place(row: uuid::Uuid) -> Place {
    let column = "ceremony.state";
    Place { column, row }
}
