//! Making the rooms of a list of links through the API.

use meetings::people::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, Server, outcomes, refused};

async fn import(caller: &Api, query: &str, file: impl Into<Vec<u8>>) -> (StatusCode, Value) {
    caller.sends(&format!("/api/v1/rooms/import{query}"), file).await
}

const LIST: &str = "Lien;Nom;Responsable;Accès;Créée le\r\n\
    https://whereby.com/groupimo;;;;2019\r\n\
    https://whereby.com/groupimogestion?roomKey=Secret;Gestion;theo@example.org;ouverte;2019\r\n\
    https://meet.jit.si/R%C3%A9union%20Syndic;;;;2020\r\n\
    https://whereby.com/accueil;;;;2020\r\n\
    https://whereby.com/accuei1;;;;2020\r\n\
    https://whereby.com/settings;;;;2020\r\n\
    groupimo;;;;2020\r\n\
    https://zoom.us/my/dupont;;nobody@example.org;;2020\r\n\
    https://whereby.com/?x=y;;;;2020\r\n";

#[tokio::test]
async fn a_list_of_links_is_looked_at_first_and_then_made_once() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    server.browser_of("theo@example.org", "Théo").await;
    claire
        .makes(json!({ "address": "accueil", "name": "Accueil", "access": "open" }))
        .await;
    let listed = async || claire.get("/api/v1/rooms").await.1["items"].clone();
    let before = listed().await;

    let (status, report) = import(&claire, "", LIST).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    let expected = [
        (2, "add"),
        (3, "add"),
        (4, "add"),
        (5, "known"),
        (6, "address_looks_alike"),
        (7, "reserved_address"),
        (8, "line_twice"),
        (9, "line_unknown_owner"),
        (10, "line_unusable_link"),
    ];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(report["totals"], json!({ "add": 3, "known": 1, "error": 5 }));
    assert_eq!(
        report["columns"][2],
        json!({ "header": "Responsable", "read_as": "owner" })
    );
    assert_eq!(report["columns"][4], json!({ "header": "Créée le" }));
    let line = |index: usize| &report["lines"][index];
    assert_eq!(line(0)["address"], "groupimo");
    assert_eq!(
        line(0)["room"],
        json!({ "name": "Groupimo", "owner": "Claire", "access": "knock" })
    );
    assert_eq!(
        line(1)["room"],
        json!({ "name": "Gestion", "owner": "Théo", "access": "open" })
    );
    assert_eq!(
        (&line(2)["address"], &line(2)["room"]["name"]),
        (&json!("reunion-syndic"), &json!("Réunion Syndic"))
    );
    assert_eq!(line(3)["address"], "accueil");
    assert_eq!(line(6)["error"]["details"], json!({ "first": 2 }));
    assert_eq!(listed().await, before, "nothing was changed");

    let (_, report) = import(&claire, "?dry_run=false", LIST).await;
    assert_eq!(outcomes(&report), expected);
    let (_, gestion) = claire.get("/api/v1/rooms/groupimogestion").await;
    assert_eq!(
        (
            &gestion["name"],
            &gestion["access"],
            &gestion["settings"]["owner"]["name"]
        ),
        (&json!("Gestion"), &json!("open"), &json!("Théo"))
    );
    let all = listed().await;
    assert_eq!(all.as_array().expect("a list").len(), 4);

    claire
        .patch(
            "/api/v1/rooms/groupimogestion",
            json!({ "address": "gestion", "name": "La gestion" }),
        )
        .await;
    let renamed = listed().await;
    let (_, again) = import(&claire, "?dry_run=false", LIST).await;
    assert_eq!(again["totals"], json!({ "add": 0, "known": 4, "error": 5 }));
    assert_eq!(
        listed().await,
        renamed,
        "repeating it does nothing, whatever was changed since"
    );

    let (_, trail) = claire.get("/api/v1/audit?limit=50").await;
    let imported: Vec<_> = trail["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|entry| entry["action"] == "room.imported")
        .collect();
    assert_eq!(imported.len(), 3);
    assert_eq!(imported[0]["actor"], "Claire");
    assert!(
        !trail.to_string().contains("Secret"),
        "what stood behind a link is nowhere"
    );
}

#[tokio::test]
async fn a_room_that_is_there_keeps_others_from_what_looks_like_it() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Admin).await;
    claire.makes(json!({ "address": "lumiere" })).await;
    let (_, report) = import(&claire, "?dry_run=false", "https://whereby.com/1umi%C3%A8re").await;
    assert_eq!(outcomes(&report), [(1, "address_looks_alike")]);
    assert_eq!(report["lines"][0]["error"]["details"], json!({ "of": "lumiere" }));
}

#[tokio::test]
async fn rooms_go_where_their_prefix_says_and_only_to_people_who_may_own_them() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    server.somebody("Dupont", Role::Individual).await;
    let lyon = json!({ "name": "Lyon", "prefix": "lyon" });
    claire.post("/api/v1/establishments", lyon).await;
    let list = "link,owner\nwhereby.com/lyon-accueil,\nwhereby.com/dupont,dupont@example.org";
    let (_, report) = import(&claire, "?dry_run=false", list).await;
    assert_eq!(outcomes(&report), [(2, "add"), (3, "cannot_own_rooms")]);
    let (_, room) = claire.get("/api/v1/rooms/lyon-accueil").await;
    assert_eq!(room["settings"]["establishment"]["name"], "Lyon");
}

#[tokio::test]
async fn only_who_manages_rooms_imports_them() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Owner).await;
    let ada = server.somebody("Ada", Role::Member).await;
    let list = "https://whereby.com/groupimo";
    assert_eq!(refused(&import(&ada, "", list).await), (403, "right_missing"));
    assert_eq!(
        refused(&import(&server.nobody(), "", list).await),
        (401, "sign_in_needed")
    );
    let refusals: [(Vec<u8>, (u16, &str)); 3] = [
        ("service;étage\nPaie;2".into(), (422, "table_no_link_column")),
        (Vec::new(), (422, "table_empty")),
        (vec![b'a'; 2 * 1024 * 1024 + 1], (413, "table_too_large")),
    ];
    for (file, expected) in refusals {
        assert_eq!(refused(&import(&claire, "?dry_run=false", file).await), expected);
    }
    assert_eq!(
        refused(&claire.get("/api/v1/rooms/import").await).0,
        405,
        "no room is called so"
    );
}

#[tokio::test]
async fn a_full_list_is_made_in_one_request() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Owner).await;
    let list: String = (0..2_000)
        .map(|number| format!("https://whereby.com/q{number}x\n"))
        .collect();
    let (status, report) = import(&claire, "?dry_run=false", list).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(report["totals"], json!({ "add": 2_000, "known": 0, "error": 0 }));
    assert_eq!(claire.get("/api/v1/rooms/q1999x").await.0, StatusCode::OK);
}
