//! The runner of jobs: begins them when they are announced or due, and outlives what goes wrong in them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use server::jobs::{Done, Handler, Jobs, Trouble, Work};
use store::jobs::{self, Patience, State};
use store::{Cut, Location, Store};
use tokio::sync::{Semaphore, mpsc};

use crate::support::{SOON, eventually};

/// What a job of these tests does.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Succeeds,
    FailsOnce,
    NeverCan,
    PanicsOnce,
    Hangs,
}

struct Doing {
    kind: &'static str,
    way: Way,
    begun: mpsc::UnboundedSender<u32>,
    may_end: Arc<Semaphore>,
}

#[async_trait]
impl Handler for Doing {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn patience(&self) -> Patience {
        let soon = SignedDuration::from_millis(20);
        Patience {
            first: soon,
            longest: soon,
            attempts: 3,
        }
    }

    fn at_once(&self) -> u16 {
        2
    }

    async fn run(&self, work: &Work) -> Result<Done, Trouble> {
        let attempt = work.job.attempts;
        self.begun.send(attempt).expect("the test listens");
        match self.way {
            Way::FailsOnce if attempt == 1 => return Err(Trouble::Later("not yet".to_owned())),
            Way::NeverCan => return Err(Trouble::Never("it cannot".to_owned())),
            Way::PanicsOnce if attempt == 1 => panic!("as it does in this test"),
            Way::Hangs => drop(self.may_end.acquire().await),
            _ => {}
        }
        work.done(work.store.begin_write().await?).await
    }
}

struct World {
    store: Store,
    begun: mpsc::UnboundedReceiver<u32>,
    begins: mpsc::UnboundedSender<u32>,
    may_end: Arc<Semaphore>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&Location::in_folder(folder.path()), folder.path()).await;
        let (begins, begun) = mpsc::unbounded_channel();
        Self {
            store: store.expect("opens"),
            begun,
            begins,
            may_end: Arc::new(Semaphore::new(0)),
            _folder: folder,
        }
    }

    fn handler(&self, kind: &'static str, way: Way) -> Arc<dyn Handler> {
        Arc::new(Doing {
            kind,
            way,
            begun: self.begins.clone(),
            may_end: self.may_end.clone(),
        })
    }

    async fn enqueue(&self, kind: &str, later: SignedDuration) {
        let now = Timestamp::now();
        let tx = self.store.begin_write().await.expect("begins");
        let queued = jobs::enqueue(&tx, kind, &serde_json::json!({}), now + later, now).await;
        queued.expect("queues");
        tx.commit().await.expect("commits");
    }

    async fn begun(&mut self) -> u32 {
        let begun = tokio::time::timeout(SOON, self.begun.recv()).await;
        begun.expect("it begins soon").expect("a job")
    }

    async fn states(&self) -> Vec<(State, Option<String>)> {
        let tx = self.store.begin_read().await.expect("begins");
        let jobs = jobs::list(&tx, None, Cut::first(50)).await.expect("lists");
        jobs.items
            .into_iter()
            .map(|job| (job.state, job.trouble))
            .collect()
    }

    async fn all_done(&self) {
        eventually("every job is done", async || self.states().await.is_empty()).await;
    }
}

#[tokio::test]
async fn a_job_begins_when_it_is_announced_and_when_it_is_due() {
    let mut world = World::new().await;
    world.enqueue("a", SignedDuration::ZERO).await;
    let jobs = Jobs::start(
        &world.store,
        "here".to_owned(),
        vec![world.handler("a", Way::Succeeds)],
    );
    assert_eq!(world.begun().await, 1, "it waited already");
    world.enqueue("a", SignedDuration::ZERO).await;
    assert_eq!(world.begun().await, 1, "it was announced");
    let asked = std::time::Instant::now();
    world.enqueue("a", SignedDuration::from_millis(300)).await;
    assert_eq!(world.begun().await, 1, "it is due");
    assert!(
        asked.elapsed() >= Duration::from_millis(299),
        "{:?}",
        asked.elapsed()
    );
    world.all_done().await;
    jobs.stop(SOON).await;
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_cannot_be_is_kept_for_people() {
    let mut world = World::new().await;
    let handlers = vec![
        world.handler("fails", Way::FailsOnce),
        world.handler("panics", Way::PanicsOnce),
        world.handler("never", Way::NeverCan),
    ];
    let jobs = Jobs::start(&world.store, "here".to_owned(), handlers);
    for kind in ["fails", "panics"] {
        world.enqueue(kind, SignedDuration::ZERO).await;
        assert_eq!((world.begun().await, world.begun().await), (1, 2), "{kind}");
        world.all_done().await;
    }
    world.enqueue("never", SignedDuration::ZERO).await;
    world.begun().await;
    eventually("it is dead", async || {
        world.states().await == [(State::Dead, Some("it cannot".to_owned()))]
    })
    .await;
    jobs.stop(SOON).await;
}

#[tokio::test]
async fn a_slow_kind_takes_its_own_room_and_no_other() {
    let mut world = World::new().await;
    let handlers = vec![
        world.handler("slow", Way::Hangs),
        world.handler("quick", Way::Succeeds),
    ];
    let jobs = Jobs::start(&world.store, "here".to_owned(), handlers);
    for _ in 0..3 {
        world.enqueue("slow", SignedDuration::ZERO).await;
    }
    world.begun().await;
    world.begun().await;
    world.enqueue("quick", SignedDuration::ZERO).await;
    world.begun().await;
    eventually("only the slow ones are left", async || {
        let states = world.states().await;
        let running = states.iter().filter(|(state, _)| *state == State::Running);
        states.len() == 3 && running.count() == 2
    })
    .await;
    world.may_end.add_permits(10);
    world.begun().await;
    world.all_done().await;
    jobs.stop(SOON).await;
}

#[tokio::test]
async fn two_runners_share_the_work_and_none_is_done_twice() {
    let mut world = World::new().await;
    let start = |name: &str| {
        let handlers = vec![world.handler("a", Way::Succeeds)];
        Jobs::start(&world.store, name.to_owned(), handlers)
    };
    let (one, other) = (start("one"), start("other"));
    for _ in 0..20 {
        world.enqueue("a", SignedDuration::ZERO).await;
    }
    world.all_done().await;
    one.stop(SOON).await;
    other.stop(SOON).await;
    let mut times = 0;
    while let Ok(attempt) = world.begun.try_recv() {
        assert_eq!(attempt, 1);
        times += 1;
    }
    assert_eq!(times, 20);
}

#[tokio::test]
async fn what_does_not_finish_when_the_server_stops_is_given_back() {
    let mut world = World::new().await;
    let jobs = Jobs::start(
        &world.store,
        "one".to_owned(),
        vec![world.handler("a", Way::Hangs)],
    );
    world.enqueue("a", SignedDuration::ZERO).await;
    world.begun().await;
    jobs.stop(Duration::from_millis(10)).await;
    assert_eq!(world.states().await, [(State::Waiting, None)]);
    world.may_end.add_permits(1);
    let jobs = Jobs::start(
        &world.store,
        "other".to_owned(),
        vec![world.handler("a", Way::Hangs)],
    );
    assert_eq!(world.begun().await, 2);
    world.all_done().await;
    jobs.stop(SOON).await;
}
