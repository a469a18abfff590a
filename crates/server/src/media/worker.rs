//! One media thread: its sockets, its shard, and the fixed order of a tick.
//!
//! A tick takes what others want, then packets (a bounded batch), then what time brings; then sends all that came
//! of it at once, and tells rooms and other workers. It waits only when nothing is left to do.

mod conversing;

use std::collections::{HashMap, VecDeque};
use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::RecvMeta;
use sfu::address::{Protocol, TransportAddress};
use sfu::id::{PeerId, ShardId};
use sfu::media::{PeerCommand, PeerEnd, PeerEvent};
use sfu::shard::directory::Claim;
use sfu::shard::relay::{RelayMessage, RelayTarget};
use sfu::shard::transmit::TransmitBatch;
use sfu::shard::{Received, Shard, ShardOutput};

use super::EventSink;
use super::counts::Counts;
use super::inbox::{Inbox, Message};
use super::tcp::{Listener, Tcp};
use super::threads::Shared;
use super::udp::{RECEIVE_BUFFERS, RECEIVE_BYTES, Socket};

/// Wakes the worker when something is posted to it; sockets have the tokens below.
pub(super) const WAKE: Token = Token(usize::MAX);

/// A worker looks at everything at least this often, should a wake-up ever be missed.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Client addresses remembered for answering from the address they sent to, and for handing strays over: more than
/// all clients a process can serve. Beyond it all are forgotten and learnt again from the next checks.
const MAX_ADDRESSES: usize = 16_384;

/// One thread's belongings.
pub(super) struct Worker {
    id: ShardId,
    shard: Shard,
    sockets: Vec<Socket>,
    tcp: Tcp,
    poll: Poll,
    shared: Arc<Shared>,
    counts: Counts,
    /// Where events of this worker's peers go.
    sinks: HashMap<PeerId, EventSink>,
    /// Address of ours that a client sends to.
    locals: HashMap<SocketAddr, IpAddr>,
    /// Clients whose peer lives on another worker.
    strays: HashMap<SocketAddr, ShardId>,
    messages: VecDeque<Message>,
    buffer: Vec<u8>,
    batch: TransmitBatch,
}

impl Worker {
    pub(super) fn new(
        id: ShardId,
        shard: Shard,
        sockets: Vec<Socket>,
        listeners: Vec<Listener>,
        poll: Poll,
        shared: Arc<Shared>,
    ) -> std::io::Result<Self> {
        for (index, socket) in sockets.iter().enumerate() {
            let descriptor = socket.descriptor();
            poll.registry()
                .register(&mut SourceFd(&descriptor), Token(index), Interest::READABLE)?;
        }
        let registry = poll.registry().try_clone()?;
        let tcp = Tcp::new(listeners, registry, sockets.len(), Instant::now())?;
        let counts = Counts::new(id);
        if let Some(socket) = sockets.first() {
            counts.segments(socket.segments());
        }
        Ok(Self {
            id,
            shard,
            sockets,
            tcp,
            poll,
            shared,
            counts,
            sinks: HashMap::new(),
            locals: HashMap::new(),
            strays: HashMap::new(),
            messages: VecDeque::new(),
            buffer: vec![0; RECEIVE_BUFFERS * RECEIVE_BYTES],
            batch: TransmitBatch::new(),
        })
    }

