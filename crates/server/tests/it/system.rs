//! What who runs the organisation looks at: the server, its work, and the audit trail.

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::jobs::{self, Claim};

use crate::support::{Api, Server, refused};

/// Work that was given up, of a kind that no server takes; its id.
async fn given_up(server: &Server) -> String {
    let now = Timestamp::now();
    let tx = server.running.app.store.begin_write().await.expect("begins");
    let id = jobs::enqueue(&tx, "of_tests", &json!({}), now, now)
        .await
        .expect("enqueues");
    let claim = Claim {
        worker: "a test",
        kinds: &["of_tests"],
        limit: 1,
        lease: jiff::SignedDuration::from_secs(30),
        attempts: 5,
    };
    let job = jobs::claim(&tx, now, claim).await.expect("claims").remove(0);
    jobs::give_up(&tx, &job, now, "the other side hung up")
        .await
        .expect("gives up");
    tx.commit().await.expect("commits");
    id.to_string()
}

async fn dead(caller: &Api) -> Vec<Value> {
    let (_, list) = caller.get("/api/v1/jobs?state=dead").await;
    list["items"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn only_who_runs_the_organisation_looks() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let ada = server.browser_of("ada@example.org", "Ada").await;
    for path in ["/api/v1/system", "/api/v1/jobs", "/api/v1/audit"] {
        assert_eq!(
            refused(&server.nobody().get(path).await),
            (401, "sign_in_needed"),
            "{path}"
        );
        assert_eq!(refused(&ada.get(path).await), (403, "right_missing"), "{path}");
        assert_eq!(claire.get(path).await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_server_says_what_it_is_and_what_goes_on_in_it() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    given_up(&server).await;
    let (_, system) = claire.get("/api/v1/system").await;
    let database = match server.running.app.settings.database_url {
        Some(_) => "postgres",
        None => "sqlite",
    };
    assert_eq!(system["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (&system["database"], &system["media"]),
        (&json!(database), &json!("embedded"))
    );
    assert_eq!(system["rooms"], json!([]));
    let jobs = &system["jobs"];
    assert_eq!((&jobs["failing"], &jobs["dead"]), (&json!(0), &json!(1)));
    let recurring = jobs["waiting"].as_u64().zip(jobs["running"].as_u64());
    let recurring = recurring.map(|(waiting, running)| waiting + running);
    assert_eq!(recurring, Some(1), "what the server does every hour: {jobs}");
    assert_eq!(system["mail"]["letters"]["dead"], 0);
    assert_eq!(
        system["mail"]["trouble"],
        Value::Null,
        "what is no letter is no trouble of the mail"
    );
}

#[tokio::test]
async fn work_that_was_given_up_is_tried_again_or_discarded_and_told() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let (id, other) = (given_up(&server).await, given_up(&server).await);
    let listed = dead(&claire).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[1]["id"], &listed[1]["trouble"]),
        (&json!(id), &json!("the other side hung up"))
    );
    let path = format!("/api/v1/jobs/{id}");
    let (status, job) = claire.act(&format!("{path}/retry")).await;
    assert_eq!((status, &job["state"]), (StatusCode::OK, &json!("waiting")));
    assert_eq!(
        refused(&claire.act(&format!("{path}/retry")).await),
        (409, "job_not_dead")
    );
    assert_eq!(refused(&claire.delete(&path).await), (409, "job_not_dead"));

    assert_eq!(
        claire.delete(&format!("/api/v1/jobs/{other}")).await.0,
        StatusCode::NO_CONTENT
    );
    let gone = claire.act(&format!("/api/v1/jobs/{other}/retry")).await;
    assert_eq!(refused(&gone), (404, "no_such_job"));
    let (_, trail) = claire.get("/api/v1/audit?limit=2").await;
    let told: Vec<_> = trail["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (entry["action"].as_str(), entry["actor"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some("job.discarded"), Some("Claire")),
            (Some("job.retried"), Some("Claire"))
        ]
    );
}

#[tokio::test]
async fn the_trail_is_read_whole_or_of_one_thing_page_by_page() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let room = claire
        .makes(json!({ "address": "atelier", "name": "Atelier" }))
        .await;
    let other = claire
        .makes(json!({ "address": "bureau", "name": "Bureau" }))
        .await;
    claire
        .patch("/api/v1/rooms/atelier", json!({ "name": "L’atelier" }))
        .await;
    let id = room["id"].as_str().expect("an id");
    assert_ne!(id, other["id"].as_str().expect("an id"));
    let (_, of_room) = claire.get(&format!("/api/v1/audit?subject={id}&limit=1")).await;
    assert_eq!(of_room["items"][0]["action"], "room.changed");
    assert_eq!(
        of_room["items"][0]["person"].as_str().map(str::is_empty),
        Some(false)
    );
    let next = of_room["next"].as_str().expect("there is more");
    let (_, rest) = claire
        .get(&format!("/api/v1/audit?subject={id}&after={next}"))
        .await;
    let told: Vec<_> = rest["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["action"])
        .collect();
    assert_eq!(told, ["room.created"]);
    assert_eq!(
        refused(&claire.get("/api/v1/audit?subject=atelier").await),
        (400, "malformed")
    );
}
