//! `/api/v1/me/sign-ins`: the browsers one is signed in with.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::body::{List, id};
use super::cookies;
use super::error::ApiError;
use super::sender::{Sender, is_secure};
use crate::actions::caller::Caller;
use crate::actions::sign_in::devices;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(list, end, end_all))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/me/sign-ins", get(list))
        .route("/api/v1/me/sign-ins/{id}", delete(end))
        .route("/api/v1/me/sign-out-everywhere", post(end_all))
}

/// A browser one is signed in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Device {
    /// Which.
    id: String,
    /// What one recognises it by; empty for one that does not say.
    #[schema(example = "Firefox, Linux")]
    device: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// When it was used last, to some minutes.
    #[schema(value_type = String, format = DateTime)]
    seen: Timestamp,
    /// It is the one that asks.
    here: bool,
}

/// List the browsers one is signed in with, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/me/sign-ins",
    tag = "sign-in",
    operation_id = "list_my_sign_ins",
    responses(
        (status = 200, description = "The browsers", body = List<Device>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`: a token cannot see them", body = ApiError),
    )
)]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<List<Device>>, ApiError> {
    let (sign_ins, here) = devices::list(&app.store, &caller).await?;
    let items = sign_ins.into_iter().map(|one| Device {
        id: one.id.to_string(),
        device: one.device,
        created: one.created,
        seen: one.seen,
        here: one.id == here,
    });
    Ok(Json(List {
        items: items.collect(),
        next: None,
    }))
}

/// Sign one browser out
#[utoipa::path(
    delete,
    path = "/api/v1/me/sign-ins/{id}",
    tag = "sign-in",
    operation_id = "end_my_sign_in",
    params(("id" = String, Path, description = "From the list")),
    responses(
        (status = 204, description = "It is signed out"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 404, description = "`unknown_sign_in`", body = ApiError),
    )
)]
async fn end(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Path(which): Path<String>,
) -> Result<Response, ApiError> {
    let here = devices::end(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    let forget = here.then(|| forget(&app, &sender));
    Ok((StatusCode::NO_CONTENT, forget, ()).into_response())
}

/// How many browsers were signed out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedOutEverywhere {
    /// This one counted.
    ended: u64,
}

/// Sign every browser out, this one too
#[utoipa::path(
    post,
    path = "/api/v1/me/sign-out-everywhere",
    tag = "sign-in",
    operation_id = "sign_out_everywhere",
    responses(
        (status = 200, description = "All are signed out", body = SignedOutEverywhere),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
    )
)]
async fn end_all(State(app): State<Arc<App>>, caller: Caller, sender: Sender) -> Result<Response, ApiError> {
    let ended = devices::end_all(&app.store, &caller, Timestamp::now()).await?;
    Ok((forget(&app, &sender), Json(SignedOutEverywhere { ended })).into_response())
}

/// Has the browser forget that it was signed in.
pub(super) fn forget(app: &App, sender: &Sender) -> AppendHeaders<[(HeaderName, HeaderValue); 1]> {
    let cookie = cookies::signed_out(is_secure(app.settings.public_url.as_ref(), sender));
    cookies::sent(cookie)
}
