//! `/api/v1/network-tests`: a visitor finds out whether calls would work from where they are.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::error::ApiError;
use super::sender::{Sender, seen_at};
use crate::actions::network_tests;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(begin), components(schemas(NetworkTest)))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/network-tests", post(begin))
}

/// A media room for one.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkTest {
    /// Where a LiveKit client connects.
    #[schema(example = "wss://meet.example.org")]
    url: String,
    /// With what; good for ten minutes.
    token: String,
}

/// Test the network
///
/// For anybody: a way into a media room of one's own, to find out how sound and picture reach the server. It counts as a
/// join of the network address that asks.
#[utoipa::path(
    post,
    path = "/api/v1/network-tests",
    tag = "rooms",
    operation_id = "test_network",
    responses(
        (status = 200, description = "A way in", body = NetworkTest),
        (status = 429, description = "`too_many_requests`", body = ApiError),
        (status = 503, description = "`media_unavailable`", body = ApiError),
    )
)]
async fn begin(State(app): State<Arc<App>>, sender: Sender) -> Result<Json<NetworkTest>, ApiError> {
    if !app.joins.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let seen_at = seen_at(app.settings.public_url.as_ref(), &sender, app.address);
    let entrance = network_tests::begin(app.backend.as_ref(), &seen_at)?;
    Ok(Json(NetworkTest {
        url: entrance.url,
        token: entrance.token.expose().to_owned(),
    }))
}
