//! The rate a way is believed to carry: up by shares far from what it last carried, by small steps near it, and
//! down to a little less than what still arrives (draft-ietf-rmcat-gcc-02 §5.5).

use super::delay::Signal;
use super::{HIGHEST, LOWEST};

/// Share of the arriving rate that is kept on overuse, so that the queue drains.
const KEEP: f64 = 0.85;

/// A queue longer than this is drained within about a second: less is kept, but never less than half.
const LONG_QUEUE_US: i64 = 150_000;
const DRAIN_US: f64 = 1_000_000.0;
const KEEP_LEAST: f64 = 0.5;

/// Share of the estimate kept on overuse while the application sends little: what arrives then says little.
const KEEP_LIMITED: f64 = 0.7;

/// Growth per second far from any known limit.
const GROWTH_PER_SECOND: f64 = 1.08;

/// The estimate may exceed what was proven to arrive by this share and a little; beyond, probes must prove it.
const UNPROVEN: f64 = 1.5;
const UNPROVEN_EXTRA: f64 = 10_000.0;

/// Near the limit the rate grows by about one packet per response time.
const STEP_BITS: f64 = 1_200.0 * 8.0;

/// Growth near the limit is at least this, in bits per second each second.
const SLOWEST_GROWTH: f64 = 8_000.0;

/// Pauses between updates count as no longer than this.
const LONGEST_STEP_US: i64 = 1_000_000;

/// Decreases follow each other no faster than one response to the last one.
const RESPONSE_EXTRA_US: i64 = 100_000;

/// Additive-increase, multiplicative-decrease.
pub(super) struct Rate {
    bits: f64,
    limit: Limit,
    last_update_us: Option<i64>,
    last_decrease_us: Option<i64>,
    /// What it was before the last decrease.
    before_decrease: f64,
    /// Where to go on once a long queue has drained.
    resume: Option<f64>,
}

/// What the world looks like at an update.
pub(super) struct Seen {
    pub(super) now_us: i64,
    pub(super) signal: Signal,
    /// A queue stands, whether it grows or not.
    pub(super) standing: bool,
    /// How long that queue is.
    pub(super) queue_us: i64,
    /// What arrives.
    pub(super) acked: Option<f64>,
    pub(super) round_trip_us: i64,
    /// Much less is sent than could be.
    pub(super) application_limited: bool,
}

impl Rate {
    pub(super) fn new(start: f64) -> Self {
        Self {
            bits: start,
            limit: Limit::default(),
            last_update_us: None,
            last_decrease_us: None,
            before_decrease: start,
            resume: None,
        }
    }

    /// The estimate.
    pub(super) fn bits(&self) -> f64 {
        self.bits
    }

    /// When the last decrease was, and what stood before it.
    pub(super) fn last_decrease(&self) -> Option<(i64, f64)> {
        self.last_decrease_us.map(|at| (at, self.before_decrease))
    }

    /// A probe measured the way.
    pub(super) fn set(&mut self, bits: f64) {
        self.bits = bits.clamp(LOWEST, HIGHEST);
        self.limit = Limit::default();
        self.resume = None;
    }

    /// Feedback came.
    pub(super) fn update(&mut self, seen: &Seen) {
        let passed_us = seen.now_us - self.last_update_us.replace(seen.now_us).unwrap_or(seen.now_us);
        let passed = passed_us.clamp(0, LONGEST_STEP_US) as f64 / 1e6;
        match seen.signal {
            Signal::Overuse => self.decrease(seen),
            // The queue is emptying: let it.
            Signal::Underuse => {}
            Signal::Normal if seen.standing => self.decrease(seen),
            Signal::Normal => self.increase(passed, seen),
        }
    }

    fn increase(&mut self, passed: f64, seen: &Seen) {
        if let Some(resume) = self.resume.take() {
            self.bits = self.bits.max(resume);
        }
        let Some(acked) = seen.acked else { return };
        if self.limit.is_exceeded_by(acked) {
            self.limit = Limit::default();
        }
        let response = (seen.round_trip_us + RESPONSE_EXTRA_US) as f64 / 1e6;
        let grown = if self.limit.is_known() {
            self.bits + (STEP_BITS / response).max(SLOWEST_GROWTH) * passed
        } else {
            self.bits * GROWTH_PER_SECOND.powf(passed)
        };
        let proven = acked * UNPROVEN + UNPROVEN_EXTRA;
        self.bits = grown.min(proven.max(self.bits)).clamp(LOWEST, HIGHEST);
    }

    fn decrease(&mut self, seen: &Seen) {
        let pause = seen.round_trip_us + RESPONSE_EXTRA_US;
        if self
            .last_decrease_us
            .is_some_and(|last| seen.now_us - last < pause)
        {
            return;
        }
        let acked = seen.acked.unwrap_or(self.bits);
        let mut decreased = acked * KEEP;
        if seen.queue_us > LONG_QUEUE_US && !seen.application_limited {
            let resume = self.resume.unwrap_or(0.0).max(decreased.min(self.bits));
            self.resume = Some(resume);
            decreased = acked * (1.0 - seen.queue_us as f64 / DRAIN_US).clamp(KEEP_LEAST, KEEP);
        }
        if seen.application_limited {
            decreased = decreased.max(self.bits * KEEP_LIMITED);
        } else {
            if self.limit.is_undercut_by(acked) {
                self.limit = Limit::default();
            }
            self.limit.learn(acked);
        }
        if decreased < self.bits {
            // A series of decreases is one fall: recovery aims at where it began.
            let in_series = self
                .last_decrease_us
                .is_some_and(|last| seen.now_us - last < 2 * pause);
            if !in_series {
                self.before_decrease = self.bits;
            }
            self.bits = decreased.max(LOWEST);
        }
        self.last_decrease_us = Some(seen.now_us);
    }
}

/// What arrived when the way last overflowed, averaged, with how much that varies.
#[derive(Default)]
struct Limit {
    kilobits: Option<f64>,
    /// Relative variance, as (kbit/s)² per kbit/s.
    deviation: f64,
}

impl Limit {
    /// Weight of a new overflow.
    const WEIGHT: f64 = 0.05;

    fn is_known(&self) -> bool {
        self.kilobits.is_some()
    }

    fn learn(&mut self, bits: f64) {
        let sample = bits / 1000.0;
        let Some(kilobits) = &mut self.kilobits else {
            self.kilobits = Some(sample);
            self.deviation = 0.4;
            return;
        };
        *kilobits += Self::WEIGHT * (sample - *kilobits);
        let error = *kilobits - sample;
        let relative = error * error / kilobits.max(1.0);
        self.deviation = (self.deviation + Self::WEIGHT * (relative - self.deviation)).clamp(0.4, 2.5);
    }

    /// Three standard deviations.
    fn band(&self) -> f64 {
        3.0 * (self.deviation * self.kilobits.unwrap_or(0.0)).sqrt()
    }

    fn is_exceeded_by(&self, bits: f64) -> bool {
        self.kilobits
            .is_some_and(|kilobits| bits / 1000.0 > kilobits + self.band())
    }

    fn is_undercut_by(&self, bits: f64) -> bool {
        self.kilobits
            .is_some_and(|kilobits| bits / 1000.0 < kilobits - self.band())
    }
}
