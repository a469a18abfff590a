//! Establishments through the API.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Server, refused};

#[tokio::test]
async fn establishments_are_made_changed_and_removed_while_nothing_belongs_to_them() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let at = "/api/v1/establishments";
    let (status, lyon) = claire
        .post(at, json!({ "name": " Lyon ", "prefix": "lyon" }))
        .await;
    assert_eq!(
        (status, &lyon["name"]),
        (StatusCode::CREATED, &json!("Lyon")),
        "{lyon}"
    );
    let refusals = [
        (json!({ "name": "Lyon" }), (409, "establishment_name_taken")),
        (
            json!({ "name": "Rhône", "prefix": "lyon" }),
            (409, "prefix_taken"),
        ),
        (
            json!({ "name": "Nice", "prefix": "Nice !" }),
            (422, "invalid_prefix"),
        ),
        (
            json!({ "name": "Nice", "prefix": "settings" }),
            (422, "invalid_prefix"),
        ),
        (json!({ "name": "  " }), (422, "invalid_name")),
    ];
    for (body, expected) in refusals {
        assert_eq!(refused(&claire.post(at, body.clone()).await), expected, "{body}");
    }

    let path = format!("{at}/{}", lyon["id"].as_str().expect("an id"));
    let (status, changed) = claire.patch(&path, json!({ "name": "Lyon Part-Dieu" })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&changed["name"], &changed["prefix"]),
        (&json!("Lyon Part-Dieu"), &json!("lyon"))
    );
    let (_, changed) = claire.patch(&path, json!({ "prefix": null })).await;
    assert_eq!(changed["prefix"], json!(null));

    let body = json!({ "email": "nadia@example.org", "establishment": lyon["id"] });
    let (_, nadia) = claire.post("/api/v1/people", body).await;
    assert_eq!(nadia["establishment"], lyon["id"]);
    assert_eq!(refused(&claire.delete(&path).await), (409, "linked"));
    let person = format!("/api/v1/people/{}", nadia["id"].as_str().expect("an id"));
    claire.patch(&person, json!({ "establishment": null })).await;
    assert_eq!(claire.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        refused(&claire.delete(&path).await),
        (404, "no_such_establishment")
    );
    let (_, all) = claire.get(at).await;
    assert_eq!(all["items"], json!([]));
}

#[tokio::test]
async fn members_see_establishments_and_change_none() {
    let server = Server::start().await;
    server.browser_of("claire@example.org", "Claire").await;
    let jerome = server.browser_of("jerome@example.org", "Jérôme").await;
    let (status, _) = jerome.get("/api/v1/establishments").await;
    assert_eq!(status, StatusCode::OK);
    let answer = jerome
        .post("/api/v1/establishments", json!({ "name": "Lyon" }))
        .await;
    assert_eq!(refused(&answer), (403, "right_missing"));
    assert_eq!(answer.1["details"]["givers"], json!(["Claire"]));
    let program = server.program_of("claire@example.org", &["people:read"]).await;
    let answer = program
        .post("/api/v1/establishments", json!({ "name": "Lyon" }))
        .await;
    assert_eq!(refused(&answer), (403, "scope_missing"));
}
