//! A few people in a real room, on the server named by PARTICIPANTS_URL, PARTICIPANTS_KEY and PARTICIPANTS_SECRET.
//!
//! `scripts/with-server debug cargo test --workspace --test room -- --ignored` starts one for them; `make test` does.

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

/// The first report of somebody that `holds`; a report is asked for twenty times a second.
async fn eventually(who: &Participant, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
    let search = async {
        loop {
            let report = who.report().await.expect("a report");
            if holds(&report) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), search)
        .await
        .unwrap_or_else(|_| panic!("it never happened: {what}"))
}

/// Enough of somebody's sound and pictures to judge them by.
fn enough_of<'a>(publisher: &'a str) -> impl Fn(&Report) -> bool + 'a {
    move |report| {
        let of = |is_video: bool| {
            let mut tracks = report.tracks.iter();
            tracks.find(|track| track.publisher == publisher && track.is_video == is_video)
        };
        of(false).is_some_and(|sound| sound.counts.packets > 60)
            && of(true).is_some_and(|picture| picture.counts.decodable_frames > 30)
    }
}

/// Somebody's tracks came whole and in order.
fn assert_whole(report: &Report, publisher: &str) {
    assert_eq!(report.failures, Vec::<String>::new());
    let tracks: Vec<_> = report
        .tracks
        .iter()
        .filter(|track| track.publisher == publisher)
        .collect();
    assert_eq!(tracks.len(), 2, "a microphone and a camera of {publisher}");
    for track in tracks {
        let counts = &track.counts;
        assert_eq!(track.loss.0, 0, "lost packets of {publisher}: {counts:?}");
        let rewriting = (counts.picture_jumps, counts.wrong_switches, counts.wrong_marks);
        assert_eq!(rewriting, (0, 0, 0), "{publisher}: {counts:?}");
        let frames = (counts.foreign, counts.undecodable_frames, counts.hidden_gaps);
        assert_eq!(frames, (0, 0, 0), "{publisher}: {counts:?}");
        // The key frame of another layer may cut off the last frame of the one before.
        assert!(counts.broken_frames <= counts.switches, "{publisher}: {counts:?}");
    }
}

async fn two_people(topology: Topology, name: &str) {
    let server = Server::from_environment();
    let room = room(name);
    let alice = server.join(&room, "alice", everything(topology)).await;
    let bob = server.join(&room, "bob", everything(topology)).await;
    eventually(&alice, "alice sees bob", enough_of("bob")).await;
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
    for (who, of) in [(&late, "alice"), (&late, "bob"), (&alice, "bob"), (&bob, "alice")] {
        let report = eventually(who, &format!("{of} is seen"), enough_of(of)).await;
        assert_whole(&report, of);
    }
    late.leave().await.expect("a report");
    bob.leave().await.expect("a report");
    eventually(&alice, "bob's tracks are announced no longer", |report| {
        report.tracks.iter().all(|track| !track.wanted)
    })
    .await;
    alice.leave().await.expect("a report");
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
    let mut carol = server.join(&room, "carol", Options::default()).await;
    for reliable in [true, false] {
        alice.send_data(reliable, Some("greeting"), b"hello bob", &["bob"]);
        let received = tokio::time::timeout(Duration::from_secs(10), bob.next_data())
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
    for who in [&mut bob, &mut carol] {
        let received = tokio::time::timeout(Duration::from_secs(10), who.next_data()).await;
        let received = received.expect("in time").expect("data");
        assert_eq!(received.payload.as_slice(), b"hello all");
    }
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
    // The first key frame is awaited; then more than a hundred pictures come through the loss.
    let seen = |least: u64| {
        move |report: &Report| {
            let mut tracks = report.tracks.iter();
            tracks.any(|track| track.is_video && track.counts.decodable_frames > least)
        }
    };
    eventually(&bob, "a first picture", seen(10)).await;
    bob.reset_counts();
    eventually(&bob, "pictures through the loss", seen(100)).await;
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
    assert!(counts.broken_frames * 20 < counts.decodable_frames, "{counts:?}");
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
    let shows = |report: &Report| {
        let mut pictures = report.tracks.iter().filter(|track| track.is_video);
        pictures.any(|track| track.counts.decodable_frames > 30)
    };
    eventually(&carol, "a picture", shows).await;
    carol.reset_counts();
    eventually(&carol, "the same picture for a while", shows).await;
    let report = carol.leave().await.expect("a report");
    let pictures: Vec<_> = report.tracks.iter().filter(|track| track.is_video).collect();
    assert_eq!(pictures.len(), 2);
    let shown: Vec<_> = pictures.iter().filter(|track| track.counts.packets > 0).collect();
    assert_eq!(shown.len(), 1, "only the visible camera is sent");
    assert!(shown[0].wanted);
    let counts = &shown[0].counts;
    let bytes = counts.bytes / counts.decodable_frames.max(1);
    assert!(bytes < 2_000, "{bytes} bytes each for pictures of 320 x 180");
    alice.leave().await.expect("a report");
    bob.leave().await.expect("a report");
}
