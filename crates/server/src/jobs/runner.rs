//! Runs jobs: claims those that are due, keeps their leases, and sleeps until something changes.
//!
//! It wakes when a job is announced (by any server of the database), when the next one is due, and when one of its own
//! is over; it never looks just in case.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use store::jobs::{self, Claim};
use store::{Announcement, Heard, Listener, Store, StoreError, Subject, random};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::work::{Done, Handler, Trouble, Work};

/// How long a claim holds without a sign of life: a server that dies keeps its jobs from others for this long.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// A sign of life, thrice in a lease: two may be late.
const BEAT: Duration = Duration::from_secs(10);

/// The longest sleep. Only a clock that was set, or a server that died with news of a job, makes it matter.
const LONGEST_SLEEP: Duration = Duration::from_secs(300);

/// How long to wait when the database does not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// The jobs of a server.
pub struct Jobs {
    stopping: CancellationToken,
    cut: CancellationToken,
    runner: JoinHandle<()>,
}

impl Jobs {
    /// Begins to do the jobs that `handlers` know. `worker` is this server's name, for people.
    pub fn start(store: &Store, worker: String, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let (stopping, cut) = (CancellationToken::new(), CancellationToken::new());
        let runner = Runner {
            listener: store.listen(),
            store: store.clone(),
            worker,
            kinds: handlers.into_iter().map(Kind::new).collect(),
            running: JoinSet::new(),
            cut: cut.clone(),
        };
        Self {
            runner: tokio::spawn(runner.run(stopping.clone())),
            stopping,
            cut,
        }
    }

    /// Begins nothing more, lets what runs finish for `patience`, and gives the rest back for others.
    pub async fn stop(self, patience: Duration) {
        self.stopping.cancel();
        let mut runner = self.runner;
        if tokio::time::timeout(patience, &mut runner).await.is_err() {
            self.cut.cancel();
            // A runner that panicked has stopped too.
            let _ = runner.await;
        }
    }
}

/// A kind of job, and how many more of it may run here.
struct Kind {
    handler: Arc<dyn Handler>,
    room: Arc<Semaphore>,
}

impl Kind {
    fn new(handler: Arc<dyn Handler>) -> Self {
        let room = Arc::new(Semaphore::new(usize::from(handler.at_once())));
        Self { handler, room }
    }

    fn room(&self) -> u16 {
        u16::try_from(self.room.available_permits()).unwrap_or(u16::MAX)
    }
}

struct Runner {
    store: Store,
    listener: Listener,
    worker: String,
    kinds: Vec<Kind>,
    running: JoinSet<()>,
    cut: CancellationToken,
}

impl Runner {
    async fn run(mut self, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            let sleep = match self.begin_what_is_due().await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::warn!(%error, "cannot look for jobs; trying again");
                    AGAIN
                }
            };
            tokio::select! {
                () = stopping.cancelled() => break,
                () = tokio::time::sleep(sleep) => {}
                heard = next_job(&mut self.listener) => if heard.is_none() { break },
                Some(_) = self.running.join_next() => {}
            }
        }
        while self.running.join_next().await.is_some() {}
    }

    /// Claims and begins what is due, as far as there is room; how long nothing more will be.
    async fn begin_what_is_due(&mut self) -> Result<Duration, StoreError> {
        loop {
            let now = Timestamp::now();
            let open = self.kinds.iter().filter(|kind| kind.room() > 0);
            let kinds: Vec<_> = open.map(|kind| kind.handler.kind()).collect();
            let tx = self.store.begin_read().await?;
            let due = jobs::next_due(&tx, &kinds).await?;
            drop(tx);
            match due {
                None => return Ok(LONGEST_SLEEP),
                Some(due) if due > now => {
                    let wait = due.duration_since(now).unsigned_abs();
                    return Ok(wait.min(LONGEST_SLEEP));
                }
                Some(_) => {}
            }
            // Another server may have been quicker, and taken them all.
            if !self.claim(now).await? {
                return Ok(AGAIN);
            }
        }
    }

    /// Whether there was anything to claim.
    async fn claim(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let tx = self.store.begin_write().await?;
        let mut claimed = Vec::new();
        for kind in self.kinds.iter().filter(|kind| kind.room() > 0) {
            let claim = Claim {
                worker: &self.worker,
                kinds: &[kind.handler.kind()],
                limit: kind.room(),
                lease: LEASE,
                attempts: kind.handler.patience().attempts,
            };
            let jobs = jobs::claim(&tx, now, claim).await?;
            claimed.extend(jobs.into_iter().map(|job| (kind, job)));
        }
        tx.commit().await?;
        let any = !claimed.is_empty();
        for (kind, job) in claimed {
            // Only this task takes permits, and it claimed no more than there are.
            let permit = kind.room.clone().try_acquire_owned().ok();
            let store = self.store.clone();
            let work = Work { store, job };
            self.running
                .spawn(see_through(kind.handler.clone(), work, self.cut.clone(), permit));
        }
        Ok(any)
    }
}

/// The next announcement of a job; `None` when the store is closed.
async fn next_job(listener: &mut Listener) -> Option<()> {
    loop {
        match listener.next().await? {
            Heard::Changed(Announcement { subject, .. }) if subject != Subject::Job => {}
            Heard::Changed(_) | Heard::Reload => return Some(()),
        }
    }
}

/// Does one job, keeps its lease meanwhile, and notes what came of it.
async fn see_through(
    handler: Arc<dyn Handler>,
    work: Work,
    cut: CancellationToken,
    _room: Option<OwnedSemaphorePermit>,
) {
    let kind = handler.kind();
    let outcome = tokio::select! {
        outcome = attempt(handler.as_ref(), &work) => Some(outcome),
        () = lease_is_lost(&work) => Some(Err(Trouble::Lost)),
        () = cut.cancelled() => None,
    };
    let now = Timestamp::now();
    let noted = match outcome {
        Some(Ok(Done { .. })) => Ok(()),
        Some(Err(trouble)) => {
            tracing::warn!(kind, job = %work.job.id, attempt = work.job.attempts, %trouble, "a job failed");
            let chance = u32::from_ne_bytes(random::bytes());
            work.not_done(trouble, handler.patience(), chance, now).await
        }
        None => work.give_back(now).await,
    };
    if let Err(error) = noted {
        // Its lease runs out, and it is tried again then.
        tracing::warn!(kind, job = %work.job.id, %error, "what came of a job was not noted");
    }
}

/// One try, which ends in time and whose panic is its own.
async fn attempt(handler: &dyn Handler, work: &Work) -> Result<Done, Trouble> {
    let limit = handler.time_limit();
    let run = AssertUnwindSafe(handler.run(work)).catch_unwind();
    match tokio::time::timeout(limit, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Err(Trouble::Later("the server made a mistake".to_owned())),
        Err(_) => Err(Trouble::Later(format!("not done after {} s", limit.as_secs()))),
    }
}

/// Beats the job's heart; ends when another server has taken the job.
async fn lease_is_lost(work: &Work) {
    let beat = async || {
        let tx = work.store.begin_write().await?;
        jobs::beat(&tx, &work.job, Timestamp::now(), LEASE).await?;
        tx.commit().await
    };
    loop {
        tokio::time::sleep(BEAT).await;
        match beat().await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => return,
            Err(error) => tracing::debug!(%error, "a job's lease was not prolonged"),
        }
    }
}
