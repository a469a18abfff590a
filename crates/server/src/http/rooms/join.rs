//! Asking to join a room.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actions::join;
use crate::http::body::Body;
use crate::http::error::ApiError;
use crate::http::sender::{Sender, seen_at};
use crate::serve::App;

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
