//! Webhooks: signed so that LiveKit's own receiver accepts them, in order, and tried again.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use livekit_api::webhooks::WebhookReceiver;
use livekit_protocol::WebhookEvent;
use livekit_token::TokenVerifier;

use crate::support::{Server, eventually};

#[derive(Default)]
struct Inbox {
    taken: Mutex<Vec<(String, String, String)>>,
    failures_left: Mutex<u32>,
}

async fn take(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: String) -> StatusCode {
    let mut failures = inbox.failures_left.lock().expect("whole");
    if *failures > 0 {
        *failures -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().expect("text").to_owned())
            .unwrap_or_default()
    };
    inbox
        .taken
        .lock()
        .expect("whole")
        .push((text("content-type"), text("authorization"), body));
    StatusCode::OK
}

async fn receiver(failures: u32) -> (Arc<Inbox>, url::Url) {
    let inbox = Arc::new(Inbox {
        failures_left: Mutex::new(failures),
        ..Default::default()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"))
        .parse()
        .expect("a url");
    let router = Router::new().route("/hook", post(take)).with_state(inbox.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (inbox, url)
}

#[tokio::test]
async fn what_happens_in_a_room_is_told_signed_and_in_order_even_after_failures() {
    let (inbox, url) = receiver(2).await;
    let server = Server::with(|settings| settings.webhook_url = vec![url]).await;
    server
        .running
        .app
        .backend
        .create_room("tree", &Default::default())
        .await
        .expect("creates");
    server.running.app.backend.end_room("tree").await.expect("ends");
    eventually("two webhooks came", async || {
        inbox.taken.lock().expect("whole").len() >= 2
    })
    .await;

    let own = server.running.app.keys.own().expect("a key");
    let verifier = WebhookReceiver::new(TokenVerifier::with_api_key(&own.key, own.secret.expose()));
    let taken = inbox.taken.lock().expect("whole").clone();
    let events: Vec<WebhookEvent> = taken
        .iter()
        .map(|(kind, token, body)| {
            assert_eq!(kind, "application/webhook+json");
            verifier
                .receive(body, token)
                .expect("LiveKit's receiver accepts it")
        })
        .collect();
    let names: Vec<_> = events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(names, ["room_started", "room_finished"]);
    assert!(
        events
            .iter()
            .all(|event| event.room.as_ref().is_some_and(|room| room.name == "tree"))
    );
    assert_ne!(events[0].id, events[1].id);

    let (_, token, body) = &taken[0];
    assert!(
        verifier.receive(&body.replace("tree", "bush"), token).is_err(),
        "a changed body is found out"
    );
}

#[tokio::test]
async fn somebody_who_never_became_active_is_told_as_aborted() {
    let (inbox, url) = receiver(0).await;
    let server = Server::with(|settings| settings.webhook_url = vec![url]).await;
    let mut ada = server.client("tree", "ada").await;
    let leave = livekit_protocol::signal_request::Message::Leave(Default::default());
    ada.ask(leave).await;
    eventually("the webhook came", async || {
        let taken = inbox.taken.lock().expect("whole");
        taken
            .iter()
            .any(|(_, _, body)| body.contains("participant_connection_aborted") && body.contains("ada"))
    })
    .await;
}
