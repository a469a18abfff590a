//! Sound.

use std::time::Duration;

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn everyone_hears_and_sees_everyone() {
    let mut world = World::new(1, 1);
    for name in ["ana", "ben", "cleo", "dov"] {
        world.join_speaking(name);
    }
    world.wait("everybody hears and sees everybody", 5 * SECOND, |world| {
        world.all_hear_and_see_all(50, 20)
    });
}

#[test]
fn everyone_hears_and_sees_everyone_across_workers() {
    let mut world = World::new(2, 3);
    for name in ["ana", "ben", "cleo", "dov"] {
        world.join_speaking(name);
    }
    world.wait("everybody hears and sees everybody", 5 * SECOND, |world| {
        world.all_hear_and_see_all(50, 20)
    });
}

#[test]
fn silence_is_not_forwarded_and_the_first_word_is() {
    let mut world = World::new(3, 1);
    let (ana, ben) = (world.join("ana"), world.join("ben"));
    world.publish_microphone(ana, true);
    world.wait("ben hears ana", 5 * SECOND, |world| world.sounds(ben, ana) > 10);
    let now = world.now;
    world.people[ana]
        .microphone
        .as_mut()
        .expect("published")
        .set_talking(now, false);
    world.run(2 * SECOND);
    world.reset_counts();
    world.run(3 * SECOND);
    assert_eq!(world.sounds(ben, ana), 0, "silence reached the viewer");
    let now = world.now;
    world.people[ana]
        .microphone
        .as_mut()
        .expect("published")
        .set_talking(now, true);
    world.people[ana].next = now;
    world.run(SECOND);
    assert!(
        world.sounds(ben, ana) >= 45,
        "words were lost after silence: {}",
        world.sounds(ben, ana)
    );
}

#[test]
fn a_muted_microphone_reaches_nobody_and_everybody_knows() {
    let mut world = World::new(4, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben hears ana", 5 * SECOND, |world| world.sounds(ben, ana) > 10);
    let track = world.track(ana, sfu::signal::Source::Microphone);
    world.ask(
        ana,
        sfu::signal::Request::Mute {
            track: track.clone(),
            muted: true,
        },
    );
    world.run(SECOND / 2);
    world.reset_counts();
    world.run(SECOND);
    assert_eq!(world.sounds(ben, ana), 0);
    let knows = world.people[ben].others.values().any(|info| {
        info.tracks
            .iter()
            .any(|published| published.sid == track && published.muted)
    });
    assert!(knows, "ben was not told");
    world.ask(ana, sfu::signal::Request::Mute { track, muted: false });
    world.wait("ben hears ana again", SECOND, |world| world.sounds(ben, ana) > 10);
}

#[test]
fn who_speaks_is_told_to_all() {
    let mut world = World::new(5, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    let sid = world.sids[ana].clone().expect("ana is here");
    world.wait("ben is told that ana speaks", 5 * SECOND, |world| {
        world.people[ben].heard.iter().any(|response| match response {
            sfu::signal::Response::Speakers(speakers) => speakers.iter().any(|it| it.0 == sid && it.2),
            _ => false,
        })
    });
    let now = world.now;
    world.people[ana]
        .microphone
        .as_mut()
        .expect("published")
        .set_talking(now, false);
    world.wait("ben is told that ana is silent", 5 * SECOND, |world| {
        world.people[ben]
            .heard
            .iter()
            .rev()
            .find_map(|response| match response {
                sfu::signal::Response::Speakers(speakers) => {
                    speakers.iter().find(|it| it.0 == sid).map(|it| !it.2)
                }
                _ => None,
            })
            == Some(true)
    });
}

#[test]
fn loss_both_ways_is_repaired() {
    for seed in 10..14 {
        let mut world = World::new(seed, 2);
        let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
        world.up[ana].shape.loss = 0.05;
        world.down[ben].shape.loss = 0.05;
        world.down[ben].shape.jitter = Duration::from_millis(15);
        world.wait("ben sees ana", 8 * SECOND, |world| world.frames(ben, ana) > 30);
        world.reset_counts();
        world.run(10 * SECOND);
        // 30 pictures a second were sent; with repair nearly all are decodable although one in ten packets is lost.
        let frames = world.frames(ben, ana);
        assert!(
            frames > 230,
            "seed {seed}: only {frames} of 300 frames could be decoded"
        );
    }
}
