//! `/api/v1/establishments`: the sites and legal units of the organisation.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::EstablishmentKind;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, Which, id, name, nullable};
use super::error::ApiError;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::establishments;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(list, add, change, remove),
    tags((name = "establishments", description = "The sites and legal units of the organisation"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/establishments", get(list).post(add))
        .route(
            "/api/v1/establishments/{id}",
            axum::routing::patch(change).delete(remove),
        )
}

/// A site or legal unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Establishment {
    /// Which.
    id: String,
    /// What people call it; no two are called alike.
    #[schema(example = "Lyon")]
    name: String,
    /// How the addresses of its rooms begin; no two begin alike.
    #[schema(example = "lyon")]
    prefix: Option<String>,
}

impl Establishment {
    fn of(establishment: store::establishments::Establishment) -> Self {
        Self {
            id: establishment.id.to_string(),
            name: establishment.name,
            prefix: establishment.prefix.map(String::from),
        }
    }
}

/// The establishments
#[utoipa::path(
    get,
    path = "/api/v1/establishments",
    tag = "establishments",
    operation_id = "list_establishments",
    params(Which<EstablishmentKind>),
    responses(
        (status = 200, description = "Establishments, the oldest first", body = List<Establishment>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Which(cut): Which<EstablishmentKind>,
) -> Result<Json<List<Establishment>>, ApiError> {
    let page = establishments::list(&app.store, &caller, cut).await?;
    Ok(Json(List::of(page, Establishment::of)))
}

/// An establishment to add.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EstablishmentRequest {
    /// What people call it: 1 to 64 characters.
    #[schema(example = "Lyon")]
    name: String,
    /// How the addresses of its rooms begin.
    #[schema(example = "lyon")]
    prefix: Option<String>,
}

/// Add an establishment
#[utoipa::path(
    post,
    path = "/api/v1/establishments",
    tag = "establishments",
    operation_id = "add_establishment",
    request_body = EstablishmentRequest,
    responses(
        (status = 201, description = "It is there", body = Establishment),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 409, description = "`establishment_name_taken` or `prefix_taken`", body = ApiError),
        (status = 422, description = "`invalid_name` or `invalid_prefix`", body = ApiError),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<EstablishmentRequest>,
) -> Result<(StatusCode, Json<Establishment>), ApiError> {
    let prefix = request.prefix.as_deref().map(prefix).transpose()?;
    let name = name(&request.name)?;
    let made = establishments::add(&app.store, &caller, Timestamp::now(), name, prefix).await?;
    Ok((StatusCode::CREATED, Json(Establishment::of(made))))
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EstablishmentChange {
    /// What people call it.
    name: Option<String>,
    /// How the addresses of its rooms begin from now on; `null` for in no particular way.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    prefix: Option<Option<String>>,
}

/// Change an establishment
///
/// Addresses that rooms have already stay theirs.
#[utoipa::path(
    patch,
    path = "/api/v1/establishments/{id}",
    tag = "establishments",
    operation_id = "change_establishment",
    params(("id" = String, Path, description = "Which establishment")),
    request_body = EstablishmentChange,
    responses(
        (status = 200, description = "The establishment, changed", body = Establishment),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_establishment`", body = ApiError),
        (status = 409, description = "`establishment_name_taken` or `prefix_taken`", body = ApiError),
        (status = 422, description = "`invalid_name` or `invalid_prefix`", body = ApiError),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
    Body(request): Body<EstablishmentChange>,
) -> Result<Json<Establishment>, ApiError> {
    let name = request.name.as_deref().map(name).transpose()?;
    let prefix = request
        .prefix
        .map(|text| text.as_deref().map(prefix).transpose())
        .transpose()?;
    let now = Timestamp::now();
    let changed = establishments::change(&app.store, &caller, now, id(&which)?, name, prefix).await?;
    Ok(Json(Establishment::of(changed)))
}

/// Remove an establishment
#[utoipa::path(
    delete,
    path = "/api/v1/establishments/{id}",
    tag = "establishments",
    operation_id = "remove_establishment",
    params(("id" = String, Path, description = "Which establishment")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_establishment`", body = ApiError),
        (status = 409, description = "`linked`: people or rooms belong to it", body = ApiError),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    establishments::remove(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn prefix(text: &str) -> Result<RoomAddress, Error> {
    RoomAddress::parse(text).map_err(|error| Error::invalid("invalid_prefix", error))
}
