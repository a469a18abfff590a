//! LiveKit's RoomService: every call, in protobuf (through LiveKit's own client) and in JSON.

use livekit_api::services::room::{CreateRoomOptions, RoomClient, SendDataOptions, UpdateParticipantOptions};
use livekit_protocol as proto;
use proto::signal_response::Message as Answer;
use serde_json::{Value, json};

use crate::support::{Client, Server, administers, eventually};

fn service(server: &Server) -> RoomClient {
    RoomClient::with_api_key(&server.url(""), &server.key.key, server.key.secret.expose())
        .with_failover(false)
}

async fn call(server: &Server, method: &str, token: &str, body: Value) -> (u16, Value) {
    let answer = reqwest::Client::new()
        .post(server.url(&format!("/twirp/livekit.RoomService/{method}")))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(body.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON"),
    )
}

/// A client that publishes a microphone, and the track's sid.
async fn publisher(server: &Server, room: &str, identity: &str) -> (Client, String) {
    let mut client = server.client(room, identity).await;
    let sid = client.publish(server).await;
    (client, sid)
}

#[tokio::test]
async fn rooms_are_created_listed_changed_and_deleted() {
    let server = Server::start().await;
    let service = service(&server);
    let options = CreateRoomOptions {
        metadata: "first".to_owned(),
        max_participants: 7,
        ..Default::default()
    };
    let room = service.create_room("tree", options).await.expect("creates");
    assert!(room.sid.starts_with("RM_"));
    assert_eq!(
        (room.name.as_str(), room.metadata.as_str(), room.max_participants),
        ("tree", "first", 7)
    );
    assert_eq!((room.empty_timeout, room.departure_timeout), (300, 20));
    let again = service
        .create_room("tree", CreateRoomOptions::default())
        .await
        .expect("finds it");
    assert_eq!(again.sid, room.sid);

    service
        .create_room("bush", CreateRoomOptions::default())
        .await
        .expect("creates");
    assert_eq!(service.list_rooms(Vec::new()).await.expect("lists").len(), 2);
    assert_eq!(
        service
            .list_rooms(vec!["bush".to_owned()])
            .await
            .expect("lists")
            .len(),
        1
    );

    let changed = service
        .update_room_metadata("tree", "second")
        .await
        .expect("changes");
    assert_eq!(changed.metadata, "second");

    let mut ada = server.client("tree", "ada").await;
    service.delete_room("tree").await.expect("deletes");
    let (before, _) = ada.end().await;
    let told = before.iter().any(|answer| {
        matches!(answer, Answer::Leave(leave) if leave.reason() == proto::DisconnectReason::RoomDeleted)
    });
    assert!(told, "{before:?}");
    eventually("the room is gone", async || {
        service
            .list_rooms(vec!["tree".to_owned()])
            .await
            .expect("lists")
            .is_empty()
    })
    .await;
}

#[tokio::test]
async fn participants_are_listed_found_changed_and_removed() {
    let server = Server::start().await;
    let service = service(&server);
    let mut ada = server.client("tree", "ada").await;
    let _bob = server.client("tree", "bob").await;
    assert_eq!(service.list_participants("tree").await.expect("lists").len(), 2);
    assert_eq!(
        service.get_participant("tree", "ada").await.expect("finds").sid,
        ada.sid()
    );

    let options = UpdateParticipantOptions {
        name: "Ada L.".to_owned(),
        metadata: "m".to_owned(),
        attributes: [("k".to_owned(), "v".to_owned())].into(),
        permission: Some(proto::ParticipantPermission {
            can_subscribe: true,
            ..Default::default()
        }),
    };
    let changed = service
        .update_participant("tree", "ada", options)
        .await
        .expect("changes");
    assert_eq!(
        (changed.name.as_str(), changed.metadata.as_str()),
        ("Ada L.", "m")
    );
    assert_eq!(changed.attributes["k"], "v");
    assert!(!changed.permission.expect("a permission").can_publish);

    service.remove_participant("tree", "ada").await.expect("removes");
    let (before, _) = ada.end().await;
    let told = before.iter().any(|answer| {
        matches!(answer, Answer::Leave(leave) if leave.reason() == proto::DisconnectReason::ParticipantRemoved)
    });
    assert!(told, "{before:?}");
    assert_eq!(service.list_participants("tree").await.expect("lists").len(), 1);
}

