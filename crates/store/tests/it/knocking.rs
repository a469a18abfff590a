//! Who stands before the door, and who answers.

use meetings::id::{KnockId, RoomId};
use meetings::language::Language;
use meetings::sign_in::Digest;
use store::knocks::{Answer, Knock, State};
use store::{Store, Write, knocks, random, rooms};

use crate::things::{added, digest, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    a_knock_is_known_by_its_secret,
    who_came_first_stands_first,
    of_two_hosts_who_answer_at_once_one_is_heard,
    who_is_held_may_still_be_answered_and_who_was_answered_may_not,
    who_is_not_seen_any_more_is_given_up,
    knocks_that_are_over_are_forgotten,
    who_knocks_again_is_known_at_that_door_until_they_are_answered_or_go_away,
);

/// Somebody at the door since a second.
fn knock(room: RoomId, second: i64) -> Knock {
    Knock {
        id: random::id(at(second)),
        room,
        person: None,
        browser: None,
        name: person("ada").name,
        language: Language::Fr,
        state: State::Waiting,
        created: at(second),
        seen: at(second),
        answered: None,
        answered_by: None,
        identity: None,
    }
}

/// Each has a secret of its own.
async fn insert(tx: &Write, knock: &Knock) {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(knock.id.as_uuid().as_bytes());
    knocks::insert(tx, knock, &Digest(secret)).await.expect("inserts");
}

async fn a_room(store: &Store) -> rooms::Room {
    let zoe = added(store, person("zoe")).await;
    opened(store, room("groupimo", &zoe)).await
}

async fn state(tx: &store::Read, id: KnockId) -> State {
    let found = knocks::by_id(tx, id).await.expect("reads");
    found.expect("there").state
}

async fn a_knock_is_known_by_its_secret(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let mut ada = Knock {
        person: Some(ours.owner),
        browser: Some(digest(2)),
        language: Language::En,
        ..knock(ours.id, 0)
    };
    knocks::insert(&tx, &ada, &digest(1)).await.expect("inserts");
    let admit = Answer::Admit { identity: "ada-1" };
    let answered = knocks::answer(&tx, ada.id, admit, Some(ours.owner), at(5)).await;
    assert!(answered.expect("answers"));
    ada.state = State::Admitted;
    (ada.answered, ada.answered_by) = (Some(at(5)), Some(ours.owner));
    ada.identity = Some("ada-1".to_owned());
    let found = knocks::by_secret(&tx, &digest(1)).await.expect("reads");
    assert_eq!(found, Some(ada.clone()));
    assert_eq!(knocks::by_id(&tx, ada.id).await.expect("reads"), Some(ada));
    assert_eq!(knocks::by_secret(&tx, &digest(2)).await.expect("reads"), None);
}

async fn who_came_first_stands_first(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let [mut second, first, answered] = [2, 1, 3].map(|second| Knock {
        browser: Some(digest(1)),
        ..knock(ours.id, second)
    });
    for one in [&second, &first, &answered] {
        insert(&tx, one).await;
    }
    knocks::answer(&tx, answered.id, Answer::Refuse, None, at(4))
        .await
        .expect("answers");
    knocks::answer(&tx, second.id, Answer::Hold, None, at(4))
        .await
        .expect("answers");
    (second.state, second.answered) = (State::Held, Some(at(4)));
    let waiting = knocks::waiting_at(&tx, &[ours.id]).await.expect("reads");
    assert_eq!(waiting, [first, second]);
    assert_eq!(knocks::count_of(&tx, ours.id).await.expect("counts"), 2);
    let theirs = knocks::count_of_browser(&tx, &digest(1)).await;
    assert_eq!(theirs.expect("counts"), 2);
    let others = knocks::count_of_browser(&tx, &digest(2)).await;
    assert_eq!(others.expect("counts"), 0);
}

async fn of_two_hosts_who_answer_at_once_one_is_heard(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ours = a_room(&here).await;
    for round in 0..10 {
        let one = knock(ours.id, round);
        let tx = here.begin_write().await.expect("begins");
        insert(&tx, &one).await;
        tx.commit().await.expect("commits");
        let say = |store: Store, answer: Answer<'static>| async move {
            let tx = store.begin_write().await.expect("begins");
            let changed = knocks::answer(&tx, one.id, answer, None, at(20)).await;
            let changed = changed.expect("answers");
            tx.commit().await.expect("commits");
            changed
        };
        let admit = Answer::Admit { identity: "ada" };
        let admitted = tokio::spawn(say(here.clone(), admit));
        let refused = tokio::spawn(say(there.clone(), Answer::Refuse));
        let heard = (
            admitted.await.expect("no panic"),
            refused.await.expect("no panic"),
        );
        let read = here.begin_read().await.expect("begins");
        let expected = match state(&read, one.id).await {
            State::Admitted => (true, false),
            State::Refused => (false, true),
            other => panic!("nobody was heard: {other:?}"),
        };
        assert_eq!(heard, expected);
    }
}

