//! Making the rooms of a list of links, after a look at what it would do.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use meetings::door::Access;
use meetings::room_list::{Column, LineError, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::shapes::AccessSchema;
use crate::actions::caller::Caller;
use crate::actions::rooms::importing::{self, Line, Mode};
use crate::http::body::Query;
use crate::http::error::ApiError;
use crate::http::lists::{File, ImportOutcome, ImportReport, problem};
use crate::serve::App;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only say what would be done: `true` without
    dry_run: Option<bool>,
}

/// A line of a list of rooms.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomLine {
    /// Of the file, from 1.
    line: u64,
    /// As it is written there.
    #[schema(example = "https://meet.example.org/groupimo")]
    link: String,
    /// As it is written there.
    name: String,
    /// As it is written there.
    owner: String,
    /// As it is written there.
    access: String,
    /// What it does.
    outcome: ImportOutcome,
    /// Where its room is, or will be, found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "groupimo")]
    address: Option<String>,
    /// The room it makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<ImportedRoom>,
    /// Why no room can be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ApiError>,
}

/// A room that a line makes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedRoom {
    /// What it is called.
    #[schema(example = "Groupimo")]
    name: String,
    /// The name of its owner.
    #[schema(required, example = "Claire Martin")]
    owner: Option<String>,
    /// Who enters and who knocks.
    #[schema(value_type = AccessSchema)]
    access: Access,
}

/// Make the rooms of a list
///
/// The body is the file: CSV in UTF-8, UTF-16 or Windows-1252 with a column of links, and if wanted with columns name,
/// owner (the e-mail address of somebody with an account) and access, known by their headers in French or English; or
/// plain lines, one link each. Of a link of another product the last part of its path that can be spoken becomes the
/// address; `?` and `#` and what follows are not read. Rooms without an owner are whoever asks'. Lines that cannot be used
/// are left out; rooms that are there already stay as they are, so that repeating it does nothing.
#[utoipa::path(
    post,
    path = "/api/v1/rooms/import",
    tag = "rooms",
    operation_id = "import_rooms",
    params(Asked),
    request_body(content = String, content_type = "text/csv", description = "The file: 2 MB and 2 000 lines at most"),
    responses(
        (status = 200, description = "What was done, or would be", body = ImportReport<RoomLine>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`scope_missing`, `right_missing`", body = ApiError),
        (status = 413, description = "`table_too_large`", body = ApiError),
        (
            status = 422,
            description = "`table_empty`, `table_too_long`, `table_workbook`, `table_not_text`, `table_accents`, \
                           `table_endless` or `table_no_link_column`",
            body = ApiError
        ),
    )
)]
pub(super) async fn import(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    File(file): File,
) -> Result<Json<ImportReport<RoomLine>>, ApiError> {
    let dry_run = asked.dry_run.unwrap_or(true);
    let mode = match dry_run {
        true => Mode::Preview,
        false => Mode::Make,
    };
    let installation = app.settings.max_participants_per_room;
    let now = Timestamp::now();
    let report = importing::import(&app.store, installation, &caller, now, &file, mode).await?;
    Ok(Json(ImportReport::of(report, dry_run, Column::word, written)))
}

fn written(line: Line) -> (RoomLine, ImportOutcome) {
    let (outcome, address, room, error) = match line.outcome {
        Outcome::Make(made) => {
            let room = ImportedRoom {
                name: made.name.as_str().to_owned(),
                owner: line.owner.map(|owner| owner.as_str().to_owned()),
                access: made.access,
            };
            (ImportOutcome::Add, Some(made.address), Some(room), None)
        }
        Outcome::Known(address) => (ImportOutcome::Known, Some(address), None, None),
        Outcome::Wrong(error) => {
            let details = match &error {
                LineError::LooksAlike { of } => Some(json!({ "of": of })),
                LineError::Twice { first } | LineError::LooksLikeLine { first } => {
                    Some(json!({ "first": first }))
                }
                _ => None,
            };
            let error = problem(error.code(), &error, details);
            (ImportOutcome::Error, None, None, Some(error))
        }
    };
    let entry = line.entry;
    let line = RoomLine {
        line: entry.line,
        link: entry.link,
        name: entry.name,
        owner: entry.owner,
        access: entry.access,
        outcome,
        address: address.map(String::from),
        room,
        error,
    };
    (line, outcome)
}
