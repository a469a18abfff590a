//! Changing rooms: who may, what others see of it, and what becomes of addresses.

use livekit_protocol as proto;
use meetings::people::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::rooms::RoomOptions;
use store::{Cut, Heard, Subject, audit};

use crate::support::{Api, SOON, Server, join_request, refused};

/// Claire's room `forum`, hosted by Nadia too; Samir belongs to the organisation, Ada runs it.
struct Scene {
    server: Server,
    ada: Api,
    claire: Api,
    nadia: Api,
    samir: Api,
}

async fn scene() -> Scene {
    let server = Server::start().await;
    let ada = server.somebody("Ada", Role::Owner).await;
    let claire = server.somebody("Claire", Role::Member).await;
    let nadia = server.somebody("Nadia", Role::Member).await;
    let samir = server.somebody("Samir", Role::Member).await;
    claire.makes(json!({ "address": "forum" })).await;
    let (status, room) = claire.put(&format!("{FORUM}/hosts/{}", nadia.person)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        room["settings"]["hosts"],
        json!([{ "id": nadia.person, "name": "Nadia" }])
    );
    Scene {
        server,
        ada,
        claire,
        nadia,
        samir,
    }
}

const FORUM: &str = "/api/v1/rooms/forum";

#[tokio::test]
async fn hosts_turn_the_padlock_and_owners_and_administrators_change_everything() {
    let scene = scene().await;
    for (body, host) in [
        (json!({ "access": "open" }), true),
        (json!({ "welcome": "Bonjour" }), true),
        (json!({ "members_answer": true }), true),
        (json!({ "name": "Agora" }), false),
        (json!({ "address": "agora" }), false),
        (json!({ "people_limit": 10 }), false),
        (json!({ "establishment": null }), false),
        (json!({ "access": "locked", "name": "Agora" }), false),
        (json!({ "owner": scene.nadia.person }), false),
    ] {
        let got = scene.nadia.patch(FORUM, body.clone()).await;
        let expected = if host { (200, "") } else { (403, "room_not_yours") };
        assert_eq!(refused(&got), expected, "{body}");
        assert_eq!(
            refused(&scene.samir.patch(FORUM, body.clone()).await),
            (403, "room_not_yours")
        );
        assert_eq!(
            refused(&scene.server.nobody().patch(FORUM, body).await),
            (401, "sign_in_needed")
        );
    }
    let (_, room) = scene.nadia.get(FORUM).await;
    assert_eq!(
        (&room["access"], &room["name"]),
        (&json!("open"), &json!("Forum")),
        "all of it or nothing"
    );
    let (_, error) = scene.samir.patch(FORUM, json!({ "access": "open" })).await;
    assert_eq!(error["details"], json!({ "owner": "Claire" }));
    let stranger = scene.server.somebody("Dupont", Role::Individual).await;
    let (_, error) = stranger.patch(FORUM, json!({ "access": "open" })).await;
    assert_eq!(
        error.get("details"),
        None,
        "who sees no directory learns no names"
    );

    for who in [&scene.claire, &scene.ada] {
        let body = json!({ "name": "Agora", "people_limit": 10, "welcome": null, "members_answer": false });
        let (status, room) = who.patch(FORUM, body).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&room["name"], &room["people_limit"], &room["welcome"]),
            (&json!("Agora"), &json!(10), &Value::Null)
        );
        assert_eq!(room["settings"]["members_answer"], false);
    }
}

#[tokio::test]
async fn what_changes_is_noted_and_announced_once() {
    let scene = scene().await;
    let app = &scene.server.running.app;
    let mut heard = app.store.listen();
    let body = json!({ "access": "locked", "name": "Forum" });
    let (_, room) = scene.claire.patch(FORUM, body.clone()).await;
    let next = tokio::time::timeout(SOON, heard.next()).await.expect("soon");
    let Some(Heard::Changed(changed)) = next else {
        panic!("an announcement was expected, not {next:?}");
    };
    assert_eq!(
        (changed.subject, changed.id.to_string()),
        (Subject::Room, room["id"].as_str().expect("an id").to_owned())
    );
    // The same again changes nothing.
    scene.claire.patch(FORUM, body).await;
    let tx = app.store.begin_read().await.expect("begins");
    let trail = audit::of_subject(&tx, changed.id, Cut::first(10))
        .await
        .expect("reads");
    let lines: Vec<_> = trail
        .items
        .iter()
        .map(|line| (line.action.as_str(), line.details.clone()))
        .collect();
    assert_eq!(
        lines[0],
        ("room.changed", json!({ "access": ["knock", "locked"] }))
    );
    assert_eq!(
        lines.iter().map(|(action, _)| *action).collect::<Vec<_>>(),
        ["room.changed", "room.host_added", "room.created"]
    );
}