    /// Works until told to stop.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(16);
        while !self.shared.is_stopping() {
            let busy_since = Instant::now();
            // A fault about one peer ends that peer inside the shard; this is for faults of our own.
            if catch_unwind(AssertUnwindSafe(|| self.tick())).is_err() && !self.begin_anew() {
                return;
            }
            self.counts
                .tick(busy_since.elapsed(), self.shard.len(), self.tcp.len());
            self.wait(&mut events);
        }
        // Rooms have said good-bye: their last commands, and what is to be sent for them.
        self.tick();
    }

    fn tick(&mut self) {
        let now = Instant::now();
        self.take_messages(now);
        for index in 0..self.sockets.len() {
            self.receive(index, now);
        }
        self.converse(now);
        let now = Instant::now();
        self.shard.timeout(now);
        self.flush(now);
        self.tell(now);
        // What was told to ourselves may have something to be sent too.
        self.flush(now);
        let shard = &self.shard;
        self.tcp
            .sweep(now, |remote| shard.knows(TransportAddress::tcp(remote)));
    }

    fn take_messages(&mut self, now: Instant) {
        let mut messages = std::mem::take(&mut self.messages);
        self.inbox(self.id).take(&mut messages);
        for message in messages.drain(..) {
            match message {
                Message::Command(peer, command) => {
                    if matches!(command, PeerCommand::Close) {
                        self.sinks.remove(&peer);
                    }
                    self.shard.command(now, peer, command);
                }
                Message::Relay(message) => self.shard.relay(now, message),
                Message::Connection(connection) => self.tcp.adopt(*connection),
                Message::Stray {
                    source,
                    local,
                    mut bytes,
                } => self.datagram(now, source, local, &mut bytes),
            }
        }
        self.messages = messages;
    }

    fn receive(&mut self, index: usize, now: Instant) {
        if !self.sockets[index].readable {
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut metas = [RecvMeta::default(); RECEIVE_BUFFERS];
        let mut slices: [IoSliceMut<'_>; RECEIVE_BUFFERS] = {
            let mut parts = buffer.chunks_exact_mut(RECEIVE_BYTES);
            std::array::from_fn(|_| IoSliceMut::new(parts.next().unwrap_or_default()))
        };
        let filled = self.sockets[index].receive(&mut slices, &mut metas);
        for (slice, meta) in slices.iter_mut().zip(&metas).take(filled) {
            let bytes = &mut slice[..meta.len];
            self.counts
                .received(meta.len, meta.len.div_ceil(meta.stride.max(1)));
            for datagram in bytes.chunks_mut(meta.stride.max(1)) {
                self.datagram(now, meta.addr, meta.dst_ip, datagram);
            }
        }
        self.buffer = buffer;
    }

    /// Takes a datagram that came by UDP.
    fn datagram(&mut self, now: Instant, source: SocketAddr, local: Option<IpAddr>, datagram: &mut [u8]) {
        let stun = datagram.first().is_some_and(|&first| first < 4);
        match self.place(now, TransportAddress::udp(source), datagram) {
            Placed::Here => {
                if let Some(local) = local.filter(|_| stun) {
                    remember(&mut self.locals, source, local);
                }
            }
            Placed::Elsewhere(holder) => {
                remember(&mut self.strays, source, holder);
                self.hand_over(holder, source, local, datagram);
            }
            Placed::Nowhere => match self.strays.get(&source) {
                Some(&holder) if holder != self.id => self.hand_over(holder, source, local, datagram),
                _ => self.counts.dropped("unknown_source", 1),
            },
            Placed::Unknown => self.counts.dropped("unknown_peer", 1),
        }
    }

    /// Gives a datagram to the peer it is for, when that is one of ours or nobody's yet.
    fn place(&mut self, now: Instant, source: TransportAddress, datagram: &mut [u8]) -> Placed {
        match self.shard.receive(now, source, datagram) {
            Received::Taken => Placed::Here,
            Received::UnknownStun { ufrag } => match self.shared.claim(&ufrag, self.id) {
                Claim::Adopt(seed, queued) => {
                    self.sinks
                        .extend(self.shared.sink(seed.id).map(|sink| (seed.id, sink)));
                    self.shard.adopt(now, seed, queued);
                    self.shard.receive(now, source, datagram);
                    Placed::Here
                }
                Claim::Elsewhere(holder) => Placed::Elsewhere(holder),
                Claim::Unknown => Placed::Unknown,
            },
            Received::Ignored => Placed::Nowhere,
        }
    }

    fn hand_over(&self, to: ShardId, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        self.counts.stray();
        let stray = Message::Stray {
            source,
            local,
            bytes: datagram.to_vec(),
        };
        if !self.inbox(to).post(stray) {
            self.counts.dropped("worker_behind", 1);
        }
    }

    /// Sends all that waits to be sent.
    fn flush(&mut self, now: Instant) {
        self.shard.flush(now, &mut self.batch);
        for run in self.batch.runs() {
            let bytes = self.batch.bytes(run);
            let TransportAddress { protocol, address } = run.destination;
            if protocol == Protocol::Tcp {
                let refused = self.tcp.send(address, run, bytes);
                let (count, _) = refused.unwrap_or_default();
                self.counts.sent(bytes.len(), run.count - count);
                if let Some((count, reason)) = refused {
                    self.counts.dropped(reason, count);
                }
                continue;
            }
            let Some(socket) = self.sockets.iter().find(|socket| socket.reaches(address)) else {
                self.counts.dropped("no_socket", run.count);
                continue;
            };
            let local = self.locals.get(&address).copied();
            let (refused, reason) = socket.send(run, bytes, local);
            self.counts.sent(bytes.len(), run.count - refused.min(run.count));
            if let Some(reason) = reason {
                let full = reason == std::io::ErrorKind::WouldBlock;
                self.counts
                    .dropped(if full { "send_buffer_full" } else { "unreachable" }, refused);
            }
        }
        self.batch.clear();
    }

    /// Tells rooms and other shards.
    fn tell(&mut self, now: Instant) {
        while let Some(output) = self.shard.poll_output() {
            match output {
                ShardOutput::Event(peer, event) => self.event(peer, event),
                ShardOutput::Relay(RelayTarget::Shard(shard), message) => self.relay(now, shard, message),
                ShardOutput::Relay(RelayTarget::Peer(peer), message) => {
                    if let Some((shard, message)) = self.shared.relay(peer, message) {
                        self.relay(now, shard, message);
                    }
                }
            }
        }
    }

    fn event(&mut self, peer: PeerId, event: PeerEvent) {
        let ended = matches!(event, PeerEvent::Ended(_));
        if let Some(sink) = self.sinks.get(&peer) {
            sink.send(peer, event);
        }
        if ended {
            self.sinks.remove(&peer);
            self.shared.forget(peer);
        }
    }

    fn relay(&mut self, now: Instant, to: ShardId, message: RelayMessage) {
        if to == self.id {
            self.shard.relay(now, message);
        } else if !self.inbox(to).post(Message::Relay(message)) {
            self.counts.dropped("worker_behind", 1);
        }
    }

    fn inbox(&self, shard: ShardId) -> &Inbox {
        self.shared.inbox(shard)
    }

    fn wait(&mut self, events: &mut Events) {
        let due = self
            .shard
            .poll_timeout()
            .map(|at| at.saturating_duration_since(Instant::now()));
        let unread = self.sockets.iter().any(|socket| socket.readable) || self.tcp.is_ready();
        let patience = if unread {
            Duration::ZERO
        } else {
            due.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
        };
        match self.poll.poll(events, Some(patience)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                tracing::error!(%error, "a media thread cannot wait");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        for event in events.iter() {
            match self.sockets.get_mut(event.token().0) {
                Some(socket) => socket.readable = true,
                None => self.tcp.happened(event.token()),
            }
        }
    }

    /// After a fault of our own every peer of this worker is ended, and the worker goes on empty. False when it
    /// cannot.
    fn begin_anew(&mut self) -> bool {
        tracing::error!(
            worker = self.id.0,
            peers = self.sinks.len(),
            "a media thread failed and begins anew"
        );
        for (peer, sink) in self.sinks.drain() {
            sink.send(peer, PeerEvent::Ended(PeerEnd::Fault));
            self.shared.forget(peer);
        }
        self.tcp.clear();
        self.locals.clear();
        self.strays.clear();
        self.batch.clear();
        self.buffer.resize(RECEIVE_BUFFERS * RECEIVE_BYTES, 0);
        match self.shared.new_shard(self.id) {
            Ok(shard) => {
                self.shard = shard;
                true
            }
            Err(error) => {
                tracing::error!(%error, "a media thread ends");
                false
            }
        }
    }
}

/// Where a datagram belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    /// A peer of this worker took it.
    Here,
    /// Its peer lives on another worker.
    Elsewhere(ShardId),
    /// It names a peer that nobody knows.
    Unknown,
    /// It names no peer, and its source is not known here.
    Nowhere,
}

/// Remembers something about a client's address, within bounds.
fn remember<T: PartialEq>(map: &mut HashMap<SocketAddr, T>, address: SocketAddr, value: T) {
    if map.len() >= MAX_ADDRESSES && !map.contains_key(&address) {
        map.clear();
    }
    map.insert(address, value);
}
