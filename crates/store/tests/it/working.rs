//! Jobs: claimed once, repeated after a death, put off after a failure, and never lost.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use store::jobs::{self, Claim, Job, Patience, State};
use store::{Cut, Location, Store, StoreError, people};

use crate::things::{email, person, seconds};
use crate::world::{Place, at, on_both};

on_both!(
    a_job_is_born_with_its_cause_or_not_at_all,
    a_job_runs_when_it_is_due_and_is_gone_when_done,
    no_job_is_claimed_by_two_workers,
    a_job_whose_worker_was_killed_is_claimed_again_with_a_higher_fence,
    a_worker_that_lost_its_job_can_neither_complete_nor_fail_it,
    a_beating_heart_keeps_a_job,
    a_failed_job_waits_longer_each_time_and_then_is_dead,
    a_dead_job_is_tried_again_or_taken_away,
    a_job_that_kills_its_workers_is_dead_in_the_end,
    a_released_job_is_taken_at_once,
    a_worker_gets_only_what_it_can_do,
    what_went_wrong_is_kept_whatever_characters_it_holds,
    it_is_seen_how_much_work_stands_where,
);

const LEASE: SignedDuration = SignedDuration::from_secs(30);

async fn enqueued(store: &Store, kind: &str, due: i64) -> meetings::id::JobId {
    let tx = store.begin_write().await.expect("begins");
    let payload = serde_json::json!({ "number": due });
    let id = jobs::enqueue(&tx, kind, &payload, at(due), at(0))
        .await
        .expect("enqueues");
    tx.commit().await.expect("commits");
    id
}

pub(crate) async fn claimed(store: &Store, now: i64, worker: &str) -> Vec<Job> {
    let tx = store.begin_write().await.expect("begins");
    let claim = Claim {
        worker,
        kinds: &["mail"],
        limit: 3,
        lease: LEASE,
        attempts: 5,
    };
    let jobs = jobs::claim(&tx, at(now), claim).await.expect("claims");
    tx.commit().await.expect("commits");
    jobs
}

async fn look(store: &Store, id: meetings::id::JobId) -> Option<Job> {
    let read = store.begin_read().await.expect("begins");
    jobs::by_id(&read, id).await.expect("reads")
}

async fn a_job_is_born_with_its_cause_or_not_at_all(place: Place) {
    let store = place.open().await;
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person("zoe")).await.expect("inserts");
    let payload = serde_json::json!({});
    jobs::enqueue(&tx, "mail", &payload, at(0), at(0))
        .await
        .expect("enqueues");
    drop(tx);
    assert_eq!(claimed(&store, 1, "a").await, []);
    let read = store.begin_read().await.expect("begins");
    let zoe = people::by_email(&read, &email("zoe@example.org")).await;
    assert_eq!(zoe.expect("reads"), None);
}

async fn a_job_runs_when_it_is_due_and_is_gone_when_done(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 10).await;
    assert_eq!(claimed(&store, 9, "a").await, []);
    let read = store.begin_read().await.expect("begins");
    assert_eq!(
        jobs::next_due(&read, &["mail"]).await.expect("reads"),
        Some(at(10))
    );
    let [job] = &claimed(&store, 10, "a").await[..] else {
        panic!("one was due");
    };
    assert_eq!((job.id, job.attempts, job.fence), (id, 1, 1));
    assert_eq!(job.payload, serde_json::json!({ "number": 10 }));
    let tx = store.begin_write().await.expect("begins");
    jobs::complete(&tx, job).await.expect("completes");
    tx.commit().await.expect("commits");
    assert_eq!(look(&store, id).await, None);
    let again = store.begin_write().await.expect("begins");
    let again = jobs::complete(&again, job).await;
    assert!(matches!(again, Err(StoreError::LeaseLost)), "{again:?}");
}

async fn no_job_is_claimed_by_two_workers(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    for _ in 0..60 {
        enqueued(&here, "mail", 0).await;
    }
    let work = |store: Store, name: &'static str| async move {
        let mut mine = Vec::new();
        loop {
            let jobs = claimed(&store, 1, name).await;
            if jobs.is_empty() {
                return mine;
            }
            mine.extend(jobs.iter().map(|job| job.id));
        }
    };
    let workers = [
        tokio::spawn(work(here.clone(), "a")),
        tokio::spawn(work(here.clone(), "b")),
        tokio::spawn(work(there.clone(), "c")),
        tokio::spawn(work(there, "d")),
    ];
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.expect("no panic"));
    }
    let different: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (60, 60));
}

