//! What arrived of one source and what did not: duplicates, gaps to ask for again, loss and jitter.

use std::time::{Duration, Instant};

use crate::id::Ssrc;
use crate::rtp::rtcp::ReportBlock;

/// A gap younger than this may be mere reordering.
const REORDER_TOLERANCE: Duration = Duration::from_millis(12);

/// A packet is asked for this often; each time costs the publisher a retransmission.
const MAX_TRIES: u8 = 10;

/// After this a packet would come too late for anybody's jitter buffer.
const GIVE_UP: Duration = Duration::from_secs(1);

/// Gaps followed at once: a second of a large picture. A longer gap is a pause or a new beginning.
const MAX_MISSING: usize = 512;

/// Asking again sooner than this only doubles what is already on its way.
const MIN_RETRY: Duration = Duration::from_millis(25);

/// A lost packet on a slow way is still asked for a few times within [`GIVE_UP`].
const MAX_RETRY: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug)]
struct Missing {
    sequence: u64,
    since: Instant,
    next: Instant,
    tries: u8,
}

/// How a packet fits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The newest so far.
    Newest,
    /// It closes a gap.
    Late,
    /// Seen before, or given up.
    Duplicate,
}

/// The arrivals of one source.
#[derive(Debug)]
pub(super) struct Reception {
    base: u64,
    highest: u64,
    missing: Vec<Missing>,
    repairs: bool,
    received: u64,
    repaired: u64,
    jitter: f64,
    transit: Option<i64>,
    reference: Instant,
    reported_expected: u64,
    reported_received: u64,
    stats_expected: u64,
    stats_received: u64,
    sender_report: Option<(u32, Instant)>,
}

impl Reception {
    /// `repairs`: gaps are asked for again.
    pub(super) fn new(now: Instant, first: u64, repairs: bool) -> Self {
        Self {
            base: first,
            highest: first.saturating_sub(1),
            missing: Vec::new(),
            repairs,
            received: 0,
            repaired: 0,
            jitter: 0.0,
            transit: None,
            reference: now,
            reported_expected: 0,
            reported_received: 0,
            stats_expected: 0,
            stats_received: 0,
            sender_report: None,
        }
    }

    /// The extended number nearest to what came last.
    pub(super) fn extend(&self, sequence: u16) -> u64 {
        let distance = i64::from(sequence.wrapping_sub(self.highest as u16) as i16);
        self.highest.saturating_add_signed(distance)
    }

    /// Takes note of a packet.
    pub(super) fn arrive(&mut self, now: Instant, sequence: u64, retransmission: bool) -> Arrival {
        if sequence > self.highest {
            let gap = sequence - self.highest - 1;
            if gap as usize > MAX_MISSING {
                self.missing.clear();
                self.base += gap;
            } else if self.repairs {
                let next = now + REORDER_TOLERANCE;
                let missing = (self.highest + 1..sequence).map(|sequence| Missing {
                    sequence,
                    since: now,
                    next,
                    tries: 0,
                });
                self.missing.extend(missing);
                let over = self.missing.len().saturating_sub(MAX_MISSING);
                self.missing.drain(..over);
            }
            self.highest = sequence;
            self.count(retransmission);
            return Arrival::Newest;
        }
        if !self.repairs {
            self.count(retransmission);
            return Arrival::Late;
        }
        match self
            .missing
            .binary_search_by_key(&sequence, |missing| missing.sequence)
        {
            Ok(at) => {
                self.missing.remove(at);
                self.count(retransmission);
                Arrival::Late
            }
            Err(_) => Arrival::Duplicate,
        }
    }

    fn count(&mut self, retransmission: bool) {
        if retransmission {
            self.repaired += 1;
        } else {
            self.received += 1;
        }
    }

    /// Interarrival jitter (RFC 3550 §6.4.1), in ticks of the media clock.
    pub(super) fn note_jitter(&mut self, now: Instant, timestamp: u32, clock_rate: u32) {
        let elapsed = now.saturating_duration_since(self.reference).as_micros() as i64;
        let arrival = elapsed * i64::from(clock_rate) / 1_000_000;
        let transit = (arrival as i32).wrapping_sub(timestamp as i32);
        if let Some(before) = self.transit {
            let difference = f64::from(transit.wrapping_sub(before as i32).unsigned_abs());
            // A jump of seconds is a new timeline, not jitter.
            if difference < f64::from(clock_rate) * 5.0 {
                self.jitter += (difference - self.jitter) / 16.0;
            }
        }
        self.transit = Some(i64::from(transit));
    }

    /// There are gaps to look at again.
    pub(super) fn has_gaps(&self) -> bool {
        !self.missing.is_empty()
    }

    /// A newer key frame makes everything before it useless.
    pub(super) fn forget_before(&mut self, sequence: u64) {
        self.missing.retain(|missing| missing.sequence >= sequence);
    }

