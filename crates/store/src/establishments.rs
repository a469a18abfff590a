//! Establishments: the sites and legal units of the organisation, whose rooms' addresses may begin alike.

use std::collections::HashMap;

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::{EstablishmentId, EstablishmentKind, Id};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::columns::table;
use crate::error::{Conflict, StoreError, changed_one, is_duplicate};
use crate::page::{self, Cut, Order, Page};
use crate::transaction::{Read, Write};

/// A site or legal unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Establishment {
    /// Which.
    pub id: EstablishmentId,
    /// What people call it; no two are called alike.
    pub name: String,
    /// How the addresses of its rooms begin (`lyon` for `lyon-accueil`); no two begin alike.
    pub prefix: Option<RoomAddress>,
    /// When it was made.
    pub created: Timestamp,
}

/// Keeps a new one; [`Conflict::EstablishmentNameTaken`] or [`Conflict::PrefixTaken`].
pub async fn insert(tx: &Write, establishment: &Establishment) -> Result<(), StoreError> {
    let inserted = row::Entity::insert(to_row(establishment))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    if inserted > 0 {
        return Ok(());
    }
    let name = row::Entity::find().filter(row::Column::Name.eq(&establishment.name));
    Err(match name.one(tx.connection()).await? {
        Some(_) => Conflict::EstablishmentNameTaken.into(),
        None => Conflict::PrefixTaken.into(),
    })
}

/// Changes its name and prefix.
pub async fn update(tx: &Write, establishment: &Establishment) -> Result<(), StoreError> {
    let step = tx.step().await?;
    let updated = row::Entity::update(to_row(establishment));
    match updated.exec_without_returning(&step).await {
        Err(error) if is_duplicate(&error, "establishment", "name") => {
            Err(Conflict::EstablishmentNameTaken.into())
        }
        Err(error) if is_duplicate(&error, "establishment", "prefix") => Err(Conflict::PrefixTaken.into()),
        updated => {
            changed_one(updated, "establishment")?;
            Ok(step.commit().await?)
        }
    }
}

/// Takes it away; [`StoreError::Linked`] while people or rooms belong to it.
pub async fn delete(tx: &Write, id: EstablishmentId) -> Result<(), StoreError> {
    let step = tx.step().await?;
    let deleted = row::Entity::delete_by_id(id.as_uuid()).exec(&step).await?;
    step.commit().await?;
    match deleted.rows_affected {
        0 => Err(StoreError::Missing("establishment")),
        _ => Ok(()),
    }
}

/// One of them.
pub async fn by_id(tx: &Read, id: EstablishmentId) -> Result<Option<Establishment>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// Some of them, by which they are; those that are not there are left out.
pub async fn by_ids(
    tx: &Read,
    ids: &[EstablishmentId],
) -> Result<HashMap<EstablishmentId, Establishment>, StoreError> {
    let rows = row::Entity::find().filter(row::Column::Id.is_in(ids.iter().map(|id| id.as_uuid())));
    let found = rows.all(tx.connection()).await?.into_iter().map(from_row);
    found.map(|one| one.map(|one| (one.id, one))).collect()
}

/// How the addresses of whose rooms begin.
pub async fn prefixes(tx: &Read) -> Result<Vec<(EstablishmentId, RoomAddress)>, StoreError> {
    let with_one = row::Entity::find().filter(row::Column::Prefix.is_not_null());
    let found = with_one.all(tx.connection()).await?.into_iter().map(from_row);
    let pair = |one: Establishment| one.prefix.map(|prefix| (one.id, prefix));
    found.filter_map(|one| one.map(pair).transpose()).collect()
}

/// All of them, the oldest first.
pub async fn list(
    tx: &Read,
    cut: Cut<EstablishmentKind>,
) -> Result<Page<Establishment, EstablishmentKind>, StoreError> {
    let item = |row| from_row(row).map(|establishment| (establishment.id, establishment));
    page::read(
        tx,
        row::Entity::find(),
        row::Column::Id,
        Order::OldestFirst,
        cut,
        item,
    )
    .await
}

table!("establishment", key { id: Uuid }, {
    name: String,
    prefix: Option<String>,
    created: crate::columns::Instant,
});

fn to_row(establishment: &Establishment) -> row::ActiveModel {
    let row = row::Model {
        id: establishment.id.as_uuid(),
        name: establishment.name.clone(),
        prefix: establishment.prefix.clone().map(String::from),
        created: establishment.created.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(row: row::Model) -> Result<Establishment, StoreError> {
    let column = "establishment.prefix";
    let prefix = row.prefix.map(|prefix| RoomAddress::given(&prefix));
    Ok(Establishment {
        id: Id::from(row.id),
        name: row.name,
        prefix: prefix.transpose().map_err(|_| StoreError::Damaged { column })?,
        created: row.created.timestamp(),
    })
}
