//! One job at work: what a handler is given, and what it answers.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use store::jobs::{self, Job, Patience};
use store::{Store, StoreError, Write};

/// Does the jobs of one kind. A job may be begun more than once, so its effect must bear repetition.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Which kind.
    fn kind(&self) -> &'static str;

    /// How often, and for how long, it is tried.
    fn patience(&self) -> Patience {
        Patience::USUAL
    }

    /// How many run at once on this server: what one outside service bears, and so that a slow kind leaves room.
    fn at_once(&self) -> u16 {
        4
    }

    /// Longer than this and it hangs: it is cut, and tried again.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// Does one. It is over with [`Work::done`], whose answer is what this answers.
    async fn run(&self, work: &Work) -> Result<Done, Trouble>;
}

/// A job that was claimed.
#[derive(Clone, Debug)]
pub struct Work {
    /// Where its rows are.
    pub store: Store,
    /// Which.
    pub job: Job,
}

/// The job is completed; only [`Work::done`] makes one.
#[derive(Debug)]
pub struct Done(());

/// Why a job is not done.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is tried again after a pause. The sentence is shown to administrators, and holds no secret.
    #[error("{0}")]
    Later(String),
    /// However often it were tried, it would fail.
    #[error("{0}")]
    Never(String),
    /// Another server has it now.
    #[error("another server works on it")]
    Lost,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LeaseLost => Self::Lost,
            other => Self::Later(other.to_string()),
        }
    }
}

impl Work {
    /// Completes the job in the transaction of its last effect, and commits that.
    pub async fn done(&self, tx: Write) -> Result<Done, Trouble> {
        jobs::complete(&tx, &self.job).await?;
        tx.commit().await?;
        Ok(Done(()))
    }

    /// Completes the job as [`Work::done`] does, and asks for its next round: for a job whose kind is its key.
    pub async fn done_until(&self, tx: Write, next: Timestamp, now: Timestamp) -> Result<Done, Trouble> {
        let Job { kind, payload, .. } = &self.job;
        jobs::complete(&tx, &self.job).await?;
        jobs::enqueue_once(&tx, kind, kind, payload, next, now).await?;
        tx.commit().await?;
        Ok(Done(()))
    }

    /// Notes that it is not done, and says whether it waits or is dead.
    pub(super) async fn not_done(
        &self,
        trouble: Trouble,
        patience: Patience,
        chance: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.store.begin_write().await?;
        match trouble {
            Trouble::Lost => return Ok(()),
            Trouble::Never(sentence) => jobs::give_up(&tx, &self.job, now, &sentence).await?,
            Trouble::Later(sentence) => {
                jobs::fail(&tx, &self.job, now, &sentence, patience, chance).await?;
            }
        }
        tx.commit().await
    }

    /// Gives it back undone.
    pub(super) async fn give_back(&self, now: Timestamp) -> Result<(), StoreError> {
        let tx = self.store.begin_write().await?;
        jobs::release(&tx, &self.job, now).await?;
        tx.commit().await
    }
}
