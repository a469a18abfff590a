//! Trying whether the way carries more than is sent: short series of padding at a higher rate.
//!
//! A series is five small bursts spread over some tens of milliseconds. Everything sent between its first and its
//! last packet belongs to it, media too, so media on the way does not falsify the measure.

use std::time::Duration;

use crate::id::Bitrate;

/// Bursts of a series.
const BURSTS: u32 = 5;

/// A burst is at least one full packet; at low rates bursts are spread wider instead.
const BURST_BYTES: f64 = 1_000.0;

/// Bursts are at least this far apart.
const BURST_US: f64 = 5_000.0;

/// Packets of one burst leave within this.
const BURST_SPREAD_US: i64 = 500;

/// A series not told of by then is given up.
const PATIENCE_US: i64 = 2_000_000;

/// Share of the series' bytes that must arrive to believe it; less only says that the way was full.
const ENOUGH: f64 = 0.8;

/// Fewer packets than this measure nothing.
const ENOUGH_PACKETS: u32 = 4;

/// Arriving at less than this share of the sending rate, a series has filled the way; a little less is kept.
const FILLED: f64 = 0.9;
const FILLED_KEEP: f64 = 0.95;

/// Padding to send now, each packet marked with the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Names the series.
    pub id: u32,
    /// The rate that is tried.
    pub bitrate: Bitrate,
    /// How much to send at once, now.
    pub bytes: usize,
}

/// What a series showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measure {
    /// Bits per second.
    pub(super) bits: f64,
    /// The rate that was tried.
    pub(super) tried: f64,
    /// The way was full: this is what it carries, not just what was tried.
    pub(super) filled: bool,
}

/// A series under way.
pub(super) struct Series {
    pub(super) id: u32,
    tried: f64,
    bursts_left: u32,
    interval_us: i64,
    next_burst_us: i64,
    first_sequence: Option<u64>,
    last_sequence: u64,
    began_us: i64,
    sent: Span,
    arrived: Span,
    sent_packets: u32,
    /// Media since the series' own last packet; within it only if another of its own follows.
    following_packets: u32,
    following_bytes: u64,
    acked_packets: u32,
    lost_packets: u32,
}

/// Bytes over time, with what lies at the edges.
#[derive(Default)]
struct Span {
    bytes: u64,
    first_us: Option<i64>,
    last_us: i64,
    /// Bytes of the first packet, or at the last instant.
    edge_bytes: u64,
}

impl Series {
    pub(super) fn new(id: u32, bits: f64, now_us: i64) -> Self {
        let interval_us = (BURST_BYTES * 8e6 / bits).max(BURST_US) as i64;
        Self {
            id,
            tried: bits,
            bursts_left: BURSTS,
            interval_us,
            next_burst_us: now_us,
            first_sequence: None,
            last_sequence: 0,
            began_us: now_us,
            sent: Span::default(),
            arrived: Span::default(),
            sent_packets: 0,
            following_packets: 0,
            following_bytes: 0,
            acked_packets: 0,
            lost_packets: 0,
        }
    }

    /// The next burst, when it is due.
    pub(super) fn poll(&mut self, now_us: i64) -> Option<Probe> {
        if self.bursts_left == 0 || now_us < self.next_burst_us {
            return None;
        }
        self.bursts_left -= 1;
        // A late caller does not make the series steeper than it was meant to be.
        self.next_burst_us = now_us + self.interval_us;
        let bytes = (self.tried * self.interval_us as f64 / 8e6) as usize;
        Some(Probe {
            id: self.id,
            bitrate: Bitrate(self.tried as u64),
            bytes,
        })
    }

    /// When the next burst is due, or the series is given up.
    pub(super) fn due_us(&self) -> i64 {
        if self.bursts_left > 0 {
            self.next_burst_us
        } else {
            self.expires_us()
        }
    }

    pub(super) fn expires_us(&self) -> i64 {
        self.began_us + PATIENCE_US
    }

    /// A packet was sent; `marked` when it is the series' own.
    pub(super) fn on_sent(&mut self, sequence: u64, sent_us: i64, bytes: usize, marked: bool) {
        if !marked {
            self.following_packets += 1;
            self.following_bytes += bytes as u64;
            return;
        }
        if self.first_sequence.is_none() {
            self.first_sequence = Some(sequence);
            (self.following_packets, self.following_bytes) = (0, 0);
        }
        self.last_sequence = sequence;
        self.sent_packets += 1 + std::mem::take(&mut self.following_packets);
        let span = &mut self.sent;
        span.bytes += bytes as u64 + std::mem::take(&mut self.following_bytes);
        span.first_us.get_or_insert(sent_us);
        if sent_us - span.last_us > BURST_SPREAD_US {
            span.edge_bytes = 0;
        }
        span.edge_bytes += bytes as u64;
        span.last_us = sent_us;
    }

    /// Whether a packet was sent within the series.
    pub(super) fn contains(&self, sequence: u64) -> bool {
        self.first_sequence
            .is_some_and(|first| (first..=self.last_sequence).contains(&sequence))
    }

    /// A packet of the series arrived.
    pub(super) fn on_received(&mut self, arrival_us: i64, bytes: u32) {
        self.acked_packets += 1;
        let span = &mut self.arrived;
        span.bytes += u64::from(bytes);
        if span.first_us.is_none_or(|first| arrival_us < first) {
            span.first_us = Some(arrival_us);
            span.edge_bytes = u64::from(bytes);
        }
        span.last_us = span.last_us.max(arrival_us);
    }

    /// A packet was reported missing.
    pub(super) fn on_lost(&mut self, sequence: u64) {
        self.lost_packets += u32::from(self.contains(sequence));
    }

    /// There was nothing to make padding of.
    pub(super) fn is_void(&self) -> bool {
        self.bursts_left == 0 && self.first_sequence.is_none()
    }

    /// The viewer told of every packet of the series.
    pub(super) fn is_told(&self) -> bool {
        self.bursts_left == 0
            && self.first_sequence.is_some()
            && self.acked_packets + self.lost_packets >= self.sent_packets
    }

    /// The result of a series that was told of.
    pub(super) fn measure(&self) -> Option<Measure> {
        if self.acked_packets < ENOUGH_PACKETS {
            return None;
        }
        let sending = self.sent.rate()?;
        let arriving = self.arrived.rate().unwrap_or(sending);
        let filled = arriving < sending * FILLED;
        let enough = self.arrived.bytes as f64 >= self.sent.bytes as f64 * ENOUGH;
        if !enough && !filled {
            return None;
        }
        let bits = if filled {
            arriving * FILLED_KEEP
        } else {
            sending.min(arriving)
        };
        Some(Measure {
            bits: bits.min(self.tried),
            tried: self.tried,
            filled,
        })
    }
}

impl Span {
    /// Bits per second between the edges.
    fn rate(&self) -> Option<f64> {
        let passed = self.last_us - self.first_us?;
        (passed > 0).then(|| (self.bytes - self.edge_bytes) as f64 * 8e6 / passed as f64)
    }
}

/// How long to wait for the next try, from how often trying has shown nothing new. Before the way has ever overflowed
/// the next comes soon: one series may have met a moment of other traffic, or a busy machine.
pub(super) fn pause(fruitless: u32, overflowed: bool) -> Duration {
    const SOON: Duration = Duration::from_millis(300);
    const FIRST: Duration = Duration::from_secs(3);
    const LONGEST: Duration = Duration::from_secs(10);
    let first = if overflowed { FIRST } else { SOON };
    (first * 2u32.pow(fruitless.min(6))).min(LONGEST)
}
