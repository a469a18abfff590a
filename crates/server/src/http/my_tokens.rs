//! `/api/v1/me/tokens`: the API tokens that act for oneself.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::scope::Scope;
use serde::{Deserialize, Serialize};
use store::api_tokens::ApiToken;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, id};
use super::error::ApiError;
use crate::actions::api_tokens;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(list, add, take_back))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/me/tokens", get(list).post(add))
        .route("/api/v1/me/tokens/{id}", delete(take_back))
}

/// A token with which a program acts for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Which.
    id: String,
    /// What one calls it.
    #[schema(example = "Intranet")]
    name: String,
    /// What it may do.
    #[schema(example = json!(["rooms:read"]))]
    scopes: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// When it was used last, to some minutes; absent while it never was.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Timestamp>,
}

impl Token {
    fn of(token: ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes,
            created: token.created,
            seen: token.seen,
        }
    }
}

/// List the tokens that act for oneself, the oldest first
#[utoipa::path(
    get,
    path = "/api/v1/me/tokens",
    tag = "sign-in",
    operation_id = "list_my_tokens",
    responses(
        (status = 200, description = "Those that are good", body = List<Token>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`: a token cannot see them", body = ApiError),
    )
)]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<List<Token>>, ApiError> {
    let tokens = api_tokens::list_own(&app.store, &caller).await?;
    Ok(Json(List {
        items: tokens.into_iter().map(Token::of).collect(),
        next: None,
    }))
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// What one calls it.
    #[schema(example = "Intranet", min_length = 1, max_length = 64)]
    name: String,
    /// What it may do: `rooms`, `people`, `recordings`, `events`, `connections` or `programmes`, with `:read` or
    /// `:write`, which includes to read.
    #[schema(example = json!(["rooms:read"]), min_items = 1)]
    scopes: Vec<String>,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewToken {
    /// Which.
    #[serde(flatten)]
    about: Token,
    /// What the program sends as `Authorization: Bearer …`; told once and never again.
    token: String,
}

/// Make a token that acts for oneself
#[utoipa::path(
    post,
    path = "/api/v1/me/tokens",
    tag = "sign-in",
    operation_id = "add_my_token",
    request_body = TokenRequest,
    responses(
        (status = 201, description = "The token, told once", body = NewToken),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 409, description = "`too_many_tokens`", body = ApiError),
        (status = 422, description = "`invalid_token_name` or `invalid_scopes`", body = ApiError),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<TokenRequest>,
) -> Result<(StatusCode, Json<NewToken>), ApiError> {
    let scopes: Result<Vec<Scope>, _> = request.scopes.iter().map(|scope| scope.parse()).collect();
    let scopes = scopes.map_err(|error| Error::invalid("invalid_scopes", error))?;
    let now = Timestamp::now();
    let (token, secret) = api_tokens::add_own(&app.store, &caller, now, &request.name, &scopes).await?;
    let made = NewToken {
        about: Token::of(token),
        token: secret.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take a token back
#[utoipa::path(
    delete,
    path = "/api/v1/me/tokens/{id}",
    tag = "sign-in",
    operation_id = "take_back_my_token",
    params(("id" = String, Path, description = "From the list")),
    responses(
        (status = 204, description = "It is good no more"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`", body = ApiError),
        (status = 404, description = "`unknown_token`", body = ApiError),
    )
)]
async fn take_back(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    api_tokens::take_back_own(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
