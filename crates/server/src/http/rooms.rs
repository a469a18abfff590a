//! `/api/v1/rooms`: rooms as they are shown and listed.

pub mod addresses;
pub mod hosts;
pub mod import;
pub mod qr_code;
pub mod shapes;
pub mod write;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use meetings::id::RoomKind;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::body::{List, Query, Which};
use super::error::ApiError;
use super::lists;
use super::sender::Sender;
use crate::actions::caller::Caller;
use crate::actions::rooms::list::{self, Whose};
use crate::serve::App;
use shapes::{ListedRoom, Room};

/// Rooms that strangers of one network address look at: an office that arrives at once, and whoever reloads; whoever
/// would try names until one is a room needs years.
pub const LOOKS_PER_MINUTE: u32 = 240;

#[derive(OpenApi)]
#[openapi(
    paths(
        list_all,
        write::create,
        read,
        write::change,
        write::delete,
        addresses::check,
        addresses::add,
        addresses::remove,
        hosts::add,
        hosts::remove,
        qr_code::draw,
        import::import,
    ),
    tags((name = "rooms", description = "Permanent places with an address"))
)]
pub(super) struct Docs;

/// The routes of this folder.
pub fn routes() -> Router<Arc<App>> {
    let room = get(read).patch(write::change).delete(write::delete);
    let host = put(hosts::add).delete(hosts::remove);
    Router::new()
        .route("/api/v1/rooms", get(list_all).post(write::create))
        .route("/api/v1/rooms/import", post(import::import).layer(lists::limit()))
        .route("/api/v1/rooms/{address}", room)
        .route("/api/v1/rooms/{address}/addresses", post(addresses::add))
        .route(
            "/api/v1/rooms/{address}/addresses/{other}",
            delete(addresses::remove),
        )
        .route("/api/v1/rooms/{address}/hosts/{person}", host)
        .route("/api/v1/rooms/{address}/qr.svg", get(qr_code::draw))
        .route("/api/v1/room-addresses/{address}", get(addresses::check))
}

/// Which rooms are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only those that whoever asks owns or hosts
    #[serde(default)]
    mine: bool,
}

/// The rooms of the organisation, with who is in them now
///
/// Somebody who is not of the organisation sees their own.
#[utoipa::path(
    get,
    path = "/api/v1/rooms",
    tag = "rooms",
    operation_id = "list_rooms",
    params(ListQuery, Which<RoomKind>),
    responses(
        (status = 200, description = "Rooms, the oldest first", body = List<ListedRoom>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`", body = ApiError),
    )
)]
async fn list_all(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<ListQuery>,
    Which(cut): Which<RoomKind>,
) -> Result<Json<List<ListedRoom>>, ApiError> {
    let whose = if query.mine { Whose::Mine } else { Whose::All };
    let page = list::list(&app.store, app.backend.as_ref(), &caller, whose, cut).await?;
    Ok(Json(List::of(page, |listed| ListedRoom::of(&app, listed))))
}

/// A room, as whoever asks may see it
///
/// For one that does not exist, `unknown_room` tells in its details whether whoever asks may make it (`may_create`,
/// after signing in when `sign_in` is true), which room it would be taken for (`looks_like`), and by which `policy`
/// people get accounts here.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}",
    tag = "rooms",
    operation_id = "read_room",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 200, description = "The room", body = Room),
        (status = 400, description = "`invalid_address`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 409, description = "`not_set_up`", body = ApiError),
        (status = 429, description = "`too_many_requests`, for who is not signed in", body = ApiError),
    )
)]
async fn read(
    State(app): State<Arc<App>>,
    sender: Sender,
    caller: Caller,
    Path(address): Path<String>,
) -> Result<Json<Room>, ApiError> {
    if caller.signed.is_none() && !app.looks.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    show(&app, &caller, &address).await
}

/// A room as it is after what was done.
async fn show(app: &App, caller: &Caller, address: &str) -> Result<Json<Room>, ApiError> {
    let (seen, behind) = list::one(&app.store, app.backend.as_ref(), caller, address).await?;
    Ok(Json(Room::of(app, seen, behind)))
}
