//! Where one bad peer's trouble stops: its failure, or a fault in our code about it, ends that peer only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::schedule::Timer;
use super::tracks::{PeerSlot, TrackSlot, ViewerRef};
use super::{Shard, ShardOutput};
use crate::id::TrackId;
use crate::media::{PeerEnd, PeerEvent};

impl Shard {
    /// Works on one peer so that its failure, or a fault in our code about it, ends that peer only.
    pub(super) fn guarded(
        &mut self,
        now: Instant,
        slot: PeerSlot,
        work: impl FnOnce(&mut Self) -> Result<(), PeerEnd>,
    ) {
        let end = match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(())) => return,
            Ok(Err(end)) => end,
            Err(_) => PeerEnd::Fault,
        };
        self.events.clear();
        self.effects.clear();
        self.end(now, slot, Some(end));
    }

    /// A peer is gone; `end` is told to its room unless the room itself closed it.
    pub(super) fn end(&mut self, _now: Instant, slot: PeerSlot, end: Option<PeerEnd>) {
        let Some(mut peer) = self.peers[slot].take() else {
            return;
        };
        if end != Some(PeerEnd::Fault) {
            peer.transport.close();
            self.farewells.append(peer.transport.outbox());
        }
        self.by_id.remove(&peer.id);
        self.by_address.retain(|_, known| *known != slot);
        self.by_ufrag.retain(|_, known| *known != slot);
        let published: Vec<TrackId> = peer.ingest.tracks().map(|(track, _)| track).collect();
        for track in published {
            self.unpublish(slot, track);
        }
        let claims: Vec<(TrackSlot, usize)> = peer.egress.claims().collect();
        for (place, viewer) in claims {
            self.remove_viewer(place, ViewerRef { peer: slot, viewer });
        }
        peer.schedule.set(Timer::Transport, None);
        self.dirty.retain(|dirty| *dirty != slot);
        self.free.push(slot);
        if let Some(end) = end {
            let event = PeerEvent::Ended(end);
            self.outputs.push_back(ShardOutput::Event(peer.id, event));
        }
    }
}
