//! Meetings as they are kept: who was there from when to when, and what was written; whoever carries the media.

use jiff::{SignedDuration, Timestamp};
use livekit_protocol as proto;
use meetings::door::Access;
use meetings::id::RoomId;
use proto::signal_request::Message as Ask;
use reqwest::StatusCode;
use serde_json::json;
use server::actions::attendance::{Running, beat};
use server::actions::retention;
use store::attendance::Attendance;
use store::room_meetings::Meeting;
use store::{Cut, Store, attendance, chat_messages, organisation, room_meetings};

use crate::backends::Stage;
use crate::support::{Client, OWNER, Server, answer, eventually, media_room, refused};

pub(crate) async fn meetings(store: &Store, room: RoomId) -> Vec<Meeting> {
    let tx = store.begin_read().await.expect("begins");
    let page = room_meetings::of_room(&tx, room, Cut::first(10)).await;
    page.expect("lists").items
}

pub(crate) async fn stays(store: &Store, meeting: &Meeting) -> Vec<Attendance> {
    let tx = store.begin_read().await.expect("begins");
    let page = attendance::of_meeting(&tx, meeting.id, Cut::first(100)).await;
    page.expect("lists").items
}

/// The stays of a room's only meeting once there are so many, open or closed.
pub(crate) async fn noted(store: &Store, room: RoomId, open: usize, closed: usize) -> Vec<Attendance> {
    let mut all = Vec::new();
    eventually("the stays are noted", async || {
        let Some(meeting) = meetings(store, room).await.pop() else {
            return false;
        };
        all = stays(store, &meeting).await;
        let left = all.iter().filter(|one| one.stay.left.is_some()).count();
        (all.len() - left, left) == (open, closed)
    })
    .await;
    all
}

#[tokio::test]
async fn a_meeting_is_who_was_there_from_when_to_when() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let token = server.host().await.enter("tree", "Claire").await;
    let mut claire = Client::present(&server, &token).await;
    noted(&store, room, 1, 0).await;
    let mut robot = server.client("tree", "robot").await;
    let token = server.browser().enter("tree", "Ada").await;
    let mut ada = Client::present(&server, &token).await;
    let all = noted(&store, room, 2, 0).await;
    assert_eq!(
        all.iter().map(|one| one.stay.name.as_str()).collect::<Vec<_>>(),
        ["Claire", "Ada"],
        "who has no media is not there yet"
    );
    assert!(all[0].stay.person.is_some() && all[1].stay.person.is_none());
    assert!(all[1].stay.browser.is_some());
    for client in [&mut claire, &mut robot, &mut ada] {
        client.ask(Ask::Leave(Default::default())).await;
    }
    noted(&store, room, 0, 2).await;
    let running = meetings(&store, room).await.remove(0);
    assert_eq!((running.ended, running.room_address.as_str()), (None, "tree"));
    server.running.app.backend.end_room("tree").await.expect("ends");
    eventually("the meeting has ended", async || {
        meetings(&store, room).await[0].ended.is_some()
    })
    .await;
}

#[tokio::test]
async fn a_server_that_starts_again_goes_on_with_the_meeting() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Knock).await;
    let host = server.host().await.enter("tree", "Claire").await;
    let mut claire = Client::present(&server, &host).await;
    noted(&server.running.app.store, room, 1, 0).await;
    let (settings, folder) = (server.running.app.settings.clone(), server.folder);
    server.running.stop().await;
    claire.end().await;

    let media = std::sync::Arc::new(crate::support::RecordingMedia::default());
    let running = server::serve::start(settings, Some(media.clone())).await;
    let again = Server {
        running: running.expect("starts again"),
        key: server.key,
        media,
        folder,
    };
    let store = again.running.app.store.clone();
    let left = noted(&store, room, 0, 1).await;
    let _back = Client::present(&again, &host).await;
    let all = noted(&store, room, 1, 1).await;
    assert_eq!(all[0], left[0]);
    let meetings = meetings(&store, room).await;
    assert_eq!((meetings.len(), meetings[0].ended), (1, None));
}

#[tokio::test]
async fn what_a_crash_left_open_is_closed_at_the_last_beat() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let seen = noted(&store, room, 1, 0).await[0].seen;
    // As the next server sees it, which carries nobody.
    let later = |seconds| Timestamp::now() + SignedDuration::from_secs(seconds);
    beat(&store, later(20), &[]).await.expect("beats");
    noted(&store, room, 1, 0).await;
    beat(&store, later(60), &[]).await.expect("beats");
    assert_eq!(noted(&store, room, 0, 1).await[0].stay.left, Some(seen));
    assert_eq!(
        meetings(&store, room).await[0].ended,
        None,
        "she may be on the way back"
    );
    beat(&store, later(180), &[]).await.expect("beats");
    assert_eq!(meetings(&store, room).await[0].ended, Some(seen));
}

