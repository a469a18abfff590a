//! One contract for both backends: the embedded server, and a LiveKit cluster over HTTP (played by our own server,
//! and by recorded answers of LiveKit's).

use std::sync::Arc;

use livekit_protocol as proto;
use meetings::door::Access;
use meetings::hosting::Role;
use server::backend::{BackendError, Invitation, MediaBackend, NO_PARTICIPANT, NO_ROOM, ServerMessage};
use server::rooms::RoomOptions;
use sfu::media::Channel;
use sfu::room::RoomAnnouncement;

use crate::meeting::noted;
use crate::support::{SOON, Server, changes_ada, makes_a_room};

/// A media server for people, and the backend through which it is driven.
pub(crate) struct Stage {
    pub(crate) media: Server,
    /// The product in front of a cluster; it holds the backend and takes the webhooks.
    pub(crate) product: Option<Server>,
}

impl Stage {
    async fn embedded() -> Self {
        Self {
            media: Server::start().await,
            product: None,
        }
    }

    pub(crate) async fn cluster() -> Self {
        // Each needs the other's address, so the cluster's is chosen first.
        let port = port_of_our_own();
        let secret = store::Secret::new("a secret shared by cluster and product, long enough");
        let product = Server::with(|settings| {
            settings.livekit_url = Some(format!("ws://{port}").parse().expect("a url"));
            settings.livekit_key = Some("APIcluster".to_owned());
            settings.livekit_secret = Some(secret.clone());
        })
        .await;
        let hook = product.url("/hooks/livekit").parse().expect("a url");
        let media = Server::with(|settings| {
            let keys = format!(
                "[[key]]\nname = \"cluster\"\nkey = \"APIcluster\"\nsecret = \"{}\"\n",
                secret.expose()
            );
            // A pair that is given, not drawn: only the first release's file can bring one.
            std::fs::write(settings.data.join("keys.toml"), keys).expect("writes");
            settings.listen = port;
            settings.webhook_url = vec![hook];
            settings.webhook_key = "cluster".to_owned();
        })
        .await;
        Self {
            media,
            product: Some(product),
        }
    }

    fn backend(&self) -> Arc<dyn MediaBackend> {
        self.product
            .as_ref()
            .unwrap_or(&self.media)
            .running
            .app
            .backend
            .clone()
    }
}

/// An address nobody else is given meanwhile: below the ports the system hands out by itself, another one for each
/// call in this process.
fn port_of_our_own() -> std::net::SocketAddr {
    static NEXT: std::sync::atomic::AtomicU16 = std::sync::atomic::AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 500) as u16 * 20;
    loop {
        let port = first + NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if let Ok(probe) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return probe.local_addr().expect("an address");
        }
    }
}

async fn rooms_live_and_end(stage: &Stage) {
    let backend = stage.backend();
    assert!(backend.rooms(&[]).await.expect("lists").is_empty());
    let room = makes_a_room(backend.as_ref(), "tree").await;
    assert_eq!(
        backend
            .create_room("tree", &RoomOptions::default())
            .await
            .expect("finds")
            .sid,
        room.sid
    );
    backend
        .create_room("bush", &RoomOptions::default())
        .await
        .expect("creates");
    let names: Vec<_> = backend
        .rooms(&[])
        .await
        .expect("lists")
        .into_iter()
        .map(|room| room.name)
        .collect();
    assert_eq!(names, ["bush", "tree"]);
    assert_eq!(backend.rooms(&["tree".to_owned()]).await.expect("lists").len(), 1);
    assert_eq!(
        backend
            .set_room_metadata("tree", "n")
            .await
            .expect("changes")
            .metadata,
        "n"
    );
    backend.end_room("bush").await.expect("ends");
    assert_eq!(backend.end_room("nowhere").await, Err(NO_ROOM));
    assert_eq!(backend.set_room_metadata("nowhere", "n").await, Err(NO_ROOM));
    assert_eq!(backend.participants("nowhere").await, Ok(Vec::new()));
}

