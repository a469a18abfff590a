//! What the way to one viewer carries, learnt from transport-wide feedback.
//!
//! [`Estimator`] is told what was sent and what arrived, and keeps one number: [`Estimator::estimate`]. The delay
//! part ([`delay`], [`rate`]) follows growing queues, the loss part ([`loss`]) shallow ones, and probes
//! ([`probe`], [`trying`]) prove more than is being sent. Time is an argument; nothing here sends or waits.

mod arrivals;
mod delay;
mod history;
mod loss;
mod meter;
mod probe;
mod rate;
#[cfg(test)]
mod tests;
mod trying;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::id::Bitrate;
use crate::rtp::rtcp::TransportFeedback;

pub use probe::Probe;

use arrivals::Arrivals;
use delay::Delay;
use history::History;
use loss::Loss;
use meter::Meter;
use probe::Series;
use rate::{Rate, Seen};

/// Before anything is known: a dozen voices and small pictures. Less would pause on every way what most carry; a way
/// that carries less shows it within a round trip or two.
pub const START: Bitrate = Bitrate::kilobits(3_000);

/// Taken of a way on which nothing can be proved, until it shows trouble: such clients are programs, whose ways are
/// wide, and a way that is not shows it within a round trip or two.
const UNPROVABLE: f64 = 10_000_000.0;

/// No estimate falls below this: sound of one speaker.
const LOWEST: f64 = 40_000.0;

/// No estimate rises above this: more than anybody watches.
const HIGHEST: f64 = 100_000_000.0;

/// Sending less than this share of the estimate says nothing about the way.
const LIMITED_SHARE: f64 = 0.65;

/// Feedbacks whose round trips are remembered: the least of them is free of waiting for feedback.
const ROUND_TRIPS: usize = 20;

/// Round trip assumed before one is known.
const ROUND_TRIP_GUESS_US: i64 = 100_000;

/// What is wanted has grown much when it has by this factor.
const MUCH_MORE: f64 = 1.25;

/// Estimates what the way to one viewer carries.
///
/// After each call of any kind, [`Estimator::poll_probe`] may have something to send; come back at
/// [`Estimator::poll_timeout`] at the latest, with [`Estimator::handle_timeout`] and then `poll_probe` again.
pub struct Estimator {
    epoch: Instant,
    history: History,
    arrivals: Arrivals,
    sent: Meter,
    acked: Meter,
    delay: Delay,
    rate: Rate,
    loss: Loss,
    round_trips: VecDeque<i64>,
    wanted: f64,
    limit: Option<f64>,
    series: Option<Series>,
    next_series_id: u32,
    /// When the next series is due, on our clock.
    probe_at_us: i64,
    /// No series before this: a queue is to drain first.
    calm_at_us: i64,
    /// What the next series tries, when a result or a drop has said so.
    probe_next: Option<f64>,
    /// Series in a row that found nothing.
    fruitless: u32,
    /// Some series was measured.
    measured: bool,
}

