//! The organisation's settings and looks through the API, and the pages that wear them.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use store::{Cut, audit};

use crate::support::{Api, Server, answer, refused};

const PATH: &str = "/api/v1/organisation";
const LOGO: &str = "/api/v1/organisation/logo";

/// The beginning of a picture of 320 by 80.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\x50\x08\x06\0\0\0";

async fn put_logo(caller: &Api, bytes: &[u8]) -> (StatusCode, Value) {
    // Whatever it says it is: only its bytes count.
    let request = caller
        .request(Method::PUT, LOGO)
        .header("content-type", "text/html");
    answer(request.body(bytes.to_vec())).await
}

async fn text(caller: &Api, path: &str) -> String {
    let answer = caller.request(Method::GET, path).send().await.expect("answers");
    answer.text().await.expect("text")
}

#[tokio::test]
async fn everybody_sees_its_looks_and_only_who_runs_it_its_policies() {
    let server = Server::start().await;
    assert_eq!(refused(&server.nobody().get(PATH).await), (409, "not_set_up"));
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let ada = server.browser_of("ada@example.org", "Ada").await;
    let change = json!({
        "name": "Groupimo",
        "language": "en",
        "accent": "#5B2A86",
        "help_contact": " Informatique, poste 4512 ",
        "legal_notice": "https://groupimo.example/mentions",
        "privacy_notice": "https://groupimo.example/rgpd",
        "sign_up": { "policy": "domains", "domains": ["@Groupimo.example"] },
        "chat_days": 30,
        "attendance_days": null,
    });
    assert_eq!(
        refused(&server.nobody().patch(PATH, change.clone()).await),
        (401, "sign_in_needed")
    );
    assert_eq!(
        refused(&ada.patch(PATH, change.clone()).await),
        (403, "right_missing")
    );
    let (status, changed) = claire.patch(PATH, change.clone()).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        changed["policies"],
        json!({
            "sign_up": { "policy": "domains", "domains": ["groupimo.example"] },
            "chat_days": 30,
            "attendance_days": null,
        })
    );
    let (_, seen) = server.nobody().get(PATH).await;
    assert_eq!(
        seen,
        json!({
            "name": "Groupimo",
            "language": "en",
            "accent": "#5b2a86",
            "logo": null,
            "help_contact": "Informatique, poste 4512",
            "legal_notice": "https://groupimo.example/mentions",
            "privacy_notice": "https://groupimo.example/rgpd",
        })
    );
    assert_eq!(ada.get(PATH).await.1, seen);
    assert_eq!(claire.get(PATH).await.1, changed);
    claire.patch(PATH, change).await;

    let tx = server.running.app.store.begin_read().await.expect("begins");
    let trail = audit::list(&tx, Cut::first(50)).await.expect("reads").items;
    let told: Vec<_> = trail
        .iter()
        .filter(|entry| entry.action == "organisation.changed")
        .collect();
    assert_eq!(told.len(), 1, "a change that changes nothing leaves no line");
    assert_eq!(
        told[0].details["accent"],
        json!({ "from": null, "to": "#5b2a86" })
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let (_, before) = claire.get(PATH).await;
    for (change, code) in [
        (json!({ "name": "a\u{202e}b" }), "invalid_name"),
        (json!({ "name": "é".repeat(65) }), "invalid_name"),
        (json!({ "accent": "red" }), "invalid_accent"),
        (json!({ "accent": "#12345g" }), "invalid_accent"),
        (json!({ "help_contact": "a\nb" }), "invalid_contact"),
        (json!({ "legal_notice": "javascript:alert(1)" }), "invalid_page"),
        (json!({ "privacy_notice": "mentions" }), "invalid_page"),
        (
            json!({ "sign_up": { "policy": "domains", "domains": [] } }),
            "invalid_domains",
        ),
        (
            json!({ "sign_up": { "policy": "domains", "domains": ["zoe@example.org"] } }),
            "invalid_domains",
        ),
        (json!({ "chat_days": 0 }), "invalid_days"),
        (json!({ "attendance_days": 3651 }), "invalid_days"),
    ] {
        assert_eq!(
            refused(&claire.patch(PATH, change.clone()).await),
            (422, code),
            "{change}"
        );
    }
    assert_eq!(claire.get(PATH).await.1, before);
}

