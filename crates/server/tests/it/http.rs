//! The web face: rooms, the page, its policy, and what is wrong with a request.

use meetings::door::Access;
use serde_json::{Value, json};
use server::http::rooms::LOOKS_PER_MINUTE;

use crate::support::{OWNER, Server};

async fn join(server: &Server, address: &str, body: &str) -> (u16, Value) {
    let url = server.url(&format!("/api/v1/rooms/{address}/join"));
    let answer = reqwest::Client::new()
        .post(url)
        .body(body.to_owned())
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON"),
    )
}

#[tokio::test]
async fn joining_gives_an_address_and_a_token_that_opens_it() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let (status, answer) = join(&server, "tree", r#"{"name": " Ada ", "unknown": true}"#).await;
    assert_eq!(status, 200);
    assert_eq!(answer["state"], "admitted");
    assert_eq!(answer["url"], format!("ws://{}", server.running.app.address));
    let token = answer["token"].as_str().expect("a token");
    let valid = reqwest::get(server.url(&format!("/rtc/validate?access_token={token}")))
        .await
        .expect("an answer");
    assert_eq!(valid.status(), 200);
}

#[tokio::test]
async fn the_public_address_is_handed_out_when_there_is_one() {
    let server = Server::with(|settings| {
        settings.public_url = Some("https://meet.example.org".parse().expect("a url"));
    })
    .await;
    server.room("tree", Access::Open).await;
    let (_, answer) = join(&server, "tree", r#"{"name": "Ada"}"#).await;
    assert_eq!(answer["url"], "wss://meet.example.org");
}

#[tokio::test]
async fn wrong_requests_get_a_code_one_can_translate() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    for (address, body, status, code) in [
        ("api", r#"{"name": "Ada"}"#, 404, "unknown_room"),
        ("-x", r#"{"name": "Ada"}"#, 400, "invalid_address"),
        ("Tree", r#"{"name": "Ada"}"#, 400, "invalid_address"),
        ("tree", r#"{"name": "  "}"#, 422, "invalid_name"),
        ("tree", "{\"name\": \"a\\u202eb\"}", 422, "invalid_name"),
        ("tree", "{", 400, "malformed"),
        ("tree", "", 422, "invalid_name"),
        ("bush", r#"{"name": "Ada"}"#, 404, "unknown_room"),
    ] {
        let (got, answer) = join(&server, address, body).await;
        assert_eq!(
            (got, answer["code"].as_str()),
            (status, Some(code)),
            "{address} {body}"
        );
        assert!(answer["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
    let url = server.url("/api/v1/rooms/tree/join");
    let giant = json!({ "name": "x".repeat(100_000) }).to_string();
    let answer = reqwest::Client::new()
        .post(url)
        .body(giant)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn a_stranger_tries_no_thousand_names_of_rooms() {
    let server = Server::start().await;
    server.room("tree", Access::Open).await;
    let claire = server.browser_of(OWNER, "Claire").await;
    let nobody = server.nobody();
    let mut looks = 0;
    // The bucket refills meanwhile, four times a second.
    while nobody.get("/api/v1/rooms/guess").await.0 != 429 {
        looks += 1;
        assert!(looks < 2 * LOOKS_PER_MINUTE, "nobody counts");
    }
    assert!(looks >= LOOKS_PER_MINUTE, "{looks}");
    assert_eq!(claire.get("/api/v1/rooms/tree").await.0, 200);
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let server = Server::with(|settings| settings.joins_per_minute = 3).await;
    server.room("tree", Access::Open).await;
    for _ in 0..3 {
        assert_eq!(join(&server, "tree", r#"{"name": "Ada"}"#).await.0, 200);
    }
    let (status, answer) = join(&server, "tree", r#"{"name": "Ada"}"#).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (429, Some("too_many_requests"))
    );
}

#[tokio::test]
async fn every_page_is_the_client_and_every_missing_file_is_404() {
    let server = Server::start().await;
    for path in ["/", "/groupimo", "/settings/people"] {
        let answer = reqwest::get(server.url(path)).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(
            policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'self'"),
            "{policy}"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(answer.headers().contains_key("permissions-policy"));
    }
    for path in [
        "/missing.js",
        "/assets/missing-abc.js",
        "/api/v1/nothing",
        "/api/nothing",
    ] {
        let answer = reqwest::get(server.url(path)).await.expect("an answer");
        assert_eq!(answer.status(), 404, "{path}");
        let body: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
        assert_eq!(body["code"], "not_found");
    }
}

#[tokio::test]
async fn a_page_already_known_is_not_sent_again() {
    let server = Server::start().await;
    let first = reqwest::get(server.url("/")).await.expect("an answer");
    let tag = first.headers()["etag"].clone();
    let again = reqwest::Client::new()
        .get(server.url("/"))
        .header("if-none-match", tag)
        .send()
        .await;
    assert_eq!(again.expect("an answer").status(), 304);
}

#[tokio::test]
async fn head_of_the_front_page_is_open_to_any_origin() {
    let server = Server::start().await;
    let answer = reqwest::Client::new()
        .head(server.url("/"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn health_readiness_and_figures_are_there() {
    let server = Server::start().await;
    for (path, text) in [
        ("/healthz", "ok"),
        ("/readyz", "ready"),
        ("/metrics", "palabre_rooms"),
    ] {
        let answer = reqwest::get(server.url(path)).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.text().await.expect("text").contains(text), "{path}");
    }
}
