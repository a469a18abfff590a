//! The viewing side of one peer: what it watches, in which layers, and everything written to it.

pub(crate) mod continuity;
mod feedback;
pub(crate) mod history;
mod reports;
#[cfg(test)]
mod tests;
mod viewer;
mod vp8;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::allocation::{LAYERS, Request, allocate, wanted};
use crate::congestion::Estimator;
use crate::id::{Bitrate, PayloadType, Ssrc, SubscriptionId};
use crate::media::{ExtensionIds, PeerEvent, Subscribe, Wish};
use crate::peer::srtp::Outbound;
use crate::rtp::extensions;
use crate::rtp::packet::Packet;
use crate::shard::effect::Effect;
use crate::shard::tracks::{TrackSlot, Tracks};
use crate::shard::transmit::TransmitBatch;
use continuity::Clocks;
use std::net::SocketAddr;
use viewer::{Offer, Viewer};
use wire::{Envelope, Filling, Line};

/// Assumed of a way nobody has told anything of yet: a dozen voices and small pictures.
const START: Bitrate = Bitrate::kilobits(3000);

/// Packets that wait for one flush: a flush follows every receive batch, so this is a hundredth of a second
/// of everything a viewer could watch. More means nobody flushes.
const MAX_PENDING: usize = 4096;

/// Layers are shared out again this often while pictures flow, so that layers that appear or stop are seen.
const ALLOCATE_EVERY: Duration = Duration::from_millis(200);

/// Share of the estimate that repetitions may take, in percent.
const RTX_PERCENT: u64 = 25;

/// Repetitions a second that are always allowed, in bytes: a slow way loses packets too.
const RTX_FLOOR: u64 = 20_000;

/// A fall of the estimate below this share of what was allocated is acted on at once, in percent.
const DROP_PERCENT: u64 = 97;

/// What must be proved to grant everything wanted, in percent of it.
const WANTED_PERCENT: u64 = 130;

/// Packets after which a client that told of no arrival is taken to tell none ever.
const UNTOLD_PACKETS: u64 = 2_000;

/// Bytes of one padding packet, of at most 255.
const PADDING: u8 = 224;

/// IP and UDP around a datagram, which the way carries too.
const DATAGRAM_OVERHEAD: usize = 28;

/// What a peer watches.
pub(crate) struct Egress {
    ids: ExtensionIds,
    viewers: Vec<Option<Viewer>>,
    pending: Vec<(u32, Arc<Packet>)>,
    again: Vec<(u32, u16)>,
    epoch: Instant,
    transport_sequence: u64,
    estimator: Estimator,
    receiver_estimate: Option<Bitrate>,
    told: bool,
    limit: Option<Bitrate>,
    pub(crate) round_trip: Option<Duration>,
    allocate_at: Option<Instant>,
    allocated: Bitrate,
    allow_pause: bool,
    rtx_second: Instant,
    rtx_bytes: u64,
    sent_since_stats: u64,
    lost_since_stats: u64,
    reported_since_stats: u64,
    requests: Vec<Request>,
    slots: Vec<usize>,
}

/// What the viewing side needs of the rest of the shard while it writes.
pub(crate) struct Outlet<'a> {
    pub(crate) destination: SocketAddr,
    pub(crate) outbound: &'a Outbound,
    pub(crate) tracks: &'a Tracks,
    pub(crate) batch: &'a mut TransmitBatch,
    pub(crate) effects: &'a mut Vec<Effect>,
}

impl Egress {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            ids: ExtensionIds::default(),
            viewers: Vec::new(),
            pending: Vec::new(),
            again: Vec::new(),
            epoch: now,
            transport_sequence: 1,
            estimator: Estimator::new(now),
            receiver_estimate: None,
            told: false,
            limit: None,
            round_trip: None,
            allocate_at: None,
            allocated: Bitrate(0),
            allow_pause: true,
            rtx_second: now,
            rtx_bytes: 0,
            sent_since_stats: 0,
            lost_since_stats: 0,
            reported_since_stats: 0,
            requests: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// Extension ids of the connection.
    pub(crate) fn configure(&mut self, ids: ExtensionIds) {
        self.ids = ids;
    }

