//! The cluster backend against answers recorded from LiveKit's own server 1.13.5.
//!
//! To record again, start that server with its webhooks sent to `http://127.0.0.1:7981/hook` and run
//! `PALABRE_RECORD=http://127.0.0.1:7980,KEY,SECRET cargo test -p server --test it recorded::record -- --ignored`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use livekit_protocol as proto;
use livekit_token::{AccessToken, VideoGrants};
use prost::Message;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server::backend::livekit_cluster::LiveKitCluster;
use server::backend::{BackendError, MediaBackend, NO_PARTICIPANT, NO_ROOM, ServerMessage};
use sfu::media::Channel;
use sfu::room::RoomAnnouncement;
use store::Secret;

use crate::support::{changes_ada, makes_a_room};

const ROOM: &str = "recorded";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Recording {
    exchanges: Vec<Exchange>,
    webhooks: Vec<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Exchange {
    method: String,
    request: Value,
    status: u16,
    response: Value,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/recorded/livekit-1.13.5.json")
}

/// Everything the backend can ask, in one fixed order; `enter` brings "ada" into the room.
async fn script(backend: &dyn MediaBackend, enter: impl AsyncFnOnce()) {
    let room = makes_a_room(backend, ROOM).await;
    assert!(room.sid.as_str().starts_with("RM_") && room.created_at_ms > 1_600_000_000_000);
    assert_eq!((room.empty_timeout, room.departure_timeout), (300, 20));
    let found = backend.rooms(&[ROOM.to_owned()]).await.expect("lists");
    assert_eq!(
        found.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(),
        [ROOM]
    );
    assert_eq!(
        backend
            .set_room_metadata(ROOM, "n")
            .await
            .expect("changes")
            .metadata,
        "n"
    );
    assert_eq!(backend.participants(ROOM).await, Ok(Vec::new()));

    enter().await;
    let people = backend.participants(ROOM).await.expect("lists");
    assert_eq!(
        people.iter().map(|who| who.identity.as_str()).collect::<Vec<_>>(),
        ["ada"]
    );
    let ada = backend.participant(ROOM, "ada").await.expect("finds");
    assert!(ada.sid.as_str().starts_with("PA_") && ada.permission.can_publish);
    assert_eq!(backend.participant(ROOM, "nobody").await, Err(NO_PARTICIPANT));
    changes_ada(backend, ROOM).await;
    let message = ServerMessage {
        channel: Channel::Reliable,
        payload: vec![1, 2, 3],
        topic: Some("t".to_owned()),
        to: vec!["ada".into()],
        to_sids: Vec::new(),
    };
    backend.send_data(ROOM, message).await.expect("sends");
    let no_track = backend.mute(ROOM, "ada", &"TR_nothing".into(), true).await;
    assert!(matches!(no_track, Err(BackendError::NotFound(_))), "{no_track:?}");
    backend
        .subscribe(ROOM, "ada", Vec::new(), false)
        .await
        .expect("stops watching nothing");

    backend.remove(ROOM, "ada").await.expect("removes");
    assert_eq!(backend.remove(ROOM, "nobody").await, Err(NO_PARTICIPANT));
    backend.end_room(ROOM).await.expect("ends");
    assert_eq!(backend.end_room("nowhere").await, Err(NO_ROOM));
    assert_eq!(backend.set_room_metadata("nowhere", "n").await, Err(NO_ROOM));
}

/// Protobuf of one method, as JSON and back.
struct Codec {
    to_json: fn(&[u8]) -> Value,
    from_json: fn(Value) -> Vec<u8>,
}

fn codec<T: Message + Default + Serialize + serde::de::DeserializeOwned>() -> Codec {
    Codec {
        to_json: |bytes| serde_json::to_value(T::decode(bytes).expect("protobuf")).expect("JSON"),
        from_json: |value| serde_json::from_value::<T>(value).expect("JSON").encode_to_vec(),
    }
}

fn codecs(method: &str) -> (Codec, Codec) {
    match method {
        "CreateRoom" => (codec::<proto::CreateRoomRequest>(), codec::<proto::Room>()),
        "ListRooms" => (
            codec::<proto::ListRoomsRequest>(),
            codec::<proto::ListRoomsResponse>(),
        ),
        "DeleteRoom" => (
            codec::<proto::DeleteRoomRequest>(),
            codec::<proto::DeleteRoomResponse>(),
        ),
        "ListParticipants" => (
            codec::<proto::ListParticipantsRequest>(),
            codec::<proto::ListParticipantsResponse>(),
        ),
        "GetParticipant" => (
            codec::<proto::RoomParticipantIdentity>(),
            codec::<proto::ParticipantInfo>(),
        ),
        "RemoveParticipant" => (
            codec::<proto::RoomParticipantIdentity>(),
            codec::<proto::RemoveParticipantResponse>(),
        ),
        "MutePublishedTrack" => (
            codec::<proto::MuteRoomTrackRequest>(),
            codec::<proto::MuteRoomTrackResponse>(),
        ),
        "UpdateParticipant" => (
            codec::<proto::UpdateParticipantRequest>(),
            codec::<proto::ParticipantInfo>(),
        ),
        "UpdateSubscriptions" => (
            codec::<proto::UpdateSubscriptionsRequest>(),
            codec::<proto::UpdateSubscriptionsResponse>(),
        ),
        "SendData" => (
            codec::<proto::SendDataRequest>(),
            codec::<proto::SendDataResponse>(),
        ),
        "UpdateRoomMetadata" => (
            codec::<proto::UpdateRoomMetadataRequest>(),
            codec::<proto::Room>(),
        ),
        other => panic!("no such method: {other}"),
    }
}

/// A request without what is random in it.
fn comparable(method: &str, body: &[u8]) -> Value {
    let mut request = (codecs(method).0.to_json)(body);
    if let Some(fields) = request.as_object_mut() {
        fields.remove("nonce");
    }
    request
}

async fn listen(router: Router, address: &str) -> String {
    let listener = tokio::net::TcpListener::bind(address).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn replay(
    State(left): State<Arc<Mutex<std::vec::IntoIter<Exchange>>>>,
    Path(method): Path<String>,
    body: Bytes,
) -> Response {
    let exchange = left
        .lock()
        .expect("whole")
        .next()
        .expect("no more than was recorded");
    assert_eq!(exchange.method, method);
    assert_eq!(exchange.request, comparable(&method, &body), "{method}");
    let status = StatusCode::from_u16(exchange.status).expect("a status");
    match status {
        StatusCode::OK => (codecs(&method).1.from_json)(exchange.response).into_response(),
        _ => (status, axum::Json(exchange.response)).into_response(),
    }
}

fn cluster(url: &str, key: &str, secret: &str) -> LiveKitCluster {
    LiveKitCluster::new(&url.parse().expect("a url"), key, &Secret::new(secret), 50)
}

#[tokio::test]
async fn what_livekit_answered_is_understood() {
    let text = std::fs::read_to_string(file()).expect("the recording");
    let recording: Recording = serde_json::from_str(&text).expect("JSON");
    let left = Arc::new(Mutex::new(recording.exchanges.into_iter()));
    let route = Router::new()
        .route("/twirp/livekit.RoomService/{method}", post(replay))
        .with_state(left.clone());
    let url = listen(route, "127.0.0.1:0").await;
    script(
        &cluster(&url, "key", "a secret that nobody checks here"),
        async || {},
    )
    .await;
    assert_eq!(
        left.lock().expect("whole").len(),
        0,
        "everything recorded was asked"
    );
}

#[tokio::test]
async fn what_livekits_webhooks_told_is_understood() {
    let text = std::fs::read_to_string(file()).expect("the recording");
    let recording: Recording = serde_json::from_str(&text).expect("JSON");
    let cluster = cluster("ws://127.0.0.1:9", "key", "secret");
    let mut events = cluster.events();
    for webhook in recording.webhooks {
        cluster.take_webhook(serde_json::from_value(webhook).expect("a webhook"));
    }
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(match event.as_ref() {
            RoomAnnouncement::RoomStarted(room) => format!("{} started", room.name),
            RoomAnnouncement::RoomFinished(room) => format!("{} finished", room.name),
            RoomAnnouncement::ParticipantConnectionAborted(room, who) => {
                format!("{} without {}", room.name, who.identity)
            }
            other => format!("{other:?}"),
        });
    }
    assert_eq!(
        told,
        ["recorded started", "recorded without ada", "recorded finished"]
    );
}

struct Recorder {
    livekit: String,
    recording: Mutex<Recording>,
}

async fn pass_on(
    State(recorder): State<Arc<Recorder>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let url = format!("{}/twirp/livekit.RoomService/{method}", recorder.livekit);
    let mut request = reqwest::Client::new().post(url).body(body.clone());
    for name in ["authorization", "content-type"] {
        request = request.header(name, headers[name].clone());
    }
    let answer = request.send().await.expect("LiveKit answers");
    let status = answer.status();
    let bytes = answer.bytes().await.expect("a body");
    let response = match status {
        reqwest::StatusCode::OK => (codecs(&method).1.to_json)(&bytes),
        _ => serde_json::from_slice(&bytes).expect("a Twirp error"),
    };
    let request = comparable(&method, &body);
    let exchange = Exchange {
        method,
        request,
        status: status.as_u16(),
        response,
    };
    recorder.recording.lock().expect("whole").exchanges.push(exchange);
    (status, bytes).into_response()
}

async fn note(State(recorder): State<Arc<Recorder>>, body: String) {
    let webhook = serde_json::from_str(&body).expect("JSON");
    recorder.recording.lock().expect("whole").webhooks.push(webhook);
}

#[tokio::test]
#[ignore = "needs LiveKit's own server; see the top of this file"]
async fn record() {
    let settings = std::env::var("PALABRE_RECORD").expect("URL,KEY,SECRET");
    let [livekit, key, secret] = settings
        .split(',')
        .collect::<Vec<_>>()
        .try_into()
        .expect("URL,KEY,SECRET");
    let recorder = Arc::new(Recorder {
        livekit: livekit.to_owned(),
        recording: Mutex::default(),
    });
    let calls = Router::new().route("/twirp/livekit.RoomService/{method}", post(pass_on));
    let url = listen(calls.with_state(recorder.clone()), "127.0.0.1:0").await;
    listen(
        Router::new()
            .route("/hook", post(note))
            .with_state(recorder.clone()),
        "127.0.0.1:7981",
    )
    .await;

    let enter = async || {
        let token = AccessToken::with_api_key(key, secret)
            .with_identity("ada")
            .with_name("Ada")
            .with_grants(VideoGrants {
                room_join: true,
                room: ROOM.to_owned(),
                ..Default::default()
            })
            .to_jwt()
            .expect("signs");
        let host = livekit.replace("http://", "ws://");
        let socket = format!("{host}/rtc?access_token={token}&auto_subscribe=1&sdk=rust&protocol=17");
        let (mut socket, _) = tokio_tungstenite::connect_async(socket).await.expect("admitted");
        tokio::spawn(async move {
            use futures_util::StreamExt;
            while let Some(Ok(_)) = socket.next().await {}
        });
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    script(&cluster(&url, key, secret), enter).await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let recording = recorder.recording.lock().expect("whole").clone();
    std::fs::create_dir_all(file().parent().expect("a folder")).expect("makes the folder");
    std::fs::write(
        file(),
        serde_json::to_string_pretty(&recording).expect("JSON") + "\n",
    )
    .expect("writes");
}
