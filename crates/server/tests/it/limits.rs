//! How many people fit, and what those who do not are told.

use livekit_protocol as proto;
use meetings::door::Access;

use crate::support::{Server, eventually, join_request, open};

async fn try_join(server: &Server, room: &str, identity: &str) -> Result<(), (u16, String)> {
    let token = server.join_token(room, identity);
    open(
        server,
        &token,
        "/rtc/v1",
        &join_request(proto::JoinRequest::default()),
    )
    .await
    .map(|_| ())
}

async fn browser_join(server: &Server, room: &str) -> u16 {
    let url = server.url(&format!("/api/v1/rooms/{room}/join"));
    let answer = reqwest::Client::new()
        .post(url)
        .body(r#"{"name": "Late"}"#)
        .send()
        .await
        .expect("an answer");
    answer.status().as_u16()
}

#[tokio::test]
async fn a_full_room_is_409_for_browsers_and_403_for_sockets() {
    let server = Server::with(|settings| settings.max_participants_per_room = 2).await;
    server.room("tree", Access::Open).await;
    server.room("other", Access::Open).await;
    let _ada = server.client("tree", "ada").await;
    assert_eq!(browser_join(&server, "tree").await, 200);
    let _bob = server.client("tree", "bob").await;
    assert_eq!(browser_join(&server, "tree").await, 409);
    let (status, body) = try_join(&server, "tree", "carol").await.expect_err("no place");
    assert_eq!((status, body.as_str()), (403, "the room is full"));
    assert_eq!(
        browser_join(&server, "other").await,
        200,
        "another room has place"
    );
}

#[tokio::test]
async fn who_is_already_in_a_full_room_may_come_again() {
    let server = Server::with(|settings| settings.max_participants_per_room = 1).await;
    let _first = server.client("tree", "ada").await;
    let again = server.client("tree", "ada").await;
    assert_eq!(again.join.participant.expect("a participant").identity, "ada");
}

#[tokio::test]
async fn a_full_installation_refuses_whoever_comes_into_any_room() {
    let server = Server::with(|settings| settings.max_participants = 1).await;
    server.room("other", Access::Open).await;
    let _ada = server.client("tree", "ada").await;
    assert_eq!(browser_join(&server, "other").await, 409);
    let (status, body) = try_join(&server, "other", "bob").await.expect_err("no place");
    assert_eq!((status, body.as_str()), (503, "the server is full"));
}

#[tokio::test]
async fn a_token_may_make_a_room_smaller() {
    let server = Server::start().await;
    server
        .running
        .app
        .backend
        .create_room(
            "small",
            &server::rooms::RoomOptions {
                max_participants: 1,
                ..Default::default()
            },
        )
        .await
        .expect("creates");
    let _ada = server.client("small", "ada").await;
    assert_eq!(
        try_join(&server, "small", "bob").await.expect_err("no place").0,
        403
    );
}

#[tokio::test]
async fn a_place_given_up_is_free_again() {
    let server = Server::with(|settings| settings.max_participants = 1).await;
    server.room("other", Access::Open).await;
    let mut ada = server.client("tree", "ada").await;
    assert_eq!(browser_join(&server, "other").await, 409);
    ada.ask(proto::signal_request::Message::Leave(Default::default()))
        .await;
    ada.end().await;
    eventually("the place is free", async || {
        browser_join(&server, "other").await == 200
    })
    .await;
    let _bob = server.client("other", "bob").await;
    server.running.app.backend.end_room("other").await.expect("ends");
    eventually("nobody is counted", async || {
        server.running.app.rooms.people() == 0
    })
    .await;
}

#[tokio::test]
async fn nobody_is_called_and_no_room_is_by_characters_that_cannot_be_written() {
    let server = Server::start().await;
    for (room, identity) in [
        ("tree\0", "ada"),
        ("tr\nee", "ada"),
        ("tree", "a\0da"),
        ("tree", "ada\u{1b}[2J"),
        ("tree", "ada\u{85}"),
    ] {
        let refused = try_join(&server, room, identity).await;
        let (status, body) = refused.expect_err("refused");
        assert_eq!((status, body.as_str()), (400, "a name holds control characters"));
    }
    let renamed = server.client("tree", "ada").await;
    assert_eq!(renamed.identity(), "ada", "others come in");
}
