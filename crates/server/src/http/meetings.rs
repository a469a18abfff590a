//! `/api/v1/meetings`: meetings that were, who was there, and what was written.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::attendance::Presence;
use meetings::id::{ChatMessageKind, MeetingKind};
use meetings::language::Language;
use serde::Serialize;
use store::room_meetings::Meeting as Row;
use utoipa::{OpenApi, ToSchema};

use super::body::{List, Which, id, time};
use super::call::Message;
use super::error::ApiError;
use super::language::preferred;
use crate::actions::caller::Caller;
use crate::actions::meetings::{self as past, Summary};
use crate::sentences::sentence;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(of_room, list, read, messages, attendance),
    tags((name = "meetings", description = "What happened in rooms, for those who host them"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/rooms/{address}/meetings", get(of_room))
        .route("/api/v1/meetings", get(list))
        .route("/api/v1/meetings/{id}", get(read))
        .route("/api/v1/meetings/{id}/messages", get(messages))
        .route("/api/v1/meetings/{id}/attendance.csv", get(attendance))
}

/// One occurrence of people being in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meeting {
    /// Which.
    id: String,
    /// The room's address then.
    #[schema(example = "groupimo")]
    room_address: String,
    /// What the room was called then.
    room_name: String,
    /// When the first came.
    #[schema(format = "date-time")]
    started: String,
    /// When it ended; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    ended: Option<String>,
    /// How many people were there, each counted once.
    people: usize,
}

impl Meeting {
    fn of(row: Row, people: usize) -> Self {
        Self {
            id: row.id.to_string(),
            room_address: row.room_address.to_string(),
            room_name: row.room_name,
            started: time(row.started),
            ended: row.ended.map(time),
            people,
        }
    }
}

impl From<Summary> for Meeting {
    fn from(summary: Summary) -> Self {
        Self::of(summary.meeting, summary.people)
    }
}

/// A meeting, with who was there.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingWithAttendance {
    /// The meeting.
    #[serde(flatten)]
    meeting: Meeting,
    /// Who was there, in the order in which they came.
    attendance: Vec<Attendance>,
}

/// Somebody who was in a meeting, with all their devices.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attendance {
    /// Who, when they were signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The name they had last.
    #[schema(example = "Claire Martin")]
    name: String,
    /// Seconds they were there; with two devices at once they were there once.
    seconds: i64,
    /// When they first came.
    #[schema(format = "date-time")]
    first_joined: String,
    /// When they left last; absent while they are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    last_left: Option<String>,
    /// Their devices.
    #[schema(example = json!(["Firefox, Linux"]))]
    devices: Vec<String>,
}

impl From<&Presence> for Attendance {
    fn from(one: &Presence) -> Self {
        Self {
            person: one.person.map(|person| person.to_string()),
            name: one.name.clone(),
            seconds: one.total.as_secs(),
            first_joined: time(one.first_joined),
            last_left: one.last_left.map(time),
            devices: one.devices.clone(),
        }
    }
}

/// List a room's meetings
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{address}/meetings",
    tag = "meetings",
    operation_id = "list_meetings_of_room",
    params(("address" = String, Path, description = "One of the room's addresses, or its id"), Which<MeetingKind>),
    responses(
        (status = 200, description = "The newest first", body = List<Meeting>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`hosts_only`", body = ApiError),
        (status = 404, description = "`unknown_room`", body = ApiError),
    )
)]
async fn of_room(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(address): Path<String>,
    Which(cut): Which<MeetingKind>,
) -> Result<Json<List<Meeting>>, ApiError> {
    let page = past::of_room(&app.store, Timestamp::now(), &caller, &address, cut).await?;
    Ok(Json(List::of(page, Meeting::from)))
}

/// List the meetings of all rooms one hosts
///
/// Administrators see those of every room, also of rooms that are gone.
#[utoipa::path(
    get,
    path = "/api/v1/meetings",
    tag = "meetings",
    operation_id = "list_meetings",
    params(Which<MeetingKind>),
    responses(
        (status = 200, description = "The newest first", body = List<Meeting>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Which(cut): Which<MeetingKind>,
) -> Result<Json<List<Meeting>>, ApiError> {
    let page = past::of_caller(&app.store, Timestamp::now(), &caller, cut).await?;
    Ok(Json(List::of(page, Meeting::from)))
}

/// Read a meeting and who was there
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{id}",
    tag = "meetings",
    operation_id = "read_meeting",
    params(("id" = String, Path, description = "Which")),
    responses(
        (status = 200, description = "The meeting", body = MeetingWithAttendance),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 404, description = "`unknown_meeting`, also for who does not host its room", body = ApiError),
    )
)]
async fn read(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(meeting): Path<String>,
) -> Result<Json<MeetingWithAttendance>, ApiError> {
    let found = past::read(&app.store, Timestamp::now(), &caller, id(&meeting)?).await?;
    let (meeting, present) = found;
    Ok(Json(MeetingWithAttendance {
        meeting: Meeting::of(meeting, present.len()),
        attendance: present.iter().map(Attendance::from).collect(),
    }))
}

