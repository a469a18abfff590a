//! Codes, sign-ins, links and tokens.

use meetings::sign_in::{MAILS_PER_MAILBOX, Outcome, Sending, check, sending};
use store::api_tokens::ApiToken;
use store::invitations::{Invitation, Purpose};
use store::sign_in_codes::NewCode;
use store::sign_ins::SignIn;
use store::{Cut, Store, api_tokens, invitations, random, sign_in_codes, sign_ins};

use crate::things::{added, digest, email, person, seconds};
use crate::world::{Place, at, on_both};

on_both!(
    a_burst_of_requests_sends_no_more_mails_than_allowed,
    guesses_made_at_once_each_cost_a_try,
    a_code_lets_in_once,
    old_codes_are_forgotten,
    a_sign_in_is_known_by_its_secret_until_it_is_revoked,
    signing_out_everywhere_ends_every_sign_in,
    a_link_is_used_by_one_of_two,
    a_late_or_voided_link_lets_nobody_in,
    a_token_is_known_until_it_is_taken_back,
);

fn code(sent: bool, second: i64) -> NewCode {
    NewCode {
        id: random::id(at(second)),
        email: email("zoe@example.org"),
        code: digest(1),
        browser: digest(2),
        network_address: digest(3),
        asked: at(second),
        sent,
    }
}

async fn ask(store: Store, now: i64) -> bool {
    let tx = store.begin_write().await.expect("begins");
    // From three network addresses: one alone cannot use a mailbox up.
    let new = NewCode {
        network_address: digest(u8::try_from(now % 3).expect("small")),
        ..code(false, now)
    };
    let lately = sign_in_codes::lately(&tx, at(now), &new.email, &new.network_address).await;
    let lately = lately.expect("reads");
    let sent = sending(at(now), &lately) == Sending::Mail;
    sign_in_codes::insert(&tx, &NewCode { sent, ..new })
        .await
        .expect("inserts");
    tx.commit().await.expect("commits");
    sent
}

async fn a_burst_of_requests_sends_no_more_mails_than_allowed(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let asks: Vec<_> = (0..30)
        .map(|number| {
            let store = if number % 2 == 0 { &here } else { &there };
            tokio::spawn(ask(store.clone(), number))
        })
        .collect();
    let mut sent = 0;
    for one in asks {
        sent += usize::from(one.await.expect("no panic"));
    }
    assert_eq!(sent, MAILS_PER_MAILBOX);
    assert!(ask(here, 3_700).await, "an hour later one may ask again");
}

async fn try_code(store: Store, id: meetings::id::SignInCodeId, typed: u8) -> Outcome {
    let tx = store.begin_write().await.expect("begins");
    let (_, asked) = sign_in_codes::to_try(&tx, id)
        .await
        .expect("reads")
        .expect("there");
    let outcome = check(&asked, at(1), &digest(typed), &digest(2));
    sign_in_codes::record(&tx, id, outcome).await.expect("records");
    tx.commit().await.expect("commits");
    outcome
}

async fn guesses_made_at_once_each_cost_a_try(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let new = code(true, 0);
    let tx = here.begin_write().await.expect("begins");
    sign_in_codes::insert(&tx, &new).await.expect("inserts");
    tx.commit().await.expect("commits");
    let guesses: Vec<_> = (0..8)
        .map(|number| {
            let store = if number % 2 == 0 { &here } else { &there };
            tokio::spawn(try_code(store.clone(), new.id, 9))
        })
        .collect();
    let mut wrong = 0;
    for guess in guesses {
        wrong += usize::from(matches!(guess.await.expect("no panic"), Outcome::Wrong { .. }));
    }
    assert_eq!(wrong, 4, "the fifth is the last");
    assert_eq!(
        try_code(here, new.id, 1).await,
        Outcome::Dead,
        "even the right one"
    );
}

async fn a_code_lets_in_once(place: Place) {
    let store = place.open().await;
    let new = code(true, 0);
    let tx = store.begin_write().await.expect("begins");
    sign_in_codes::insert(&tx, &new).await.expect("inserts");
    tx.commit().await.expect("commits");
    let tries = [1, 1].map(|typed| tokio::spawn(try_code(store.clone(), new.id, typed)));
    let mut signed_in = 0;
    for one in tries {
        signed_in += usize::from(one.await.expect("no panic") == Outcome::SignedIn);
    }
    assert_eq!(signed_in, 1);
}

async fn old_codes_are_forgotten(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let (old, new) = (code(true, 0), code(true, 3_000));
    sign_in_codes::insert(&tx, &old).await.expect("inserts");
    sign_in_codes::insert(&tx, &new).await.expect("inserts");
    assert_eq!(sign_in_codes::purge(&tx, at(4_000)).await.expect("purges"), 1);
    assert!(sign_in_codes::to_try(&tx, old.id).await.expect("reads").is_none());
    assert!(sign_in_codes::to_try(&tx, new.id).await.expect("reads").is_some());
}

async fn signed_in(store: &Store, secret: u8) -> SignIn {
    let zoe = match store.begin_read().await {
        Ok(read) => store::people::by_email(&read, &email("zoe@example.org"))
            .await
            .expect("reads"),
        Err(error) => panic!("{error}"),
    };
    let zoe = match zoe {
        Some(zoe) => zoe,
        None => added(store, person("zoe")).await,
    };
    let sign_in = SignIn {
        id: random::id(at(i64::from(secret))),
        person: zoe.id,
        device: "Firefox, Linux".to_owned(),
        created: at(0),
        seen: at(0),
        revoked: None,
    };
    let tx = store.begin_write().await.expect("begins");
    sign_ins::insert(&tx, &sign_in, &digest(secret))
        .await
        .expect("inserts");
    tx.commit().await.expect("commits");
    sign_in
}

