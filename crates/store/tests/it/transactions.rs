//! Transactions: whole or not at all, and nobody waits without need.

use std::time::Duration;

use store::{Cut, people};

use crate::things::{added, email, person};
use crate::world::{Place, on_both};

on_both!(
    a_dropped_transaction_leaves_nothing,
    readers_do_not_wait_for_a_writer_and_see_one_moment,
    many_writers_at_once_all_get_their_turn,
    writers_that_are_cancelled_leave_no_lock,
    somebody_alone_with_a_matter_is_alone,
    two_servers_start_on_an_empty_database_at_once,
);

async fn a_dropped_transaction_leaves_nothing(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person("zoe")).await.expect("inserts");
    drop(tx);
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person("ada")).await.expect("inserts");
    tx.roll_back().await.expect("rolls back");
    let read = store.begin_read().await.expect("begins");
    let all = people::list(&read, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items, []);
}

async fn readers_do_not_wait_for_a_writer_and_see_one_moment(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person("zoe")).await.expect("inserts");
    let count = |read: store::Read| async move {
        let all = people::list(&read, Cut::first(5)).await.expect("lists");
        (all.items.len(), read)
    };
    let before = store.begin_read().await.expect("begins while somebody writes");
    let (seen, before) = tokio::time::timeout(Duration::from_secs(5), count(before))
        .await
        .expect("does not wait");
    assert_eq!(seen, 0);
    tx.commit().await.expect("commits");
    let (seen, _) = count(before).await;
    assert_eq!(seen, 0, "what a reader sees does not change under its eyes");
    let (seen, _) = count(store.begin_read().await.expect("begins")).await;
    assert_eq!(seen, 1);
}

async fn many_writers_at_once_all_get_their_turn(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let writers: Vec<_> = (0..40)
        .map(|number| {
            let store = if number % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move { added(&store, person(&format!("person{number}"))).await })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let read = here.begin_read().await.expect("begins");
    let all = people::list(&read, Cut::first(100)).await.expect("lists");
    assert_eq!(all.items.len(), 40);
}

async fn writers_that_are_cancelled_leave_no_lock(place: Place) {
    let store = place.open().await;
    for microseconds in (0..3_000).step_by(20) {
        let one = store.clone();
        let cut_short = tokio::time::timeout(Duration::from_micros(microseconds), async move {
            let tx = one.begin_write().await.expect("begins");
            people::insert(&tx, &person("zoe")).await.expect("inserts");
            std::future::pending::<()>().await;
        });
        cut_short.await.expect_err("never ends by itself");
    }
    let zoe = tokio::time::timeout(Duration::from_secs(5), added(&store, person("zoe")));
    zoe.await.expect("no lock is left");
    let read = store.begin_read().await.expect("begins");
    let found = people::by_email(&read, &email("zoe@example.org")).await;
    assert!(found.expect("reads").is_some());
}

async fn somebody_alone_with_a_matter_is_alone(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let first = here.begin_write().await.expect("begins");
    first.alone_with("codes").await.expect("alone");
    let second = tokio::spawn(async move {
        let tx = there.begin_write().await.expect("begins");
        tx.alone_with("codes").await.expect("alone");
        people::by_email(&tx, &email("zoe@example.org"))
            .await
            .expect("reads")
    });
    people::insert(&first, &person("zoe")).await.expect("inserts");
    first.commit().await.expect("commits");
    assert!(
        second.await.expect("no panic").is_some(),
        "it waited for the first"
    );
}

async fn two_servers_start_on_an_empty_database_at_once(place: Place) {
    let (one, other) = tokio::join!(place.open(), place.open());
    added(&one, person("zoe")).await;
    let read = other.begin_read().await.expect("begins");
    let found = people::by_email(&read, &email("zoe@example.org")).await;
    assert!(found.expect("reads").is_some());
}
