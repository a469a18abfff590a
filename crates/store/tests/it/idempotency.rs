//! What was asked for twice is made once.

use meetings::id::PersonId;
use store::idempotency::Once;
use store::{idempotency, random};

use crate::things::{added, digest, person};
use crate::world::{Place, at, on_both};

on_both!(
    a_key_is_kept_once_for_each_person,
    of_two_requests_at_once_one_is_kept,
    old_keys_are_forgotten,
);

fn once(person: PersonId, key: u8) -> Once {
    Once {
        person,
        key: digest(key),
        request: digest(100),
        made: random::id::<meetings::id::RoomKind>(at(0)).as_uuid(),
        created: at(0),
    }
}

async fn a_key_is_kept_once_for_each_person(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    let first = once(zoe.id, 1);
    assert!(idempotency::keep(&tx, &first).await.expect("keeps"));
    assert!(!idempotency::keep(&tx, &once(zoe.id, 1)).await.expect("runs"));
    assert!(idempotency::keep(&tx, &once(zoe.id, 2)).await.expect("keeps"));
    assert!(idempotency::keep(&tx, &once(ada.id, 1)).await.expect("keeps"));
    let found = idempotency::find(&tx, zoe.id, &digest(1)).await.expect("reads");
    assert_eq!(found, Some(first));
    assert_eq!(
        idempotency::find(&tx, zoe.id, &digest(3)).await.expect("reads"),
        None
    );
}

async fn of_two_requests_at_once_one_is_kept(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let zoe = added(&here, person("zoe")).await;
    let ask = |store: store::Store| async move {
        let tx = store.begin_write().await.expect("begins");
        let kept = idempotency::keep(&tx, &once(zoe.id, 1)).await.expect("runs");
        tx.commit().await.expect("commits");
        kept
    };
    let (one, other) = (tokio::spawn(ask(here)), tokio::spawn(ask(there)));
    assert_ne!(one.await.expect("no panic"), other.await.expect("no panic"));
}

async fn old_keys_are_forgotten(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let tx = store.begin_write().await.expect("begins");
    let old = once(zoe.id, 1);
    let young = Once {
        created: at(10),
        ..once(zoe.id, 2)
    };
    for one in [&old, &young] {
        assert!(idempotency::keep(&tx, one).await.expect("keeps"));
    }
    assert_eq!(idempotency::purge(&tx, at(10)).await.expect("purges"), 1);
    assert!(idempotency::keep(&tx, &old).await.expect("its key is free again"));
    assert!(!idempotency::keep(&tx, &young).await.expect("runs"));
}
