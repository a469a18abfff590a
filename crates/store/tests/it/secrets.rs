//! What is sealed, and the key that opens it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use meetings::language::Language;
use store::api_keys::ApiKey;
use store::audit::AuditEntry;
use store::mail::Mail;
use store::secrets::SecretsError;
use store::{Cut, Secret, Store, StoreError, api_keys, audit, backup, mail, random};

use crate::things::email;
use crate::world::{Place, at, on_both};

on_both!(
    a_key_is_read_again_but_not_kept_in_the_open,
    a_letter_is_sealed_and_forgotten_when_it_has_left,
    a_store_without_its_key_file_does_not_open,
    a_store_with_another_key_file_does_not_open,
    the_trail_is_read_from_its_end,
);

fn api_key() -> ApiKey {
    ApiKey {
        id: random::id(at(0)),
        name: "ci".to_owned(),
        key: format!("API{}", random::text(12)),
        secret: Secret::new("hunter2hunter2hunter2"),
        created: at(0),
    }
}

/// Everything a thief of the database would have, but for the key.
pub(crate) async fn stolen(store: &Store, place: &Place) -> String {
    let folder = place.data().join("stolen");
    backup::backup(store, &folder, at(0)).await.expect("backs up");
    let mut all = String::new();
    let rows = folder.join("rows");
    let files = if rows.exists() { rows } else { folder };
    for entry in fs::read_dir(files).expect("reads") {
        let bytes = fs::read(entry.expect("reads").path()).expect("reads");
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

async fn a_key_is_read_again_but_not_kept_in_the_open(place: Place) {
    let store = place.open().await;
    let ours = api_key();
    let tx = store.begin_write().await.expect("begins");
    api_keys::insert(&tx, &ours).await.expect("inserts");
    tx.commit().await.expect("commits");
    let stolen = stolen(&store, &place).await;
    assert!(stolen.contains(&ours.key) && !stolen.contains("hunter2"));
    store.close().await.expect("closes");
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let found = api_keys::by_key(&tx, &ours.key).await.expect("reads");
    assert_eq!(found, Some(ours.clone()));
    let all = api_keys::list(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items.first(), Some(&ours));
    assert!(api_keys::delete(&tx, ours.id).await.expect("deletes"));
    assert_eq!(api_keys::by_key(&tx, &ours.key).await.expect("reads"), None);
}

async fn a_letter_is_sealed_and_forgotten_when_it_has_left(place: Place) {
    let store = place.open().await;
    let letter = Mail {
        id: random::id(at(0)),
        to: email("zoe@example.org"),
        language: Language::Fr,
        kind: "sign_in_code".to_owned(),
        payload: Some(Secret::new(r#"{"code":"314159"}"#)),
        created: at(0),
        sent: None,
    };
    let tx = store.begin_write().await.expect("begins");
    let job = mail::queue(&tx, std::slice::from_ref(&letter), at(0))
        .await
        .expect("queues")[0];
    tx.commit().await.expect("commits");
    assert!(!stolen(&store, &place).await.contains("314159"));
    let tx = store.begin_write().await.expect("begins");
    let job = store::jobs::by_id(&tx, job).await.expect("reads").expect("there");
    assert_eq!(
        (job.kind.as_str(), job.payload["mail"].as_str()),
        (mail::JOB, Some(letter.id.to_string().as_str()))
    );
    assert_eq!(
        mail::by_id(&tx, letter.id).await.expect("reads"),
        Some(letter.clone())
    );
    mail::sent(&tx, letter.id, at(9)).await.expect("notes");
    let left = mail::list(&tx, Cut::first(5)).await.expect("lists").items;
    assert_eq!((left[0].sent, &left[0].payload), (Some(at(9)), &None));
    assert_eq!(mail::purge(&tx, at(10)).await.expect("purges"), 1);
}

async fn a_store_without_its_key_file_does_not_open(place: Place) {
    place.open().await.close().await.expect("closes");
    let key = place.data().join(store::secrets::FILE_NAME);
    fs::remove_file(&key).expect("removes");
    let refused = Store::open(&place.location, place.data()).await;
    let refused = refused.expect_err("refuses");
    assert!(
        matches!(refused, StoreError::Secrets(SecretsError::KeyMissing(_))),
        "{refused}"
    );
    assert!(!key.exists(), "no new key is made in its place");
}

async fn a_store_with_another_key_file_does_not_open(place: Place) {
    place.open().await.close().await.expect("closes");
    let key = place.data().join(store::secrets::FILE_NAME);
    fs::write(&key, "7".repeat(64)).expect("writes");
    let mode = fs::metadata(&key).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let refused = Store::open(&place.location, place.data()).await;
    let refused = refused.expect_err("refuses");
    assert!(
        matches!(refused, StoreError::Secrets(SecretsError::KeyWrong(_))),
        "{refused}"
    );
}

async fn the_trail_is_read_from_its_end(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let subject = random::id::<()>(at(0)).as_uuid();
    let mut entries = Vec::new();
    for second in 0..3 {
        let entry = AuditEntry {
            id: random::id(at(second)),
            at: at(second),
            person: None,
            actor: "command line".to_owned(),
            action: "room.created".to_owned(),
            subject: "groupimo".to_owned(),
            subject_id: (second > 0).then_some(subject),
            details: serde_json::json!({ "access": "knock" }),
        };
        audit::insert(&tx, std::slice::from_ref(&entry))
            .await
            .expect("inserts");
        entries.insert(0, entry);
    }
    let page = audit::list(&tx, Cut::first(2)).await.expect("lists");
    assert_eq!(page.items, entries[..2]);
    let (after, limit) = (page.next, 2);
    let rest = audit::list(&tx, Cut { after, limit }).await.expect("lists");
    assert_eq!((&rest.items[..], rest.next), (&entries[2..], None));
    let its = audit::of_subject(&tx, subject, Cut::first(5))
        .await
        .expect("lists");
    assert_eq!(its.items, entries[..2]);
}
