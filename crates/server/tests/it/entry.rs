//! Who is let in to signalling, and in which words others are not.

use livekit_protocol as proto;
use livekit_token::{AccessToken, VideoGrants};
use reqwest::StatusCode;

use crate::support::{Server, join_request, joins, open};

async fn get(url: &str) -> (StatusCode, String, Option<String>) {
    let answer = reqwest::get(url).await.expect("an answer");
    let origin = answer
        .headers()
        .get("access-control-allow-origin")
        .map(|v| v.to_str().expect("text").to_owned());
    (answer.status(), answer.text().await.expect("text"), origin)
}

#[tokio::test]
async fn validate_says_success_or_why_not_and_never_404() {
    let server = Server::start().await;
    let token = server.join_token("tree", "ada");
    let join = join_request(proto::JoinRequest::default());
    let no_room = server.token(
        VideoGrants {
            room_list: true,
            ..Default::default()
        },
        "ada",
    );
    for (path, query, status, text) in [
        (
            "/rtc/v1/validate",
            format!("access_token={token}&{join}"),
            200,
            "success",
        ),
        (
            "/rtc/validate",
            format!("access_token={token}&auto_subscribe=1"),
            200,
            "success",
        ),
        (
            "/rtc/validate",
            format!("access_token={token}&{join}"),
            200,
            "success",
        ),
        (
            "/rtc/v1/validate",
            format!("access_token={token}"),
            400,
            "join_request is required",
        ),
        (
            "/rtc/v1/validate",
            format!("access_token={token}&join_request=%21"),
            400,
            "base64",
        ),
        (
            "/rtc/v1/validate",
            join.clone(),
            401,
            "no permissions to access the room",
        ),
        (
            "/rtc/validate",
            format!("access_token={no_room}"),
            401,
            "no permissions to access the room",
        ),
        (
            "/rtc/validate",
            "access_token=a.b.c".to_owned(),
            401,
            "invalid token",
        ),
    ] {
        let (got, body, origin) = get(&server.url(&format!("{path}?{query}"))).await;
        assert_eq!(got, status, "{path} {body}");
        assert!(body.contains(text), "{path} answered {body:?}");
        assert_eq!(
            origin.as_deref(),
            Some("*"),
            "{path} is open to scripts of any origin"
        );
    }
}

#[tokio::test]
async fn an_expired_token_and_one_of_an_unknown_key_are_401() {
    let server = Server::start().await;
    let expired = signed_with_expiry(&server, 1_600_000_000);
    let unknown = AccessToken::with_api_key("APInobody", "not a secret of ours")
        .with_identity("ada")
        .with_grants(joins("tree"))
        .to_jwt()
        .expect("signs");
    for token in [expired, unknown] {
        let (status, _, origin) = get(&server.url(&format!("/rtc/validate?access_token={token}"))).await;
        assert_eq!((status, origin.as_deref()), (StatusCode::UNAUTHORIZED, Some("*")));
    }
}

/// The token builder cannot go back in time, so the claims are signed by hand.
fn signed_with_expiry(server: &Server, expiry: u64) -> String {
    use aws_lc_rs::hmac;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
    let header = BASE64.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = serde_json::json!({
        "iss": server.key.key, "sub": "ada", "nbf": 0, "exp": expiry,
        "video": {"roomJoin": true, "room": "tree"},
    });
    let text = format!("{header}.{}", BASE64.encode(claims.to_string()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, server.key.secret.expose().as_bytes());
    format!("{text}.{}", BASE64.encode(hmac::sign(&key, text.as_bytes())))
}

#[tokio::test]
async fn the_header_carries_a_token_as_well_as_the_query() {
    let server = Server::start().await;
    let client = reqwest::Client::new();
    let ask = |value: String| {
        client
            .get(server.url("/rtc/validate"))
            .header("authorization", value)
            .send()
    };
    let token = server.join_token("tree", "ada");
    assert_eq!(
        ask(format!("Bearer {token}")).await.expect("an answer").status(),
        200
    );
    assert_eq!(ask(token).await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn without_auto_create_an_unknown_room_is_404_in_livekits_words() {
    let server = Server::with(|settings| settings.auto_create = false).await;
    let token = server.join_token("nowhere", "ada");
    let (status, body) = open(
        &server,
        &token,
        "/rtc/v1",
        &join_request(proto::JoinRequest::default()),
    )
    .await
    .expect_err("refused before the upgrade");
    assert_eq!(status, 404);
    assert!(body.contains("requested room does not exist"), "{body}");
}

#[tokio::test]
async fn a_request_that_is_no_socket_and_a_path_that_is_none_are_404_with_cors() {
    let server = Server::start().await;
    for path in ["/rtc", "/rtc/v1", "/rtc/v2", "/rtc/v2/validate"] {
        let (status, _, origin) = get(&server.url(path)).await;
        assert_eq!(
            (status, origin.as_deref()),
            (StatusCode::NOT_FOUND, Some("*")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_preflight_of_any_origin_is_answered() {
    let server = Server::start().await;
    let answer = reqwest::Client::new()
        .request(
            reqwest::Method::OPTIONS,
            server.url("/twirp/livekit.RoomService/ListRooms"),
        )
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success());
    let allowed = answer
        .headers()
        .get("access-control-allow-headers")
        .expect("allows headers");
    assert!(allowed.to_str().expect("text").contains("authorization"));
}

#[tokio::test]
async fn a_long_request_line_and_a_doubled_slash_are_taken() {
    let server = Server::start().await;
    let offer = proto::SessionDescription {
        sdp: "a".repeat(24_000),
        ..Default::default()
    };
    let join = join_request(proto::JoinRequest {
        publisher_offer: Some(offer),
        ..Default::default()
    });
    assert!(join.len() > 32_000);
    let token = server.join_token("tree", "ada");
    for path in ["/rtc/v1/validate", "//rtc/v1/validate"] {
        let (status, body, _) = get(&server.url(&format!("{path}?access_token={token}&{join}"))).await;
        assert_eq!((status.as_u16(), body.as_str()), (200, "success"));
    }
}

#[tokio::test]
async fn only_who_may_change_itself_brings_its_own_attributes() {
    let server = Server::start().await;
    let join = join_request(proto::JoinRequest {
        metadata: "mine".to_owned(),
        ..Default::default()
    });
    let may = server.token(
        VideoGrants {
            can_update_own_metadata: Some(true),
            ..joins("tree")
        },
        "ada",
    );
    let may_not = server.join_token("tree", "ada");
    for (token, status) in [(may, 200), (may_not, 401)] {
        let (got, ..) = get(&server.url(&format!("/rtc/v1/validate?access_token={token}&{join}"))).await;
        assert_eq!(got, status);
    }
}

#[tokio::test]
async fn names_that_are_too_long_are_400() {
    let server = Server::start().await;
    for token in [
        server.join_token(&"r".repeat(300), "ada"),
        server.join_token("tree", &"i".repeat(300)),
    ] {
        let (status, ..) = get(&server.url(&format!("/rtc/validate?access_token={token}"))).await;
        assert_eq!(status, 400);
    }
}
