//! `/api/v1/welcome`: the first run, by the link the server prints.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::language::Language;
use serde::{Deserialize, Serialize};
use store::Secret;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, email, name};
use super::caller::device;
use super::error::ApiError;
use super::language::preferred;
use super::sender::Sender;
use super::sign_in::{SignedInAs, answer};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::sign_in::Browser;
use crate::actions::welcome::{self, Beginning};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(state, begin),
    tags((name = "welcome", description = "The first run of an installation"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/welcome", get(state).post(begin))
}

/// How far the installation is.
#[derive(Debug, Serialize, ToSchema)]
pub struct WelcomeState {
    /// There is an organisation.
    set_up: bool,
}

/// Whether there is an organisation yet
#[utoipa::path(
    get,
    path = "/api/v1/welcome",
    tag = "welcome",
    operation_id = "read_welcome",
    responses((status = 200, description = "How far the installation is", body = WelcomeState))
)]
async fn state(State(app): State<Arc<App>>) -> Result<Json<WelcomeState>, ApiError> {
    let set_up = welcome::is_set_up(&app.store).await?;
    Ok(Json(WelcomeState { set_up }))
}

/// What the first person says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BeginRequest {
    /// What stands behind the `#` of the link.
    #[schema(value_type = String)]
    secret: Secret,
    /// What the organisation is called.
    #[schema(example = "Groupimo", min_length = 1, max_length = 64)]
    organisation: String,
    /// What they are called.
    #[schema(example = "Claire Martin", min_length = 1, max_length = 64)]
    name: String,
    /// By which they will sign in.
    #[schema(example = "claire@example.org")]
    email: String,
    /// What they read; what the browser prefers without.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
    /// The first room.
    room: FirstRoom,
}

/// The first room of an organisation.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FirstRoom {
    /// Where it is found.
    #[schema(example = "groupimo")]
    address: String,
    /// What it is called.
    #[schema(example = "Groupimo", min_length = 1, max_length = 64)]
    name: String,
}

/// Make the organisation, its first owner and their first room
#[utoipa::path(
    post,
    path = "/api/v1/welcome",
    tag = "welcome",
    operation_id = "begin",
    request_body = BeginRequest,
    responses(
        (status = 200, description = "Signed in as the owner: the browser keeps a cookie", body = SignedInAs),
        (status = 400, description = "`invalid_address`", body = ApiError),
        (status = 409, description = "`link_dead`, also when there is an organisation already", body = ApiError),
        (status = 422, description = "`invalid_email` or `invalid_name`", body = ApiError),
    )
)]
async fn begin(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Body(request): Body<BeginRequest>,
) -> Result<Response, ApiError> {
    let address = RoomAddress::parse(&request.room.address)
        .map_err(|error| Error::malformed("invalid_address", error))?;
    let beginning = Beginning {
        organisation: name(&request.organisation)?,
        name: name(&request.name)?,
        email: email(&request.email)?,
        language: request.language.unwrap_or_else(|| preferred(&headers)),
        room: (address, name(&request.room.name)?),
    };
    let browser = Browser {
        device: &device(&headers),
        before: caller.signed.as_ref(),
    };
    let (now, in_a_room) = (Timestamp::now(), app.settings.max_participants_per_room);
    let begun = welcome::begin(&app.store, now, &request.secret, beginning, in_a_room, browser).await?;
    Ok(answer(&app, &sender, &begun))
}
