//! `/api/v1/people`: the people of the organisation, inviting and changing them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::PersonKind;
use meetings::language::Language;
use meetings::people::Role;
use meetings::search::Search;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::body::{Body, List, Which, email, id, name, nullable};
use super::error::ApiError;
use crate::actions::caller::Caller;
use crate::actions::people::changing::{self, Change};
use crate::actions::people::inviting::{self, Newcomer};
use crate::actions::people::{self, Listed};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(list, read, invite, change, invite_again),
    tags((name = "people", description = "People with an account"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/people", get(list).post(invite))
        .route("/api/v1/people/{id}", get(read).patch(change))
        .route("/api/v1/people/{id}/invitation", post(invite_again))
}

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
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
    /// They were given the right to manage integrations.
    manages_integrations: bool,
    /// Where they belong.
    establishment: Option<String>,
    /// What they read.
    #[schema(value_type = String, example = "fr")]
    language: Language,
    /// Whether they are here.
    state: PersonState,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
}

/// See [`Person::state`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// They sign in.
    Active,
    /// They may sign in, and never have.
    Invited,
    /// They may not sign in any more.
    Deactivated,
}

impl Person {
    fn of(listed: Listed) -> Self {
        let person = listed.person;
        let state = match (person.active, listed.has_signed_in) {
            (false, _) => PersonState::Deactivated,
            (true, false) => PersonState::Invited,
            (true, true) => PersonState::Active,
        };
        Self {
            id: person.id.to_string(),
            name: person.name.as_str().to_owned(),
            email: person.email.as_str().to_owned(),
            role: person.role,
            manages_integrations: person.manages_integrations,
            establishment: person.establishment.map(|id| id.to_string()),
            language: person.language,
            state,
            created: person.created,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only people whose name or e-mail address holds these words, without regard to case and accents
    q: Option<String>,
}

/// The people of the organisation
#[utoipa::path(
    get,
    path = "/api/v1/people",
    tag = "people",
    operation_id = "list_people",
    params(Asked, Which<PersonKind>),
    responses(
        (status = 200, description = "People, the oldest account first", body = List<Person>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    Which(cut): Which<PersonKind>,
) -> Result<Json<List<Person>>, ApiError> {
    let search = asked.q.as_deref().and_then(Search::parse);
    let page = people::list(&app.store, &caller, search.as_ref(), cut).await?;
    Ok(Json(List::of(page, Person::of)))
}

/// One of the people
#[utoipa::path(
    get,
    path = "/api/v1/people/{id}",
    tag = "people",
    operation_id = "read_person",
    params(("id" = String, Path, description = "Which person")),
    responses(
        (status = 200, description = "The person", body = Person),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_person`", body = ApiError),
    )
)]
async fn read(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<Json<Person>, ApiError> {
    let listed = people::read(&app.store, &caller, id(&which)?).await?;
    Ok(Json(Person::of(listed)))
}

/// Somebody to invite.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InviteRequest {
    /// By which they will sign in.
    #[schema(example = "jerome.blanc@example.org")]
    email: String,
    /// What they are called; without, they are called after their address.
    #[schema(example = "Jérôme Blanc")]
    name: Option<String>,
    /// What they will be: `member` without.
    #[schema(value_type = Option<String>, example = "member")]
    role: Option<Role>,
    /// Where they belong.
    establishment: Option<String>,
    /// What they read: the organisation's language without.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
}

/// Invite somebody
///
/// Makes the account, and sends a link that signs in once within seven days.
#[utoipa::path(
    post,
    path = "/api/v1/people",
    tag = "people",
    operation_id = "invite_person",
    request_body = InviteRequest,
    responses(
        (status = 201, description = "The account; the letter is on its way", body = Person),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`, or `owners_only` for an owner", body = ApiError),
        (status = 409, description = "`email_taken`", body = ApiError),
        (status = 422, description = "`invalid_email`, `invalid_name` or `unknown_establishment`", body = ApiError),
    )
)]
async fn invite(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<InviteRequest>,
) -> Result<(StatusCode, Json<Person>), ApiError> {
    let newcomer = Newcomer {
        email: email(&request.email)?,
        name: request.name.as_deref().map(name).transpose()?,
        role: request.role.unwrap_or(Role::Member),
        establishment: request.establishment.as_deref().map(id).transpose()?,
        language: request.language,
    };
    let person = inviting::invite(&app.store, &app.settings, &caller, Timestamp::now(), newcomer).await?;
    let listed = Listed {
        person,
        has_signed_in: false,
    };
    Ok((StatusCode::CREATED, Json(Person::of(listed))))
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PersonChange {
    /// What they are called.
    name: Option<String>,
    /// What they are in the organisation.
    #[schema(value_type = Option<String>, example = "admin")]
    role: Option<Role>,
    /// Where they belong; `null` for nowhere.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    establishment: Option<Option<String>>,
    /// Whether they manage integrations.
    manages_integrations: Option<bool>,
    /// Whether they may sign in; `false` signs them out everywhere at once.
    active: Option<bool>,
    /// What they read.
    #[schema(value_type = Option<String>, example = "fr")]
    language: Option<Language>,
}

/// Change somebody
#[utoipa::path(
    patch,
    path = "/api/v1/people/{id}",
    tag = "people",
    operation_id = "change_person",
    params(("id" = String, Path, description = "Which person")),
    request_body = PersonChange,
    responses(
        (status = 200, description = "The person, changed", body = Person),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`, or `owners_only` for an owner", body = ApiError),
        (status = 404, description = "`no_such_person`", body = ApiError),
        (status = 409, description = "`last_owner`", body = ApiError),
        (
            status = 422,
            description = "`invalid_name`, `unknown_establishment` or `not_for_individuals`",
            body = ApiError
        ),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
    Body(request): Body<PersonChange>,
) -> Result<Json<Person>, ApiError> {
    let establishment = request
        .establishment
        .map(|named| named.as_deref().map(id).transpose())
        .transpose()?;
    let change = Change {
        name: request.name.as_deref().map(name).transpose()?,
        role: request.role,
        establishment,
        manages_integrations: request.manages_integrations,
        active: request.active,
        language: request.language,
    };
    let changed = changing::change(&app.store, &caller, Timestamp::now(), id(&which)?, change).await?;
    Ok(Json(Person::of(changed)))
}

/// Send an invitation again
///
/// The link sent before is void.
#[utoipa::path(
    post,
    path = "/api/v1/people/{id}/invitation",
    tag = "people",
    operation_id = "invite_person_again",
    params(("id" = String, Path, description = "Which person")),
    responses(
        (status = 202, description = "The letter is on its way", body = Person),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`, or `owners_only` for an owner", body = ApiError),
        (status = 404, description = "`no_such_person`", body = ApiError),
        (status = 409, description = "`has_signed_in` or `person_inactive`", body = ApiError),
    )
)]
async fn invite_again(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<(StatusCode, Json<Person>), ApiError> {
    let now = Timestamp::now();
    let person = inviting::invite_again(&app.store, &app.settings, &caller, now, id(&which)?).await?;
    let listed = Listed {
        person,
        has_signed_in: false,
    };
    Ok((StatusCode::ACCEPTED, Json(Person::of(listed))))
}
