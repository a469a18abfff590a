//! When a peer wants to be looked at, and for what.

use std::time::Instant;

/// The reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// DTLS, SCTP, silence.
    Transport,
    /// Gaps to ask for.
    Gaps,
    /// Arrivals to tell.
    Arrivals,
    /// Key frames to ask for.
    KeyFrames,
    /// Loudness to tell.
    Levels,
    /// Sender and receiver reports.
    Reports,
    /// Bandwidth and layers.
    Bandwidth,
    /// Figures for the room.
    Stats,
}

const TIMERS: usize = 8;

/// One deadline per reason.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    at: [Option<Instant>; TIMERS],
}

impl Schedule {
    /// Sets a deadline, or clears it.
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        self.at[timer as usize] = at;
    }

    /// Sets a deadline where none stands.
    pub(crate) fn ensure(&mut self, timer: Timer, at: Instant) {
        self.at[timer as usize].get_or_insert(at);
    }

    /// Whether a deadline has passed; clears it.
    pub(crate) fn take(&mut self, timer: Timer, now: Instant) -> bool {
        let slot = &mut self.at[timer as usize];
        let due = slot.is_some_and(|at| at <= now);
        if due {
            *slot = None;
        }
        due
    }

    /// The nearest deadline.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.at.iter().flatten().min().copied()
    }
}
