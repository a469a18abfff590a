//! Rooms and their addresses.

use store::room_addresses::Kind;
use store::{Conflict, Cut, StoreError, room_addresses, room_hosts, rooms};

use crate::things::{added, address, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    an_address_belongs_to_one_room,
    an_address_that_looks_like_another_rooms_is_refused_and_names_it,
    of_two_rooms_made_at_once_with_like_addresses_one_is_made,
    a_renamed_room_still_answers_to_its_former_address,
    a_room_may_be_renamed_to_what_looks_like_itself,
    a_room_goes_back_to_a_former_address,
    an_address_taken_away_is_free_again_for_others,
    a_room_taken_away_frees_its_addresses,
    rooms_come_in_pages_with_their_addresses,
    what_is_changed_of_a_room_is_read_again,
    hosts_are_made_and_unmade,
    the_rooms_of_a_host_are_theirs_and_those_they_host,
    what_refers_to_nothing_is_refused_and_the_transaction_goes_on,
    addresses_to_propose_are_free_and_look_like_no_others,
    addresses_that_look_like_some_are_found_with_the_main_one_first,
    of_some_rooms_those_that_somebody_hosts_are_told_apart,
    personal_rooms_are_not_the_organisations,
    rooms_are_found_by_their_main_addresses_at_once,
    an_address_that_became_reserved_stays_its_rooms,
);

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Conflict {
    match result {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

async fn an_address_belongs_to_one_room(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let first = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    let second = rooms::insert(&tx, &room("groupimo", &zoe)).await;
    assert_eq!(conflict(second), Conflict::AddressTaken);
    let other = room("syndic", &zoe);
    rooms::insert(&tx, &other)
        .await
        .expect("the transaction is still good");
    let alias = room_addresses::add(&tx, other.id, &first.address, Kind::Alias, at(1)).await;
    assert_eq!(conflict(alias), Conflict::AddressTaken);
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let found = rooms::by_address(&read, &address("groupimo"))
        .await
        .expect("reads");
    assert_eq!(found, Some((first, Kind::Main)));
}

async fn an_address_that_looks_like_another_rooms_is_refused_and_names_it(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    opened(&store, room("lumiere", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    let of = "lumiere".to_owned();
    let alike = conflict(rooms::insert(&tx, &room("1umiere", &zoe)).await);
    assert_eq!(alike, Conflict::AddressLooksAlike { of });
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let all = rooms::list(&read, Cut::first(10)).await.expect("lists");
    assert_eq!(all.items.len(), 1, "nothing is left of the refused room");
}

async fn of_two_rooms_made_at_once_with_like_addresses_one_is_made(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let zoe = added(&here, person("zoe")).await;
    for pair in [["forum", "forurn"], ["salle", "salle"], ["bureau-1", "bureau1"]] {
        let create = |store: store::Store, room| async move {
            let tx = store.begin_write().await?;
            rooms::insert(&tx, &room).await?;
            tx.commit().await
        };
        let first = tokio::spawn(create(here.clone(), room(pair[0], &zoe)));
        let second = tokio::spawn(create(there.clone(), room(pair[1], &zoe)));
        let results = [first.await.expect("no panic"), second.await.expect("no panic")];
        let (made, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (1, 1), "{pair:?}");
        for refusal in refused {
            conflict(refusal);
        }
    }
}

async fn a_renamed_room_still_answers_to_its_former_address(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let old = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_addresses::rename(&tx, old.id, &address("foncia"), at(1))
        .await
        .expect("renames");
    tx.commit().await.expect("commits");
    let tx = store.begin_write().await.expect("begins");
    let (renamed, kind) = rooms::by_address(&tx, &address("groupimo"))
        .await
        .expect("reads")
        .expect("found");
    assert_eq!((renamed.address.as_str(), kind), ("foncia", Kind::Redirect));
    let (_, kind) = rooms::by_address(&tx, &address("foncia"))
        .await
        .expect("reads")
        .expect("found");
    assert_eq!(kind, Kind::Main);
    let another = rooms::insert(&tx, &room("groupimo", &zoe)).await;
    assert_eq!(
        conflict(another),
        Conflict::AddressTaken,
        "it is still answered to"
    );
    room_addresses::rename(&tx, old.id, &address("foncia"), at(2))
        .await
        .expect("to its own name: nothing happens");
}

async fn a_room_may_be_renamed_to_what_looks_like_itself(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let old = opened(&store, room("salle-12", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_addresses::rename(&tx, old.id, &address("salle12"), at(1))
        .await
        .expect("renames");
    room_addresses::remove(&tx, old.id, &address("salle-12"))
        .await
        .expect("removes");
    let alike = rooms::insert(&tx, &room("salle-12", &zoe)).await;
    let of = "salle12".to_owned();
    assert_eq!(
        conflict(alike),
        Conflict::AddressLooksAlike { of },
        "the look is still taken"
    );
}

async fn a_room_goes_back_to_a_former_address(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let old = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    for name in ["foncia", "groupimo"] {
        room_addresses::rename(&tx, old.id, &address(name), at(1))
            .await
            .expect("renames");
    }
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let addresses = room_addresses::of_room(&read, old.id).await.expect("reads");
    let expected = [
        (address("foncia"), Kind::Redirect),
        (address("groupimo"), Kind::Main),
    ];
    assert_eq!(addresses, expected);
}

async fn an_address_taken_away_is_free_again_for_others(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let first = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_addresses::add(&tx, first.id, &address("accueil"), Kind::Alias, at(1))
        .await
        .expect("adds");
    let main = room_addresses::remove(&tx, first.id, &first.address).await;
    assert_eq!(conflict(main), Conflict::MainAddress);
    room_addresses::remove(&tx, first.id, &address("accueil"))
        .await
        .expect("removes");
    let gone = room_addresses::remove(&tx, first.id, &address("accueil")).await;
    assert!(matches!(gone, Err(StoreError::Missing("address"))), "{gone:?}");
    rooms::insert(&tx, &room("accuei1", &zoe))
        .await
        .expect("the look is free too");
}

async fn a_room_taken_away_frees_its_addresses(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let first = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_hosts::add(&tx, first.id, zoe.id, at(1)).await.expect("adds");
    rooms::delete(&tx, first.id).await.expect("deletes");
    rooms::insert(&tx, &room("groupimo", &zoe)).await.expect("free");
    let gone = rooms::delete(&tx, first.id).await;
    assert!(matches!(gone, Err(StoreError::Missing("room"))), "{gone:?}");
}

async fn rooms_come_in_pages_with_their_addresses(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    for number in 0..7 {
        let owner = if number < 5 { &zoe } else { &ada };
        let mut one = room(&format!("room{number}"), owner);
        one.id = store::random::id(at(number));
        rooms::insert(&tx, &one).await.expect("inserts");
    }
    let first = rooms::list(&tx, Cut::first(5)).await.expect("lists");
    let after = first.next;
    let rest = rooms::list(&tx, Cut { after, limit: 5 }).await.expect("lists");
    let names: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|room| room.address.as_str())
        .collect();
    assert_eq!(
        names,
        ["room0", "room1", "room2", "room3", "room4", "room5", "room6"]
    );
    assert_eq!(rest.next, None);
    let hers = rooms::of_owner(&tx, ada.id, Cut::first(5)).await.expect("lists");
    assert_eq!(hers.items.len(), 2);
}

async fn what_is_changed_of_a_room_is_read_again(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let mut ours = opened(&store, room("groupimo", &zoe)).await;
    ours.owner = ada.id;
    ours.access = meetings::door::Access::Locked;
    ours.people_limit = u16::MAX;
    ours.welcome = None;
    ours.members_answer = true;
    let tx = store.begin_write().await.expect("begins");
    rooms::update(&tx, &ours).await.expect("updates");
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    assert_eq!(rooms::by_id(&read, ours.id).await.expect("reads"), Some(ours));
}

async fn hosts_are_made_and_unmade(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let ours = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    for _ in 0..2 {
        room_hosts::add(&tx, ours.id, ada.id, at(1)).await.expect("adds");
    }
    assert_eq!(room_hosts::of_room(&tx, ours.id).await.expect("reads"), [ada.id]);
    assert_eq!(
        room_hosts::of_person(&tx, ada.id).await.expect("reads"),
        [ours.id]
    );
    assert!(room_hosts::is_host(&tx, ours.id, ada.id).await.expect("reads"));
    assert!(room_hosts::remove(&tx, ours.id, ada.id).await.expect("removes"));
    assert!(!room_hosts::remove(&tx, ours.id, ada.id).await.expect("removes"));
    assert!(!room_hosts::is_host(&tx, ours.id, ada.id).await.expect("reads"));
}

async fn the_rooms_of_a_host_are_theirs_and_those_they_host(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    let mut all = Vec::new();
    for (second, (name, owner)) in [("hers", &ada), ("shared", &zoe), ("both", &ada), ("his", &zoe)]
        .into_iter()
        .enumerate()
    {
        let mut one = room(name, owner);
        one.id = store::random::id(at(i64::try_from(second).expect("few")));
        rooms::insert(&tx, &one).await.expect("inserts");
        all.push(one);
    }
    for hosted in &all[1..3] {
        room_hosts::add(&tx, hosted.id, ada.id, at(9))
            .await
            .expect("adds");
    }
    let page = |after| rooms::of_host(&tx, ada.id, Cut { after, limit: 2 });
    let first = page(None).await.expect("lists");
    let rest = page(first.next).await.expect("lists");
    assert_eq!([first.items, rest.items].concat(), all[..3], "each once");
    assert_eq!(rest.next, None);
    let gone = store::random::id(at(0));
    let found = rooms::by_ids(&tx, &[all[3].id, all[0].id, gone]).await;
    let found = found.expect("reads");
    assert_eq!(found.len(), 2);
    assert_eq!(found[&all[3].id], all[3]);
}

async fn what_refers_to_nothing_is_refused_and_the_transaction_goes_on(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ours = opened(&store, room("groupimo", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    let lost = rooms::Room {
        establishment: Some(store::random::id(at(0))),
        ..ours.clone()
    };
    let another = rooms::Room {
        id: store::random::id(at(0)),
        address: address("syndic"),
        ..lost.clone()
    };
    let nobody = store::random::id(at(0));
    for refused in [
        rooms::update(&tx, &lost).await,
        rooms::insert(&tx, &another).await,
        room_hosts::add(&tx, ours.id, nobody, at(1)).await,
    ] {
        assert!(matches!(refused, Err(StoreError::Linked)), "{refused:?}");
    }
    rooms::update(&tx, &ours)
        .await
        .expect("the transaction is still good");
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let all = rooms::list(&read, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items, [ours]);
}

async fn addresses_to_propose_are_free_and_look_like_no_others(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    for taken in ["forum-2", "forurn-3"] {
        opened(&store, room(taken, &zoe)).await;
    }
    let wanted = ["forum-2", "forum2", "forum-3", "forum-4", "forum-5"].map(address);
    let read = store.begin_read().await.expect("begins");
    let free = room_addresses::free_among(&read, &wanted).await.expect("reads");
    assert_eq!(free, ["forum-4", "forum-5"].map(address));
}

async fn addresses_that_look_like_some_are_found_with_the_main_one_first(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let hall = opened(&store, room("salle12", &zoe)).await;
    opened(&store, room("forum", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_addresses::rename(&tx, hall.id, &address("salle-12"), at(1))
        .await
        .expect("renames");
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let mut wanted = vec![address("salle-l2"), address("accueil")];
    // More than are asked for in one statement; the last is in the second.
    wanted.extend((0..600).map(|number| address(&format!("q{number}x"))));
    wanted.push(address("forurn"));
    let found = room_addresses::looking_like(&read, &wanted).await.expect("reads");
    assert_eq!(found.len(), 2);
    let alike = |text: &str| found[&address(text).skeleton()].clone();
    assert_eq!(alike("salle12"), ["salle-12", "salle12"].map(address));
    assert_eq!(alike("forum"), [address("forum")]);
}

async fn of_some_rooms_those_that_somebody_hosts_are_told_apart(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let hosted = opened(&store, room("hosted", &zoe)).await;
    let foreign = opened(&store, room("foreign", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_hosts::add(&tx, hosted.id, ada.id, at(1))
        .await
        .expect("adds");
    let among = [hosted.id, foreign.id];
    let hers = room_hosts::hosted_among(&tx, ada.id, &among)
        .await
        .expect("reads");
    assert_eq!(hers, [hosted.id].into());
    assert_eq!(rooms::owned(&tx, zoe.id).await.expect("counts"), 2);
    assert_eq!(rooms::owned(&tx, ada.id).await.expect("counts"), 0);
}

async fn personal_rooms_are_not_the_organisations(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let mut outsider = person("dupont");
    outsider.role = meetings::people::Role::Individual;
    let outsider = added(&store, outsider).await;
    let ours = opened(&store, room("groupimo", &zoe)).await;
    opened(&store, room("dupont", &outsider)).await;
    let read = store.begin_read().await.expect("begins");
    let listed = rooms::of_organisation(&read, Cut::first(5)).await.expect("lists");
    assert_eq!(listed.items, [ours]);
}

async fn rooms_are_found_by_their_main_addresses_at_once(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let one = opened(&store, room("one", &zoe)).await;
    let other = opened(&store, room("other", &zoe)).await;
    let tx = store.begin_write().await.expect("begins");
    room_addresses::rename(&tx, other.id, &address("new"), at(1))
        .await
        .expect("renames");
    let called = ["one", "other", "none"].map(address);
    let found = rooms::by_main_addresses(&tx, &called).await.expect("reads");
    assert_eq!(found, [one], "a redirect is no main address");
}

async fn an_address_that_became_reserved_stays_its_rooms(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let before = opened(&store, room("before", &zoe)).await;
    let reserved = meetings::address::RESERVED[0];
    let changed = format!("UPDATE room_address SET address = '{reserved}'");
    place.sql(&changed).await;
    let read = store.begin_read().await.expect("begins");
    let found = rooms::by_id(&read, before.id)
        .await
        .expect("reads")
        .expect("found");
    assert_eq!(found.address.as_str(), reserved);
}