async fn who_is_held_may_still_be_answered_and_who_was_answered_may_not(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let one = knock(ours.id, 0);
    insert(&tx, &one).await;
    let admit = Answer::Admit { identity: "ada" };
    for (answer, changes, then) in [
        (Answer::Hold, true, State::Held),
        (Answer::Hold, false, State::Held),
        (Answer::Refuse, true, State::Refused),
        (admit, false, State::Refused),
        (Answer::Hold, false, State::Refused),
    ] {
        let changed = knocks::answer(&tx, one.id, answer, None, at(1)).await;
        assert_eq!(changed.expect("answers"), changes, "{answer:?}");
        assert_eq!(state(&tx, one.id).await, then);
    }
    let found = knocks::by_id(&tx, one.id).await.expect("reads");
    assert_eq!(found.expect("there").identity, None);
}

async fn who_is_not_seen_any_more_is_given_up(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let (gone, there, answered) = (knock(ours.id, 0), knock(ours.id, 1), knock(ours.id, 2));
    for one in [&gone, &there, &answered] {
        insert(&tx, one).await;
    }
    knocks::answer(&tx, answered.id, Answer::Refuse, None, at(3))
        .await
        .expect("answers");
    assert!(knocks::touch(&tx, there.id, at(30)).await.expect("touches"));
    assert!(!knocks::touch(&tx, answered.id, at(30)).await.expect("runs"));
    let expired = knocks::expire(&tx, at(20)).await.expect("expires");
    let expected = Knock {
        state: State::Expired,
        ..gone.clone()
    };
    assert_eq!(expired, [expected]);
    assert_eq!(state(&tx, there.id).await, State::Waiting);
    assert_eq!(state(&tx, answered.id).await, State::Refused);
    let late = Answer::Admit { identity: "ada" };
    let late = knocks::answer(&tx, gone.id, late, None, at(31)).await;
    assert!(!late.expect("runs"), "nobody is there to come in");
}

async fn knocks_that_are_over_are_forgotten(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let (old, young, waiting) = (knock(ours.id, 0), knock(ours.id, 10), knock(ours.id, 0));
    for one in [&old, &young, &waiting] {
        insert(&tx, one).await;
    }
    for one in [&old, &young] {
        knocks::answer(&tx, one.id, Answer::Refuse, None, at(11))
            .await
            .expect("answers");
    }
    assert_eq!(knocks::purge(&tx, at(5)).await.expect("purges"), 1);
    assert_eq!(knocks::by_id(&tx, old.id).await.expect("reads"), None);
    assert!(knocks::by_id(&tx, young.id).await.expect("reads").is_some());
    assert_eq!(state(&tx, waiting.id).await, State::Waiting);
}

async fn who_knocks_again_is_known_at_that_door_until_they_are_answered_or_go_away(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let ada = added(&store, person("ada")).await;
    let elsewhere = opened(&store, room("syndic", &ada)).await;
    let tx = store.begin_write().await.expect("begins");
    let one = Knock {
        person: Some(ada.id),
        browser: Some(digest(1)),
        ..knock(ours.id, 0)
    };
    insert(&tx, &one).await;
    let known = |room, person, browser: Option<Digest>| {
        let tx = &tx;
        async move {
            let found = knocks::open_of(tx, room, person, browser.as_ref()).await;
            found.expect("reads").map(|found| found.id)
        }
    };
    let (hers, another) = (Some(digest(1)), Some(digest(2)));
    assert_eq!(known(ours.id, None, hers).await, Some(one.id));
    assert_eq!(known(ours.id, Some(ada.id), another).await, Some(one.id));
    assert_eq!(known(ours.id, None, another).await, None);
    assert_eq!(
        known(ours.id, None, None).await,
        None,
        "nobody is known by nothing"
    );
    assert_eq!(known(elsewhere.id, None, hers).await, None, "another door");
    assert!(knocks::give_up(&tx, one.id).await.expect("gives up"));
    assert!(!knocks::give_up(&tx, one.id).await.expect("runs"));
    assert_eq!(known(ours.id, None, hers).await, None);
    assert_eq!(state(&tx, one.id).await, State::Expired);
}
