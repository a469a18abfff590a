//! The people of the organisation through the API: who sees them, who changes them, and what comes of it.

use meetings::email::EmailAddress;
use meetings::people::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::actions::people::Addition;
use store::{Cut, mail};

use crate::support::{Api, Server, refused};

/// A server with an owner (Claire), an administrator (Ada) and a member (Jérôme).
struct World {
    server: Server,
    claire: Api,
    ada: Api,
    jerome: Api,
}

impl World {
    async fn new() -> Self {
        let server = Server::start().await;
        let claire = server.browser_of("claire@example.org", "Claire Martin").await;
        let ada = server.browser_of("ada@example.org", "Ada").await;
        let jerome = server.browser_of("jerome@example.org", "Jérôme Blanc").await;
        let world = Self {
            server,
            claire,
            ada,
            jerome,
        };
        world.changed("ada@example.org", json!({ "role": "admin" })).await;
        world
    }

    /// The id of somebody.
    async fn id(&self, email: &str) -> String {
        let (_, found) = self.claire.get(&format!("/api/v1/people?q={email}")).await;
        found["items"][0]["id"].as_str().expect("somebody").to_owned()
    }

    async fn path(&self, email: &str) -> String {
        format!("/api/v1/people/{}", self.id(email).await)
    }

    /// Somebody as the owner has changed them.
    async fn changed(&self, email: &str, change: Value) -> Value {
        let (status, person) = self.claire.patch(&self.path(email).await, change).await;
        assert_eq!(status, StatusCode::OK, "{person}");
        person
    }

    /// The letters to somebody, the newest first: what is filled into their words.
    async fn letters(&self, email: &str) -> Vec<Value> {
        let tx = self.server.running.app.store.begin_read().await.expect("begins");
        let all = mail::list(&tx, Cut::first(500)).await.expect("lists").items;
        let theirs = all.into_iter().filter(|letter| letter.to.as_str() == email);
        let words = theirs.filter_map(|letter| letter.payload);
        words
            .map(|words| serde_json::from_str(words.expose()).expect("JSON"))
            .collect()
    }
}

/// The secret behind the `#` of a letter's link.
fn secret(letter: &Value) -> Value {
    let link = letter["link"].as_str().expect("a link");
    let (_, secret) = link.split_once('#').expect("a secret");
    json!({ "secret": secret })
}

#[tokio::test]
async fn members_see_colleagues_and_nobody_else_does() {
    let world = World::new().await;
    let (status, all) = world.jerome.get("/api/v1/people").await;
    assert_eq!(status, StatusCode::OK);
    let names: Vec<_> = all["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|person| person["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["Claire Martin", "Ada", "Jérôme Blanc"]);
    let (_, found) = world.jerome.get("/api/v1/people?q=JEROME%20blanc").await;
    assert_eq!(found["items"].as_array().expect("a list").len(), 1);
    assert_eq!(found["items"][0]["state"], "active");

    world
        .changed("jerome@example.org", json!({ "role": "individual" }))
        .await;
    let answer = world.jerome.get("/api/v1/people").await;
    assert_eq!(refused(&answer), (403, "right_missing"));
    assert_eq!(
        answer.1["details"]["givers"],
        json!(["Claire Martin", "Ada"]),
        "who lacks a right sees who can give it"
    );
    let answer = world.server.nobody().get("/api/v1/people").await;
    assert_eq!(refused(&answer), (401, "sign_in_needed"));
    let program = world
        .server
        .program_of("claire@example.org", &["rooms:write"])
        .await;
    assert_eq!(
        refused(&program.get("/api/v1/people").await),
        (403, "scope_missing")
    );
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let world = World::new().await;
    let (_, first) = world.claire.get("/api/v1/people?limit=2").await;
    let next = first["next"].as_str().expect("there is more");
    let (_, second) = world
        .claire
        .get(&format!("/api/v1/people?limit=2&after={next}"))
        .await;
    assert_eq!(second["items"].as_array().expect("a list").len(), 1);
    assert!(second.get("next").is_none(), "{second}");
    let answer = world.claire.get("/api/v1/people?after=nobody").await;
    assert_eq!(refused(&answer), (400, "malformed"));
}

