//! Lists of rooms: whose, in pages, with who is in them now.

use meetings::people::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, Server, eventually};

async fn addresses(who: &Api, query: &str) -> Vec<String> {
    let (status, list) = who.get(&format!("/api/v1/rooms{query}")).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .map(|room| room["address"].as_str().expect("an address").to_owned())
        .collect()
}

async fn listed(who: &Api, address: &str) -> Value {
    let (_, list) = who.get("/api/v1/rooms").await;
    let items = list["items"].as_array().expect("items");
    let found = items.iter().find(|room| room["address"] == address);
    found.expect("it is listed").clone()
}

#[tokio::test]
async fn members_see_the_organisations_rooms_and_individuals_their_own() {
    let server = Server::start().await;
    let ada = server.somebody("Ada", Role::Owner).await;
    let claire = server.somebody("Claire", Role::Member).await;
    let dupont = server.somebody("Dupont", Role::Individual).await;
    ada.makes(json!({ "address": "direction" })).await;
    claire.makes(json!({ "address": "forum" })).await;
    dupont.makes(json!({ "address": "dupont" })).await;
    ada.put(&format!("/api/v1/rooms/direction/hosts/{}", dupont.person))
        .await;

    assert_eq!(addresses(&claire, "").await, ["direction", "forum"]);
    assert_eq!(addresses(&claire, "?mine=true").await, ["forum"]);
    assert_eq!(addresses(&ada, "").await, ["direction", "forum", "dupont"]);
    assert_eq!(
        addresses(&dupont, "").await,
        ["direction", "dupont"],
        "one they host, too"
    );
    let room = listed(&ada, "dupont").await;
    assert_eq!((&room["personal"], &room["mine"]), (&json!(true), &json!(false)));
    assert_eq!(room["owner"], "Dupont");
    assert_eq!(listed(&dupont, "direction").await["mine"], true);

    let (status, error) = server.nobody().get("/api/v1/rooms").await;
    assert_eq!((status.as_u16(), &error["code"]), (401, &json!("sign_in_needed")));
    let (status, error) = ada.get("/api/v1/rooms?mine=perhaps").await;
    assert_eq!((status.as_u16(), &error["code"]), (400, &json!("malformed")));
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    for number in 0..5 {
        claire
            .makes(json!({ "address": format!("salle-{number}") }))
            .await;
    }
    let (_, first) = claire.get("/api/v1/rooms?limit=3").await;
    let next = first["next"].as_str().expect("more");
    let (_, rest) = claire.get(&format!("/api/v1/rooms?limit=3&after={next}")).await;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest.get("next"), None);
}

#[tokio::test]
async fn names_are_told_to_those_who_would_enter_and_to_others_a_number() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    let nadia = server.somebody("Nadia", Role::Member).await;
    claire.makes(json!({ "address": "forum" })).await;
    let _people = [
        server.client("forum", "zoe").await,
        server.client("forum", "samir").await,
    ];
    let seen = async |who: &Api| {
        let (_, room) = who.get("/api/v1/rooms/forum").await;
        (room["participant_count"].clone(), room["participants"].clone())
    };
    let names = |room: &Value| {
        let people = room["participants"].as_array().expect("people");
        let mut names: Vec<_> = people.iter().map(|one| one["name"].clone()).collect();
        names.sort_by_key(Value::to_string);
        names
    };
    eventually("both are there", async || seen(&nadia).await.0 == 2).await;
    let room = listed(&nadia, "forum").await;
    assert_eq!(names(&room), ["SAMIR", "ZOE"]);
    assert_eq!(room["participant_count"], 2);
    assert_eq!(seen(&server.nobody()).await, (json!(2), Value::Null));

    claire
        .patch("/api/v1/rooms/forum", json!({ "access": "open" }))
        .await;
    assert_ne!(seen(&server.nobody()).await.1, Value::Null);
    claire
        .patch("/api/v1/rooms/forum", json!({ "access": "locked" }))
        .await;
    assert_eq!(listed(&nadia, "forum").await["participants"], Value::Null);
    assert_eq!(
        names(&listed(&claire, "forum").await),
        ["SAMIR", "ZOE"],
        "she hosts it"
    );
}
