//! `/api/v1/me/passkeys` and `/api/v1/sign-in/passkeys`: making passkeys, and signing in with them.
//!
//! Each is done in two steps, between which the browser asks its owner (WebAuthn). Its options and answers travel as
//! the JSON of `PublicKeyCredential`, every buffer in base64url.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Secret;
use store::passkeys::Passkey;
use url::Url;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, id, name};
use super::caller::{browser_of, device};
use super::cookies;
use super::error::ApiError;
use super::sender::{Sender, origin};
use super::sign_in::{SignedInAs, answer};
use crate::actions::caller::Caller;
use crate::actions::sign_in::Browser;
use crate::actions::sign_in::passkeys::{self, Begun, NewPasskey};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(list, begin_making, keep, take_away, begin_sign_in, sign_in))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/me/passkeys", get(list).post(keep))
        .route("/api/v1/me/passkeys/begin", post(begin_making))
        .route("/api/v1/me/passkeys/{id}", delete(take_away))
        .route("/api/v1/sign-in/passkeys", post(sign_in))
        .route("/api/v1/sign-in/passkeys/begin", post(begin_sign_in))
}

/// A passkey of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyPasskey {
    /// Which.
    id: String,
    /// What one calls it.
    #[schema(example = "Firefox, Linux")]
    name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// When it signed in last; absent while it never did.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Timestamp>,
}

impl MyPasskey {
    fn of(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            created: passkey.created,
            seen: passkey.seen,
        }
    }
}

/// The first step.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyBegun {
    /// To be sent with the second; good for ten minutes, once, in this browser.
    ceremony: String,
    /// For `navigator.credentials`: the `publicKey` of what it is given.
    #[schema(value_type = HashMap<String, Value>)]
    options: Value,
}

/// The first step as it is answered: the browser may have no mark yet.
fn begun(begun: Begun, cookie: Option<axum::http::HeaderValue>) -> Response {
    let body = Json(PasskeyBegun {
        ceremony: begun.ceremony.expose().to_owned(),
        options: begun.options,
    });
    (cookie.map(cookies::sent), body).into_response()
}

/// The site as this browser sees it.
fn here(app: &App, sender: &Sender) -> Url {
    origin(app.settings.public_url.as_ref(), sender, app.address)
}

/// List one's passkeys, the oldest first
#[utoipa::path(
    get,
    path = "/api/v1/me/passkeys",
    tag = "sign-in",
    operation_id = "list_my_passkeys",
    responses(
        (status = 200, description = "The passkeys", body = List<MyPasskey>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`: a token cannot see them", body = ApiError),
    )
)]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<List<MyPasskey>>, ApiError> {
    let passkeys = passkeys::list(&app.store, &caller).await?;
    Ok(Json(List {
        items: passkeys.into_iter().map(MyPasskey::of).collect(),
        next: None,
    }))
}

/// Begin to make a passkey
#[utoipa::path(
    post,
    path = "/api/v1/me/passkeys/begin",
    tag = "sign-in",
    operation_id = "begin_passkey",
    responses(
        (status = 200, description = "What the browser is to be asked", body = PasskeyBegun),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 409, description = "`passkeys_unavailable` or `too_many_passkeys`", body = ApiError),
    )
)]
async fn begin_making(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
) -> Result<Response, ApiError> {
    let (browser, cookie) = browser_of(&app, &caller, &sender);
    let (now, here) = (Timestamp::now(), here(&app, &sender));
    let first = passkeys::begin_making(&app.store, &caller, now, browser, &here).await?;
    Ok(begun(first, cookie))
}

/// A passkey that a browser made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PasskeyMade {
    /// From the first step.
    #[schema(value_type = String)]
    ceremony: Secret,
    /// What one will call it.
    #[schema(example = "Firefox, Linux", min_length = 1, max_length = 64)]
    name: String,
    /// What the browser answered (`PublicKeyCredential`).
    #[schema(value_type = HashMap<String, Value>)]
    credential: Value,
}

/// Keep a passkey that was made
#[utoipa::path(
    post,
    path = "/api/v1/me/passkeys",
    tag = "sign-in",
    operation_id = "add_passkey",
    request_body = PasskeyMade,
    responses(
        (status = 201, description = "It signs in from now on", body = MyPasskey),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 409, description = "`ceremony_dead` or `passkey_known`", body = ApiError),
        (status = 422, description = "`passkey_refused` or `invalid_name`", body = ApiError),
    )
)]
async fn keep(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Body(request): Body<PasskeyMade>,
) -> Result<(StatusCode, Json<MyPasskey>), ApiError> {
    let new = NewPasskey {
        ceremony: request.ceremony,
        name: name(&request.name)?,
        answer: request.credential,
    };
    let (mark, _) = browser_of(&app, &caller, &sender);
    let (now, here) = (Timestamp::now(), here(&app, &sender));
    let kept = passkeys::keep(&app.store, &caller, now, &mark, &here, new).await?;
    Ok((StatusCode::CREATED, Json(MyPasskey::of(kept))))
}

/// Take a passkey away
#[utoipa::path(
    delete,
    path = "/api/v1/me/passkeys/{id}",
    tag = "sign-in",
    operation_id = "remove_passkey",
    params(("id" = String, Path, description = "From the list")),
    responses(
        (status = 204, description = "It signs in no more"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 404, description = "`unknown_passkey`", body = ApiError),
    )
)]
async fn take_away(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    passkeys::take_away(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to sign in with a passkey
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/passkeys/begin",
    tag = "sign-in",
    operation_id = "begin_sign_in_by_passkey",
    responses(
        (status = 200, description = "What the browser is to be asked", body = PasskeyBegun),
        (status = 409, description = "`not_set_up`, or `passkeys_unavailable`: this address is no host name with https", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
    )
)]
async fn begin_sign_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
) -> Result<Response, ApiError> {
    if !app.sign_ins.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let (browser, cookie) = browser_of(&app, &caller, &sender);
    let here = here(&app, &sender);
    let first = passkeys::begin_sign_in(&app.store, Timestamp::now(), browser, &here).await?;
    Ok(begun(first, cookie))
}

/// A passkey that was shown.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PasskeyShown {
    /// From the first step.
    #[schema(value_type = String)]
    ceremony: Secret,
    /// What the browser answered (`PublicKeyCredential`).
    #[schema(value_type = HashMap<String, Value>)]
    credential: Value,
}

/// Sign in with a passkey
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/passkeys",
    tag = "sign-in",
    operation_id = "sign_in_by_passkey",
    request_body = PasskeyShown,
    responses(
        (status = 200, description = "Signed in: the browser keeps a cookie", body = SignedInAs),
        (status = 409, description = "`ceremony_dead`", body = ApiError),
        (status = 422, description = "`passkey_unknown` or `passkey_refused`", body = ApiError),
    )
)]
async fn sign_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Body(request): Body<PasskeyShown>,
) -> Result<Response, ApiError> {
    let (mark, _) = browser_of(&app, &caller, &sender);
    let browser = Browser {
        device: &device(&headers),
        before: caller.signed.as_ref(),
    };
    let (now, here) = (Timestamp::now(), here(&app, &sender));
    let shown = (&request.ceremony, request.credential);
    let signed_in = passkeys::sign_in(&app.store, now, &mark, &here, shown, browser).await?;
    Ok(answer(&app, &sender, &signed_in))
}
