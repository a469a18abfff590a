//! How much one client may send before it counts as a flood.

use std::time::{Duration, Instant};

use crate::media::PeerEnd;

/// Authenticated datagrams one client may send in a second: ten times a 1080p screen, a camera in three layers
/// and a full data channel together. More is a flood.
const MAX_DATAGRAMS: u32 = 20_000;

/// Unauthenticated datagrams worked on in a second; the rest of a second's garbage is dropped unread.
const MAX_GARBAGE: u32 = 2_000;

/// Garbage seconds in a row, without a single good datagram, after which the peer is ended.
const GARBAGE_SECONDS: u32 = 3;

/// What one client sent in the present second.
#[derive(Default)]
pub(super) struct Flood {
    second: Option<Instant>,
    good: u32,
    garbage: u32,
    bad_seconds: u32,
}

impl Flood {
    /// Whether this second still has room for another datagram.
    pub(super) fn admit(&mut self, now: Instant) -> bool {
        let fresh = self
            .second
            .is_none_or(|second| now.saturating_duration_since(second) >= Duration::from_secs(1));
        if fresh {
            self.bad_seconds = if self.garbage > MAX_GARBAGE / 2 && self.good == 0 {
                self.bad_seconds + 1
            } else {
                0
            };
            self.second = Some(now);
            self.good = 0;
            self.garbage = 0;
        }
        self.garbage <= MAX_GARBAGE || self.good > 0 && self.garbage <= 2 * MAX_GARBAGE
    }

    pub(super) fn good(&mut self) -> Result<(), PeerEnd> {
        self.good += 1;
        if self.good > MAX_DATAGRAMS {
            Err(PeerEnd::Limit)
        } else {
            Ok(())
        }
    }

    pub(super) fn garbage(&mut self) -> Result<(), PeerEnd> {
        self.garbage += 1;
        if self.bad_seconds >= GARBAGE_SECONDS {
            Err(PeerEnd::Limit)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_good_datagrams_breaks_the_limit_and_a_busy_second_does_not() {
        let start = Instant::now();
        let mut flood = Flood::default();
        for datagram in 0..MAX_DATAGRAMS * 3 {
            let now = start + Duration::from_secs(1) * datagram / (MAX_DATAGRAMS - 1);
            assert!(flood.admit(now) && flood.good().is_ok());
        }
        let later = start + Duration::from_secs(10);
        let broke = (0..=MAX_DATAGRAMS).any(|_| flood.admit(later) && flood.good().is_err());
        assert!(broke);
    }

    #[test]
    fn lasting_garbage_ends_a_peer_that_says_nothing_else_but_not_one_that_speaks() {
        for speaks in [false, true] {
            let start = Instant::now();
            let mut flood = Flood::default();
            let mut ended = false;
            for second in 0..10 {
                let now = start + Duration::from_secs(second);
                ended |= speaks && (!flood.admit(now) || flood.good().is_err());
                for _ in 0..10_000 {
                    ended |= flood.admit(now) && flood.garbage().is_err();
                }
            }
            assert_eq!(ended, !speaks);
        }
    }
}
