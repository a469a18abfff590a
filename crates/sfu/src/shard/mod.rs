//! One worker's world: its peers, their tracks and viewers. Pure: bytes, commands and time come in; datagrams,
//! events and messages for other shards come out.

mod commands;
mod delivery;
pub mod directory;
mod effect;
mod exchange;
mod forward;
mod guard;
mod ingest;
mod peer;
pub mod relay;
mod schedule;
#[cfg(test)]
mod tests;
mod tracks;
pub mod transmit;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::address::TransportAddress;
use crate::id::{PeerId, ShardId, Ssrc, TrackId};
use crate::media::{PeerCommand, PeerEnd, PeerEvent, PeerSeed};
use crate::peer::certificate::Certificate;
use crate::peer::dtls;
use crate::peer::ice::named_ufrag;
use crate::peer::transport::{Shared, TransportEvent};
use crate::rtp::packet::Packet;
use directory::Queued;
use effect::Effect;
use peer::Peer;
use relay::{RelayMessage, RelayTarget};
use tracks::{PeerSlot, TrackSlot, Tracks};
use transmit::TransmitBatch;

/// No peer is looked at for its deadlines more often than this.
const SOONEST: Duration = Duration::from_millis(1);

/// Packets gathered for another shard.
type RelayedPackets = Vec<(TrackId, Arc<Packet>)>;

/// What a shard is made with.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// The DTLS certificate of the process.
    pub certificate: Arc<Certificate>,
}

/// What became of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A peer of this shard took it.
    Taken,
    /// A STUN request for a user fragment not known here: ask the directory.
    UnknownStun {
        /// The fragment of ours it names.
        ufrag: String,
    },
    /// Nobody's.
    Ignored,
}

/// What a shard wants told.
#[derive(Clone, Debug)]
pub enum ShardOutput {
    /// To the peer's room.
    Event(PeerId, PeerEvent),
    /// To another shard.
    Relay(RelayTarget, RelayMessage),
}

/// No shard can be made: the DTLS library refused its settings.
#[derive(Debug)]
pub struct ShardFailure;

impl std::fmt::Display for ShardFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the DTLS library refused its settings")
    }
}

impl std::error::Error for ShardFailure {}

/// One worker's peers and everything between them.
pub struct Shard {
    id: ShardId,
    shared: Shared,
    random: StdRng,
    peers: Vec<Option<Box<Peer>>>,
    free: Vec<PeerSlot>,
    by_id: HashMap<PeerId, PeerSlot>,
    by_address: HashMap<TransportAddress, PeerSlot>,
    by_ufrag: HashMap<String, PeerSlot>,
    tracks: Tracks,
    dirty: Vec<PeerSlot>,
    timers: BinaryHeap<Reverse<(Instant, PeerSlot)>>,
    outputs: VecDeque<ShardOutput>,
    relays: Vec<(ShardId, RelayedPackets)>,
    farewells: Vec<(TransportAddress, Vec<u8>)>,
    effects: Vec<Effect>,
    events: Vec<TransportEvent>,
    asks: Vec<(TrackSlot, u8)>,
    /// Peers that panicked while another one was worked on, to be ended in a moment.
    faulty: Vec<PeerSlot>,
}

impl Shard {
    /// An empty shard; all its randomness comes from `seed`.
    pub fn new(id: ShardId, config: ShardConfig, seed: u64) -> Result<Self, ShardFailure> {
        let shared = Shared {
            certificate: config.certificate,
            dtls: dtls::shared_config().ok_or(ShardFailure)?,
        };
        Ok(Self {
            id,
            shared,
            random: StdRng::seed_from_u64(seed),
            peers: Vec::new(),
            free: Vec::new(),
            by_id: HashMap::new(),
            by_address: HashMap::new(),
            by_ufrag: HashMap::new(),
            tracks: Tracks::default(),
            dirty: Vec::new(),
            timers: BinaryHeap::new(),
            outputs: VecDeque::new(),
            relays: Vec::new(),
            farewells: Vec::new(),
            effects: Vec::new(),
            events: Vec::new(),
            asks: Vec::new(),
            faulty: Vec::new(),
        })
    }

    /// Which shard this is.
    pub fn id(&self) -> ShardId {
        self.id
    }

