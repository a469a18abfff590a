//! A link one way between a person and the server: delay, jitter, loss and a rate limit with a queue, all
//! decided by a seed.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How one direction of a person's connection behaves.
#[derive(Clone, Debug)]
pub struct LinkShape {
    /// One way.
    pub delay: Duration,
    /// Added at random to each datagram, so that later ones may overtake earlier ones.
    pub jitter: Duration,
    /// Share of datagrams lost, 0–1.
    pub loss: f64,
    /// Bits per second; `None`: unlimited.
    pub rate: Option<u64>,
    /// A datagram that would wait longer than this is dropped.
    pub queue: Duration,
    /// Nothing passes.
    pub down: bool,
}

impl Default for LinkShape {
    fn default() -> Self {
        Self {
            delay: Duration::from_millis(20),
            jitter: Duration::ZERO,
            loss: 0.0,
            rate: None,
            queue: Duration::from_millis(250),
            down: false,
        }
    }
}

/// One direction.
pub struct Link {
    /// May be changed at any time.
    pub shape: LinkShape,
    random: StdRng,
    free_at: Option<Instant>,
    /// Datagrams taken and dropped so far.
    pub carried: u64,
    /// See above.
    pub dropped: u64,
}

impl Link {
    pub fn new(shape: LinkShape, seed: u64) -> Self {
        Self {
            shape,
            random: StdRng::seed_from_u64(seed),
            free_at: None,
            carried: 0,
            dropped: 0,
        }
    }

    /// When a datagram sent now arrives, if it does.
    pub fn pass(&mut self, now: Instant, length: usize) -> Option<Instant> {
        let lost = self.shape.down || self.random.random_bool(self.shape.loss);
        let mut leaves = now;
        if let Some(rate) = self.shape.rate.filter(|_| !lost) {
            // 28 bytes of IPv4 and UDP headers count too.
            let span = Duration::from_secs_f64((length + 28) as f64 * 8.0 / rate as f64);
            let begins = self.free_at.unwrap_or(now).max(now);
            if begins - now > self.shape.queue {
                self.dropped += 1;
                return None;
            }
            leaves = begins + span;
            self.free_at = Some(leaves);
        }
        if lost {
            self.dropped += 1;
            return None;
        }
        self.carried += 1;
        let jitter = self.shape.jitter.mul_f64(self.random.random_range(0.0..1.0));
        Some(leaves + self.shape.delay + jitter)
    }
}
