//! Meetings, who was in them, and what was written there.

use std::time::Duration;

use meetings::attendance::{Stay, merge};
use meetings::id::MeetingId;
use store::attendance::Attendance;
use store::chat_messages::ChatMessage;
use store::room_meetings::Meeting;
use store::rooms::Room;
use store::{Cut, Page, Store, StoreError, Write, attendance, chat_messages, random, room_meetings, rooms};

use crate::things::{added, digest, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    a_meeting_goes_on_until_it_ends,
    of_two_servers_that_open_a_meeting_at_once_both_get_the_same,
    nobody_joins_a_meeting_that_ends_at_that_moment,
    nobody_comes_into_a_meeting_from_a_media_room_that_a_host_ended,
    a_meeting_outlives_its_room,
    meetings_come_newest_first,
    a_stay_is_noted_once,
    what_a_crash_left_open_ends_when_it_was_seen_last,
    stays_of_several_devices_are_read_as_one_presence,
    what_was_written_is_read_in_order_and_forgotten_in_time,
    what_somebody_did_outlives_their_account,
);

/// Long enough for what does not wait to be done.
const A_MOMENT: Duration = Duration::from_millis(100);

async fn a_room(store: &Store) -> Room {
    let zoe = added(store, person("zoe")).await;
    opened(store, room("groupimo", &zoe)).await
}

async fn begun(tx: &Write, room: &Room, second: i64) -> Meeting {
    let (meeting, new) = opens(tx, room, second).await;
    assert!(new, "none went on");
    meeting
}

async fn opens(tx: &Write, room: &Room, second: i64) -> (Meeting, bool) {
    let opened = room_meetings::open(tx, room, "RM_here", at(second)).await;
    opened.expect("opens").expect("no host ended it")
}

/// Somebody unknown in a meeting, from one second to another.
fn stay(meeting: MeetingId, identity: &str, joined: i64, left: Option<i64>) -> Attendance {
    Attendance {
        id: random::id(at(joined)),
        meeting,
        stay: Stay {
            identity: identity.to_owned(),
            person: None,
            browser: None,
            name: identity.to_owned(),
            device: "Firefox, Linux".to_owned(),
            joined: at(joined),
            left: left.map(at),
        },
        seen: at(joined),
    }
}

async fn noted(tx: &Write, attendance: &Attendance) -> bool {
    attendance::insert(tx, attendance).await.expect("inserts")
}

async fn stays(tx: &Write, meeting: MeetingId) -> Vec<Attendance> {
    let page = attendance::of_meeting(tx, meeting, Cut::first(500)).await;
    page.expect("lists").items
}

async fn a_meeting_goes_on_until_it_ends(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    assert_eq!(
        room_meetings::running_of(&tx, ours.id).await.expect("reads"),
        None
    );
    let mut first = begun(&tx, &ours, 0).await;
    assert_eq!(
        (first.room, first.room_address.as_str()),
        (Some(ours.id), "groupimo")
    );
    let again = opens(&tx, &ours, 5).await;
    assert_eq!(again, (first.clone(), false));
    let running = room_meetings::running_of(&tx, ours.id).await.expect("reads");
    assert_eq!(running.as_ref(), Some(&first));
    let ended = room_meetings::end(&tx, first.id, at(9)).await.expect("ends");
    assert_eq!(ended.and_then(|meeting| meeting.ended), Some(at(9)));
    assert_eq!(
        room_meetings::end(&tx, first.id, at(10)).await.expect("runs"),
        None
    );
    first.ended = Some(at(9));
    let found = room_meetings::by_id(&tx, first.id).await.expect("reads");
    assert_eq!(found.as_ref(), Some(&first));
    assert_ne!(begun(&tx, &ours, 20).await.id, first.id);
}

async fn of_two_servers_that_open_a_meeting_at_once_both_get_the_same(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ours = a_room(&here).await;
    for round in 0..10 {
        let open = |store: Store, ours: Room| async move {
            let tx = store.begin_write().await.expect("begins");
            let opened = opens(&tx, &ours, round).await;
            tx.commit().await.expect("commits");
            opened
        };
        let both = [here.clone(), there.clone()].map(|store| tokio::spawn(open(store, ours.clone())));
        let [first, second] = both;
        let (first, second) = (first.await.expect("no panic"), second.await.expect("no panic"));
        assert_eq!(first.0, second.0);
        assert_ne!(first.1, second.1, "it begins once");
        let tx = here.begin_write().await.expect("begins");
        assert!(
            room_meetings::end(&tx, first.0.id, at(round))
                .await
                .expect("ends")
                .is_some()
        );
        tx.commit().await.expect("commits");
    }
}

