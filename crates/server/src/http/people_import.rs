//! `/api/v1/people/import`: adding everybody of a list, after a look at what it would do.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::people_list::{Column, Entry, LineError, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::body::Query;
use super::error::ApiError;
use super::lists::{self, File, ImportOutcome, ImportReport, problem};
use crate::actions::caller::Caller;
use crate::actions::people::importing::{self, Mode};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(import))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/people/import", post(import).layer(lists::limit()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only say what would be done: `true` without
    dry_run: Option<bool>,
    /// Send everybody who is added a link that signs in once within seven days: `false` without
    invite: Option<bool>,
}

/// A line of a list of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonLine {
    /// Of the file, from 1.
    line: u64,
    /// As it is written there.
    email: String,
    /// As it is written there.
    name: String,
    /// As it is written there.
    role: String,
    /// As it is written there.
    establishment: String,
    /// What it does.
    outcome: ImportOutcome,
    /// Why nobody can be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ApiError>,
}

/// Add the people of a list
///
/// The body is the file: CSV in UTF-8, UTF-16 or Windows-1252, with `,`, `;`, `|` or tabs. Columns are known by their
/// headers in French or English: e-mail, name (or first and last name), role, establishment. Lines that cannot be used
/// are left out; people who have an account stay as they are, so that repeating it does nothing.
#[utoipa::path(
    post,
    path = "/api/v1/people/import",
    tag = "people",
    operation_id = "import_people",
    params(Asked),
    request_body(content = String, content_type = "text/csv", description = "The file: 2 MB and 2 000 lines at most"),
    responses(
        (status = 200, description = "What was done, or would be", body = ImportReport<PersonLine>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 413, description = "`table_too_large`", body = ApiError),
        (
            status = 422,
            description = "`table_empty`, `table_too_long`, `table_workbook`, `table_not_text`, `table_accents`, \
                           `table_endless` or `table_no_email_column`",
            body = ApiError
        ),
    )
)]
async fn import(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    File(file): File,
) -> Result<Json<ImportReport<PersonLine>>, ApiError> {
    let dry_run = asked.dry_run.unwrap_or(true);
    let mode = match dry_run {
        true => Mode::Preview,
        false => Mode::Add {
            invite: asked.invite.unwrap_or(false),
        },
    };
    let now = Timestamp::now();
    let report = importing::import(&app.store, &app.settings, &caller, now, &file, mode).await?;
    Ok(Json(ImportReport::of(report, dry_run, Column::word, written)))
}

fn written((entry, outcome): (Entry, Outcome)) -> (PersonLine, ImportOutcome) {
    let (outcome, error) = match outcome {
        Outcome::Add(_) => (ImportOutcome::Add, None),
        Outcome::Known => (ImportOutcome::Known, None),
        Outcome::Wrong(error) => {
            let details = match error {
                LineError::Twice { first } => Some(json!({ "first": first })),
                _ => None,
            };
            (ImportOutcome::Error, Some(problem(error.code(), &error, details)))
        }
    };
    let line = PersonLine {
        line: entry.line,
        email: entry.email,
        name: entry.name,
        role: entry.role,
        establishment: entry.establishment,
        outcome,
        error,
    };
    (line, outcome)
}
