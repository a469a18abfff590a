//! All running rooms by name: opens them, finds them, counts who is in them, and ends them.

mod socket;
mod task;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sfu::id::Identity;
use sfu::room::{
    Administer, Join, Now, Relay, Resume, Room, RoomAnnouncement, RoomConfig, RoomInput, RoomView, VideoCodec,
};
use sfu::signal::{DisconnectReason, RoomInfo};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::media::{MediaPlane, event_queue};

pub use socket::{SOCKET_QUEUE, SocketHandle, SocketOutlet, ToSocket, socket_queue};
use task::{Mail, RoomTask};

/// Requests that may wait for one room. When it is full, whoever asks waits: a socket then reads no further, and
/// TCP tells its client to slow down.
const MAILBOX_CAPACITY: usize = 512;

/// Rooms at once; each costs a task and some memory, and an API key may create them without people.
const MAX_ROOMS: usize = 10_000;

/// Announcements that a slow listener may lag behind before it loses the oldest (and is told how many).
const ANNOUNCEMENT_CAPACITY: usize = 4096;

/// LiveKit's own defaults.
const EMPTY_TIMEOUT: Duration = Duration::from_secs(300);
const DEPARTURE_TIMEOUT: Duration = Duration::from_secs(20);

/// How many people fit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// In one room; 0: no limit.
    pub per_room: u32,
    /// In all rooms; 0: no limit.
    pub in_all: u32,
}

/// What a room may be opened with; zero and empty mean the default.
#[derive(Clone, Debug, Default)]
pub struct RoomOptions {
    /// Seconds it lives while nobody has come.
    pub empty_timeout: u32,
    /// Seconds it lives after the last one left.
    pub departure_timeout: u32,
    /// People at once, at most what the installation allows.
    pub max_participants: u32,
    /// The application's.
    pub metadata: String,
}

/// Why somebody does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The room holds as many as it may.
    #[error("the room is full")]
    RoomFull,
    /// The installation holds as many as it may.
    #[error("the server is full")]
    ServerFull,
    /// The server is going down.
    #[error("the server is stopping")]
    Stopping,
}

/// What can be said about a room without asking its task.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The room.
    pub info: RoomInfo,
    /// Who is in it: identity, name, hidden.
    pub people: Vec<(Identity, String, bool)>,
}

impl Summary {
    fn of(view: RoomView) -> Self {
        let people = view
            .participants
            .into_iter()
            .map(|p| (p.identity, p.name, p.permission.hidden))
            .collect();
        Self {
            info: view.room,
            people,
        }
    }
}

/// A running room. Cheap to clone; outlives the room, whose calls then answer `None`.
#[derive(Clone, Debug)]
pub struct RoomHandle {
    mailbox: mpsc::Sender<Mail>,
    summary: Arc<Mutex<Summary>>,
    generation: u64,
}

impl RoomHandle {
    /// The room as it was after its last change.
    pub fn summary(&self) -> Summary {
        locked(&self.summary).clone()
    }

    /// The room as it is now; `None` when it has ended.
    pub async fn view(&self) -> Option<RoomView> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(Mail::View(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Does what an operator asks, and shows the room after it; `None` when it has ended (or ends by it).
    pub async fn administer(&self, administer: Administer) -> Option<RoomView> {
        let (reply, answer) = oneshot::channel();
        self.mailbox
            .send(Mail::Administer(administer, reply))
            .await
            .ok()?;
        answer.await.ok()
    }

    /// Delivers a message of the API.
    pub async fn relay(&self, relay: Relay) -> bool {
        self.mailbox
            .send(Mail::Input(RoomInput::Relay(relay)))
            .await
            .is_ok()
    }

    /// Gives the room what a client's socket said; false when the room has ended.
    pub async fn input(&self, input: RoomInput) -> bool {
        self.mailbox.send(Mail::Input(input)).await.is_ok()
    }
}

/// Every running room.
pub struct Rooms {
    limits: Limits,
    media: Arc<dyn MediaPlane>,
    running: Mutex<Running>,
    announcements: broadcast::Sender<Arc<RoomAnnouncement>>,
    sockets: AtomicU64,
    generations: AtomicU64,
    people: AtomicUsize,
}

#[derive(Default)]
struct Running {
    rooms: HashMap<String, RoomHandle>,
    stopping: bool,
}

impl Rooms {
    /// No room yet.
    pub fn new(limits: Limits, media: Arc<dyn MediaPlane>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            media,
            running: Mutex::default(),
            announcements: broadcast::channel(ANNOUNCEMENT_CAPACITY).0,
            sockets: AtomicU64::new(1),
            generations: AtomicU64::new(1),
            people: AtomicUsize::new(0),
        })
    }

