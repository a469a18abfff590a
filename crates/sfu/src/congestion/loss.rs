//! What lost packets say about the rate: a shallow queue overflows without ever growing a delay.
//!
//! A radio link loses a few percent at any rate, and lowering the rate does not help. So loss counts only as far
//! as it exceeds the least loss seen in the last while.

use super::LOWEST;

/// Below this share nothing is wrong.
const CALM: f64 = 0.02;

/// Above this share the rate goes down; between the two it does not grow.
const ALARM: f64 = 0.10;

/// Loss a link may have of its own; more than this always counts.
const BACKGROUND_MAX: f64 = 0.08;

/// Packets that make a sample, and the least time it takes.
const SAMPLE_PACKETS: u32 = 20;
const SAMPLE_US: i64 = 200_000;

/// Weight of a new sample: about the last second counts.
const WEIGHT: f64 = 0.2;

/// Samples among whose smoothed values the least is the background: at five a second about ten seconds.
const BACKGROUND_SAMPLES: usize = 50;

/// Share of the arriving rate that is kept at least.
const KEEP: f64 = 0.85;

/// Growth per second once loss is calm again.
const GROWTH_PER_SECOND: f64 = 1.08;

/// A limit this far above everything else limits nothing.
const IRRELEVANT: f64 = 2.0;

/// Decreases follow each other no faster than this and a round trip.
const PAUSE_US: i64 = 300_000;

/// Watches loss.
pub(super) struct Loss {
    lost: u32,
    received: u32,
    sample_began_us: Option<i64>,
    smoothed: f64,
    recent: [f32; BACKGROUND_SAMPLES],
    samples: usize,
    /// No more than this, in bits per second.
    limit: Option<f64>,
    last_decrease_us: i64,
    last_update_us: i64,
}

impl Loss {
    pub(super) fn new() -> Self {
        Self {
            lost: 0,
            received: 0,
            sample_began_us: None,
            smoothed: 0.0,
            recent: [0.0; BACKGROUND_SAMPLES],
            samples: 0,
            limit: None,
            last_decrease_us: i64::MIN / 2,
            last_update_us: 0,
        }
    }

    pub(super) fn on_received(&mut self, was_lost: bool) {
        self.received += 1;
        if was_lost {
            self.lost = self.lost.saturating_sub(1);
        }
    }

    pub(super) fn on_lost(&mut self) {
        self.lost += 1;
    }

    /// Share lost in about the last second.
    pub(super) fn share(&self) -> f64 {
        self.smoothed
    }

    /// No more than this, in bits per second.
    pub(super) fn limit(&self) -> Option<f64> {
        self.limit
    }

    /// A probe proved that more passes.
    pub(super) fn lift(&mut self, bits: f64) {
        self.limit = self.limit.map(|limit| limit.max(bits));
    }

    /// A feedback has been counted; `estimate` is what else limits, `acked` what arrives.
    pub(super) fn update(&mut self, now_us: i64, round_trip_us: i64, estimate: f64, acked: Option<f64>) {
        let began = *self.sample_began_us.get_or_insert(now_us);
        let total = self.lost + self.received;
        if total < SAMPLE_PACKETS || now_us - began < SAMPLE_US {
            return;
        }
        let sample = f64::from(self.lost) / f64::from(total);
        self.smoothed = if self.samples == 0 {
            sample
        } else {
            self.smoothed + WEIGHT * (sample - self.smoothed)
        };
        (self.lost, self.received, self.sample_began_us) = (0, 0, Some(now_us));
        self.recent[self.samples % BACKGROUND_SAMPLES] = self.smoothed as f32;
        self.samples += 1;
        let passed = (now_us - self.last_update_us).clamp(0, 1_000_000) as f64 / 1e6;
        self.last_update_us = now_us;

        let excess = self.smoothed - self.background();
        let limit = self.limit.unwrap_or(f64::INFINITY).min(estimate * IRRELEVANT);
        if excess > ALARM && sample > CALM {
            if now_us - self.last_decrease_us > PAUSE_US + round_trip_us {
                self.last_decrease_us = now_us;
                let decreased = limit.min(estimate) * (1.0 - 0.5 * excess);
                // What arrives is carried: there is no reason to fall far below.
                let carried = (acked.unwrap_or(0.0) * KEEP).min(estimate);
                self.limit = Some(decreased.max(carried).max(LOWEST));
            }
        } else if excess > CALM && sample > CALM {
            self.limit = Some(limit.min(estimate));
        } else if self.limit.is_some() {
            let grown = limit * GROWTH_PER_SECOND.powf(passed) + 1_000.0;
            self.limit = (grown < estimate * IRRELEVANT).then_some(grown);
        }
    }

    /// The least loss of the last while, as far as a link may have loss of its own.
    fn background(&self) -> f64 {
        let known = &self.recent[..self.samples.min(BACKGROUND_SAMPLES)];
        let least = known.iter().copied().fold(f32::INFINITY, f32::min);
        f64::from(least).min(BACKGROUND_MAX)
    }
}
