//! Jobs: work that runs later, at least once, and is safe to repeat.
//!
//! A job is born in the transaction of its cause. A worker claims it for a while (a lease) and gets a fence, a number
//! that grows with every claim. It beats its heart to keep the lease; when it dies, another worker claims the job with
//! a higher fence, and the first one, should it still live, can neither complete the job nor fail it. A job that fails
//! runs again after a pause that is kept with it; one that failed too often is dead, and stays for people to see.
//!
//! Times are those of the server that asks: servers that share a database keep their clocks within seconds, which is
//! little against a lease, and the fence holds even when they do not.

mod backoff;
mod counts;

use jiff::{SignedDuration, Timestamp};
use meetings::id::{Id, JobId, JobKind};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

pub use backoff::Patience;
pub use counts::{Counts, counts};

use crate::announcements::Subject;
use crate::columns::{self, Instant, Word, table};
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::random;
use crate::transaction::{Read, Write};

/// The longest text of what went wrong that is kept, in characters: enough for a sentence and an answer's first line.
const MAX_TROUBLE: usize = 1000;

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What is to be done: `send_mail`.
    pub kind: String,
    /// With what. Never a secret: those have rows of their own.
    pub payload: serde_json::Value,
    /// Whether it waits, runs or is dead.
    pub state: State,
    /// When it runs, or ran last.
    pub due: Timestamp,
    /// How often it was begun.
    pub attempts: u32,
    /// Which claim of it is the one that counts.
    pub fence: i64,
    /// Until when the worker has it.
    pub leased_until: Option<Timestamp>,
    /// Who has it.
    pub worker: Option<String>,
    /// What went wrong the last time.
    pub trouble: Option<String>,
    /// When it was born.
    pub created: Timestamp,
}

/// Where a job stands. One that is done is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs when it is due.
    Waiting,
    /// A worker has it.
    Running,
    /// It failed too often: somebody looks at it, and tries again or gives it up.
    Dead,
}

impl Word for State {
    const COLUMN: &'static str = "job.state";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Waiting, "waiting"),
        (Self::Running, "running"),
        (Self::Dead, "dead"),
    ];
}

/// Adds a job to be run at `due`, and tells the workers.
pub async fn enqueue(
    tx: &Write,
    kind: &str,
    payload: &serde_json::Value,
    due: Timestamp,
    now: Timestamp,
) -> Result<JobId, StoreError> {
    let ids = enqueue_all(tx, kind, std::slice::from_ref(payload), due, now).await?;
    Ok(ids.into_iter().next().expect("one for each payload"))
}

/// Adds a job for each of these payloads, some hundreds at most, to be run at `due`, and tells the workers.
pub async fn enqueue_all(
    tx: &Write,
    kind: &str,
    payloads: &[serde_json::Value],
    due: Timestamp,
    now: Timestamp,
) -> Result<Vec<JobId>, StoreError> {
    let rows = payloads.iter().map(|payload| new(kind, payload, due, now));
    let rows: Vec<_> = rows.collect();
    let ids: Vec<JobId> = rows.iter().map(|row| Id::from(row.id)).collect();
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    let insert = row::Entity::insert_many(rows);
    insert.exec_without_returning(tx.connection()).await?;
    for id in &ids {
        tx.announce(Subject::Job, *id);
    }
    Ok(ids)
}

/// Adds a job unless one of this key waits or runs, and tells the workers: for work that comes round again and again,
/// which every server may ask for and one does. `None` when there is one. The key is free when the job is complete, so
/// the work may ask for its next round in the transaction that completes it; and when it is dead, which does not keep
/// the next round from coming.
pub async fn enqueue_once(
    tx: &Write,
    key: &str,
    kind: &str,
    payload: &serde_json::Value,
    due: Timestamp,
    now: Timestamp,
) -> Result<Option<JobId>, StoreError> {
    let row = row::Model {
        key: Some(key.to_owned()),
        ..new(kind, payload, due, now)
    };
    let id = Id::from(row.id);
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    if inserted == 0 {
        return Ok(None);
    }
    tx.announce(Subject::Job, id);
    Ok(Some(id))
}

/// What a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who asks: shown to people.
    pub worker: &'a str,
    /// The kinds it can do.
    pub kinds: &'a [&'a str],
    /// How many it takes at once, at most.
    pub limit: u16,
    /// For how long, before it must [`beat`] its heart: a few times longer than the work usually takes.
    pub lease: SignedDuration,
    /// A job that was begun so often, and whose worker died each time, is dead: it may be what kills them.
    pub attempts: u32,
}

