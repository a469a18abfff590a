//! The embedded media server: threads that carry packets, and the handle by which rooms reach them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use mio::{Poll, Waker};
use sfu::address::Protocol;
use sfu::id::{PeerId, ShardId};
use sfu::media::{PeerCommand, PeerEnd, PeerEvent, PeerSeed};
use sfu::peer::certificate::Certificate;
use sfu::room::LocalTransport;
use sfu::shard::directory::{Claim, Directory};
use sfu::shard::relay::RelayMessage;
use sfu::shard::{Shard, ShardConfig, ShardFailure};

use super::addresses::{self, Wanted};
use super::inbox::{Inbox, Message};
use super::tcp::{self, Listener};
use super::udp::{self, OpenError, Opened};
use super::worker::{WAKE, Worker};
use super::{EventSink, MediaPlane, counts};
use crate::config::Settings;

/// Media threads at most: a shard number has 16 bits, and no machine has more processors than this.
const MAX_WORKERS: usize = 256;

/// Free UDP ports that are tried until one is free by TCP too.
const FREE_PORT_TRIES: usize = 16;

/// Why media cannot be carried, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The port.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The certificate.
    #[error("the DTLS certificate could not be made: {0}")]
    Certificate(String),
    /// The DTLS library.
    #[error(transparent)]
    Shard(#[from] ShardFailure),
    /// Threads, or what they wait with.
    #[error("a media thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Media threads that run. They stop when told to, or with the last handle.
pub struct MediaThreads {
    shared: Arc<Shared>,
    transport: LocalTransport,
    small_buffers: bool,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What all workers and rooms share. Locked once per join, command and event's end, never per packet.
pub(super) struct Shared {
    peers: Mutex<Peers>,
    inboxes: Vec<Inbox>,
    config: ShardConfig,
    stopping: AtomicBool,
}

#[derive(Default)]
struct Peers {
    directory: Directory,
    sinks: HashMap<PeerId, EventSink>,
}

impl MediaThreads {
    /// Opens the media port and starts the threads the settings ask for.
    pub fn start(settings: &Settings) -> Result<Arc<Self>, MediaError> {
        let wanted = Wanted::of(settings);
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let workers = match usize::from(settings.workers) {
            0 => processors(),
            workers => workers,
        };
        Self::start_with(wanted, settings.media_port, workers.min(MAX_WORKERS))
    }

    pub(super) fn start_with(wanted: Wanted, port: u16, workers: usize) -> Result<Arc<Self>, MediaError> {
        crate::http::metrics::install();
        counts::describe();
        let (opened, listeners) = open(wanted, port, workers)?;
        let candidates = wanted.to_tell(&addresses::interfaces(), &opened.addresses);
        let certificate =
            Certificate::generate().map_err(|error| MediaError::Certificate(error.to_string()))?;
        let transport = LocalTransport {
            fingerprint: certificate.fingerprint(),
            candidates,
        };

        let polls = (0..workers).map(|_| Poll::new()).collect::<Result<Vec<_>, _>>()?;
        let inbox = |poll: &Poll| Waker::new(poll.registry(), WAKE).map(Inbox::new);
        let shared = Arc::new(Shared {
            peers: Mutex::default(),
            inboxes: polls.iter().map(inbox).collect::<Result<_, _>>()?,
            config: ShardConfig {
                certificate: Arc::new(certificate),
            },
            stopping: AtomicBool::new(false),
        });
        let small_buffers = opened.workers.iter().flatten().any(|socket| socket.small);
        let media = Arc::new(Self {
            small_buffers,
            shared: shared.clone(),
            transport,
            threads: Mutex::default(),
        });
        let sockets = opened.workers.into_iter().zip(listeners);
        for (number, (poll, (sockets, listeners))) in polls.into_iter().zip(sockets).enumerate() {
            let id = ShardId(number as u16);
            let shard = shared.new_shard(id)?;
            let worker = Worker::new(id, shard, sockets, listeners, poll, shared.clone())?;
            let thread = std::thread::Builder::new().name(format!("media-{number}"));
            locked(&media.threads).push(thread.spawn(|| worker.run())?);
        }
        Ok(media)
    }

    /// Says in the log where media is carried, and what an operator might want to change.
    pub fn announce(&self) {
        let told = self.transport.candidates.iter();
        let by_udp = told.filter(|candidate| candidate.protocol == Protocol::Udp);
        let addresses: Vec<_> = by_udp.map(ToString::to_string).collect();
        let threads = self.shared.inboxes.len();
        tracing::info!(
            threads,
            addresses = addresses.join(", "),
            "media is carried, by UDP and TCP"
        );
        if self.small_buffers {
            tracing::info!(
                "UDP receive buffers are small; raise net.core.rmem_max to 4194304 for large rooms"
            );
        }
        if addresses.is_empty() {
            tracing::warn!("no address of this machine can be told to clients; set --media-address");
        }
    }

    /// Connections known, whether or not a packet came yet.
    pub fn peers(&self) -> usize {
        self.shared.peers().directory.len()
    }

    /// Lets every thread do what is left to do, and waits for its end.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.shared.inboxes.iter().for_each(Inbox::wake);
        for thread in locked(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!("a media thread had failed");
            }
        }
    }
}

