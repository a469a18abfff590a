//! What a meeting knows of those who come.

use meetings::door::{Mark, Past, Visitor};
use meetings::id::RoomId;
use store::rooms::Room;
use store::visits::{Visit, Whom};
use store::{Store, random, room_meetings, rooms, visits};

use crate::things::{added, digest, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    a_visit_is_read_again,
    who_was_sent_away_is_recognised_by_whatever_is_left,
    who_was_there_a_moment_ago_comes_back,
    nobody_is_recognised_by_nothing,
    a_new_token_does_not_wipe_out_a_mark,
    a_removal_is_known_until_the_meeting_ends,
    visits_go_with_their_room,
    who_left_last_may_come_back_to_the_next_meeting_and_nobody_else_is_known_there,
    old_visits_are_forgotten_where_no_meeting_goes_on,
);

async fn a_room(store: &Store) -> Room {
    let zoe = added(store, person("zoe")).await;
    opened(store, room("groupimo", &zoe)).await
}

/// A guest with nothing but an identity.
fn visit(room: RoomId, identity: &str) -> Visit {
    Visit {
        id: random::id(at(0)),
        room,
        identity: identity.to_owned(),
        person: None,
        browser: None,
        name: identity.to_owned(),
        device: "Firefox, Linux".to_owned(),
        role: Visitor::Stranger,
        mark: Mark::Entered,
        created: at(0),
        seen: at(0),
    }
}

async fn a_visit_is_read_again(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let mut zoe = Visit {
        person: Some(ours.owner),
        browser: Some(digest(1)),
        role: Visitor::Member,
        mark: Mark::Admitted,
        ..visit(ours.id, "zoe")
    };
    visits::upsert(&tx, &zoe).await.expect("inserts");
    visits::upsert(&tx, &visit(ours.id, "guest"))
        .await
        .expect("inserts");
    let set = visits::set_role(&tx, ours.id, "zoe", Visitor::Host).await;
    assert!(set.expect("sets"));
    let nobody = visits::set_role(&tx, ours.id, "nobody", Visitor::Host).await;
    assert!(!nobody.expect("runs"));
    let touched = visits::touch(&tx, ours.id, &["zoe", "nobody"], at(7)).await;
    assert_eq!(touched.expect("touches"), 1);
    (zoe.role, zoe.seen) = (Visitor::Host, at(7));
    let found = visits::by_identity(&tx, ours.id, "zoe").await.expect("reads");
    assert_eq!(found, Some(zoe.clone()));
    let by_browser = Whom {
        browser: Some(&digest(1)),
        ..Whom::default()
    };
    let hers = visits::of_whom(&tx, ours.id, by_browser).await.expect("reads");
    assert_eq!(hers, [zoe]);
}

async fn who_was_sent_away_is_recognised_by_whatever_is_left(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    let elsewhere = rooms::insert(&tx, &room("syndic", &ada)).await;
    elsewhere.expect("inserts");
    let computer = Visit {
        person: Some(ada.id),
        browser: Some(digest(1)),
        ..visit(ours.id, "ada")
    };
    let phone = Visit {
        person: Some(ada.id),
        browser: Some(digest(2)),
        ..visit(ours.id, "ada on the phone")
    };
    for one in [&computer, &phone, &visit(ours.id, "zoe")] {
        visits::upsert(&tx, one).await.expect("inserts");
    }
    let pointed_at = Whom {
        identity: Some("ada"),
        ..Whom::default()
    };
    let marked = visits::set_mark(&tx, ours.id, pointed_at, Mark::SentAway).await;
    assert_eq!(marked.expect("marks"), 1);
    let past = |whom| visits::past_of(&tx, ours.id, whom, at(1));
    let whom = |person, browser, identity| Whom {
        person,
        browser,
        identity,
    };
    let (first, second, third) = (digest(1), digest(2), digest(3));
    for (whom, expected, why) in [
        (whom(None, Some(&first), None), Past::SentAway, "signed out"),
        (
            whom(Some(ada.id), Some(&third), None),
            Past::SentAway,
            "another browser",
        ),
        (
            whom(Some(ada.id), Some(&second), None),
            Past::SentAway,
            "the other device",
        ),
        (
            whom(None, None, Some("ada")),
            Past::SentAway,
            "the token of before",
        ),
        (
            whom(None, Some(&third), Some("zoe")),
            Past::Returning,
            "somebody else",
        ),
        (
            whom(None, Some(&second), None),
            Past::Returning,
            "only known by her sign-in",
        ),
        (whom(None, Some(&third), None), Past::Unknown, "a stranger"),
    ] {
        assert_eq!(past(whom).await.expect("reads"), expected, "{why}");
    }
    let hers = visits::of_person(&tx, ada.id).await.expect("reads");
    assert_eq!(hers.len(), 2);
    let person = whom(Some(ada.id), None, None);
    let marked = visits::set_mark(&tx, ours.id, person, Mark::SentAway).await;
    assert_eq!(marked.expect("marks"), 2);
    let phone = past(whom(None, Some(&second), None)).await;
    assert_eq!(phone.expect("reads"), Past::SentAway);
    let (syndic, _) = rooms::by_address(&tx, &crate::things::address("syndic"))
        .await
        .expect("reads")
        .expect("there");
    let there = visits::past_of(&tx, syndic.id, person, at(1)).await;
    assert_eq!(there.expect("reads"), Past::Unknown, "another room's meeting");
}

