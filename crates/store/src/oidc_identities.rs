//! Whom a service that signs people in means: its own name for somebody (the subject), and our person.

use jiff::Timestamp;
use meetings::id::{Id, OidcProviderId, PersonId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::columns::table;
use crate::error::StoreError;
use crate::page::MAX_LIMIT;
use crate::transaction::{Read, Write};

/// Somebody as a service knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcIdentity {
    /// Which service.
    pub provider: OidcProviderId,
    /// What it calls them; it calls nobody else so, ever.
    pub subject: String,
    /// Whom it means.
    pub person: PersonId,
    /// Since when we know.
    pub created: Timestamp,
}

/// Keeps one; whether it is new. One that is known keeps its person: read whom it means with [`find`].
pub async fn insert(tx: &Write, identity: &OidcIdentity) -> Result<bool, StoreError> {
    let row = row::Model {
        provider: identity.provider.as_uuid(),
        subject: identity.subject.clone(),
        person: identity.person.as_uuid(),
        created: identity.created.into(),
    };
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(inserted > 0)
}

/// Whom a service means.
pub async fn find(
    tx: &Read,
    provider: OidcProviderId,
    subject: &str,
) -> Result<Option<PersonId>, StoreError> {
    let one = row::Entity::find_by_id((provider.as_uuid(), subject.to_owned()));
    let found = one.one(tx.connection()).await?;
    Ok(found.map(|row| Id::from(row.person)))
}

/// By what services know a person, in the order in which it came about; the first page.
pub async fn of_person(tx: &Read, person: PersonId) -> Result<Vec<OidcIdentity>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Person.eq(person.as_uuid()))
        .order_by_asc(row::Column::Created)
        .order_by_asc(row::Column::Provider)
        .limit(u64::from(MAX_LIMIT))
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

table!("oidc_identity", key { provider: Uuid, subject: String }, {
    person: Uuid,
    created: crate::columns::Instant,
});

fn from_row(row: row::Model) -> OidcIdentity {
    OidcIdentity {
        provider: Id::from(row.provider),
        subject: row.subject,
        person: Id::from(row.person),
        created: row.created.timestamp(),
    }
}
