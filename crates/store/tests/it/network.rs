//! PostgreSQL on a network: with a password, over TLS, and certain who answers.

use store::{Heard, Location, Store, StoreError, Subject, people};

use crate::postgres::Server;
use crate::things::{added, email, person};

/// Why a store does not open; nothing of it may hold the password, whatever part of the address is wrong.
async fn refused(url: &str, data: &tempfile::TempDir) -> String {
    let refused = Store::open(&Location::Postgres(url.to_owned()), data.path()).await;
    let why = match refused {
        Err(StoreError::Unreachable { .. }) => refused.expect_err("just matched").to_string(),
        other => panic!("{other:?} at {url}"),
    };
    assert!(!why.contains("p@ss") && !why.contains("p%40ss"), "{why}");
    why
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_on_the_network_is_reached_by_whoever_knows_the_password_and_the_certificate() {
    let server = Server::start(&["network"]);
    let url = server.new_database();
    let data = tempfile::tempdir().expect("a folder");
    let (address, options) = url.split_once('?').expect("options");

    let why = refused(&url.replace("p%40ss", "p%40zz"), &data).await;
    assert!(why.contains("password authentication failed"), "{why}");
    let why = refused(&format!("{address}?sslmode=disable"), &data).await;
    assert!(why.contains("no encryption"), "{why}");
    let why = refused(&format!("{address}?sslmode=verify-full"), &data).await;
    assert!(why.contains("certificate"), "nobody vouches for it: {why}");
    let elsewhere = url.replace("127.0.0.1", "localhost");
    let why = refused(&elsewhere, &data).await;
    assert!(why.contains("certificate"), "it is of another name: {why}");
    let any_name = options.replace("verify-full", "verify-ca");
    let any_name = format!("{}?{any_name}", address.replace("127.0.0.1", "localhost"));
    for good in [&any_name, &format!("{address}?sslmode=require")] {
        let store = Store::open(&Location::Postgres(good.clone()), data.path()).await;
        store.expect("opens").close().await.expect("closes");
    }

    let location = Location::Postgres(url);
    let here = Store::open(&location, data.path()).await.expect("opens");
    let there = Store::open(&location, data.path()).await.expect("opens");
    let mut listener = there.listen();
    let zoe = added(&here, person("zoe")).await;
    here.announce(Subject::Person, zoe.id).await.expect("announces");
    let heard = tokio::time::timeout(std::time::Duration::from_secs(5), listener.next()).await;
    assert!(
        matches!(heard, Ok(Some(Heard::Changed(told))) if told.id == zoe.id.as_uuid()),
        "{heard:?}"
    );
    let read = there.begin_read().await.expect("begins");
    let found = people::by_email(&read, &email("zoe@example.org")).await;
    assert_eq!(found.expect("reads"), Some(zoe));
}
