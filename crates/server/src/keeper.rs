//! Keeps meetings, attendance and knocks in step with the world: hears the media server, and looks on a slow beat.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use meetings::id::PersonId;
use sfu::room::RoomAnnouncement;
use sfu::signal::{DisconnectReason, ParticipantInfo, ParticipantState, RoomInfo};
use store::{Heard, Listener, Store, StoreError, Subject};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::actions::attendance::{self, BEAT, Running};
use crate::actions::knocks;
use crate::backend::{BackendError, MediaBackend};

/// How often knocks that nobody listens to any more are looked for.
const SWEEP: Duration = Duration::from_secs(5);

/// The task; it runs until it is stopped.
pub struct Keeper {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Begins to hear what `backend` tells.
    ///
    /// Events wait in the backend's own bounded queue. When it runs over, the oldest are lost; the keeper is told so,
    /// looks at once who is where, and puts the rows right: what came and went in between is all that is missing.
    pub fn start(store: Store, backend: Arc<dyn MediaBackend>, clustered: bool) -> Self {
        let (events, changes) = (backend.events(), store.listen());
        let stop = CancellationToken::new();
        let keeping = Keeping {
            store,
            backend,
            clustered,
            interrupted: HashSet::new(),
        };
        let task = tokio::spawn(keeping.run(events, changes, stop.clone()));
        Self { stop, task }
    }

    /// Writes what was told before, and ends.
    pub async fn stop(self) {
        self.stop.cancel();
        // A task that panicked has stopped too.
        let _ = self.task.await;
    }
}

struct Keeping {
    store: Store,
    backend: Arc<dyn MediaBackend>,
    /// Others let people into the media rooms: the door is asked when they are there.
    clustered: bool,
    /// Media rooms whose people were told to come back to a fresh one.
    interrupted: HashSet<String>,
}

impl Keeping {
    async fn run(
        mut self,
        mut events: broadcast::Receiver<Arc<RoomAnnouncement>>,
        mut changes: Listener,
        stop: CancellationToken,
    ) {
        let every = |period: Duration| {
            let mut interval = tokio::time::interval(period);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        };
        let mut beat = every(BEAT.unsigned_abs());
        let mut sweep = every(SWEEP);
        loop {
            let done = tokio::select! {
                biased;
                event = events.recv() => match event {
                    Ok(event) => self.hear(&event).await,
                    Err(RecvError::Lagged(lost)) => {
                        metrics::counter!("palabre_meeting_events_lost_total").increment(lost);
                        tracing::warn!(lost, "the keeper of meetings fell behind, and looks afresh");
                        self.beat().await
                    }
                    Err(RecvError::Closed) => return,
                },
                () = stop.cancelled() => return,
                Some(change) = changes.next() => self.see(change).await,
                _ = beat.tick() => self.beat().await,
                _ = sweep.tick() => self.sweep().await,
            };
            if let Err(trouble) = done {
                // The next beat puts right what could not be written now.
                tracing::warn!(%trouble, "meetings could not be kept in step");
            }
        }
    }

    async fn hear(&mut self, event: &RoomAnnouncement) -> Result<(), Trouble> {
        let now = Timestamp::now();
        match event {
            RoomAnnouncement::ParticipantJoined(room, who) => {
                let welcome = attendance::came(&self.store, now, room, who).await?;
                if self.clustered && welcome == Some(false) {
                    tracing::info!(room = room.name, identity = %who.identity, "the door would not have let them in");
                    self.put_out(&room.name, who.identity.as_str()).await?;
                }
            }
            RoomAnnouncement::ParticipantLeft(room, who) => {
                if is_told_to_come_back(who) {
                    self.interrupted.insert(room.name.clone());
                }
                attendance::left(&self.store, now, &room.name, who).await?;
            }
            RoomAnnouncement::RoomFinished(room) => {
                let coming_back = self.interrupted.remove(&room.name);
                attendance::over(&self.store, now, room, coming_back).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Somebody who was deactivated does not stay in their calls.
    async fn see(&self, change: Heard) -> Result<(), Trouble> {
        let Heard::Changed(change) = change else {
            return Ok(());
        };
        if change.subject == Subject::Person {
            let person = PersonId::from(change.id);
            for (room, identity) in attendance::calls_of_deactivated(&self.store, person).await? {
                self.put_out(room.as_str(), &identity).await?;
            }
        }
        Ok(())
    }

    async fn put_out(&self, room: &str, identity: &str) -> Result<(), BackendError> {
        match self.backend.remove(room, identity).await {
            Err(BackendError::NotFound(_)) => Ok(()),
            other => other,
        }
    }

    async fn beat(&self) -> Result<(), Trouble> {
        let mut running = Vec::new();
        // Asked before the transaction: the media server may be another machine.
        for room in self.backend.rooms(&[]).await? {
            let participants = self.backend.participants(&room.name).await?;
            let active = participants
                .into_iter()
                .filter(|who| who.state == ParticipantState::Active)
                .collect();
            running.push(Running {
                room,
                participants: active,
            });
        }
        if running.is_empty() && !attendance::goes_on(&self.store).await? {
            return Ok(());
        }
        for over in attendance::beat(&self.store, Timestamp::now(), &running).await? {
            self.finish(over).await?;
        }
        Ok(())
    }

    /// Ends what a host ended, where the media server could not be told: it was away, or we were killed between.
    async fn finish(&self, over: &RoomInfo) -> Result<(), BackendError> {
        let name = std::slice::from_ref(&over.name);
        // The next meeting may have begun in a new media room of that name.
        if self
            .backend
            .rooms(name)
            .await?
            .iter()
            .all(|now| now.sid != over.sid)
        {
            return Ok(());
        }
        match self.backend.end_room(&over.name).await {
            Err(BackendError::NotFound(_)) => Ok(()),
            other => other,
        }
    }

    async fn sweep(&self) -> Result<(), Trouble> {
        Ok(knocks::give_up_silent(&self.store, Timestamp::now()).await?)
    }
}

fn is_told_to_come_back(who: &ParticipantInfo) -> bool {
    matches!(
        who.disconnect_reason,
        Some(DisconnectReason::ServerShutdown | DisconnectReason::StateMismatch)
    )
}

/// Why a change was not kept.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Backend(#[from] BackendError),
}