    /// A number for a new signalling socket, unique in the process.
    pub fn next_socket(&self) -> u64 {
        self.sockets.fetch_add(1, Ordering::Relaxed)
    }

    /// What happens in rooms, from now on.
    pub fn announcements(&self) -> broadcast::Receiver<Arc<RoomAnnouncement>> {
        self.announcements.subscribe()
    }

    /// The largest number of people a room may hold; 0: no limit.
    pub fn max_per_room(&self) -> u32 {
        self.limits.per_room
    }

    /// The running room of that name.
    pub fn find(&self, name: &str) -> Option<RoomHandle> {
        locked(&self.running).rooms.get(name).cloned()
    }

    /// All running rooms, in no order.
    pub fn all(&self) -> Vec<RoomHandle> {
        locked(&self.running).rooms.values().cloned().collect()
    }

    /// People in all rooms.
    pub fn people(&self) -> usize {
        self.people.load(Ordering::Relaxed)
    }

    /// One room has so many people now where it had so many before.
    fn count(&self, before: usize, after: usize) {
        // Wrapping, so that a smaller number of people subtracts.
        let change = after.wrapping_sub(before);
        let people = self
            .people
            .fetch_add(change, Ordering::Relaxed)
            .wrapping_add(change);
        metrics::gauge!("palabre_participants").set(people as f64);
    }

    /// Whether one more, called `identity`, fits into that room (which need not run yet), where so many may be at most
    /// besides the room's own limit (0: no other). Somebody who is already there always fits: the new stay replaces
    /// the old.
    pub fn has_place(&self, name: &str, identity: Option<&str>, limit: u32) -> Result<(), Refusal> {
        let over = |count: usize, limit: u32| limit > 0 && count >= limit as usize;
        if locked(&self.running).stopping {
            return Err(Refusal::Stopping);
        }
        if let Some(room) = self.find(name) {
            let summary = locked(&room.summary);
            if identity.is_some_and(|who| summary.people.iter().any(|(one, _, _)| one.as_str() == who)) {
                return Ok(());
            }
            let people = summary.people.len();
            if over(people, summary.info.max_participants) || over(people, limit) {
                return Err(Refusal::RoomFull);
            }
        }
        if over(self.people(), self.limits.in_all) {
            return Err(Refusal::ServerFull);
        }
        Ok(())
    }

    /// The running room of that name, or a new one.
    pub fn open(self: &Arc<Self>, name: &str, options: &RoomOptions) -> Result<RoomHandle, Refusal> {
        let mut running = locked(&self.running);
        if running.stopping {
            return Err(Refusal::Stopping);
        }
        if let Some(room) = running.rooms.get(name) {
            return Ok(room.clone());
        }
        if running.rooms.len() >= MAX_ROOMS {
            return Err(Refusal::ServerFull);
        }
        let handle = self.start(name, options);
        running.rooms.insert(name.to_owned(), handle.clone());
        metrics::gauge!("palabre_rooms").set(running.rooms.len() as f64);
        Ok(handle)
    }

