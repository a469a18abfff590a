//! `/api/v1/knocks` and `/api/v1/rooms/{address}/door`: knocking, and answering.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::door::Access;
use meetings::id::RoomId;
use serde::{Deserialize, Serialize};
use store::knocks::Knock as Row;
use store::{Announcement, Secret, Subject};
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, time};
use super::caller::device;
use super::error::ApiError;
use super::events::{Look, Sight, Why, watch};
use super::rooms::shapes::AccessSchema;
use super::sender::{Sender, seen_at};
use crate::actions::asker::Asker;
use crate::actions::door;
use crate::actions::error::Error;
use crate::actions::knocks::answering::{self, Decision, word};
use crate::actions::knocks::{self, View};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(follow, answer, go_away, one_door, all_doors, admit_all),
    components(schemas(KnockEvent, DoorEvent, DoorsEvent)),
    tags((name = "knocks", description = "Asking to be let in, and letting in"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/knocks", get(all_doors))
        .route("/api/v1/knocks/{knock}", get(follow).post(answer).delete(go_away))
        .route("/api/v1/rooms/{address}/door", get(one_door))
        .route("/api/v1/rooms/{address}/knocks/admit-all", post(admit_all))
}

/// What has become of a knock, for whoever knocked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KnockEvent {
    /// Nobody has answered.
    Waiting(Answerers),
    /// A host has asked them to wait.
    Held(Answerers),
    /// They may come in as soon as somebody leaves: the room is full.
    Full,
    /// They may come in.
    Admitted {
        /// Where a LiveKit client connects.
        url: String,
        /// With what.
        token: String,
    },
    /// They may not, for the rest of this meeting.
    Refused {
        /// Whom the organisation names for questions.
        #[serde(skip_serializing_if = "Option::is_none")]
        help_contact: Option<String>,
    },
    /// Nobody listened for half a minute, or the meeting is over: knock again.
    Expired,
}

/// Who is there to answer a knock.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answerers {
    /// A host is in the call.
    hosts: bool,
    /// Somebody is in the call who may answer.
    answerers: bool,
}

/// Follow a knock
///
/// Server-sent events, each a JSON object: what has become of the knock, at once and at each change. Listening is
/// what keeps a knock alive: one that nobody listens to for half a minute is given up. Ends after `admitted`,
/// `refused` or `expired`.
#[utoipa::path(
    get,
    path = "/api/v1/knocks/{knock}",
    tag = "knocks",
    operation_id = "follow_knock",
    params(("knock" = String, Path, description = "As `join` told it")),
    responses(
        (status = 200, description = "At once, and at each change", body = KnockEvent, content_type = "text/event-stream"),
        (status = 404, description = "`unknown_knock`", body = ApiError),
        (status = 503, description = "`busy`: too many pages listen", body = ApiError),
    )
)]
async fn follow(
    State(app): State<Arc<App>>,
    sender: Sender,
    Path(knock): Path<Secret>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let look = KnockLook {
        room: knocks::room_of(&app.store, &knock).await?,
        app: app.clone(),
        knock,
        device: device(&headers),
        seen_at: seen_at(app.settings.public_url.as_ref(), &sender, app.address),
    };
    watch(&app, sender.address, look).await
}

struct KnockLook {
    app: Arc<App>,
    knock: Secret,
    room: RoomId,
    device: String,
    seen_at: String,
}

impl Look for KnockLook {
    type Event = KnockEvent;

    fn concerns(&self, change: Announcement) -> bool {
        let subject = matches!(change.subject, Subject::Knock | Subject::Meeting | Subject::Room);
        subject && change.id == self.room.as_uuid()
    }

    async fn look(&mut self, why: Why) -> Result<Sight<KnockEvent>, Error> {
        let now = Timestamp::now();
        if why == Why::Beat {
            knocks::listen_on(&self.app.store, now, &self.knock).await?;
        }
        let view = knocks::look(
            &self.app.store,
            self.app.backend.as_ref(),
            now,
            &self.knock,
            &self.device,
            &self.seen_at,
        )
        .await?;
        Ok(match view {
            View::Waiting { held, presence } => {
                let answerers = Answerers {
                    hosts: presence.hosts,
                    answerers: presence.answerers,
                };
                Sight::Now(match held {
                    true => KnockEvent::Held(answerers),
                    false => KnockEvent::Waiting(answerers),
                })
            }
            View::Full => Sight::Now(KnockEvent::Full),
            View::Admitted(entrance) => Sight::Last(KnockEvent::Admitted {
                url: entrance.url,
                token: entrance.token.expose().to_owned(),
            }),
            View::Refused { help_contact } => Sight::Last(KnockEvent::Refused { help_contact }),
            View::Expired => Sight::Last(KnockEvent::Expired),
        })
    }
}

/// Go away from a door
#[utoipa::path(
    delete,
    path = "/api/v1/knocks/{knock}",
    tag = "knocks",
    operation_id = "give_up_knock",
    params(("knock" = String, Path, description = "As `join` told it")),
    responses(
        (status = 204, description = "Hosts see nobody there any more"),
        (status = 404, description = "`unknown_knock`", body = ApiError),
    )
)]
async fn go_away(State(app): State<Arc<App>>, Path(knock): Path<Secret>) -> Result<StatusCode, ApiError> {
    knocks::go_away(&app.store, &knock).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody before a door, as those see them who may answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Knock {
    /// Which.
    id: String,
    /// The name they gave.
    #[schema(example = "Samir Haddad")]
    name: String,
    /// `waiting` or `held`; `admitted`, `refused` or `expired` in an answer.
    #[schema(value_type = String, example = "waiting")]
    state: &'static str,
    /// When they knocked.
    #[schema(format = "date-time")]
    since: String,
    /// They are signed in: the name is of somebody with an account.
    known: bool,
}

impl From<Row> for Knock {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.as_str().to_owned(),
            state: word(row.state),
            since: time(row.created),
            known: row.person.is_some(),
        }
    }
}

