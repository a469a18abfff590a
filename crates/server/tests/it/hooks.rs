//! Webhooks of the organisation: signed as Standard Webhooks, tried again, replayed, and never led to machines beside us.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use meetings::door::Access;
use serde_json::{Value, json};
use server::actions::{attendance, retention};
use sfu::signal::ParticipantInfo;
use store::Store;

use crate::support::{Api, Client, Server, eventually, media_room, refused};

const PATH: &str = "/api/v1/webhooks";

/// What a program heard: the headers of the specification, and the body.
#[derive(Clone, Debug)]
struct Heard {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

/// Somebody else's program.
struct Program {
    heard: Mutex<Vec<Heard>>,
    /// What it answers.
    answers: Mutex<StatusCode>,
    /// It was led here by a redirect.
    led: Mutex<bool>,
    url: String,
}

async fn hear(State(program): State<Arc<Program>>, headers: HeaderMap, body: String) -> Response {
    let text = |name: &str| headers[name].to_str().expect("text").to_owned();
    program.heard.lock().expect("whole").push(Heard {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signature: text("webhook-signature"),
        body,
    });
    let status = *program.answers.lock().expect("whole");
    match status.is_redirection() {
        true => (status, [(header::LOCATION, "/elsewhere")]).into_response(),
        false => (status, "as you say").into_response(),
    }
}

impl Program {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let program = Arc::new(Self {
            heard: Mutex::default(),
            answers: Mutex::new(StatusCode::OK),
            led: Mutex::default(),
            url: format!("http://{}/hook", listener.local_addr().expect("an address")),
        });
        let led = program.clone();
        let router = Router::new()
            .route("/hook", post(hear))
            .route(
                "/elsewhere",
                any(async move || *led.led.lock().expect("whole") = true),
            )
            .with_state(program.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        program
    }

    fn answers(&self, status: StatusCode) {
        *self.answers.lock().expect("whole") = status;
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("whole").clone()
    }