/// One server ends deserted meetings while another lets somebody in, in either order.
async fn nobody_joins_a_meeting_that_ends_at_that_moment(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ours = a_room(&here).await;
    let tx = here.begin_write().await.expect("begins");
    let first = begun(&tx, &ours, 0).await.id;
    tx.commit().await.expect("commits");

    let coming = there.begin_write().await.expect("begins");
    let (meeting, _) = opens(&coming, &ours, 1).await;
    assert_eq!(meeting.id, first);
    let sweep = |store: Store| async move {
        let tx = store.begin_write().await.expect("begins");
        let ended = room_meetings::end_deserted(&tx, at(1_000)).await.expect("ends");
        tx.commit().await.expect("commits");
        ended
    };
    let mut sweeping = tokio::spawn(sweep(here.clone()));
    let early = tokio::time::timeout(A_MOMENT, &mut sweeping).await;
    assert!(early.is_err(), "it waits for who comes in: {early:?}");
    noted(&coming, &stay(first, "ada", 1, None)).await;
    coming.commit().await.expect("commits");
    assert_eq!(sweeping.await.expect("no panic"), []);

    let tx = here.begin_write().await.expect("begins");
    attendance::all_left(&tx, first, at(2)).await.expect("closes");
    let ended = room_meetings::end_deserted(&tx, at(1_000)).await.expect("ends");
    assert_eq!(ended[0].id, first);
    let mut coming = tokio::spawn(async move {
        let tx = there.begin_write().await.expect("begins");
        opens(&tx, &ours, 3).await
    });
    let early = tokio::time::timeout(A_MOMENT, &mut coming).await;
    assert!(early.is_err(), "who comes waits for the end: {early:?}");
    tx.commit().await.expect("commits");
    let (second, begins) = coming.await.expect("no panic");
    assert!(begins && second.id != first);
}

/// A host ends a meeting while another server hears of somebody in its media room.
async fn nobody_comes_into_a_meeting_from_a_media_room_that_a_host_ended(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ours = a_room(&here).await;
    let tx = here.begin_write().await.expect("begins");
    let first = begun(&tx, &ours, 0).await.id;
    tx.commit().await.expect("commits");

    let tx = here.begin_write().await.expect("begins");
    let ending = room_meetings::end_media_room(&tx, first, "RM_here").await;
    ending.expect("notes");
    room_meetings::end(&tx, first, at(2)).await.expect("ends");
    let mut coming = tokio::spawn(async move {
        let tx = there.begin_write().await.expect("begins");
        let opened = room_meetings::open(&tx, &ours, "RM_here", at(3))
            .await
            .expect("runs");
        assert_eq!(opened, None);
        assert_eq!(
            room_meetings::running_of(&tx, ours.id).await.expect("reads"),
            None
        );
        // In the media room of the next meeting neither.
        let next = room_meetings::open(&tx, &ours, "RM_next", at(4))
            .await
            .expect("runs");
        let (next, begins) = next.expect("another media room");
        assert!(begins);
        let opened = room_meetings::open(&tx, &ours, "RM_here", at(5))
            .await
            .expect("runs");
        assert_eq!(opened, None);
        let running = room_meetings::running_of(&tx, ours.id).await.expect("reads");
        assert_eq!(running, Some(next));
    });
    let early = tokio::time::timeout(A_MOMENT, &mut coming).await;
    assert!(early.is_err(), "who comes waits for the end: {early:?}");
    tx.commit().await.expect("commits");
    coming.await.expect("no panic");
}

async fn a_meeting_outlives_its_room(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let mut meeting = begun(&tx, &ours, 0).await;
    noted(&tx, &stay(meeting.id, "ada", 1, Some(8))).await;
    rooms::delete(&tx, ours.id).await.expect("deletes");
    meeting.room = None;
    let found = room_meetings::by_id(&tx, meeting.id).await.expect("reads");
    assert_eq!(found.as_ref(), Some(&meeting));
    let second = rooms::Room {
        id: random::id(at(2)),
        ..ours
    };
    rooms::insert(&tx, &second).await.expect("inserts");
    begun(&tx, &second, 10).await;
    let ended = room_meetings::end_deserted(&tx, at(9)).await.expect("ends");
    meeting.ended = Some(at(8));
    assert_eq!(ended, [meeting], "when the last left; the other one is too young");
}