/// What a host says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DecisionRequest {
    /// `admit`, `hold` or `refuse`.
    #[schema(value_type = String, example = "admit")]
    decision: Decision,
}

/// Answer a knock
///
/// By hosts of the room; and by members who are in the call while no host is, where the room lets them.
#[utoipa::path(
    post,
    path = "/api/v1/knocks/{knock}",
    tag = "knocks",
    operation_id = "answer_knock",
    params(("knock" = String, Path, description = "Its id")),
    request_body = DecisionRequest,
    responses(
        (status = 200, description = "Answered", body = Knock),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`hosts_only`", body = ApiError),
        (status = 404, description = "`unknown_knock`", body = ApiError),
        (status = 409, description = "`already_answered`: details.state says how", body = ApiError),
    )
)]
async fn answer(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(knock): Path<String>,
    Body(request): Body<DecisionRequest>,
) -> Result<Json<Knock>, ApiError> {
    let answered = answering::answer(&app.store, Timestamp::now(), &asker, &knock, request.decision).await?;
    Ok(Json(answered.into()))
}

/// How many were let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdmittedAll {
    /// So many.
    admitted: usize,
}

/// Let everybody in who knocks
#[utoipa::path(
    post,
    path = "/api/v1/rooms/{address}/knocks/admit-all",
    tag = "knocks",
    operation_id = "admit_all",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 200, description = "They may come in", body = AdmittedAll),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`hosts_only`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
    )
)]
async fn admit_all(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(address): Path<String>,
) -> Result<Json<AdmittedAll>, ApiError> {
    let admitted = answering::admit_all(&app.store, Timestamp::now(), &asker, &address).await?;
    Ok(Json(AdmittedAll { admitted }))
}

/// A door, as those see it who may answer there.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoorEvent {
    /// The padlock.
    #[schema(value_type = AccessSchema)]
    access: Access,
    /// Whoever watches may answer now; members may only while no host is there.
    may_answer: bool,
    /// Who stands there, the first to come first.
    knocks: Vec<Knock>,
}

/// Watch a room's door
///
/// Server-sent events, each a JSON object, at once and at each change on any server.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}/door",
    tag = "knocks",
    operation_id = "watch_door",
    params(("address" = String, Path, description = "One of the room's addresses, or its id")),
    responses(
        (status = 200, description = "At once, and at each change", body = DoorEvent, content_type = "text/event-stream"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`hosts_only`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
        (status = 503, description = "`busy`: too many pages listen", body = ApiError),
    )
)]
async fn one_door(
    State(app): State<Arc<App>>,
    sender: Sender,
    asker: Asker,
    Path(address): Path<String>,
) -> Result<Response, ApiError> {
    let look = DoorLook {
        room: door::room_of(&app.store, &address).await?,
        app: app.clone(),
        asker,
    };
    watch(&app, sender.address, look).await
}

struct DoorLook {
    app: Arc<App>,
    asker: Asker,
    room: RoomId,
}

impl Look for DoorLook {
    type Event = DoorEvent;

    fn concerns(&self, change: Announcement) -> bool {
        let subject = matches!(change.subject, Subject::Knock | Subject::Meeting | Subject::Room);
        subject && change.id == self.room.as_uuid()
    }

    async fn look(&mut self, _why: Why) -> Result<Sight<DoorEvent>, Error> {
        let seen = answering::watch(&self.app.store, &self.asker, self.room).await?;
        Ok(Sight::Now(DoorEvent {
            access: seen.room.access,
            may_answer: seen.may_answer,
            knocks: seen.knocks.into_iter().map(Knock::from).collect(),
        }))
    }
}

/// Who stands before the doors of all rooms somebody owns or hosts.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoorsEvent {
    /// Rooms where somebody knocks.
    rooms: Vec<DoorAt>,
}

/// A room where somebody knocks.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoorAt {
    /// Its address.
    address: String,
    /// Its name.
    name: String,
    /// Who stands there, the first to come first.
    knocks: Vec<Knock>,
}

/// Watch the doors of all one's rooms
///
/// Server-sent events, each a JSON object, at once and at each change: for hosts who are not in the call.
#[utoipa::path(
    get,
    path = "/api/v1/knocks",
    tag = "knocks",
    operation_id = "watch_doors",
    responses(
        (status = 200, description = "At once, and at each change", body = DoorsEvent, content_type = "text/event-stream"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 503, description = "`busy`: too many pages listen", body = ApiError),
    )
)]
async fn all_doors(State(app): State<Arc<App>>, sender: Sender, asker: Asker) -> Result<Response, ApiError> {
    let look = DoorsLook {
        app: app.clone(),
        asker,
    };
    watch(&app, sender.address, look).await
}

struct DoorsLook {
    app: Arc<App>,
    asker: Asker,
}

impl Look for DoorsLook {
    type Event = DoorsEvent;

    fn concerns(&self, change: Announcement) -> bool {
        matches!(change.subject, Subject::Knock)
    }

    async fn look(&mut self, _why: Why) -> Result<Sight<DoorsEvent>, Error> {
        let seen = answering::watch_all(&self.app.store, &self.asker).await?;
        let rooms = seen.into_iter().map(|(room, knocks)| DoorAt {
            address: room.address.to_string(),
            name: room.name,
            knocks: knocks.into_iter().map(Knock::from).collect(),
        });
        Ok(Sight::Now(DoorsEvent {
            rooms: rooms.collect(),
        }))
    }
}
