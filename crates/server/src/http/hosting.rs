//! `/api/v1/rooms/{address}/participants` and beside: what hosts do in a call.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::error::ApiError;
use crate::actions::asker::Asker;
use crate::actions::hosting::{Hosting, ToAll, ToOne};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(
    mute,
    stop_video,
    ask_to_unmute,
    lower_hand,
    promote,
    hand_over,
    remove,
    mute_all,
    lower_hands,
    end
))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/rooms/{address}/participants/{identity}/mute", post(mute))
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/stop-video",
            post(stop_video),
        )
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/ask-to-unmute",
            post(ask_to_unmute),
        )
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/lower-hand",
            post(lower_hand),
        )
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/promote",
            post(promote),
        )
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/hand-over",
            post(hand_over),
        )
        .route(
            "/api/v1/rooms/{address}/participants/{identity}/remove",
            post(remove),
        )
        .route("/api/v1/rooms/{address}/mute-all", post(mute_all))
        .route("/api/v1/rooms/{address}/lower-hands", post(lower_hands))
        .route("/api/v1/rooms/{address}/end", post(end))
}

/// It is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {}

/// Somebody in a call.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InCall {
    /// One of the room's addresses, or its id
    address: String,
    /// Who, as the media server knows them
    identity: String,
}

/// Everybody in a call.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WholeCall {
    /// One of the room's addresses, or its id
    address: String,
}

async fn to_one(app: &App, asker: &Asker, who: &InCall, act: ToOne) -> Result<Json<Done>, ApiError> {
    let done = hosting(app, asker).act_on(&who.address, act, &who.identity);
    done.await?;
    Ok(Json(Done {}))
}

async fn to_all(app: &App, asker: &Asker, call: &WholeCall, act: ToAll) -> Result<Json<Done>, ApiError> {
    hosting(app, asker).act_on_all(&call.address, act).await?;
    Ok(Json(Done {}))
}

/// What somebody asks for as a host, now.
pub(super) fn hosting<'a>(app: &'a App, asker: &'a Asker) -> Hosting<'a> {
    Hosting {
        store: &app.store,
        backend: app.backend.as_ref(),
        now: Timestamp::now(),
        asker,
    }
}

/// Handlers of one form, each with its description.
macro_rules! acts {
    ($($(#[doc = $doc:literal])+ $name:ident($path:literal, $operation:literal, $done:literal) => $how:ident($what:ty, $act:expr);)+) => {
        $(
            $(#[doc = $doc])+
            #[utoipa::path(
                post,
                path = $path,
                tag = "hosting",
                operation_id = $operation,
                params($what),
                responses(
                    (status = 200, description = $done, body = Done),
                    (status = 401, description = "`sign_in_needed` or `invalid_token`", body = ApiError),
                    (status = 403, description = "`hosts_only`, `not_oneself`, `room_host_stays` or `not_in_call`",
                        body = ApiError),
                    (status = 404, description = "`unknown_room`, or `not_there`: nobody of that identity is in the call",
                        body = ApiError),
                    (status = 503, description = "`media_unavailable`", body = ApiError),
                )
            )]
            async fn $name(
                State(app): State<Arc<App>>,
                asker: Asker,
                Path(path): Path<$what>,
            ) -> Result<Json<Done>, ApiError> {
                acts!($how, app, asker, path, $act)
            }
        )+
    };
    (one, $app:ident, $asker:ident, $path:ident, $act:expr) => { to_one(&$app, &$asker, &$path, $act).await };
    (all, $app:ident, $asker:ident, $path:ident, $act:expr) => { to_all(&$app, &$asker, &$path, $act).await };
}

acts! {
    /// Mute a participant's microphone
    mute("/api/v1/rooms/{address}/participants/{identity}/mute", "mute_participant", "It is muted in the media server")
        => one(InCall, ToOne::Mute);
    /// Stop a participant's camera and screen
    stop_video(
        "/api/v1/rooms/{address}/participants/{identity}/stop-video", "stop_video_of_participant",
        "They are stopped in the media server")
        => one(InCall, ToOne::StopVideo);
    /// Ask a participant to unmute
    ask_to_unmute(
        "/api/v1/rooms/{address}/participants/{identity}/ask-to-unmute", "ask_participant_to_unmute", "They are asked")
        => one(InCall, ToOne::AskToUnmute);
    /// Take a participant's hand down
    lower_hand(
        "/api/v1/rooms/{address}/participants/{identity}/lower-hand", "lower_hand_of_participant", "It is down")
        => one(InCall, ToOne::LowerHand);
    /// Make a participant a host of this meeting
    promote("/api/v1/rooms/{address}/participants/{identity}/promote", "promote_participant", "They are a host")
        => one(InCall, ToOne::Promote);
    /// Make a participant a host, and be one no more
    hand_over(
        "/api/v1/rooms/{address}/participants/{identity}/hand-over", "hand_over_to_participant", "They are a host")
        => one(InCall, ToOne::HandOver);
    /// Put a participant out for the rest of this meeting
    remove("/api/v1/rooms/{address}/participants/{identity}/remove", "remove_participant", "They are out, and stay out")
        => one(InCall, ToOne::Remove);
    /// Mute everybody but oneself
    mute_all("/api/v1/rooms/{address}/mute-all", "mute_all", "They are muted in the media server")
        => all(WholeCall, ToAll::Mute);
    /// Take all hands down
    lower_hands("/api/v1/rooms/{address}/lower-hands", "lower_hands", "They are down")
        => all(WholeCall, ToAll::LowerHands);
    /// End the meeting for everybody
    end("/api/v1/rooms/{address}/end", "end_meeting", "It has ended")
        => all(WholeCall, ToAll::End);
}