#[tokio::test]
async fn somebody_invited_gets_a_letter_whose_link_signs_in_once() {
    let world = World::new().await;
    let invitation = json!({ "email": "Nadia.Kessler@Example.org", "role": "member", "language": "en" });
    let (status, nadia) = world.ada.post("/api/v1/people", invitation.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{nadia}");
    assert_eq!(nadia["name"], "Nadia Kessler");
    assert_eq!(nadia["state"], "invited");
    let answer = world.ada.post("/api/v1/people", invitation).await;
    assert_eq!(refused(&answer), (409, "email_taken"));

    let again = format!(
        "/api/v1/people/{}/invitation",
        nadia["id"].as_str().expect("an id")
    );
    assert_eq!(world.ada.act(&again).await.0, StatusCode::ACCEPTED);
    let letters = world.letters("nadia.kessler@example.org").await;
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0]["inviter"], "Ada");
    assert!(
        letters[0]["link"]
            .as_str()
            .expect("a link")
            .starts_with(&world.server.url("/sign-in#"))
    );
    let nobody = world.server.nobody();
    let old = nobody.post("/api/v1/sign-in/link", secret(&letters[1])).await;
    assert_eq!(refused(&old), (409, "link_dead"), "the link before is void");
    let (status, me) = nobody.post("/api/v1/sign-in/link", secret(&letters[0])).await;
    assert_eq!((status, &me["language"]), (StatusCode::OK, &json!("en")), "{me}");
    assert_eq!(refused(&world.ada.act(&again).await), (409, "has_signed_in"));
}

#[tokio::test]
async fn what_is_no_invitation_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let nowhere = "01890a5d-ac96-774b-bcce-b302099a8057";
    let table = [
        (json!({ "email": "nadia" }), (422, "invalid_email")),
        (json!({}), (400, "malformed")),
        (
            json!({ "email": "nadia@example.org", "name": "evil\u{202e}gpj" }),
            (422, "invalid_name"),
        ),
        (
            json!({ "email": "nadia@example.org", "name": "é".repeat(10_000) }),
            (422, "invalid_name"),
        ),
        (
            json!({ "email": "nadia@example.org", "role": "king" }),
            (400, "malformed"),
        ),
        (
            json!({ "email": "nadia@example.org", "establishment": nowhere }),
            (422, "unknown_establishment"),
        ),
        (
            json!({ "email": "nadia@example.org", "role": "owner" }),
            (403, "owners_only"),
        ),
    ];
    for (body, expected) in table {
        let answer = world.ada.post("/api/v1/people", body.clone()).await;
        assert_eq!(refused(&answer), expected, "{body}");
    }
    let body = json!({ "email": "nadia@example.org" });
    let answer = world.jerome.post("/api/v1/people", body).await;
    assert_eq!(refused(&answer), (403, "right_missing"));
    let (_, all) = world.claire.get("/api/v1/people").await;
    assert_eq!(all["items"].as_array().expect("a list").len(), 3);
    assert!(world.letters("nadia@example.org").await.is_empty());
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_everywhere() {
    let world = World::new().await;
    let program = world
        .server
        .program_of("jerome@example.org", &["people:read"])
        .await;
    let (_, link) = world.server.person("jerome@example.org", "Jérôme Blanc").await;
    assert_eq!(world.jerome.get("/api/v1/me").await.0, StatusCode::OK);
    assert_eq!(program.get("/api/v1/me").await.0, StatusCode::OK);

    let gone = world
        .changed("jerome@example.org", json!({ "active": false }))
        .await;
    assert_eq!(gone["state"], "deactivated");
    assert_eq!(
        refused(&world.jerome.get("/api/v1/me").await),
        (401, "sign_in_needed")
    );
    assert_eq!(refused(&program.get("/api/v1/me").await), (401, "invalid_token"));
    let link = json!({ "secret": link.expose() });
    let by_link = world.server.nobody().post("/api/v1/sign-in/link", link).await;
    assert_eq!(refused(&by_link), (409, "link_dead"));
    let again = format!("{}/invitation", world.path("jerome@example.org").await);
    assert_eq!(refused(&world.claire.act(&again).await), (409, "person_inactive"));

    let back = world
        .changed("jerome@example.org", json!({ "active": true }))
        .await;
    assert_eq!(back["state"], "active");
    assert_eq!(
        refused(&world.jerome.get("/api/v1/me").await),
        (401, "sign_in_needed"),
        "old sign-ins do not come back to life"
    );
}