    fn start(self: &Arc<Self>, name: &str, options: &RoomOptions) -> RoomHandle {
        let seconds = |given: u32, default| match given {
            0 => default,
            given => Duration::from_secs(given.into()),
        };
        let config = RoomConfig {
            name: name.to_owned(),
            empty_timeout: seconds(options.empty_timeout, EMPTY_TIMEOUT),
            departure_timeout: seconds(options.departure_timeout, DEPARTURE_TIMEOUT),
            max_participants: smaller_limit(options.max_participants, self.limits.per_room),
            metadata: options.metadata.clone(),
            transport: self.media.local_transport(),
            video_codecs: vec![VideoCodec::Vp8, VideoCodec::H264],
        };
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed).expect("the operating system gives random bytes");
        let room = Room::new(config, seed, now());

        let (mailbox, mail) = mpsc::channel(MAILBOX_CAPACITY);
        let (sink, events) = event_queue();
        let handle = RoomHandle {
            mailbox,
            summary: Arc::new(Mutex::new(Summary::of(room.view()))),
            generation: self.generations.fetch_add(1, Ordering::Relaxed),
        };
        let task = RoomTask::new(
            room,
            name.to_owned(),
            handle.clone(),
            self.clone(),
            mail,
            sink,
            events,
        );
        tokio::spawn(task.run());
        handle
    }

    /// Brings somebody into the room of that name, opening it when needed; answers come through the socket.
    pub async fn join(
        self: &Arc<Self>,
        name: &str,
        options: &RoomOptions,
        join: Join,
        socket: SocketHandle,
    ) -> Result<RoomHandle, Refusal> {
        // Asked before the upgrade too; since then others may have come.
        self.has_place(name, Some(join.identity.as_str()), join.limit)?;
        let mut mail = Mail::Join(Box::new(join), socket);
        loop {
            let room = self.open(name, options)?;
            match room.mailbox.send(mail).await {
                Ok(()) => return Ok(room),
                // It ended between the look-up and the message: a new one takes its place.
                Err(returned) => mail = returned.0,
            }
            self.forget(name, room.generation);
        }
    }

    /// Brings somebody back to a stay. Where the room is gone the socket is told so by whoever holds it.
    pub async fn resume(&self, name: &str, resume: Resume, socket: SocketHandle) -> Option<RoomHandle> {
        let room = self.find(name)?;
        room.mailbox
            .send(Mail::Resume(Box::new(resume), socket))
            .await
            .ok()?;
        Some(room)
    }

    /// Ends every room and lets no other begin; returns when all are over or `patience` is.
    pub async fn stop(&self, patience: Duration) {
        let rooms: Vec<_> = {
            let mut running = locked(&self.running);
            running.stopping = true;
            running.rooms.values().cloned().collect()
        };
        for room in &rooms {
            // A mailbox that is full now will be closed by the deadline below.
            let _ = room
                .mailbox
                .try_send(Mail::Input(RoomInput::Administer(Administer::End(
                    DisconnectReason::ServerShutdown,
                ))));
        }
        let all_closed = async {
            for room in &rooms {
                room.mailbox.closed().await;
            }
        };
        if tokio::time::timeout(patience, all_closed).await.is_err() {
            tracing::warn!("some rooms did not end in time");
        }
    }

    /// Removes a room that has ended, unless its name was already given to a new one.
    fn forget(&self, name: &str, generation: u64) {
        let mut running = locked(&self.running);
        if running
            .rooms
            .get(name)
            .is_some_and(|room| room.generation == generation)
        {
            running.rooms.remove(name);
            metrics::gauge!("palabre_rooms").set(running.rooms.len() as f64);
        }
    }
}

/// The two clocks, read now.
pub fn now() -> Now {
    let unix = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Now {
        instant: std::time::Instant::now(),
        unix_ms: i64::try_from(unix.as_millis()).unwrap_or(i64::MAX),
    }
}

/// The smaller of two limits where 0 means none.
fn smaller_limit(one: u32, other: u32) -> u32 {
    match (one, other) {
        (0, limit) | (limit, 0) => limit,
        (one, other) => one.min(other),
    }
}

/// A mutex whose holder never panics half-way through a change, so a poisoned one is still whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}
