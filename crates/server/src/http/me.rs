//! `/api/v1/me`: what people change about themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::patch;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::language::Language;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, name};
use super::error::ApiError;
use super::sign_in::Me;
use crate::actions::caller::Caller;
use crate::actions::people::changing;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(change))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/me", patch(change))
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MeChange {
    /// What one is called.
    #[schema(example = "Claire Martin", min_length = 1, max_length = 64)]
    name: Option<String>,
    /// What one reads.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
}

/// Change one's name or language
#[utoipa::path(
    patch,
    path = "/api/v1/me",
    tag = "sign-in",
    operation_id = "change_me",
    request_body = MeChange,
    responses(
        (status = 200, description = "Who is signed in, changed", body = Me),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 422, description = "`invalid_name`", body = ApiError),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<MeChange>,
) -> Result<Json<Me>, ApiError> {
    let name = request.name.as_deref().map(name).transpose()?;
    let now = Timestamp::now();
    let person = changing::change_oneself(&app.store, &caller, now, name, request.language).await?;
    Ok(Json(Me::of(&person)))
}
