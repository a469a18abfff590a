//! `/api/v1/sign-in`: links that let somebody in once, and who is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::language::Language;
use meetings::people::{Right, Role};
use meetings::scope::{Noun, Scope};
use serde::{Deserialize, Serialize};
use store::Secret;
use store::people::Person;
use utoipa::{OpenApi, ToSchema};

use super::body::Body;
use super::caller::device;
use super::cookies;
use super::devices::forget;
use super::error::ApiError;
use super::sender::{Sender, is_secure};
use crate::actions::caller::Caller;
use crate::actions::sign_in::{self, Browser, SignedIn};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(by_link, sign_out, me),
    tags((name = "sign-in", description = "Who one is, and how one shows it"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/sign-in/link", post(by_link))
        .route("/api/v1/sign-out", post(sign_out))
        .route("/api/v1/me", get(me))
}

/// A link that lets somebody in once.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LinkRequest {
    /// What stands behind the `#` of the link.
    #[schema(value_type = String)]
    secret: Secret,
}

/// Somebody, as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Which person.
    id: String,
    /// What they are called.
    #[schema(example = "Claire Martin")]
    name: String,
    /// By which they sign in.
    #[schema(example = "claire@example.org")]
    email: String,
    /// What they are in the organisation.
    #[schema(value_type = String, example = "member")]
    role: Role,
    /// What they may do.
    #[schema(value_type = Vec<String>)]
    rights: Vec<Right>,
    /// What they read.
    #[schema(value_type = String, example = "fr")]
    language: Language,
}

impl Me {
    /// Of a person.
    pub fn of(person: &Person) -> Self {
        let standing = person.standing();
        let rights = Right::ALL.into_iter().filter(|right| standing.has(*right));
        Self {
            id: person.id.to_string(),
            name: person.name.as_str().to_owned(),
            email: person.email.as_str().to_owned(),
            role: person.role,
            rights: rights.collect(),
            language: person.language,
        }
    }
}

/// Somebody who has just signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInAs {
    /// Who.
    #[serde(flatten)]
    me: Me,
    /// Their account was made just now.
    new: bool,
}

/// Sign in with a link
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/link",
    tag = "sign-in",
    operation_id = "sign_in_by_link",
    request_body = LinkRequest,
    responses(
        (status = 200, description = "Signed in: the browser keeps a cookie", body = SignedInAs),
        (status = 409, description = "`link_dead`", body = ApiError),
    )
)]
async fn by_link(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Body(request): Body<LinkRequest>,
) -> Result<Response, ApiError> {
    let browser = Browser {
        device: &device(&headers),
        before: caller.signed.as_ref(),
    };
    let signed_in = sign_in::by_link(&app.store, Timestamp::now(), &request.secret, browser).await?;
    Ok(answer(&app, &sender, &signed_in))
}

/// Somebody is signed in: tells who, and has the browser keep it.
pub(super) fn answer(app: &App, sender: &Sender, signed_in: &SignedIn) -> Response {
    let cookie = cookies::sign_in(
        &signed_in.secret,
        is_secure(app.settings.public_url.as_ref(), sender),
    );
    let body = Json(SignedInAs {
        me: Me::of(&signed_in.person),
        new: signed_in.new,
    });
    (cookies::sent(cookie), body).into_response()
}

/// Who asks
#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "sign-in",
    operation_id = "read_me",
    responses(
        (status = 200, description = "Who is signed in", body = Me),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
    )
)]
async fn me(caller: Caller) -> Result<Json<Me>, ApiError> {
    Ok(Json(Me::of(caller.person(Scope::read(Noun::People))?)))
}

/// Sign this browser out
#[utoipa::path(
    post,
    path = "/api/v1/sign-out",
    tag = "sign-in",
    operation_id = "sign_out",
    responses(
        (status = 200, description = "This browser is signed out", body = SignedOut),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
    )
)]
async fn sign_out(State(app): State<Arc<App>>, caller: Caller, sender: Sender) -> Result<Response, ApiError> {
    let (_, here) = caller.in_browser()?;
    sign_in::devices::end(&app.store, &caller, Timestamp::now(), here).await?;
    Ok((forget(&app, &sender), Json(SignedOut {})).into_response())
}

/// Nothing more to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedOut {}
