//! `/api/v1/sign-in/providers`: the services that sign the organisation's people in, for administrators.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::people::Role;
use serde::{Deserialize, Serialize};
use store::Secret;
use store::oidc_providers::OidcProvider;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, id, name, nullable};
use super::error::ApiError;
use super::sender::Sender;
use super::sign_in_providers::redirect_of;
use crate::actions::caller::Caller;
use crate::actions::providers::{self, Change};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(list, add, change, remove, check))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/sign-in/providers", get(list).post(add))
        .route("/api/v1/sign-in/providers/{id}", patch(change).delete(remove))
        .route("/api/v1/sign-in/providers/{id}/check", post(check))
}

/// A service that signs people in (OpenID Connect).
#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    /// Which.
    id: String,
    /// What stands on its button.
    #[schema(example = "Keycloak")]
    name: String,
    /// Its address.
    #[schema(example = "https://id.example.org/realms/groupimo")]
    issuer: String,
    /// As what it knows us.
    #[schema(example = "palabre")]
    client_id: String,
    /// Whether a secret is kept; it is never told.
    has_secret: bool,
    /// What it is asked for besides `openid`.
    scopes: Vec<String>,
    /// Which of its claims names groups, if any.
    #[schema(example = "groups")]
    group_claim: Option<String>,
    /// Which role a group gives; of several the highest. Where any is set, groups decide at each sign-in; they neither
    /// make owners nor change them.
    #[schema(value_type = BTreeMap<String, String>, example = json!({ "staff": "member" }))]
    group_roles: BTreeMap<String, Role>,
    /// Whoever it knows gets an account with their first sign-in.
    creates_people: bool,
    /// The role of those whose groups give none.
    #[schema(value_type = String, example = "member")]
    default_role: Role,
    /// It may be used.
    enabled: bool,
    /// To be registered there: where it sends people back to.
    redirect_uri: String,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
}

impl Provider {
    fn of(provider: OidcProvider, app: &App, sender: &Sender) -> Self {
        Self {
            id: provider.id.to_string(),
            redirect_uri: redirect_of(app, sender, provider.id).into(),
            name: provider.name,
            issuer: provider.issuer,
            client_id: provider.client_id,
            has_secret: !provider.client_secret.expose().is_empty(),
            scopes: provider.scopes,
            group_claim: provider.group_claim,
            group_roles: provider.group_roles,
            creates_people: provider.creates_people,
            default_role: provider.default_role,
            enabled: provider.enabled,
            created: provider.created,
        }
    }
}

/// A service as it is to be. For a new one `name` and `issuer` are needed, and what is absent is as usual; for one that
/// is changed, what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ProviderRequest {
    /// What stands on its button.
    #[schema(example = "Keycloak", min_length = 1, max_length = 64)]
    name: Option<String>,
    /// Its address, exactly as it calls itself; `https`, or `http` on this machine. Stays once it is set.
    #[schema(example = "https://id.example.org/realms/groupimo")]
    issuer: Option<String>,
    /// As what it knows us; needed to enable it.
    #[schema(example = "palabre")]
    client_id: Option<String>,
    /// By what it knows us; an empty one for a service that knows us without.
    #[schema(value_type = Option<String>)]
    client_secret: Option<Secret>,
    /// What it is asked for besides `openid`; `email` and `profile` usually.
    scopes: Option<Vec<String>>,
    /// Which of its claims names groups; `null` for none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    group_claim: Option<Option<String>>,
    /// Which role a group gives: `individual`, `member` or `admin`.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    group_roles: Option<BTreeMap<String, Role>>,
    /// Whether it makes accounts; usually not.
    creates_people: Option<bool>,
    /// The role of those whose groups give none; `member` usually.
    #[schema(value_type = Option<String>)]
    default_role: Option<Role>,
    /// Whether it may be used; for a new one, when it has a client id.
    enabled: Option<bool>,
}

impl ProviderRequest {
    fn change(self) -> Result<Change, ApiError> {
        Ok(Change {
            name: self.name.as_deref().map(name).transpose()?,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: self.client_secret,
            scopes: self.scopes,
            group_claim: self.group_claim,
            group_roles: self.group_roles,
            creates_people: self.creates_people,
            default_role: self.default_role,
            enabled: self.enabled,
        })
    }
}

/// List the services that sign people in, the oldest first
#[utoipa::path(
    get,
    path = "/api/v1/sign-in/providers",
    tag = "sign-in",
    operation_id = "list_sign_in_providers",
    responses(
        (status = 200, description = "All of them", body = List<Provider>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
) -> Result<Json<List<Provider>>, ApiError> {
    let all = providers::list(&app.store, &caller).await?;
    let items = all.into_iter().map(|one| Provider::of(one, &app, &sender));
    Ok(Json(List {
        items: items.collect(),
        next: None,
    }))
}

/// Add a service that signs people in
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/providers",
    tag = "sign-in",
    operation_id = "add_sign_in_provider",
    request_body = ProviderRequest,
    responses(
        (status = 201, description = "The service", body = Provider),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 409, description = "`too_many_providers`", body = ApiError),
        (status = 422, description = "`invalid_name`, `invalid_issuer`, `invalid_provider` or `provider_makes_no_owners`", body = ApiError),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Body(request): Body<ProviderRequest>,
) -> Result<(StatusCode, Json<Provider>), ApiError> {
    let added = providers::add(&app.store, &caller, Timestamp::now(), request.change()?).await?;
    Ok((StatusCode::CREATED, Json(Provider::of(added, &app, &sender))))
}

/// Change a service that signs people in
#[utoipa::path(
    patch,
    path = "/api/v1/sign-in/providers/{id}",
    tag = "sign-in",
    operation_id = "change_sign_in_provider",
    params(("id" = String, Path, description = "From the list")),
    request_body = ProviderRequest,
    responses(
        (status = 200, description = "The service", body = Provider),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`unknown_provider`", body = ApiError),
        (status = 422, description = "`issuer_fixed`, or as for a new one", body = ApiError),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Path(which): Path<String>,
    Body(request): Body<ProviderRequest>,
) -> Result<Json<Provider>, ApiError> {
    let (which, now) = (id(&which)?, Timestamp::now());
    let changed = providers::change(&app.store, &caller, now, which, request.change()?).await?;
    Ok(Json(Provider::of(changed, &app, &sender)))
}

/// Remove a service that signs people in
#[utoipa::path(
    delete,
    path = "/api/v1/sign-in/providers/{id}",
    tag = "sign-in",
    operation_id = "remove_sign_in_provider",
    params(("id" = String, Path, description = "From the list")),
    responses(
        (status = 204, description = "It signs nobody in any more"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`unknown_provider`", body = ApiError),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    providers::remove(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A service answers as it should.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderAnswers {}

/// Ask a service what it can do, without signing anybody in
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/providers/{id}/check",
    tag = "sign-in",
    operation_id = "check_sign_in_provider",
    params(("id" = String, Path, description = "From the list")),
    responses(
        (status = 200, description = "It answers as it should", body = ProviderAnswers),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`unknown_provider`", body = ApiError),
        (status = 503, description = "`provider_unreachable` or `provider_wrong`; `details.reason` says more, in English", body = ApiError),
    )
)]
async fn check(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Path(which): Path<String>,
) -> Result<Json<ProviderAnswers>, ApiError> {
    let which = id(&which)?;
    let redirect = redirect_of(&app, &sender, which);
    providers::check(&app.store, &caller, which, &redirect).await?;
    Ok(Json(ProviderAnswers {}))
}
