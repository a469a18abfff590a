//! Work that comes round again and again: every server asks for it, and one does it.

use store::Store;
use store::jobs::{self, Patience};

use crate::working::claimed;
use crate::world::{Place, at, on_both};

on_both!(
    of_work_that_comes_round_one_waits,
    of_two_servers_that_ask_for_the_same_round_one_gets_it,
);

/// Asks for the next round of the work that claims call mail; whether it is to be.
async fn next_round(tx: &store::Write, due: i64) -> bool {
    let payload = serde_json::json!({});
    let id = jobs::enqueue_once(tx, "purge chat", "mail", &payload, at(due), at(0)).await;
    id.expect("runs").is_some()
}

async fn of_work_that_comes_round_one_waits(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    assert!(next_round(&tx, 0).await);
    assert!(!next_round(&tx, 0).await, "one waits");
    let payload = serde_json::json!({});
    let other = jobs::enqueue_once(&tx, "purge knocks", "mail", &payload, at(999), at(0)).await;
    assert!(other.expect("runs").is_some(), "of another key");
    tx.commit().await.expect("commits");
    let job = claimed(&store, 0, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    assert!(!next_round(&tx, 5).await, "one runs");
    jobs::fail(&tx, &job, at(1), "no answer", Patience::USUAL, 0)
        .await
        .expect("fails");
    assert!(!next_round(&tx, 5).await, "it will be tried again");
    tx.commit().await.expect("commits");
    let job = claimed(&store, 100, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    jobs::complete(&tx, &job).await.expect("completes");
    assert!(
        next_round(&tx, 200).await,
        "the next one, in the transaction of this one"
    );
    tx.commit().await.expect("commits");
    let job = claimed(&store, 200, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    jobs::give_up(&tx, &job, at(201), "never")
        .await
        .expect("gives up");
    assert!(next_round(&tx, 300).await, "a dead one is in nobody's way");
    assert!(jobs::retry(&tx, job.id, at(301)).await.expect("runs"));
    tx.commit().await.expect("commits");
    assert_eq!(claimed(&store, 301, "a").await.len(), 2);
    for life in 1..5 {
        assert_eq!(claimed(&store, 301 + life * 100, "a").await.len(), 2);
    }
    assert_eq!(claimed(&store, 801, "a").await, [], "they killed their workers");
    let tx = store.begin_write().await.expect("begins");
    assert!(next_round(&tx, 802).await);
}

async fn of_two_servers_that_ask_for_the_same_round_one_gets_it(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ask = |store: Store| async move {
        let tx = store.begin_write().await.expect("begins");
        let asked = next_round(&tx, 0).await;
        tx.commit().await.expect("commits");
        asked
    };
    let asks: Vec<_> = (0..10)
        .map(|number| {
            tokio::spawn(ask(if number % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            }))
        })
        .collect();
    let mut asked = 0;
    for one in asks {
        asked += usize::from(one.await.expect("no panic"));
    }
    assert_eq!(asked, 1);
}
