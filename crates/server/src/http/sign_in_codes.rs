//! `/api/v1/sign-in/codes`: asking for a code by mail, and signing in with it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::language::Language;
use meetings::sign_in::{Code, Digest};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, email, id, name};
use super::caller::{browser_of, device};
use super::cookies;
use super::error::ApiError;
use super::language::preferred;
use super::limiter::subscriber;
use super::sender::Sender;
use super::sign_in::{SignedInAs, answer};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::sign_in::codes::{self, Request, Try};
use crate::actions::sign_in::{Browser, purpose};
use crate::serve::App;

/// Every answer about a code that was asked for takes this long, well above what the work takes: how long it took
/// would tell whether a mail was written, and so whether somebody has an account.
const ANSWERED_AFTER: Duration = Duration::from_millis(300);

#[derive(OpenApi)]
#[openapi(paths(ask, try_code))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/sign-in/codes", post(ask))
        .route("/api/v1/sign-in/codes/{id}", post(try_code))
}

/// Somebody who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeRequest {
    /// Where the code is to be sent.
    #[schema(example = "claire@example.org")]
    email: String,
    /// What they read, when no account says it; what the browser prefers without.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
}

/// A code was asked for. Whether it was sent is not said: only who has the mailbox is to know who has an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeAsked {
    /// With what the code is tried.
    id: String,
    /// It is good until then, in this browser.
    #[schema(value_type = String, format = DateTime)]
    good_until: Timestamp,
}

/// Ask for a code by mail
///
/// The answer is the same for mailboxes that nobody here has. A mailbox gets at most 5 mails an hour, and a network
/// address asks at most 20 times; beyond that nothing is sent, with the same answer.
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/codes",
    tag = "sign-in",
    operation_id = "ask_for_sign_in_code",
    request_body = CodeRequest,
    responses(
        (status = 202, description = "A code is on its way, if the mailbox may sign in", body = CodeAsked),
        (status = 409, description = "`not_set_up`, or `mail_not_set_up`", body = ApiError),
        (status = 422, description = "`invalid_email`", body = ApiError),
    )
)]
async fn ask(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Body(request): Body<CodeRequest>,
) -> Result<Response, ApiError> {
    let answer_at = Instant::now() + ANSWERED_AFTER;
    let email = email(&request.email)?;
    let (browser, cookie) = browser_of(&app, &caller, &sender);
    let request = Request {
        email,
        language: request.language.unwrap_or_else(|| preferred(&headers)),
        browser,
        network_address: network_address(&app, sender.address),
    };
    let asked = codes::ask(&app.store, &app.post, Timestamp::now(), request).await;
    tokio::time::sleep_until(answer_at).await;
    let asked = asked?;
    let body = Json(CodeAsked {
        id: asked.id.to_string(),
        good_until: asked.good_until,
    });
    Ok((StatusCode::ACCEPTED, cookie.map(cookies::sent), body).into_response())
}

fn network_address(app: &App, address: IpAddr) -> Digest {
    let subscriber = subscriber(address).to_string();
    app.store
        .vault()
        .digest(purpose::NETWORK_ADDRESS, &[subscriber.as_bytes()])
}

/// A code as it was typed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeTry {
    /// Six digits; spaces and hyphens between them do not matter.
    #[schema(value_type = String, example = "314159")]
    code: store::Secret,
    /// What somebody is called for whom an account is made; made from the address without.
    #[schema(example = "Claire Martin", min_length = 1, max_length = 64)]
    name: Option<String>,
    /// What they read, then; what the browser prefers without.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
}

/// Sign in with a code
///
/// A code is good for ten minutes, for five tries, once, and in the browser that asked for it.
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/codes/{id}",
    tag = "sign-in",
    operation_id = "sign_in_by_code",
    params(("id" = String, Path, description = "From the answer to who asked for the code")),
    request_body = CodeTry,
    responses(
        (status = 200, description = "Signed in: the browser keeps a cookie", body = SignedInAs),
        (status = 409, description = "`code_dead`: ask for a new one", body = ApiError),
        (status = 422, description = "`wrong_code` (`details.left`: tries left), `invalid_code` or `invalid_name`", body = ApiError),
    )
)]
async fn try_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Path(code_id): Path<String>,
    Body(request): Body<CodeTry>,
) -> Result<Response, ApiError> {
    let code = Code::parse(request.code.expose()).map_err(|error| Error::invalid("invalid_code", error))?;
    // A browser without our mark never asked for a code: a fresh mark fits none.
    let (mark, _) = browser_of(&app, &caller, &sender);
    let tried = Try {
        id: id(&code_id)?,
        code,
        browser: mark,
        name: request.name.as_deref().map(name).transpose()?,
        language: request.language.unwrap_or_else(|| preferred(&headers)),
    };
    let browser = Browser {
        device: &device(&headers),
        before: caller.signed.as_ref(),
    };
    let signed_in = codes::try_code(&app.store, Timestamp::now(), tried, browser).await?;
    Ok(answer(&app, &sender, &signed_in))
}
