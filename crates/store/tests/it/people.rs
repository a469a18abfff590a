//! The organisation, its establishments and its people.

use std::collections::HashMap;

use meetings::people::Role;
use meetings::search::Search;
use store::establishments::Establishment;
use store::organisation::SignUp;
use store::organisation_logo::{self, Logo};
use store::{Conflict, Cut, Page, StoreError, establishments, organisation, people, random, sign_ins};

use crate::things::{added, address, email, person};
use crate::world::{Place, at, on_both};

on_both!(
    a_second_person_with_the_same_address_is_refused,
    of_two_who_sign_up_with_one_address_at_once_one_gets_it,
    of_people_added_at_once_each_address_is_kept_for_the_first,
    nobody_changes_to_an_address_somebody_has,
    what_was_saved_of_a_person_is_there_after_a_restart,
    people_come_in_pages_without_gaps,
    a_search_finds_people_page_by_page,
    who_never_signed_in_is_known,
    two_owners_who_demote_each_other_leave_one,
    somebody_of_no_establishment_we_have_is_refused,
    names_of_a_page_are_read_at_once,
    there_is_one_organisation,
    a_logo_is_kept_once_and_is_not_too_large,
    establishments_share_neither_name_nor_prefix,
    an_establishment_with_people_stays,
);

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Conflict {
    match result {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

async fn a_second_person_with_the_same_address_is_refused(place: Place) {
    let store = place.open().await;
    added(&store, person("zoe")).await;
    let tx = store.begin_write().await.expect("begins");
    assert_eq!(
        conflict(people::insert(&tx, &person("zoe")).await),
        Conflict::EmailTaken
    );
    people::insert(&tx, &person("ada"))
        .await
        .expect("the transaction is still good");
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    assert!(
        people::by_email(&read, &email("ada@example.org"))
            .await
            .expect("reads")
            .is_some()
    );
}

async fn of_two_who_sign_up_with_one_address_at_once_one_gets_it(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let sign_up = |store: store::Store| async move {
        let tx = store.begin_write().await?;
        people::insert(&tx, &person("zoe")).await?;
        tx.commit().await
    };
    let both = [here, there].map(|store| tokio::spawn(sign_up(store)));
    let mut taken = 0;
    for one in both {
        match one.await.expect("no panic") {
            Ok(()) => {}
            other => {
                assert_eq!(conflict(other), Conflict::EmailTaken);
                taken += 1;
            }
        }
    }
    assert_eq!(taken, 1);
}

/// Two servers import the same list from either end, with somebody in it who is known.
async fn of_people_added_at_once_each_address_is_kept_for_the_first(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let known = added(&here, person("known")).await;
    let names: Vec<_> = (0..300).map(|number| format!("person{number}")).collect();
    let list = || -> Vec<_> {
        let all = names.iter().map(String::as_str).chain(["known"]);
        all.map(person).collect()
    };
    let add = |store: store::Store, list: Vec<people::Person>| async move {
        let tx = store.begin_write().await.expect("begins");
        let kept = people::insert_all(&tx, &list).await.expect("inserts");
        tx.commit().await.expect("commits");
        kept
    };
    let backwards = list().into_iter().rev().collect();
    let both = [add(here.clone(), list()), add(there, backwards)].map(tokio::spawn);
    let mut kept = std::collections::HashSet::new();
    for one in both {
        kept.extend(one.await.expect("no panic"));
    }
    assert_eq!(kept.len(), 300, "each is told to have been kept by one of them");
    let read = here.begin_read().await.expect("begins");
    let emails: Vec<_> = list().into_iter().map(|person| person.email).collect();
    let found = people::by_emails(&read, &emails).await.expect("reads");
    assert_eq!(found[&known.email].id, known.id);
    assert!(
        found
            .values()
            .all(|one| one.id == known.id || kept.contains(&one.id))
    );
    assert_eq!(found.len(), 301);
    let tx = here.begin_write().await.expect("begins");
    let none = people::insert_all(&tx, &[]).await.expect("does nothing");
    assert!(none.is_empty());
}

async fn nobody_changes_to_an_address_somebody_has(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let mut ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    ada.email = zoe.email.clone();
    assert_eq!(conflict(people::update(&tx, &ada).await), Conflict::EmailTaken);
    ada.email = email("ada@example.net");
    people::update(&tx, &ada)
        .await
        .expect("the transaction is still good");
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    assert_eq!(people::by_id(&read, ada.id).await.expect("reads"), Some(ada));
    let tx = store.begin_write().await.expect("begins");
    let stranger = people::update(&tx, &person("nobody")).await;
    assert!(
        matches!(stranger, Err(StoreError::Missing("person"))),
        "{stranger:?}"
    );
}

async fn what_was_saved_of_a_person_is_there_after_a_restart(place: Place) {
    let store = place.open().await;
    let site = Establishment {
        id: random::id(at(0)),
        name: "Lyon".to_owned(),
        prefix: Some(address("lyon")),
        created: at(0),
    };
    let tx = store.begin_write().await.expect("begins");
    establishments::insert(&tx, &site).await.expect("inserts");
    tx.commit().await.expect("commits");
    let mut zoe = person("zoe");
    zoe.role = Role::Admin;
    zoe.manages_integrations = true;
    zoe.establishment = Some(site.id);
    zoe.active = false;
    zoe.deactivated = Some(at(5));
    added(&store, zoe.clone()).await;
    store.close().await.expect("closes");
    let store = place.open().await;
    let read = store.begin_read().await.expect("begins");
    assert_eq!(people::by_id(&read, zoe.id).await.expect("reads"), Some(zoe));
    let found = establishments::by_id(&read, site.id).await.expect("reads");
    assert_eq!(found, Some(site));
}

async fn people_come_in_pages_without_gaps(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let mut all = Vec::new();
    for number in 0..25 {
        let mut one = person(&format!("person{number}"));
        one.id = random::id(at(number));
        people::insert(&tx, &one).await.expect("inserts");
        all.push(one.id);
    }
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let mut seen = Vec::new();
    let mut cut = Cut::first(10);
    let mut sizes = Vec::new();
    loop {
        let Page { items, next } = people::list(&read, cut).await.expect("lists");
        sizes.push(items.len());
        seen.extend(items.iter().map(|person| person.id));
        match next {
            Some(next) => cut.after = Some(next),
            None => break,
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(seen, all);
    let none = people::list(&read, Cut::first(0)).await.expect("lists");
    assert_eq!(
        none.items.len(),
        1,
        "a limit that makes no sense is brought to one that does"
    );
}

async fn a_search_finds_people_page_by_page(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    for number in 0..12 {
        let mut one = person(&format!("person{number}"));
        one.id = random::id(at(number));
        if number % 2 == 0 {
            one.name = meetings::display_name::DisplayName::parse("Éloïse Martin").expect("a name");
        }
        people::insert(&tx, &one).await.expect("inserts");
    }
    tx.commit().await.expect("commits");
    let read = store.begin_read().await.expect("begins");
    let words = Search::parse("martin ELOISE").expect("words");
    let mut cut = Cut::first(4);
    let first = people::search(&read, &words, cut).await.expect("searches");
    assert_eq!(first.items.len(), 4);
    cut.after = first.next;
    let second = people::search(&read, &words, cut).await.expect("searches");
    assert_eq!((second.items.len(), second.next), (2, None));
    assert!(!first.items.iter().any(|one| second.items.contains(one)));
    let by_email = Search::parse("person11@").expect("words");
    let found = people::search(&read, &by_email, Cut::first(4))
        .await
        .expect("searches");
    assert_eq!(found.items.len(), 1);
}

async fn who_never_signed_in_is_known(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    let tx = store.begin_write().await.expect("begins");
    let sign_in = sign_ins::SignIn {
        id: random::id(at(0)),
        person: zoe.id,
        device: String::new(),
        created: at(0),
        seen: at(0),
        revoked: Some(at(1)),
    };
    sign_ins::insert(&tx, &sign_in, &crate::things::digest(1))
        .await
        .expect("inserts");
    let known = sign_ins::have_signed_in(&tx, &[zoe.id, ada.id])
        .await
        .expect("reads");
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [zoe.id]);
}

async fn two_owners_who_demote_each_other_leave_one(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let owner = |name| {
        let mut owner = person(name);
        owner.role = Role::Owner;
        owner
    };
    let (zoe, ada) = (owner("zoe"), owner("ada"));
    added(&here, zoe.clone()).await;
    added(&here, ada.clone()).await;
    let demote = |store: store::Store, mut who: people::Person| async move {
        let tx = store.begin_write().await.expect("begins");
        let owners = people::active_owners(&tx).await.expect("reads");
        if owners.iter().any(|&owner| owner != who.id) {
            who.role = Role::Member;
            people::update(&tx, &who).await.expect("updates");
        }
        tx.commit().await.expect("commits");
    };
    let first = tokio::spawn(demote(here.clone(), zoe));
    let second = tokio::spawn(demote(there, ada));
    first.await.expect("no panic");
    second.await.expect("no panic");
    let tx = here.begin_write().await.expect("begins");
    assert_eq!(people::active_owners(&tx).await.expect("reads").len(), 1);
}

async fn somebody_of_no_establishment_we_have_is_refused(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let mut zoe = person("zoe");
    zoe.establishment = Some(random::id(at(0)));
    let refused = people::insert(&tx, &zoe).await;
    assert!(matches!(refused, Err(StoreError::Linked)), "{refused:?}");
    let mut ada = person("ada");
    people::insert(&tx, &ada)
        .await
        .expect("the transaction is still good");
    ada.establishment = zoe.establishment;
    let refused = people::update(&tx, &ada).await;
    assert!(matches!(refused, Err(StoreError::Linked)), "{refused:?}");
    ada.establishment = None;
    people::update(&tx, &ada)
        .await
        .expect("the transaction is still good");
    tx.commit().await.expect("commits");
}

async fn names_of_a_page_are_read_at_once(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ada = added(&store, person("ada")).await;
    added(&store, person("eve")).await;
    let read = store.begin_read().await.expect("begins");
    let gone = random::id(at(0));
    let found = people::by_ids(&read, &[zoe.id, ada.id, zoe.id, gone]).await;
    let expected = HashMap::from([(zoe.id, zoe), (ada.id, ada)]);
    assert_eq!(found.expect("reads"), expected);
    assert_eq!(people::by_ids(&read, &[]).await.expect("reads"), HashMap::new());
}

async fn a_logo_is_kept_once_and_is_not_too_large(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    assert_eq!(organisation_logo::load(&tx).await.expect("reads"), None);
    let large = vec![255; organisation_logo::MAX_BYTES];
    for (media_type, bytes) in [("image/png", vec![0, 1]), ("image/svg+xml", large.clone())] {
        let logo = Logo::new(media_type, bytes, at(1)).expect("small enough");
        organisation_logo::set(&tx, &logo).await.expect("sets");
        assert_eq!(organisation_logo::load(&tx).await.expect("reads"), Some(logo));
    }
    let larger = [large, vec![0]].concat();
    assert!(Logo::new("image/png", larger, at(2)).is_err());
    assert!(organisation_logo::remove(&tx).await.expect("removes"));
    assert!(!organisation_logo::remove(&tx).await.expect("runs"));
    assert_eq!(organisation_logo::load(&tx).await.expect("reads"), None);
}

async fn there_is_one_organisation(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    assert_eq!(organisation::load(&tx).await.expect("reads"), None);
    let mut ours = crate::things::organisation();
    organisation::insert(&tx, &ours).await.expect("inserts");
    let second = organisation::insert(&tx, &crate::things::organisation()).await;
    assert_eq!(conflict(second), Conflict::OrganisationExists);
    assert_eq!(organisation::load(&tx).await.expect("reads"), Some(ours.clone()));
    ours.accent = None;
    (ours.chat_days, ours.attendance_days) = (None, Some(u16::MAX));
    for sign_up in [SignUp::Closed, SignUp::Members, SignUp::Anyone] {
        ours.sign_up = sign_up;
        organisation::update(&tx, &ours).await.expect("updates");
        assert_eq!(organisation::load(&tx).await.expect("reads"), Some(ours.clone()));
    }
    tx.commit().await.expect("commits");
}

fn establishment(name: &str, prefix: Option<&str>) -> Establishment {
    Establishment {
        id: random::id(at(0)),
        name: name.to_owned(),
        prefix: prefix.map(address),
        created: at(0),
    }
}

async fn establishments_share_neither_name_nor_prefix(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let lyon = establishment("Lyon", Some("lyon"));
    establishments::insert(&tx, &lyon).await.expect("inserts");
    let again = establishments::insert(&tx, &establishment("Lyon", Some("rhone"))).await;
    assert_eq!(conflict(again), Conflict::EstablishmentNameTaken);
    let again = establishments::insert(&tx, &establishment("Rhône", Some("lyon"))).await;
    assert_eq!(conflict(again), Conflict::PrefixTaken);
    let mut nice = establishment("Nice", None);
    establishments::insert(&tx, &nice).await.expect("inserts");
    establishments::insert(&tx, &establishment("Siège", None))
        .await
        .expect("two without a prefix are no conflict");
    nice.prefix = Some(address("lyon"));
    assert_eq!(
        conflict(establishments::update(&tx, &nice).await),
        Conflict::PrefixTaken
    );
    nice.prefix = Some(address("nice"));
    establishments::update(&tx, &nice).await.expect("updates");
    let all = establishments::list(&tx, Cut::first(10)).await.expect("lists");
    assert_eq!(all.items.len(), 3);
    tx.commit().await.expect("commits");
}

async fn an_establishment_with_people_stays(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let lyon = establishment("Lyon", None);
    establishments::insert(&tx, &lyon).await.expect("inserts");
    let mut zoe = person("zoe");
    zoe.establishment = Some(lyon.id);
    people::insert(&tx, &zoe).await.expect("inserts");
    let refused = establishments::delete(&tx, lyon.id).await;
    assert!(matches!(refused, Err(StoreError::Linked)), "{refused:?}");
    zoe.establishment = None;
    people::update(&tx, &zoe)
        .await
        .expect("the transaction is still good");
    establishments::delete(&tx, lyon.id).await.expect("deletes");
    tx.commit().await.expect("commits");
}
