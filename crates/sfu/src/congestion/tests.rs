//! The estimator against a simulated way, in virtual time: a rate limit with a queue, a delay, and random loss.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::id::Ssrc;
use crate::rtp::rtcp::{TransportFeedback, TransportFeedbackBuilder};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A way with one bottleneck.
#[derive(Clone)]
struct Way {
    bits: f64,
    /// What the queue holds at most.
    queue: Duration,
    /// One direction.
    delay: Duration,
    loss: f64,
}

impl Way {
    fn kilobits(kilobits: u64) -> Self {
        Self {
            bits: kilobits as f64 * 1000.0,
            queue: Duration::from_millis(600),
            delay: Duration::from_millis(25),
            loss: 0.0,
        }
    }
}

/// A sender that sends what the estimate allows of what is wanted, and a viewer who tells what arrived.
struct World {
    way: Way,
    random: StdRng,
    start: Instant,
    now: Instant,
    estimator: Estimator,
    /// Bits per second of pictures; sound comes on top.
    wanted: f64,
    /// Nothing but probes is sent while this is set.
    paused: bool,
    /// Feedback is lost while this is set.
    deaf: bool,
    /// The viewer takes no probes.
    unprobed: bool,
    next_sequence: u64,
    /// When the bottleneck has sent all it holds.
    busy_until: Instant,
    /// Arrivals to come.
    flying: VecDeque<(Instant, u16)>,
    builder: TransportFeedbackBuilder,
    feedback: VecDeque<(Instant, TransportFeedback)>,
    next_picture: Instant,
    pictures: u64,
    /// Queue at every millisecond of the last run.
    queues: Vec<Duration>,
    estimates: Vec<f64>,
    probes: u32,
}

