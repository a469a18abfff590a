//! The viewer's clock, as feedback tells it.

use crate::rtp::rtcp::TransportFeedback;

/// An arrival clock that moves against ours by more than this between two packets is another clock.
const CLOCK_JUMP_US: i64 = 3_000_000;

/// The viewer's clock, made to never wrap.
#[derive(Default)]
pub(super) struct Arrivals {
    last: Option<(i64, i64)>,
    pub(super) latest_us: i64,
}

impl Arrivals {
    /// The arrival on a clock without wraps, and whether that clock is another than before.
    pub(super) fn unwrap(&mut self, sent_us: i64, arrival: i64) -> (i64, bool) {
        let range = TransportFeedback::CLOCK_RANGE_US;
        let Some((last_sent_us, last_us)) = self.last else {
            self.last = Some((sent_us, arrival));
            self.latest_us = arrival;
            return (arrival, false);
        };
        let moved = (arrival - last_us + range / 2).rem_euclid(range) - range / 2;
        let arrival_us = last_us + moved;
        let jumped = (moved - (sent_us - last_sent_us)).abs() > CLOCK_JUMP_US;
        self.last = Some((sent_us, arrival_us));
        self.latest_us = if jumped {
            arrival_us
        } else {
            self.latest_us.max(arrival_us)
        };
        (arrival_us, jumped)
    }
}
