//! A server that stops tells everybody, and is gone within seconds.

use std::time::{Duration, Instant};

use livekit_protocol as proto;
use proto::signal_response::Message as Answer;

use crate::support::Server;

#[tokio::test]
async fn everybody_is_told_that_the_server_stops() {
    let server = Server::start().await;
    let mut ada = server.client("tree", "ada").await;
    let media = server.media.clone();
    let began = Instant::now();
    let stopped = tokio::spawn(server.running.stop());
    let (before, _) = ada.end().await;
    let leave = before.into_iter().find_map(|answer| match answer {
        Answer::Leave(leave) => Some(leave),
        _ => None,
    });
    assert_eq!(
        leave.expect("told to leave").reason(),
        proto::DisconnectReason::ServerShutdown
    );
    stopped.await.expect("stops");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(media.open_peers(), 0);
}

#[tokio::test]
async fn a_stopping_server_takes_no_new_work() {
    let server = Server::start().await;
    let app = server.running.app.clone();
    app.stopping.cancel();
    assert_eq!(
        reqwest::get(server.url("/readyz"))
            .await
            .expect("an answer")
            .status(),
        503
    );
    assert_eq!(
        reqwest::get(server.url("/healthz"))
            .await
            .expect("an answer")
            .status(),
        200
    );
    server.running.stop().await;
    assert!(app.rooms.open("tree", &Default::default()).is_err());
}