/// Opens the media port, UDP and TCP alike. Any port that is free by both will do when `port` is 0.
fn open(wanted: Wanted, port: u16, workers: usize) -> Result<(Opened, Vec<Vec<Listener>>), OpenError> {
    let mut tries = if port == 0 { FREE_PORT_TRIES } else { 1 };
    loop {
        tries -= 1;
        let opened = udp::open(&wanted.to_open(), port, workers)?;
        match tcp::open(&opened.addresses, workers) {
            Err(OpenError::InUse { .. }) if tries > 0 => {}
            listeners => return Ok((opened, listeners?)),
        }
    }
}

impl Drop for MediaThreads {
    fn drop(&mut self) {
        self.stop();
    }
}

impl MediaPlane for MediaThreads {
    fn create_peer(&self, seed: PeerSeed, events: EventSink) {
        let mut peers = self.shared.peers();
        peers.sinks.insert(seed.id, events);
        peers.directory.create(seed);
    }

    fn command(&self, peer: PeerId, command: PeerCommand) {
        let closes = matches!(command, PeerCommand::Close);
        let mut peers = self.shared.peers();
        let passed = peers.directory.command(peer, command);
        if closes {
            peers.sinks.remove(&peer);
        }
        drop(peers);
        let Some((shard, command)) = passed else { return };
        if self.shared.inbox(shard).post(Message::Command(peer, command)) {
            return;
        }
        // What the room believes of this peer is no longer true: it has to come back afresh.
        metrics::counter!("palabre_media_commands_lost_total").increment(1);
        tracing::error!(
            ?peer,
            worker = shard.0,
            "a media thread is far behind; a connection is given up"
        );
        if let Some(sink) = self.shared.sink(peer) {
            sink.send(peer, PeerEvent::Ended(PeerEnd::Fault));
        }
        self.shared.forget(peer);
    }

    fn local_transport(&self) -> LocalTransport {
        self.transport.clone()
    }
}

impl Shared {
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(super) fn inbox(&self, shard: ShardId) -> &Inbox {
        &self.inboxes[usize::from(shard.0)]
    }

    pub(super) fn claim(&self, ufrag: &str, shard: ShardId) -> Claim {
        self.peers().directory.claim(ufrag, shard)
    }

    pub(super) fn relay(&self, peer: PeerId, message: RelayMessage) -> Option<(ShardId, RelayMessage)> {
        self.peers().directory.relay(peer, message)
    }

    pub(super) fn sink(&self, peer: PeerId) -> Option<EventSink> {
        self.peers().sinks.get(&peer).cloned()
    }

    pub(super) fn forget(&self, peer: PeerId) {
        let mut peers = self.peers();
        peers.directory.remove(peer);
        peers.sinks.remove(&peer);
    }

    pub(super) fn new_shard(&self, id: ShardId) -> Result<Shard, ShardFailure> {
        let mut seed = [0; 8];
        aws_lc_rs::rand::fill(&mut seed).map_err(|_| ShardFailure)?;
        Shard::new(id, self.config.clone(), u64::from_ne_bytes(seed))
    }

    fn peers(&self) -> MutexGuard<'_, Peers> {
        locked(&self.peers)
    }
}

/// A lock whose holder panicked is as good as any: every change under it is a single step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