impl World {
    fn new(seed: u64, way: Way, wanted: Bitrate) -> Self {
        let now = Instant::now();
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

    fn estimate(&self) -> f64 {
        self.estimator.estimate().0 as f64
    }

    fn run(&mut self, seconds: f64) -> &mut Self {
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

    fn send(&mut self) {
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

    fn burst(&mut self, mut bytes: usize, probe: Option<u32>) {
        while bytes > 0 {
            let size = bytes.min(1_150);
            self.packet(size.max(60), probe);
            bytes -= size;
        }
    }

    fn packet(&mut self, bytes: usize, probe: Option<u32>) {
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

    fn receive(&mut self) {
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
    fn mean(&self) -> f64 {
        self.estimates.iter().sum::<f64>() / self.estimates.len() as f64
    }

    /// The queue that all but a twentieth of the last run stayed below.
    fn queue(&self) -> Duration {
        let mut queues = self.queues.clone();
        queues.sort();
        queues[queues.len() * 95 / 100]
    }
}

const SEEDS: std::ops::Range<u64> = 0..8;

#[test]
fn the_estimate_settles_close_below_what_the_way_carries() {
    for kilobits in [300, 1_000, 5_000] {
        for seed in SEEDS {
            let mut world = World::new(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 3));
            world.run(10.0);
            let share = world.run(30.0).mean() / world.way.bits;
            assert!(
                (0.7..=1.0).contains(&share),
                "{kilobits} kbit/s, seed {seed}: {share:.2}"
            );
        }
    }
}

#[test]
fn no_queue_stands_once_the_estimate_has_settled() {
    for kilobits in [300, 1_000, 5_000] {
        for seed in SEEDS {
            let mut world = World::new(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 3));
            world.run(10.0);
            let queue = world.run(30.0).queue();
            assert!(
                queue < Duration::from_millis(200),
                "{kilobits} kbit/s, seed {seed}: {queue:?}"
            );
        }
    }
}

#[test]
fn a_way_that_doubles_is_used_within_ten_seconds() {
    for kilobits in [500, 2_000] {
        for seed in SEEDS {
            let mut world = World::new(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 4));
            world.run(30.0);
            world.way.bits *= 2.0;
            world.run(10.0);
            let share = world.run(3.0).mean() / world.way.bits;
            assert!(share > 0.7, "{kilobits} kbit/s, seed {seed}: {share:.2}");
        }
    }
}

#[test]
fn a_way_that_halves_is_followed_within_two_seconds() {
    for seed in SEEDS {
        let mut world = World::new(seed, Way::kilobits(2_000), Bitrate::kilobits(6_000));
        world.run(30.0);
        world.way.bits /= 2.0;
        world.run(2.0);
        let share = world.run(3.0).mean() / world.way.bits;
        assert!((0.6..1.05).contains(&share), "seed {seed}: {share:.2}");
    }
}

#[test]
fn random_loss_of_three_percent_costs_at_most_thirty() {
    for kilobits in [1_000, 5_000] {
        for seed in SEEDS {
            let way = Way {
                loss: 0.03,
                ..Way::kilobits(kilobits)
            };
            let mut world = World::new(seed, way, Bitrate::kilobits(kilobits * 3));
            world.run(10.0);
            let share = world.run(30.0).mean() / world.way.bits;
            assert!(
                (0.7..=1.0).contains(&share),
                "{kilobits} kbit/s, seed {seed}: {share:.2}"
            );
        }
    }
}

#[test]
fn a_queue_too_shallow_to_show_is_heard_through_its_loss() {
    for seed in SEEDS {
        let way = Way {
            queue: Duration::from_millis(30),
            ..Way::kilobits(1_000)
        };
        let mut world = World::new(seed, way, Bitrate::kilobits(5_000));
        world.run(15.0);
        let share = world.run(20.0).mean() / world.way.bits;
        assert!((0.5..1.15).contains(&share), "seed {seed}: {share:.2}");
    }
}

#[test]
fn the_estimate_does_not_fall_while_little_is_sent() {
    for seed in SEEDS {
        let mut world = World::new(seed, Way::kilobits(5_000), Bitrate::kilobits(4_000));
        let before = world.run(15.0).estimate();
        (world.wanted, world.estimator.wanted) = (0.0, 0.0);
        let after = world.run(60.0).estimate();
        assert!(after >= before, "seed {seed}: {before} then {after}");
    }
}

#[test]
fn the_estimate_does_not_grow_on_what_was_never_sent() {
    let mut world = World::new(1, Way::kilobits(50_000), Bitrate::kilobits(200));
    let start = START.0 as f64;
    assert!(world.run(60.0).estimate() <= start * 1.1);
    assert_eq!(world.probes, 0, "nobody wants more");
}

#[test]
fn what_is_wanted_is_found_within_two_seconds_on_a_fast_way() {
    let mut world = World::new(1, Way::kilobits(50_000), Bitrate::kilobits(8_000));
    assert!(world.run(2.0).estimate() > 6_000_000.0, "{}", world.estimate());
}

#[test]
fn a_viewer_who_takes_no_probes_gets_much_at_once_and_on_a_narrow_way_soon_what_it_carries() {
    for seed in SEEDS {
        let unprobed = |kilobits| {
            let mut world = World::new(seed, Way::kilobits(kilobits), Bitrate::kilobits(8_000));
            world.unprobed = true;
            world.estimator.presume();
            world
        };
        let mut wide = unprobed(50_000);
        assert!(wide.estimate() > 8_000_000.0, "{}", wide.estimate());
        assert!(wide.run(20.0).mean() > 8_000_000.0, "{}", wide.mean());
        let mut narrow = unprobed(1_500);
        let early = narrow.run(4.0).estimate();
        assert!(early < 1_500_000.0, "{early} after four seconds");
        narrow.run(20.0);
        let mean = narrow.mean();
        assert!((900_000.0..1_500_000.0).contains(&mean), "{mean}");
    }
}

#[test]
fn a_second_without_feedback_does_not_blow_the_estimate_up() {
    for seed in SEEDS {
        let mut world = World::new(seed, Way::kilobits(1_000), Bitrate::kilobits(3_000));
        world.run(20.0);
        world.deaf = true;
        world.run(1.0);
        world.deaf = false;
        world.run(3.0);
        let most = world.estimates.iter().copied().fold(0.0, f64::max) / world.way.bits;
        assert!((0.4..1.3).contains(&most), "seed {seed}: {most:.2}");
    }
}

#[test]
fn a_way_that_nearly_closes_is_learnt_again_when_only_probes_are_left() {
    for seed in SEEDS {
        let mut world = World::new(seed, Way::kilobits(30_000), Bitrate::kilobits(8_000));
        world.run(5.0);
        world.way = Way {
            queue: Duration::from_millis(250),
            ..Way::kilobits(300)
        };
        world.run(2.0);
        // Everything is paused, and sound is not told of.
        world.paused = true;
        world.run(10.0);
        let share = world.run(5.0).mean() / world.way.bits;
        assert!((0.7..1.05).contains(&share), "seed {seed}: {share:.2}");
    }
}

#[test]
fn a_limit_from_outside_is_kept_and_can_be_lifted() {
    let mut world = World::new(1, Way::kilobits(5_000), Bitrate::kilobits(4_000));
    world.estimator.set_limit(Some(Bitrate::kilobits(200)));
    world.run(10.0);
    assert!(world.estimates.iter().all(|&estimate| estimate <= 200_000.0));
    world.estimator.set_limit(None);
    assert!(world.run(10.0).estimate() > 3_000_000.0, "{}", world.estimate());
}

#[test]
fn the_round_trip_is_the_ways_own() {
    let mut world = World::new(1, Way::kilobits(5_000), Bitrate::kilobits(2_000));
    let round_trip = world.run(10.0).estimator.round_trip().expect("feedback came");
    assert!((50..90).contains(&round_trip.as_millis()), "{round_trip:?}");
}

#[test]
fn feedback_on_nothing_we_sent_changes_nothing() {
    let mut world = World::new(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
    world.run(10.0);
    let before = (world.estimator.estimate(), world.estimator.loss());
    let next = world.next_sequence as u16;
    for arrivals in [[Some(0); 100], [None; 100], [Some(i64::from(u32::MAX)); 100]] {
        let packets = arrivals.into_iter().enumerate();
        let packets = packets
            .map(|(i, arrival)| (next.wrapping_add(i as u16), arrival))
            .collect();
        let feedback = TransportFeedback {
            sender: Ssrc(1),
            media: Ssrc(1),
            feedback_count: 0,
            packets,
        };
        world.estimator.on_feedback(world.now, &feedback);
    }
    assert_eq!((world.estimator.estimate(), world.estimator.loss()), before);
}

#[test]
fn feedback_told_twice_counts_once() {
    let mut world = World::new(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
    world.run(10.0);
    let last = world.next_sequence - 1;
    let packets = (0..100u64)
        .map(|back| ((last - 400 - back) as u16, Some(1_000_000)))
        .collect();
    let feedback = TransportFeedback {
        sender: Ssrc(1),
        media: Ssrc(1),
        feedback_count: 0,
        packets,
    };
    let before = world.estimator.estimate();
    (0..50).for_each(|_| world.estimator.on_feedback(world.now, &feedback));
    assert_eq!(world.estimator.estimate(), before);
}

#[test]
fn arrival_times_that_make_no_sense_harm_only_for_a_while() {
    let mut world = World::new(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
    world.run(10.0);
    for round in 0..200u64 {
        let last = world.next_sequence - 1;
        let arrival = |back: u64| Some(((round * 7919 + back * 104_729) % 1_000_003) as i64 * 1_000_000);
        let packets = (0..40u64)
            .map(|back| ((last - back) as u16, arrival(back)))
            .collect();
        let feedback = TransportFeedback {
            sender: Ssrc(1),
            media: Ssrc(1),
            feedback_count: 0,
            packets,
        };
        world.estimator.on_feedback(world.now, &feedback);
        world.run(0.02);
    }
    world.run(20.0);
    let share = world.run(10.0).mean() / world.way.bits;
    assert!((0.6..1.05).contains(&share), "{share:.2}");
}

#[test]
fn remembering_a_packet_costs_next_to_nothing() {
    let start = Instant::now();
    let mut estimator = Estimator::new(start);
    let packets = 200_000u64;
    for sequence in 0..packets {
        estimator.on_sent(
            start + Duration::from_micros(sequence * 100),
            sequence,
            1_100,
            None,
        );
    }
    let each = start.elapsed().as_nanos() as u64 / packets;
    // Fifty nanoseconds in a release build; this only catches a change of order.
    assert!(each < 10_000, "{each} ns");
}

#[test]
fn no_feedback_makes_us_panic_or_leave_the_bounds() {
    for seed in 0..20 {
        let mut world = World::new(seed, Way::kilobits(2_000), Bitrate::kilobits(6_000));
        for _ in 0..200 {
            world.run(0.01);
            let (near, range) = (world.next_sequence as u16, TransportFeedback::CLOCK_RANGE_US);
            let random = &mut world.random;
            let packets = (0..random.random_range(0..60)).map(|_| {
                let sequence = near.wrapping_sub(random.random_range(0..300));
                (
                    sequence,
                    random.random_bool(0.7).then(|| random.random_range(0..range)),
                )
            });
            let packets = packets.collect();
            let feedback = TransportFeedback {
                sender: Ssrc(1),
                media: Ssrc(1),
                feedback_count: 0,
                packets,
            };
            world.estimator.on_feedback(world.now, &feedback);
            assert!(
                (LOWEST..=HIGHEST).contains(&world.estimate()),
                "{}",
                world.estimate()
            );
        }
    }
}
