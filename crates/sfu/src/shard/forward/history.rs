//! What was sent to one viewer in the last second, to send it again when it was lost.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::continuity::Rewritten;
use crate::rtp::packet::Packet;

/// A packet lost longer ago than this is no use to a jitter buffer.
const KEPT: Duration = Duration::from_secs(1);

/// Packets kept per viewer: a second of a 10 Mbit/s screen.
const MAX_KEPT: usize = 1024;

/// The same packet is not sent again sooner: the first repetition is still on its way.
const MIN_REPEAT: Duration = Duration::from_millis(20);

/// What a packet's header said besides what its content gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// It named its section.
    pub(crate) tagged: bool,
    pub(crate) transport_sequence: Option<u16>,
    pub(crate) send_time: Option<u32>,
}

/// A packet as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) packet: Arc<Packet>,
    pub(crate) rewritten: Rewritten,
    pub(crate) stamp: Stamp,
}

#[derive(Debug)]
struct Entry {
    as_sent: Sent,
    sent: Instant,
    repeated: Option<Instant>,
}

/// The last second.
#[derive(Debug, Default)]
pub(crate) struct History {
    entries: VecDeque<Entry>,
}

impl History {
    /// A packet was sent.
    pub(crate) fn push(&mut self, now: Instant, as_sent: Sent) {
        self.expire(now);
        self.entries.push_back(Entry {
            as_sent,
            sent: now,
            repeated: None,
        });
    }

    /// Forgets what is too old.
    pub(crate) fn expire(&mut self, now: Instant) {
        while self.entries.len() >= MAX_KEPT
            || self
                .entries
                .front()
                .is_some_and(|entry| now.saturating_duration_since(entry.sent) > KEPT)
        {
            self.entries.pop_front();
        }
    }

    /// The packet a viewer asks for by the low bits of its number; `None` when it is gone or on its way again.
    pub(crate) fn repeat(&mut self, now: Instant, sequence: u16, round_trip: Duration) -> Option<Sent> {
        let mut newest_first = self.entries.iter_mut().rev();
        let entry = newest_first.find(|entry| entry.as_sent.rewritten.sequence as u16 == sequence)?;
        let wait = round_trip.clamp(MIN_REPEAT, KEPT);
        if entry
            .repeated
            .is_some_and(|at| now.saturating_duration_since(at) < wait)
        {
            return None;
        }
        entry.repeated = Some(now);
        Some(entry.as_sent.clone())
    }

    /// The largest recent packet, to fill a probe with something that may even be of use.
    pub(crate) fn filling(&self) -> Option<Sent> {
        let recent = self.entries.iter().rev().take(16);
        let largest = recent.max_by_key(|entry| entry.as_sent.packet.payload.len())?;
        Some(largest.as_sent.clone())
    }
}
