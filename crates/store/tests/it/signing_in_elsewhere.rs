//! Signing in with passkeys and through other services.

use std::collections::BTreeMap;

use meetings::people::Role;
use serde_json::json;
use store::ceremonies::Ceremony;
use store::oidc_identities::OidcIdentity;
use store::oidc_providers::OidcProvider;
use store::passkeys::Passkey;
use store::{
    Conflict, Cut, Secret, Store, StoreError, ceremonies, oidc_identities, oidc_providers, passkeys, random,
};

use crate::things::{added, digest, person, seconds};
use crate::world::{Place, at, on_both};

on_both!(
    a_passkey_signs_in_one_person,
    a_provider_is_read_again_and_its_secret_is_sealed,
    somebody_known_by_a_provider_stays_who_they_are,
    a_ceremony_ends_once_in_the_browser_that_began_it,
);

async fn a_passkey_signs_in_one_person(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let mut key = Passkey {
        id: random::id(at(0)),
        person: zoe.id,
        credential: vec![0, 159, 255],
        data: json!({ "counter": 1 }),
        name: "Téléphone".to_owned(),
        created: at(0),
        seen: None,
    };
    let tx = store.begin_write().await.expect("begins");
    passkeys::insert(&tx, &key).await.expect("inserts");
    let stolen = Passkey {
        id: random::id(at(1)),
        person: ada.id,
        ..key.clone()
    };
    let refused = passkeys::insert(&tx, &stolen).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(Conflict::PasskeyKnown))),
        "{refused:?}"
    );
    key.data = json!({ "counter": 2 });
    key.seen = Some(at(5));
    passkeys::used(&tx, key.id, &key.data, at(5))
        .await
        .expect("notes");
    let found = passkeys::by_credential(&tx, &[0, 159, 255]).await.expect("reads");
    assert_eq!(found, Some(key.clone()));
    assert_eq!(passkeys::by_credential(&tx, &[0]).await.expect("reads"), None);
    assert_eq!(
        passkeys::of_person(&tx, zoe.id).await.expect("reads"),
        [key.clone()]
    );
    assert_eq!(passkeys::of_person(&tx, ada.id).await.expect("reads"), []);
    let others = passkeys::delete(&tx, ada.id, key.id).await;
    assert!(!others.expect("runs"), "nobody takes another's away");
    assert!(passkeys::delete(&tx, zoe.id, key.id).await.expect("deletes"));
    let gone = passkeys::used(&tx, key.id, &key.data, at(6)).await;
    assert!(matches!(gone, Err(StoreError::Missing("passkey"))), "{gone:?}");
}

fn provider(name: &str) -> OidcProvider {
    OidcProvider {
        id: random::id(at(0)),
        name: name.to_owned(),
        issuer: "https://id.example.org".to_owned(),
        client_id: "palabre".to_owned(),
        client_secret: Secret::new("hunter2hunter2hunter2"),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        group_claim: Some("groups".to_owned()),
        group_roles: BTreeMap::from([
            ("direction".to_owned(), Role::Admin),
            ("salariés \"Lyon\"".to_owned(), Role::Member),
        ]),
        creates_people: true,
        default_role: Role::Individual,
        enabled: true,
        created: at(0),
    }
}

async fn added_provider(store: &Store, name: &str) -> OidcProvider {
    let provider = provider(name);
    let tx = store.begin_write().await.expect("begins");
    oidc_providers::insert(&tx, &provider).await.expect("inserts");
    tx.commit().await.expect("commits");
    provider
}

