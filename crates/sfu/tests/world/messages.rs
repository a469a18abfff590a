//! Messages between people.

use std::time::Duration;

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

fn message(sequence: u32, text: &str) -> Vec<u8> {
    let mut bytes = sequence.to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

fn texts(world: &World, person: usize) -> Vec<String> {
    let data = world.people[person].data.iter();
    data.map(|(_, bytes)| String::from_utf8_lossy(&bytes[4..]).into_owned())
        .collect()
}

#[test]
fn a_message_reaches_everybody_else_once_and_in_order() {
    let mut world = World::new(61, 2);
    let (ana, ben, cleo) = (world.join("ana"), world.join("ben"), world.join("cleo"));
    world.run(2 * SECOND);
    for sequence in 1..=20 {
        assert!(world.people[ana].send_data("_reliable", &message(sequence, &format!("m{sequence}"))));
    }
    world.run(SECOND);
    let expected: Vec<_> = (1..=20).map(|sequence| format!("m{sequence}")).collect();
    assert_eq!(texts(&world, ben), expected);
    assert_eq!(texts(&world, cleo), expected);
    assert!(texts(&world, ana).is_empty(), "a message came back to its sender");
}

#[test]
fn reliable_messages_survive_loss() {
    let mut world = World::new(62, 1);
    let (ana, ben) = (world.join("ana"), world.join("ben"));
    world.run(2 * SECOND);
    world.up[ana].shape.loss = 0.2;
    world.down[ben].shape.loss = 0.2;
    for sequence in 1..=40 {
        world.people[ana].send_data("_reliable", &message(sequence, &format!("m{sequence}")));
        world.run(SECOND / 20);
    }
    world.wait("all messages arrive", 30 * SECOND, |world| {
        texts(world, ben).len() == 40
    });
    let expected: Vec<_> = (1..=40).map(|sequence| format!("m{sequence}")).collect();
    assert_eq!(texts(&world, ben), expected);
}

#[test]
fn resume_loses_no_reliable_message() {
    let mut world = World::new(63, 1);
    let (ana, ben) = (world.join("ana"), world.join("ben"));
    world.run(2 * SECOND);
    world.people[ana].send_data("_reliable", &message(1, "before"));
    world.run(SECOND);
    world.cut_socket(ben);
    world.people[ana].send_data("_reliable", &message(2, "meanwhile"));
    world.run(SECOND);
    let sender = world.sids[ana].clone().expect("ana is here");
    // The client says it saw only the first: the second comes again, as a client that lost its channel needs it.
    world.resume(ben, vec![(sender, 1)]);
    world.wait("the second message comes again", 2 * SECOND, |world| {
        texts(world, ben)
            .iter()
            .filter(|text| *text == "meanwhile")
            .count()
            == 2
    });
    assert_eq!(
        texts(&world, ben).iter().filter(|text| *text == "before").count(),
        1
    );
}

#[test]
fn a_repeated_message_is_delivered_once() {
    let mut world = World::new(64, 1);
    let (ana, ben) = (world.join("ana"), world.join("ben"));
    world.run(2 * SECOND);
    for _ in 0..3 {
        world.people[ana].send_data("_reliable", &message(1, "once"));
    }
    world.run(SECOND);
    assert_eq!(texts(&world, ben), ["once"]);
}

#[test]
fn who_may_not_send_messages_reaches_nobody() {
    let mut world = World::new(65, 1);
    let mute = sfu::signal::Permission {
        can_publish_data: false,
        ..Default::default()
    };
    let (ana, ben) = (world.join_as("ana", mute, true), world.join("ben"));
    world.run(2 * SECOND);
    world.people[ana].send_data("_reliable", &message(1, "no"));
    world.run(SECOND);
    assert!(texts(&world, ben).is_empty());
}
