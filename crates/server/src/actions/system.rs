//! What who runs the organisation looks at: the audit trail, the jobs, and what goes on now.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::{AuditEntryKind, JobId, JobKind};
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use serde_json::json;
use sfu::signal::RoomInfo;
use store::audit::{self, AuditEntry};
use store::jobs::{self, Counts, Job, State};
use store::{Cut, Page, Read, Store, StoreError, Subject, mail, rooms};
use uuid::Uuid;

use super::caller::Caller;
use super::error::Error;
use super::network_tests::is_of_a_test;
use super::trail::{Actor, Deed, note};
use crate::backend::MediaBackend;

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

/// What goes on now.
#[derive(Clone, Debug)]
pub struct Standing {
    /// All work, by where it stands.
    pub jobs: Counts,
    /// Letters that are to be sent.
    pub mail: Counts,
    /// Media rooms where somebody is, the fullest first, with what the organisation calls those that are its own;
    /// `None` when the media server does not answer.
    pub rooms: Option<Vec<(RoomInfo, Option<String>)>>,
}

/// What goes on now.
pub async fn standing(store: &Store, backend: &dyn MediaBackend, caller: &Caller) -> Result<Standing, Error> {
    let tx = store.begin_read().await?;
    may_look(&tx, caller).await?;
    let all = jobs::counts(&tx, None).await?;
    let mail = jobs::counts(&tx, Some(mail::JOB)).await?;
    drop(tx);
    // A media server that is away is itself worth knowing, and keeps nothing else from being seen.
    let rooms = match backend.rooms(&[]).await {
        Ok(found) => Some(named(store, found).await?),
        Err(error) => {
            tracing::warn!(%error, "the media server did not say which rooms run");
            None
        }
    };
    Ok(Standing {
        jobs: all,
        mail,
        rooms,
    })
}

async fn named(
    store: &Store,
    mut found: Vec<RoomInfo>,
) -> Result<Vec<(RoomInfo, Option<String>)>, StoreError> {
    // Whoever tests their network is in no room.
    found.retain(|room| !is_of_a_test(&room.name));
    found.sort_by(|one, other| {
        let fuller = other.participants.cmp(&one.participants);
        fuller.then_with(|| one.name.cmp(&other.name))
    });
    let addresses: Vec<_> = found
        .iter()
        .filter_map(|room| RoomAddress::parse(&room.name).ok())
        .collect();
    let tx = store.begin_read().await?;
    let ours = rooms::by_main_addresses(&tx, &addresses).await?;
    let named = found.into_iter().map(|room| {
        let ours = ours.iter().find(|ours| ours.address.as_str() == room.name);
        (room, ours.map(|ours| ours.name.clone()))
    });
    Ok(named.collect())
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
