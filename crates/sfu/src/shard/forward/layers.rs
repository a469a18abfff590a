//! Which layer each viewer gets: what the way carries, shared out.

use std::time::{Duration, Instant};

use super::Egress;
use crate::allocation::{LAYERS, Request, allocate, wanted};
use crate::id::Bitrate;
use crate::media::PeerEvent;
use crate::shard::effect::Effect;
use crate::shard::tracks::Tracks;

/// Layers are shared out again this often while pictures flow, so that layers that appear or stop are seen.
pub(super) const ALLOCATE_EVERY: Duration = Duration::from_millis(200);

/// A fall of the estimate below this share of what was allocated is acted on at once, in percent.
const DROP_PERCENT: u64 = 97;

/// What must be proved to grant everything wanted, in percent of it.
const WANTED_PERCENT: u64 = 130;

/// Packets after which a client that told of no arrival is taken to tell none ever.
const UNTOLD_PACKETS: u64 = 2_000;

impl Egress {
    /// What the way to the client carries, as far as known.
    pub(super) fn estimate(&self) -> Bitrate {
        let estimate = if self.ids.transport_sequence.is_some() && !self.untold() {
            self.estimator.estimate()
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
}
