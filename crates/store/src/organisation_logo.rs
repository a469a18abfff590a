//! The organisation's logo: a picture small enough to stand in a row.

use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};

use crate::columns::{Instant, table};
use crate::error::StoreError;
use crate::transaction::{Read, Write};

/// The largest logo, in bytes: every page shows it, so it must arrive at once on a telephone too.
pub const MAX_BYTES: usize = 200_000;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    media_type: String,
    bytes: Vec<u8>,
    changed: Timestamp,
}

/// The picture is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a logo has at most {MAX_BYTES} bytes")]
pub struct TooLarge;

impl Logo {
    /// A picture of a media type (`image/png`) that whoever calls has made sure of.
    pub fn new(media_type: &str, bytes: Vec<u8>, changed: Timestamp) -> Result<Self, TooLarge> {
        if bytes.len() > MAX_BYTES {
            return Err(TooLarge);
        }
        Ok(Self {
            media_type: media_type.to_owned(),
            bytes,
            changed,
        })
    }

    /// What kind of picture.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The picture.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Since when it is this one: browsers ask whether theirs is older.
    pub fn changed(&self) -> Timestamp {
        self.changed
    }
}

/// Puts a logo in the place of the one there was.
pub async fn set(tx: &Write, logo: &Logo) -> Result<(), StoreError> {
    let row = row::Model {
        only_one: ONLY_ONE,
        media_type: logo.media_type.clone(),
        bytes: logo.bytes.clone(),
        changed: logo.changed.into(),
    };
    let replaced = [row::Column::MediaType, row::Column::Bytes, row::Column::Changed];
    row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(row::Column::OnlyOne)
                .update_columns(replaced)
                .to_owned(),
        )
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// The logo.
pub async fn load(tx: &Read) -> Result<Option<Logo>, StoreError> {
    let found = row::Entity::find_by_id(ONLY_ONE).one(tx.connection()).await?;
    Ok(found.map(|row| Logo {
        media_type: row.media_type,
        bytes: row.bytes,
        changed: row.changed.timestamp(),
    }))
}

/// Since when the logo is what it is; `None` without one.
pub async fn changed(tx: &Read) -> Result<Option<Timestamp>, StoreError> {
    let found = row::Entity::find_by_id(ONLY_ONE)
        .select_only()
        .column(row::Column::Changed)
        .into_tuple::<Instant>()
        .one(tx.connection())
        .await?;
    Ok(found.map(Instant::timestamp))
}

/// Takes the logo away; whether there was one.
pub async fn remove(tx: &Write) -> Result<bool, StoreError> {
    let one = row::Entity::delete_by_id(ONLY_ONE);
    Ok(one.exec(tx.connection()).await?.rows_affected > 0)
}

/// The key of the one row.
const ONLY_ONE: i32 = 1;

table!("organisation_logo", key { only_one: i32 }, {
    media_type: String,
    bytes: Vec<u8>,
    changed: crate::columns::Instant,
});