    async fn has_heard(&self, times: usize) -> Heard {
        eventually("the program hears", async || self.heard().len() >= times).await;
        self.heard()[times - 1].clone()
    }
}

/// A server that may call programs on this machine, and its owner.
async fn world() -> (Server, Api) {
    let server = Server::with(|settings| settings.webhook_private = true).await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    (server, claire)
}

async fn added(claire: &Api, program: &Program, events: &[&str]) -> Value {
    let webhook = json!({ "name": "Agenda", "url": program.url, "events": events });
    let (status, added) = claire.post(PATH, webhook).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    added
}

async fn deliveries(claire: &Api, webhook: &Value) -> Vec<Value> {
    let path = format!("{PATH}/{}/deliveries", webhook["id"].as_str().expect("an id"));
    claire.get(&path).await.1["items"]
        .as_array()
        .expect("a list")
        .clone()
}

async fn comes_to(claire: &Api, webhook: &Value, state: &str) -> Value {
    eventually("the delivery is told", async || {
        deliveries(claire, webhook)
            .await
            .first()
            .is_some_and(|delivery| delivery["state"] == state)
    })
    .await;
    deliveries(claire, webhook).await.remove(0)
}

#[tokio::test]
async fn programs_hear_of_rooms_signed_as_the_specification_says() {
    let (_server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &["room.created", "room.deleted"]).await;
    let room = claire
        .makes(json!({ "address": "atelier", "name": "Atelier" }))
        .await;
    claire
        .patch("/api/v1/rooms/atelier", json!({ "name": "L’atelier" }))
        .await;
    let heard = program.has_heard(1).await;

    let secret = webhook["secret"]
        .as_str()
        .expect("told once")
        .strip_prefix("whsec_")
        .expect("a secret");
    let key = hmac::Key::new(
        hmac::HMAC_SHA256,
        &BASE64_STANDARD.decode(secret).expect("base64"),
    );
    let signed = format!("{}.{}.{}", heard.id, heard.timestamp, heard.body);
    let signature = heard.signature.strip_prefix("v1,").expect("the first version");
    let tag = BASE64_STANDARD.decode(signature).expect("base64");
    hmac::verify(&key, signed.as_bytes(), &tag).expect("signed by the secret");

    let said: Value = serde_json::from_str(&heard.body).expect("JSON");
    assert_eq!(said["type"], "room.created");
    assert_eq!(
        (&said["data"]["room"]["id"], &said["data"]["room"]["address"]),
        (&room["id"], &json!("atelier"))
    );
    let delivery = comes_to(&claire, &webhook, "delivered").await;
    assert_eq!(
        (&delivery["id"], &delivery["status"]),
        (&json!(heard.id), &json!(200))
    );
    assert_eq!(delivery["answer"], "as you say");

    claire.delete("/api/v1/rooms/atelier").await;
    let gone: Value = serde_json::from_str(&program.has_heard(2).await.body).expect("JSON");
    assert_eq!(gone["type"], "room.deleted", "nobody asked for changes");
    let (_, listed) = claire.get(PATH).await;
    assert_eq!(
        listed["items"][0].get("secret"),
        None,
        "told once and never again"
    );
}

#[tokio::test]
async fn what_was_not_heard_is_told_again_under_the_same_id() {
    let (_server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &["room.created"]).await;
    program.answers(StatusCode::SERVICE_UNAVAILABLE);
    claire.makes(json!({ "address": "atelier" })).await;
    let first = program.has_heard(1).await;
    eventually("the answer is kept", async || {
        deliveries(&claire, &webhook).await[0]["status"] == 503
    })
    .await;
    let waiting = deliveries(&claire, &webhook).await.remove(0);
    assert_eq!(
        (&waiting["state"], &waiting["answer"]),
        (&json!("waiting"), &json!("as you say"))
    );
    let replay = format!("/api/v1/deliveries/{}/replay", first.id);
    assert_eq!(refused(&claire.act(&replay).await), (409, "delivery_waits"));

    program.answers(StatusCode::OK);
    assert_eq!(program.has_heard(2).await.id, first.id);
    comes_to(&claire, &webhook, "delivered").await;
    let (status, again) = claire.act(&replay).await;
    assert_eq!(
        (status, &again["state"]),
        (StatusCode::ACCEPTED, &json!("waiting"))
    );
    let third = program.has_heard(3).await;
    assert_eq!((third.id, third.body), (first.id, first.body));
}

#[tokio::test]
async fn nobody_is_led_elsewhere_and_who_is_switched_off_hears_nothing() {
    let (_server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &["room.created"]).await;
    program.answers(StatusCode::TEMPORARY_REDIRECT);
    claire.makes(json!({ "address": "atelier" })).await;
    program.has_heard(1).await;
    eventually("the answer is kept", async || {
        deliveries(&claire, &webhook).await[0]["status"] == 307
    })
    .await;
    assert!(!*program.led.lock().expect("whole"), "redirects are not followed");
    let path = format!("{PATH}/{}", webhook["id"].as_str().expect("an id"));
    claire.patch(&path, json!({ "enabled": false })).await;
    claire.makes(json!({ "address": "bureau" })).await;
    let failed = comes_to(&claire, &webhook, "failed").await;
    assert_eq!(failed["answer"], "the webhook is switched off");
    assert_eq!(
        deliveries(&claire, &webhook).await.len(),
        1,
        "nothing more is written for it"
    );
    assert_eq!(claire.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(refused(&claire.delete(&path).await), (404, "no_such_webhook"));
}

#[tokio::test]
async fn machines_beside_this_server_are_not_called() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let program = Program::start().await;
    let named = program.url.replace("127.0.0.1", "localhost");
    for url in [
        program.url.as_str(),
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://0x7f.1/",
    ] {
        let webhook = json!({ "name": "Agenda", "url": url, "events": ["room.created"] });
        assert_eq!(
            refused(&claire.post(PATH, webhook).await),
            (422, "webhook_private"),
            "{url}"
        );
    }
    // Where a name leads is only known when it is called.
    let webhook = json!({ "name": "Agenda", "url": named, "events": ["room.created"] });
    let (_, webhook) = claire.post(PATH, webhook).await;
    claire.makes(json!({ "address": "atelier" })).await;
    let failed = comes_to(&claire, &webhook, "failed").await;
    assert!(
        failed["answer"]
            .as_str()
            .is_some_and(|answer| answer.contains("private network")),
        "{failed}"
    );
    assert!(program.heard().is_empty());
}

#[tokio::test]
async fn only_who_manages_integrations_sees_and_changes_webhooks() {
    let (server, claire) = world().await;
    let ada = server.browser_of("ada@example.org", "Ada").await;
    let program = Program::start().await;
    let webhook = json!({ "name": "Agenda", "url": program.url, "events": ["room.created"] });
    assert_eq!(refused(&ada.get(PATH).await), (403, "right_missing"));
    assert_eq!(
        refused(&ada.post(PATH, webhook.clone()).await),
        (403, "right_missing")
    );
    let reader = server
        .program_of("claire@example.org", &["connections:read"])
        .await;
    assert_eq!(reader.get(PATH).await.0, StatusCode::OK);
    assert_eq!(reader.post(PATH, webhook.clone()).await.0, StatusCode::FORBIDDEN);
    for (field, value, code) in [
        ("name", json!(""), "invalid_name"),
        ("url", json!("ftp://example.org"), "invalid_webhook_url"),
        (
            "url",
            json!("https://user:password@example.org"),
            "invalid_webhook_url",
        ),
        ("events", json!([]), "invalid_events"),
        ("events", json!(["room.burnt"]), "invalid_events"),
    ] {
        let mut wrong = webhook.clone();
        wrong[field] = value;
        assert_eq!(refused(&claire.post(PATH, wrong).await), (422, code));
    }
    let (_, made) = claire.post(PATH, webhook).await;
    let path = format!("{PATH}/{}/secret", made["id"].as_str().expect("an id"));
    let (status, renewed) = claire.act(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(renewed["secret"], made["secret"]);
}

/// What happened, in alphabetical order: deliveries overtake each other.
fn events(told: &[Value], word: &str) -> Vec<String> {
    let event = |one: &Value| one[word].as_str().expect("an event").to_owned();
    let mut events: Vec<_> = told.iter().map(event).collect();
    events.sort();
    events
}

const OF_A_MEETING: [&str; 4] = [
    "meeting.ended",
    "meeting.started",
    "participant.joined",
    "participant.left",
];

#[tokio::test]
async fn programs_hear_once_of_a_meeting_and_of_who_comes_and_goes_whoever_sees_it() {
    let (server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &OF_A_MEETING).await;
    server.room("tree", Access::Open).await;
    let app = server.running.app.clone();
    let token = server.host().await.enter("tree", "Claire").await;
    let client = Client::present(&server, &token).await;
    program.has_heard(2).await;
    let who = app.backend.participants("tree").await.expect("lists").remove(0);
    let room = media_room(app.backend.as_ref(), "tree").await;
    app.backend.end_room("tree").await.expect("ends");
    program.has_heard(4).await;
    let heard = program.heard();
    let told: Vec<Value> = heard
        .iter()
        .map(|one| serde_json::from_str(&one.body).expect("JSON"))
        .collect();
    assert_eq!(events(&told, "type"), OF_A_MEETING);
    for one in &told {
        let meeting = &one["data"]["meeting"];
        assert_eq!(meeting["id"], told[0]["data"]["meeting"]["id"]);
        assert_eq!(
            (&meeting["room_address"], &meeting["room_name"]),
            (&json!("tree"), &json!("Salle tree"))
        );
        let over = one["type"] == "meeting.ended";
        assert_eq!(meeting["ended"].is_string(), over, "{one}");
        let participant = &one["data"]["participant"];
        if one["type"] == "participant.left" || one["type"] == "participant.joined" {
            assert_eq!(participant["identity"], client.identity());
            assert_eq!(participant["name"], "Claire");
            assert!(participant["person"].is_string() && participant["joined"].is_string());
            let left = one["type"] == "participant.left";
            assert_eq!(participant["left"].is_string(), left, "{one}");
        }
    }

    // Another server of the same database sees the next meeting from beginning to end at the same time.
    let other = Store::open(&app.settings.location(), &app.settings.data)
        .await
        .expect("opens");
    let back = ParticipantInfo {
        joined_at_ms: who.joined_at_ms + 1,
        ..who
    };
    let (one, now) = (&app.store, Timestamp::now());
    tokio::try_join!(
        attendance::came(one, now, &room, &back),
        attendance::came(&other, now, &room, &back)
    )
    .expect("notes");
    tokio::try_join!(
        attendance::left(one, now, "tree", &back),
        attendance::left(&other, now, "tree", &back)
    )
    .expect("notes");
    tokio::try_join!(
        attendance::over(one, now, &room, false),
        attendance::over(&other, now, &room, false)
    )
    .expect("notes");
    // What is told stands in the rows as soon as it is noted.
    let rows = deliveries(&claire, &webhook).await;
    assert_eq!(
        events(&rows, "event"),
        OF_A_MEETING.map(|event| [event; 2]).concat()
    );
}

#[tokio::test]
async fn programs_hear_that_a_host_ended_a_meeting_for_everybody() {
    let (server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &OF_A_MEETING).await;
    server.room("tree", Access::Open).await;
    let host = server.host().await;
    let token = host.enter("tree", "Claire").await;
    let mut there = Client::present(&server, &token).await;
    let token = server.browser().enter("tree", "Ada").await;
    let mut ada = Client::present(&server, &token).await;
    program.has_heard(3).await;
    let (status, _) = host.post("/api/v1/rooms/tree/end", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    there.end().await;
    ada.end().await;
    // News of the media server come in order: after this, it has told the rest.
    server.room("bush", Access::Open).await;
    let token = host.enter("bush", "Claire").await;
    let _elsewhere = Client::present(&server, &token).await;
    program.has_heard(8).await;
    let rows = deliveries(&claire, &webhook).await;
    assert_eq!(
        events(&rows, "event"),
        [
            "meeting.ended",
            "meeting.started",
            "meeting.started",
            "participant.joined",
            "participant.joined",
            "participant.joined",
            "participant.left",
            "participant.left",
        ]
    );
}

#[tokio::test]
async fn what_was_told_is_forgotten_after_a_month() {
    let (server, claire) = world().await;
    let program = Program::start().await;
    let webhook = added(&claire, &program, &["room.created"]).await;
    claire.makes(json!({ "address": "atelier" })).await;
    comes_to(&claire, &webhook, "delivered").await;
    let left_after = async |days: i64| {
        let tx = server.running.app.store.begin_write().await.expect("begins");
        let later = Timestamp::now() + SignedDuration::from_hours(24 * days);
        retention::forget(&tx, later).await.expect("forgets");
        tx.commit().await.expect("commits");
        deliveries(&claire, &webhook).await.len()
    };
    assert_eq!(left_after(29).await, 1);
    assert_eq!(left_after(31).await, 0);
}
