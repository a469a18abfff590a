//! A host's end of a meeting: final at once, though the media server learns of it a little later.

use jiff::Timestamp;
use livekit_protocol as proto;
use meetings::door::Access;
use meetings::id::RoomId;
use proto::signal_response::Message as Answer;
use reqwest::StatusCode;
use serde_json::json;
use server::actions::attendance::{Running, beat, came, over};
use sfu::signal::RoomInfo;
use store::{Store, room_meetings, visits};

use crate::backends::Stage;
use crate::meeting::{meetings, noted, stays};
use crate::support::{Client, Server, answer, eventually, media_room, refused};

/// What a host's end does before it reaches the media server.
async fn ends_in_the_rows(store: &Store, room: RoomId, media_room: &RoomInfo) {
    let tx = store.begin_write().await.expect("begins");
    let running = room_meetings::running_of(&tx, room).await.expect("reads");
    let meeting = running.expect("goes on").id;
    let ended = room_meetings::end_media_room(&tx, meeting, media_room.sid.as_str()).await;
    ended.expect("notes");
    room_meetings::end(&tx, meeting, Timestamp::now())
        .await
        .expect("ends");
    visits::clear(&tx, room).await.expect("clears");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn what_is_heard_late_of_a_call_that_a_host_ended_opens_no_other_meeting() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let host = server.host().await;
    let token = server.browser().enter("tree", "Ada").await;
    let mut ada = Client::present(&server, &token).await;
    let mut operators = server.client("tree", "of an operator").await;
    noted(&store, room, 1, 0).await;
    // Between the rows of the end and the end of the media room a beat is on its way, and news of who just came.
    let late = Running {
        room: media_room(server.running.app.backend.as_ref(), "tree").await,
        participants: server
            .running
            .app
            .backend
            .participants("tree")
            .await
            .expect("lists"),
    };
    assert_eq!(late.participants.len(), 2);
    assert_eq!(
        host.post("/api/v1/rooms/tree/end", json!({})).await.0,
        StatusCode::OK
    );
    ada.end().await;
    operators.end().await;
    let hears_late = async || {
        let now = Timestamp::now();
        for who in &late.participants {
            came(&store, now, &late.room, who).await.expect("hears");
        }
        over(&store, now, &late.room, false).await.expect("hears");
        beat(&store, now, std::slice::from_ref(&late))
            .await
            .expect("beats");
    };
    hears_late().await;
    let ended = meetings(&store, room).await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert!(ended[0].ended.is_some());

    // Who comes afterwards is in the next meeting, and stays in it whatever is still heard of the last one.
    let token = server.browser().enter("tree", "Grace").await;
    let _grace = Client::present(&server, &token).await;
    eventually("the next begins", async || {
        meetings(&store, room).await.len() == 2
    })
    .await;
    hears_late().await;
    let next = meetings(&store, room).await.remove(0);
    let there = stays(&store, &next).await;
    let there: Vec<_> = there
        .iter()
        .map(|one| (one.stay.name.as_str(), one.stay.left))
        .collect();
    assert_eq!((next.ended, there), (None, vec![("Grace", None)]));
}

#[tokio::test]
async fn nobody_writes_in_a_call_that_a_host_has_just_ended() {
    let server = Server::start().await;
    let room = server.room("tree", Access::Open).await;
    let store = server.running.app.store.clone();
    let token = server.browser().enter("tree", "Ada").await;
    let _ada = Client::present(&server, &token).await;
    let operators = server.join_token("tree", "of an operator");
    let _there = Client::present(&server, &operators).await;
    noted(&store, room, 2, 0).await;
    let running = media_room(server.running.app.backend.as_ref(), "tree").await;
    ends_in_the_rows(&store, room, &running).await;
    for token in [&token, &operators] {
        let write = reqwest::Client::new()
            .post(server.url("/api/v1/call/messages"))
            .bearer_auth(token)
            .json(&json!({ "text": "Bonjour" }));
        assert_eq!(refused(&answer(write).await), (403, "not_in_call"));
    }
    assert_eq!(meetings(&store, room).await.len(), 1);
}

/// A product before a cluster that could not be told of the end: it was away, or the product was killed in between.
#[tokio::test]
async fn what_a_host_ended_is_over_as_soon_as_the_media_server_can_be_told() {
    let stage = Stage::cluster().await;
    let product = stage.product.expect("a product");
    let room = product.room("tree", Access::Open).await;
    let store = product.running.app.store.clone();
    let token = product.browser().enter("tree", "Ada").await;
    let mut ada = Client::present(&stage.media, &token).await;
    noted(&store, room, 1, 0).await;
    let running = media_room(stage.media.running.app.backend.as_ref(), "tree").await;
    ends_in_the_rows(&store, room, &running).await;
    drop(store);

    let (settings, folder) = (product.running.app.settings.clone(), product.folder);
    product.running.stop().await;
    let again = server::serve::start(settings, Some(product.media))
        .await
        .expect("starts again");
    let (said, _) = ada.end().await;
    let closed = said.iter().any(|answer| match answer {
        Answer::Leave(leave) => leave.reason() == proto::DisconnectReason::RoomDeleted,
        _ => false,
    });
    assert!(closed, "{said:?}");
    assert_eq!(meetings(&again.app.store, room).await.len(), 1);
    again.stop().await;
    drop(folder);
}
