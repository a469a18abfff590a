//! A few people in a real room, on the server named by PARTICIPANTS_URL, PARTICIPANTS_KEY and PARTICIPANTS_SECRET.
//!
//! Run with `cargo test --release -p palabre-participants -- --ignored` while a server runs.

use std::time::Duration;

use palabre_participants::{CameraLayer, Options, Participant, Report, Topology, token};

struct Server {
    url: String,
    key: String,
    secret: String,
}

impl Server {
    fn from_environment() -> Server {
        let read = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        Server {
            url: read("PARTICIPANTS_URL"),
            key: read("PARTICIPANTS_KEY"),
            secret: read("PARTICIPANTS_SECRET"),
        }
    }

    async fn join(&self, room: &str, identity: &str, options: Options) -> Participant {
        let token = token(&self.key, &self.secret, room, identity).expect("a token");
        Participant::join(&self.url, &token, options)
            .await
            .unwrap_or_else(|error| panic!("{identity}: {error:#}"))
    }
}

fn everything(topology: Topology) -> Options {
    Options {
        topology,
        microphone: true,
        camera: CameraLayer::usual(),
        ..Options::default()
    }
}

fn room(name: &str) -> String {
    format!("{name}-{}", std::process::id())
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

fn assert_sees(report: &Report, publisher: &str) {
    assert_eq!(report.failures, Vec::<String>::new());
    for is_video in [false, true] {
        let track = report
            .tracks
            .iter()
            .find(|track| track.publisher == publisher && track.is_video == is_video);
        let track = track.unwrap_or_else(|| panic!("no track of {publisher} (pictures: {is_video})"));
        let counts = &track.counts;
        assert!(
            counts.packets > 20,
            "{publisher}, pictures {is_video}: {} packets",
            counts.packets
        );
        assert_eq!(
            track.loss.0, 0,
            "lost packets of {publisher}, pictures {is_video}"
        );
        assert_eq!(
            (counts.foreign, counts.broken_frames, counts.hidden_gaps),
            (0, 0, 0)
        );
        assert_eq!(
            (counts.picture_jumps, counts.wrong_switches, counts.wrong_marks),
            (0, 0, 0)
        );
        assert!(
            !is_video || counts.decodable_frames > 15,
            "{} decodable frames",
            counts.decodable_frames
        );
    }
}

async fn two_people(topology: Topology, name: &str) {
    let server = Server::from_environment();
    let room = room(name);
    let alice = server.join(&room, "alice", everything(topology)).await;
    let bob = server.join(&room, "bob", everything(topology)).await;
    pause(3000).await;
    let late = server
        .join(
            &room,
            "late",
            Options {
                topology,
                ..Options::default()
            },
        )
        .await;
    pause(2000).await;
    assert_sees(&late.leave().await.expect("a report"), "alice");
    assert_sees(&alice.report().await.expect("a report"), "bob");
    assert_sees(&bob.leave().await.expect("a report"), "alice");
    pause(500).await;
    let report = alice.leave().await.expect("a report");
    assert!(
        report.tracks.iter().all(|track| !track.wanted),
        "bob's tracks are still announced"
    );
}

#[tokio::test]
#[ignore = "needs a server"]
async fn two_people_and_a_late_one_see_each_other_over_one_connection() {
    two_people(Topology::Single, "single").await;
}

#[tokio::test]
#[ignore = "needs a server"]
async fn two_people_and_a_late_one_see_each_other_over_two_connections() {
    two_people(Topology::Dual, "dual").await;
}

#[tokio::test]
#[ignore = "needs a server"]
async fn data_reaches_whom_it_is_for() {
    let server = Server::from_environment();
    let room = room("data");
    let alice = server.join(&room, "alice", Options::default()).await;
    let mut bob = server
        .join(
            &room,
            "bob",
            Options {
                topology: Topology::Dual,
                ..Options::default()
            },
        )
        .await;
    let carol = server.join(&room, "carol", Options::default()).await;
    pause(1000).await;
    for reliable in [true, false] {
        alice.send_data(reliable, Some("greeting"), b"hello bob", &["bob"]);
        let received = tokio::time::timeout(Duration::from_secs(3), bob.next_data())
            .await
            .expect("in time");
        let received = received.expect("data");
        assert_eq!(
            (received.sender.as_str(), received.payload.as_slice()),
            ("alice", b"hello bob".as_slice())
        );
        assert_eq!(
            (received.topic.as_deref(), received.reliable),
            (Some("greeting"), reliable)
        );
    }
    alice.send_data(true, None, b"hello all", &[]);
    pause(500).await;
    assert_eq!(carol.leave().await.expect("a report").data, (1, 0));
    assert_eq!(alice.leave().await.expect("a report").data, (0, 0));
    assert_eq!(bob.leave().await.expect("a report").data, (2, 1));
}

#[tokio::test]
#[ignore = "needs a server"]
async fn losses_in_both_directions_are_repaired_for_pictures() {
    let server = Server::from_environment();
    let room = room("loss");
    let lossy = |options: Options| Options {
        loss: 0.02,
        ..options
    };
    let alice = server
        .join(&room, "alice", lossy(everything(Topology::Single)))
        .await;
    let bob = server.join(&room, "bob", lossy(Options::default())).await;
    pause(2000).await;
    bob.reset_counts();
    pause(5000).await;
    let report = bob.leave().await.expect("a report");
    alice.leave().await.expect("a report");
    let track = report
        .tracks
        .iter()
        .find(|track| track.is_video)
        .expect("alice's camera");
    let (counts, loss) = (&track.counts, track.loss);
    assert!(
        loss.0 * 200 < loss.1,
        "{} of {} picture packets were lost for good",
        loss.0,
        loss.1
    );
    assert!(counts.decodable_frames > 100, "{counts:?}");
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_choice_of_tracks_and_sizes_is_followed() {
    let server = Server::from_environment();
    let room = room("choice");
    let alice = server.join(&room, "alice", everything(Topology::Single)).await;
    let bob = server.join(&room, "bob", everything(Topology::Single)).await;
    let mut options = Options {
        automatic_subscription: false,
        ..Options::default()
    };
    options.watch.visible = Some(1);
    options.watch.main = (320, 180);
    let carol = server.join(&room, "carol", options).await;
    pause(3000).await;
    carol.reset_counts();
    pause(3000).await;
    let report = carol.leave().await.expect("a report");
    let pictures: Vec<_> = report.tracks.iter().filter(|track| track.is_video).collect();
    assert_eq!(pictures.len(), 2);
    let shown: Vec<_> = pictures.iter().filter(|track| track.counts.packets > 0).collect();
    assert_eq!(shown.len(), 1, "only the visible camera is sent");
    assert!(shown[0].wanted);
    let rate = shown[0].counts.bytes * 8 / 3;
    assert!(rate < 300_000, "{rate} bit/s for a picture of 320 x 180");
    alice.leave().await.expect("a report");
    bob.leave().await.expect("a report");
}
