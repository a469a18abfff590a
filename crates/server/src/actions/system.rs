//! What who runs the organisation looks at: the audit trail, the jobs, and what goes on now.

use jiff::Timestamp;
use meetings::id::{AuditEntryKind, JobId, JobKind};
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use serde_json::json;
use store::audit::{self, AuditEntry};
use store::jobs::{self, Counts, Job, State};
use store::{Cut, Page, Read, Store, Subject, mail};
use uuid::Uuid;

use super::caller::Caller;
use super::error::Error;
use super::trail::{Actor, Deed, note};

/// Whoever asks must run the organisation.
async fn may_look(tx: &Read, caller: &Caller) -> Result<(), Error> {
    caller
        .may(tx, Scope::read(Noun::People), Right::ManageOrganisation)
        .await?;
    Ok(())
}

/// The audit trail, or what was done to one thing; the newest first.
pub async fn trail(
    store: &Store,
    caller: &Caller,
    subject: Option<Uuid>,
    cut: Cut<AuditEntryKind>,
) -> Result<Page<AuditEntry, AuditEntryKind>, Error> {
    let tx = store.begin_read().await?;
    may_look(&tx, caller).await?;
    Ok(match subject {
        Some(subject) => audit::of_subject(&tx, subject, cut).await?,
        None => audit::list(&tx, cut).await?,
    })
}

/// How much work stands where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// All of it.
    pub jobs: Counts,
    /// Letters that are to be sent.
    pub mail: Counts,
}

/// How much work stands where.
pub async fn standing(store: &Store, caller: &Caller) -> Result<Standing, Error> {
    let tx = store.begin_read().await?;
    may_look(&tx, caller).await?;
    Ok(Standing {
        jobs: jobs::counts(&tx, None).await?,
        mail: jobs::counts(&tx, Some(mail::JOB)).await?,
    })
}

/// The jobs in a state, or all; the newest first.
pub async fn job_list(
    store: &Store,
    caller: &Caller,
    state: Option<State>,
    cut: Cut<JobKind>,
) -> Result<Page<Job, JobKind>, Error> {
    let tx = store.begin_read().await?;
    may_look(&tx, caller).await?;
    Ok(jobs::list(&tx, state, cut).await?)
}

/// Runs a dead job again, as if it had never been tried.
pub async fn retry_job(store: &Store, caller: &Caller, now: Timestamp, id: JobId) -> Result<Job, Error> {
    let tx = store.begin_write().await?;
    caller
        .may(&tx, Scope::write(Noun::People), Right::ManageOrganisation)
        .await?;
    let retried = jobs::retry(&tx, id, now).await?;
    let job = known(&tx, id).await?;
    if !retried {
        return Err(not_dead());
    }
    let deed = Deed {
        action: "job.retried",
        subject: &job.kind,
        id,
        details: json!({}),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.commit().await?;
    Ok(job)
}

/// Takes a dead job away: it is never done.
pub async fn discard_job(store: &Store, caller: &Caller, now: Timestamp, id: JobId) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    caller
        .may(&tx, Scope::write(Noun::People), Right::ManageOrganisation)
        .await?;
    let job = known(&tx, id).await?;
    if !jobs::discard(&tx, id).await? {
        return Err(not_dead());
    }
    let deed = Deed {
        action: "job.discarded",
        subject: &job.kind,
        id,
        details: json!({ "trouble": job.trouble }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Job, id);
    Ok(tx.commit().await?)
}

/// A job that must be there.
async fn known(tx: &Read, id: JobId) -> Result<Job, Error> {
    let missing = || Error::missing("no_such_job", "there is no such job: it may be done");
    jobs::by_id(tx, id).await?.ok_or_else(missing)
}

fn not_dead() -> Error {
    let message = "only a job that was given up is retried or discarded";
    Error::wrong_state("job_not_dead", message)
}