async fn who_was_there_a_moment_ago_comes_back(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let browser = digest(1);
    let whom = Whom {
        browser: Some(&browser),
        ..Whom::default()
    };
    for (identity, seen) in [("first", 0), ("second", 100)] {
        let one = Visit {
            browser: Some(browser),
            seen: at(seen),
            ..visit(ours.id, identity)
        };
        visits::upsert(&tx, &one).await.expect("inserts");
    }
    for (now, expected) in [(220, Past::Returning), (221, Past::Unknown)] {
        let past = visits::past_of(&tx, ours.id, whom, at(now)).await;
        assert_eq!(past.expect("reads"), expected, "at {now}");
    }
    let admitted = Whom {
        identity: Some("first"),
        ..Whom::default()
    };
    visits::set_mark(&tx, ours.id, admitted, Mark::Admitted)
        .await
        .expect("marks");
    let past = visits::past_of(&tx, ours.id, whom, at(9_999)).await;
    assert_eq!(past.expect("reads"), Past::Admitted, "for the whole meeting");
}

async fn nobody_is_recognised_by_nothing(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    visits::upsert(&tx, &visit(ours.id, "ada"))
        .await
        .expect("inserts");
    let nothing = Whom::default();
    let past = visits::past_of(&tx, ours.id, nothing, at(0)).await;
    assert_eq!(past.expect("reads"), Past::Unknown);
    assert_eq!(visits::of_whom(&tx, ours.id, nothing).await.expect("reads"), []);
    let marked = visits::set_mark(&tx, ours.id, nothing, Mark::SentAway).await;
    assert_eq!(marked.expect("runs"), 0);
}

async fn a_new_token_does_not_wipe_out_a_mark(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    for (mark, kept) in [
        (Mark::Entered, Mark::Entered),
        (Mark::Admitted, Mark::Admitted),
        (Mark::Entered, Mark::Admitted),
        (Mark::SentAway, Mark::SentAway),
        (Mark::Admitted, Mark::SentAway),
    ] {
        let again = Visit {
            mark,
            seen: at(5),
            name: "Ada".to_owned(),
            ..visit(ours.id, "ada")
        };
        visits::upsert(&tx, &again).await.expect("keeps");
        let found = visits::by_identity(&tx, ours.id, "ada").await.expect("reads");
        let found = found.expect("there");
        assert_eq!(
            (found.mark, found.name.as_str(), found.seen),
            (kept, "Ada", at(5))
        );
    }
}

async fn a_removal_is_known_until_the_meeting_ends(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    visits::upsert(&tx, &visit(ours.id, "zoe"))
        .await
        .expect("inserts");
    let removed = |tx| visits::somebody_removed(tx, ours.id);
    assert!(!removed(&tx).await.expect("reads"));
    let refused = Visit {
        browser: Some(digest(1)),
        mark: Mark::SentAway,
        ..visit(ours.id, "never told")
    };
    visits::upsert(&tx, &refused).await.expect("inserts");
    assert!(removed(&tx).await.expect("reads"));
    assert_eq!(visits::clear(&tx, ours.id).await.expect("clears"), 2);
    assert!(!removed(&tx).await.expect("reads"));
    let whom = Whom {
        browser: Some(&digest(1)),
        ..Whom::default()
    };
    let past = visits::past_of(&tx, ours.id, whom, at(1)).await;
    assert_eq!(past.expect("reads"), Past::Unknown);
}

async fn visits_go_with_their_room(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    visits::upsert(&tx, &visit(ours.id, "zoe"))
        .await
        .expect("inserts");
    rooms::delete(&tx, ours.id).await.expect("deletes");
    let found = visits::by_identity(&tx, ours.id, "zoe").await.expect("reads");
    assert_eq!(found, None);
}

async fn who_left_last_may_come_back_to_the_next_meeting_and_nobody_else_is_known_there(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let seen = |identity: &str, mark, second| Visit {
        role: Visitor::Host,
        mark,
        seen: at(second),
        ..visit(ours.id, identity)
    };
    let hers = Visit {
        person: Some(ours.owner),
        ..seen("owner", Mark::Entered, 900)
    };
    for one in [
        hers,
        seen("last", Mark::Admitted, 880),
        seen("long gone", Mark::Admitted, 879),
        seen("removed", Mark::SentAway, 999),
    ] {
        visits::upsert(&tx, &one).await.expect("inserts");
    }
    visits::settle(&tx, ours.id, at(1_000)).await.expect("settles");
    let identities = ["owner", "last", "long gone", "removed"];
    let left = visits::of_identities(&tx, ours.id, &identities).await;
    let mut left: Vec<_> = left
        .expect("reads")
        .into_iter()
        .map(|one| (one.identity, one.role, one.mark))
        .collect();
    left.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("last".to_owned(), Visitor::Stranger, Mark::Entered),
        ("owner".to_owned(), Visitor::Host, Mark::Entered),
    ];
    assert_eq!(left, expected);
    assert!(!visits::somebody_removed(&tx, ours.id).await.expect("reads"));
}

async fn old_visits_are_forgotten_where_no_meeting_goes_on(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let young = Visit {
        seen: at(50),
        ..visit(ours.id, "young")
    };
    for one in [&visit(ours.id, "old"), &young] {
        visits::upsert(&tx, one).await.expect("inserts");
    }
    let opened = room_meetings::open(&tx, &ours, "RM_here", at(60)).await;
    let (meeting, _) = opened.expect("opens").expect("no host ended it");
    assert_eq!(visits::purge(&tx, at(50)).await.expect("purges"), 0);
    room_meetings::end(&tx, meeting.id, at(70)).await.expect("ends");
    assert_eq!(visits::purge(&tx, at(50)).await.expect("purges"), 1);
    let found = visits::by_identity(&tx, ours.id, "young").await.expect("reads");
    assert!(found.is_some());
}
