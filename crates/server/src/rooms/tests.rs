//! What a fault in one room means for its people, for those who listen, and for every other room.

use std::sync::Arc;

use sfu::id::PeerId;
use sfu::media::{PeerCommand, PeerSeed};
use sfu::room::{Join, LocalTransport, RoomAnnouncement};
use sfu::signal::{DisconnectReason, LeaveAction, Permission, Response, Topology};

use super::task::Mail;
use super::{Limits, RoomHandle, Rooms, SocketOutlet, ToSocket, socket_queue};
use crate::media::{EventSink, MediaPlane};

/// Carries nothing.
struct Nowhere;

impl MediaPlane for Nowhere {
    fn create_peer(&self, _: PeerSeed, _: EventSink) {}

    fn command(&self, _: PeerId, _: PeerCommand) {}

    fn local_transport(&self) -> LocalTransport {
        LocalTransport {
            fingerprint: [7; 32],
            candidates: Vec::new(),
        }
    }
}

fn join(socket: u64, identity: &str) -> Join {
    Join {
        socket,
        identity: identity.into(),
        name: String::new(),
        metadata: String::new(),
        attributes: Default::default(),
        permission: Permission::default(),
        kind: 0,
        topology: Topology::Dual,
        auto_subscribe: true,
        adaptive_stream: false,
        allow_pause: None,
        client_protocol: 16,
        capabilities: Vec::new(),
        add_tracks: Vec::new(),
        offer: None,
        max_participants: 0,
        limit: 0,
    }
}

async fn enter(rooms: &Arc<Rooms>, room: &str, identity: &str) -> (RoomHandle, SocketOutlet) {
    let number = rooms.next_socket();
    let (handle, mut outlet) = socket_queue(number);
    let join = join(number, identity);
    let room = rooms.join(room, &Default::default(), join, handle).await;
    let first = outlet.next().await;
    let joined = matches!(first, Some(ToSocket::Response(first)) if matches!(*first, Response::Joined(_)));
    assert!(joined, "{identity} is in");
    (room.expect("a place"), outlet)
}

#[tokio::test]
async fn a_fault_in_a_room_sends_its_people_to_a_fresh_one_and_leaves_every_other_alone() {
    let limits = Limits {
        per_room: 0,
        in_all: 0,
    };
    let rooms = Rooms::new(limits, Arc::new(Nowhere));
    let mut announcements = rooms.announcements();
    let (broken, mut ada) = enter(&rooms, "broken", "ada").await;
    let (whole, _grace) = enter(&rooms, "whole", "grace").await;
    broken.mailbox.send(Mail::Fault).await.expect("the room runs");

    let back = Response::Leave {
        reason: DisconnectReason::StateMismatch,
        action: LeaveAction::Reconnect,
    };
    let mut told = false;
    while let Some(message) = ada.next().await {
        match message {
            ToSocket::Response(response) => told |= *response == back,
            ToSocket::Close => break,
            ToSocket::Refused(_) => panic!("nobody is refused"),
        }
    }
    assert!(told, "ada is told to come back");

    let name = loop {
        let next = announcements.recv().await.expect("an end is announced");
        if let RoomAnnouncement::RoomFinished(info) = next.as_ref() {
            break info.name.clone();
        }
    };
    assert_eq!(name, "broken");
    let others = whole.view().await.expect("the other room goes on");
    assert_eq!(others.participants.len(), 1);

    let (fresh, _ada) = enter(&rooms, "broken", "ada").await;
    let view = fresh.view().await.expect("it runs");
    assert_eq!((view.participants.len(), rooms.people()), (1, 2));
}

#[tokio::test]
async fn of_two_who_were_both_told_that_there_is_a_place_one_gets_it() {
    let limits = Limits {
        per_room: 0,
        in_all: 0,
    };
    let rooms = Rooms::new(limits, Arc::new(Nowhere));
    let room = rooms.open("narrow", &Default::default()).expect("opens");
    let mut outlets = Vec::new();
    for identity in ["ada", "grace"] {
        let number = rooms.next_socket();
        let (handle, outlet) = socket_queue(number);
        let last = Join {
            limit: 1,
            ..join(number, identity)
        };
        // Past every check before the room's own.
        let sent = room.mailbox.send(Mail::Join(Box::new(last), handle)).await;
        sent.expect("the room runs");
        outlets.push(outlet);
    }
    let first = outlets[0].next().await;
    assert!(matches!(first, Some(ToSocket::Response(_))), "{first:?}");
    let second = outlets[1].next().await;
    assert!(
        matches!(second, Some(ToSocket::Refused(DisconnectReason::JoinFailure))),
        "{second:?}"
    );
}
