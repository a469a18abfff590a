//! Making, changing and taking away rooms.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use meetings::address::{AddressError, RoomAddress};
use meetings::display_name::DisplayName;
use meetings::door::Access;
use meetings::rooms::{Part, Welcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{AccessSchema, Room};
use super::show;
use crate::actions::asker::Asker;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::once::Once;
use crate::actions::rooms::change::{self as changing, Change};
use crate::actions::rooms::create::{self as making, NewRoom};
use crate::http::body::{Body, id, nullable};
use crate::http::error::ApiError;
use crate::http::hosting::hosting;
use crate::serve::App;

/// A room to make.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(super) struct CreateRoom {
    /// The word after the slash: 1 to 63 letters a to z, digits and hyphens.
    #[schema(example = "groupimo")]
    address: String,
    /// What it is called: 1 to 64 characters; as its address is spoken without.
    #[schema(example = "Groupimo")]
    name: Option<String>,
    /// Who enters and who knocks; `knock` without.
    #[schema(value_type = Option<AccessSchema>)]
    access: Option<Access>,
    /// The id of the establishment to which it belongs; where its address says without.
    establishment: Option<String>,
    /// How many fit; 50 without.
    people_limit: Option<i64>,
    /// What everybody reads before they join: plain text of at most 2 000 characters.
    welcome: Option<String>,
}

/// What changes about a room; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ChangeRoom {
    /// What it is called: 1 to 64 characters.
    name: Option<String>,
    /// Who enters and who knocks. Hosts may change it.
    #[schema(value_type = Option<AccessSchema>)]
    access: Option<Access>,
    /// Its main address; the former one leads to it from then on.
    address: Option<String>,
    /// The id of the establishment to which it belongs; `null`: to none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    establishment: Option<Option<String>>,
    /// How many fit.
    people_limit: Option<i64>,
    /// What everybody reads before they join; `null`: nothing. Hosts may change it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    welcome: Option<Option<String>>,
    /// Members who are present answer knocks while no host is there. Hosts may change it.
    members_answer: Option<bool>,
    /// The id of somebody to whom it is handed over; who owned it stays its host.
    owner: Option<String>,
}

/// Make a room
///
/// Sent again with the same `Idempotency-Key` within a day, it gives the room that was made the first time.
#[utoipa::path(
    post,
    path = "/api/v1/rooms",
    tag = "rooms",
    operation_id = "create_room",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    request_body = CreateRoom,
    responses(
        (status = 201, description = "The room", body = Room),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `right_missing`", body = ApiError),
        (status = 404, description = "`gone`: it was made with this key, and is not there any more", body = ApiError),
        (status = 409, description = "`address_taken`, `address_looks_alike` (with alternatives), `has_a_room`", body = ApiError),
        (status = 422, description = "`invalid_address`, `reserved_address`, `prefix_needed`, `prefix_held`, \
            `unknown_establishment`, `invalid_room_name`, `invalid_welcome`, `invalid_people_limit`, \
            `idempotency_key_reused`", body = ApiError),
    )
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<CreateRoom>,
) -> Result<(StatusCode, Json<Room>), ApiError> {
    let once = match headers.get("idempotency-key") {
        Some(key) => {
            let content = serde_json::to_vec(&("room", &request)).expect("a request is always JSON");
            Some(Once::parse(key.to_str().unwrap_or_default(), content)?)
        }
        None => None,
    };
    let wanted = NewRoom {
        address: chosen(&request.address)?,
        name: request.name.as_deref().map(name).transpose()?,
        access: request.access.unwrap_or(Access::Knock),
        establishment: request.establishment.as_deref().map(id).transpose()?,
        people_limit: request.people_limit.map(people),
        welcome: match request.welcome.as_deref() {
            Some(text) => welcome(text)?,
            None => None,
        },
    };
    let installation = app.settings.max_participants_per_room;
    let room = making::create(&app.store, installation, &caller, Timestamp::now(), once, wanted).await?;
    Ok((
        StatusCode::CREATED,
        show(&app, &caller, &room.id.to_string()).await?,
    ))
}

