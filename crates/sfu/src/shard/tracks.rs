//! Published tracks as one shard knows them: who publishes, who watches, what each layer costs just now.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::relay::ClockReport;
use crate::id::{Bitrate, PeerId, ShardId, TrackId};
use crate::rtp::packet::{MAX_LAYERS, Packet};

/// A track's place in its shard.
pub(crate) type TrackSlot = usize;

/// A peer's place in its shard.
pub(crate) type PeerSlot = usize;

/// Rates are measured over this; twice as long tells a layer that stopped.
const RATE_SPAN: Duration = Duration::from_millis(1000);

/// A layer is gone when it was silent this long while another one of its track was not.
const LAYER_SILENCE: Duration = Duration::from_millis(1500);

/// Bytes on the wire around a payload: IP, UDP, RTP with extensions, SRTP.
const OVERHEAD: usize = 28 + 12 + 16 + 16;

/// A layer just begun costs at least this, lowest first: its first packets say little.
const FLOOR: [u64; MAX_LAYERS] = [60_000, 200_000, 500_000];

/// One viewer of a track: a claim of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ViewerRef {
    pub(crate) peer: PeerSlot,
    pub(crate) viewer: usize,
}

/// What is known of one layer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layer {
    last_packet: Option<Instant>,
    span_start: Option<Instant>,
    span_bytes: usize,
    rate: Option<u64>,
    pub(crate) clock: Option<ClockReport>,
}

/// Where a track's publisher is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Publisher {
    /// On this shard.
    Here(PeerSlot),
    /// On another one, as far as we know.
    There(PeerId),
    /// Somebody watches it already, but nobody has published it yet.
    Unknown,
}

/// A track.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) id: TrackId,
    pub(crate) publisher: Publisher,
    pub(crate) viewers: Vec<ViewerRef>,
    pub(crate) watchers: Vec<ShardId>,
    pub(crate) layers: [Layer; MAX_LAYERS],
    pub(crate) muted: bool,
}

impl Layer {
    fn note(&mut self, now: Instant, bytes: usize) {
        self.last_packet = Some(now);
        self.span_bytes += bytes;
        let start = *self.span_start.get_or_insert(now);
        let elapsed = now.saturating_duration_since(start);
        if elapsed >= RATE_SPAN {
            self.rate = Some(bits_per_second(self.span_bytes, elapsed));
            self.span_start = Some(now);
            self.span_bytes = 0;
        }
    }

    fn rate(&self, now: Instant, floor: u64) -> u64 {
        match (self.rate, self.span_start) {
            (Some(rate), _) => rate,
            (None, Some(start)) => {
                let elapsed = now
                    .saturating_duration_since(start)
                    .max(Duration::from_millis(200));
                bits_per_second(self.span_bytes, elapsed).max(floor)
            }
            (None, None) => floor,
        }
    }
}

fn bits_per_second(bytes: usize, span: Duration) -> u64 {
    let micros = span.as_micros().max(1) as u64;
    bytes as u64 * 8 * 1_000_000 / micros
}

impl Track {
    /// Measures a packet that goes to viewers.
    pub(crate) fn note(&mut self, now: Instant, packet: &Packet) {
        let layer = usize::from(packet.layer).min(MAX_LAYERS - 1);
        self.layers[layer].note(now, packet.payload.len() + OVERHEAD);
    }

    /// What each layer costs; `None` for those not sent.
    pub(crate) fn layer_rates(&self, now: Instant) -> [Option<Bitrate>; MAX_LAYERS] {
        let last = self.layers.iter().filter_map(|layer| layer.last_packet).max();
        let mut rates = [None; MAX_LAYERS];
        for (at, layer) in self.layers.iter().enumerate() {
            let live = layer
                .last_packet
                .zip(last)
                .is_some_and(|(own, newest)| newest.saturating_duration_since(own) < LAYER_SILENCE);
            if live {
                rates[at] = Some(Bitrate(layer.rate(now, FLOOR[at])));
            }
        }
        rates
    }

    fn is_unused(&self) -> bool {
        !matches!(self.publisher, Publisher::Here(_)) && self.viewers.is_empty() && self.watchers.is_empty()
    }
}

/// All tracks of a shard.
#[derive(Debug, Default)]
pub(crate) struct Tracks {
    slots: Vec<Option<Track>>,
    free: Vec<TrackSlot>,
    by_id: HashMap<TrackId, TrackSlot>,
}

impl Tracks {
    /// A track's place, made when it has none.
    pub(crate) fn ensure(&mut self, id: TrackId) -> TrackSlot {
        if let Some(&slot) = self.by_id.get(&id) {
            return slot;
        }
        let track = Track {
            id,
            publisher: Publisher::Unknown,
            viewers: Vec::new(),
            watchers: Vec::new(),
            layers: [Layer::default(); MAX_LAYERS],
            muted: false,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = Some(track);
                slot
            }
            None => {
                self.slots.push(Some(track));
                self.slots.len() - 1
            }
        };
        self.by_id.insert(id, slot);
        slot
    }

    pub(crate) fn slot(&self, id: TrackId) -> Option<TrackSlot> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn get(&self, slot: TrackSlot) -> Option<&Track> {
        self.slots.get(slot)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: TrackSlot) -> Option<&mut Track> {
        self.slots.get_mut(slot)?.as_mut()
    }

    /// The tracks a peer of this shard publishes.
    pub(crate) fn published_by(&self, peer: PeerSlot) -> Vec<TrackId> {
        let tracks = self.slots.iter().flatten();
        let own = tracks.filter(|track| track.publisher == Publisher::Here(peer));
        own.map(|track| track.id).collect()
    }

    /// What a peer of this shard watches, and the place of its claim.
    pub(crate) fn watched_by(&self, peer: PeerSlot) -> Vec<(TrackSlot, usize)> {
        let mut watched = Vec::new();
        for (slot, track) in self.slots.iter().enumerate() {
            let viewers = track.iter().flat_map(|track| &track.viewers);
            let own = viewers.filter(|known| known.peer == peer);
            watched.extend(own.map(|known| (slot, known.viewer)));
        }
        watched
    }

    /// Frees the place of a track nobody publishes, views or watches.
    pub(crate) fn tidy(&mut self, slot: TrackSlot) {
        if self.get(slot).is_some_and(Track::is_unused)
            && let Some(track) = self.slots[slot].take()
        {
            self.by_id.remove(&track.id);
            self.free.push(slot);
        }
    }
}
