//! Services that know the organisation's people and sign them in for us (OpenID Connect).

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetings::id::{Id, OidcProviderId, OidcProviderKind};
use meetings::people::Role;
use sea_orm::{ActiveModelTrait, ActiveValue, EntityTrait, IntoActiveModel};

use crate::columns::{self, Word, table};
use crate::error::{StoreError, changed_one};
use crate::page::{self, Cut, Order, Page};
use crate::secrets::{Place, Secret};
use crate::transaction::{Read, Write};

/// A service that signs people in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// Which.
    pub id: OidcProviderId,
    /// What stands on its button.
    pub name: String,
    /// Its address, where it says what it can do.
    pub issuer: String,
    /// As what it knows us.
    pub client_id: String,
    /// By what it knows us.
    pub client_secret: Secret,
    /// What we ask it for (`openid email profile`); words without spaces.
    pub scopes: Vec<String>,
    /// Which of its claims names the groups somebody is in.
    pub group_claim: Option<String>,
    /// Which role a group gives; of several the highest.
    pub group_roles: BTreeMap<String, Role>,
    /// Whoever it knows gets an account with their first sign-in.
    pub creates_people: bool,
    /// The role of those whose groups give none.
    pub default_role: Role,
    /// It may be used.
    pub enabled: bool,
    /// When it was added.
    pub created: Timestamp,
}

/// Keeps a new one.
pub async fn insert(tx: &Write, provider: &OidcProvider) -> Result<(), StoreError> {
    let insert = row::Entity::insert(to_row(tx, provider));
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Saves everything about one but when it was added.
pub async fn update(tx: &Write, provider: &OidcProvider) -> Result<(), StoreError> {
    let mut row = to_row(tx, provider);
    row.created = ActiveValue::NotSet;
    let updated = row::Entity::update(row);
    changed_one(
        updated.exec_without_returning(tx.connection()).await,
        "OIDC provider",
    )
}

/// Takes one away with what it knows of people, who stay; whether there was one.
pub async fn delete(tx: &Write, id: OidcProviderId) -> Result<bool, StoreError> {
    let one = row::Entity::delete_by_id(id.as_uuid());
    Ok(one.exec(tx.connection()).await?.rows_affected > 0)
}

/// One of them.
pub async fn by_id(tx: &Read, id: OidcProviderId) -> Result<Option<OidcProvider>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(|row| from_row(tx, row)).transpose()
}

/// All of them, enabled or not, the oldest first.
pub async fn list(
    tx: &Read,
    cut: Cut<OidcProviderKind>,
) -> Result<Page<OidcProvider, OidcProviderKind>, StoreError> {
    let item = |row| from_row(tx, row).map(|provider| (provider.id, provider));
    let all = row::Entity::find();
    page::read(tx, all, row::Column::Id, Order::OldestFirst, cut, item).await
}

table!("oidc_provider", key { id: Uuid }, {
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Vec<u8>,
    scopes: String,
    group_claim: Option<String>,
    group_roles: String,
    creates_people: bool,
    default_role: String,
    enabled: bool,
    created: crate::columns::Instant,
});

fn place(row: uuid::Uuid) -> Place {
    let column = "oidc_provider.client_secret";
    Place { column, row }
}

fn to_row(tx: &Write, provider: &OidcProvider) -> row::ActiveModel {
    let id = provider.id.as_uuid();
    let roles = provider.group_roles.iter();
    let roles: BTreeMap<_, _> = roles.map(|(group, role)| (group, role.word())).collect();
    let row = row::Model {
        id,
        name: provider.name.clone(),
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        client_secret: tx.vault().seal(place(id), &provider.client_secret),
        scopes: provider.scopes.join(" "),
        group_claim: provider.group_claim.clone(),
        group_roles: serde_json::to_string(&roles).expect("words are JSON"),
        creates_people: provider.creates_people,
        default_role: provider.default_role.word().to_owned(),
        enabled: provider.enabled,
        created: provider.created.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(tx: &Read, row: row::Model) -> Result<OidcProvider, StoreError> {
    let damaged = |column| move |_| StoreError::Damaged { column };
    let roles: BTreeMap<String, String> =
        serde_json::from_str(&row.group_roles).map_err(|_| StoreError::Damaged {
            column: "oidc_provider.group_roles",
        })?;
    let role = |(group, word): (String, String)| {
        let role = Role::read(&word).map_err(damaged("oidc_provider.group_roles"))?;
        Ok((group, role))
    };
    Ok(OidcProvider {
        id: Id::from(row.id),
        name: row.name,
        issuer: row.issuer,
        client_id: row.client_id,
        client_secret: tx.vault().unseal(place(row.id), &row.client_secret)?,
        scopes: columns::words(&row.scopes).map(str::to_owned).collect(),
        group_claim: row.group_claim,
        group_roles: roles.into_iter().map(role).collect::<Result<_, StoreError>>()?,
        creates_people: row.creates_people,
        default_role: Role::read(&row.default_role).map_err(damaged("oidc_provider.default_role"))?,
        enabled: row.enabled,
        created: row.created.timestamp(),
    })
}