#[tokio::test]
async fn the_organisation_keeps_an_owner_and_only_owners_change_owners() {
    let world = World::new().await;
    let claire = world.path("claire@example.org").await;
    for change in [json!({ "role": "member" }), json!({ "active": false })] {
        let answer = world.claire.patch(&claire, change.clone()).await;
        assert_eq!(refused(&answer), (409, "last_owner"), "{change}");
        let answer = world.ada.patch(&claire, change).await;
        assert_eq!(refused(&answer), (403, "owners_only"));
        assert_eq!(answer.1["details"]["givers"], json!(["Claire Martin"]));
    }
    let answer = world.jerome.patch(&claire, json!({ "name": "Clara" })).await;
    assert_eq!(refused(&answer), (403, "right_missing"));
    world.changed("ada@example.org", json!({ "role": "owner" })).await;
    let (status, _) = world.ada.patch(&claire, json!({ "role": "member" })).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    let world = World::new().await;
    world.changed("ada@example.org", json!({ "role": "owner" })).await;
    let (claire, ada) = (
        world.path("claire@example.org").await,
        world.path("ada@example.org").await,
    );
    let demoted = json!({ "role": "member" });
    let (first, second) = tokio::join!(
        world.claire.patch(&ada, demoted.clone()),
        world.ada.patch(&claire, demoted.clone())
    );
    let statuses = [first.0, second.0];
    let done = statuses.iter().filter(|status| **status == StatusCode::OK);
    assert_eq!(done.count(), 1, "{first:?} {second:?}");
}

#[tokio::test]
async fn the_right_to_manage_integrations_is_given_by_name() {
    let world = World::new().await;
    let rights = async || {
        let (_, me) = world.jerome.get("/api/v1/me").await;
        let rights = me["rights"].as_array().expect("a list").clone();
        rights.contains(&json!("manage_integrations"))
    };
    assert!(!rights().await);
    let path = world.path("jerome@example.org").await;
    let give = json!({ "manages_integrations": true });
    let (status, _) = world.ada.patch(&path, give.clone()).await;
    assert_eq!(status, StatusCode::OK, "administrators may give what they lack");
    assert!(rights().await);
    let individual = world
        .changed("jerome@example.org", json!({ "role": "individual" }))
        .await;
    assert_eq!(individual["manages_integrations"], false);
    let answer = world.claire.patch(&path, give).await;
    assert_eq!(refused(&answer), (422, "not_for_individuals"));
}

#[tokio::test]
async fn everybody_changes_their_own_name_and_language_and_nothing_else() {
    let world = World::new().await;
    let change = json!({ "name": " Jérôme B. ", "language": "en", "role": "owner", "active": false });
    let (status, me) = world.jerome.patch("/api/v1/me", change).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(
        (&me["name"], &me["language"]),
        (&json!("Jérôme B."), &json!("en"))
    );
    assert_eq!(me["role"], "member", "unknown fields are ignored");
    let answer = world.jerome.patch("/api/v1/me", json!({ "name": "" })).await;
    assert_eq!(refused(&answer), (422, "invalid_name"));
    let answer = world
        .server
        .nobody()
        .patch("/api/v1/me", json!({ "name": "Eve" }))
        .await;
    assert_eq!(refused(&answer), (401, "sign_in_needed"));
    let reads = world
        .server
        .program_of("jerome@example.org", &["people:read"])
        .await;
    let answer = reads.patch("/api/v1/me", json!({ "name": "Eve" })).await;
    assert_eq!(refused(&answer), (403, "scope_missing"));
}

#[tokio::test]
async fn every_change_of_people_is_in_the_audit_trail() {
    let world = World::new().await;
    world
        .changed("jerome@example.org", json!({ "name": "Jérôme B." }))
        .await;
    world
        .changed("jerome@example.org", json!({ "name": "Jérôme B." }))
        .await;
    world
        .changed("jerome@example.org", json!({ "active": false }))
        .await;
    let id = world.id("jerome@example.org").await;
    let tx = world.server.running.app.store.begin_read().await.expect("begins");
    let subject = id.parse::<meetings::id::PersonId>().expect("an id").as_uuid();
    let trail = store::audit::of_subject(&tx, subject, Cut::first(10))
        .await
        .expect("reads");
    let told: Vec<_> = trail.items.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(told, ["person.deactivated", "person.changed", "person.added"]);
    assert_eq!(trail.items[1].actor, "Claire Martin");
    assert_eq!(
        trail.items[1].details,
        json!({ "name": { "from": "Jérôme Blanc", "to": "Jérôme B." } }),
        "a change that changes nothing leaves no line"
    );
}

#[tokio::test]
async fn somebody_added_from_the_command_line_has_not_signed_in_yet() {
    let world = World::new().await;
    let addition = Addition {
        email: EmailAddress::parse("nadia@example.org").expect("an address"),
        name: None,
        role: Some(Role::Member),
    };
    let app = &world.server.running.app;
    let now = jiff::Timestamp::now();
    server::actions::people::add_from_command_line(&app.store, now, addition)
        .await
        .expect("adds");
    let (_, found) = world.claire.get("/api/v1/people?q=nadia").await;
    assert_eq!(found["items"][0]["state"], "invited");
}
