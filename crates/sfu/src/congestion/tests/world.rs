//! A simulated way in virtual time: a rate limit with a queue, a delay, and random loss.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::congestion::*;
use crate::id::{Bitrate, Ssrc};
use crate::rtp::rtcp::{TransportFeedback, TransportFeedbackBuilder};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A way with one bottleneck.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) bits: f64,
    /// What the queue holds at most.
    pub(super) queue: Duration,
    /// One direction.
    pub(super) delay: Duration,
    pub(super) loss: f64,
}

impl Way {
    pub(super) fn kilobits(kilobits: u64) -> Self {
        Self {
            bits: kilobits as f64 * 1000.0,
            queue: Duration::from_millis(600),
            delay: Duration::from_millis(25),
            loss: 0.0,
        }
    }
}

/// A sender that sends what the estimate allows of what is wanted, and a viewer who tells what arrived.
pub(super) struct World {
    pub(super) way: Way,
    pub(super) random: StdRng,
    pub(super) start: Instant,
    pub(super) now: Instant,
    pub(super) estimator: Estimator,
    /// Bits per second of pictures; sound comes on top.
    pub(super) wanted: f64,
    /// Nothing but probes is sent while this is set.
    pub(super) paused: bool,
    /// Feedback is lost while this is set.
    pub(super) deaf: bool,
    /// The viewer takes no probes.
    pub(super) unprobed: bool,
    pub(super) next_sequence: u64,
    /// When the bottleneck has sent all it holds.
    pub(super) busy_until: Instant,
    /// Arrivals to come.
    pub(super) flying: VecDeque<(Instant, u16)>,
    pub(super) builder: TransportFeedbackBuilder,
    pub(super) feedback: VecDeque<(Instant, TransportFeedback)>,
    pub(super) next_picture: Instant,
    pub(super) pictures: u64,
    /// Queue at every millisecond of the last run.
    pub(super) queues: Vec<Duration>,
    pub(super) estimates: Vec<f64>,
    pub(super) probes: u32,
}

impl World {
    pub(super) fn new(now: Instant, seed: u64, way: Way, wanted: Bitrate) -> Self {
        let mut estimator = Estimator::new(now);
        estimator.set_wanted(wanted);
        Self {
            way,
            random: StdRng::seed_from_u64(seed),
            start: now,
            now,
            estimator,
            wanted: wanted.0 as f64,
            paused: false,
            deaf: false,
            unprobed: false,
            next_sequence: 1,
            busy_until: now,
            flying: VecDeque::new(),
            builder: TransportFeedbackBuilder::new(now),
            feedback: VecDeque::new(),
            next_picture: now,
            pictures: 0,
            queues: Vec::new(),
            estimates: Vec::new(),
            probes: 0,
        }
    }

    pub(super) fn estimate(&self) -> f64 {
        self.estimator.estimate().0 as f64
    }

    pub(super) fn run(&mut self, seconds: f64) -> &mut Self {
        self.queues.clear();
        self.estimates.clear();
        for _ in 0..(seconds * 1000.0) as u64 {
            self.now += MILLISECOND;
            self.send();
            self.receive();
            self.queues
                .push(self.busy_until.saturating_duration_since(self.now));
            self.estimates.push(self.estimate());
        }
        self
    }

    pub(super) fn send(&mut self) {
        let millisecond = (self.now - self.start).as_millis() as u64;
        if millisecond.is_multiple_of(20) && !self.paused {
            self.packet(110, None);
        }
        if self.now >= self.next_picture && self.wanted > 0.0 && !self.paused {
            let target = self.estimate().min(self.wanted) - 44_000.0;
            let mut bytes = target.max(20_000.0) / 8.0 / 30.0 * self.random.random_range(0.8..1.2);
            // A whole picture now and then; those between are smaller for it.
            bytes *= if self.pictures.is_multiple_of(240) {
                5.0
            } else {
                0.98
            };
            self.pictures += 1;
            self.next_picture = self.now + Duration::from_micros(33_333);
            self.burst(bytes as usize, None);
        }
        if self.unprobed {
            return;
        }
        self.estimator.handle_timeout(self.now);
        while let Some(probe) = self.estimator.poll_probe(self.now) {
            self.probes += 1;
            self.burst(probe.bytes, Some(probe.id));
        }
        let due = self.estimator.poll_timeout();
        assert!(
            due.is_none_or(|due| due > self.now),
            "nothing is due that has just been handled"
        );
    }

    pub(super) fn burst(&mut self, mut bytes: usize, probe: Option<u32>) {
        while bytes > 0 {
            let size = bytes.min(1_150);
            self.packet(size.max(60), probe);
            bytes -= size;
        }
    }

    pub(super) fn packet(&mut self, bytes: usize, probe: Option<u32>) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.estimator.on_sent(self.now, sequence, bytes, probe);
        let queue = self.busy_until.saturating_duration_since(self.now);
        if self.random.random_bool(self.way.loss) || queue > self.way.queue {
            return;
        }
        let takes = Duration::from_secs_f64(bytes as f64 * 8.0 / self.way.bits);
        self.busy_until = self.busy_until.max(self.now) + takes;
        self.flying
            .push_back((self.busy_until + self.way.delay, sequence as u16));
    }

    pub(super) fn receive(&mut self) {
        while self.flying.front().is_some_and(|&(at, _)| at <= self.now) {
            let (at, sequence) = self.flying.pop_front().expect("just seen");
            self.builder.on_packet(at, Ssrc(1), sequence);
        }
        let millisecond = (self.now - self.start).as_millis() as u64;
        if millisecond.is_multiple_of(50) && self.builder.is_fresh() {
            while let Some(feedback) = self.builder.build(Ssrc(2)) {
                if !self.deaf {
                    self.feedback.push_back((self.now + self.way.delay, feedback));
                }
            }
        }
        while self.feedback.front().is_some_and(|&(at, _)| at <= self.now) {
            let (_, feedback) = self.feedback.pop_front().expect("just seen");
            self.estimator.on_feedback(self.now, &feedback);
        }
    }

    /// Mean estimate of the last run.
    pub(super) fn mean(&self) -> f64 {
        self.estimates.iter().sum::<f64>() / self.estimates.len() as f64
    }

    /// The queue that all but a twentieth of the last run stayed below.
    pub(super) fn queue(&self) -> Duration {
        let mut queues = self.queues.clone();
        queues.sort();
        queues[queues.len() * 95 / 100]
    }
}