/// Takes jobs that are due, and those whose worker died; the longest due first. No two workers get the same.
pub async fn claim(tx: &Write, now: Timestamp, claim: Claim<'_>) -> Result<Vec<Job>, StoreError> {
    let due = Condition::all()
        .add(row::Column::State.eq(State::Waiting.word()))
        .add(row::Column::Due.lte(Instant::from(now)));
    let abandoned = Condition::all()
        .add(row::Column::State.eq(State::Running.word()))
        .add(row::Column::LeasedUntil.lte(Instant::from(now)));
    let found = row::Entity::find()
        .filter(Condition::any().add(due).add(abandoned))
        .filter(row::Column::Kind.is_in(claim.kinds.iter().copied()))
        .order_by_asc(row::Column::Due)
        .limit(u64::from(claim.limit))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx.connection())
        .await?;
    let mut claimed = Vec::with_capacity(found.len());
    for mut row in found {
        let abandoned = row.state == State::Running.word();
        if abandoned && u32::try_from(row.attempts).unwrap_or(u32::MAX) >= claim.attempts {
            row.state = State::Dead.word().to_owned();
            row.trouble = Some("the server stopped each time while it worked on this".to_owned());
            (row.worker, row.leased_until, row.key) = (None, None, None);
            save(tx, row).await?;
            continue;
        }
        row.state = State::Running.word().to_owned();
        row.attempts = row.attempts.saturating_add(1);
        row.fence += 1;
        row.worker = Some(claim.worker.to_owned());
        row.leased_until = Some((now + claim.lease).into());
        save(tx, row.clone()).await?;
        claimed.push(from_row(row)?);
    }
    Ok(claimed)
}

/// Keeps a claimed job for longer; [`StoreError::LeaseLost`] when another worker has it: stop, and touch nothing more.
pub async fn beat(tx: &Write, job: &Job, now: Timestamp, lease: SignedDuration) -> Result<(), StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::LeasedUntil, Expr::value(Instant::from(now + lease)))
        .filter(ours(job))
        .exec(tx.connection())
        .await?;
    lost_unless(updated.rows_affected)
}

/// The work is done: call it in the transaction of the work's last effect. [`StoreError::LeaseLost`] means that it
/// was not ours any more, and the transaction must not be committed.
pub async fn complete(tx: &Write, job: &Job) -> Result<(), StoreError> {
    let deleted = row::Entity::delete_many().filter(ours(job));
    lost_unless(deleted.exec(tx.connection()).await?.rows_affected)
}

/// The work failed: it is tried again after a pause, or is dead. `chance` is any number.
pub async fn fail(
    tx: &Write,
    job: &Job,
    now: Timestamp,
    trouble: &str,
    patience: Patience,
    chance: u32,
) -> Result<State, StoreError> {
    let pause = patience.pause(job.attempts, chance);
    let (state, due) = match pause {
        Some(pause) => (State::Waiting, now + pause),
        None => (State::Dead, now),
    };
    put_back(tx, job, state, due, Some(trouble)).await?;
    Ok(state)
}

/// The work cannot succeed, however often it is tried.
pub async fn give_up(tx: &Write, job: &Job, now: Timestamp, trouble: &str) -> Result<(), StoreError> {
    put_back(tx, job, State::Dead, now, Some(trouble)).await
}

/// Gives a claimed job back undone, as when the server stops: another worker takes it at once.
pub async fn release(tx: &Write, job: &Job, now: Timestamp) -> Result<(), StoreError> {
    put_back(tx, job, State::Waiting, now, None).await?;
    tx.announce(Subject::Job, job.id);
    Ok(())
}

/// Runs a dead job again, as if it had never been tried; whether it was dead.
pub async fn retry(tx: &Write, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(State::Waiting.word()))
        .col_expr(row::Column::Due, Expr::value(Instant::from(now)))
        .col_expr(row::Column::Attempts, Expr::value(0))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.eq(State::Dead.word()))
        .exec(tx.connection())
        .await?;
    tx.announce(Subject::Job, id);
    Ok(updated.rows_affected > 0)
}

/// Takes a dead job away; whether it was dead.
pub async fn discard(tx: &Write, id: JobId) -> Result<bool, StoreError> {
    let deleted = row::Entity::delete_many()
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.eq(State::Dead.word()));
    Ok(deleted.exec(tx.connection()).await?.rows_affected > 0)
}