/// Read what was written in a meeting
///
/// Messages stay with their meeting for as long as the organisation keeps them.
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{id}/messages",
    tag = "meetings",
    operation_id = "read_meeting_messages",
    params(("id" = String, Path, description = "Which"), Which<ChatMessageKind>),
    responses(
        (status = 200, description = "The oldest first", body = List<Message>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 404, description = "`unknown_meeting`, also for who does not host its room", body = ApiError),
    )
)]
async fn messages(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(meeting): Path<String>,
    Which(cut): Which<ChatMessageKind>,
) -> Result<Json<List<Message>>, ApiError> {
    let page = past::messages(&app.store, &caller, id(&meeting)?, cut).await?;
    Ok(Json(List::of(page, |message| Message::from(&message))))
}

/// Read who was in a meeting as a table
///
/// Comma-separated values in UTF-8 with a mark at the beginning, as spreadsheets open them; times in UTC. The headings
/// are in the language of the browser. A text that a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{id}/attendance.csv",
    tag = "meetings",
    operation_id = "read_attendance_table",
    params(("id" = String, Path, description = "Which")),
    responses(
        (status = 200, description = "One line for each person", body = String, content_type = "text/csv"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 404, description = "`unknown_meeting`, also for who does not host its room", body = ApiError),
    )
)]
async fn attendance(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(meeting): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = past::read(&app.store, Timestamp::now(), &caller, id(&meeting)?).await?;
    let (meeting, present) = found;
    // An address holds letters, digits and hyphens, and a day digits: nothing that a header could not.
    let name = format!(
        "attachment; filename=\"{}-{}.csv\"",
        meeting.room_address,
        &time(meeting.started)[..10]
    );
    let head = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).expect("see above"),
        ),
    ];
    Ok((head, table(preferred(&headers), &present)).into_response())
}

fn table(language: Language, present: &[Presence]) -> Vec<u8> {
    let heading = |name: &str| {
        let key = format!("attendance:{name}");
        sentence(language, &key, |_| None).expect("a test reads every heading")
    };
    // The byte order mark by which spreadsheets know UTF-8.
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let headings = ["name", "joined", "left", "minutes", "devices"].map(heading);
    let lines = present.iter().map(|one| {
        [
            plain(&one.name),
            time(one.first_joined),
            one.last_left.map(time).unwrap_or_default(),
            format!("{:.1}", one.total.as_secs_f64() / 60.0),
            plain(&one.devices.join("; ")),
        ]
    });
    for line in [headings].into_iter().chain(lines) {
        writer.write_record(&line).expect("writing to memory");
    }
    writer.into_inner().expect("writing to memory")
}

/// Spreadsheets reckon what begins with one of these signs; names are anybody's choice.
fn plain(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_name_is_no_formula_and_stays_in_its_field() {
        let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).expect("a time");
        let one = |name: &str, left: Option<i64>| Presence {
            person: None,
            name: name.to_owned(),
            total: SignedDuration::from_secs(90),
            first_joined: at(0),
            last_left: left.map(at),
            devices: vec!["Firefox, Linux".to_owned(), "Safari, iPhone".to_owned()],
        };
        let hostile = "=HYPERLINK(\"http://x\",\"a\"),b";
        let table = table(Language::Fr, &[one(hostile, Some(2)), one("Zoé", None)]);
        let text = String::from_utf8(table).expect("UTF-8");
        let expected = "\u{feff}Nom,Arrivée (UTC),Départ (UTC),Minutes,Appareils\n\
            \"'=HYPERLINK(\"\"http://x\"\",\"\"a\"\"),b\",2027-01-15T08:00:00.000Z,2027-01-15T08:02:00.000Z,1.5,\
            \"Firefox, Linux; Safari, iPhone\"\n\
            Zoé,2027-01-15T08:00:00.000Z,,1.5,\"Firefox, Linux; Safari, iPhone\"\n";
        assert_eq!(text, expected);
    }
}
