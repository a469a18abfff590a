//! Pictures: layers, key frames, claims.

use std::time::Duration;

use sfu::signal::{Request, Response, Source};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

fn layer_seen(world: &World, viewer: usize, publisher: usize) -> u64 {
    let track = world.people[publisher].track(Source::Camera).expect("published");
    world.people[viewer]
        .receptions
        .get(&track)
        .map_or(0, |reception| reception.counts().bytes)
}

#[test]
fn a_picture_follows_the_size_of_its_tile() {
    let mut world = World::new(21, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben sees ana", 5 * SECOND, |world| world.frames(ben, ana) > 10);
    let mut rates = Vec::new();
    for size in [(320, 180), (640, 360), (1280, 720), (320, 180)] {
        world.want(ben, ana, Some(size));
        world.run(4 * SECOND);
        world.reset_counts();
        world.run(2 * SECOND);
        rates.push(layer_seen(&world, ben, ana) * 8 / 2 / 1000);
        let track = world.track(ana, Source::Camera);
        let counts = world.people[ben].receptions[&track].counts().clone();
        assert_eq!(
            (counts.wrong_switches, counts.picture_jumps),
            (0, 0),
            "at {size:?}: {counts:?}"
        );
    }
    assert!((100..250).contains(&rates[0]), "{rates:?} kbit/s");
    assert!((400..700).contains(&rates[1]), "{rates:?} kbit/s");
    assert!((1200..2000).contains(&rates[2]), "{rates:?} kbit/s");
    assert!((100..250).contains(&rates[3]), "{rates:?} kbit/s");
}

#[test]
fn a_picture_that_nobody_shows_is_not_sent() {
    let mut world = World::new(22, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben sees ana", 5 * SECOND, |world| world.frames(ben, ana) > 10);
    world.want(ben, ana, None);
    world.run(SECOND);
    world.reset_counts();
    world.run(2 * SECOND);
    assert_eq!(world.frames(ben, ana), 0);
    assert!(world.sounds(ben, ana) > 80, "the voice goes on");
    world.want(ben, ana, Some((640, 360)));
    let took = world.wait("ben sees ana again", 2 * SECOND, |world| {
        world.frames(ben, ana) > 0
    });
    assert!(took < SECOND, "{took:?}");
}

#[test]
fn layers_nobody_watches_are_switched_off_at_the_publisher() {
    let mut world = World::new(23, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben sees ana", 5 * SECOND, |world| world.frames(ben, ana) > 10);
    world.want(ben, ana, Some((320, 180)));
    world.wait(
        "ana is told to send the lowest layer only",
        20 * SECOND,
        |world| {
            world.people[ana]
                .heard
                .iter()
                .rev()
                .find_map(|response| match response {
                    Response::SubscribedQuality(update) => Some(
                        update
                            .qualities
                            .iter()
                            .map(|quality| quality.1)
                            .collect::<Vec<_>>()
                            == [true, false, false],
                    ),
                    _ => None,
                })
                == Some(true)
        },
    );
    world.want(ben, ana, Some((1280, 720)));
    let took = world.wait("ben sees the full picture", 3 * SECOND, |world| {
        world.people[ana]
            .heard
            .iter()
            .rev()
            .find_map(|response| match response {
                Response::SubscribedQuality(update) => Some(update.qualities.iter().all(|quality| quality.1)),
                _ => None,
            })
            == Some(true)
    });
    assert!(took < SECOND / 2, "{took:?}");
    world.run(2 * SECOND);
    world.reset_counts();
    world.run(SECOND);
    assert!(
        layer_seen(&world, ben, ana) * 8 > 1_000_000,
        "the full layer came back"
    );
}

#[test]
fn a_lost_key_frame_is_asked_for_once() {
    let mut world = World::new(24, 1);
    let ana = world.join_speaking("ana");
    let viewers: Vec<_> = (0..6)
        .map(|index| world.join(&format!("viewer {index}")))
        .collect();
    world.wait("all see ana", 6 * SECOND, |world| {
        viewers.iter().all(|viewer| world.frames(*viewer, ana) > 10)
    });
    world.run(2 * SECOND);
    world.reset_counts();
    // Every viewer loses everything for a moment, and all ask for a key frame at once.
    for viewer in &viewers {
        world.down[*viewer].shape.down = true;
    }
    world.run(Duration::from_millis(1300));
    for viewer in &viewers {
        world.down[*viewer].shape.down = false;
    }
    world.run(SECOND);
    let asked = world.people[ana].key_requests;
    assert!(
        (1..=3).contains(&asked),
        "six viewers' cries reached the publisher {asked} times"
    );
    world.reset_counts();
    world.run(SECOND);
    assert!(
        viewers.iter().all(|viewer| world.frames(*viewer, ana) > 20),
        "all see again"
    );
}

#[test]
fn a_claim_given_up_sends_nothing_and_comes_back() {
    let mut world = World::new(25, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben sees ana", 5 * SECOND, |world| world.frames(ben, ana) > 10);
    let tracks = vec![world.track(ana, Source::Camera)];
    world.ask(
        ben,
        Request::Subscribe {
            tracks: tracks.clone(),
            subscribe: false,
        },
    );
    world.run(SECOND);
    world.reset_counts();
    world.run(SECOND);
    assert_eq!(world.frames(ben, ana), 0);
    world.ask(
        ben,
        Request::Subscribe {
            tracks,
            subscribe: true,
        },
    );
    world.wait("ben sees ana again", 2 * SECOND, |world| {
        world.frames(ben, ana) > 5
    });
}

#[test]
fn a_track_forbidden_to_somebody_does_not_reach_it() {
    let mut world = World::new(26, 1);
    let (ana, ben, cleo) = (world.join_speaking("ana"), world.join("ben"), world.join("cleo"));
    world.wait("both see ana", 5 * SECOND, |world| {
        world.frames(ben, ana) > 10 && world.frames(cleo, ana) > 10
    });
    let permission = sfu::signal::TrackPermission {
        identity: "cleo".into(),
        participant_sid: None,
        all_tracks: true,
        tracks: Vec::new(),
    };
    world.ask(
        ana,
        Request::SubscriptionPermission {
            all: false,
            permissions: vec![permission],
        },
    );
    world.run(SECOND);
    world.reset_counts();
    world.run(SECOND);
    assert_eq!((world.frames(ben, ana), world.sounds(ben, ana)), (0, 0));
    assert!(world.frames(cleo, ana) > 20);
    let told = world.people[ben]
        .heard
        .iter()
        .any(|it| matches!(it, Response::SubscriptionPermission { allowed: false, .. }));
    assert!(told);
    world.ask(
        ana,
        Request::SubscriptionPermission {
            all: true,
            permissions: Vec::new(),
        },
    );
    world.wait("ben sees ana again", 2 * SECOND, |world| {
        world.frames(ben, ana) > 5
    });
}
