//! When to try for more, how much, and what the outcome of a probe means.

use super::delay::Signal;
use super::probe::{self, Measure, Series};
use super::{Estimator, HIGHEST, LOWEST};

/// What is wanted must exceed the estimate by this factor to be worth a probe.
const WORTH_PROBING: f64 = 1.05;

/// A series that could not be sent for lack of anything to send is tried again after this.
const VOID_PAUSE_US: i64 = 500_000;

/// A first probe tries this much more than the estimate, and goes on while it finds it; later ones less.
const FIRST_STEP: f64 = 2.0;
const STEP: f64 = 1.75;

/// A probe that finds this share of what it tried is followed by one that tries more.
const FOUND: f64 = 0.7;

/// After a decrease probing waits this long for the queue to drain.
const AFTER_DECREASE_US: i64 = 1_500_000;

/// A decrease below this share of what was is worth a probe of its own soon after.
const LARGE_DROP: f64 = 0.66;

/// Share of what was before a large drop that the recovery probe tries, but no more than so many times what is
/// left: the way may really have shrunk, and a large series would fill it for a second.
const RECOVER: f64 = 0.9;
const RECOVER_STEP: f64 = 3.0;

impl Estimator {
    /// Ends a series nobody told of.
    pub(super) fn give_up(&mut self, now_us: i64) {
        if self
            .series
            .as_ref()
            .is_some_and(|series| now_us >= series.expires_us())
        {
            self.end_series(now_us);
        }
        if self.series.as_ref().is_some_and(Series::is_void) {
            self.series = None;
            self.probe_at_us = now_us + VOID_PAUSE_US;
        }
    }

    /// Looks at what a series showed; its end may never be told of when its last packets were lost.
    pub(super) fn end_series(&mut self, now_us: i64) {
        // What the series has piled up will drain, and must not be taken for the doing of media.
        self.delay.restart();
        match self.series.take().and_then(|series| series.measure()) {
            Some(measure) => self.on_measure(now_us, measure),
            None => self.wait_after_probe(now_us, false),
        }
    }

    fn on_measure(&mut self, now_us: i64, measure: Measure) {
        let before = self.unlimited();
        let first = !std::mem::replace(&mut self.measured, true);
        let calm = self.delay.signal() != Signal::Overuse;
        // A series that filled the way piled up the queue itself: what passed is what the way carries.
        if measure.bits > before && (calm || measure.filled) {
            self.rate.set(self.rate.bits().max(measure.bits));
            self.loss.lift(measure.bits);
        } else if first && measure.filled {
            // Nothing was known but the start: a full way is the best knowledge there is.
            self.rate.set(measure.bits);
        }
        let found = measure.bits >= measure.tried * FOUND;
        if found && !measure.filled && calm {
            self.probe_next = Some(measure.bits * FIRST_STEP);
            self.probe_at_us = now_us;
            self.fruitless = 0;
        } else {
            self.wait_after_probe(now_us, measure.bits > before * WORTH_PROBING);
        }
    }

    fn wait_after_probe(&mut self, now_us: i64, fruitful: bool) {
        self.fruitless = if fruitful { 0 } else { self.fruitless + 1 };
        let overflowed = self.rate.last_decrease().is_some();
        self.probe_at_us = now_us + probe::pause(self.fruitless, overflowed).as_micros() as i64;
    }

    /// While a queue grows probing waits; after a large decrease it then tries what was before.
    pub(super) fn plan_recovery(&mut self, now_us: i64) {
        if self.delay.signal() == Signal::Overuse {
            self.calm_at_us = now_us + AFTER_DECREASE_US;
        }
        let Some((at_us, before)) = self.rate.last_decrease() else {
            return;
        };
        if at_us != now_us {
            return;
        }
        self.probe_next = (self.rate.bits() < before * LARGE_DROP)
            .then_some((before * RECOVER).min(self.rate.bits() * RECOVER_STEP));
        self.calm_at_us = now_us + AFTER_DECREASE_US;
        if self.probe_next.is_some() {
            self.probe_at_us = self.calm_at_us;
        }
    }

    /// What could be used and is allowed.
    fn useful(&self) -> f64 {
        self.wanted.min(self.limit.unwrap_or(f64::INFINITY)).min(HIGHEST)
    }

    /// Before anything was measured, even the start is worth proving.
    pub(super) fn is_probe_worth_it(&self) -> bool {
        let useful = self.useful();
        useful > self.unlimited() * WORTH_PROBING || !self.measured && useful > self.unlimited() / FIRST_STEP
    }

    /// The rate to try, when it is time to.
    pub(super) fn probe_due(&self, now_us: i64) -> Option<f64> {
        if now_us < self.probe_at_us.max(self.calm_at_us) || !self.is_probe_worth_it() {
            return None;
        }
        let step = if self.measured { STEP } else { FIRST_STEP };
        let useful = self.wanted.min(self.limit.unwrap_or(f64::INFINITY)) * WORTH_PROBING;
        let tried = self
            .probe_next
            .unwrap_or(0.0)
            .max(self.unlimited() * step)
            .min(useful);
        Some(tried.clamp(LOWEST, HIGHEST))
    }
}
