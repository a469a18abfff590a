//! Signing in through a service that knows the organisation's people: who comes in, with which role, and who sets it up.

use meetings::people::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::{Cut, audit, oidc_providers};

use crate::support::identity::{ALGORITHMS, CLIENT, Identity, Lies, SECRET, Signs};
use crate::support::{Api, Browser, Server, refused};

pub(crate) const PROVIDERS: &str = "/api/v1/sign-in/providers";

/// A server with its owner, and a service that is set up to make accounts.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) owner: Api,
    pub(crate) identity: Identity,
    pub(crate) provider: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let server = Server::start().await;
        let owner = server.browser_of("claire@example.org", "Claire Martin").await;
        let identity = Identity::start().await;
        let provider = add(&owner, "Keycloak", &identity).await;
        Self {
            server,
            owner,
            identity,
            provider,
        }
    }

    pub(crate) async fn changed(&self, change: Value) {
        let (status, answer) = self
            .owner
            .patch(&format!("{PROVIDERS}/{}", self.provider), change)
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// Goes there and comes back in one browser: where it ends.
    pub(crate) async fn comes(&self, browser: &Browser) -> String {
        let back = self.identity.lets_go(&leaves(browser, &self.provider).await);
        returns(browser, &back).await
    }
}

/// Adds a service that makes accounts.
async fn add(owner: &Api, name: &str, identity: &Identity) -> String {
    let provider = json!({
        "name": name, "issuer": identity.issuer(), "client_id": CLIENT, "client_secret": SECRET,
        "group_claim": "groups", "group_roles": { "staff": "member", "it": "admin" },
        "default_role": "individual", "creates_people": true,
    });
    let (status, made) = owner.post(PROVIDERS, provider).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["id"].as_str().expect("an id").to_owned()
}

