//! Backups, made while people work, and restored.

use std::fs;
use std::path::Path;

use store::api_keys::ApiKey;
use store::{
    Cut, Location, Secret, Store, StoreError, api_keys, backup, jobs, organisation, people, random,
    room_addresses, room_hosts, secrets,
};

use crate::everything;
use crate::things::{self, added, address, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    a_backup_restores_everything,
    a_backup_moves_to_the_other_database,
    a_backup_is_whole_while_people_write,
    nothing_is_restored_over_what_is_there,
    what_is_no_whole_backup_is_refused,
);

/// Something of everything: a row in each table.
async fn filled(store: &Store) {
    let zoe = added(store, person("zoe")).await;
    let ada = added(store, person("ada")).await;
    let ours = opened(store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    organisation::insert(&tx, &things::organisation())
        .await
        .expect("inserts");
    room_addresses::rename(&tx, ours.id, &address("foncia"), at(1))
        .await
        .expect("renames");
    room_addresses::rename(&tx, ours.id, &address("groupimo"), at(1))
        .await
        .expect("renames");
    room_hosts::add(&tx, ours.id, ada.id, at(1)).await.expect("adds");
    let key = ApiKey {
        id: random::id(at(0)),
        name: "ci".to_owned(),
        key: "APIabc".to_owned(),
        secret: Secret::new("not a secret: made for tests"),
        created: at(0),
    };
    api_keys::insert(&tx, &key).await.expect("inserts");
    let payload = serde_json::json!({ "quote": "l’été “déjà”\n" });
    jobs::enqueue(&tx, "mail", &payload, at(0), at(0))
        .await
        .expect("enqueues");
    everything::the_rest(&tx, &zoe, &ours).await;
    tx.commit().await.expect("commits");
}

fn give_key(from: &Place, to: &Place) {
    let key = |place: &Place| place.data().join(secrets::FILE_NAME);
    fs::copy(key(from), key(to)).expect("copies");
}

async fn restored_equals(from: Place, to: Place) {
    let store = from.open().await;
    filled(&store).await;
    let deep = from.data().join("files/recordings/2027");
    fs::create_dir_all(&deep).expect("makes");
    fs::write(deep.join("one.mkv"), [1, 2, 3]).expect("writes");
    let folder = from.data().join("backup");
    let made = backup::backup(&store, &folder, at(9)).await.expect("backs up");
    assert_eq!(made.files, 1);
    let key = fs::read_to_string(from.data().join(secrets::FILE_NAME)).expect("reads");
    assert_eq!(made.key_file, from.data().join(secrets::FILE_NAME));
    assert_without(&folder, key.trim());
    backup::restore(&folder, &to.location, to.data())
        .await
        .expect("restores");
    let early = Store::open(&to.location, to.data())
        .await
        .expect_err("needs the key");
    assert!(early.to_string().contains("secret.key"), "{early}");
    give_key(&from, &to);
    let copy = to.open().await;
    let (before, after) = (
        everything::rows(&from.location).await,
        everything::rows(&to.location).await,
    );
    let empty = before.iter().filter(|(_, rows)| rows.is_empty());
    let empty: Vec<_> = empty.map(|(table, _)| table).collect();
    assert!(
        empty.is_empty(),
        "nothing is tested of {empty:?}: see everything.rs"
    );
    for (table, rows) in &before {
        assert_eq!(after.get(table), Some(rows), "{table}");
    }
    let read = copy.begin_read().await.expect("begins");
    let keys = api_keys::list(&read, Cut::first(500)).await.expect("lists").items;
    assert_eq!(keys[0].secret.expose(), "not a secret: made for tests");
    let file = fs::read(to.data().join("files/recordings/2027/one.mkv"));
    assert_eq!(file.expect("reads"), [1, 2, 3]);
}

/// No file of the backup holds the key, and one says so.
fn assert_without(folder: &Path, key: &str) {
    let readme = fs::read_to_string(folder.join("README.txt")).expect("reads");
    assert!(readme.contains("secret.key") && readme.contains("NOT"));
    for entry in fs::read_dir(folder).expect("reads") {
        let path = entry.expect("reads").path();
        match path.is_dir() {
            true if path.ends_with("files") => {}
            true => fs::read_dir(&path)
                .expect("reads")
                .for_each(|entry| check(&entry.expect("reads").path(), key)),
            false => check(&path, key),
        }
    }
    fn check(path: &Path, key: &str) {
        let bytes = fs::read(path).expect("reads");
        assert!(
            !String::from_utf8_lossy(&bytes).contains(key),
            "{}",
            path.display()
        );
    }
}

async fn a_backup_restores_everything(place: Place) {
    let to = place.another();
    restored_equals(place, to).await;
}

async fn a_backup_moves_to_the_other_database(place: Place) {
    let other = match place.location {
        Location::Sqlite(_) => Place::postgres(),
        Location::Postgres(_) => Place::sqlite(),
    };
    restored_equals(place, other).await;
}

async fn a_backup_is_whole_while_people_write(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            // Two people are always added together.
            for number in 0.. {
                let tx = store.begin_write().await.expect("begins");
                for side in ["left", "right"] {
                    people::insert(&tx, &person(&format!("{side}{number}")))
                        .await
                        .expect("inserts");
                }
                tx.commit().await.expect("commits");
                if stopped.try_recv().is_ok() {
                    return number + 1;
                }
            }
            0
        }
    });
    let folder = place.data().join("backup");
    backup::backup(&store, &folder, at(9)).await.expect("backs up");
    stop.send(()).expect("still writing");
    let written = writer.await.expect("no panic");
    assert!(written > 0);
    let to = place.another();
    backup::restore(&folder, &to.location, to.data())
        .await
        .expect("restores");
    give_key(&place, &to);
    let copy = to.open().await;
    let read = copy.begin_read().await.expect("begins");
    let all = people::list(&read, Cut::first(500)).await.expect("lists").items;
    assert_eq!(all.len() % 2, 0, "as of one moment");
}

