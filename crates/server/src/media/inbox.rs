//! What others want of a worker: a bounded queue that wakes it.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use sfu::id::PeerId;
use sfu::media::PeerCommand;
use sfu::shard::relay::RelayMessage;

use super::tcp::Connection;

/// Messages that may wait. A room of a hundred that everybody joins at once sends about 10 000 commands; a worker
/// that is this far behind has been stuck for seconds.
const CAPACITY: usize = 32_768;

/// Packets (which may be lost) leave this part of the queue to commands (which may not).
const CAPACITY_FOR_PACKETS: usize = CAPACITY / 2;

/// One thing wanted of a worker.
#[derive(Debug)]
pub(super) enum Message {
    /// From a room.
    Command(PeerId, PeerCommand),
    /// From another worker's shard.
    Relay(RelayMessage),
    /// A TCP connection whose peer is this worker's, with what was read of it.
    Connection(Box<Connection>),
    /// A datagram for a peer of this worker that the system gave to another.
    Stray {
        source: SocketAddr,
        local: Option<IpAddr>,
        bytes: Vec<u8>,
    },
}

impl Message {
    /// Its loss is repaired as any loss on the network is.
    fn may_be_lost(&self) -> bool {
        matches!(
            self,
            Message::Stray { .. } | Message::Relay(RelayMessage::Packets(_))
        )
    }
}

/// One worker's queue, shared by all who post to it.
#[derive(Debug)]
pub(super) struct Inbox {
    queue: Mutex<VecDeque<Message>>,
    /// The worker has been woken and has not looked yet.
    woken: AtomicBool,
    waker: mio::Waker,
}

impl Inbox {
    pub(super) fn new(waker: mio::Waker) -> Self {
        Self {
            queue: Mutex::default(),
            woken: AtomicBool::new(false),
            waker,
        }
    }

    /// Posts a message; false when there is no room for it.
    pub(super) fn post(&self, message: Message) -> bool {
        let capacity = if message.may_be_lost() {
            CAPACITY_FOR_PACKETS
        } else {
            CAPACITY
        };
        {
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.len() >= capacity {
                return false;
            }
            queue.push_back(message);
        }
        self.wake();
        true
    }

    /// Wakes the worker, once.
    pub(super) fn wake(&self) {
        if !self.woken.swap(true, Ordering::AcqRel)
            && let Err(error) = self.waker.wake()
        {
            tracing::error!(%error, "a media thread could not be woken");
        }
    }

    /// Takes all that was posted into `messages`, which is empty.
    pub(super) fn take(&self, messages: &mut VecDeque<Message>) {
        self.woken.store(false, Ordering::Release);
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *queue, messages);
    }
}
