//! `/api/v1/rooms/{address}/join` and `/place`: the door as those see it who want to come in.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::RoomId;
use serde::{Deserialize, Serialize};
use store::{Announcement, Subject};
use utoipa::{OpenApi, ToSchema};

use super::body::Body;
use super::caller::{browser_of, device};
use super::error::ApiError;
use super::events::{Look, Sight, Why, watch};
use super::language::preferred;
use super::sender::{Sender, seen_at};
use crate::actions::caller::Caller;
use crate::actions::door::{self, Answer, Arrival};
use crate::actions::error::Error;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(join, place), components(schemas(PlaceEvent)))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/rooms/{address}/join", post(join))
        .route("/api/v1/rooms/{address}/place", get(place))
}

/// Who wants to join.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// As others will see it: 1 to 64 characters. Guests must say one; people are called by their own without.
    #[schema(example = "Ada", min_length = 1, max_length = 64)]
    name: Option<String>,
    /// Whoever is in the call from another device wants to be in it twice.
    #[serde(default)]
    again: bool,
}

/// What came of asking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JoinAnswer {
    /// One may enter now.
    Admitted {
        /// Where a LiveKit client connects.
        #[schema(example = "wss://meet.example.org")]
        url: String,
        /// With what; good for ten minutes, and renewed while connected.
        token: String,
    },
    /// One stands before the door: `GET /api/v1/knocks/{knock}` tells what comes of it.
    Knocking {
        /// Which knock; whoever has this hears the answer.
        knock: String,
    },
}

/// Ask to join a room
///
/// Answers with a way in, or with a knock when a host must let one in first. A browser that has no mark yet gets a
/// cookie by which it is recognised for the rest of the meeting.
#[utoipa::path(
    post,
    path = "/api/v1/rooms/{address}/join",
    tag = "rooms",
    operation_id = "join_room",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    request_body = JoinRequest,
    responses(
        (status = 200, description = "A way in, or a knock", body = JoinAnswer),
        (status = 400, description = "`invalid_address` or `malformed`", body = ApiError),
        (status = 403, description = "`refused`: details.reason is sent_away, members_only or locked", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 409, description = "`full`: place tells when somebody leaves; `already_here`: details.devices says \
            where, and one may ask with again; `too_many_knocks`; `not_set_up`", body = ApiError),
        (status = 422, description = "`invalid_name`", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
        (status = 503, description = "`media_unavailable`", body = ApiError),
    )
)]
async fn join(
    State(app): State<Arc<App>>,
    sender: Sender,
    caller: Caller,
    Path(address): Path<String>,
    headers: HeaderMap,
    Body(request): Body<JoinRequest>,
) -> Result<Response, ApiError> {
    if !app.joins.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let by_program = headers.contains_key(header::AUTHORIZATION);
    let (browser, cookie) = match by_program {
        true => (None, None),
        false => {
            let (browser, cookie) = browser_of(&app, &caller, &sender);
            (Some(browser), cookie)
        }
    };
    let arrival = Arrival {
        caller: &caller,
        browser,
        name: request.name.as_deref(),
        again: request.again,
        device: &device(&headers),
        language: preferred(&headers),
        seen_at: &seen_at(app.settings.public_url.as_ref(), &sender, app.address),
    };
    let answer = door::join(
        &app.store,
        app.backend.as_ref(),
        Timestamp::now(),
        &address,
        arrival,
    )
    .await?;
    let answer = match answer {
        Answer::Admitted(entrance) => JoinAnswer::Admitted {
            url: entrance.url,
            token: entrance.token.expose().to_owned(),
        },
        Answer::Knocking(ticket) => JoinAnswer::Knocking {
            knock: ticket.0.expose().to_owned(),
        },
    };
    let cookies = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    Ok((AppendHeaders(cookies), Json(answer)).into_response())
}

/// Whether there is a place in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceEvent {
    /// There is one: ask to join.
    place: bool,
}

/// Hear when there is a place in a room
///
/// Server-sent events, for whoever was told `full`; each holds a JSON object.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}/place",
    tag = "rooms",
    operation_id = "watch_place",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 200, description = "At once, and at each change", body = PlaceEvent, content_type = "text/event-stream"),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 503, description = "`busy`: too many pages listen", body = ApiError),
    )
)]
async fn place(
    State(app): State<Arc<App>>,
    sender: Sender,
    Path(address): Path<String>,
) -> Result<Response, ApiError> {
    let room = door::room_of(&app.store, &address).await?;
    let look = PlaceLook {
        app: app.clone(),
        room,
    };
    watch(&app, sender.address, look).await
}

struct PlaceLook {
    app: Arc<App>,
    room: RoomId,
}

impl Look for PlaceLook {
    type Event = PlaceEvent;

    fn concerns(&self, change: Announcement) -> bool {
        matches!(change.subject, Subject::Meeting | Subject::Room) && change.id == self.room.as_uuid()
    }

    async fn look(&mut self, _why: Why) -> Result<Sight<PlaceEvent>, Error> {
        let place = door::place_in(&self.app.store, self.app.backend.as_ref(), self.room).await?;
        Ok(Sight::Now(PlaceEvent { place }))
    }
}