async fn an_invitation_is_recognised(stage: &Stage) {
    let seen_at = format!("ws://{}", stage.media.running.app.address);
    let invitation = Invitation {
        room: "tree",
        identity: "guest-1",
        name: "Ada",
        role: Role::Member,
        metadata: "{}",
        seen_at: &seen_at,
    };
    let backend = stage.backend();
    let entrance = backend.invite(&invitation).expect("invites");
    assert_eq!(entrance.url, seen_at);
    let holder = backend.recognise(&entrance.token).expect("our own");
    assert_eq!(
        (
            holder.room.as_str(),
            holder.identity.as_str(),
            holder.name.as_str()
        ),
        ("tree", "guest-1", "Ada")
    );
    assert_eq!(holder.role, Role::Member);
    assert_eq!(backend.recognise(&store::Secret::new("a.b.c")), None);
}

async fn people_are_seen_changed_and_removed(stage: &Stage) {
    let backend = stage.backend();
    let mut ada = stage.media.client("tree", "ada").await;
    let seen = backend.participant("tree", "ada").await.expect("finds");
    assert_eq!(
        (seen.sid.as_str(), seen.name.as_str()),
        (ada.sid().as_str(), "ADA")
    );
    assert_eq!(backend.participants("tree").await.expect("lists").len(), 1);
    let everywhere = backend.presence(&[]).await.expect("lists");
    assert_eq!(everywhere, [("tree".to_owned(), vec!["ADA".to_owned()])].into());
    let named = ["nowhere".to_owned(), "tree".to_owned()];
    assert_eq!(backend.presence(&named).await, Ok(everywhere));
    let empty = ["nowhere".to_owned()];
    assert_eq!(backend.presence(&empty).await, Ok(Default::default()));
    assert_eq!(backend.participant("tree", "nobody").await, Err(NO_PARTICIPANT));
    assert_eq!(backend.participant("nowhere", "ada").await, Err(NO_PARTICIPANT));

    changes_ada(backend.as_ref(), "tree").await;

    let message = |room_to: Vec<_>| ServerMessage {
        channel: Channel::Reliable,
        payload: vec![1],
        topic: None,
        to: room_to,
        to_sids: Vec::new(),
    };
    backend
        .send_data("tree", message(Vec::new()))
        .await
        .expect("sends");
    backend
        .send_data("tree", message(vec!["ada".into()]))
        .await
        .expect("sends");
    assert_eq!(
        backend.send_data("nowhere", message(Vec::new())).await,
        Err(NO_ROOM)
    );

    backend.remove("tree", "ada").await.expect("removes");
    ada.end().await;
    assert_eq!(backend.remove("tree", "ada").await, Err(NO_PARTICIPANT));
}

async fn tracks_are_muted_and_watched(stage: &Stage) {
    let backend = stage.backend();
    let mut ada = stage.media.client("tree", "ada").await;
    let _bob = stage.media.client("tree", "bob").await;
    let sid = ada.publish(&stage.media).await.as_str().into();
    assert!(
        backend
            .mute("tree", "ada", &sid, true)
            .await
            .expect("mutes")
            .muted
    );
    let unmuted = backend.mute("tree", "ada", &sid, false).await;
    assert!(
        matches!(unmuted, Err(BackendError::FailedPrecondition(_))),
        "{unmuted:?}"
    );
    assert!(matches!(
        backend.mute("tree", "ada", &"TR_nothing".into(), true).await,
        Err(BackendError::NotFound(_))
    ));
    backend
        .subscribe("tree", "bob", vec![sid.clone()], false)
        .await
        .expect("stops watching");
    backend
        .subscribe("tree", "bob", vec![sid], true)
        .await
        .expect("watches");
}

async fn events_tell_what_happens(stage: &Stage) {
    let backend = stage.backend();
    let mut events = backend.events();
    backend
        .create_room("told", &RoomOptions::default())
        .await
        .expect("creates");
    backend.end_room("told").await.expect("ends");
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let event = tokio::time::timeout(SOON, events.recv())
            .await
            .expect("soon")
            .expect("an event");
        match event.as_ref() {
            RoomAnnouncement::RoomStarted(room) if room.name == "told" => seen.push("started"),
            RoomAnnouncement::RoomFinished(room) if room.name == "told" => seen.push("finished"),
            _ => {}
        }
    }
    assert_eq!(seen, ["started", "finished"]);
}

