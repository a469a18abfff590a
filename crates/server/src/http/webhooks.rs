//! `/api/v1/webhooks`: which programs are told what happens, what they were told, and telling it again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::{DeliveryKind, WebhookKind};
use meetings::webhook::Event;
use serde::{Deserialize, Serialize};
use store::deliveries;
use url::Url;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, Which, id, name};
use super::error::ApiError;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::webhooks::{self, Change, NewWebhook};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(list, add, change, remove, renew_secret, list_deliveries, replay),
    tags((name = "webhooks", description = "Programs that are told what happens (Standard Webhooks)"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/webhooks", get(list).post(add))
        .route("/api/v1/webhooks/{id}", patch(change).delete(remove))
        .route("/api/v1/webhooks/{id}/secret", post(renew_secret))
        .route("/api/v1/webhooks/{id}/deliveries", get(list_deliveries))
        .route("/api/v1/deliveries/{id}/replay", post(replay))
}

/// A program that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Which.
    id: String,
    /// What people call it.
    #[schema(example = "Agenda")]
    name: String,
    /// Where it is told.
    #[schema(example = "https://hooks.example.org/palabre")]
    url: String,
    /// Of what: `room.created`, `room.changed`, `room.deleted`, `meeting.started`, `meeting.ended`,
    /// `participant.joined`, `participant.left`.
    events: Vec<String>,
    /// It is told.
    enabled: bool,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// Verifies what it is told, as the Standard Webhooks specification says; told when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

impl Webhook {
    fn of(webhook: store::webhooks::Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            name: webhook.name,
            url: webhook.url,
            events: webhook.events,
            enabled: webhook.enabled,
            created: webhook.created,
            secret: None,
        }
    }

    fn with_secret(webhook: store::webhooks::Webhook) -> Self {
        let secret = Some(webhook.secret.expose().to_owned());
        Self {
            secret,
            ..Self::of(webhook)
        }
    }
}

/// A program that is to be told.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WebhookRequest {
    /// What people call it: 1 to 64 characters.
    name: String,
    /// Where it is told: `https://` or `http://`.
    url: String,
    /// Of what; one at least.
    events: Vec<String>,
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WebhookChange {
    /// What people call it.
    name: Option<String>,
    /// Where it is told.
    url: Option<String>,
    /// Of what; one at least.
    events: Option<Vec<String>>,
    /// It is told.
    enabled: Option<bool>,
}

fn url(text: &str) -> Result<Url, Error> {
    let message = "a webhook's address begins with https:// or http://, holds no password, and has at most 500 characters";
    let invalid = || Error::invalid("invalid_webhook_url", message);
    let url = Url::parse(text.trim()).map_err(|_| invalid())?;
    let fits = matches!(url.scheme(), "https" | "http")
        && url.host_str().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= 500;
    fits.then_some(url).ok_or_else(invalid)
}

fn events(words: &[String]) -> Result<Vec<Event>, Error> {
    let message = "a webhook is told of one event at least, as room.created";
    let invalid = || Error::invalid("invalid_events", message);
    let mut read = Vec::new();
    for word in words {
        let event = Event::parse(word).map_err(|_| invalid())?;
        if !read.contains(&event) {
            read.push(event);
        }
    }
    match read.is_empty() {
        true => Err(invalid()),
        false => Ok(read),
    }
}

/// The webhooks
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    tag = "webhooks",
    operation_id = "list_webhooks",
    params(Which<WebhookKind>),
    responses(
        (status = 200, description = "Webhooks, the oldest first", body = List<Webhook>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Which(cut): Which<WebhookKind>,
) -> Result<Json<List<Webhook>>, ApiError> {
    let page = webhooks::list(&app.store, &caller, cut).await?;
    Ok(Json(List::of(page, Webhook::of)))
}

/// Add a webhook
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    tag = "webhooks",
    operation_id = "add_webhook",
    request_body = WebhookRequest,
    responses(
        (status = 201, description = "The webhook, with its secret", body = Webhook),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 409, description = "`too_many_webhooks`", body = ApiError),
        (
            status = 422,
            description = "`invalid_name`, `invalid_webhook_url`, `webhook_private` or `invalid_events`",
            body = ApiError
        ),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<WebhookRequest>,
) -> Result<(StatusCode, Json<Webhook>), ApiError> {
    let wanted = NewWebhook {
        name: name(&request.name)?,
        url: url(&request.url)?,
        events: events(&request.events)?,
    };
    let added = webhooks::add(&app.store, &app.carrier, &caller, Timestamp::now(), wanted).await?;
    Ok((StatusCode::CREATED, Json(Webhook::with_secret(added))))
}

