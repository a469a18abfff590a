//! Who a request comes from: links, cookies, tokens, and pages of other sites.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::support::{Server, answer};

#[tokio::test]
async fn a_link_signs_in_once_and_in_one_browser() {
    let server = Server::start().await;
    let (_, secret) = server.person("claire@example.org", "Claire Martin").await;
    let http = Client::new();
    let ask = || {
        http.post(server.url("/api/v1/sign-in/link"))
            .json(&json!({ "secret": secret.expose() }))
    };

    let signed_in = ask().send().await.expect("answers");
    assert_eq!(signed_in.status(), StatusCode::OK);
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("text");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a pair").to_owned();

    let (status, me) = answer(http.get(server.url("/api/v1/me")).header("cookie", &cookie)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(me["name"], "Claire Martin");
    assert_eq!(me["role"], "owner");

    let (status, error) = answer(ask()).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::CONFLICT, &json!("link_dead"))
    );
    let (status, error) = answer(http.get(server.url("/api/v1/me"))).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::UNAUTHORIZED, &json!("sign_in_needed"))
    );
}

#[tokio::test]
async fn a_page_of_another_site_cannot_act_for_somebody() {
    let server = Server::start().await;
    let cookie = server.sign_in("claire@example.org", "Claire").await;
    let http = Client::new();
    let act = |name: &'static str, value: String| {
        let request = http
            .post(server.url("/api/v1/sign-out"))
            .header("cookie", &cookie);
        request.header(name, value)
    };
    for (name, value) in [
        ("origin", "https://evil.example".to_owned()),
        ("origin", "null".to_owned()),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("x-nothing", String::new()),
    ] {
        let (status, error) = answer(act(name, value)).await;
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::FORBIDDEN, &json!("foreign_origin")),
            "{name}"
        );
    }
    let (status, _) = answer(act("origin", server.url(""))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = answer(http.get(server.url("/api/v1/me")).header("cookie", &cookie)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "signed out");
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_nothing_else() {
    let server = Server::start().await;
    let http = Client::new();
    let me = |token: String| answer(http.get(server.url("/api/v1/me")).bearer_auth(token));
    server.person("claire@example.org", "Claire").await;
    let reads_people = server.api_token("claire@example.org", &["people:read"]).await;
    let writes_rooms = server.api_token("claire@example.org", &["rooms:write"]).await;

    assert_eq!(me(reads_people.clone()).await.0, StatusCode::OK);
    let (status, error) = me(writes_rooms).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::FORBIDDEN, &json!("scope_missing"))
    );
    let (status, error) = me(format!("{reads_people}x")).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::UNAUTHORIZED, &json!("invalid_token"))
    );
    let sign_out = http
        .post(server.url("/api/v1/sign-out"))
        .bearer_auth(&reads_people);
    assert_eq!(
        answer(sign_out).await.0,
        StatusCode::FORBIDDEN,
        "a token is no browser"
    );
}