/// Every promise, for every backend.
macro_rules! contract {
    ($($promise:ident),+ $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(&super::Stage::embedded().await).await;
            })+
        }
        mod cluster {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(&super::Stage::cluster().await).await;
            })+
        }
    };
}

contract!(
    rooms_live_and_end,
    an_invitation_is_recognised,
    people_are_seen_changed_and_removed,
    tracks_are_muted_and_watched,
    events_tell_what_happens,
);

#[tokio::test]
async fn a_webhook_that_is_not_the_clusters_is_refused() {
    let stage = Stage::cluster().await;
    let product = stage.product.as_ref().expect("a product");
    let answer = reqwest::Client::new()
        .post(product.url("/hooks/livekit"))
        .header("content-type", "application/webhook+json")
        .header("authorization", stage.media.join_token("tree", "ada"))
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 401);
    let without_cluster = reqwest::Client::new()
        .post(stage.media.url("/hooks/livekit"))
        .send()
        .await;
    assert_eq!(without_cluster.expect("an answer").status(), 404);
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_told_apart_from_one_that_says_no() {
    let product = Server::with(|settings| {
        settings.livekit_url = Some("ws://127.0.0.1:9".parse().expect("a url"));
        settings.livekit_key = Some("APIcluster".to_owned());
        settings.livekit_secret = Some(store::Secret::new("a secret of the product alone, long enough"));
    })
    .await;
    let answer = product.running.app.backend.rooms(&[]).await;
    assert!(matches!(answer, Err(BackendError::Unavailable(_))), "{answer:?}");

    let media = Server::start().await;
    let product = Server::with(|settings| {
        settings.livekit_url = Some(media.url("").parse().expect("a url"));
        settings.livekit_key = Some("APIcluster".to_owned());
        settings.livekit_secret = Some(store::Secret::new("a secret of the product alone, long enough"));
    })
    .await;
    let answer = product.running.app.backend.rooms(&[]).await;
    assert!(matches!(answer, Err(BackendError::Refused(_))), "{answer:?}");
}

#[tokio::test]
async fn whatever_a_cluster_calls_people_they_are_noted_by_what_can_be_shown() {
    let product = Server::with(|settings| {
        settings.livekit_url = Some("ws://127.0.0.1:9".parse().expect("a url"));
        settings.livekit_key = Some("APIcluster".to_owned());
        settings.livekit_secret = Some(store::Secret::new("a secret of the product alone, long enough"));
    })
    .await;
    let room = product.room("tree", Access::Open).await;
    let cluster = product.running.app.cluster.clone().expect("a cluster");
    let long = "é".repeat(200);
    let told = [
        ("PA_1", "ada", " Ada\nLovelace\0 "),
        ("PA_2", "guest\0", "evil\u{202e}gpj"),
        ("PA_3", long.as_str(), &long),
        ("PA_4", "nameless", "\u{202e}"),
    ];
    for (sid, identity, name) in told {
        cluster.take_webhook(proto::WebhookEvent {
            event: "participant_joined".to_owned(),
            room: Some(proto::Room {
                sid: "RM_1".to_owned(),
                name: "tree".to_owned(),
                ..Default::default()
            }),
            participant: Some(proto::ParticipantInfo {
                sid: sid.to_owned(),
                identity: identity.to_owned(),
                name: name.to_owned(),
                joined_at: 1_800_000_000,
                ..Default::default()
            }),
            ..Default::default()
        });
    }
    let all = noted(&product.running.app.store, room, 4, 0).await;
    let mut all: Vec<_> = all
        .iter()
        .map(|one| (one.stay.identity.as_str(), one.stay.name.as_str()))
        .collect();
    all.sort_unstable();
    let cut = "é".repeat(64);
    assert_eq!(
        all,
        [
            // Whoever has an identity that cannot be written is known by their stay.
            ("PA_2", "evilgpj"),
            ("PA_3", cut.as_str()),
            ("ada", "Ada Lovelace"),
            ("nameless", ""),
        ]
    );
}
