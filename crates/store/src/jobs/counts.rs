//! How much work stands where, for people who look after it.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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
    let counted: Vec<(String, i64, i64)> = all()
        .select_only()
        .column(row::Column::State)
        .column_as(row::Column::Id.count(), "all")
        .column_as(row::Column::Trouble.count(), "troubled")
        .group_by(row::Column::State)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let within = |state: State| {
        let found = counted.iter().find(|(word, ..)| word == state.word());
        found.map_or((0, 0), |(_, all, troubled)| {
            (all.unsigned_abs(), troubled.unsigned_abs())
        })
    };
    let (waiting, failing) = within(State::Waiting);
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
        waiting,
        failing,
        running: within(State::Running).0,
        dead: within(State::Dead).0,
        trouble: trouble.flatten(),
    })
}
