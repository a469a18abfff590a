//! Lists, a page at a time, by id: nothing is counted, and what is born meanwhile disturbs nothing.

use meetings::id::Id;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::error::StoreError;
use crate::transaction::Read;

/// The most a page holds: DESIGN asks lists of 500 rooms to be quick, and more is not read at once by anybody.
pub const MAX_LIMIT: u16 = 500;

/// Which part of a list is wanted.
#[derive(Debug)]
pub struct Cut<K> {
    /// Begin behind this one; at the beginning without.
    pub after: Option<Id<K>>,
    /// How many at most, from 1 to [`MAX_LIMIT`]; what lies outside is brought inside.
    pub limit: u16,
}

impl<K> Cut<K> {
    /// The first page.
    pub fn first(limit: u16) -> Self {
        Self { after: None, limit }
    }
}

impl<K> Clone for Cut<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Cut<K> {}

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// What it holds.
    pub items: Vec<T>,
    /// Ask for what comes after this one; `None` when this is the end.
    pub next: Option<Id<K>>,
}

/// In which order of birth a list stands.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

/// Reads a page of rows of `select`, by their `id`.
pub(crate) async fn read<E, T, K>(
    tx: &Read,
    select: Select<E>,
    id: E::Column,
    order: Order,
    cut: Cut<K>,
    item: impl Fn(E::Model) -> Result<(Id<K>, T), StoreError>,
) -> Result<Page<T, K>, StoreError>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let limit = cut.limit.clamp(1, MAX_LIMIT);
    let mut select = select.limit(u64::from(limit) + 1);
    if let Some(after) = cut.after {
        select = select.filter(match order {
            Order::OldestFirst => id.gt(after.as_uuid()),
            Order::NewestFirst => id.lt(after.as_uuid()),
        });
    }
    let select = match order {
        Order::OldestFirst => select.order_by_asc(id),
        Order::NewestFirst => select.order_by_desc(id),
    };
    let rows = select.all(tx.connection()).await?;
    let more = rows.len() > usize::from(limit);
    let kept = rows.into_iter().take(usize::from(limit)).map(item);
    let kept: Vec<(Id<K>, T)> = kept.collect::<Result<_, _>>()?;
    let next = kept.last().filter(|_| more).map(|(id, _)| *id);
    let items = kept.into_iter().map(|(_, item)| item).collect();
    Ok(Page { items, next })
}
