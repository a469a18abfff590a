//! Whether a queue is growing on the way, seen from how arrival spacing differs from departure spacing.
//!
//! Nothing paces what we send: a picture leaves at once. Packets sent within a few milliseconds therefore form
//! one group, and a group is judged by its least delayed packet: what it met on the way, not what it piled up
//! itself. The slope of that delay over the last groups tells growing from shrinking (the trendline of
//! draft-ietf-rmcat-gcc-02 §5, as libwebrtc refined it); its floor over half a second tells a standing queue.

use std::collections::VecDeque;

/// Packets sent within this belong to one group.
const GROUP_US: i64 = 5_000;

/// Groups a slope is fitted to: about a quarter of a second of a picture with sound.
const WINDOW: usize = 20;

/// Weight of the past in the smoothed delay.
const SMOOTHING: f64 = 0.9;

/// Makes a slope comparable with a threshold in milliseconds; so does counting groups, up to [`COUNT_MAX`].
const GAIN: f64 = 4.0;
const COUNT_MAX: usize = 60;

/// The slope must exceed the threshold for this long and keep rising.
const OVERUSE_MS: f64 = 10.0;

/// The threshold adapts quickly up (to share with flows that fill queues) and slowly down.
const THRESHOLD_START: f64 = 12.5;
const THRESHOLD_MIN: f64 = 6.0;
const THRESHOLD_MAX: f64 = 600.0;
const THRESHOLD_UP: f64 = 0.0087;
const THRESHOLD_DOWN: f64 = 0.039;

/// A slope so far beyond the threshold is a jump, which the threshold must not follow.
const THRESHOLD_JUMP: f64 = 15.0;

/// A queue that never drains below this within [`FLOOR_US`] is one we should empty, however steady it is.
const STANDING_US: i64 = 80_000;

/// How long the lowest recent delay is looked for.
const FLOOR_US: i64 = 400_000;

/// After so long without a group the queue may have drained, or not: nothing is known.
const STALE_MS: f64 = 1_000.0;

/// The way's own delay is the least seen in this long: a longer route is taken for one in so much time.
const BASE_US: i64 = 12_000_000;

/// What the way seems to be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// A queue grows, or stands.
    Overuse,
    /// Neither grows nor shrinks.
    Normal,
    /// A queue shrinks: wait until it is empty.
    Underuse,
}

struct Group {
    first_sent_us: i64,
    /// Least (arrival − departure) in the group; the clocks differ by a constant.
    delay_us: i64,
}

/// Watches delays.
pub(super) struct Delay {
    group: Option<Group>,
    last_delay_us: Option<i64>,
    first_arrival_ms: f64,
    accumulated_ms: f64,
    smoothed_ms: f64,
    count: usize,
    /// Arrival and smoothed delay of the last groups, milliseconds.
    window: VecDeque<(f64, f64)>,
    threshold: f64,
    last_adapted_ms: f64,
    last_slope: f64,
    over_ms: f64,
    over_count: u32,
    last_arrival_ms: f64,
    signal: Signal,
    floor: Floor,
    base: Floor,
}

impl Delay {
    pub(super) fn new() -> Self {
        Self {
            group: None,
            last_delay_us: None,
            first_arrival_ms: 0.0,
            accumulated_ms: 0.0,
            smoothed_ms: 0.0,
            count: 0,
            window: VecDeque::with_capacity(WINDOW + 1),
            threshold: THRESHOLD_START,
            last_adapted_ms: 0.0,
            last_slope: 0.0,
            over_ms: 0.0,
            over_count: 0,
            last_arrival_ms: 0.0,
            signal: Signal::Normal,
            floor: Floor::new(FLOOR_US),
            base: Floor::new(BASE_US),
        }
    }

    /// A packet arrived; packets come in the order they were sent.
    pub(super) fn on_packet(&mut self, sent_us: i64, arrival_us: i64) {
        let delay_us = arrival_us - sent_us;
        match &mut self.group {
            Some(group) if sent_us < group.first_sent_us => {}
            Some(group) if sent_us - group.first_sent_us <= GROUP_US => {
                group.delay_us = group.delay_us.min(delay_us);
            }
            _ => {
                let finished = self.group.replace(Group {
                    first_sent_us: sent_us,
                    delay_us,
                });
                if let Some(group) = finished {
                    self.on_group(group.first_sent_us + group.delay_us, group.delay_us);
                }
            }
        }
    }

    /// Forgets which way the delay was going, but not how long the queue is.
    pub(super) fn restart(&mut self) {
        self.last_delay_us = None;
        self.accumulated_ms = 0.0;
        self.smoothed_ms = 0.0;
        self.count = 0;
        self.window.clear();
        self.last_slope = 0.0;
        self.over_ms = 0.0;
        self.over_count = 0;
        self.signal = Signal::Normal;
    }

    /// Time passed at the viewer up to `arrival_us`: what was said of the way long ago is no longer said.
    pub(super) fn on_time(&mut self, arrival_us: i64) {
        let silent_ms = arrival_us as f64 / 1000.0 - self.last_arrival_ms;
        if self.last_delay_us.is_some() && silent_ms > STALE_MS {
            self.restart();
            self.floor = Floor::new(FLOOR_US);
        }
    }