    /// Places a claim; its place, and the track of a claim of the same name that it replaces.
    pub(crate) fn subscribe(
        &mut self,
        now: Instant,
        subscribe: Subscribe,
        track: TrackSlot,
        random: u64,
    ) -> usize {
        let viewer = Viewer::new(subscribe, track, random);
        let slot = self.viewers.iter().position(Option::is_none);
        let slot = slot.unwrap_or_else(|| {
            self.viewers.push(None);
            self.viewers.len() - 1
        });
        self.viewers[slot] = Some(viewer);
        self.allocate_at = Some(now);
        slot
    }

    /// Ends a claim; its track and place.
    pub(crate) fn unsubscribe(&mut self, now: Instant, id: SubscriptionId) -> Option<(TrackSlot, usize)> {
        let slot = self.slot_of(id)?;
        let viewer = self.viewers[slot].take()?;
        self.pending.retain(|(pending, _)| *pending as usize != slot);
        self.again.retain(|(pending, _)| *pending as usize != slot);
        self.allocate_at = Some(now);
        Some((viewer.track, slot))
    }

    /// All claims, for the end of the peer.
    pub(crate) fn claims(&self) -> impl Iterator<Item = (TrackSlot, usize)> {
        let viewers = self.viewers.iter().enumerate();
        viewers.filter_map(|(slot, viewer)| Some((viewer.as_ref()?.track, slot)))
    }

    fn slot_of(&self, id: SubscriptionId) -> Option<usize> {
        let is = |viewer: &Option<Viewer>| viewer.as_ref().is_some_and(|viewer| viewer.subscribe.id == id);
        self.viewers.iter().position(is)
    }

    fn by_ssrc(&mut self, ssrc: Ssrc) -> Option<(usize, &mut Viewer)> {
        let mut viewers = self.viewers.iter_mut().enumerate();
        viewers.find_map(|(slot, viewer)| {
            viewer
                .as_mut()
                .filter(|viewer| viewer.owns(ssrc))
                .map(|it| (slot, it))
        })
    }

    /// A claim is wanted differently.
    pub(crate) fn wish(&mut self, now: Instant, id: SubscriptionId, wish: Wish) {
        let Some(slot) = self.slot_of(id) else { return };
        if let Some(viewer) = &mut self.viewers[slot]
            && viewer.wish(wish)
        {
            self.allocate_at = Some(now);
        }
    }

    /// Never estimate more than this.
    pub(crate) fn limit(&mut self, now: Instant, limit: Option<Bitrate>) {
        self.limit = limit;
        self.estimator.set_limit(limit);
        self.allocate_at = Some(now);
    }

    /// Pictures may be paused, or keep their lowest layer whatever the way carries.
    pub(crate) fn allow_pause(&mut self, now: Instant, allow: bool) {
        self.allow_pause = allow;
        self.allocate_at = Some(now);
    }

    /// The publisher of a track muted: its viewers begin again with the next key frame.
    pub(crate) fn stop(&mut self, slot: usize) {
        if let Some(viewer) = self.viewers.get_mut(slot).and_then(Option::as_mut) {
            viewer.stop();
        }
    }

    /// The layer a viewer needs a key frame of, after its publisher unmuted.
    pub(crate) fn wanted_layer(&self, slot: usize) -> Option<u8> {
        let viewer = self.viewers.get(slot)?.as_ref()?;
        viewer.wanted_layer().filter(|_| viewer.is_video())
    }

    /// A packet of a watched track; true when something waits for a flush.
    pub(crate) fn offer(
        &mut self,
        now: Instant,
        slot: usize,
        packet: &Arc<Packet>,
        asks: &mut Vec<(TrackSlot, u8)>,
    ) -> bool {
        let Some(viewer) = self.viewers.get_mut(slot).and_then(Option::as_mut) else {
            return false;
        };
        match viewer.offer(now, packet) {
            Offer::Take => {
                if self.pending.len() < MAX_PENDING {
                    self.pending.push((slot as u32, packet.clone()));
                }
                if self.allocate_at.is_none() && viewer.is_video() {
                    self.allocate_at = Some(now + ALLOCATE_EVERY);
                }
                true
            }
            Offer::Leave => {
                // The flush sees to it that layers are shared out again in a while.
                let begins = self.allocate_at.is_none() && viewer.subscribe.wish.enabled;
                if begins {
                    self.allocate_at = Some(now + ALLOCATE_EVERY);
                }
                begins
            }
            Offer::AskKeyFrame(layer) => {
                asks.push((viewer.track, layer));
                false
            }
            Offer::Decide => {
                self.allocate_at = Some(now);
                true
            }
        }
    }

