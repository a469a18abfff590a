//! `/api/v1/failed-joins`: calls that did not come about, with the cause.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::FailedJoinKind;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, Which};
use super::caller::device;
use super::error::ApiError;
use super::sender::Sender;
use crate::actions::caller::Caller;
use crate::actions::failed_joins::{self, Cause, Report};
use crate::serve::App;

/// A network that lets no call pass fails for everybody in it; so many reports of it a minute say enough.
pub const REPORTS_PER_MINUTE: u32 = 10;

#[derive(OpenApi)]
#[openapi(
    paths(report, list),
    tags((name = "doctor", description = "What stands between people and a call"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/failed-joins", get(list).post(report))
}

/// A call that did not come about.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FailedJoinReport {
    /// The address in the browser.
    #[schema(example = "groupimo")]
    address: String,
    /// The name they gave.
    #[schema(example = "Ada")]
    name: String,
    /// Why.
    cause: Cause,
    /// How long they had waited, in milliseconds.
    waited: u32,
}

/// Tell of a call that did not come about
#[utoipa::path(
    post,
    path = "/api/v1/failed-joins",
    tag = "doctor",
    operation_id = "report_failed_join",
    request_body = FailedJoinReport,
    responses(
        (status = 202, description = "Kept for whoever runs the organisation"),
        (status = 400, description = "`malformed`", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
    )
)]
async fn report(
    State(app): State<Arc<App>>,
    sender: Sender,
    headers: HeaderMap,
    Body(told): Body<FailedJoinReport>,
) -> Result<StatusCode, ApiError> {
    if !app.reports.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let report = Report {
        address: &told.address,
        name: &told.name,
        cause: told.cause,
        waited: told.waited,
        device: device(&headers),
    };
    failed_joins::report(&app.store, Timestamp::now(), report).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A call that did not come about.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedJoin {
    /// Which.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The address they came by.
    address: String,
    /// Whether a room of the organisation is there.
    known: bool,
    /// The name they gave.
    name: String,
    /// Why: a code with a sentence.
    #[schema(example = "call_blocked")]
    cause: String,
    /// With what.
    #[schema(example = "Firefox, Linux")]
    device: String,
}

impl FailedJoin {
    fn of(failed: store::failed_joins::FailedJoin) -> Self {
        Self {
            id: failed.id.to_string(),
            at: failed.at,
            address: failed.address,
            known: failed.room.is_some(),
            name: failed.name,
            cause: failed.cause,
            device: failed.device,
        }
    }
}

/// The calls that did not come about
#[utoipa::path(
    get,
    path = "/api/v1/failed-joins",
    tag = "doctor",
    operation_id = "list_failed_joins",
    params(Which<FailedJoinKind>),
    responses(
        (status = 200, description = "The newest first", body = List<FailedJoin>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Which(cut): Which<FailedJoinKind>,
) -> Result<Json<List<FailedJoin>>, ApiError> {
    let page = failed_joins::list(&app.store, &caller, cut).await?;
    Ok(Json(List::of(page, FailedJoin::of)))
}