/// Change a room
///
/// All of it or nothing. Its hosts may turn its padlock, change its welcome and let members answer; the rest is for its
/// owner and for administrators. Whoever was made a host of the meeting that goes on may turn the padlock with the token
/// of their call as Bearer.
#[utoipa::path(
    patch,
    path = "/api/v1/rooms/{address}",
    tag = "rooms",
    operation_id = "change_room",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    request_body = ChangeRoom,
    responses(
        (status = 200, description = "The room", body = Room),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`, `right_missing`, `hosts_only`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 409, description = "`address_taken`, `address_looks_alike` (with alternatives), `room_in_use`", body = ApiError),
        (status = 422, description = "`invalid_address`, `reserved_address`, `prefix_needed`, `prefix_held`, \
            `unknown_establishment`, `invalid_room_name`, `invalid_welcome`, `invalid_people_limit`, \
            `cannot_own_rooms`", body = ApiError),
        (status = 503, description = "`media_unavailable`", body = ApiError),
    )
)]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(address): Path<String>,
    Body(request): Body<ChangeRoom>,
) -> Result<Json<Room>, ApiError> {
    let change = Change {
        name: request.name.as_deref().map(name).transpose()?,
        access: request.access,
        address: request.address.as_deref().map(chosen).transpose()?,
        establishment: match request.establishment {
            Some(Some(text)) => Some(Some(id(&text)?)),
            Some(None) => Some(None),
            None => None,
        },
        people_limit: request.people_limit.map(people),
        welcome: match request.welcome {
            Some(text) => Some(welcome(text.as_deref().unwrap_or_default())?),
            None => None,
        },
        members_answer: request.members_answer,
        owner: request.owner.as_deref().map(id).transpose()?,
    };
    let caller = match (&asker, change.access) {
        (Asker::Caller(caller), _) => caller,
        (Asker::Participant(_), Some(access)) if change.parts() == [Part::Access] => {
            let room = hosting(&app, &asker).padlock(&address, access).await?;
            return show(&app, &Caller::default(), &room.id.to_string()).await;
        }
        (Asker::Participant(_), _) => {
            let message = "with the token of a call one turns the padlock, and nothing else";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "hosts_only", message));
        }
    };
    let (store, backend) = (&app.store, app.backend.as_ref());
    let installation = app.settings.max_participants_per_room;
    let now = Timestamp::now();
    let room = changing::change(store, backend, installation, caller, now, &address, change).await?;
    show(&app, caller, &room.id.to_string()).await
}

/// Take a room away
///
/// Its addresses are free then; a meeting that goes on in it ends.
#[utoipa::path(
    delete,
    path = "/api/v1/rooms/{address}",
    tag = "rooms",
    operation_id = "delete_room",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `room_not_yours`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
    )
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(address): Path<String>,
) -> Result<StatusCode, ApiError> {
    changing::delete(
        &app.store,
        app.backend.as_ref(),
        &caller,
        Timestamp::now(),
        &address,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An address somebody chooses for a room.
pub(super) fn chosen(text: &str) -> Result<RoomAddress, Error> {
    RoomAddress::parse(text).map_err(|error| match error {
        AddressError::Form => Error::invalid("invalid_address", error),
        AddressError::Reserved => Error::invalid("reserved_address", error),
    })
}

fn name(text: &str) -> Result<DisplayName, Error> {
    DisplayName::parse(text).map_err(|error| Error::invalid("invalid_room_name", error))
}

fn welcome(text: &str) -> Result<Option<Welcome>, Error> {
    Welcome::parse(text).map_err(|error| Error::invalid("invalid_welcome", error))
}

/// A number of people; one that is far from any stays so.
fn people(number: i64) -> u16 {
    u16::try_from(number.max(0)).unwrap_or(u16::MAX)
}