/// Plays the worker in the test below when it is started as a process of its own; nothing otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_to_be_killed() {
    let (Ok(location), Ok(data)) = (std::env::var("WORKER_LOCATION"), std::env::var("WORKER_DATA")) else {
        return;
    };
    let location = match location.starts_with("postgres") {
        true => Location::Postgres(location),
        false => Location::Sqlite(location.into()),
    };
    let store = Store::open(&location, data.as_ref()).await.expect("opens");
    let jobs = claimed(&store, 1, "killed").await;
    // It begins to work, and has not committed when it dies.
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person("half")).await.expect("inserts");
    println!("\nclaimed with fence {}", jobs[0].fence);
    std::future::pending::<()>().await;
}

async fn a_job_whose_worker_was_killed_is_claimed_again_with_a_higher_fence(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    let location = match &place.location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => url.clone(),
    };
    let mut worker = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "working::a_worker_to_be_killed", "--nocapture"])
        .env("WORKER_LOCATION", location)
        .env("WORKER_DATA", place.data())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let output = BufReader::new(worker.stdout.take().expect("piped"));
    let said = output
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("fence"));
    assert_eq!(said.as_deref(), Some("claimed with fence 1"));
    worker.kill().expect("kills");
    worker.wait().expect("ends");
    assert_eq!(claimed(&store, 20, "b").await, [], "its lease lasts");
    let [again] = &claimed(&store, 31, "b").await[..] else {
        panic!("its lease has ended");
    };
    assert_eq!((again.id, again.fence, again.attempts), (id, 2, 2));
    let read = store.begin_read().await.expect("begins");
    let half = people::by_email(&read, &email("half@example.org")).await;
    assert_eq!(half.expect("reads"), None, "nothing is left of its half work");
}

async fn a_worker_that_lost_its_job_can_neither_complete_nor_fail_it(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    let slow = claimed(&store, 1, "slow").await.remove(0);
    let quick = claimed(&store, 40, "quick").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    let lost = [
        jobs::complete(&tx, &slow).await,
        jobs::beat(&tx, &slow, at(41), LEASE).await,
        jobs::fail(&tx, &slow, at(41), "late", Patience::USUAL, 0)
            .await
            .map(drop),
        jobs::give_up(&tx, &slow, at(41), "late").await,
        jobs::release(&tx, &slow, at(41)).await,
    ];
    for one in lost {
        assert!(matches!(one, Err(StoreError::LeaseLost)), "{one:?}");
    }
    tx.commit().await.expect("commits");
    assert_eq!(look(&store, id).await, Some(quick));
}

async fn a_beating_heart_keeps_a_job(place: Place) {
    let store = place.open().await;
    enqueued(&store, "mail", 0).await;
    let job = claimed(&store, 1, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    jobs::beat(&tx, &job, at(25), LEASE).await.expect("beats");
    tx.commit().await.expect("commits");
    assert_eq!(claimed(&store, 40, "b").await, []);
    let read = store.begin_read().await.expect("begins");
    assert_eq!(
        jobs::next_due(&read, &["mail"]).await.expect("reads"),
        Some(at(55))
    );
    assert_eq!(claimed(&store, 55, "b").await.len(), 1);
}

async fn failed(store: &Store, job: &Job, now: i64, patience: Patience) -> State {
    let tx = store.begin_write().await.expect("begins");
    let state = jobs::fail(&tx, job, at(now), "no answer", patience, 0)
        .await
        .expect("fails");
    tx.commit().await.expect("commits");
    state
}

const SHORT: Patience = Patience {
    first: SignedDuration::from_secs(10),
    longest: SignedDuration::from_secs(60),
    attempts: 3,
};

async fn a_failed_job_waits_longer_each_time_and_then_is_dead(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    let job = claimed(&store, 0, "a").await.remove(0);
    assert_eq!(failed(&store, &job, 0, SHORT).await, State::Waiting);
    assert_eq!(claimed(&store, 4, "a").await, []);
    let job = claimed(&store, 5, "a").await.remove(0);
    assert_eq!(failed(&store, &job, 5, SHORT).await, State::Waiting);
    assert_eq!(claimed(&store, 14, "a").await, []);
    let job = claimed(&store, 15, "a").await.remove(0);
    assert_eq!(failed(&store, &job, 15, SHORT).await, State::Dead);
    assert_eq!(claimed(&store, 100_000, "a").await, []);
    let dead = look(&store, id).await.expect("kept for people to see");
    assert_eq!(
        (dead.state, dead.trouble.as_deref()),
        (State::Dead, Some("no answer"))
    );
}

async fn a_dead_job_is_tried_again_or_taken_away(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    let tx = store.begin_write().await.expect("begins");
    assert!(!jobs::retry(&tx, id, at(1)).await.expect("runs"), "it is alive");
    assert!(!jobs::discard(&tx, id).await.expect("runs"), "it is alive");
    drop(tx);
    let job = claimed(&store, 0, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    let long = "x".repeat(5_000);
    jobs::give_up(&tx, &job, at(1), &long).await.expect("gives up");
    let dead = jobs::list(&tx, Some(State::Dead), Cut::first(5))
        .await
        .expect("lists")
        .items;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].trouble.as_ref().map(String::len), Some(1_000));
    assert!(jobs::retry(&tx, id, at(2)).await.expect("runs"));
    tx.commit().await.expect("commits");
    let job = claimed(&store, 2, "a").await.remove(0);
    assert_eq!(
        (job.attempts, job.fence),
        (1, 2),
        "patience begins anew, fences never do"
    );
    let tx = store.begin_write().await.expect("begins");
    jobs::give_up(&tx, &job, at(3), "no").await.expect("gives up");
    assert!(jobs::discard(&tx, id).await.expect("runs"));
    assert_eq!(
        jobs::list(&tx, None, Cut::first(5)).await.expect("lists").items,
        []
    );
}

