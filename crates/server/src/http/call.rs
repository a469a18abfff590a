//! `/api/v1/call`: what somebody in a call asks for, with the token of their call as Bearer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::door::Access;
use meetings::hosting::{Rank, Role};
use meetings::id::ChatMessageKind;
use serde::{Deserialize, Serialize};
use store::chat_messages::ChatMessage;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, Which, time};
use super::error::ApiError;
use super::rooms::shapes::AccessSchema;
use crate::actions::call::{self, Participant};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(read, raise_hand, write, messages),
    tags((name = "call", description = "Inside a call, with its token as Bearer"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/call", get(read))
        .route("/api/v1/call/hand", post(raise_hand))
        .route("/api/v1/call/messages", post(write).get(messages))
}

/// A call, as one of its participants sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    /// The room's main address.
    #[schema(example = "groupimo")]
    address: String,
    /// What it is called.
    name: String,
    /// The padlock.
    #[schema(value_type = AccessSchema)]
    access: Access,
    /// Who asks, for machines.
    identity: String,
    /// What they are: `host`, `member` or `guest`.
    #[schema(value_type = String, example = "host")]
    role: Role,
    /// They may do what hosts do.
    hosts: bool,
}

/// Read one's call
#[utoipa::path(
    get,
    path = "/api/v1/call",
    tag = "call",
    operation_id = "read_call",
    responses(
        (status = 200, description = "The call, and what one is in it", body = Call),
        (status = 401, description = "`invalid_token`", body = ApiError),
        (status = 403, description = "`not_in_call`", body = ApiError),
    )
)]
async fn read(who: Participant) -> Json<Call> {
    Json(Call {
        address: who.room.address.to_string(),
        name: who.room.name,
        access: who.room.access,
        identity: who.identity,
        role: who.rank.role(),
        hosts: who.rank >= Rank::Host,
    })
}

/// A hand.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct Hand {
    /// It is up.
    raised: bool,
}

/// Raise one's hand, or take it down
///
/// Everybody sees it as the participant's attribute `hand`: since when, in milliseconds; absent while it is down.
#[utoipa::path(
    post,
    path = "/api/v1/call/hand",
    tag = "call",
    operation_id = "raise_hand",
    request_body = Hand,
    responses(
        (status = 200, description = "As it is now", body = Hand),
        (status = 401, description = "`invalid_token`", body = ApiError),
        (status = 403, description = "`not_in_call`", body = ApiError),
    )
)]
async fn raise_hand(
    State(app): State<Arc<App>>,
    who: Participant,
    Body(hand): Body<Hand>,
) -> Result<Json<Hand>, ApiError> {
    call::raise_hand(app.backend.as_ref(), Timestamp::now(), &who, hand.raised).await?;
    Ok(Json(hand))
}

/// What somebody writes to everybody.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MessageRequest {
    /// Plain text of 1 to 4000 characters.
    #[schema(example = "Bonjour", min_length = 1, max_length = 4000)]
    text: String,
}

/// Something that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    /// Which.
    id: String,
    /// Who wrote it, for machines.
    identity: String,
    /// Under which name.
    name: String,
    /// Plain text.
    text: String,
    /// When.
    #[schema(format = "date-time")]
    sent: String,
}

impl From<&ChatMessage> for Message {
    fn from(message: &ChatMessage) -> Self {
        Self {
            id: message.id.to_string(),
            identity: message.identity.clone(),
            name: message.name.clone(),
            text: message.text.clone(),
            sent: time(message.sent),
        }
    }
}

/// Write to everybody in the call
///
/// The message is kept before this answers, and everybody in the call gets it as a data message of the topic
/// `palabre.chat`, in the same form.
#[utoipa::path(
    post,
    path = "/api/v1/call/messages",
    tag = "call",
    operation_id = "write_message",
    request_body = MessageRequest,
    responses(
        (status = 201, description = "It is kept", body = Message),
        (status = 401, description = "`invalid_token`", body = ApiError),
        (status = 403, description = "`not_in_call`", body = ApiError),
        (status = 422, description = "`invalid_message`: empty, or longer than 4000 characters", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
    )
)]
async fn write(
    State(app): State<Arc<App>>,
    who: Participant,
    Body(request): Body<MessageRequest>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    if !app
        .messages
        .count((who.room.id, who.identity.clone()), Instant::now())
    {
        return Err(ApiError::too_many_requests());
    }
    let encode = |message: &ChatMessage| {
        serde_json::to_vec(&Message::from(message)).expect("a message is always JSON")
    };
    let backend = app.backend.as_ref();
    let kept = call::write(&app.store, backend, Timestamp::now(), &who, &request.text, encode).await?;
    Ok((StatusCode::CREATED, Json(Message::from(&kept))))
}

/// Read what was written in this meeting
#[utoipa::path(
    get,
    path = "/api/v1/call/messages",
    tag = "call",
    operation_id = "read_messages",
    params(Which<ChatMessageKind>),
    responses(
        (status = 200, description = "The oldest first", body = List<Message>),
        (status = 401, description = "`invalid_token`", body = ApiError),
        (status = 403, description = "`not_in_call`", body = ApiError),
    )
)]
async fn messages(
    State(app): State<Arc<App>>,
    who: Participant,
    Which(cut): Which<ChatMessageKind>,
) -> Result<Json<List<Message>>, ApiError> {
    let page = call::messages(&app.store, &who, cut).await?;
    Ok(Json(List::of(page, |message| Message::from(&message))))
}
