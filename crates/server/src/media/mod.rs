//! The media plane as rooms see it: where peers are made, commanded, and from where their events come back.

mod addresses;
mod counts;
mod inbox;
#[cfg(test)]
mod loopback_tests;
mod tcp;
mod threads;
mod udp;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sfu::id::PeerId;
use sfu::media::{PeerCommand, PeerEvent, PeerSeed};
use sfu::room::LocalTransport;
use tokio::sync::mpsc;

pub use addresses::{in_network, told_to_clients};
pub use threads::{MediaError, MediaThreads};
pub use udp::OpenError;

/// Events of one room's peers that may wait for it: at 50 people each of whom reports levels ten times a second
/// this is more than a second of a room that does not run at all.
pub const EVENT_CAPACITY: usize = 2048;

/// The last part of the queue is kept for events that must not be lost.
const RESERVED_FOR_ESSENTIAL: usize = EVENT_CAPACITY / 2;

/// Carries packets for peers. Rooms call it from their tasks, so nothing here may block.
pub trait MediaPlane: Send + Sync {
    /// A peer may be adopted from now on, when its first valid STUN lands; its events go to `events`.
    fn create_peer(&self, seed: PeerSeed, events: EventSink);

    /// Tells a peer; one that is unknown (already ended) is ignored.
    fn command(&self, peer: PeerId, command: PeerCommand);

    /// How our side of every connection introduces itself.
    fn local_transport(&self) -> LocalTransport;
}

/// Where a peer's events go: its room's queue. Sending never blocks a media thread.
#[derive(Clone, Debug)]
pub struct EventSink {
    sender: mpsc::Sender<(PeerId, PeerEvent)>,
    overflowed: Arc<AtomicBool>,
}

/// The room's end of its peers' events.
#[derive(Debug)]
pub struct EventSource {
    receiver: mpsc::Receiver<(PeerId, PeerEvent)>,
    overflowed: Arc<AtomicBool>,
}

/// A room's queue of peer events.
pub fn event_queue() -> (EventSink, EventSource) {
    let (sender, receiver) = mpsc::channel(EVENT_CAPACITY);
    let overflowed = Arc::new(AtomicBool::new(false));
    (
        EventSink {
            sender,
            overflowed: overflowed.clone(),
        },
        EventSource { receiver, overflowed },
    )
}

impl EventSink {
    /// Gives an event to the room.
    ///
    /// When the queue is half full, reports that come again (levels, figures, lossy data) are dropped and counted.
    /// When it is full, an event that must not be lost marks the room as beyond help: it tells everybody to come
    /// back afresh and ends.
    pub fn send(&self, peer: PeerId, event: PeerEvent) {
        let comes_again = match &event {
            PeerEvent::Levels(_) | PeerEvent::Stats(_) => true,
            PeerEvent::Data { channel, .. } => *channel != sfu::media::Channel::Reliable,
            _ => false,
        };
        if comes_again && self.sender.capacity() <= RESERVED_FOR_ESSENTIAL {
            metrics::counter!("palabre_media_events_dropped_total").increment(1);
            return;
        }
        match self.sender.try_send((peer, event)) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!("palabre_media_events_dropped_total").increment(1);
                self.overflowed.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl EventSource {
    /// The next event; `None` when no sink is left.
    pub async fn next(&mut self) -> Option<(PeerId, PeerEvent)> {
        self.receiver.recv().await
    }

    /// An essential event was lost: what the room believes is no longer true.
    pub fn overflowed(&self) -> bool {
        self.overflowed.load(Ordering::Relaxed)
    }
}

/// Stands in where no media is carried: in tests of signalling, and when a LiveKit cluster does the work.
#[derive(Debug, Default)]
pub struct NoMedia;

impl MediaPlane for NoMedia {
    fn create_peer(&self, _seed: PeerSeed, _events: EventSink) {}

    fn command(&self, _peer: PeerId, _command: PeerCommand) {}

    fn local_transport(&self) -> LocalTransport {
        LocalTransport {
            fingerprint: [0; 32],
            candidates: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sfu::media::PeerEnd;

    #[tokio::test]
    async fn a_full_queue_drops_what_comes_again_and_remembers_the_loss_of_what_does_not() {
        let (sink, mut source) = event_queue();
        for _ in 0..EVENT_CAPACITY {
            sink.send(PeerId(1), PeerEvent::Levels(Vec::new()));
        }
        assert!(!source.overflowed());
        for _ in 0..EVENT_CAPACITY - RESERVED_FOR_ESSENTIAL {
            sink.send(PeerId(1), PeerEvent::Connected);
        }
        assert!(!source.overflowed());
        sink.send(PeerId(1), PeerEvent::Ended(PeerEnd::Closed));
        assert!(source.overflowed());
        assert!(source.next().await.is_some());
    }
}
