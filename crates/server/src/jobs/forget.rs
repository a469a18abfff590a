//! Forgets what is due, every hour, on one server of those that share a database.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::{Store, StoreError, jobs};

use super::work::{Done, Handler, Trouble, Work};
use crate::actions::retention;

/// The job's kind, and the key by which there is one.
const JOB: &str = "forget";

/// What is to be forgotten after a day may be there for an hour more.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Forgets.
pub struct Forget;

impl Forget {
    /// Sees to it that it is done from now on.
    pub async fn ask(store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let tx = store.begin_write().await?;
        jobs::enqueue_once(&tx, JOB, JOB, &json!({}), now, now).await?;
        tx.commit().await
    }
}

#[async_trait]
impl Handler for Forget {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, work: &Work) -> Result<Done, Trouble> {
        let now = Timestamp::now();
        let tx = work.store.begin_write().await?;
        retention::forget(&tx, now).await?;
        work.done_until(tx, now + EVERY, now).await
    }
}