async fn meetings_come_newest_first(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let mut all = Vec::new();
    for second in 0..3 {
        let meeting = begun(&tx, &ours, second).await;
        if second < 2 {
            room_meetings::end(&tx, meeting.id, at(second))
                .await
                .expect("ends");
        }
        all.insert(0, meeting.id);
    }
    let page = |after| room_meetings::of_room(&tx, ours.id, Cut { after, limit: 2 });
    let ids = |page: &Page<Meeting, _>| page.items.iter().map(|one| one.id).collect::<Vec<_>>();
    let first = page(None).await.expect("lists");
    let rest = page(first.next).await.expect("lists");
    assert_eq!([ids(&first), ids(&rest)].concat(), all);
    let running = room_meetings::running(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(ids(&running), all[..1]);
    let page = room_meetings::list(&tx, Cut::first(2)).await.expect("lists");
    assert_eq!(ids(&page), all[..2]);
    let nowhere = room_meetings::of_rooms(&tx, &[], Cut::first(5)).await;
    assert_eq!(ids(&nowhere.expect("lists")), []);
    for meeting in &all[..2] {
        noted(&tx, &stay(*meeting, "ada", 1, Some(2))).await;
    }
    let theirs = attendance::of_meetings(&tx, &all[1..]).await.expect("reads");
    assert_eq!(
        theirs.iter().map(|one| one.meeting).collect::<Vec<_>>(),
        all[1..2]
    );
}

async fn a_stay_is_noted_once(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let meeting = begun(&tx, &ours, 0).await.id;
    let mut first = stay(meeting, "ada", 1, None);
    (first.stay.person, first.stay.browser) = (Some(ours.owner), Some(digest(1)));
    assert!(noted(&tx, &first).await);
    let news = Attendance {
        id: random::id(at(1)),
        ..first.clone()
    };
    assert!(!noted(&tx, &news).await, "told by another server too");
    let mut second = stay(meeting, "ada", 7, None);
    assert!(noted(&tx, &second).await, "the same identity came again");
    let left = |joined| attendance::left(&tx, meeting, "ada", at(joined), at(8));
    first.stay.left = Some(at(8));
    assert_eq!(left(1).await.expect("closes"), Some(first.clone()));
    assert_eq!(left(1).await.expect("runs"), None, "it is closed");
    let beaten = attendance::beat(&tx, meeting, &["ada", "nobody"], at(9)).await;
    assert_eq!(beaten.expect("beats"), 1, "only who is there");
    second.seen = at(9);
    assert_eq!(stays(&tx, meeting).await, [first.clone(), second.clone()]);
    second.stay.left = Some(at(10));
    let all = attendance::all_left(&tx, meeting, at(10)).await.expect("closes");
    assert_eq!(all, [second.clone()]);
    assert_eq!(attendance::purge(&tx, at(9)).await.expect("purges"), 1);
    assert_eq!(stays(&tx, meeting).await, [second]);
}

async fn what_a_crash_left_open_ends_when_it_was_seen_last(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let meeting = begun(&tx, &ours, 0).await.id;
    for identity in ["lost", "there", "gone"] {
        noted(&tx, &stay(meeting, identity, 1, None)).await;
    }
    attendance::left(&tx, meeting, "gone", at(1), at(2))
        .await
        .expect("closes");
    attendance::beat(&tx, meeting, &["lost", "there"], at(30))
        .await
        .expect("beats");
    attendance::beat(&tx, meeting, &["there"], at(60))
        .await
        .expect("beats");
    let stale = attendance::close_stale(&tx, at(60)).await.expect("closes");
    assert_eq!(stale.len(), 1);
    let left: Vec<_> = stays(&tx, meeting)
        .await
        .into_iter()
        .map(|one| one.stay.left)
        .collect();
    assert_eq!(left.iter().filter(|left| left.is_none()).count(), 1);
    assert!(
        left.contains(&Some(at(30))) && left.contains(&Some(at(2))),
        "{left:?}"
    );
    let none = room_meetings::end_deserted(&tx, at(99)).await.expect("runs");
    assert_eq!(none, [], "somebody is there");
    let there = attendance::present(&tx, meeting).await.expect("reads");
    assert_eq!(
        there
            .iter()
            .map(|one| one.stay.identity.as_str())
            .collect::<Vec<_>>(),
        ["there"]
    );
    let stale = attendance::close_stale(&tx, at(99)).await.expect("closes");
    assert_eq!(stale.len(), 1);
    let none = room_meetings::end_deserted(&tx, at(60)).await.expect("runs");
    assert_eq!(none, [], "the last may be on the way back");
    let ended = room_meetings::end_deserted(&tx, at(99)).await.expect("ends");
    assert_eq!(ended[0].ended, Some(at(60)));
    let idle = begun(&tx, &ours, 100).await;
    let ended = room_meetings::end_deserted(&tx, at(101)).await.expect("ends");
    assert_eq!((ended[0].id, ended[0].ended), (idle.id, Some(at(100))));
}

async fn stays_of_several_devices_are_read_as_one_presence(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let meeting = begun(&tx, &ours, 0).await.id;
    for (identity, joined, left) in [("computer", 0, 100), ("phone", 50, 150)] {
        let mut one = stay(meeting, identity, joined, Some(left));
        one.stay.person = Some(ours.owner);
        noted(&tx, &one).await;
    }
    noted(&tx, &stay(meeting, "guest", 10, Some(20))).await;
    let all: Vec<_> = stays(&tx, meeting)
        .await
        .into_iter()
        .map(|one| one.stay)
        .collect();
    let present = merge(&all, at(999));
    let lines: Vec<_> = present
        .iter()
        .map(|one| (one.person, one.total.as_secs()))
        .collect();
    assert_eq!(lines, [(Some(ours.owner), 150), (None, 10)]);
}

async fn what_was_written_is_read_in_order_and_forgotten_in_time(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let tx = store.begin_write().await.expect("begins");
    let meeting = begun(&tx, &ours, 0).await.id;
    let message = |second, text: &str| ChatMessage {
        id: random::id(at(second)),
        meeting,
        identity: "ada".to_owned(),
        person: None,
        name: "Ada".to_owned(),
        text: text.to_owned(),
        sent: at(second),
    };
    let all = [
        message(1, "Bonjour <b>à tous</b>"),
        message(2, "👋"),
        message(3, "\u{202e}"),
    ];
    for one in &all {
        chat_messages::insert(&tx, one).await.expect("inserts");
    }
    let page = |after| chat_messages::of_meeting(&tx, meeting, Cut { after, limit: 2 });
    let first = page(None).await.expect("lists");
    let rest = page(first.next).await.expect("lists");
    assert_eq!([first.items, rest.items].concat(), all);
    assert_eq!(chat_messages::purge(&tx, at(2)).await.expect("purges"), 1);
    assert_eq!(page(None).await.expect("lists").items, all[1..]);
    let nowhere = ChatMessage {
        meeting: random::id(at(0)),
        ..message(4, "?")
    };
    let nowhere = chat_messages::insert(&tx, &nowhere).await;
    assert!(matches!(nowhere, Err(StoreError::Linked)), "{nowhere:?}");
    assert_eq!(
        page(None).await.expect("the transaction is still good").items,
        all[1..]
    );
}

async fn what_somebody_did_outlives_their_account(place: Place) {
    let store = place.open().await;
    let ours = a_room(&store).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    let meeting = begun(&tx, &ours, 0).await.id;
    let mut hers = stay(meeting, "ada", 1, Some(2));
    hers.stay.person = Some(ada.id);
    noted(&tx, &hers).await;
    let written = ChatMessage {
        id: random::id(at(1)),
        meeting,
        identity: "ada".to_owned(),
        person: Some(ada.id),
        name: "Ada".to_owned(),
        text: "Bonjour".to_owned(),
        sent: at(1),
    };
    chat_messages::insert(&tx, &written).await.expect("inserts");
    tx.commit().await.expect("commits");
    place
        .sql("DELETE FROM person WHERE email = 'ada@example.org'")
        .await;
    let tx = store.begin_write().await.expect("begins");
    hers.stay.person = None;
    assert_eq!(stays(&tx, meeting).await, [hers]);
    let page = chat_messages::of_meeting(&tx, meeting, Cut::first(5)).await;
    let expected = ChatMessage {
        person: None,
        ..written
    };
    assert_eq!(page.expect("lists").items, [expected]);
}
