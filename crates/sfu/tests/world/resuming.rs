//! Coming back.

use std::time::Duration;

use sfu::signal::{LeaveAction, Request, Response, Scenario};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_cut_socket_resumes_and_media_never_stopped() {
    let mut world = World::new(51, 1);
    let (ana, ben) = (world.join_speaking("ana"), world.join_speaking("ben"));
    world.wait("they see each other", 5 * SECOND, |world| {
        world.all_hear_and_see_all(10, 10)
    });
    world.cut_socket(ana);
    world.reset_counts();
    world.run(2 * SECOND);
    assert!(
        world.all_hear_and_see_all(80, 40),
        "media stopped with the socket"
    );
    world.resume(ana, Vec::new());
    world.run(SECOND);
    let resumed = world.people[ana]
        .heard
        .iter()
        .any(|it| matches!(it, Response::Reconnected { .. }));
    assert!(resumed);
    let offer = world.people[ana].restart_ice();
    world.ask(ana, Request::Offer(offer));
    world.run(2 * SECOND);
    world.reset_counts();
    world.run(2 * SECOND);
    assert!(
        world.all_hear_and_see_all(80, 40),
        "media did not survive the restart"
    );
    assert!(
        world.people[ben].others.len() == 1,
        "nobody was told that ana left"
    );
}

#[test]
fn a_dead_path_heals_by_an_ice_restart_from_another_address() {
    let mut world = World::new(52, 2);
    let (ana, ben) = (world.join_speaking("ana"), world.join_speaking("ben"));
    world.wait("they see each other", 5 * SECOND, |world| {
        world.all_hear_and_see_all(10, 10)
    });
    world.up[ana].shape.down = true;
    world.down[ana].shape.down = true;
    world.run(5 * SECOND);
    world.up[ana].shape.down = false;
    world.down[ana].shape.down = false;
    let offer = world.people[ana].restart_ice();
    world.ask(ana, Request::Offer(offer));
    world.run(3 * SECOND);
    world.reset_counts();
    world.run(2 * SECOND);
    assert!(world.all_hear_and_see_all(80, 40), "media did not come back");
    let _ = ben;
}

#[test]
fn who_does_not_come_back_is_gone() {
    let mut world = World::new(53, 1);
    let (ana, ben) = (world.join("ana"), world.join("ben"));
    world.run(2 * SECOND);
    world.cut_socket(ana);
    world.up[ana].shape.down = true;
    world.wait("ben is told that ana is gone", 25 * SECOND, |world| {
        world.people[ben].others.is_empty()
    });
}

#[test]
fn a_stay_that_is_unknown_is_refused() {
    let mut world = World::new(54, 1);
    let ana = world.join("ana");
    world.run(SECOND);
    world.ask(ana, Request::Simulate(Scenario::NodeFailure));
    world.run(SECOND);
    let before = world.closed_by_server.len();
    world.resume(ana, Vec::new());
    assert_eq!(world.closed_by_server.len(), before + 1);
}

#[test]
fn a_client_asked_to_come_back_afresh_is_told_how() {
    let mut world = World::new(55, 1);
    let ana = world.join("ana");
    world.run(SECOND);
    world.ask(ana, Request::Simulate(Scenario::LeaveFullReconnect));
    world.wait("ana is told", SECOND, |world| {
        world.people[ana].heard.iter().any(|it| {
            matches!(
                it,
                Response::Leave {
                    action: LeaveAction::Reconnect,
                    ..
                }
            )
        })
    });
}
