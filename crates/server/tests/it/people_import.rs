//! Adding everybody of a list through the API.

use reqwest::StatusCode;
use serde_json::{Value, json};
use store::{Cut, mail};

use crate::support::{Api, Server, outcomes, refused};

async fn import(caller: &Api, query: &str, file: impl Into<Vec<u8>>) -> (StatusCode, Value) {
    caller.sends(&format!("/api/v1/people/import{query}"), file).await
}

const LIST: &str = "Nom;Courriel;Rôle;Établissement;Téléphone\r\n\
    Éloïse Lefèvre;Eloise@Example.org;administratrice;lyon;04\r\n\
    Claire;claire@example.org;;;\r\n\
    Théo;theo(at)example.org;;;\r\n\
    Nadia;nadia@example.org;;Nice;\r\n\
    Samir;samir@example.org;;;\r\n";

#[tokio::test]
async fn a_list_is_looked_at_first_and_then_added_once() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    claire
        .post("/api/v1/establishments", json!({ "name": "Lyon" }))
        .await;
    let people = async || {
        claire.get("/api/v1/people").await.1["items"]
            .as_array()
            .expect("a list")
            .clone()
    };

    let (status, report) = import(&claire, "", LIST).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(
        (&report["dry_run"], &report["encoding"]),
        (&json!(true), &json!("utf-8"))
    );
    assert_eq!(report["totals"], json!({ "add": 2, "known": 1, "error": 2 }));
    let expected = [
        (2, "add"),
        (3, "known"),
        (4, "line_invalid_email"),
        (5, "line_unknown_establishment"),
        (6, "add"),
    ];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(
        report["columns"][4],
        json!({ "header": "Téléphone" }),
        "a column that is not read is told"
    );
    assert_eq!(people().await.len(), 1, "nothing was changed");

    let (_, report) = import(&claire, "?dry_run=false", LIST).await;
    assert_eq!(outcomes(&report), expected);
    let all = people().await;
    let eloise = all
        .iter()
        .find(|person| person["email"] == "eloise@example.org")
        .expect("added");
    assert_eq!(
        (&eloise["name"], &eloise["role"], &eloise["state"]),
        (&json!("Éloïse Lefèvre"), &json!("admin"), &json!("invited"))
    );
    assert!(eloise["establishment"].is_string());
    let claire_is = all.iter().find(|person| person["email"] == "claire@example.org");
    assert_eq!(claire_is.expect("still there")["role"], "owner");

    let (_, again) = import(&claire, "?dry_run=false", LIST).await;
    assert_eq!(again["totals"], json!({ "add": 0, "known": 3, "error": 2 }));
    assert_eq!(people().await, all, "repeating it does nothing");
}

#[tokio::test]
async fn letters_leave_only_when_they_are_asked_for() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let letters = async || {
        let tx = server.running.app.store.begin_read().await.expect("begins");
        mail::list(&tx, Cut::first(10)).await.expect("lists").items
    };
    import(&claire, "?dry_run=false", "email\nada@example.org").await;
    assert!(letters().await.is_empty());
    import(&claire, "?dry_run=true&invite=true", "email\nzoe@example.org").await;
    assert!(letters().await.is_empty());
    let list = "email\nada@example.org\nzoe@example.org";
    import(&claire, "?dry_run=false&invite=true", list).await;
    let sent = letters().await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to.as_str(), "zoe@example.org");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_with_its_reason() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let long = "a@example.org\n".repeat(2_002);
    let files: [(Vec<u8>, (u16, &str)); 8] = [
        (Vec::new(), (422, "table_empty")),
        (b"PK\x03\x04".to_vec(), (422, "table_workbook")),
        (b"\x89PNG\0\0".to_vec(), (422, "table_not_text")),
        (
            b"nom,courriel\nRen\x8e,a@example.org".to_vec(),
            (422, "table_accents"),
        ),
        ("nom\nAda".into(), (422, "table_no_email_column")),
        (
            format!("nom\n\"{}", "a".repeat(2000)).into_bytes(),
            (422, "table_endless"),
        ),
        (long.into_bytes(), (422, "table_too_long")),
        (vec![b'a'; 2 * 1024 * 1024 + 1], (413, "table_too_large")),
    ];
    for (file, expected) in files {
        let answer = import(&claire, "?dry_run=false", file).await;
        assert_eq!(refused(&answer), expected);
        if expected.1 == "table_accents" {
            assert_eq!(answer.1["details"], json!({ "line": 2 }));
        }
    }
}

#[tokio::test]
async fn only_who_manages_people_imports_and_only_owners_import_owners() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let ada = server.browser_of("ada@example.org", "Ada").await;
    let list = "email,role\nboss@example.org,owner";
    assert_eq!(refused(&import(&ada, "", list).await), (403, "right_missing"));
    let (_, found) = claire.get("/api/v1/people?q=ada").await;
    let path = format!(
        "/api/v1/people/{}",
        found["items"][0]["id"].as_str().expect("an id")
    );
    claire.patch(&path, json!({ "role": "admin" })).await;
    let (_, report) = import(&ada, "?dry_run=false", list).await;
    assert_eq!(outcomes(&report), [(2, "line_owners_only")]);
    let (_, report) = import(&claire, "?dry_run=false", list).await;
    assert_eq!(outcomes(&report), [(2, "add")]);
}

#[tokio::test]
async fn a_long_list_keeps_nobody_else_from_working() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let lines = (0..600).map(|number| format!("Personne {number};p{number}@example.org\n"));
    let list = format!("nom;courriel\n{}", lines.collect::<String>());
    let adding = import(&claire, "?dry_run=false&invite=true", list);
    let mut adding = std::pin::pin!(adding);
    let mut renamed = 0;
    let (status, report) = loop {
        let name = json!({ "name": format!("Claire {renamed}") });
        tokio::select! {
            done = &mut adding => break done,
            (status, _) = claire.patch("/api/v1/me", name) => {
                assert_eq!(status, StatusCode::OK);
                renamed += 1;
            }
        }
    };
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(report["totals"]["add"], 600);
    assert!(
        renamed > 2,
        "{renamed} changes of another while the list was added"
    );
}

#[tokio::test]
#[ignore = "a measurement"]
async fn how_long_two_thousand_invitations_take() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let lines = (0..2_000).map(|number| format!("person{number}@example.org;Personne {number}\n"));
    let list = format!("email;nom\n{}", lines.collect::<String>());
    for round in ["added", "known already"] {
        let begun = std::time::Instant::now();
        let (status, report) = import(&claire, "?dry_run=false&invite=true", list.as_str()).await;
        println!("{round}: {:?}, {}", begun.elapsed(), report["totals"]);
        assert_eq!(status, StatusCode::OK);
    }
}
