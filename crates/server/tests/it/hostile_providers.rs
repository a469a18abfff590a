//! Services that lie about people, or are none: whatever they answer, nobody comes in, and it is said clearly.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::single_sign_on::{PROVIDERS, World, leaves, me, returns};
use crate::support::identity::{Lies, Signs};
use crate::support::refused;

/// Nobody comes in by what a service says while it lies so, and the reader is told `problem`.
async fn nobody_comes_in(world: &World, lies: Lies, problem: &str) {
    let said = format!("{lies:?}");
    let browser = world.server.browser();
    let address = leaves(&browser, &world.provider).await;
    world.identity.lies(lies);
    let page = returns(&browser, &world.identity.lets_go(&address)).await;
    world.identity.lies(Lies::default());
    assert_eq!(
        page,
        format!("/sign-in?problem={problem}&next=%2Fequipe%3Fa%3Db"),
        "{said}"
    );
    assert_eq!(me(&browser).await, None, "{said}");
}

#[tokio::test]
async fn a_token_that_is_not_for_us_or_not_from_them_lets_nobody_in() {
    let world = World::new().await;
    for claims in [
        json!({ "iss": "https://id.evil.example" }),
        json!({ "aud": "another client" }),
        json!({ "aud": ["palabre", "another client"] }),
        json!({ "nonce": "of another question" }),
        json!({ "nonce": null }),
        json!({ "exp": 1_700_000_000 }),
        json!({ "exp": null }),
        json!({ "sub": null }),
        json!({ "sub": "n".repeat(256) }),
        json!({ "at_hash": "bm90IHRoZSBoYXNoIG9mIGl0" }),
        json!({ "email": ["zoe@example.org"] }),
    ] {
        let lies = Lies {
            claims,
            ..Lies::default()
        };
        nobody_comes_in(&world, lies, "provider_wrong").await;
    }
    for signs in [Signs::WithAnotherKey, Signs::Not, Signs::WithTheSecret] {
        let lies = Lies {
            signs,
            ..Lies::default()
        };
        nobody_comes_in(&world, lies, "provider_wrong").await;
    }
    // It says beforehand that it signs nothing, or with what whoever knows our secret could sign with, or otherwise.
    for (listed, signs) in [
        (json!(["none"]), Signs::Not),
        (json!(["RS256", "none"]), Signs::Not),
        (json!(["HS256"]), Signs::WithTheSecret),
        (json!(["RS256", "HS256"]), Signs::WithTheSecret),
        (json!(["RS256"]), Signs::By("ES256")),
    ] {
        let lies = Lies {
            document: json!({ "id_token_signing_alg_values_supported": listed }),
            signs,
            ..Lies::default()
        };
        nobody_comes_in(&world, lies, "provider_wrong").await;
    }
    // All of them were tried with a service that lets in when it tells the truth.
    assert_eq!(world.comes(&world.server.browser()).await, "/equipe?a=b");
}

#[tokio::test]
async fn an_answer_without_a_token_or_about_somebody_else_lets_nobody_in() {
    let world = World::new().await;
    for lies in [
        Lies {
            answer: json!({ "id_token": null }),
            ..Lies::default()
        },
        Lies {
            answer: json!({ "id_token": "a.b.c" }),
            ..Lies::default()
        },
        Lies {
            claims: json!({ "email": null }),
            user_info: json!({ "sub": "somebody else", "email": "jerome@example.org", "email_verified": true }),
            ..Lies::default()
        },
    ] {
        nobody_comes_in(&world, lies, "provider_wrong").await;
    }
}

#[tokio::test]
async fn a_service_that_does_not_know_us_says_so() {
    let world = World::new().await;
    world
        .changed(json!({ "client_secret": "not what was agreed on" }))
        .await;
    nobody_comes_in(&world, Lies::default(), "provider_client").await;
}

#[tokio::test]
async fn what_speaks_saml_or_nothing_at_all_is_said_before_anybody_is_sent_there() {
    let world = World::new().await;
    let instead = |status, content_type, body: &str| Lies {
        no_document: Some((status, content_type, body.to_owned())),
        ..Lies::default()
    };
    let saml = r#"<?xml version="1.0"?>
        <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.example.org/saml">
        <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></EntityDescriptor>"#;
    let document = |document: Value| Lies {
        document,
        ..Lies::default()
    };
    for lies in [
        instead(200, "application/samlmetadata+xml", saml),
        instead(200, "text/html", "<!doctype html><title>Sign in</title>"),
        instead(404, "text/plain", "no such page"),
        instead(302, "text/plain", ""),
        instead(200, "application/json", "[]"),
        instead(200, "application/json", &" ".repeat(600_000)),
        document(json!({ "issuer": "https://id.evil.example" })),
        document(json!({ "token_endpoint": null })),
        document(json!({ "id_token_signing_alg_values_supported": ["none", "HS256", "ES512"] })),
        document(json!({ "jwks_uri": null })),
        document(json!({ "jwks_uri": "http://169.254.169.254/latest/meta-data" })),
        document(json!({ "jwks_uri": "https://10.0.0.1/keys" })),
    ] {
        let said = format!("{:.200}", format!("{lies:?}"));
        world.identity.lies(lies);
        let browser = world.server.browser();
        let begin = format!("{PROVIDERS}/{}/begin", world.provider);
        let answer = browser.post(&begin, json!({})).await;
        assert_eq!(refused(&answer), (503, "provider_wrong"), "{said}");
        assert_eq!(
            answer.1["details"],
            json!({ "provider": "Keycloak" }),
            "the reason is not for everybody: {said}"
        );

        let check = format!("{PROVIDERS}/{}/check", world.provider);
        let (status, answer) = world.owner.act(&check).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{said}");
        let reason = answer["details"]["reason"].as_str().expect("a reason");
        assert!(reason.len() > 10, "{said}: {reason}");
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_said_to_be() {
    let mut world = World::new().await;
    let browser = world.server.browser();
    let back = world.identity.lets_go(&leaves(&browser, &world.provider).await);
    world.identity.stop().await;
    let page = returns(&browser, &back).await;
    assert!(
        page.starts_with("/sign-in?problem=provider_unreachable"),
        "{page}"
    );
    let begin = format!("{PROVIDERS}/{}/begin", world.provider);
    assert_eq!(
        refused(&browser.post(&begin, json!({})).await),
        (503, "provider_unreachable")
    );
}

#[tokio::test]
async fn a_way_back_that_nobody_asked_for_leads_nowhere() {
    let world = World::new().await;
    let browser = world.server.browser();
    leaves(&browser, &world.provider).await;
    let back = format!("{PROVIDERS}/{}/callback", world.provider);
    for query in [
        "",
        "?code=a",
        "?code=a&state=guessed",
        "?error=access_denied&state=guessed",
        "?SAMLResponse=PHNhbWxwOlJlc3BvbnNl&RelayState=x",
    ] {
        let page = returns(&browser, &format!("{back}{query}")).await;
        assert_eq!(page, "/sign-in?problem=ceremony_dead&next=%2F", "{query}");
    }
    for (error, problem) in [
        ("access_denied", "provider_denied"),
        ("server_error", "provider_wrong"),
    ] {
        let address = leaves(&browser, &world.provider).await;
        let state = world.identity.lets_go(&address);
        let state = state.split("state=").nth(1).expect("a state");
        let page = returns(&browser, &format!("{back}?error={error}&state={state}")).await;
        assert!(
            page.starts_with(&format!("/sign-in?problem={problem}&")),
            "{page}"
        );
    }
    assert_eq!(me(&browser).await, None);
}
