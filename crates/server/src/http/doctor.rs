//! `/api/v1/doctor`: the server's examination of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::language::Language;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::error::ApiError;
use super::language::preferred;
use crate::actions::caller::Caller;
use crate::actions::doctor;
use crate::doctor::{self as examination, Check, Verdict};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(examine),
    tags((name = "doctor", description = "What stands between people and a call"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/doctor", get(examine))
}

/// One thing found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Finding {
    /// What was looked at.
    check: Check,
    /// How it is.
    verdict: Verdict,
    /// Stable.
    #[schema(example = "media_private")]
    code: &'static str,
    /// What it is and what to do, in the language the request prefers.
    sentence: String,
}

impl Finding {
    fn of(found: &examination::Finding, language: Language) -> Self {
        Self {
            check: found.check,
            verdict: found.verdict,
            code: found.code,
            sentence: found.sentence(language),
        }
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Examination {
    /// What the server's clock says, for comparison with the reader's.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// One or more for each thing looked at.
    findings: Vec<Finding>,
}

/// Have the server examine itself
///
/// It asks the database, the mail server and its own public address, and takes some seconds when one does not answer.
#[utoipa::path(
    get,
    path = "/api/v1/doctor",
    tag = "doctor",
    operation_id = "examine_server",
    responses(
        (status = 200, description = "What was found", body = Examination),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn examine(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Examination>, ApiError> {
    let found = doctor::examine(&app, &caller, Timestamp::now()).await?;
    let language = preferred(&headers);
    let findings = found.iter().map(|found| Finding::of(found, language)).collect();
    // Read last: looking takes time.
    let now = Timestamp::now();
    Ok(Json(Examination { now, findings }))
}
