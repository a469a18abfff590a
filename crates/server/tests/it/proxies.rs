//! Behind a proxy: its word counts when it is named, and nobody else's does.

use meetings::door::Access;
use serde_json::Value;

use crate::support::Server;

/// Asks to join with what proxies write.
async fn join(server: &Server, client: &str) -> (u16, Value) {
    let answer = reqwest::Client::new()
        .post(server.url("/api/v1/rooms/tree/join"))
        .header("x-forwarded-for", client)
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "meet.example.org")
        .body(r#"{"name": "Ada"}"#)
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test]
async fn a_named_proxy_tells_who_asks_and_how_they_see_us() {
    let server = Server::with(|settings| {
        settings.joins_per_minute = 1;
        settings.trusted_proxy = vec!["127.0.0.0/8".parse().expect("a network")];
    })
    .await;
    server.room("tree", Access::Open).await;
    let (status, answer) = join(&server, "198.51.100.1").await;
    assert_eq!(
        (status, answer["url"].as_str()),
        (200, Some("wss://meet.example.org"))
    );
    assert_eq!(
        join(&server, "198.51.100.1").await.0,
        429,
        "the same person again"
    );
    assert_eq!(join(&server, "198.51.100.2").await.0, 200, "somebody else");
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_not_believed_on_this_machine_neither() {
    let server = Server::with(|settings| settings.joins_per_minute = 1).await;
    server.room("tree", Access::Open).await;
    let (status, answer) = join(&server, "198.51.100.1").await;
    let here = format!("ws://{}", server.running.app.address);
    assert_eq!((status, answer["url"].as_str()), (200, Some(here.as_str())));
    assert_eq!(
        join(&server, "198.51.100.2").await.0,
        429,
        "a forged address is no other"
    );
}