    /// What the way to the client carries, as far as known.
    fn estimate(&self) -> Bitrate {
        let estimate = if self.ids.transport_sequence.is_some() && !self.untold() {
            let estimate = self.estimator.estimate();
            // Nothing is learnt before a picture flows, so the first ones must not wait for what is learnt.
            if self.told { estimate } else { estimate.max(START) }
        } else {
            self.receiver_estimate.unwrap_or(Bitrate(u64::MAX / 4))
        };
        estimate.min(self.limit.unwrap_or(estimate))
    }

    /// The client agreed to tell arrivals but never does: nothing is known of the way but what it may estimate
    /// itself.
    fn untold(&self) -> bool {
        !self.told && self.transport_sequence > UNTOLD_PACKETS
    }

    /// When the viewing side wants to be looked at.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let estimator = self.estimator.poll_timeout().filter(|_| self.can_probe());
        [estimator, self.allocate_at].into_iter().flatten().min()
    }

    /// Time passed.
    pub(crate) fn handle_timeout(&mut self, now: Instant, tracks: &Tracks, effects: &mut Vec<Effect>) {
        if self.estimator.poll_timeout().is_some_and(|at| at <= now) {
            self.estimator.handle_timeout(now);
        }
        self.consider(now, tracks, effects);
    }

    /// Shares layers out again when it is due or the estimate fell.
    pub(crate) fn consider(&mut self, now: Instant, tracks: &Tracks, effects: &mut Vec<Effect>) {
        let fell = self.estimate().0 < self.allocated.0 / 100 * DROP_PERCENT;
        if fell || self.allocate_at.is_some_and(|at| at <= now) {
            self.allocate(now, tracks, effects);
        }
    }

    fn allocate(&mut self, now: Instant, tracks: &Tracks, effects: &mut Vec<Effect>) {
        self.allocate_at = None;
        self.allocated = self.estimate();
        self.requests.clear();
        self.slots.clear();
        for (slot, viewer) in self.viewers.iter_mut().enumerate() {
            let Some(viewer) = viewer else { continue };
            let wish = viewer.subscribe.wish;
            if !wish.enabled {
                viewer.grant(None);
                viewer.constrained = false;
                continue;
            }
            let rates = tracks.get(viewer.track).map(|track| track.layer_rates(now));
            let mut layer_rates = [None; LAYERS];
            for (to, from) in layer_rates.iter_mut().zip(rates.unwrap_or_default()) {
                *to = from;
            }
            // Arrivals are told for pictures only, so the estimate is what sound has left over already.
            if !viewer.is_video() {
                layer_rates = [None; LAYERS];
            }
            self.slots.push(slot);
            self.requests.push(Request {
                id: viewer.subscribe.id,
                kind: viewer.subscribe.kind,
                screen: viewer.subscribe.screen,
                priority: wish.priority,
                area: wish.area,
                max_layer: wish.max_layer,
                layer_rates,
                current: viewer.target,
            });
        }
        // Nothing new is begun that would fill the way to the brim: to grant all, more must be proved.
        let wanted = wanted(&self.requests).0;
        self.estimator.set_wanted(Bitrate(wanted / 100 * WANTED_PERCENT));
        let allocations = allocate(self.allocated, &self.requests, self.allow_pause);
        let mut paused = Vec::new();
        for (&slot, allocation) in self.slots.iter().zip(allocations) {
            let Some(viewer) = &mut self.viewers[slot] else {
                continue;
            };
            viewer.constrained = allocation.constrained;
            if viewer.is_video() {
                if viewer.grant(allocation.layer)
                    && let Some(layer) = allocation.layer
                {
                    viewer.note_asked(now);
                    effects.push(Effect::KeyFrame(viewer.track, layer));
                }
                let is_paused = allocation.paused();
                if is_paused != viewer.paused {
                    viewer.paused = is_paused;
                    paused.push((viewer.subscribe.id, is_paused));
                }
            }
        }
        if !paused.is_empty() {
            effects.push(Effect::Event(PeerEvent::Paused(paused)));
        }
    }

    /// Writes everything that waits.
    pub(crate) fn flush(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        self.consider(now, outlet.tracks, outlet.effects);
        let mut pending = std::mem::take(&mut self.pending);
        for (slot, packet) in pending.drain(..) {
            self.forward(now, slot as usize, packet, outlet);
        }
        self.pending = pending;
        self.send_again(now, outlet);
        self.probe(now, outlet);
    }

    fn forward(&mut self, now: Instant, slot: usize, packet: Arc<Packet>, outlet: &mut Outlet<'_>) {
        let Some(viewer) = self.viewers.get_mut(slot).and_then(Option::as_mut) else {
            return;
        };
        let Some((payload_type, _)) = viewer.format(packet.codec) else {
            return;
        };
        let counted = viewer.is_video();
        let track = outlet.tracks.get(viewer.track);
        let clocks: Clocks = track.map_or([None; _], |track| track.layers.map(|layer| layer.clock));
        let Some(rewritten) = viewer.continuity.place(now, &packet, &clocks) else {
            return;
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let envelope = Envelope {
            ssrc: viewer.subscribe.ssrc,
            payload_type,
            sequence: rewritten.sequence,
            timestamp: rewritten.timestamp,
            marker: packet.marker,
            extensions: extensions::Outgoing {
                mid: (!viewer.acknowledged).then_some(viewer.subscribe.mid.as_str()),
                audio_level: packet.audio_level,
                orientation: packet.orientation,
                // Firefox agrees to tell arrivals for pictures only: sound with a number would seem lost.
                transport_sequence: counted.then_some(self.transport_sequence as u16),
                absolute_send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
            },
        };
        let filling = Filling::Media(&packet, rewritten.vp8);
        let Some(length) = wire::write(outlet.batch, &line, &envelope, &filling) else {
            return;
        };
        if !viewer.started {
            viewer.started = true;
            let event = PeerEvent::SubscriptionStarted(viewer.subscribe.id);
            outlet.effects.push(Effect::Event(event));
        }
        viewer.note_sent(now, packet, rewritten);
        if counted {
            self.note_sent(now, length, None);
        } else {
            self.sent_since_stats += 1;
        }
    }

    fn note_sent(&mut self, now: Instant, length: usize, probe: Option<u32>) {
        self.sent_since_stats += 1;
        if self.ids.transport_sequence.is_some() {
            self.estimator
                .on_sent(now, self.transport_sequence, length + DATAGRAM_OVERHEAD, probe);
            self.transport_sequence += 1;
        }
    }

    /// Repeats what was asked for, within the share repetitions may take.
    fn send_again(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        if self.again.is_empty() {
            return;
        }
        if now.saturating_duration_since(self.rtx_second) >= Duration::from_secs(1) {
            self.rtx_second = now;
            self.rtx_bytes = 0;
        }
        let allowed = (self.estimate().0 / 800 * RTX_PERCENT).max(RTX_FLOOR);
        let round_trip = self.round_trip.unwrap_or(Duration::from_millis(50));
        let mut again = std::mem::take(&mut self.again);
        for (slot, sequence) in again.drain(..) {
            if self.rtx_bytes > allowed {
                break;
            }
            let Some(viewer) = self.viewers.get_mut(slot as usize).and_then(Option::as_mut) else {
                continue;
            };
            let Some((packet, rewritten)) = viewer.history.repeat(now, sequence, round_trip) else {
                continue;
            };
            let sent = self.repeat(now, slot as usize, &packet, rewritten, outlet, None);
            self.rtx_bytes += sent.unwrap_or(0) as u64;
        }
        again.clear();
        self.again = again;
    }

    /// Sends a packet again: as a retransmission where agreed, else as it was.
    fn repeat(
        &mut self,
        now: Instant,
        slot: usize,
        packet: &Packet,
        rewritten: continuity::Rewritten,
        outlet: &mut Outlet<'_>,
        probe: Option<u32>,
    ) -> Option<usize> {
        let viewer = self.viewers.get_mut(slot)?.as_mut()?;
        let (payload_type, rtx_type) = viewer.format(packet.codec)?;
        let rtx = viewer.subscribe.rtx.zip(rtx_type);
        let original = rewritten.sequence as u16;
        let (ssrc, payload_type, sequence, filling) = match rtx {
            Some((ssrc, rtx_type)) => {
                viewer.rtx_sequence += 1;
                let filling = Filling::Again(packet, rewritten.vp8, original);
                (ssrc, rtx_type, viewer.rtx_sequence, filling)
            }
            None => {
                let filling = Filling::Media(packet, rewritten.vp8);
                (viewer.subscribe.ssrc, payload_type, rewritten.sequence, filling)
            }
        };
        let envelope = Envelope {
            ssrc,
            payload_type,
            sequence,
            timestamp: rewritten.timestamp,
            marker: packet.marker,
            extensions: extensions::Outgoing {
                mid: Some(viewer.subscribe.mid.as_str()),
                audio_level: None,
                orientation: packet.orientation,
                transport_sequence: Some(self.transport_sequence as u16),
                absolute_send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
            },
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let length = wire::write(outlet.batch, &line, &envelope, &filling)?;
        self.note_sent(now, length, probe);
        Some(length)
    }

    /// A probe needs feedback about arrivals and a source it may repeat; one begun without either would be
    /// taken for a way that carries nothing.
    fn can_probe(&self) -> bool {
        let able = |viewer: &Viewer| viewer.is_video() && viewer.started && viewer.subscribe.rtx.is_some();
        self.ids.transport_sequence.is_some() && self.viewers.iter().flatten().any(able)
    }

    /// Sends padding where the estimator wants to know whether more would pass.
    fn probe(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        if !self.can_probe() {
            return;
        }
        while let Some(probe) = self.estimator.poll_probe(now) {
            let mut left = probe.bytes as i64;
            while left > 0 {
                let Some(sent) = self.send_padding(now, probe.id, outlet) else {
                    return;
                };
                left -= sent as i64;
            }
        }
    }

    /// One probe packet on a retransmission source: something recent again, else padding alone.
    fn send_padding(&mut self, now: Instant, probe: u32, outlet: &mut Outlet<'_>) -> Option<usize> {
        let able = |viewer: &Viewer| viewer.is_video() && viewer.started && viewer.subscribe.rtx.is_some();
        let mut viewers = self.viewers.iter().enumerate();
        let (slot, _) = viewers.find(|(_, viewer)| viewer.as_ref().is_some_and(able))?;
        let viewer = self.viewers[slot].as_mut()?;
        if let Some((packet, rewritten)) = viewer.history.filling() {
            return self.repeat(now, slot, &packet, rewritten, outlet, Some(probe));
        }
        let (ssrc, payload_type) = viewer.padding_source()?;
        viewer.rtx_sequence += 1;
        let envelope = Envelope {
            ssrc,
            payload_type,
            sequence: viewer.rtx_sequence,
            timestamp: 0,
            marker: false,
            extensions: extensions::Outgoing {
                mid: Some(viewer.subscribe.mid.as_str()),
                transport_sequence: Some(self.transport_sequence as u16),
                absolute_send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
                ..extensions::Outgoing::default()
            },
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let length = wire::write(outlet.batch, &line, &envelope, &Filling::Padding(PADDING))?;
        self.note_sent(now, length, Some(probe));
        Some(length)
    }
}

impl Viewer {
    fn padding_source(&self) -> Option<(Ssrc, PayloadType)> {
        let rtx_type = self.subscribe.formats.iter().find_map(|format| format.rtx)?;
        Some((self.subscribe.rtx?, rtx_type))
    }
}

/// Seconds as 6.18 fixed point; only differences mean anything, so any beginning will do.
fn send_time(epoch: Instant, now: Instant) -> u32 {
    let micros = now.saturating_duration_since(epoch).as_micros() as u64;
    ((micros << 18) / 1_000_000) as u32 & 0x00ff_ffff
}
