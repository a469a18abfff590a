//! What other people's programs are told, and calls that did not come about.

use store::deliveries::{self, Answer, Delivery, State};
use store::failed_joins::{self, FailedJoin};
use store::jobs;
use store::webhooks::{self, Webhook};
use store::{Cut, Secret, StoreError, Write, random, rooms};

use crate::things::{added, opened, person, room};
use crate::world::{Place, at, on_both};

on_both!(
    a_webhook_is_read_again_and_its_secret_is_sealed,
    only_those_who_asked_are_told,
    a_delivery_is_born_with_its_job_and_keeps_what_was_answered,
    what_is_over_is_told_again_under_the_same_id,
    old_deliveries_are_forgotten_unless_they_wait,
    a_failed_join_is_read_by_whoever_runs_the_server,
);

fn webhook(name: &str, events: &[&str]) -> Webhook {
    Webhook {
        id: random::id(at(0)),
        name: name.to_owned(),
        url: "https://hooks.example.org/palabre?a=b".to_owned(),
        secret: Secret::new("hunter2hunter2hunter2"),
        events: events.iter().map(|&event| event.to_owned()).collect(),
        enabled: true,
        created: at(0),
    }
}

async fn kept(tx: &Write, webhook: Webhook) -> Webhook {
    webhooks::insert(tx, &webhook).await.expect("inserts");
    webhook
}

async fn told(tx: &Write, webhook: &Webhook, second: i64) -> Delivery {
    let payload = r#"{"type":"meeting.started"}"#.to_owned();
    let id = deliveries::queue(tx, webhook.id, "meeting.started", payload, at(second)).await;
    look(tx, id.expect("queues")).await
}

async fn look(tx: &Write, id: meetings::id::DeliveryId) -> Delivery {
    let found = deliveries::by_id(tx, id).await.expect("reads");
    found.expect("there")
}

async fn a_webhook_is_read_again_and_its_secret_is_sealed(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let mut ours = kept(&tx, webhook("Agenda", &["meeting.started", "meeting.ended"])).await;
    tx.commit().await.expect("commits");
    let stolen = crate::secrets::stolen(&store, &place).await;
    assert!(stolen.contains("Agenda") && !stolen.contains("hunter2"));
    let tx = store.begin_write().await.expect("begins");
    let found = webhooks::by_id(&tx, ours.id).await.expect("reads");
    assert_eq!(found, Some(ours.clone()));
    ours.name = "Agenda 2".to_owned();
    ours.secret = Secret::new("another");
    ours.events.clear();
    ours.enabled = false;
    webhooks::update(&tx, &ours).await.expect("updates");
    let all = webhooks::list(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items, std::slice::from_ref(&ours));
    told(&tx, &ours, 1).await;
    assert!(webhooks::delete(&tx, ours.id).await.expect("deletes"));
    let gone = webhooks::update(&tx, &ours).await;
    assert!(matches!(gone, Err(StoreError::Missing("webhook"))), "{gone:?}");
    let log = deliveries::of_webhook(&tx, ours.id, Cut::first(5)).await;
    assert_eq!(log.expect("lists").items, []);
}

async fn only_those_who_asked_are_told(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let both = kept(&tx, webhook("both", &["meeting.started", "meeting.ended"])).await;
    let ended = kept(&tx, webhook("ended", &["meeting.ended"])).await;
    kept(&tx, webhook("nothing", &[])).await;
    let off = Webhook {
        enabled: false,
        ..webhook("off", &["meeting.started"])
    };
    kept(&tx, off).await;
    let told_of = |event| webhooks::told_of(&tx, event);
    assert_eq!(told_of("meeting.started").await.expect("reads"), [both.id]);
    let mut two = told_of("meeting.ended").await.expect("reads");
    two.sort_unstable_by_key(|id| *id == ended.id);
    assert_eq!(two, [both.id, ended.id]);
    assert_eq!(told_of("meeting").await.expect("reads"), []);
    assert_eq!(told_of("").await.expect("reads"), []);
}