/// The address of the service that a browser is sent to.
pub(crate) async fn leaves(browser: &Browser, provider: &str) -> String {
    let path = format!("{PROVIDERS}/{provider}/begin");
    let (status, answer) = browser.post(&path, json!({ "next": "/equipe?a=b" })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["address"].as_str().expect("an address").to_owned()
}

/// Where a browser that comes back is sent on to.
pub(crate) async fn returns(browser: &Browser, back: &str) -> String {
    let answer = browser.send(browser.request(Method::GET, back)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()["location"].to_str().expect("text").to_owned()
}

/// As whom a browser is signed in.
pub(crate) async fn me(browser: &Browser) -> Option<(String, String)> {
    let (status, me) = browser.get("/api/v1/me").await;
    let text = |field: &str| me[field].as_str().expect("text").to_owned();
    (status == StatusCode::OK).then(|| (text("email"), text("role")))
}

fn says(claims: Value) -> Lies {
    Lies {
        claims,
        ..Lies::default()
    }
}

fn whoever(email: &str, role: &str) -> Option<(String, String)> {
    Some((email.to_owned(), role.to_owned()))
}

#[tokio::test]
async fn groups_decide_the_role_at_each_sign_in() {
    let world = World::new().await;
    for (claims, role) in [
        (json!({ "groups": ["staff", "chess"] }), "member"),
        (json!({ "groups": ["staff", "it"] }), "admin"),
        (json!({ "groups": "staff" }), "member"),
        (json!({ "groups": [{ "name": "it" }, 7] }), "individual"),
        (json!({ "groups": { "it": true } }), "individual"),
    ] {
        world.identity.lies(says(claims.clone()));
        let browser = world.server.browser();
        assert_eq!(world.comes(&browser).await, "/equipe?a=b", "{claims}");
        assert_eq!(me(&browser).await, whoever("zoe@example.org", role), "{claims}");
    }
}

#[tokio::test]
async fn what_a_service_signs_with_any_of_its_public_keys_is_believed() {
    let world = World::new().await;
    for algorithm in ALGORITHMS {
        let lies = Lies {
            document: json!({ "id_token_signing_alg_values_supported": ["HS256", "ES256K", algorithm] }),
            signs: Signs::By(algorithm),
            ..Lies::default()
        };
        world.identity.lies(lies);
        let browser = world.server.browser();
        assert_eq!(world.comes(&browser).await, "/equipe?a=b", "{algorithm}");
    }
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for() {
    let world = World::new().await;
    world.identity.lies(Lies {
        claims: json!({ "email": null, "email_verified": null, "name": null }),
        user_info: json!({
            "email": "Zoe@Example.org", "email_verified": "true", "name": "Zoé N.", "groups": ["staff"],
        }),
        ..Lies::default()
    });
    let browser = world.server.browser();
    world.comes(&browser).await;
    assert_eq!(me(&browser).await, whoever("zoe@example.org", "member"));
}

#[tokio::test]
async fn somebody_known_keeps_their_account_when_their_address_changes() {
    let world = World::new().await;
    world.server.person("jerome@example.org", "Jérôme Blanc").await;
    world
        .identity
        .lies(says(json!({ "email": "jerome@example.org" })));
    let browser = world.server.browser();
    world.comes(&browser).await;
    assert_eq!(
        me(&browser).await,
        whoever("jerome@example.org", "member"),
        "found by it"
    );

    world.identity.lies(says(
        json!({ "email": "jerome.blanc@example.net", "email_verified": false }),
    ));
    let browser = world.server.browser();
    world.comes(&browser).await;
    assert_eq!(me(&browser).await, whoever("jerome@example.org", "member"));
}

#[tokio::test]
async fn whoever_may_not_come_in_stays_outside_and_reads_why() {
    let world = World::new().await;
    let (gone, _) = world.server.person("gone@example.org", "Gone").await;
    let path = format!("/api/v1/people/{gone}");
    let (status, _) = world.owner.patch(&path, json!({ "active": false })).await;
    assert_eq!(status, StatusCode::OK);
    world.changed(json!({ "creates_people": false })).await;
    for (claims, problem) in [
        (json!({ "email": "gone@example.org" }), "provider_inactive"),
        (
            json!({ "email": "stranger@example.org" }),
            "provider_unknown_person",
        ),
        (json!({ "email": "claire@example.org" }), "provider_owner"),
        (
            json!({ "email": "claire@example.org", "email_verified": false }),
            "provider_unverified",
        ),
        (json!({ "email_verified": null }), "provider_unverified"),
        (json!({ "email": null }), "provider_unverified"),
        (
            json!({ "email": "claire@example.org\r\nBcc: x@y.example" }),
            "provider_unverified",
        ),
    ] {
        world.identity.lies(says(claims.clone()));
        let browser = world.server.browser();
        let page = world.comes(&browser).await;
        assert_eq!(
            page,
            format!("/sign-in?problem={problem}&next=%2Fequipe%3Fa%3Db"),
            "{claims}"
        );
        assert_eq!(me(&browser).await, None, "{claims}");
    }
}

#[tokio::test]
async fn an_owner_connects_their_account_and_comes_in_with_it_from_then_on() {
    let world = World::new().await;
    world.identity.lies(says(
        json!({ "email": "private@example.com", "groups": ["staff"] }),
    ));
    let begin = format!("{PROVIDERS}/{}/begin", world.provider);
    let body = json!({ "next": "/settings/me", "connect": true });
    assert_eq!(
        refused(&world.server.browser().post(&begin, body.clone()).await),
        (401, "sign_in_needed")
    );
    let (_, secret) = world.server.person("claire@example.org", "Claire Martin").await;
    let browser = world.server.browser();
    browser
        .post("/api/v1/sign-in/link", json!({ "secret": secret.expose() }))
        .await;
    let (status, answer) = browser.post(&begin, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let back = world
        .identity
        .lets_go(answer["address"].as_str().expect("an address"));
    assert_eq!(returns(&browser, &back).await, "/settings/me");
    let (_, connected) = browser.get("/api/v1/me/providers").await;
    assert_eq!(connected["items"][0]["provider"], world.provider.as_str());

    let elsewhere = world.server.browser();
    world.comes(&elsewhere).await;
    assert_eq!(me(&elsewhere).await, whoever("claire@example.org", "owner"));
}

#[tokio::test]
async fn the_way_back_is_open_once_and_to_the_browser_that_left() {
    let world = World::new().await;
    let (here, elsewhere) = (world.server.browser(), world.server.browser());
    let dead = "/sign-in?problem=ceremony_dead&next=%2F";

    let back = world.identity.lets_go(&leaves(&here, &world.provider).await);
    leaves(&elsewhere, &world.provider).await;
    assert_eq!(
        returns(&elsewhere, &back).await,
        dead,
        "stolen to another browser"
    );
    assert_eq!(me(&elsewhere).await, None);
    assert_eq!(returns(&here, &back).await, "/equipe?a=b");
    assert_eq!(returns(&world.server.browser(), &back).await, dead, "replayed");
    assert_eq!(returns(&here, &back).await, dead, "replayed at home");

    // Somebody else's answer, planted in this browser: its question was another one.
    let theirs = world.identity.lets_go(&leaves(&elsewhere, &world.provider).await);
    let own = world.identity.lets_go(&leaves(&here, &world.provider).await);
    let state = |back: &str| back.split("state=").nth(1).expect("a state").to_owned();
    let planted = theirs.replace(&state(&theirs), &state(&own));
    let page = returns(&here, &planted).await;
    assert!(page.starts_with("/sign-in?problem=provider_wrong"), "{page}");
}

#[tokio::test]
async fn several_services_stand_side_by_side_and_none_answers_for_another() {
    let world = World::new().await;
    let other = Identity::start().await;
    let second = add(&world.owner, "Office", &other).await;
    let (_, ways) = world.server.nobody().get("/api/v1/sign-in/ways").await;
    let names: Vec<_> = ways["providers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|way| &way["name"])
        .collect();
    assert_eq!(names, ["Keycloak", "Office"]);

    // The same name for somebody is somebody else at another service.
    world.identity.lies(says(json!({ "email": "zoe@example.org" })));
    other.lies(says(json!({ "email": "paul@example.org" })));
    let (zoe, paul) = (world.server.browser(), world.server.browser());
    world.comes(&zoe).await;
    returns(&paul, &other.lets_go(&leaves(&paul, &second).await)).await;
    assert_eq!(me(&zoe).await, whoever("zoe@example.org", "individual"));
    assert_eq!(me(&paul).await, whoever("paul@example.org", "individual"));

    // An answer that comes back by the other's way.
    let browser = world.server.browser();
    let back = world.identity.lets_go(&leaves(&browser, &world.provider).await);
    let page = returns(&browser, &back.replace(&world.provider, &second)).await;
    assert!(page.starts_with("/sign-in?problem=provider_wrong"), "{page}");
    assert_eq!(me(&browser).await, None);

    world.changed(json!({ "enabled": false })).await;
    let begin = format!("{PROVIDERS}/{}/begin", world.provider);
    assert_eq!(
        refused(&browser.post(&begin, json!({})).await),
        (404, "unknown_provider")
    );
}

#[tokio::test]
async fn owners_and_administrators_set_services_up_and_their_secrets_are_told_to_nobody() {
    let world = World::new().await;
    let path = format!("{PROVIDERS}/{}", world.provider);
    for (role, name) in [(Role::Member, "Jerome"), (Role::Individual, "Zoe")] {
        world.server.somebody(name, role).await;
        let email = format!("{}@example.org", name.to_lowercase());
        let program = world.server.program_of(&email, &["people:write"]).await;
        for answer in [
            program.get(PROVIDERS).await,
            program
                .post(
                    PROVIDERS,
                    json!({ "name": "Mine", "issuer": "https://id.example.com" }),
                )
                .await,
            program.patch(&path, json!({ "name": "Mine" })).await,
            program.act(&format!("{path}/check")).await,
            program.delete(&path).await,
        ] {
            assert_eq!(answer.0, StatusCode::FORBIDDEN, "{}", answer.1);
        }
    }
    let (_, listed) = world.owner.get(PROVIDERS).await;
    assert_eq!(listed["items"][0]["has_secret"], true);
    let tx = world.server.running.app.store.begin_read().await.expect("begins");
    let kept = oidc_providers::list(&tx, Cut::first(10))
        .await
        .expect("lists")
        .items;
    assert_eq!(kept[0].client_secret.expose(), SECRET);
    let trail = audit::list(&tx, Cut::first(100)).await.expect("lists").items;
    let written = trail
        .iter()
        .find(|line| line.action == "provider.added")
        .expect("is written down");
    for told in [listed.to_string(), format!("{kept:?}"), format!("{written:?}")] {
        assert!(!told.contains(SECRET), "{told}");
    }
}

#[tokio::test]
async fn what_is_no_service_is_refused() {
    let world = World::new().await;
    for (field, value, refusal) in [
        ("issuer", json!("id.example.org"), (422, "invalid_issuer")),
        ("issuer", json!("http://id.example.org"), (422, "invalid_issuer")),
        (
            "issuer",
            json!("https://u@id.example.org"),
            (422, "invalid_issuer"),
        ),
        (
            "issuer",
            json!("https://id.example.org/?tenant=1"),
            (422, "invalid_issuer"),
        ),
        ("issuer", json!("file:///etc/passwd"), (422, "invalid_issuer")),
        ("name", json!("a\u{202e}b"), (422, "invalid_name")),
        ("client_id", json!(""), (422, "invalid_provider")),
        ("scopes", json!(["email profile"]), (422, "invalid_provider")),
        ("default_role", json!("owner"), (422, "provider_makes_no_owners")),
        (
            "group_roles",
            json!({ "board": "owner" }),
            (422, "provider_makes_no_owners"),
        ),
    ] {
        let mut body = json!({
            "name": "Keycloak", "issuer": "https://id.example.org", "client_id": "palabre", "enabled": true,
        });
        body[field] = value.clone();
        assert_eq!(
            refused(&world.owner.post(PROVIDERS, body).await),
            refusal,
            "{field} {value}"
        );
    }
    let moved = json!({ "issuer": "https://id.example.com" });
    let path = format!("{PROVIDERS}/{}", world.provider);
    assert_eq!(
        refused(&world.owner.patch(&path, moved).await),
        (422, "issuer_fixed")
    );
    for number in 1..10 {
        let body = json!({ "name": format!("Service {number}"), "issuer": "https://id.example.org" });
        assert_eq!(world.owner.post(PROVIDERS, body).await.0, StatusCode::CREATED);
    }
    let body = json!({ "name": "One more", "issuer": "https://id.example.org" });
    assert_eq!(
        refused(&world.owner.post(PROVIDERS, body).await),
        (409, "too_many_providers")
    );
}
