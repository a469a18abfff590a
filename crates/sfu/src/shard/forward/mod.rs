//! The viewing side of one peer: what it watches, in which layers, and everything written to it.

pub(crate) mod continuity;
mod feedback;
pub(crate) mod history;
mod layers;
mod probing;
mod reports;
mod sending;
#[cfg(test)]
mod tests;
mod viewer;
mod vp8;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::allocation::Request;
use crate::congestion::Estimator;
use crate::id::{Bitrate, Ssrc, SubscriptionId};
use crate::media::{ExtensionIds, Subscribe, Wish};
use crate::rtp::packet::Packet;
use crate::shard::tracks::TrackSlot;
use layers::ALLOCATE_EVERY;
pub(crate) use sending::Outlet;
use viewer::{Offer, Viewer};

/// Packets that wait for one flush: a flush follows every receive batch, so this is a hundredth of a second
/// of everything a viewer could watch. More means nobody flushes.
const MAX_PENDING: usize = 4096;

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
}