#[tokio::test]
async fn who_is_in_the_call_sees_padlock_name_and_welcome_change() {
    let scene = scene().await;
    let backend = &scene.server.running.app.backend;
    backend
        .create_room("forum", &RoomOptions::default())
        .await
        .expect("opens");
    let body = json!({ "access": "members", "name": "Agora", "welcome": "Bonjour" });
    scene.claire.patch(FORUM, body).await;
    let media = backend.rooms(&["forum".to_owned()]).await.expect("lists");
    let metadata: Value = serde_json::from_str(&media[0].metadata).expect("JSON");
    let expected = json!({
        "palabre": 1, "access": "members", "name": "Agora", "welcome": "Bonjour", "members_answer": false
    });
    assert_eq!(metadata, expected);
}

#[tokio::test]
async fn a_renamed_room_is_found_by_its_former_address_until_that_is_let_go() {
    let scene = scene().await;
    let (status, room) = scene.claire.patch(FORUM, json!({ "address": "agora" })).await;
    assert_eq!(status, StatusCode::OK);
    let addresses =
        json!([{ "address": "agora", "kind": "main" }, { "address": "forum", "kind": "redirect" }]);
    assert_eq!(room["settings"]["addresses"], addresses);
    let (_, seen) = scene.server.nobody().get(FORUM).await;
    assert_eq!(seen["address"], "agora");
    assert_eq!(
        refused(
            &scene
                .samir
                .post("/api/v1/rooms", json!({ "address": "forum" }))
                .await
        ),
        (409, "address_taken")
    );
    let (_, taken) = scene.claire.patch(FORUM, json!({ "address": "settings" })).await;
    assert_eq!(taken["code"], "reserved_address");
    scene.samir.makes(json!({ "address": "accueil" })).await;
    let (status, taken) = scene.claire.patch(FORUM, json!({ "address": "accuei1" })).await;
    assert_eq!(
        (status.as_u16(), &taken["code"]),
        (409, &json!("address_looks_alike"))
    );
    assert_eq!(taken["details"]["alternatives"].as_array().map(Vec::len), Some(3));

    let gone = scene.claire.delete("/api/v1/rooms/agora/addresses/forum").await;
    assert_eq!(gone, (StatusCode::NO_CONTENT, Value::Null));
    assert_eq!(refused(&scene.claire.get(FORUM).await), (404, "unknown_room"));
    scene.samir.makes(json!({ "address": "forum" })).await;
}

#[tokio::test]
async fn a_room_is_not_renamed_under_the_people_in_it() {
    let scene = scene().await;
    let mut zoe = scene.server.client("forum", "zoe").await;
    let rename = json!({ "address": "agora" });
    assert_eq!(
        refused(&scene.claire.patch(FORUM, rename.clone()).await),
        (409, "room_in_use")
    );
    let backend = &scene.server.running.app.backend;
    backend.remove("forum", "zoe").await.expect("removes");
    zoe.end().await;
    assert_eq!(scene.claire.patch(FORUM, rename).await.0, StatusCode::OK);
}

