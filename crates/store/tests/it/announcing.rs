//! What one server tells the others.

use std::time::Duration;

use meetings::id::RoomId;
use store::{Announcement, Heard, Listener, Location, Subject, random};

use crate::things::{added, person};
use crate::world::{Place, at, on_both};

on_both!(
    what_is_committed_is_announced_and_what_is_undone_is_not,
    however_much_changes_at_once_each_is_announced,
    another_server_hears_of_a_change_within_a_second,
    what_is_no_row_is_announced_at_once,
    a_slow_listener_is_told_to_reload,
    a_lost_connection_is_told_and_mended,
    a_closed_store_announces_no_more,
);

async fn next(listener: &mut Listener) -> Heard {
    let heard = tokio::time::timeout(Duration::from_secs(5), listener.next()).await;
    heard.expect("in time").expect("open")
}

fn room(id: RoomId) -> Heard {
    Heard::Changed(Announcement {
        subject: Subject::Room,
        id: id.as_uuid(),
    })
}

async fn what_is_committed_is_announced_and_what_is_undone_is_not(place: Place) {
    let store = place.open().await;
    let mut listener = store.listen();
    let (undone, done): (RoomId, RoomId) = (random::id(at(0)), random::id(at(1)));
    let tx = store.begin_write().await.expect("begins");
    tx.announce(Subject::Room, undone);
    drop(tx);
    let tx = store.begin_write().await.expect("begins");
    tx.announce(Subject::Room, done);
    let early = tokio::time::timeout(Duration::from_millis(50), listener.next()).await;
    assert!(early.is_err(), "nothing is said before the commit: {early:?}");
    tx.commit().await.expect("commits");
    assert_eq!(next(&mut listener).await, room(done));
}

async fn however_much_changes_at_once_each_is_announced(place: Place) {
    let store = place.open().await;
    let mut listener = store.listen();
    let ids: Vec<RoomId> = (0..700).map(|second| random::id(at(second))).collect();
    let tx = store.begin_write().await.expect("begins");
    ids.iter().for_each(|id| tx.announce(Subject::Room, *id));
    tx.commit().await.expect("commits");
    for id in ids {
        assert_eq!(next(&mut listener).await, room(id));
    }
}

async fn another_server_hears_of_a_change_within_a_second(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let mut listener = there.listen();
    let id = random::id(at(0));
    let tx = here.begin_write().await.expect("begins");
    store::people::insert(&tx, &person("zoe")).await.expect("inserts");
    tx.announce(Subject::Room, id);
    let begun = std::time::Instant::now();
    tx.commit().await.expect("commits");
    let heard = next(&mut listener).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    match place.location {
        store::Location::Postgres(_) => assert_eq!(heard, room(id)),
        // Another process's change of a file: that there was one is all that is known.
        store::Location::Sqlite(_) => assert_eq!(heard, Heard::Reload),
    }
    added(&there, person("ada")).await;
    let own = tokio::time::timeout(Duration::from_millis(600), listener.next()).await;
    assert!(
        own.is_err(),
        "its own changes are no news from elsewhere: {own:?}"
    );
}

async fn what_is_no_row_is_announced_at_once(place: Place) {
    let store = place.open().await;
    let mut listener = store.listen();
    let id = random::id(at(0));
    store.announce(Subject::Room, id).await.expect("announces");
    assert_eq!(next(&mut listener).await, room(id));
}

async fn a_slow_listener_is_told_to_reload(place: Place) {
    let store = place.open().await;
    let (mut slow, mut quick) = (store.listen(), store.listen());
    let tx = store.begin_write().await.expect("begins");
    for number in 0..2_000 {
        tx.announce::<()>(Subject::Room, random::id(at(number)));
    }
    let reader = tokio::spawn(async move {
        while !matches!(next(&mut quick).await, Heard::Changed(told) if told.subject == Subject::Meeting) {}
    });
    tx.commit().await.expect("commits");
    store
        .announce::<()>(Subject::Meeting, random::id(at(0)))
        .await
        .expect("announces");
    reader.await.expect("the quick one hears the last");
    assert_eq!(next(&mut slow).await, Heard::Reload);
    assert!(
        matches!(next(&mut slow).await, Heard::Changed(_)),
        "and then what it still can"
    );
}

async fn a_lost_connection_is_told_and_mended(place: Place) {
    let store = place.open().await;
    let mut listener = store.listen();
    if matches!(place.location, Location::Sqlite(_)) {
        // A file has no connection to lose; another process that writes it is the nearest thing.
        place.sql("UPDATE migration SET program = 'another'").await;
    } else {
        place
            .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .await;
    }
    assert_eq!(next(&mut listener).await, Heard::Reload);
    let id = random::id(at(0));
    let announced = async {
        // Other connections were lost too: one that is found dead is no announcement.
        while store.announce(Subject::Room, id).await.is_err() {}
    };
    announced.await;
    // It may have been lost once more on the way.
    let heard = loop {
        match next(&mut listener).await {
            Heard::Reload => continue,
            heard => break heard,
        }
    };
    assert_eq!(heard, room(id));
}

async fn a_closed_store_announces_no_more(place: Place) {
    let store = place.open().await;
    let mut listener = store.listen();
    store.close().await.expect("closes");
    let end = tokio::time::timeout(Duration::from_secs(5), listener.next()).await;
    assert_eq!(end.expect("in time"), None);
}
