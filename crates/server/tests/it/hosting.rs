//! What hosts do, seen in the media server: nothing of it is only in somebody's interface.

use livekit_protocol as proto;
use meetings::door::Access;
use proto::signal_response::Message as Answer;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Client, Server, answer, eventually, join_request, joins, open, refused};

/// A call in an open room: its host's browser, and two guests.
struct Stage {
    server: Server,
    host: Browser,
    claire: Client,
    ada: Client,
    ada_browser: Browser,
    ada_token: String,
}

impl Stage {
    async fn set(access: Access) -> Self {
        let server = Server::start().await;
        let id = server.room("tree", Access::Open).await;
        let host = server.host().await;
        let token = host.enter("tree", "Claire").await;
        let claire = Client::present(&server, &token).await;
        let ada_browser = server.browser();
        let ada_token = ada_browser.enter("tree", "Ada").await;
        let ada = Client::present(&server, &ada_token).await;
        server.change_room(id, |room| room.access = access).await;
        Self {
            server,
            host,
            claire,
            ada,
            ada_browser,
            ada_token,
        }
    }

    async fn do_to_ada(&self, act: &str) -> (StatusCode, Value) {
        let path = format!("/api/v1/rooms/tree/participants/{}/{act}", self.ada.identity());
        self.host.post(&path, json!({})).await
    }

    /// Somebody in the call asks with their token.
    async fn in_call(&self, token: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let request = reqwest::Client::new()
            .post(self.server.url(path))
            .bearer_auth(token);
        answer(request.json(&body)).await
    }
}

#[tokio::test]
async fn a_microphone_is_muted_in_the_media_server() {
    let mut stage = Stage::set(Access::Open).await;
    let sid = stage.ada.publish(&stage.server).await;
    assert_eq!(stage.do_to_ada("mute").await.0, StatusCode::OK);
    let muted = stage.ada.until(|answer| match answer {
        Answer::Mute(mute) => Some((mute.sid, mute.muted)),
        _ => None,
    });
    assert_eq!(muted.await, (sid, true));
    let backend = stage.server.running.app.backend.clone();
    let who = backend.participant("tree", &stage.ada.identity()).await;
    assert!(who.expect("there").tracks[0].muted);
    assert_eq!(
        stage.do_to_ada("stop-video").await.0,
        StatusCode::OK,
        "without a camera"
    );
}

