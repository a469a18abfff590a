//! `/api/v1/rooms`: who is in a room, and how to get in.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sfu::signal::ParticipantState;
use utoipa::{OpenApi, ToSchema};

use super::body::Body;
use super::error::ApiError;
use super::sender::{Sender, seen_at};
use crate::actions::join::{self, JoinError};
use crate::serve::App;
use meetings::address::RoomAddress;

#[derive(OpenApi)]
#[openapi(
    paths(read, join),
    tags((name = "rooms", description = "Permanent places with an address"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/rooms/{address}", get(read))
        .route("/api/v1/rooms/{address}/join", post(join))
}

/// A room as anybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Room {
    /// The word after the slash.
    #[schema(example = "groupimo")]
    pub address: String,
    /// What it is called, when it has a name besides its address.
    pub name: Option<String>,
    /// Who is in it now.
    pub participants: Vec<Participant>,
    /// How many are in it now.
    pub participant_count: usize,
    /// How many fit; 0 when there is no limit.
    pub max_participants: u32,
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participant {
    /// As others see it.
    #[schema(example = "Ada")]
    pub name: String,
}

/// Who wants to join.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// As others will see it: 1 to 64 characters.
    #[schema(example = "Ada", min_length = 1, max_length = 64)]
    pub name: String,
}

/// A way in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Admitted {
    /// Always `admitted`.
    pub state: AdmittedState,
    /// Where a LiveKit client connects.
    #[schema(example = "wss://meet.example.org")]
    pub url: String,
    /// With what; good for ten minutes, and renewed while connected.
    pub token: String,
}

/// See [`Admitted::state`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdmittedState {
    /// One may enter now.
    Admitted,
}

/// Who is in a room
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}",
    tag = "rooms",
    operation_id = "read_room",
    params(("address" = String, Path, description = "The room's address")),
    responses(
        (status = 200, description = "The room; one where nobody is looks like any other", body = Room),
        (status = 400, description = "`invalid_address`", body = ApiError),
        (status = 502, description = "`media_unavailable`", body = ApiError),
    )
)]
pub async fn read(State(app): State<Arc<App>>, Path(address): Path<String>) -> Result<Json<Room>, ApiError> {
    let address = RoomAddress::parse(&address).map_err(JoinError::Address)?;
    let found = app
        .backend
        .participants(address.as_str())
        .await
        .map_err(JoinError::Backend)?;
    let participants: Vec<_> = found
        .into_iter()
        .filter(|one| !one.permission.hidden && one.state != ParticipantState::Disconnected)
        .map(|one| Participant {
            name: if one.name.is_empty() {
                one.identity.0
            } else {
                one.name
            },
        })
        .collect();
    Ok(Json(Room {
        address: address.to_string(),
        name: None,
        participant_count: participants.len(),
        participants,
        max_participants: app.settings.max_participants_per_room,
    }))
}

/// Ask to join a room
#[utoipa::path(
    post,
    path = "/api/v1/rooms/{address}/join",
    tag = "rooms",
    operation_id = "join_room",
    params(("address" = String, Path, description = "The room's address")),
    request_body = JoinRequest,
    responses(
        (status = 200, description = "A way in", body = Admitted),
        (status = 400, description = "`invalid_address` or `malformed`", body = ApiError),
        (status = 404, description = "`unknown_room`: rooms do not open by themselves here", body = ApiError),
        (status = 409, description = "`full`", body = ApiError),
        (status = 422, description = "`invalid_name`", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
        (status = 502, description = "`media_unavailable`", body = ApiError),
    )
)]
pub async fn join(
    State(app): State<Arc<App>>,
    Path(address): Path<String>,
    sender: Sender,
    Body(request): Body<JoinRequest>,
) -> Result<Json<Admitted>, ApiError> {
    if !app.joins.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let url = seen_at(app.settings.public_url.as_ref(), &sender, app.address);
    let auto_create = app.settings.auto_create;
    let entrance = join::join(app.backend.as_ref(), auto_create, &address, &request.name, &url).await?;
    Ok(Json(Admitted {
        state: AdmittedState::Admitted,
        url: entrance.url,
        token: entrance.token.expose().to_owned(),
    }))
}