#[tokio::test]
async fn aliases_come_and_go() {
    let scene = scene().await;
    let path = format!("{FORUM}/addresses");
    let (status, room) = scene.claire.post(&path, json!({ "address": "agora" })).await;
    assert_eq!(status, StatusCode::CREATED);
    let addresses = json!([{ "address": "agora", "kind": "alias" }, { "address": "forum", "kind": "main" }]);
    assert_eq!(room["settings"]["addresses"], addresses);
    let (_, seen) = scene.server.nobody().get("/api/v1/rooms/agora").await;
    assert_eq!(seen["address"], "forum");

    for (address, status, why) in [
        ("agora", 409, "address_taken"),
        ("ag0ra", 201, ""),
        ("settings", 422, "reserved_address"),
    ] {
        let got = scene.claire.post(&path, json!({ "address": address })).await;
        assert_eq!(refused(&got), (status, why), "{address}");
    }
    assert_eq!(
        refused(&scene.nadia.post(&path, json!({ "address": "place" })).await),
        (403, "room_not_yours")
    );
    for (address, status, why) in [
        ("forum", 409, "main_address"),
        ("agora", 204, ""),
        ("agora", 404, "unknown_address"),
    ] {
        let got = scene.claire.delete(&format!("{path}/{address}")).await;
        assert_eq!(refused(&got), (status, why), "{address}");
    }
    for number in 0..19 {
        let (status, _) = scene
            .claire
            .post(&path, json!({ "address": format!("place-{number}") }))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{number}");
    }
    let over = scene.claire.post(&path, json!({ "address": "place" })).await;
    assert_eq!(refused(&over), (409, "too_many_addresses"));
}

#[tokio::test]
async fn a_former_address_becomes_an_alias() {
    let scene = scene().await;
    scene.claire.patch(FORUM, json!({ "address": "agora" })).await;
    let path = "/api/v1/rooms/agora/addresses";
    let (status, room) = scene.claire.post(path, json!({ "address": "forum" })).await;
    assert_eq!(status, StatusCode::CREATED);
    let addresses = json!([{ "address": "agora", "kind": "main" }, { "address": "forum", "kind": "alias" }]);
    assert_eq!(room["settings"]["addresses"], addresses);
}

#[tokio::test]
async fn hosts_are_active_people_and_may_leave_by_themselves() {
    let scene = scene().await;
    let host = |who: &Api| format!("{FORUM}/hosts/{}", who.person);
    let nobody = format!("{FORUM}/hosts/{}", "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_eq!(refused(&scene.claire.put(&nobody).await), (404, "unknown_host"));
    assert_eq!(
        refused(&scene.nadia.put(&host(&scene.samir)).await),
        (403, "room_not_yours")
    );
    assert_eq!(
        refused(&scene.nadia.delete(&host(&scene.samir)).await),
        (403, "room_not_yours")
    );
    let (_, room) = scene.claire.put(&host(&scene.claire)).await;
    assert_eq!(
        room["settings"]["hosts"].as_array().map(Vec::len),
        Some(1),
        "its owner hosts it anyway"
    );
    assert_eq!(
        scene.nadia.delete(&host(&scene.nadia)).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        refused(&scene.claire.delete(&host(&scene.nadia)).await),
        (404, "unknown_host")
    );
    assert_eq!(
        refused(&scene.nadia.patch(FORUM, json!({ "access": "open" })).await),
        (403, "room_not_yours")
    );
}

#[tokio::test]
async fn whoever_hands_a_room_over_stays_its_host() {
    let scene = scene().await;
    let dupont = scene.server.somebody("Dupont", Role::Individual).await;
    let to = |who: &Api| json!({ "owner": who.person });
    assert_eq!(
        refused(&scene.claire.patch(FORUM, to(&dupont)).await),
        (422, "cannot_own_rooms")
    );
    let (status, room) = scene.claire.patch(FORUM, to(&scene.nadia)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(room["settings"]["owner"]["name"], "Nadia");
    assert_eq!(
        room["settings"]["hosts"],
        json!([{ "id": scene.claire.person, "name": "Claire" }])
    );
    assert_eq!(room["may"], json!(["enter", "host"]));
    assert_eq!(
        refused(&scene.claire.patch(FORUM, to(&scene.claire)).await),
        (403, "room_not_yours")
    );
}

#[tokio::test]
async fn a_room_taken_away_ends_its_meeting_and_frees_its_addresses() {
    let scene = scene().await;
    let token = scene.server.join_token("forum", "zoe");
    let query = join_request(proto::JoinRequest::default());
    let mut zoe = crate::support::Client::enter(&scene.server, &token, &query).await;
    assert_eq!(refused(&scene.nadia.delete(FORUM).await), (403, "room_not_yours"));
    assert_eq!(scene.claire.delete(FORUM).await.0, StatusCode::NO_CONTENT);
    zoe.end().await;
    assert_eq!(refused(&scene.claire.delete(FORUM).await), (404, "unknown_room"));
    scene.samir.makes(json!({ "address": "forum" })).await;
}