#[tokio::test]
async fn all_but_the_host_are_muted_at_once() {
    let mut stage = Stage::set(Access::Open).await;
    stage.claire.publish(&stage.server).await;
    let sid = stage.ada.publish(&stage.server).await;
    let (status, _) = stage.host.post("/api/v1/rooms/tree/mute-all", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let muted = stage.ada.until(|answer| match answer {
        Answer::Mute(mute) => Some(mute.sid),
        _ => None,
    });
    assert_eq!(muted.await, sid);
    let backend = stage.server.running.app.backend.clone();
    let host = backend.participant("tree", &stage.claire.identity()).await;
    assert!(!host.expect("there").tracks[0].muted);
}

#[tokio::test]
async fn somebody_is_asked_to_unmute_and_nobody_else_hears_it() {
    let stage = Stage::set(Access::Open).await;
    assert_eq!(stage.do_to_ada("ask-to-unmute").await.0, StatusCode::OK);
    eventually("a message is sent", async || {
        !stage.server.media.sent().is_empty()
    })
    .await;
    let sent = stage.server.media.sent();
    let [(_, packet)] = &sent[..] else {
        panic!("one message to one person: {sent:?}")
    };
    let Some(proto::data_packet::Value::User(user)) = &packet.value else {
        panic!("a user packet")
    };
    assert_eq!(user.topic.as_deref(), Some("palabre.ask"));
    assert_eq!(user.payload, br#"{"ask":"unmute"}"#);
    assert_eq!(packet.destination_identities, [stage.ada.identity()]);
}

#[tokio::test]
async fn hands_go_up_in_order_and_are_taken_down() {
    let stage = Stage::set(Access::Open).await;
    let hand = |client: &Client, server: &Server| {
        let (backend, identity) = (server.running.app.backend.clone(), client.identity());
        async move {
            let who = backend.participant("tree", &identity).await.expect("there");
            who.attributes
                .get("hand")
                .map(|since| since.parse::<i64>().expect("milliseconds"))
        }
    };
    let token = stage.ada_token.clone();
    let raise = stage
        .in_call(&token, "/api/v1/call/hand", json!({ "raised": true }))
        .await;
    assert_eq!(raise, (StatusCode::OK, json!({ "raised": true })));
    let since = hand(&stage.ada, &stage.server).await.expect("up");
    stage
        .in_call(&token, "/api/v1/call/hand", json!({ "raised": true }))
        .await;
    assert_eq!(
        hand(&stage.ada, &stage.server).await,
        Some(since),
        "it keeps its place"
    );
    assert_eq!(stage.do_to_ada("lower-hand").await.0, StatusCode::OK);
    assert_eq!(hand(&stage.ada, &stage.server).await, None);
    stage
        .in_call(&token, "/api/v1/call/hand", json!({ "raised": true }))
        .await;
    let (status, _) = stage.host.post("/api/v1/rooms/tree/lower-hands", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(hand(&stage.ada, &stage.server).await, None);
}

#[tokio::test]
async fn who_is_removed_stays_out_with_every_device_and_strangers_must_knock_then() {
    let mut stage = Stage::set(Access::Open).await;
    let second = stage.ada_browser.enter("tree", "Ada on the phone").await;
    let mut phone = Client::present(&stage.server, &second).await;
    assert_eq!(stage.do_to_ada("remove").await.0, StatusCode::OK);
    stage.ada.end().await;
    phone.end().await;
    let validate = stage
        .server
        .url(&format!("/rtc/validate?access_token={}", stage.ada_token));
    let status = reqwest::get(validate).await.expect("answers").status();
    assert_eq!(status, StatusCode::FORBIDDEN);
    let answer = stage.ada_browser.join("tree", "Ada").await;
    assert_eq!(refused(&answer), (403, "refused"));
    let (_, answer) = stage.server.browser().join("tree", "A stranger").await;
    assert_eq!(answer["state"], "knocking");
    let (_, answer) = stage.host.join("tree", "Claire").await;
    assert_eq!(answer["state"], "admitted");
    let gone = stage.do_to_ada("remove").await;
    assert_eq!(refused(&gone), (404, "not_there"));
}

#[tokio::test]
async fn who_is_removed_does_not_come_back_to_their_stay() {
    let mut stage = Stage::set(Access::Open).await;
    let sid = stage.ada.sid();
    assert_eq!(stage.do_to_ada("remove").await.0, StatusCode::OK);
    stage.ada.end().await;
    let resuming = join_request(proto::JoinRequest {
        reconnect: true,
        participant_sid: sid.clone(),
        ..Default::default()
    });
    let again = open(&stage.server, &stage.ada_token, "/rtc/v1", &resuming).await;
    assert_eq!(again.expect_err("refused").0, 403);
    let resuming = format!("reconnect=1&sid={sid}");
    let again = open(&stage.server, &stage.ada_token, "/rtc", &resuming).await;
    assert_eq!(again.expect_err("refused").0, 403);
}

#[tokio::test]
async fn nobody_is_in_a_room_of_the_organisation_under_a_further_identity() {
    let stage = Stage::set(Access::Open).await;
    let robot = stage.server.join_token("tree", "robot");
    for token in [&stage.ada_token, &robot] {
        let again = open(&stage.server, token, "/rtc", "publish=x").await;
        let (status, text) = again.expect_err("refused");
        assert_eq!(status, 403, "{text}");
    }
    // In a room of the operator's own, LiveKit's second presence is what it is.
    let elsewhere = stage.server.join_token("cellar", "robot");
    let second = open(&stage.server, &elsewhere, "/rtc", "publish=x").await;
    assert!(second.is_ok(), "{second:?}");
}

#[tokio::test]
async fn an_operators_participant_is_shown_by_a_name_that_can_be_shown() {
    let stage = Stage::set(Access::Open).await;
    for (room, shown) in [("tree", "evilgpj"), ("cellar", "evil\u{202e}gpj")] {
        let token = stage.server.named_token(joins(room), "robot", "evil\u{202e}gpj");
        let robot = Client::enter(&stage.server, &token, &join_request(Default::default())).await;
        assert_eq!(robot.join.participant.expect("itself").name, shown);
    }
}

#[tokio::test]
async fn an_operators_participant_is_removed_by_identity() {
    let stage = Stage::set(Access::Open).await;
    let mut robot = stage.server.client("tree", "robot").await;
    let path = "/api/v1/rooms/tree/participants/robot/remove";
    assert_eq!(stage.host.post(path, json!({})).await.0, StatusCode::OK);
    robot.end().await;
    let token = stage.server.join_token("tree", "robot");
    let validate = stage.server.url(&format!("/rtc/validate?access_token={token}"));
    assert_eq!(reqwest::get(validate).await.expect("answers").status(), 403);
}

#[tokio::test]
async fn a_guest_made_host_does_what_hosts_do_and_is_none_in_the_next_meeting() {
    let mut stage = Stage::set(Access::Knock).await;
    let token = stage.ada_token.clone();
    let end = "/api/v1/rooms/tree/mute-all";
    let before = stage.in_call(&token, end, json!({})).await;
    assert_eq!(refused(&before), (403, "hosts_only"));
    assert_eq!(stage.do_to_ada("promote").await.0, StatusCode::OK);
    let shown = stage.claire.until(|answer| match answer {
        Answer::Update(update) => update
            .participants
            .into_iter()
            .find(|who| who.name == "Ada" && who.attributes["role"] == "host"),
        _ => None,
    });
    shown.await;
    assert_eq!(stage.in_call(&token, end, json!({})).await.0, StatusCode::OK);
    let (_, call) = {
        let request = reqwest::Client::new().get(stage.server.url("/api/v1/call"));
        answer(request.bearer_auth(&token)).await
    };
    assert_eq!((&call["role"], &call["hosts"]), (&json!("host"), &json!(true)));

    // By her browser, too: she hears knocks and answers them.
    let mut door = stage.ada_browser.listen("/api/v1/rooms/tree/door").await;
    let (ticket, mut bens) = stage.server.browser().knock("tree", "Ben").await;
    door.until("a knock", |event| event["knocks"][0]["name"] == "Ben")
        .await;
    let admit = json!({ "decision": "admit" });
    let path = format!("/api/v1/knocks/{ticket}");
    assert_eq!(stage.ada_browser.post(&path, admit).await.0, StatusCode::OK);
    bens.state("admitted").await;

    let owner = stage.claire.identity();
    let path = format!("/api/v1/rooms/tree/participants/{owner}/remove");
    let remove = stage.in_call(&token, &path, json!({})).await;
    assert_eq!(refused(&remove), (403, "room_host_stays"));

    let (status, _) = stage.host.post("/api/v1/rooms/tree/end", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    stage.ada.end().await;
    let (_, answer) = stage.ada_browser.join("tree", "Ada").await;
    assert_eq!(
        answer["state"], "knocking",
        "everybody is unknown to the next meeting"
    );
    let after = stage.ada_browser.try_listen("/api/v1/rooms/tree/door").await;
    assert_eq!(after.err().expect("refused").0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_host_hands_over_and_is_shown_as_a_member() {
    let stage = Stage::set(Access::Open).await;
    assert_eq!(stage.do_to_ada("hand-over").await.0, StatusCode::OK);
    let backend = stage.server.running.app.backend.clone();
    eventually("the roles are shown", async || {
        let role = |identity: String| {
            let backend = backend.clone();
            async move {
                let who = backend.participant("tree", &identity).await.expect("there");
                who.attributes["role"].clone()
            }
        };
        role(stage.ada.identity()).await == "host" && role(stage.claire.identity()).await == "member"
    })
    .await;
    let itself = stage.claire.identity();
    let path = format!("/api/v1/rooms/tree/participants/{itself}/promote");
    let oneself = stage.host.post(&path, json!({})).await;
    assert_eq!(refused(&oneself), (403, "not_oneself"));
}

#[tokio::test]
async fn the_meeting_ends_for_all() {
    let mut stage = Stage::set(Access::Open).await;
    let member = stage.server.signed_in("samir@example.org", "Samir").await;
    let by_member = member.post("/api/v1/rooms/tree/end", json!({})).await;
    assert_eq!(refused(&by_member), (403, "hosts_only"));
    let by_nobody = stage
        .server
        .browser()
        .post("/api/v1/rooms/tree/end", json!({}))
        .await;
    assert_eq!(refused(&by_nobody), (401, "sign_in_needed"));
    assert_eq!(
        stage.host.post("/api/v1/rooms/tree/end", json!({})).await.0,
        StatusCode::OK
    );
    for client in [&mut stage.ada, &mut stage.claire] {
        let (said, _) = client.end().await;
        let closed = said.iter().any(|answer| match answer {
            Answer::Leave(leave) => leave.reason() == proto::DisconnectReason::RoomDeleted,
            _ => false,
        });
        assert!(closed, "{said:?}");
    }
    let outside = stage
        .in_call(
            &stage.ada_token.clone(),
            "/api/v1/call/hand",
            json!({ "raised": true }),
        )
        .await;
    assert_eq!(refused(&outside), (403, "not_in_call"));
}

#[tokio::test]
async fn a_token_of_another_room_or_of_nobody_hosts_nothing() {
    let stage = Stage::set(Access::Open).await;
    stage.server.room("bush", Access::Open).await;
    let end = "/api/v1/rooms/bush/end";
    let other = stage.in_call(&stage.ada_token, end, json!({})).await;
    assert_eq!(refused(&other), (403, "not_in_call"));
    let rubbish = stage.in_call("a.b.c", end, json!({})).await;
    assert_eq!(refused(&rubbish), (401, "invalid_token"));
    let absent = stage.server.join_token("tree", "robot");
    let absent = stage.in_call(&absent, end, json!({})).await;
    assert_eq!(refused(&absent), (403, "not_in_call"));
}