async fn a_sign_in_is_known_by_its_secret_until_it_is_revoked(place: Place) {
    let store = place.open().await;
    let mut ours = signed_in(&store, 1).await;
    let tx = store.begin_write().await.expect("begins");
    sign_ins::touch(&tx, ours.id, at(60)).await.expect("touches");
    ours.seen = at(60);
    let found = sign_ins::by_secret(&tx, &digest(1)).await.expect("reads");
    assert_eq!(found, Some(ours.clone()));
    assert_eq!(sign_ins::by_secret(&tx, &digest(2)).await.expect("reads"), None);
    let somebody_else = random::id(at(0));
    let revoked = sign_ins::revoke(&tx, somebody_else, ours.id, at(61)).await;
    assert!(!revoked.expect("runs"), "nobody ends another's sign-in");
    let revoked = sign_ins::revoke(&tx, ours.person, ours.id, at(61)).await;
    assert!(revoked.expect("revokes"));
    assert_eq!(sign_ins::by_secret(&tx, &digest(1)).await.expect("reads"), None);
}

async fn signing_out_everywhere_ends_every_sign_in(place: Place) {
    let store = place.open().await;
    let ours = [signed_in(&store, 1).await, signed_in(&store, 2).await];
    let tx = store.begin_write().await.expect("begins");
    let all = sign_ins::of_person(&tx, ours[0].person).await.expect("reads");
    assert_eq!(all, [ours[1].clone(), ours[0].clone()], "the newest first");
    let ended = sign_ins::revoke_all(&tx, ours[0].person, at(61)).await;
    assert_eq!(ended.expect("revokes"), 2);
    let left = sign_ins::of_person(&tx, ours[0].person).await.expect("reads");
    assert_eq!(left, []);
}

fn link(purpose: Purpose) -> Invitation {
    Invitation {
        id: random::id(at(0)),
        purpose,
        person: None,
        created: at(0),
        expires: at(0) + seconds(3_600),
        used: None,
    }
}

async fn a_link_is_used_by_one_of_two(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let tx = here.begin_write().await.expect("begins");
    let welcome = link(Purpose::Welcome);
    invitations::insert(&tx, &[(welcome, digest(1))])
        .await
        .expect("inserts");
    tx.commit().await.expect("commits");
    let follow = |store: Store| async move {
        let tx = store.begin_write().await.expect("begins");
        let used = invitations::use_up(&tx, &digest(1), at(1)).await.expect("reads");
        tx.commit().await.expect("commits");
        used
    };
    let both = [here.clone(), there].map(|store| tokio::spawn(follow(store)));
    let mut used = Vec::new();
    for one in both {
        used.extend(one.await.expect("no panic"));
    }
    assert_eq!(used.len(), 1);
    let read = here.begin_read().await.expect("begins");
    let found = invitations::by_secret(&read, &digest(1)).await.expect("reads");
    assert_eq!(
        found.expect("there").used,
        Some(at(1)),
        "a page can say that it was used"
    );
}

async fn a_late_or_voided_link_lets_nobody_in(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    invitations::insert(&tx, &[(link(Purpose::Welcome), digest(1))])
        .await
        .expect("inserts");
    invitations::insert(&tx, &[(link(Purpose::SignIn), digest(2))])
        .await
        .expect("inserts");
    let late = invitations::use_up(&tx, &digest(1), at(3_600))
        .await
        .expect("reads");
    assert_eq!(late, None);
    invitations::void(&tx, Purpose::Welcome, at(1))
        .await
        .expect("voids");
    let voided = invitations::use_up(&tx, &digest(1), at(2)).await.expect("reads");
    assert_eq!(voided, None);
    let other = invitations::use_up(&tx, &digest(2), at(2)).await.expect("reads");
    assert!(other.is_some(), "another purpose is not voided");
}

async fn a_token_is_known_until_it_is_taken_back(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let mut token = ApiToken {
        id: random::id(at(0)),
        person: zoe.id,
        name: "ci".to_owned(),
        scopes: vec!["rooms:read".to_owned(), "people:write".to_owned()],
        created: at(0),
        seen: None,
        revoked: None,
    };
    let tx = store.begin_write().await.expect("begins");
    api_tokens::insert(&tx, &token, &digest(1))
        .await
        .expect("inserts");
    api_tokens::touch(&tx, token.id, at(5)).await.expect("touches");
    token.seen = Some(at(5));
    let found = api_tokens::by_secret(&tx, &digest(1)).await.expect("reads");
    assert_eq!(found, Some(token.clone()));
    let good = api_tokens::good_of_person(&tx, token.person)
        .await
        .expect("lists");
    assert_eq!(good.len(), 1);
    assert!(api_tokens::revoke(&tx, token.id, at(6)).await.expect("revokes"));
    let good = api_tokens::good_of_person(&tx, token.person)
        .await
        .expect("lists");
    assert_eq!(good, []);
    assert!(!api_tokens::revoke(&tx, token.id, at(7)).await.expect("revokes"));
    assert_eq!(api_tokens::by_secret(&tx, &digest(1)).await.expect("reads"), None);
    let all = api_tokens::of_person(&tx, zoe.id, Cut::first(5))
        .await
        .expect("lists");
    assert_eq!(all.items[0].revoked, Some(at(6)));
}
