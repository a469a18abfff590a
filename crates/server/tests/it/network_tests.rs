//! A visitor who tests their network is alone in a media room, and nobody takes it for a meeting.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{Client, Server};

/// A way into a media room of one's own.
async fn begin(server: &Server) -> Value {
    let (status, begun) = server.browser().post("/api/v1/network-tests", json!({})).await;
    assert_eq!(status, StatusCode::OK, "{begun}");
    begun
}

#[tokio::test]
async fn a_visitor_connects_before_any_organisation_exists() {
    let server = Server::start().await;
    let begun = begin(&server).await;
    assert!(
        begun["url"].as_str().is_some_and(|url| url.starts_with("ws://")),
        "{begun}"
    );
    let client = Client::present(&server, begun["token"].as_str().expect("a token")).await;
    assert!(client.join.other_participants.is_empty());
}

#[tokio::test]
async fn each_test_is_alone() {
    let server = Server::start().await;
    let (one, other) = (begin(&server).await, begin(&server).await);
    let token = |begun: &Value| begun["token"].as_str().expect("a token").to_owned();
    let first = Client::present(&server, &token(&one)).await;
    let second = Client::present(&server, &token(&other)).await;
    let name = |client: &Client| client.join.room.as_ref().expect("a room").name.clone();
    assert_ne!(name(&first), name(&second));
    assert!(first.join.other_participants.is_empty() && second.join.other_participants.is_empty());
}

#[tokio::test]
async fn a_test_is_no_meeting_and_no_room_of_the_system() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let begun = begin(&server).await;
    let _there = Client::present(&server, begun["token"].as_str().expect("a token")).await;
    let (_, system) = claire.get("/api/v1/system").await;
    assert_eq!(system["rooms"], json!([]));
    let (_, meetings) = claire.get("/api/v1/meetings").await;
    assert_eq!(meetings["items"], json!([]));
}

#[tokio::test]
async fn testing_counts_as_joining_of_the_address_that_asks() {
    let server = Server::with(|settings| settings.joins_per_minute = 2).await;
    let browser = server.browser();
    for _ in 0..2 {
        begin(&server).await;
    }
    let (status, answer) = browser.post("/api/v1/network-tests", json!({})).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("too_many_requests"))
    );
}