async fn a_job_that_kills_its_workers_is_dead_in_the_end(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    for life in 0..5 {
        assert_eq!(claimed(&store, life * 100, "a").await.len(), 1);
    }
    assert_eq!(claimed(&store, 500, "a").await, []);
    assert_eq!(look(&store, id).await.expect("kept").state, State::Dead);
}

async fn a_released_job_is_taken_at_once(place: Place) {
    let store = place.open().await;
    enqueued(&store, "mail", 0).await;
    let job = claimed(&store, 0, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    jobs::release(&tx, &job, at(1)).await.expect("releases");
    tx.commit().await.expect("commits");
    let job = claimed(&store, 1, "b").await.remove(0);
    assert_eq!((job.worker.as_deref(), job.fence), (Some("b"), 2));
    assert_eq!(job.leased_until, Some(at(1) + LEASE));
    assert_eq!(job.leased_until, Some(at(1) + seconds(30)));
}

async fn a_worker_gets_only_what_it_can_do(place: Place) {
    let store = place.open().await;
    enqueued(&store, "purge", 0).await;
    let late = enqueued(&store, "mail", 5).await;
    let early = enqueued(&store, "mail", 3).await;
    let ids: Vec<_> = claimed(&store, 10, "a").await.iter().map(|job| job.id).collect();
    assert_eq!(ids, [early, late], "the longest due first");
}

async fn what_went_wrong_is_kept_whatever_characters_it_holds(place: Place) {
    let store = place.open().await;
    let id = enqueued(&store, "mail", 0).await;
    let job = claimed(&store, 0, "a").await.remove(0);
    let tx = store.begin_write().await.expect("begins");
    jobs::give_up(&tx, &job, at(1), "no\0 \u{202e}answer")
        .await
        .expect("gives up");
    tx.commit().await.expect("commits");
    let trouble = look(&store, id).await.expect("kept").trouble;
    assert_eq!(trouble.as_deref(), Some("no\u{fffd} \u{202e}answer"));
}

async fn it_is_seen_how_much_work_stands_where(place: Place) {
    let store = place.open().await;
    for due in 0..4 {
        enqueued(&store, "mail", due).await;
    }
    enqueued(&store, "report", 0).await;
    let jobs = claimed(&store, 10, "a").await;
    let once = Patience { attempts: 1, ..SHORT };
    failed(&store, &jobs[0], 11, SHORT).await;
    failed(&store, &jobs[1], 11, once).await;
    let read = store.begin_read().await.expect("begins");
    let mail = jobs::counts(&read, Some("mail")).await.expect("counts");
    assert_eq!(
        (mail.waiting, mail.failing, mail.running, mail.dead),
        (2, 1, 1, 1)
    );
    assert!(mail.trouble.is_some(), "{mail:?}");
    let all = jobs::counts(&read, None).await.expect("counts");
    assert_eq!(all.waiting, 3);
    let report = jobs::counts(&read, Some("report")).await.expect("counts");
    assert_eq!(report.trouble, None);
}