/// Change a webhook
#[utoipa::path(
    patch,
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    operation_id = "change_webhook",
    params(("id" = String, Path, description = "Which webhook")),
    request_body = WebhookChange,
    responses(
        (status = 200, description = "The webhook, changed", body = Webhook),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_webhook`", body = ApiError),
        (
            status = 422,
            description = "`invalid_name`, `invalid_webhook_url`, `webhook_private` or `invalid_events`",
            body = ApiError
        ),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
    Body(request): Body<WebhookChange>,
) -> Result<Json<Webhook>, ApiError> {
    let change = Change {
        name: request.name.as_deref().map(name).transpose()?,
        url: request.url.as_deref().map(url).transpose()?,
        events: request.events.as_deref().map(events).transpose()?,
        enabled: request.enabled,
    };
    let now = Timestamp::now();
    let changed = webhooks::change(&app.store, &app.carrier, &caller, now, id(&which)?, change).await?;
    Ok(Json(Webhook::of(changed)))
}

/// Take a webhook away
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    operation_id = "remove_webhook",
    params(("id" = String, Path, description = "Which webhook")),
    responses(
        (status = 204, description = "It is told nothing more, and what it was told is forgotten"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_webhook`", body = ApiError),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    webhooks::remove(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook a new secret
///
/// The secret before signs nothing more.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/secret",
    tag = "webhooks",
    operation_id = "renew_webhook_secret",
    params(("id" = String, Path, description = "Which webhook")),
    responses(
        (status = 200, description = "The webhook, with its new secret", body = Webhook),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_webhook`", body = ApiError),
    )
)]
async fn renew_secret(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<Json<Webhook>, ApiError> {
    let renewed = webhooks::renew_secret(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(Json(Webhook::with_secret(renewed)))
}

/// One thing told to one webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Which; header `webhook-id`, the same with every attempt.
    id: String,
    /// What happened.
    #[schema(example = "room.created")]
    event: String,
    /// What was said.
    payload: String,
    /// What came of it.
    state: DeliveryState,
    /// How often it was tried.
    attempts: u32,
    /// The status of the last answer; absent when there was none.
    status: Option<u16>,
    /// How the last answer began, or why there was none.
    answer: Option<String>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// When the webhook last said that it heard.
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered: Option<Timestamp>,
}

/// See [`Delivery::state`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is still tried.
    Waiting,
    /// The webhook said that it heard.
    Delivered,
    /// It was tried too often, or cannot succeed.
    Failed,
}

impl Delivery {
    fn of(delivery: deliveries::Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            event: delivery.event,
            payload: delivery.payload,
            state: match delivery.state {
                deliveries::State::Waiting => DeliveryState::Waiting,
                deliveries::State::Delivered => DeliveryState::Delivered,
                deliveries::State::Failed => DeliveryState::Failed,
            },
            attempts: delivery.attempts,
            status: delivery.status,
            answer: delivery.answer,
            created: delivery.created,
            delivered: delivery.delivered,
        }
    }
}

/// What a webhook was told
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}/deliveries",
    tag = "webhooks",
    operation_id = "list_deliveries",
    params(("id" = String, Path, description = "Which webhook"), Which<DeliveryKind>),
    responses(
        (status = 200, description = "Deliveries of the last 30 days, the newest first", body = List<Delivery>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_webhook`", body = ApiError),
    )
)]
async fn list_deliveries(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
    Which(cut): Which<DeliveryKind>,
) -> Result<Json<List<Delivery>>, ApiError> {
    let page = webhooks::told(&app.store, &caller, id(&which)?, cut).await?;
    Ok(Json(List::of(page, Delivery::of)))
}

/// Tell a webhook again
///
/// Under the same id, so that a webhook which heard may leave it at that.
#[utoipa::path(
    post,
    path = "/api/v1/deliveries/{id}/replay",
    tag = "webhooks",
    operation_id = "replay_delivery",
    params(("id" = String, Path, description = "Which delivery")),
    responses(
        (status = 202, description = "It is told again", body = Delivery),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_delivery`", body = ApiError),
        (status = 409, description = "`delivery_waits`", body = ApiError),
    )
)]
async fn replay(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<(StatusCode, Json<Delivery>), ApiError> {
    let again = webhooks::replay(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok((StatusCode::ACCEPTED, Json(Delivery::of(again))))
}
