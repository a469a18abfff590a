//! Who hosts a room beside its owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;

use super::shapes::Room;
use super::show;
use crate::actions::caller::Caller;
use crate::actions::rooms::hosts;
use crate::http::body::id;
use crate::http::error::ApiError;
use crate::serve::App;

/// Make somebody a host of a room
#[utoipa::path(
    put,
    path = "/api/v1/rooms/{address}/hosts/{person}",
    tag = "rooms",
    operation_id = "add_room_host",
    params(
        ("address" = String, Path, description = "One of the room's addresses, or its id"),
        ("person" = String, Path, description = "The id of a person"),
    ),
    responses(
        (status = 200, description = "They host it", body = Room),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`", body = ApiError),
        (status = 404, description = "`unknown_room`, `unknown_host`", body = ApiError),
        (status = 409, description = "`too_many_hosts`", body = ApiError),
    )
)]
pub(super) async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((address, person)): Path<(String, String)>,
) -> Result<Json<Room>, ApiError> {
    let person = id(&person)?;
    let room = hosts::add(&app.store, &caller, Timestamp::now(), &address, person).await?;
    show(&app, &caller, &room.id.to_string()).await
}

/// Make somebody no host of a room any more
///
/// Hosts may do so themselves.
#[utoipa::path(
    delete,
    path = "/api/v1/rooms/{address}/hosts/{person}",
    tag = "rooms",
    operation_id = "remove_room_host",
    params(
        ("address" = String, Path, description = "One of the room's addresses, or its id"),
        ("person" = String, Path, description = "The id of a person"),
    ),
    responses(
        (status = 204, description = "They do not host it any more"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`", body = ApiError),
        (status = 404, description = "`unknown_room`, `unknown_host`", body = ApiError),
    )
)]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((address, person)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let person = id(&person)?;
    hosts::remove(&app.store, &caller, Timestamp::now(), &address, person).await?;
    Ok(StatusCode::NO_CONTENT)
}
