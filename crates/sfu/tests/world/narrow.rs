//! Ways that carry little: layers go down before anything pauses, sound comes first, and everything comes back.

use std::time::Duration;

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

fn room_of_five(seed: u64) -> (World, usize) {
    let mut world = World::new(seed, 1);
    for name in ["ana", "ben", "cleo", "dov"] {
        world.join_speaking(name);
    }
    let viewer = world.join("eve");
    world.wait("eve sees all", 6 * SECOND, |world| {
        (0..4).all(|other| world.frames(viewer, other) > 10)
    });
    (world, viewer)
}

#[test]
fn a_viewer_with_300_kbit_hears_everything_and_sees_something() {
    let (mut world, viewer) = room_of_five(31);
    // One speaks and three listen, as in most meetings: four voices at once would fill this way alone.
    for listener in 1..4 {
        let now = world.now;
        world.people[listener]
            .microphone
            .as_mut()
            .expect("published")
            .set_talking(now, false);
    }
    world.down[viewer].shape.rate = Some(300_000);
    // The way shrank from no limit at all; give it time to be learnt.
    world.run(12 * SECOND);
    world.reset_counts();
    world.run(10 * SECOND);
    let heard = world.sounds(viewer, 0);
    assert!(heard > 480, "of 500 packets of voice {heard} arrived");
    let seen: Vec<_> = (0..4).map(|other| world.frames(viewer, other)).collect();
    assert!(
        seen.iter().any(|frames| *frames > 100),
        "pictures decoded in ten seconds: {seen:?}"
    );
}

#[test]
fn layers_go_down_before_anything_pauses_and_come_back() {
    let (mut world, viewer) = room_of_five(32);
    world.run(5 * SECOND);
    world.down[viewer].shape.rate = Some(1_500_000);
    world.run(12 * SECOND);
    world.reset_counts();
    world.run(5 * SECOND);
    let seen: Vec<_> = (0..4).map(|other| world.frames(viewer, other)).collect();
    assert!(
        seen.iter().all(|frames| *frames > 50),
        "all four stay in sight: {seen:?}"
    );
    world.down[viewer].shape.rate = None;
    world.run(25 * SECOND);
    world.reset_counts();
    let before = world.people[viewer].bytes_in;
    world.run(4 * SECOND);
    let rate = (world.people[viewer].bytes_in - before) * 8 / 4;
    assert!(rate > 4_500_000, "the full layers came back: {rate} bit/s");
}

#[test]
fn other_viewers_do_not_suffer_from_a_narrow_one() {
    let (mut world, viewer) = room_of_five(33);
    world.down[viewer].shape.rate = Some(300_000);
    world.run(8 * SECOND);
    world.reset_counts();
    world.run(4 * SECOND);
    for ana in 0..4 {
        for ben in (0..4).filter(|ben| *ben != ana) {
            assert!(world.frames(ana, ben) > 100, "{} frames", world.frames(ana, ben));
        }
    }
}

#[test]
fn pauses_are_told_and_ended() {
    use sfu::signal::Response;
    let (mut world, viewer) = room_of_five(34);
    world.down[viewer].shape.rate = Some(150_000);
    world.wait("eve is told of a pause", 30 * SECOND, |world| {
        world.people[viewer].heard.iter().any(|response| match response {
            Response::StreamStates(states) => states.iter().any(|state| state.2),
            _ => false,
        })
    });
    world.down[viewer].shape.rate = None;
    world.wait("every pause ends", 40 * SECOND, |world| {
        let mut paused = std::collections::BTreeMap::new();
        for response in &world.people[viewer].heard {
            if let Response::StreamStates(states) = response {
                for (_, track, state) in states {
                    paused.insert(track.clone(), *state);
                }
            }
        }
        paused.values().all(|paused| !paused)
    });
}

#[test]
fn pictures_that_may_not_be_paused_never_are() {
    use sfu::signal::Response;
    let mut world = World::new(35, 1);
    for name in ["ana", "ben"] {
        world.join_speaking(name);
    }
    let viewer = world.join_never_paused("eve");
    world.wait("eve sees both", 6 * SECOND, |world| {
        (0..2).all(|other| world.frames(viewer, other) > 10)
    });
    world.down[viewer].shape.rate = Some(200_000);
    world.run(15 * SECOND);
    let paused = world.people[viewer].heard.iter().any(|response| match response {
        Response::StreamStates(states) => states.iter().any(|state| state.2),
        _ => false,
    });
    assert!(!paused, "a picture was paused");
}