async fn nothing_is_restored_over_what_is_there(place: Place) {
    let store = place.open().await;
    filled(&store).await;
    let folder = place.data().join("backup");
    backup::backup(&store, &folder, at(9)).await.expect("backs up");
    let before = everything::rows(&place.location).await;
    let refused = backup::restore(&folder, &place.location, place.data()).await;
    assert!(matches!(refused, Err(StoreError::Backup(_))), "{refused:?}");
    assert_eq!(everything::rows(&place.location).await, before);
    let again = backup::backup(&store, &folder, at(10)).await;
    assert!(matches!(again, Err(StoreError::Backup(_))), "{again:?}");
    let to = place.another();
    fs::create_dir_all(to.data().join("files/recordings")).expect("makes");
    let refused = backup::restore(&folder, &to.location, to.data()).await;
    assert!(matches!(refused, Err(StoreError::Backup(_))), "{refused:?}");
}

async fn what_is_no_whole_backup_is_refused(place: Place) {
    let store = place.open().await;
    let folder = place.data().join("backup");
    backup::backup(&store, &folder, at(9)).await.expect("backs up");
    let to = place.another();
    let manifest = folder.join("manifest.json");
    let good = fs::read_to_string(&manifest).expect("reads");
    let mut newer: serde_json::Value = serde_json::from_str(&good).expect("JSON");
    newer["version"] = 999.into();
    let newer = newer.to_string();
    for (text, said) in [("", "damaged"), ("{}", "damaged"), (&newer, "999")] {
        fs::write(&manifest, text).expect("writes");
        let refused = backup::restore(&folder, &to.location, to.data()).await;
        let refused = refused.expect_err("refuses").to_string();
        assert!(refused.contains(said), "{refused}");
    }
    fs::remove_file(&manifest).expect("removes");
    let refused = backup::restore(&folder, &to.location, to.data()).await;
    let refused = refused.expect_err("refuses").to_string();
    assert!(refused.contains("manifest.json"), "{refused}");
}

/// Writes `testing/data/VERSION` for a release: `WRITE_RELEASE=1 cargo test -p store write_release`.
#[tokio::test(flavor = "multi_thread")]
async fn write_release() {
    if std::env::var_os("WRITE_RELEASE").is_none() {
        return;
    }
    let place = Place::sqlite();
    let store = place.open().await;
    filled(&store).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/data");
    let folder = folder.join(env!("CARGO_PKG_VERSION"));
    backup::backup(&store, &folder, at(9)).await.expect("backs up");
    let written = Place::in_file(folder.join("palabre.sqlite"));
    written.sql("PRAGMA page_size = 512; VACUUM").await;
    fs::copy(
        place.data().join(secrets::FILE_NAME),
        folder.join(secrets::FILE_NAME),
    )
    .expect("copies");
}
