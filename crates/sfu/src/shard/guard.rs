//! Where one bad peer's trouble stops: its failure, or a fault in our code about it, ends that peer only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::peer::Peer;
use super::tracks::{PeerSlot, ViewerRef};
use super::{Shard, ShardOutput};
use crate::address::TransportAddress;
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

    /// Works on another peer than the one at hand: a fault there ends that one, and the one at hand goes on.
    pub(super) fn beside<T>(
        &mut self,
        now: Instant,
        slot: PeerSlot,
        work: impl FnOnce(&mut Peer) -> T,
    ) -> Option<T> {
        let done = alone(self.peers[slot].as_mut()?, work);
        if done.is_none() {
            self.faulty.push(slot);
            self.end_faulty(now);
        }
        done
    }

    /// Ends those that panicked while another peer was worked on.
    pub(super) fn end_faulty(&mut self, now: Instant) {
        while let Some(slot) = self.faulty.pop() {
            self.end(now, slot, Some(PeerEnd::Fault));
        }
    }

    /// A peer is gone; `end` is told to its room unless the room itself closed it.
    pub(super) fn end(&mut self, _now: Instant, slot: PeerSlot, end: Option<PeerEnd>) {
        let Some(peer) = self.peers[slot].take() else {
            return;
        };
        let id = peer.id;
        self.by_id.remove(&id);
        self.by_address.retain(|_, known| *known != slot);
        self.by_ufrag.retain(|_, known| *known != slot);
        let (published, claims) = if end == Some(PeerEnd::Fault) {
            // A panic may have cost the peer its own lists, but nothing may point to its place any more.
            (self.tracks.published_by(slot), self.tracks.watched_by(slot))
        } else {
            let published = peer.ingest.tracks().map(|(track, _)| track).collect();
            (published, peer.egress.claims().collect())
        };
        for track in published {
            self.unpublish(slot, track);
        }
        for (place, viewer) in claims {
            self.remove_viewer(place, ViewerRef { peer: slot, viewer });
        }
        self.dirty.retain(|dirty| *dirty != slot);
        self.free.push(slot);
        self.farewells.extend(farewell(peer, end));
        if let Some(end) = end {
            self.outputs
                .push_back(ShardOutput::Event(id, PeerEvent::Ended(end)));
        }
    }
}

/// Makes a peer; `None` when that panicked.
pub(super) fn begin(make: impl FnOnce() -> Box<Peer>) -> Option<Box<Peer>> {
    catch_unwind(AssertUnwindSafe(make)).ok()
}

/// Works on a peer; `None` when that panicked, and the peer is not to be touched again but to be ended.
pub(super) fn alone<T>(peer: &mut Peer, work: impl FnOnce(&mut Peer) -> T) -> Option<T> {
    let guarded = AssertUnwindSafe(|| {
        #[cfg(test)]
        peer.trip();
        work(peer)
    });
    catch_unwind(guarded).ok()
}

/// The last datagrams of a peer; one that panicked is only dropped.
fn farewell(mut peer: Box<Peer>, end: Option<PeerEnd>) -> Vec<(TransportAddress, Vec<u8>)> {
    let guarded = AssertUnwindSafe(move || {
        if end == Some(PeerEnd::Fault) {
            return Vec::new();
        }
        #[cfg(test)]
        peer.trip();
        peer.transport.close();
        std::mem::take(peer.transport.outbox())
    });
    catch_unwind(guarded).unwrap_or_default()
}
