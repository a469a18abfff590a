//! `/api/v1/people/import`: adding everybody of a list, after a look at what it would do.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::people_list::{Entry, Outcome};
use meetings::table::{Encoding, MAX_BYTES, TableError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::body::{Query, malformed};
use super::error::ApiError;
use crate::actions::caller::Caller;
use crate::actions::people::importing::{self, Mode, Report};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(import))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    let file = DefaultBodyLimit::max(MAX_BYTES);
    Router::new().route("/api/v1/people/import", post(import).layer(file))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only say what would be done: `true` without
    dry_run: Option<bool>,
    /// Send everybody who is added a link that signs in once within seven days: `false` without
    invite: Option<bool>,
}

/// What a list does, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Nothing was changed.
    dry_run: bool,
    /// How the file was read.
    encoding: FileEncoding,
    /// What stands between its cells.
    #[schema(value_type = String, example = ";")]
    delimiter: char,
    /// Its columns; empty for a list without headers.
    columns: Vec<ImportColumn>,
    /// How many lines do what.
    totals: ImportTotals,
    /// Its lines.
    lines: Vec<ImportLine>,
}

/// See [`ImportReport::encoding`].
#[derive(Debug, Serialize, ToSchema)]
pub enum FileEncoding {
    /// What everything writes today.
    #[serde(rename = "utf-8")]
    Utf8,
    /// "Unicode text" of older spreadsheets.
    #[serde(rename = "utf-16")]
    Utf16,
    /// CSV of Excel in western Europe.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// A column of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportColumn {
    /// What stands above it.
    #[schema(example = "Courriel")]
    header: String,
    /// What it was taken for: `email`, `name`, `first_name`, `last_name`, `role` or `establishment`; absent when it is
    /// not read.
    #[schema(value_type = Option<String>, example = "email")]
    #[serde(skip_serializing_if = "Option::is_none")]
    read_as: Option<&'static str>,
}

/// How many lines do what.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ImportTotals {
    /// People are added.
    add: usize,
    /// People have an account already, which stays as it is.
    known: usize,
    /// Nobody can be added.
    error: usize,
}

/// One line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportLine {
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
    error: Option<LineProblem>,
}

/// See [`ImportLine::outcome`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// Somebody is added.
    Add,
    /// They have an account already.
    Known,
    /// Nobody can be added.
    Error,
}

/// Why nobody can be added.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineProblem {
    /// Stable; names the sentence a person reads.
    #[schema(value_type = String, example = "line_invalid_email")]
    code: &'static str,
    /// In English, for developers and logs.
    message: String,
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
        (status = 200, description = "What was done, or would be", body = ImportReport),
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
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<ImportReport>, ApiError> {
    let file = file.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(rejection.status(), "table_too_large", TableError::TooLarge)
        }
        _ => malformed("the body was cut off"),
    })?;
    let dry_run = asked.dry_run.unwrap_or(true);
    let mode = match dry_run {
        true => Mode::Preview,
        false => Mode::Add {
            invite: asked.invite.unwrap_or(false),
        },
    };
    let now = Timestamp::now();
    let report = importing::import(&app.store, &app.settings, &caller, now, &file, mode).await?;
    Ok(Json(ImportReport::of(report, dry_run)))
}

impl ImportReport {
    fn of(report: Report, dry_run: bool) -> Self {
        let mut totals = ImportTotals::default();
        for (_, outcome) in &report.lines {
            match outcome {
                Outcome::Add(_) => totals.add += 1,
                Outcome::Known => totals.known += 1,
                Outcome::Wrong(_) => totals.error += 1,
            }
        }
        let columns = report.columns.into_iter().map(|(header, column)| ImportColumn {
            header,
            read_as: column.map(|column| column.word()),
        });
        Self {
            dry_run,
            encoding: match report.encoding {
                Encoding::Utf8 => FileEncoding::Utf8,
                Encoding::Utf16 => FileEncoding::Utf16,
                Encoding::Windows1252 => FileEncoding::Windows1252,
            },
            delimiter: report.delimiter,
            columns: columns.collect(),
            totals,
            lines: report.lines.into_iter().map(ImportLine::of).collect(),
        }
    }
}

impl ImportLine {
    fn of((entry, outcome): (Entry, Outcome)) -> Self {
        let (outcome, error) = match outcome {
            Outcome::Add(_) => (ImportOutcome::Add, None),
            Outcome::Known => (ImportOutcome::Known, None),
            Outcome::Wrong(error) => (ImportOutcome::Error, Some(error)),
        };
        Self {
            line: entry.line,
            email: entry.email,
            name: entry.name,
            role: entry.role,
            establishment: entry.establishment,
            outcome,
            error: error.map(|error| LineProblem {
                code: error.code(),
                message: error.to_string(),
            }),
        }
    }
}
