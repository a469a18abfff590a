//! Promises of the estimator, kept on a simulated way.

mod world;

use std::time::{Duration, Instant};

use rand::RngExt;

use super::*;
use crate::id::Ssrc;
use crate::rtp::rtcp::TransportFeedback;
use world::{Way, World};

const SEEDS: std::ops::Range<u64> = 0..8;

/// A world that begins now: its own file reads no clock.
fn begin(seed: u64, way: Way, wanted: Bitrate) -> World {
    World::new(Instant::now(), seed, way, wanted)
}

#[test]
fn the_estimate_settles_close_below_what_the_way_carries() {
    for kilobits in [300, 1_000, 5_000] {
        for seed in SEEDS {
            let mut world = begin(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 3));
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
            let mut world = begin(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 3));
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
            let mut world = begin(seed, Way::kilobits(kilobits), Bitrate::kilobits(kilobits * 4));
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
        let mut world = begin(seed, Way::kilobits(2_000), Bitrate::kilobits(6_000));
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
            let mut world = begin(seed, way, Bitrate::kilobits(kilobits * 3));
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
        let mut world = begin(seed, way, Bitrate::kilobits(5_000));
        world.run(15.0);
        let share = world.run(20.0).mean() / world.way.bits;
        assert!((0.5..1.15).contains(&share), "seed {seed}: {share:.2}");
    }
}

#[test]
fn the_estimate_does_not_fall_while_little_is_sent() {
    for seed in SEEDS {
        let mut world = begin(seed, Way::kilobits(5_000), Bitrate::kilobits(4_000));
        let before = world.run(15.0).estimate();
        (world.wanted, world.estimator.wanted) = (0.0, 0.0);
        let after = world.run(60.0).estimate();
        assert!(after >= before, "seed {seed}: {before} then {after}");
    }
}

#[test]
fn the_estimate_does_not_grow_on_what_was_never_sent() {
    let mut world = begin(1, Way::kilobits(50_000), Bitrate::kilobits(200));
    let start = START.0 as f64;
    assert!(world.run(60.0).estimate() <= start * 1.1);
    assert_eq!(world.probes, 0, "nobody wants more");
}

#[test]
fn what_is_wanted_is_found_within_two_seconds_on_a_fast_way() {
    let mut world = begin(1, Way::kilobits(50_000), Bitrate::kilobits(8_000));
    assert!(world.run(2.0).estimate() > 6_000_000.0, "{}", world.estimate());
}

#[test]
fn a_viewer_who_takes_no_probes_gets_much_at_once_and_on_a_narrow_way_soon_what_it_carries() {
    for seed in SEEDS {
        let unprobed = |kilobits| {
            let mut world = begin(seed, Way::kilobits(kilobits), Bitrate::kilobits(8_000));
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
        let mut world = begin(seed, Way::kilobits(1_000), Bitrate::kilobits(3_000));
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
        let mut world = begin(seed, Way::kilobits(30_000), Bitrate::kilobits(8_000));
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
    let mut world = begin(1, Way::kilobits(5_000), Bitrate::kilobits(4_000));
    world.estimator.set_limit(Some(Bitrate::kilobits(200)));
    world.run(10.0);
    assert!(world.estimates.iter().all(|&estimate| estimate <= 200_000.0));
    world.estimator.set_limit(None);
    assert!(world.run(10.0).estimate() > 3_000_000.0, "{}", world.estimate());
}

#[test]
fn the_round_trip_is_the_ways_own() {
    let mut world = begin(1, Way::kilobits(5_000), Bitrate::kilobits(2_000));
    let round_trip = world.run(10.0).estimator.round_trip().expect("feedback came");
    assert!((50..90).contains(&round_trip.as_millis()), "{round_trip:?}");
}

#[test]
fn feedback_on_nothing_we_sent_changes_nothing() {
    let mut world = begin(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
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
    let mut world = begin(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
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
    let mut world = begin(1, Way::kilobits(1_000), Bitrate::kilobits(3_000));
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
        let mut world = begin(seed, Way::kilobits(2_000), Bitrate::kilobits(6_000));
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