    /// What the groups so far say.
    pub(super) fn signal(&self) -> Signal {
        self.signal
    }

    /// The queue that has not drained for a while.
    pub(super) fn standing_us(&self) -> i64 {
        match (self.floor.least(), self.base.least()) {
            (Some(floor), Some(base)) => floor - base,
            _ => 0,
        }
    }

    /// A queue has been standing for long, whether or not it grows.
    pub(super) fn is_standing(&self) -> bool {
        self.floor.is_full() && self.standing_us() > STANDING_US
    }

    fn on_group(&mut self, arrival_us: i64, delay_us: i64) {
        self.floor.add(arrival_us, delay_us);
        self.base.add(arrival_us, delay_us);

        let arrival_ms = arrival_us as f64 / 1000.0;
        let Some(last) = self.last_delay_us.replace(delay_us) else {
            self.first_arrival_ms = arrival_ms;
            self.last_arrival_ms = arrival_ms;
            self.last_adapted_ms = arrival_ms;
            return;
        };
        self.count = (self.count + 1).min(COUNT_MAX);
        self.accumulated_ms += (delay_us - last) as f64 / 1000.0;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.accumulated_ms;
        self.window
            .push_back((arrival_ms - self.first_arrival_ms, self.smoothed_ms));
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
        let slope = if self.window.len() == WINDOW {
            slope(&self.window)
        } else {
            self.last_slope
        };
        let passed_ms = (arrival_ms - self.last_arrival_ms).max(0.0);
        self.last_arrival_ms = arrival_ms;
        self.detect(slope, passed_ms, arrival_ms);
    }

    fn detect(&mut self, slope: f64, passed_ms: f64, arrival_ms: f64) {
        let scaled = self.count as f64 * slope * GAIN;
        if scaled > self.threshold {
            self.over_ms += if self.over_count == 0 {
                passed_ms / 2.0
            } else {
                passed_ms
            };
            self.over_count += 1;
            if self.over_ms > OVERUSE_MS && self.over_count > 1 && slope >= self.last_slope {
                self.over_ms = 0.0;
                self.over_count = 0;
                self.signal = Signal::Overuse;
            }
        } else {
            self.over_ms = 0.0;
            self.over_count = 0;
            self.signal = if scaled < -self.threshold {
                Signal::Underuse
            } else {
                Signal::Normal
            };
        }
        self.last_slope = slope;
        self.adapt(scaled.abs(), arrival_ms);
    }

    fn adapt(&mut self, scaled: f64, arrival_ms: f64) {
        let passed_ms = (arrival_ms - self.last_adapted_ms).clamp(0.0, 100.0);
        self.last_adapted_ms = arrival_ms;
        if scaled > self.threshold + THRESHOLD_JUMP {
            return;
        }
        let step = if scaled < self.threshold {
            THRESHOLD_DOWN
        } else {
            THRESHOLD_UP
        };
        self.threshold += step * (scaled - self.threshold) * passed_ms;
        self.threshold = self.threshold.clamp(THRESHOLD_MIN, THRESHOLD_MAX);
    }
}

/// Least-squares slope of delay over time, milliseconds per millisecond.
fn slope(points: &VecDeque<(f64, f64)>) -> f64 {
    let count = points.len() as f64;
    let (sum_x, sum_y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), &(x, y)| {
        (
            above + (x - mean_x) * (y - mean_y),
            below + (x - mean_x) * (x - mean_x),
        )
    });
    if below == 0.0 { 0.0 } else { above / below }
}

/// The least value of the last while, in eight steps.
struct Floor {
    step_us: i64,
    steps: [i64; Self::STEPS],
    /// Number of the newest step since the clock's zero.
    newest: Option<i64>,
    /// Steps seen since the beginning, up to all.
    seen: usize,
}

impl Floor {
    const STEPS: usize = 8;

    fn new(span_us: i64) -> Self {
        Self {
            step_us: span_us / Self::STEPS as i64,
            steps: [i64::MAX; Self::STEPS],
            newest: None,
            seen: 0,
        }
    }

    fn add(&mut self, at_us: i64, value: i64) {
        let step = at_us.div_euclid(self.step_us);
        let newest = *self.newest.get_or_insert(step);
        if step <= newest - Self::STEPS as i64 {
            return;
        }
        if step > newest {
            for number in (newest + 1..=step).take(Self::STEPS) {
                self.steps[number.rem_euclid(Self::STEPS as i64) as usize] = i64::MAX;
            }
            self.newest = Some(step);
            self.seen = (self.seen + 1).min(Self::STEPS);
        }
        let slot = &mut self.steps[step.rem_euclid(Self::STEPS as i64) as usize];
        *slot = (*slot).min(value);
    }

    fn least(&self) -> Option<i64> {
        self.steps
            .iter()
            .copied()
            .min()
            .filter(|&least| least != i64::MAX)
    }

    /// The whole span has been seen.
    fn is_full(&self) -> bool {
        self.seen == Self::STEPS
    }
}