impl Estimator {
    /// Knows nothing of the way yet: [`START`].
    pub fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            history: History::new(),
            arrivals: Arrivals::default(),
            sent: Meter::new(),
            acked: Meter::new(),
            delay: Delay::new(),
            rate: Rate::new(START.0 as f64),
            loss: Loss::new(),
            round_trips: VecDeque::with_capacity(ROUND_TRIPS + 1),
            wanted: 0.0,
            limit: None,
            series: None,
            next_series_id: 1,
            probe_at_us: 0,
            calm_at_us: 0,
            probe_next: None,
            fruitless: 0,
            measured: false,
        }
    }

    /// A packet left, with its extended transport-wide sequence number, the bytes it takes on the wire, and the
    /// id of the [`Probe`] it was sent for.
    pub fn on_sent(&mut self, now: Instant, sequence: u64, bytes: usize, probe: Option<u32>) {
        let now_us = self.us(now);
        self.history.on_sent(sequence, now_us, bytes);
        self.sent.add(now_us, bytes as u32);
        if let Some(series) = &mut self.series {
            series.on_sent(sequence, now_us, bytes, probe == Some(series.id));
        }
    }

    /// The viewer told when packets arrived. What was never sent, or is known already, is ignored.
    pub fn on_feedback(&mut self, now: Instant, feedback: &TransportFeedback) {
        let now_us = self.us(now);
        let mut latest_sent_us = None;
        for &(sequence, arrival) in &feedback.packets {
            let Some(sequence) = self.history.extend(sequence) else {
                continue;
            };
            let Some(arrival) = arrival else {
                if self.history.lose(sequence) {
                    self.loss.on_lost();
                    if let Some(series) = &mut self.series {
                        series.on_lost(sequence);
                    }
                }
                continue;
            };
            let Some(packet) = self.history.receive(sequence) else {
                continue;
            };
            let (arrival_us, jumped) = self.arrivals.unwrap(packet.sent_us, arrival);
            if jumped {
                self.delay = Delay::new();
                self.acked = Meter::new();
                self.series = None;
            }
            self.loss.on_received(packet.was_lost);
            self.acked.add(arrival_us, packet.bytes);
            match &mut self.series {
                // A probe piles up a queue of its own, which says nothing about the rate of media.
                Some(series) if series.contains(sequence) => series.on_received(arrival_us, packet.bytes),
                _ => self.delay.on_packet(packet.sent_us, arrival_us),
            }
            latest_sent_us = latest_sent_us.max(Some(packet.sent_us));
        }
        let Some(latest_sent_us) = latest_sent_us else {
            return;
        };
        self.delay.on_time(self.arrivals.latest_us);
        self.round_trips.push_back((now_us - latest_sent_us).max(0));
        if self.round_trips.len() > ROUND_TRIPS {
            self.round_trips.pop_front();
        }
        self.update(now_us);
    }

    /// What the way carries, by all that is known.
    pub fn estimate(&self) -> Bitrate {
        let estimate = self.unlimited().min(self.limit.unwrap_or(f64::INFINITY));
        Bitrate(estimate as u64)
    }

    /// What could be used: probes try no more than this. When it grows much, trying does not wait.
    pub fn set_wanted(&mut self, wanted: Bitrate) {
        let before = std::mem::replace(&mut self.wanted, wanted.0 as f64);
        if self.wanted > before * MUCH_MORE {
            self.probe_at_us = 0;
            self.fruitless = 0;
        }
    }

    /// The viewer takes no probes: what nothing can prove is presumed, as long as no queue has grown.
    pub fn presume(&mut self) {
        if !self.measured && self.rate.last_decrease().is_none() {
            self.rate.set(self.rate.bits().max(UNPROVABLE));
        }
    }

    /// Never estimate more than this; `None` lifts it.
    pub fn set_limit(&mut self, limit: Option<Bitrate>) {
        self.limit = limit.map(|limit| limit.0 as f64);
    }

    /// Round trip of the least delayed of the last packets, the wait for feedback included.
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trips
            .iter()
            .min()
            .map(|&us| Duration::from_micros(us as u64))
    }

    /// Share of packets lost in about the last second, 0–1.
    pub fn loss(&self) -> f32 {
        self.loss.share() as f32
    }

    /// Padding to send now. A series comes in several pieces, some milliseconds apart.
    pub fn poll_probe(&mut self, now: Instant) -> Option<Probe> {
        let now_us = self.us(now);
        self.give_up(now_us);
        if self.series.is_none()
            && let Some(bits) = self.probe_due(now_us)
        {
            self.series = Some(Series::new(self.next_series_id, bits, now_us));
            self.next_series_id = self.next_series_id.wrapping_add(1);
            self.probe_next = None;
        }
        self.series.as_mut()?.poll(now_us)
    }

    /// When to come back at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let due_us = match &self.series {
            Some(series) => series.due_us(),
            None if self.is_probe_worth_it() => self.probe_at_us.max(self.calm_at_us),
            None => return None,
        };
        Some(self.epoch + Duration::from_micros(due_us.max(0) as u64))
    }

    /// Time passed to the instant asked for.
    pub fn handle_timeout(&mut self, now: Instant) {
        let now_us = self.us(now);
        self.give_up(now_us);
    }

    fn us(&self, now: Instant) -> i64 {
        now.saturating_duration_since(self.epoch).as_micros() as i64
    }

    /// The estimate before any limit set from outside.
    fn unlimited(&self) -> f64 {
        self.rate.bits().min(self.loss.limit().unwrap_or(f64::INFINITY))
    }

    fn update(&mut self, now_us: i64) {
        let round_trip_us = self
            .round_trips
            .iter()
            .min()
            .copied()
            .unwrap_or(ROUND_TRIP_GUESS_US);
        let sending = self.sent.rate(now_us);
        let seen = Seen {
            now_us,
            signal: self.delay.signal(),
            standing: self.delay.is_standing(),
            queue_us: self.delay.standing_us(),
            acked: self.acked.rate(self.arrivals.latest_us),
            round_trip_us,
            application_limited: sending.is_none_or(|sending| sending < self.unlimited() * LIMITED_SHARE),
        };
        self.rate.update(&seen);
        self.loss
            .update(now_us, round_trip_us, self.rate.bits(), seen.acked);
        if self.series.as_ref().is_some_and(Series::is_told) {
            self.end_series(now_us);
        }
        self.plan_recovery(now_us);
    }
}
