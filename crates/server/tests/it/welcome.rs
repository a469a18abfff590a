//! The first run: who opens the welcome link makes the organisation, and nobody else can.

use meetings::email::EmailAddress;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::room_addresses::Kind;
use store::{organisation, people, rooms};

use crate::support::{Browser, Server, refused};

const WELCOME: &str = "/api/v1/welcome";

async fn secret(server: &Server) -> String {
    let link = server
        .running
        .welcome_link()
        .await
        .expect("makes")
        .expect("nobody is there yet");
    let (page, secret) = link.split_once('#').expect("a secret");
    assert!(page.ends_with("/welcome"), "{page}");
    secret.to_owned()
}

fn beginning(secret: &str) -> Value {
    json!({
        "secret": secret,
        "organisation": "Groupimo",
        "name": "Claire Martin",
        "email": "claire@groupimo.example",
        "language": "fr",
        "room": { "address": "groupimo", "name": "Groupimo" },
    })
}

async fn begin(browser: &Browser, body: Value) -> (StatusCode, Value) {
    browser.post(WELCOME, body).await
}

async fn is_set_up(server: &Server) -> bool {
    let (_, state) = server.nobody().get(WELCOME).await;
    state["set_up"].as_bool().expect("says")
}

#[tokio::test]
async fn a_server_of_all_addresses_names_one_that_can_be_opened() {
    let server = Server::with(|settings| settings.listen = "0.0.0.0:0".parse().expect("an address")).await;
    let port = server.running.app.address.port();
    assert_eq!(server.running.url(), format!("http://localhost:{port}/"));
    let link = server
        .running
        .welcome_link()
        .await
        .expect("makes")
        .expect("none yet");
    assert!(
        link.starts_with(&format!("http://localhost:{port}/welcome#")),
        "{link}"
    );
    assert!(
        server
            .running
            .advice()
            .expect("it is plain")
            .contains("--tls-certificate")
    );
}

#[tokio::test]
async fn the_link_makes_the_organisation_its_owner_and_a_room_once() {
    let server = Server::start().await;
    let secret = secret(&server).await;
    assert!(!is_set_up(&server).await);
    let browser = server.browser();
    let (status, me) = begin(&browser, beginning(&secret)).await;
    assert_eq!(
        (status, &me["role"], &me["name"]),
        (StatusCode::OK, &json!("owner"), &json!("Claire Martin"))
    );
    assert_eq!(
        browser.get("/api/v1/me").await.1["email"],
        "claire@groupimo.example"
    );
    assert!(is_set_up(&server).await);

    let tx = server.running.app.store.begin_read().await.expect("begins");
    let made = organisation::load(&tx).await.expect("reads").expect("there");
    assert_eq!(made.name, "Groupimo");
    let address = "groupimo".to_owned().try_into().expect("an address");
    let (room, kind) = rooms::by_address(&tx, &address)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!((room.name.as_str(), kind), ("Groupimo", Kind::Main));
    let claire = EmailAddress::parse("claire@groupimo.example").expect("an address");
    let claire = people::by_email(&tx, &claire)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(room.owner, claire.id);
    drop(tx);

    assert_eq!(
        refused(&begin(&server.browser(), beginning(&secret)).await),
        (409, "link_dead")
    );
    assert_eq!(
        server.running.welcome_link().await.expect("asks"),
        None,
        "there is one organisation"
    );
}

#[tokio::test]
async fn what_is_wrong_leaves_the_link_good() {
    let server = Server::start().await;
    let secret = secret(&server).await;
    let browser = server.browser();
    for (field, value, refusal) in [
        ("/organisation", " ", (422, "invalid_name")),
        ("/name", "a\u{202e}b", (422, "invalid_name")),
        ("/email", "claire", (422, "invalid_email")),
        ("/room/address", "api", (400, "invalid_address")),
        ("/room/address", "Salle Été", (400, "invalid_address")),
        ("/room/name", "", (422, "invalid_name")),
    ] {
        let mut body = beginning(&secret);
        *body.pointer_mut(field).expect("a field") = json!(value);
        assert_eq!(refused(&begin(&browser, body).await), refusal, "{field} {value}");
    }
    assert!(!is_set_up(&server).await);
    assert_eq!(begin(&browser, beginning(&secret)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn only_the_newest_link_is_good_and_none_beside_an_organisation() {
    let server = Server::start().await;
    let (old, new) = (secret(&server).await, secret(&server).await);
    assert_eq!(
        refused(&begin(&server.browser(), beginning(&old)).await),
        (409, "link_dead")
    );
    assert_eq!(
        refused(&begin(&server.browser(), beginning("guessed")).await),
        (409, "link_dead")
    );
    // The command line was quicker.
    server.person("jerome@example.org", "Jérôme").await;
    assert_eq!(
        refused(&begin(&server.browser(), beginning(&new)).await),
        (409, "link_dead")
    );
}

#[tokio::test]
async fn a_link_is_good_for_what_it_was_made_for() {
    let server = Server::start().await;
    let welcome = secret(&server).await;
    let answer = server
        .browser()
        .post("/api/v1/sign-in/link", json!({ "secret": welcome }))
        .await;
    assert_eq!(
        refused(&answer),
        (409, "link_dead"),
        "a welcome link signs nobody in"
    );
    assert_eq!(
        begin(&server.browser(), beginning(&welcome)).await.0,
        StatusCode::OK,
        "and is not used up by that"
    );

    let (_, sign_in) = server.person("jerome@example.org", "Jérôme").await;
    let answer = begin(&server.browser(), beginning(sign_in.expose())).await;
    assert_eq!(
        refused(&answer),
        (409, "link_dead"),
        "a sign-in link makes no organisation"
    );
}