async fn a_provider_is_read_again_and_its_secret_is_sealed(place: Place) {
    let store = place.open().await;
    let mut ours = added_provider(&store, "Annuaire").await;
    let stolen = crate::secrets::stolen(&store, &place).await;
    assert!(stolen.contains("Annuaire") && !stolen.contains("hunter2"));
    let tx = store.begin_write().await.expect("begins");
    let found = oidc_providers::by_id(&tx, ours.id).await.expect("reads");
    assert_eq!(found, Some(ours.clone()));
    ours.client_secret = Secret::new("another");
    ours.group_claim = None;
    ours.group_roles.clear();
    ours.scopes.clear();
    (ours.creates_people, ours.enabled) = (false, false);
    oidc_providers::update(&tx, &ours).await.expect("updates");
    let all = oidc_providers::list(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items, [ours.clone()]);
    assert!(oidc_providers::delete(&tx, ours.id).await.expect("deletes"));
    let gone = oidc_providers::update(&tx, &ours).await;
    assert!(
        matches!(gone, Err(StoreError::Missing("OIDC provider"))),
        "{gone:?}"
    );
}

async fn somebody_known_by_a_provider_stays_who_they_are(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let (one, other) = (
        added_provider(&store, "one").await,
        added_provider(&store, "other").await,
    );
    let known = |provider: &OidcProvider, person| OidcIdentity {
        provider: provider.id,
        subject: "42".to_owned(),
        person,
        created: at(0),
    };
    let tx = store.begin_write().await.expect("begins");
    let first = known(&one, zoe.id);
    assert!(oidc_identities::insert(&tx, &first).await.expect("inserts"));
    let again = oidc_identities::insert(&tx, &known(&one, ada.id)).await;
    assert!(!again.expect("runs"), "it is zoe's");
    let elsewhere = known(&other, ada.id);
    assert!(
        oidc_identities::insert(&tx, &elsewhere).await.expect("inserts"),
        "another provider's 42"
    );
    let found = |provider: &OidcProvider| oidc_identities::find(&tx, provider.id, "42");
    assert_eq!(found(&one).await.expect("reads"), Some(zoe.id));
    assert_eq!(found(&other).await.expect("reads"), Some(ada.id));
    let hers = oidc_identities::of_person(&tx, ada.id).await.expect("reads");
    assert_eq!(hers, [elsewhere]);
    oidc_providers::delete(&tx, other.id).await.expect("deletes");
    assert_eq!(oidc_identities::of_person(&tx, ada.id).await.expect("reads"), []);
}

async fn a_ceremony_ends_once_in_the_browser_that_began_it(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let begun = Ceremony {
        id: random::id(at(0)),
        kind: "oidc".to_owned(),
        browser: digest(2),
        state: Secret::new(r#"{"nonce":"hunter2"}"#),
        created: at(0),
    };
    let tx = here.begin_write().await.expect("begins");
    ceremonies::insert(&tx, &begun, &digest(1))
        .await
        .expect("inserts");
    tx.commit().await.expect("commits");
    assert!(!crate::secrets::stolen(&here, &place).await.contains("hunter2"));
    let tx = here.begin_write().await.expect("begins");
    for (secret, kind, browser, now, why) in [
        (9, "oidc", 2, 1, "another secret"),
        (1, "passkey_sign_in", 2, 1, "another kind"),
        (1, "oidc", 9, 1, "another browser"),
        (1, "oidc", 2, 601, "too late"),
    ] {
        let good_for = seconds(600);
        let taken = ceremonies::take(&tx, &digest(secret), kind, &digest(browser), at(now), good_for).await;
        assert_eq!(taken.expect("runs"), None, "{why}");
    }
    tx.commit().await.expect("commits");
    let end = |store: Store| async move {
        let tx = store.begin_write().await.expect("begins");
        let taken = ceremonies::take(&tx, &digest(1), "oidc", &digest(2), at(600), seconds(600)).await;
        tx.commit().await.expect("commits");
        taken.expect("takes")
    };
    let both = [here.clone(), there].map(|store| tokio::spawn(end(store)));
    let mut taken = Vec::new();
    for one in both {
        taken.extend(one.await.expect("no panic"));
    }
    assert_eq!(taken, std::slice::from_ref(&begun.state));
    let tx = here.begin_write().await.expect("begins");
    ceremonies::insert(&tx, &begun, &digest(1))
        .await
        .expect("inserts");
    assert_eq!(ceremonies::purge(&tx, at(0)).await.expect("runs"), 0);
    assert_eq!(ceremonies::purge(&tx, at(1)).await.expect("purges"), 1);
}
