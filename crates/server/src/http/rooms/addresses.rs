//! The addresses of a room, and whether one could be had.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::Room;
use super::show;
use super::write::chosen;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::rooms::addresses;
use crate::http::body::{Body, Query, id};
use crate::http::error::ApiError;
use crate::serve::App;

/// One more address.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewAddress {
    /// The word after the slash.
    #[schema(example = "groupimogestion")]
    address: String,
}

/// Give a room one more address
#[utoipa::path(
    post,
    path = "/api/v1/rooms/{address}/addresses",
    tag = "rooms",
    operation_id = "add_room_address",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    request_body = NewAddress,
    responses(
        (status = 201, description = "The room, with the address", body = Room),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 409, description = "`address_taken`, `address_looks_alike` (with alternatives), `too_many_addresses`", body = ApiError),
        (status = 422, description = "`invalid_address`, `reserved_address`, `prefix_held`", body = ApiError),
    )
)]
pub(super) async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(address): Path<String>,
    Body(request): Body<NewAddress>,
) -> Result<(StatusCode, Json<Room>), ApiError> {
    let wanted = chosen(&request.address)?;
    let room = addresses::add(&app.store, &caller, Timestamp::now(), &address, wanted).await?;
    Ok((
        StatusCode::CREATED,
        show(&app, &caller, &room.id.to_string()).await?,
    ))
}

/// Take an alias or a former address away from a room
#[utoipa::path(
    delete,
    path = "/api/v1/rooms/{address}/addresses/{other}",
    tag = "rooms",
    operation_id = "remove_room_address",
    params(
        ("address" = String, Path, description = "One of the room's addresses, or its id"),
        ("other" = String, Path, description = "The address that goes"),
    ),
    responses(
        (status = 204, description = "The address is free"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`", body = ApiError),
        (status = 404, description = "`unknown_room`, `unknown_address`", body = ApiError),
        (status = 409, description = "`main_address`", body = ApiError),
    )
)]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((address, other)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    addresses::remove(&app.store, &caller, Timestamp::now(), &address, &other).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For which room an address is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckQuery {
    /// The id of the establishment to which a new room is to belong
    establishment: Option<String>,
    /// The room that is to be renamed, by an address or its id; without, it is for a new one
    room: Option<String>,
}

/// Whether an address could be had.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressCheck {
    /// It could.
    free: bool,
    /// If not: the code of the refusal that choosing it would earn.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// If not: the details of that refusal, often with `alternatives` that are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<serde_json::Value>,
}

/// Whether a room could be found under an address
#[utoipa::path(
    get,
    path = "/api/v1/room-addresses/{address}",
    tag = "rooms",
    operation_id = "check_room_address",
    params(CheckQuery, ("address" = String, Path, description = "The address that is wanted")),
    responses(
        (status = 200, description = "Whether it could, and if not, why and how else", body = AddressCheck),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 422, description = "`unknown_establishment`", body = ApiError),
    )
)]
pub(super) async fn check(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(address): Path<String>,
    Query(query): Query<CheckQuery>,
) -> Result<Json<AddressCheck>, ApiError> {
    let establishment = query.establishment.as_deref().map(id).transpose()?;
    let refusal = match chosen(&address) {
        Ok(address) => {
            let room = query.room.as_deref();
            addresses::check(&app.store, &caller, &address, establishment, room).await?
        }
        Err(refusal) => Some(refusal),
    };
    let (code, details) = match refusal {
        Some(Error { code, details, .. }) => (Some(code), details),
        None => (None, None),
    };
    Ok(Json(AddressCheck {
        free: code.is_none(),
        code,
        details,
    }))
}
