//! `/api/v1/system`, `/api/v1/jobs`, `/api/v1/audit`: what goes on, what waits, and who did what.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::{AuditEntryKind, JobKind};
use serde::{Deserialize, Serialize};
use sfu::signal::RoomInfo;
use store::audit;
use store::jobs::{self, Counts, State};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::body::{List, Query, Which, id, malformed};
use super::error::ApiError;
use crate::actions::caller::Caller;
use crate::actions::system;
use crate::mail::post::Post;
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(
    paths(read, list_jobs, retry_job, discard_job, trail),
    tags((name = "system", description = "What goes on, what waits, and who did what"))
)]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/system", get(read))
        .route("/api/v1/jobs", get(list_jobs))
        .route("/api/v1/jobs/{id}/retry", post(retry_job))
        .route("/api/v1/jobs/{id}", delete(discard_job))
        .route("/api/v1/audit", get(trail))
}

/// The server, and what goes on in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct System {
    /// The program's.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Since when this server runs.
    #[schema(value_type = String, format = DateTime)]
    started: Timestamp,
    /// Where everything is kept.
    database: DatabaseKind,
    /// Who carries media.
    media: MediaKind,
    /// Rooms where somebody is; absent when the media server does not answer.
    rooms: Option<Vec<LiveRoom>>,
    /// Work by its state.
    jobs: JobCounts,
    /// Letters on their way.
    mail: MailQueue,
}

/// See [`System::database`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A file in the data folder.
    Sqlite,
    /// A server.
    Postgres,
}

/// See [`System::media`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// This server.
    Embedded,
    /// A LiveKit cluster.
    Cluster,
}

/// A room where somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveRoom {
    /// Its address; of a media room of an API key, its name.
    #[schema(example = "groupimo")]
    address: String,
    /// What it is called; absent for a media room that is no room of the organisation.
    name: Option<String>,
    /// People in it.
    participants: u32,
    /// Since when it runs.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// Work by its state.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobCounts {
    /// It runs when it is due; what failed before among it.
    waiting: u64,
    /// It waits because it failed.
    failing: u64,
    /// A server works on it.
    running: u64,
    /// It failed too often.
    dead: u64,
}

/// Letters on their way.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailQueue {
    /// Who carries them.
    carrier: Carrier,
    /// How many are to be sent.
    letters: JobCounts,
    /// What went wrong with the youngest that could not be sent.
    trouble: Option<String>,
}

/// See [`MailQueue::carrier`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// The mail server of the settings.
    Server,
    /// The page `/mailbox`, for whoever develops on this machine.
    Mailbox,
    /// Nobody: no mail server is set.
    Nobody,
}

impl JobCounts {
    fn of(counts: &Counts) -> Self {
        Self {
            waiting: counts.waiting,
            failing: counts.failing,
            running: counts.running,
            dead: counts.dead,
        }
    }
}