    /// Appends the numbers to ask for now.
    pub(super) fn due(&mut self, now: Instant, round_trip: Duration, lost: &mut Vec<u16>) {
        let retry = (round_trip + Duration::from_millis(10)).clamp(MIN_RETRY, MAX_RETRY);
        self.missing.retain(|missing| {
            missing.tries < MAX_TRIES && now.saturating_duration_since(missing.since) < GIVE_UP
        });
        for missing in &mut self.missing {
            if missing.next <= now {
                lost.push(missing.sequence as u16);
                missing.tries += 1;
                missing.next = now + retry;
            }
        }
    }

    /// A sender report of this source came.
    pub(super) fn note_sender_report(&mut self, now: Instant, compact_ntp: u32) {
        self.sender_report = Some((compact_ntp, now));
    }

    /// What to report to the publisher; `None` when nothing came since the last report.
    pub(super) fn report(&mut self, now: Instant, ssrc: Ssrc) -> Option<ReportBlock> {
        let expected = self.expected();
        let span_expected = expected.saturating_sub(self.reported_expected);
        let span_received = self.received.saturating_sub(self.reported_received);
        if span_expected == 0 && span_received == 0 {
            return None;
        }
        self.reported_expected = expected;
        self.reported_received = self.received;
        let lost = span_expected.saturating_sub(span_received);
        let fraction = (lost * 256).checked_div(span_expected).unwrap_or(0).min(255);
        let (last_report, delay) = self.sender_report.map_or((0, 0), |(compact, at)| {
            let waited = now.saturating_duration_since(at).as_micros() as u64;
            (compact, (waited * 65_536 / 1_000_000) as u32)
        });
        Some(ReportBlock {
            ssrc,
            fraction_lost: fraction as u8,
            lost: (expected as i64 - self.received as i64).clamp(-0x80_0000, 0x7f_ffff) as i32,
            // Ours lie one lap up, so that there is room below the first one.
            highest_sequence: self.highest.wrapping_sub(0x1_0000) as u32,
            jitter: self.jitter as u32,
            last_report,
            delay,
        })
    }

    /// Packets expected and packets lost for good since the last call.
    pub(super) fn take_loss(&mut self) -> (u64, u64) {
        let expected = self.expected();
        let received = self.received + self.repaired;
        // What is still being asked for is not lost yet.
        let pending = self.missing.len() as u64;
        let span = expected.saturating_sub(self.stats_expected);
        let arrived = (received + pending).saturating_sub(self.stats_received);
        self.stats_expected = expected;
        self.stats_received = received + pending;
        (span, span.saturating_sub(arrived))
    }

    fn expected(&self) -> u64 {
        (self.highest + 1).saturating_sub(self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    const ROUND_TRIP: Duration = Duration::from_millis(50);

    #[test]
    fn a_gap_is_asked_for_after_the_tolerance_and_again_by_round_trip() {
        let start = Instant::now();
        let mut reception = Reception::new(start, 100, true);
        reception.arrive(start, 100, false);
        assert_eq!(reception.arrive(start, 103, false), Arrival::Newest);
        let mut lost = Vec::new();
        reception.due(at(start, 5), ROUND_TRIP, &mut lost);
        assert!(lost.is_empty());
        reception.due(at(start, 12), ROUND_TRIP, &mut lost);
        assert_eq!(lost, [101, 102]);
        assert_eq!(reception.arrive(at(start, 20), 101, true), Arrival::Late);
        assert_eq!(reception.arrive(at(start, 20), 101, false), Arrival::Duplicate);
        lost.clear();
        reception.due(at(start, 40), ROUND_TRIP, &mut lost);
        assert!(lost.is_empty());
        reception.due(at(start, 75), ROUND_TRIP, &mut lost);
        assert_eq!(lost, [102]);
        for ms in (0..3000).step_by(20) {
            lost.clear();
            reception.due(at(start, 100 + ms), ROUND_TRIP, &mut lost);
        }
        assert!(!reception.has_gaps());
    }

    #[test]
    fn loss_is_reported_raw_and_counted_after_repair() {
        let start = Instant::now();
        let mut reception = Reception::new(start, 0x1_0000, true);
        for sequence in (0..100u64).filter(|sequence| sequence % 10 != 5) {
            reception.arrive(start, 0x1_0000 + sequence, false);
        }
        for sequence in [5, 15, 25, 35, 45] {
            reception.arrive(start, 0x1_0000 + sequence, true);
        }
        let mut lost = Vec::new();
        reception.due(at(start, 2000), ROUND_TRIP, &mut lost);
        let block = reception.report(start, Ssrc(1)).unwrap();
        assert_eq!(
            (block.fraction_lost, block.lost, block.highest_sequence),
            (25, 10, 99)
        );
        assert_eq!(reception.take_loss(), (100, 5));
        assert!(reception.report(start, Ssrc(1)).is_none());
    }
}
