//! The browsers one is signed in with, and the tokens that act for oneself.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Browser, Server, refused};

const DEVICES: &str = "/api/v1/me/sign-ins";
const TOKENS: &str = "/api/v1/me/tokens";

async fn sign_in(server: &Server, email: &str) -> Browser {
    let (_, secret) = server.person(email, "Claire").await;
    let browser = server.browser();
    let (status, _) = browser
        .post("/api/v1/sign-in/link", json!({ "secret": secret.expose() }))
        .await;
    assert_eq!(status, StatusCode::OK);
    browser
}

async fn list(browser: &Browser) -> Vec<Value> {
    let (status, devices) = browser.get(DEVICES).await;
    assert_eq!(status, StatusCode::OK, "{devices}");
    devices["items"].as_array().expect("a list").clone()
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/api/v1/me").await.0 == StatusCode::OK
}

#[tokio::test]
async fn one_sees_ones_browsers_and_ends_any_of_them() {
    let server = Server::start().await;
    let (laptop, phone) = (
        sign_in(&server, "claire@example.org").await,
        sign_in(&server, "claire@example.org").await,
    );
    let stranger = sign_in(&server, "jerome@example.org").await;
    let devices = list(&phone).await;
    assert_eq!(devices.len(), 2, "and nobody else's: {devices:?}");
    assert_eq!(devices[0]["here"], true, "the newest first");
    assert_eq!(
        (&devices[1]["here"], &devices[1]["device"]),
        (&json!(false), &json!("Firefox, Linux"))
    );

    let path = format!("{DEVICES}/{}", devices[1]["id"].as_str().expect("an id"));
    assert_eq!(refused(&stranger.delete(&path).await), (404, "unknown_sign_in"));
    assert!(is_in(&laptop).await);
    assert_eq!(phone.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert!(!is_in(&laptop).await);
    assert_eq!(refused(&phone.delete(&path).await), (404, "unknown_sign_in"));
    assert_eq!(list(&phone).await.len(), 1);

    let own = format!("{DEVICES}/{}", devices[0]["id"].as_str().expect("an id"));
    assert_eq!(phone.delete(&own).await.0, StatusCode::NO_CONTENT);
    assert_eq!(phone.cookie("palabre_sign_in"), None, "the browser forgets it");
}

#[tokio::test]
async fn signing_out_everywhere_ends_them_all_and_nobody_elses() {
    let server = Server::start().await;
    let stranger = sign_in(&server, "jerome@example.org").await;
    let (one, other) = (
        sign_in(&server, "claire@example.org").await,
        sign_in(&server, "claire@example.org").await,
    );
    let (status, answer) = one.post("/api/v1/me/sign-out-everywhere", json!({})).await;
    assert_eq!((status, &answer["ended"]), (StatusCode::OK, &json!(2)));
    assert!(!is_in(&one).await && !is_in(&other).await && is_in(&stranger).await);
}

#[tokio::test]
async fn a_token_of_ones_own_is_told_once_and_taken_back() {
    let server = Server::start().await;
    let claire = sign_in(&server, "claire@example.org").await;
    let (status, made) = claire
        .post(TOKENS, json!({ "name": " Intranet ", "scopes": ["people:read"] }))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        (&made["name"], &made["scopes"]),
        (&json!("Intranet"), &json!(["people:read"]))
    );
    let token = made["token"].as_str().expect("a token");
    let works = async || {
        let me = reqwest::Client::new()
            .get(server.url("/api/v1/me"))
            .bearer_auth(token);
        me.send().await.expect("answers").status() == StatusCode::OK
    };
    assert!(works().await);
    let (_, kept) = claire.get(TOKENS).await;
    assert_eq!(kept["items"].as_array().expect("a list").len(), 1);
    assert!(kept["items"][0].get("token").is_none(), "{kept}");

    let path = format!("{TOKENS}/{}", made["id"].as_str().expect("an id"));
    let stranger = sign_in(&server, "jerome@example.org").await;
    assert_eq!(refused(&stranger.delete(&path).await), (404, "unknown_token"));
    assert!(works().await);
    assert_eq!(claire.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert!(!works().await);
    assert_eq!(claire.get(TOKENS).await.1["items"], json!([]));
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let server = Server::start().await;
    let claire = sign_in(&server, "claire@example.org").await;
    for (name, scopes, code) in [
        (" ".to_owned(), json!(["people:read"]), "invalid_token_name"),
        ("n".repeat(65), json!(["people:read"]), "invalid_token_name"),
        ("ci".to_owned(), json!([]), "invalid_scopes"),
        ("ci".to_owned(), json!(["people:admin"]), "invalid_scopes"),
    ] {
        let answer = claire
            .post(TOKENS, json!({ "name": name, "scopes": scopes }))
            .await;
        assert_eq!(refused(&answer), (422, code), "{name} {scopes}");
    }
    for number in 0..50 {
        let body = json!({ "name": format!("ci {number}"), "scopes": ["rooms:read"] });
        assert_eq!(claire.post(TOKENS, body).await.0, StatusCode::CREATED);
    }
    let answer = claire
        .post(TOKENS, json!({ "name": "ci", "scopes": ["rooms:read"] }))
        .await;
    assert_eq!(refused(&answer), (409, "too_many_tokens"));
}

#[tokio::test]
async fn a_token_changes_nothing_about_how_one_signs_in() {
    let server = Server::start().await;
    server.person("claire@example.org", "Claire").await;
    let program = server.program_of("claire@example.org", &["people:write"]).await;
    for answer in [
        program.get(DEVICES).await,
        program.act("/api/v1/me/sign-out-everywhere").await,
        program.get(TOKENS).await,
        program
            .post(TOKENS, json!({ "name": "more", "scopes": ["rooms:write"] }))
            .await,
    ] {
        assert_eq!(refused(&answer), (403, "browser_needed"));
    }
    assert_eq!(
        refused(&server.nobody().get(DEVICES).await),
        (401, "sign_in_needed")
    );
}
