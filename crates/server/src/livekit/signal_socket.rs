//! `/rtc`: the signalling socket's routes; who may enter is in `admit`, what is said in `client`.

mod admit;
mod client;

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::serve::App;
use admit::admit;
pub use admit::bearer;
use client::Client;

/// One frame of a client. The largest honest one is a `sync_state` of a full room: it carries the last offer, with
/// some 3 KB for each of a hundred sections, and the last answer.
pub const MAX_FRAME: usize = 512 * 1024;

/// `GET /rtc`, and with `V1` `/rtc/v1`, which demands a join request.
pub async fn connect<const V1: bool>(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    // As LiveKit does: whoever does not ask for a socket finds nothing here.
    let Ok(upgrade) = upgrade else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let admitted = match admit(&app, &headers, query.as_deref().unwrap_or_default(), V1).await {
        Ok(admitted) => admitted,
        Err(denied) => {
            metrics::counter!("palabre_joins_total", "result" => "refused").increment(1);
            tracing::info!(
                status = denied.0.as_u16(),
                reason = denied.1,
                "a signalling socket was refused"
            );
            return denied.into_response();
        }
    };
    upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(move |socket| async move {
            metrics::gauge!("palabre_signal_sockets").increment(1.0);
            let tracker = app.sockets.clone();
            tracker.track_future(Client::run(app, admitted, socket)).await;
            metrics::gauge!("palabre_signal_sockets").decrement(1.0);
        })
}

/// `GET /rtc/validate`, and with `V1` `/rtc/v1/validate`: would a socket be admitted?
pub async fn validate<const V1: bool>(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    match admit(&app, &headers, query.as_deref().unwrap_or_default(), V1).await {
        Ok(_) => "success".into_response(),
        Err(denied) => denied.into_response(),
    }
}
