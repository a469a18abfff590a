//! Coming and going.

use std::time::Duration;

use sfu::media::{PeerEnd, PeerEvent};
use sfu::room::{Administer, RoomAnnouncement, RoomInput};
use sfu::signal::{DisconnectReason, LeaveAction, Permission, Request, RequestReason, Response, Source};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

fn was_told_to_leave(world: &World, person: usize) -> Option<(DisconnectReason, LeaveAction)> {
    world.people[person]
        .heard
        .iter()
        .find_map(|response| match response {
            Response::Leave { reason, action } => Some((*reason, *action)),
            _ => None,
        })
}

#[test]
fn a_latecomer_sees_and_hears_within_a_second() {
    let mut world = World::new(41, 1);
    for name in ["ana", "ben", "cleo"] {
        world.join_speaking(name);
    }
    world.run(10 * SECOND);
    let late = world.join("late");
    let took = world.wait("the latecomer sees and hears all", 3 * SECOND, |world| {
        (0..3).all(|other| world.frames(late, other) > 0 && world.sounds(late, other) > 0)
    });
    assert!(took < SECOND, "{took:?}");
}

#[test]
fn who_leaves_is_gone_for_all_at_once() {
    let mut world = World::new(42, 2);
    let (ana, ben) = (world.join_speaking("ana"), world.join_speaking("ben"));
    world.wait("they see each other", 5 * SECOND, |world| {
        world.all_hear_and_see_all(10, 10)
    });
    let sid = world.sids[ana].clone().expect("ana is here");
    world.ask(ana, Request::Leave);
    world.wait("ben is told", SECOND, |world| {
        !world.people[ben].others.contains_key(sid.as_str())
    });
    assert!(
        world
            .announcements
            .iter()
            .any(|it| matches!(it, RoomAnnouncement::ParticipantLeft(..)))
    );
    world.ask(ben, Request::Leave);
    world.wait("the empty room ends", 30 * SECOND, |world| world.finished);
}

#[test]
fn a_fault_about_one_connection_sends_its_person_back_afresh_and_disturbs_nobody() {
    let mut world = World::new(46, 2);
    let (ana, ben, cleo) = (
        world.join_speaking("ana"),
        world.join_speaking("ben"),
        world.join_speaking("cleo"),
    );
    world.wait("they see each other", 5 * SECOND, |world| {
        world.all_hear_and_see_all(10, 10)
    });
    let sid = world.sids[ana].clone().expect("ana is here");
    world.tell_room(RoomInput::Peer {
        peer: world.peers[ana],
        event: PeerEvent::Ended(PeerEnd::Fault),
    });
    world.wait("all are told", SECOND, |world| {
        let gone = |other: usize| !world.people[other].others.contains_key(sid.as_str());
        was_told_to_leave(world, ana).is_some() && gone(ben) && gone(cleo)
    });
    assert_eq!(
        was_told_to_leave(&world, ana),
        Some((DisconnectReason::StateMismatch, LeaveAction::Reconnect))
    );
    world.reset_counts();
    world.run(SECOND);
    for (viewer, publisher) in [(ben, cleo), (cleo, ben)] {
        assert!(world.sounds(viewer, publisher) > 40 && world.frames(viewer, publisher) > 20);
    }
}

#[test]
fn the_same_identity_twice_puts_the_older_out() {
    let mut world = World::new(43, 1);
    let old = world.join("ana");
    world.run(SECOND);
    let new = world.join("ana");
    world.run(SECOND);
    assert_eq!(
        was_told_to_leave(&world, old),
        Some((DisconnectReason::DuplicateIdentity, LeaveAction::Disconnect))
    );
    assert_eq!(was_told_to_leave(&world, new), None);
    assert_eq!(world.room.view().participants.len(), 1);
}

#[test]
fn a_full_room_refuses_the_next() {
    let mut world = World::with_limit(44, 1, 2);
    world.join("ana");
    world.join("ben");
    let late = world.join("late");
    world.run(SECOND);
    assert!(world.sids[late].is_none());
    assert_eq!(world.closed_by_server.len(), 1);
}

#[test]
fn who_may_not_publish_is_told_so() {
    let mut world = World::new(45, 1);
    let listener = Permission {
        can_publish: false,
        ..Permission::default()
    };
    let ana = world.join_as("ana", listener, true);
    world.publish_microphone(ana, true);
    world.wait("ana is refused", SECOND, |world| {
        world.people[ana].heard.iter().any(|response| {
            matches!(
                response,
                Response::RequestResponse {
                    reason: RequestReason::NotAllowed,
                    cid: Some(_),
                    ..
                }
            )
        })
    });
}

#[test]
fn a_right_taken_away_ends_what_it_allowed() {
    let mut world = World::new(46, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join("ben"));
    world.wait("ben sees ana", 5 * SECOND, |world| world.frames(ben, ana) > 10);
    let permission = Permission {
        can_publish_sources: vec![Source::Microphone],
        ..Permission::default()
    };
    world.tell_room(RoomInput::Administer(Administer::Update {
        identity: "ana".into(),
        name: None,
        metadata: None,
        attributes: Default::default(),
        permission: Some(permission),
    }));
    world.run(SECOND / 2);
    world.reset_counts();
    world.run(SECOND);
    assert_eq!(world.frames(ben, ana), 0);
    assert!(world.sounds(ben, ana) > 40);
    assert!(
        world.people[ana]
            .heard
            .iter()
            .any(|it| matches!(it, Response::RefreshToken))
    );
}

#[test]
fn somebody_removed_is_told_and_gone() {
    let mut world = World::new(47, 1);
    let ana = world.join("ana");
    world.run(SECOND);
    world.tell_room(RoomInput::Administer(Administer::Remove("ana".into())));
    world.run(SECOND);
    assert_eq!(
        was_told_to_leave(&world, ana),
        Some((DisconnectReason::ParticipantRemoved, LeaveAction::Disconnect))
    );
    assert!(world.room.view().participants.is_empty());
}

#[test]
fn a_crowd_arriving_costs_few_rounds() {
    let mut world = World::new(48, 1);
    let first = world.join("first");
    for index in 0..12 {
        world.join_speaking(&format!("person {index}"));
    }
    world.wait("the first sees all", 10 * SECOND, |world| {
        (1..=12).all(|other| world.frames(first, other) > 5)
    });
    let rounds = world.people[first].answers;
    assert!(rounds <= 12, "24 tracks took {rounds} rounds");
}
