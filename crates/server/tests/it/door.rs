//! The door: who comes in by which padlock, and what a token is worth when things have changed since.

use jiff::Timestamp;
use livekit_protocol as proto;
use meetings::address::RoomAddress;
use meetings::door::{Access, Mark};
use meetings::people::Role;
use serde_json::{Value, json};
use store::room_addresses::Kind;
use store::visits::Whom;
use store::{people, room_addresses, visits};

use crate::support::{Client, OWNER, Server, eventually, join_request, open, refused};

/// Whether the signalling socket takes a token, and why not.
async fn validated(server: &Server, token: &str) -> (u16, String) {
    let join = join_request(proto::JoinRequest::default());
    let url = server.url(&format!("/rtc/v1/validate?access_token={token}&{join}"));
    let answer = reqwest::get(url).await.expect("answers");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// What a token says, unverified.
fn claims(token: &str) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(1).expect("a token");
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part);
    serde_json::from_slice(&bytes.expect("base64")).expect("JSON")
}

#[tokio::test]
async fn each_padlock_answers_each_visitor() {
    let server = Server::start().await;
    for (address, access) in [
        ("open", Access::Open),
        ("knock", Access::Knock),
        ("members", Access::Members),
        ("locked", Access::Locked),
    ] {
        server.room(address, access).await;
    }
    let host = server.host().await;
    let member = server.signed_in("samir@example.org", "Samir").await;
    for (address, of_host, of_member, of_guest) in [
        ("open", "admitted", "admitted", "admitted"),
        ("knock", "admitted", "admitted", "knocking"),
        ("members", "admitted", "admitted", "members_only"),
        ("locked", "admitted", "knocking", "knocking"),
    ] {
        for (browser, expected) in [
            (&host, of_host),
            (&member, of_member),
            (&server.browser(), of_guest),
        ] {
            let (_, answer) = browser.join(address, "Quelqu’un").await;
            let got = answer["state"].as_str().or(answer["details"]["reason"].as_str());
            assert_eq!(got, Some(expected), "{address}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_token_tells_who_one_is_and_nobody_changes_it() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let host = server.host().await;
    let (_, answer) = host.post("/api/v1/rooms/tree/join", json!({})).await;
    let host = claims(answer["token"].as_str().expect("a token"));
    assert_eq!(host["name"], "Claire Martin", "people are called by their name");
    assert_eq!(host["attributes"], json!({ "role": "host" }));
    assert_eq!(host["video"]["canUpdateOwnMetadata"], false);
    assert!(host["sub"].as_str().is_some_and(|who| who.starts_with("p-")));
    let samir = server.signed_in("samir@example.org", "Samir").await;
    assert_eq!(
        claims(&samir.enter("tree", "Samir H.").await)["attributes"]["role"],
        "member"
    );
    let guest = claims(&server.browser().enter("tree", "Ada").await);
    assert_eq!(guest["attributes"]["role"], "guest");
    assert!(guest["sub"].as_str().is_some_and(|who| who.starts_with("guest-")));
    let nameless = server.browser().post("/api/v1/rooms/tree/join", json!({})).await;
    assert_eq!(refused(&nameless), (422, "invalid_name"));
}

#[tokio::test]
async fn without_an_organisation_there_is_no_room_and_operators_have_media() {
    let server = Server::start().await;
    let answer = server.browser().join("tree", "Ada").await;
    assert_eq!(refused(&answer), (409, "not_set_up"));
    let (status, text) = validated(&server, &server.join_token("tree", "ada")).await;
    assert_eq!((status, text.as_str()), (200, "success"));
    server.room("bush", Access::Open).await;
    let answer = server.browser().join("tree", "Ada").await;
    assert_eq!(refused(&answer), (404, "unknown_room"));
}

#[tokio::test]
async fn every_address_of_a_room_and_its_id_lead_to_one_call() {
    let server = Server::start().await;
    let id = server.room("tree", Access::Open).await;
    let tx = server.running.app.store.begin_write().await.expect("begins");
    let alias = RoomAddress::parse("bush").expect("an address");
    let added = room_addresses::add(&tx, id, &alias, Kind::Alias, Timestamp::now()).await;
    added.expect("adds");
    tx.commit().await.expect("commits");
    for name in ["tree", "bush", &id.to_string()] {
        let token = server.browser().enter(name, "Ada").await;
        assert_eq!(claims(&token)["video"]["room"], "tree");
    }
    let operator = server.join_token("bush", "robot");
    let client = Client::enter(&server, &operator, &join_request(Default::default())).await;
    assert_eq!(client.join.room.expect("a room").name, "tree");
}

#[tokio::test]
async fn people_in_a_room_that_is_renamed_stay_together() {
    let server = Server::start().await;
    let id = server.room("tree", Access::Open).await;
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let store = &server.running.app.store;
    eventually("the meeting has begun", async || {
        let tx = store.begin_read().await.expect("begins");
        let running = store::room_meetings::running_of(&tx, id).await;
        running.expect("reads").is_some()
    })
    .await;
    let tx = store.begin_write().await.expect("begins");
    let renamed = RoomAddress::parse("oak").expect("an address");
    room_addresses::rename(&tx, id, &renamed, Timestamp::now())
        .await
        .expect("renames");
    tx.commit().await.expect("commits");
    for name in ["tree", "oak"] {
        let token = server.browser().enter(name, "Grace").await;
        assert_eq!(claims(&token)["video"]["room"], "tree", "by {name}");
    }
}

#[tokio::test]
async fn a_token_of_ours_is_worth_nothing_without_the_visit_it_was_made_for() {
    let server = Server::start().await;
    let id = server.room("tree", Access::Open).await;
    let token = server.browser().enter("tree", "Ada").await;
    assert_eq!(validated(&server, &token).await.0, 200);
    let tx = server.running.app.store.begin_write().await.expect("begins");
    visits::clear(&tx, id).await.expect("clears");
    tx.commit().await.expect("commits");
    let (status, text) = validated(&server, &token).await;
    assert_eq!(status, 403, "{text}");
}

#[tokio::test]
async fn who_was_sent_away_comes_in_neither_by_the_page_nor_by_a_token() {
    let server = Server::start().await;
    let id = server.room("tree", Access::Open).await;
    let ada = server.browser();
    let token = ada.enter("tree", "Ada").await;
    let identity = claims(&token)["sub"].as_str().expect("an identity").to_owned();
    let samir = server.signed_in("samir@example.org", "Samir").await;
    let robot = server.join_token("tree", "robot");
    samir.enter("tree", "Samir").await;
    let store = &server.running.app.store;
    let tx = store.begin_write().await.expect("begins");
    let samir_id = people::by_email(&tx, &"samir@example.org".parse_email()).await;
    let samir_id = samir_id.expect("reads").expect("there").id;
    let by_browser = visits::by_identity(&tx, id, &identity)
        .await
        .expect("reads")
        .expect("there");
    for whom in [
        Whom {
            browser: by_browser.browser.as_ref(),
            ..Whom::default()
        },
        Whom {
            person: Some(samir_id),
            ..Whom::default()
        },
    ] {
        let marked = visits::set_mark(&tx, id, whom, Mark::SentAway).await;
        assert_eq!(marked.expect("marks"), 1);
    }
    let mut sent_away = by_browser.clone();
    (sent_away.id, sent_away.identity) = (store::random::id(Timestamp::now()), "robot".to_owned());
    (sent_away.browser, sent_away.mark) = (None, Mark::SentAway);
    visits::upsert(&tx, &sent_away).await.expect("inserts");
    tx.commit().await.expect("commits");

    assert_eq!(validated(&server, &token).await.0, 403, "the token of before");
    assert_eq!(validated(&server, &robot).await.0, 403, "an operator's token");
    let answer = ada.join("tree", "Somebody else").await;
    assert_eq!(refused(&answer), (403, "refused"));
    assert_eq!(answer.1["details"]["reason"], "sent_away");
    let again = server.signed_in("samir@example.org", "Samir").await;
    assert_eq!(
        refused(&again.join("tree", "Samir").await),
        (403, "refused"),
        "in another browser"
    );
    ada.forget_cookies();
    let (_, answer) = ada.join("tree", "A stranger").await;
    assert_eq!(answer["state"], "knocking", "even in an open room");
    assert_eq!(
        validated(&server, &server.join_token("tree", "grace")).await.0,
        200
    );
}

trait ParseEmail {
    fn parse_email(&self) -> meetings::email::EmailAddress;
}

impl ParseEmail for str {
    fn parse_email(&self) -> meetings::email::EmailAddress {
        meetings::email::EmailAddress::parse(self).expect("an address")
    }
}

#[tokio::test]
async fn a_locked_room_takes_no_operators_token_and_keeps_who_is_there() {
    let server = Server::start().await;
    let id = server.room("tree", Access::Open).await;
    let ada = server.browser().enter("tree", "Ada").await;
    let operator = server.join_token("tree", "robot");
    assert_eq!(validated(&server, &operator).await.0, 200);
    server.change_room(id, |room| room.access = Access::Locked).await;
    let (status, text) = validated(&server, &operator).await;
    assert_eq!((status, text.as_str()), (403, "the room is locked"));
    assert_eq!(
        validated(&server, &ada).await.0,
        200,
        "she was let in a moment ago"
    );
}

#[tokio::test]
async fn somebody_deactivated_comes_back_by_no_token() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let samir = server.signed_in("samir@example.org", "Samir").await;
    let token = samir.enter("tree", "Samir").await;
    let mut client = Client::present(&server, &token).await;
    let store = &server.running.app.store;
    let tx = store.begin_write().await.expect("begins");
    let mut person = people::by_email(&tx, &"samir@example.org".parse_email())
        .await
        .expect("reads")
        .expect("there");
    person.active = false;
    people::update(&tx, &person).await.expect("updates");
    tx.announce(store::Subject::Person, person.id);
    tx.commit().await.expect("commits");
    client.end().await;
    assert_eq!(validated(&server, &token).await.0, 403);
    assert_eq!(person.role, Role::Member);
}

#[tokio::test]
async fn a_full_room_tells_when_there_is_a_place() {
    let server = Server::start().await;
    let id = server
        .room_with("tree", |room| {
            room.people_limit = 1;
        })
        .await;
    let token = server.browser().enter("tree", "Ada").await;
    let late = server.browser().enter("tree", "Late").await;
    let mut ada = Client::present(&server, &token).await;
    let grace = server.browser();
    assert_eq!(refused(&grace.join("tree", "Grace").await), (409, "full"));
    let (status, text) = open(&server, &late, "/rtc/v1", &join_request(Default::default()))
        .await
        .expect_err("refused before the upgrade");
    assert_eq!((status, text.as_str()), (403, "the room is full"));
    let operator = validated(&server, &server.join_token("tree", "robot")).await;
    assert_eq!(operator.0, 403, "operators take a place like everybody");

    let mut place = grace.listen("/api/v1/rooms/tree/place").await;
    assert_eq!(place.next().await, Some(json!({ "place": false })));
    ada.ask(proto::signal_request::Message::Leave(Default::default()))
        .await;
    assert_eq!(place.next().await, Some(json!({ "place": true })));
    grace.enter("tree", "Grace").await;

    let other = server.browser().enter("tree", "Ben").await;
    let _ben = Client::present(&server, &other).await;
    place.until("full again", |event| event["place"] == false).await;
    server.change_room(id, |room| room.people_limit = 2).await;
    place.until("a wider room", |event| event["place"] == true).await;
}

#[tokio::test]
async fn a_second_device_is_asked_whether_it_is_meant() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let computer = server.host().await;
    let phone = server.host().await;
    let token = computer.enter("tree", "Claire").await;
    let _there = Client::present(&server, &token).await;
    let answer = phone.join("tree", "Claire").await;
    assert_eq!(refused(&answer), (409, "already_here"));
    assert_eq!(answer.1["details"]["devices"], json!(["Firefox, Linux"]));
    computer.enter("tree", "Claire").await;
    let body = json!({ "again": true });
    let (_, answer) = phone.post("/api/v1/rooms/tree/join", body).await;
    assert_eq!(answer["state"], "admitted");
}

#[tokio::test]
async fn a_program_joins_for_its_person() {
    let server = Server::start().await;
    server.room("tree", Access::Members).await;
    let program = server.program_of(OWNER, &["rooms:read"]).await;
    let (_, answer) = program.act("/api/v1/rooms/tree/join").await;
    assert_eq!(answer["state"], "admitted", "{answer}");
    let other = server.program_of(OWNER, &["people:read"]).await;
    let answer = other.act("/api/v1/rooms/tree/join").await;
    assert_eq!(refused(&answer), (403, "scope_missing"));
}