/// The server and what goes on in it
#[utoipa::path(
    get,
    path = "/api/v1/system",
    tag = "system",
    operation_id = "read_system",
    responses(
        (status = 200, description = "The server", body = System),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn read(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Json<System>, ApiError> {
    let standing = system::standing(&app.store, app.backend.as_ref(), &caller).await?;
    Ok(Json(System {
        version: env!("CARGO_PKG_VERSION"),
        started: app.started,
        database: match app.settings.database_url {
            Some(_) => DatabaseKind::Postgres,
            None => DatabaseKind::Sqlite,
        },
        media: match app.cluster {
            Some(_) => MediaKind::Cluster,
            None => MediaKind::Embedded,
        },
        rooms: standing
            .rooms
            .map(|rooms| rooms.into_iter().map(LiveRoom::of).collect()),
        jobs: JobCounts::of(&standing.jobs),
        mail: MailQueue {
            carrier: match *app.post {
                Post::Server { .. } => Carrier::Server,
                Post::Mailbox => Carrier::Mailbox,
                Post::Nobody => Carrier::Nobody,
            },
            letters: JobCounts::of(&standing.mail),
            trouble: standing.mail.trouble,
        },
    }))
}

impl LiveRoom {
    fn of((room, name): (RoomInfo, Option<String>)) -> Self {
        Self {
            address: room.name,
            name,
            participants: room.participants,
            since: Timestamp::from_millisecond(room.created_at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }
}

/// Work that runs later.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Which.
    id: String,
    /// What is to be done.
    #[schema(example = "send_mail")]
    kind: String,
    /// Where it stands.
    state: JobState,
    /// When it runs, or ran last.
    #[schema(value_type = String, format = DateTime)]
    due: Timestamp,
    /// How often it was begun.
    attempts: u32,
    /// What went wrong the last time.
    trouble: Option<String>,
    /// Which server works on it.
    worker: Option<String>,
    /// When it was born.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
}

/// See [`Job::state`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It runs when it is due.
    Waiting,
    /// A server works on it.
    Running,
    /// It failed too often: somebody looks at it, and tries again or gives it up.
    Dead,
}

impl Job {
    fn of(job: jobs::Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            state: match job.state {
                State::Waiting => JobState::Waiting,
                State::Running => JobState::Running,
                State::Dead => JobState::Dead,
            },
            due: job.due,
            attempts: job.attempts,
            trouble: job.trouble,
            worker: job.worker,
            created: job.created,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JobsAsked {
    /// Only those in this state
    #[param(value_type = Option<String>, example = "dead")]
    state: Option<JobState>,
}

/// Work that waits, runs or was given up
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "system",
    operation_id = "list_jobs",
    params(JobsAsked, Which<JobKind>),
    responses(
        (status = 200, description = "Jobs, the newest first", body = List<Job>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn list_jobs(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(asked): Query<JobsAsked>,
    Which(cut): Which<JobKind>,
) -> Result<Json<List<Job>>, ApiError> {
    let state = asked.state.map(|state| match state {
        JobState::Waiting => State::Waiting,
        JobState::Running => State::Running,
        JobState::Dead => State::Dead,
    });
    let page = system::job_list(&app.store, &caller, state, cut).await?;
    Ok(Json(List::of(page, Job::of)))
}

/// Run a job again that was given up
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/retry",
    tag = "system",
    operation_id = "retry_job",
    params(("id" = String, Path, description = "Which job")),
    responses(
        (status = 200, description = "It waits again", body = Job),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_job`", body = ApiError),
        (status = 409, description = "`job_not_dead`", body = ApiError),
    )
)]
async fn retry_job(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<Json<Job>, ApiError> {
    let job = system::retry_job(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(Json(Job::of(job)))
}

/// Discard a job that was given up
#[utoipa::path(
    delete,
    path = "/api/v1/jobs/{id}",
    tag = "system",
    operation_id = "discard_job",
    params(("id" = String, Path, description = "Which job")),
    responses(
        (status = 204, description = "It is gone, undone"),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
        (status = 404, description = "`no_such_job`", body = ApiError),
        (status = 409, description = "`job_not_dead`", body = ApiError),
    )
)]
async fn discard_job(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(which): Path<String>,
) -> Result<StatusCode, ApiError> {
    system::discard_job(&app.store, &caller, Timestamp::now(), id(&which)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One line of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Which.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who, in words that stay: a name, "command line".
    #[schema(example = "Claire Martin")]
    actor: String,
    /// Who, when it was a person.
    person: Option<String>,
    /// What was done.
    #[schema(example = "person.invited")]
    action: String,
    /// To what, in words that stay.
    #[schema(example = "Jérôme Blanc")]
    subject: String,
    /// To what; it may be gone.
    subject_id: Option<String>,
    /// More.
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

impl AuditEntry {
    fn of(entry: audit::AuditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at,
            actor: entry.actor,
            person: entry.person.map(|person| person.to_string()),
            action: entry.action,
            subject: entry.subject,
            subject_id: entry.subject_id.map(|id| id.to_string()),
            details: entry.details,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TrailAsked {
    /// Only what was done to this: the id of a person, a room, …
    subject: Option<String>,
}

/// Who did what
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "system",
    operation_id = "read_audit_trail",
    params(TrailAsked, Which<AuditEntryKind>),
    responses(
        (status = 200, description = "The audit trail, the newest first", body = List<AuditEntry>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`right_missing`", body = ApiError),
    )
)]
async fn trail(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(asked): Query<TrailAsked>,
    Which(cut): Which<AuditEntryKind>,
) -> Result<Json<List<AuditEntry>>, ApiError> {
    let subject = asked.subject.as_deref().map(Uuid::try_parse).transpose();
    let subject = subject.map_err(|_| malformed("subject is the id of a thing"))?;
    let page = system::trail(&app.store, &caller, subject, cut).await?;
    Ok(Json(List::of(page, AuditEntry::of)))
}