#[tokio::test]
async fn what_the_events_did_not_tell_is_put_right_by_the_next_beat() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let before = noted(&store, room, 1, 0).await;
    let backend = server.running.app.backend.clone();
    let mut there = backend.participants("tree").await.expect("lists");
    let mut grace = there[0].clone();
    (grace.identity, grace.name) = ("grace".into(), "Grace".to_owned());
    there[0].joined_at_ms += 1_000;
    there.push(grace);
    let running = Running {
        room: media_room(server.running.app.backend.as_ref(), "tree").await,
        participants: there,
    };
    beat(&store, Timestamp::now(), &[running]).await.expect("beats");
    let all = noted(&store, room, 2, 1).await;
    let mut names: Vec<_> = all
        .iter()
        .map(|one| (one.stay.name.as_str(), one.stay.left))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [("Ada", None), ("Ada", Some(before[0].seen)), ("Grace", None)]
    );
}

#[tokio::test]
async fn a_message_is_kept_told_and_read_by_who_comes_later() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let url = server.url("/api/v1/call/messages");
    let http = reqwest::Client::new();
    let write = |text: &str| {
        let request = http.post(&url).bearer_auth(&token).json(&json!({ "text": text }));
        answer(request)
    };
    let hostile = "<img src=x onerror=alert(1)>\u{202e}👩‍💻\u{0}";
    let (status, kept) = write(hostile).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(
        kept["text"],
        hostile.trim_end_matches('\0'),
        "what is visible stays"
    );
    eventually("it is told", async || !server.media.sent().is_empty()).await;
    let (_, packet) = server.media.sent().remove(0);
    let Some(proto::data_packet::Value::User(user)) = packet.value else {
        panic!("a user packet")
    };
    assert_eq!(user.topic.as_deref(), Some("palabre.chat"));
    let told: serde_json::Value = serde_json::from_slice(&user.payload).expect("JSON");
    assert_eq!(told, kept);
    write("deux").await;

    assert_eq!(
        refused(&write(&"é".repeat(4_001)).await),
        (422, "invalid_message")
    );
    assert_eq!(
        refused(&write(&"x".repeat(10_000)).await),
        (422, "invalid_message")
    );
    assert_eq!(refused(&write(" \n ").await), (422, "invalid_message"));
    let late = server.browser().enter("tree", "Late").await;
    let _late = Client::present(&server, &late).await;
    let read = http.get(format!("{url}?limit=1")).bearer_auth(&late);
    let (_, page) = answer(read).await;
    assert_eq!(page["items"], json!([kept]));
    let next = page["next"].as_str().expect("there is more");
    let read = http.get(format!("{url}?after={next}")).bearer_auth(&late);
    let (_, rest) = answer(read).await;
    assert_eq!(rest["items"][0]["text"], "deux");
    // A slow machine is given something again while it writes.
    let mut last = StatusCode::CREATED;
    for _ in 0..300 {
        last = write("encore").await.0;
        if last != StatusCode::CREATED {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

/// A product before a cluster: its door, its rows; the media and its events come from elsewhere.
#[tokio::test]
async fn before_a_cluster_meetings_are_kept_and_who_is_removed_stays_out_though_the_token_is_good() {
    let stage = Stage::cluster().await;
    let product = stage.product.as_ref().expect("a product");
    let room = product.room("tree", Access::Open).await;
    let store = product.running.app.store.clone();
    let host = product.host().await;
    let ada = product.browser();
    let tokens = [host.enter("tree", "Claire").await, ada.enter("tree", "Ada").await];
    let _claire = Client::present(&stage.media, &tokens[0]).await;
    let mut client = Client::present(&stage.media, &tokens[1]).await;
    let all = noted(&store, room, 2, 0).await;
    assert!(all.iter().any(|one| one.stay.person.is_some()));

    let write = reqwest::Client::new()
        .post(product.url("/api/v1/call/messages"))
        .bearer_auth(&tokens[1])
        .json(&json!({ "text": "Bonjour" }));
    assert_eq!(answer(write).await.0, StatusCode::CREATED);
    let path = format!("/api/v1/rooms/tree/participants/{}", client.identity());
    let (status, _) = host.post(&format!("{path}/promote"), json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = host.post(&format!("{path}/remove"), json!({})).await;
    assert_eq!(status, StatusCode::OK);
    client.end().await;
    noted(&store, room, 1, 1).await;

    // The cluster takes her token; the product hears of it, and does not.
    let mut again = Client::present(&stage.media, &tokens[1]).await;
    again.end().await;
    assert_eq!(refused(&ada.join("tree", "Ada").await), (403, "refused"));
}

#[tokio::test]
async fn hosts_read_the_meetings_of_their_rooms_and_who_was_there_and_nobody_else_does() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let host = server.host().await;
    for device in ["computer", "phone"] {
        let (_, answer) = host
            .post(
                "/api/v1/rooms/tree/join",
                json!({ "name": device, "again": true }),
            )
            .await;
        let token = answer["token"].as_str().expect("a token").to_owned();
        let mut client = Client::present(&server, &token).await;
        eventually("she is there", async || {
            let stays = meetings(&store, room).await.pop();
            match stays {
                Some(meeting) => stays_open(&store, &meeting).await == 1,
                None => false,
            }
        })
        .await;
        client.ask(Ask::Leave(Default::default())).await;
        client.end().await;
        eventually("she has left", async || {
            let meeting = meetings(&store, room).await.remove(0);
            stays_open(&store, &meeting).await == 0
        })
        .await;
    }
    let id = meetings(&store, room).await[0].id.to_string();

    let owner = server.browser_of(OWNER, "Claire Martin").await;
    let (_, page) = owner.get("/api/v1/rooms/tree/meetings").await;
    assert_eq!(page["items"][0]["id"], id);
    assert_eq!(page["items"][0]["people"], 1, "one person on two devices");
    let (_, all) = owner.get("/api/v1/meetings").await;
    assert_eq!(all["items"], page["items"]);
    let (_, meeting) = owner.get(&format!("/api/v1/meetings/{id}")).await;
    let attendance = meeting["attendance"].as_array().expect("a list");
    assert_eq!(attendance.len(), 1);
    assert_eq!(attendance[0]["name"], "phone", "the name they had last");
    assert!(attendance[0]["last_left"].is_string());
    let table = owner
        .request(
            reqwest::Method::GET,
            &format!("/api/v1/meetings/{id}/attendance.csv"),
        )
        .header("accept-language", "fr")
        .send()
        .await
        .expect("answers");
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let disposition = table.headers()["content-disposition"].to_str().expect("text");
    assert!(disposition.contains("tree-20"), "{disposition}");
    let text = table.text().await.expect("text");
    assert_eq!(text.lines().count(), 2, "{text}");

    let member = server.browser_of("samir@example.org", "Samir").await;
    assert_eq!(
        refused(&member.get("/api/v1/rooms/tree/meetings").await),
        (403, "hosts_only")
    );
    let (_, none) = member.get("/api/v1/meetings").await;
    assert_eq!(none["items"], json!([]));
    for path in ["", "/attendance.csv", "/messages"] {
        let path = format!("/api/v1/meetings/{id}{path}");
        assert_eq!(refused(&member.get(&path).await), (404, "unknown_meeting"));
        assert_eq!(
            refused(&server.nobody().get(&path).await),
            (401, "sign_in_needed")
        );
    }
}

async fn stays_open(store: &Store, meeting: &Meeting) -> usize {
    let tx = store.begin_read().await.expect("begins");
    attendance::present(&tx, meeting.id).await.expect("reads").len()
}

#[tokio::test]
async fn what_was_written_is_read_by_hosts_until_the_organisation_forgets_it() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let write = reqwest::Client::new()
        .post(server.url("/api/v1/call/messages"))
        .bearer_auth(&token)
        .json(&json!({ "text": "Bonjour" }));
    assert_eq!(answer(write).await.0, StatusCode::CREATED);
    let host = server.host().await;
    let (_, all) = host.get("/api/v1/meetings").await;
    let path = format!(
        "/api/v1/meetings/{}/messages",
        all["items"][0]["id"].as_str().expect("an id")
    );
    let (_, written) = host.get(&path).await;
    assert_eq!(written["items"][0]["text"], "Bonjour");
    assert_eq!(written["items"][0]["name"], "Ada");
    let keeps = async |chat_days| {
        let tx = store.begin_write().await.expect("begins");
        let mut organisation = organisation::load(&tx).await.expect("reads").expect("made");
        organisation.chat_days = chat_days;
        organisation::update(&tx, &organisation).await.expect("updates");
        tx.commit().await.expect("commits");
    };
    let left_after = async |days: i64| {
        let tx = store.begin_write().await.expect("begins");
        let later = Timestamp::now() + SignedDuration::from_hours(24 * days);
        retention::forget(&tx, later).await.expect("forgets");
        let meeting = room_meetings::list(&tx, Cut::first(1)).await.expect("lists");
        let messages = chat_messages::of_meeting(&tx, meeting.items[0].id, Cut::first(5)).await;
        tx.commit().await.expect("commits");
        messages.expect("lists").items.len()
    };
    keeps(None).await;
    assert_eq!(left_after(10_000).await, 1, "never, unless they say so");
    keeps(Some(30)).await;
    assert_eq!(left_after(29).await, 1);
    assert_eq!(left_after(31).await, 0);
    assert_eq!(host.get(&path).await.1["items"], json!([]));
}
