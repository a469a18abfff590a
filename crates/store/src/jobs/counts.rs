//! How much work stands where, for people who look after it.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{State, row};
use crate::columns::Word;
use crate::error::StoreError;
use crate::transaction::Read;

/// How many jobs stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They run when they are due; those that failed before among them.
    pub waiting: u64,
    /// They wait because they failed.
    pub failing: u64,
    /// A worker has them.
    pub running: u64,
    /// They failed too often.
    pub dead: u64,
    /// What went wrong with the youngest of those that fail or are dead.
    pub trouble: Option<String>,
}

/// How many jobs of a kind, or of all, stand where.
pub async fn counts(tx: &Read, kind: Option<&str>) -> Result<Counts, StoreError> {
    let all = || match kind {
        Some(kind) => row::Entity::find().filter(row::Column::Kind.eq(kind)),
        None => row::Entity::find(),
    };
    let within = |state: State| all().filter(row::Column::State.eq(state.word()));
    let failing = || within(State::Waiting).filter(row::Column::Trouble.is_not_null());
    let troubled = [State::Waiting.word(), State::Dead.word()];
    let trouble: Option<Option<String>> = all()
        .select_only()
        .column(row::Column::Trouble)
        .filter(row::Column::State.is_in(troubled))
        .filter(row::Column::Trouble.is_not_null())
        .order_by_desc(row::Column::Id)
        .into_tuple()
        .one(tx.connection())
        .await?;
    Ok(Counts {
        waiting: within(State::Waiting).count(tx.connection()).await?,
        failing: failing().count(tx.connection()).await?,
        running: within(State::Running).count(tx.connection()).await?,
        dead: within(State::Dead).count(tx.connection()).await?,
        trouble: trouble.flatten(),
    })
}