/// One of them.
pub async fn by_id(tx: &Read, id: JobId) -> Result<Option<Job>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// Those in a state, or all, the newest first.
pub async fn list(
    tx: &Read,
    state: Option<State>,
    cut: Cut<JobKind>,
) -> Result<Page<Job, JobKind>, StoreError> {
    let mut jobs = row::Entity::find();
    if let Some(state) = state {
        jobs = jobs.filter(row::Column::State.eq(state.word()));
    }
    let item = |row| from_row(row).map(|job| (job.id, job));
    page::read(tx, jobs, row::Column::Id, Order::NewestFirst, cut, item).await
}

/// When a job waits next, or a lease ends: sleep until then, or until an announcement of [`Subject::Job`].
pub async fn next_due(tx: &Read, kinds: &[&str]) -> Result<Option<Timestamp>, StoreError> {
    let earliest = |state: State, column: row::Column| {
        row::Entity::find()
            .select_only()
            .column(column)
            .filter(row::Column::State.eq(state.word()))
            .filter(row::Column::Kind.is_in(kinds.iter().copied()))
            .order_by_asc(column)
            .into_tuple::<Instant>()
            .one(tx.connection())
    };
    let waiting = earliest(State::Waiting, row::Column::Due).await?;
    let leased = earliest(State::Running, row::Column::LeasedUntil).await?;
    let next = waiting.into_iter().chain(leased).min();
    Ok(next.map(Instant::timestamp))
}

/// A job that nobody has begun, under a new id.
fn new(kind: &str, payload: &serde_json::Value, due: Timestamp, now: Timestamp) -> row::Model {
    let id: JobId = random::id(now);
    row::Model {
        id: id.as_uuid(),
        kind: kind.to_owned(),
        payload: payload.to_string(),
        state: State::Waiting.word().to_owned(),
        due: due.into(),
        attempts: 0,
        fence: 0,
        leased_until: None,
        worker: None,
        trouble: None,
        created: now.into(),
        key: None,
    }
}

/// Only the claim that counts: same job, same fence, not taken back.
fn ours(job: &Job) -> Condition {
    Condition::all()
        .add(row::Column::Id.eq(job.id.as_uuid()))
        .add(row::Column::Fence.eq(job.fence))
        .add(row::Column::State.eq(State::Running.word()))
}

async fn put_back(
    tx: &Write,
    job: &Job,
    state: State,
    due: Timestamp,
    trouble: Option<&str>,
) -> Result<(), StoreError> {
    let mut update = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(state.word()))
        .col_expr(row::Column::Due, Expr::value(Instant::from(due)))
        .col_expr(row::Column::LeasedUntil, Expr::value(None::<Instant>))
        .col_expr(row::Column::Worker, Expr::value(None::<String>));
    if let Some(trouble) = trouble {
        let kept = columns::excerpt(trouble, MAX_TROUBLE);
        update = update.col_expr(row::Column::Trouble, Expr::value(kept));
    }
    if state == State::Dead {
        update = update.col_expr(row::Column::Key, Expr::value(None::<String>));
    }
    let updated = update.filter(ours(job)).exec(tx.connection()).await?;
    lost_unless(updated.rows_affected)
}

fn lost_unless(rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

async fn save(tx: &Write, row: row::Model) -> Result<(), StoreError> {
    let update = row::Entity::update(row.into_active_model().reset_all());
    update.exec_without_returning(tx.connection()).await?;
    Ok(())
}

table!("job", key { id: Uuid }, {
    kind: String,
    payload: String,
    state: String,
    due: crate::columns::Instant,
    attempts: i32,
    fence: i64,
    leased_until: Option<crate::columns::Instant>,
    worker: Option<String>,
    trouble: Option<String>,
    created: crate::columns::Instant,
    key: Option<String>,
});

fn from_row(row: row::Model) -> Result<Job, StoreError> {
    let column = "job.payload";
    Ok(Job {
        id: Id::from(row.id),
        payload: serde_json::from_str(&row.payload).map_err(|_| StoreError::Damaged { column })?,
        state: State::read(&row.state)?,
        kind: row.kind,
        due: row.due.timestamp(),
        attempts: u32::try_from(row.attempts).unwrap_or(0),
        fence: row.fence,
        leased_until: columns::maybe(row.leased_until),
        worker: row.worker,
        trouble: row.trouble,
        created: row.created.timestamp(),
    })
}