#[tokio::test]
async fn a_logo_is_a_picture_by_its_bytes_and_nothing_else_when_it_is_opened() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let ada = server.browser_of("ada@example.org", "Ada").await;
    assert_eq!(refused(&claire.get(LOGO).await), (404, "no_logo"));
    assert_eq!(refused(&put_logo(&ada, PNG).await), (403, "right_missing"));
    let huge = [&PNG[..16], &[0, 0, 0x20, 0, 0, 0, 0, 1]].concat();
    for (bytes, expected) in [
        (&b"<script>alert(1)</script>"[..], (422, "picture_unknown")),
        (b"<svg xmlns='x' onload='alert(1)'/>", (422, "picture_svg")),
        (&huge, (422, "picture_too_wide")),
        (&[PNG, &vec![0; 200_000]].concat(), (413, "logo_too_large")),
    ] {
        assert_eq!(refused(&put_logo(&claire, bytes).await), expected);
    }
    let (status, dressed) = put_logo(&claire, PNG).await;
    assert_eq!(status, StatusCode::OK, "{dressed}");
    let address = dressed["logo"].as_str().expect("an address").to_owned();

    let seen = server
        .nobody()
        .request(Method::GET, &address)
        .send()
        .await
        .expect("answers");
    let value = |name: header::HeaderName| seen.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(value(header::CONTENT_TYPE), "image/png");
    assert_eq!(value(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(
        value(header::CONTENT_SECURITY_POLICY),
        "default-src 'none'; sandbox"
    );
    assert_eq!(
        value(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let tag = value(header::ETAG);
    assert_eq!(seen.bytes().await.expect("bytes"), PNG);
    let again = server
        .nobody()
        .request(Method::GET, LOGO)
        .header("if-none-match", tag);
    let again = again.send().await.expect("answers");
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::CACHE_CONTROL], "no-cache");

    assert_eq!(claire.delete(LOGO).await.0, StatusCode::NO_CONTENT);
    assert_eq!(refused(&claire.delete(LOGO).await), (404, "no_logo"));
    assert_eq!(claire.get(PATH).await.1["logo"], Value::Null);
}

#[tokio::test]
async fn every_page_wears_the_organisations_looks_from_its_first_byte() {
    let server = Server::start().await;
    let nobody = server.nobody();
    let bare = text(&nobody, "/").await;
    assert!(bare.contains("<title>Palabre</title>") && !bare.contains("palabre-organisation"));
    let claire = server.browser_of("claire@example.org", "Claire").await;
    claire
        .patch(PATH, json!({ "name": "Dupont & <Fils>", "accent": "#5b2a86" }))
        .await;
    put_logo(&claire, PNG).await;
    for path in ["/", "/accueil", "/settings/people"] {
        let page = text(&nobody, path).await;
        assert!(
            page.contains("<title>Dupont &amp; &lt;Fils&gt;</title>"),
            "{page}"
        );
        assert!(page.contains("--leaf:#5b2a86"), "{page}");
        assert!(page.contains("/api/v1/organisation/logo?v="), "{page}");
        assert!(!page.contains("policies"), "{page}");
    }
}

#[tokio::test]
async fn a_colour_is_told_with_what_pages_make_of_it() {
    let server = Server::start().await;
    let shades = server
        .nobody()
        .get("/api/v1/organisation/shades?accent=%23ffd400")
        .await
        .1;
    assert_ne!(
        shades["light"]["colour"], "#ffd400",
        "yellow text on white cannot be read"
    );
    assert_eq!(shades["light"]["on"], "#ffffff");
    let refusal = server
        .nobody()
        .get("/api/v1/organisation/shades?accent=yellow")
        .await;
    assert_eq!(refused(&refusal), (422, "invalid_accent"));
}