    /// Peers that live here.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Nobody lives here.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// A peer lives here from now on; `queued` is what waited for it.
    pub fn adopt(&mut self, now: Instant, seed: PeerSeed, queued: Vec<Queued>) {
        let id = seed.id;
        if self.by_id.contains_key(&id) {
            return;
        }
        let us = Ssrc(self.random.random());
        let Some(peer) = guard::begin(|| Box::new(Peer::new(now, &seed, us))) else {
            let event = PeerEvent::Ended(PeerEnd::Fault);
            self.outputs.push_back(ShardOutput::Event(id, event));
            return;
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.peers[slot] = Some(peer);
                slot
            }
            None => {
                self.peers.push(Some(peer));
                self.peers.len() - 1
            }
        };
        self.by_id.insert(id, slot);
        self.by_ufrag.insert(seed.credentials.ufrag, slot);
        self.arm(now, slot);
        for item in queued {
            match item {
                Queued::Command(command) => self.command(now, id, command),
                Queued::Relay(message) => self.relay(now, message),
            }
        }
    }

    /// Whether a peer of this shard showed its secret from there.
    pub fn knows(&self, address: TransportAddress) -> bool {
        self.by_address.contains_key(&address)
    }

    /// Takes a datagram from the network; it is decrypted in place.
    pub fn receive(&mut self, now: Instant, source: TransportAddress, datagram: &mut [u8]) -> Received {
        // STUN first: an address may come to belong to another peer (a client behind the same NAT port).
        let stun = datagram.first().is_some_and(|&first| first < 4);
        let slot = if stun {
            let Some(ufrag) = named_ufrag(datagram) else {
                return Received::Ignored;
            };
            match self.by_ufrag.get(&ufrag) {
                Some(&slot) => slot,
                None => return Received::UnknownStun { ufrag },
            }
        } else {
            match self.by_address.get(&source) {
                Some(&slot) => slot,
                None => return Received::Ignored,
            }
        };
        self.guarded(now, slot, |shard| {
            let Some(peer) = shard.peers[slot].as_mut() else {
                return Ok(());
            };
            let (events, effects) = (&mut shard.events, &mut shard.effects);
            peer.receive(now, source, datagram, &shard.shared, events, effects)?;
            shard.settle(now, slot);
            Ok(())
        });
        Received::Taken
    }

    /// Does what a room asks of a peer.
    pub fn command(&mut self, now: Instant, peer: PeerId, command: PeerCommand) {
        let Some(&slot) = self.by_id.get(&peer) else {
            return;
        };
        if matches!(command, PeerCommand::Close) {
            self.end(now, slot, None);
            return;
        }
        self.guarded(now, slot, |shard| {
            shard.obey(now, slot, command)?;
            shard.settle(now, slot);
            Ok(())
        });
    }

    /// Does all that is due.
    pub fn timeout(&mut self, now: Instant) {
        while let Some(&Reverse((at, slot))) = self.timers.peek() {
            if at > now {
                break;
            }
            self.timers.pop();
            let Some(peer) = self.peers[slot].as_mut().filter(|peer| peer.armed == Some(at)) else {
                continue;
            };
            peer.armed = None;
            self.guarded(now, slot, |shard| {
                let Some(peer) = shard.peers[slot].as_mut() else {
                    return Ok(());
                };
                let (events, effects) = (&mut shard.events, &mut shard.effects);
                peer.handle_timeout(now, &shard.tracks, events, effects)?;
                shard.mark(slot);
                shard.settle(now, slot);
                Ok(())
            });
        }
    }

    /// When [`Shard::timeout`] is to be called; `None`: not at all.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((at, _))| *at)
    }

    /// Writes all that waits to be sent; to be called after each batch of input.
    pub fn flush(&mut self, now: Instant, batch: &mut TransmitBatch) {
        for (destination, datagram) in self.farewells.drain(..) {
            batch.push(destination, &datagram);
        }
        while let Some(slot) = self.dirty.pop() {
            self.guarded(now, slot, |shard| {
                let Some(peer) = shard.peers[slot].as_mut() else {
                    return Ok(());
                };
                peer.dirty = false;
                peer.flush(now, &shard.tracks, batch, &mut shard.effects);
                shard.settle(now, slot);
                Ok(())
            });
        }
        for (shard, packets) in &mut self.relays {
            if !packets.is_empty() {
                let message = RelayMessage::Packets(std::mem::take(packets));
                self.outputs
                    .push_back(ShardOutput::Relay(RelayTarget::Shard(*shard), message));
            }
        }
    }

    /// What is to be told next.
    pub fn poll_output(&mut self) -> Option<ShardOutput> {
        self.outputs.pop_front()
    }

    /// The peer is to be flushed.
    fn mark(&mut self, slot: PeerSlot) {
        if let Some(peer) = self.peers[slot].as_mut()
            && !peer.dirty
        {
            peer.dirty = true;
            self.dirty.push(slot);
        }
    }

    /// Keeps the heap's word of a peer's nearest deadline.
    fn arm(&mut self, now: Instant, slot: PeerSlot) {
        let Some(peer) = self.peers[slot].as_mut() else {
            return;
        };
        let Some(next) = peer.schedule.next() else { return };
        // A deadline that is not cleared when it is met must not stop the world.
        let next = next.max(now + SOONEST);
        if peer.armed.is_none_or(|armed| next < armed) {
            peer.armed = Some(next);
            self.timers.push(Reverse((next, slot)));
        }
    }
}