async fn a_delivery_is_born_with_its_job_and_keeps_what_was_answered(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let ours = kept(&tx, webhook("Agenda", &["meeting.started"])).await;
    let mut one = told(&tx, &ours, 1).await;
    assert_eq!((one.state, one.attempts, one.created), (State::Waiting, 0, at(1)));
    let jobs = jobs::list(&tx, None, Cut::first(5)).await.expect("lists").items;
    let of = jobs[0].payload["delivery"].as_str().map(str::to_owned);
    assert_eq!(
        (jobs.len(), jobs[0].kind.as_str(), of),
        (1, deliveries::JOB, Some(one.id.to_string()))
    );
    let page = "Erreur\0".to_owned() + &"é".repeat(5_000);
    for (status, text, state) in [
        (None, "connection refused", State::Waiting),
        (Some(500), page.as_str(), State::Waiting),
        (Some(204), "", State::Delivered),
    ] {
        let answer = Answer { status, text };
        deliveries::tried(&tx, one.id, answer, state, at(9))
            .await
            .expect("notes");
        let now = look(&tx, one.id).await;
        one.attempts += 1;
        let kept = now.answer.clone().expect("an answer");
        assert!(kept.chars().count() <= 1_000 && !kept.contains('\0'), "{kept}");
        assert_eq!(
            (now.state, now.attempts, now.status),
            (state, one.attempts, status)
        );
    }
    assert_eq!(look(&tx, one.id).await.delivered, Some(at(9)));
    let second = told(&tx, &ours, 2).await;
    let log = deliveries::of_webhook(&tx, ours.id, Cut::first(5)).await;
    let log: Vec<_> = log.expect("lists").items.iter().map(|one| one.id).collect();
    assert_eq!(log, [second.id, one.id], "the newest first");
}

async fn what_is_over_is_told_again_under_the_same_id(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let ours = kept(&tx, webhook("Agenda", &["meeting.started"])).await;
    let one = told(&tx, &ours, 1).await;
    let again = deliveries::replay(&tx, one.id, at(2)).await;
    assert!(!again.expect("runs"), "it is on its way");
    let gone = Answer {
        status: Some(410),
        text: "gone",
    };
    deliveries::tried(&tx, one.id, gone, State::Failed, at(3))
        .await
        .expect("notes");
    assert!(deliveries::replay(&tx, one.id, at(4)).await.expect("replays"));
    let waiting = look(&tx, one.id).await;
    assert_eq!((waiting.state, waiting.attempts), (State::Waiting, 1));
    assert_eq!(waiting.payload, one.payload);
    let jobs = jobs::list(&tx, None, Cut::first(5)).await.expect("lists").items;
    assert_eq!(jobs.len(), 2);
    assert_eq!(jobs[0].payload, jobs[1].payload);
    assert_eq!(jobs[0].due, at(4));
}

async fn old_deliveries_are_forgotten_unless_they_wait(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    let ours = kept(&tx, webhook("Agenda", &["meeting.started"])).await;
    let (waiting, old, young) = (
        told(&tx, &ours, 1).await,
        told(&tx, &ours, 1).await,
        told(&tx, &ours, 9).await,
    );
    for one in [&old, &young] {
        let heard = Answer {
            status: Some(200),
            text: "",
        };
        deliveries::tried(&tx, one.id, heard, State::Delivered, at(9))
            .await
            .expect("notes");
    }
    assert_eq!(deliveries::purge(&tx, at(5)).await.expect("purges"), 1);
    assert_eq!(deliveries::by_id(&tx, old.id).await.expect("reads"), None);
    assert_eq!(look(&tx, waiting.id).await.state, State::Waiting);
    assert_eq!(look(&tx, young.id).await.state, State::Delivered);
}

async fn a_failed_join_is_read_by_whoever_runs_the_server(place: Place) {
    let store = place.open().await;
    let zoe = added(&store, person("zoe")).await;
    let ours = opened(&store, room("groupimo", &zoe)).await;
    let mut first = FailedJoin {
        id: random::id(at(1)),
        at: at(1),
        room: Some(ours.id),
        address: "groupimo".to_owned(),
        name: "Ada".to_owned(),
        cause: "media_blocked".to_owned(),
        device: "Firefox, Linux".to_owned(),
        details: serde_json::json!({ "candidates": ["udp"], "odd": "\0" }),
    };
    let hostile = FailedJoin {
        id: random::id(at(2)),
        at: at(2),
        room: None,
        name: "\0".repeat(10_000),
        ..first.clone()
    };
    let tx = store.begin_write().await.expect("begins");
    for one in [&first, &hostile] {
        failed_joins::insert(&tx, one).await.expect("inserts");
    }
    rooms::delete(&tx, ours.id).await.expect("deletes");
    first.room = None;
    let cut = hostile.name.replace('\0', "\u{fffd}").chars().take(200).collect();
    let hostile = FailedJoin { name: cut, ..hostile };
    let all = failed_joins::list(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(all.items, [hostile.clone(), first]);
    assert_eq!(failed_joins::purge(&tx, at(2)).await.expect("purges"), 1);
    let left = failed_joins::list(&tx, Cut::first(5)).await.expect("lists");
    assert_eq!(left.items, [hostile]);
}