#[tokio::test]
async fn a_track_is_muted_from_afar_and_never_unmuted() {
    let server = Server::start().await;
    let service = service(&server);
    let (mut ada, track) = publisher(&server, "tree", "ada").await;
    let muted = service
        .mute_published_track("tree", "ada", &track, true)
        .await
        .expect("mutes");
    assert!(muted.muted);
    let told = ada.until(|answer| match answer {
        Answer::Mute(mute) => Some((mute.sid, mute.muted)),
        _ => None,
    });
    assert_eq!(told.await, (track.clone(), true));
    let refused = service
        .mute_published_track("tree", "ada", &track, false)
        .await
        .expect_err("refuses");
    assert!(
        refused.to_string().contains("remote unmute not enabled"),
        "{refused}"
    );
}

#[tokio::test]
async fn subscriptions_are_changed_on_anothers_behalf() {
    let server = Server::start().await;
    let service = service(&server);
    let (_ada, track) = publisher(&server, "tree", "ada").await;
    let _bob = server.client("tree", "bob").await;
    service
        .update_subscriptions("tree", "bob", vec![track.clone()], false)
        .await
        .expect("changes");
    service
        .update_subscriptions("tree", "bob", vec![track], true)
        .await
        .expect("changes");
    let missing = service
        .update_subscriptions("tree", "nobody", Vec::new(), true)
        .await;
    assert!(missing.is_err());
}

#[tokio::test]
async fn data_is_sent_to_a_running_room_only() {
    let server = Server::start().await;
    let service = service(&server);
    let options = || SendDataOptions {
        topic: Some("t".to_owned()),
        ..Default::default()
    };
    assert!(service.send_data("nowhere", vec![1], options()).await.is_err());
    let _ada = server.client("tree", "ada").await;
    service
        .send_data("tree", vec![1, 2, 3], options())
        .await
        .expect("sends");
}

#[tokio::test]
async fn json_bodies_and_twirps_errors_work_too() {
    let server = Server::start().await;
    let admin = server.token(administers("tree"), "");
    let (status, room) = call(
        &server,
        "CreateRoom",
        &admin,
        json!({ "name": "tree", "empty_timeout": 60 }),
    )
    .await;
    assert_eq!((status, room["name"].as_str()), (200, Some("tree")));
    let (status, listed) = call(&server, "ListRooms", &admin, json!({})).await;
    assert_eq!((status, listed["rooms"].as_array().map(Vec::len)), (200, Some(1)));

    for (method, body, status, code) in [
        ("CreateRoom", json!({}), 400, "invalid_argument"),
        ("CreateRoom", json!({ "name": 7 }), 400, "malformed"),
        (
            "CreateRoom",
            json!({ "name": "tr\u{0}ee" }),
            400,
            "invalid_argument",
        ),
        (
            "UpdateParticipant",
            json!({ "room": "tree", "identity": "ada", "name": "A\nda" }),
            400,
            "invalid_argument",
        ),
        (
            "RemoveParticipant",
            json!({ "room": "tree", "identity": "a\u{0}da" }),
            400,
            "invalid_argument",
        ),
        ("DeleteRoom", json!({ "room": "nowhere" }), 404, "not_found"),
        (
            "GetParticipant",
            json!({ "room": "tree", "identity": "nobody" }),
            404,
            "not_found",
        ),
        (
            "RemoveParticipant",
            json!({ "room": "tree", "identity": "nobody" }),
            404,
            "not_found",
        ),
        (
            "GetParticipant",
            json!({ "room": "other", "identity": "nobody" }),
            401,
            "unauthenticated",
        ),
        ("MoveParticipant", json!({}), 501, "unimplemented"),
        ("Dance", json!({}), 404, "bad_route"),
    ] {
        let (got, error) = call(&server, method, &admin, body).await;
        assert_eq!(
            (got, error["code"].as_str()),
            (status, Some(code)),
            "{method} {error}"
        );
        assert!(error["msg"].is_string());
    }
}

#[tokio::test]
async fn every_call_needs_its_grant() {
    let server = Server::start().await;
    let nothing = server.join_token("tree", "ada");
    let body = json!({ "room": "tree", "name": "tree", "identity": "ada" });
    for method in [
        "CreateRoom",
        "ListRooms",
        "DeleteRoom",
        "ListParticipants",
        "GetParticipant",
        "RemoveParticipant",
        "MutePublishedTrack",
        "UpdateParticipant",
        "UpdateSubscriptions",
        "SendData",
        "UpdateRoomMetadata",
    ] {
        let (status, error) = call(&server, method, &nothing, body.clone()).await;
        assert_eq!(
            (status, error["code"].as_str()),
            (401, Some("unauthenticated")),
            "{method} {error}"
        );
    }
    assert_eq!(call(&server, "ListRooms", "rubbish", json!({})).await.0, 401);
}
