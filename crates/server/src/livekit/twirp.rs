//! LiveKit's RoomService over Twirp, in protobuf and in JSON.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use livekit_protocol as proto;
use livekit_token::VideoGrants;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sfu::id::{Identity, ParticipantSid, TrackSid};
use sfu::media::Channel;

use super::{from_proto, signal_socket, to_proto, token};
use crate::backend::{BackendError, MediaBackend, ParticipantChange, ServerMessage};
use crate::rooms::RoomOptions;
use crate::serve::App;

/// A request's body; the largest honest one is a data message in JSON, a third larger than its 64 KB.
pub const MAX_BODY: usize = 256 * 1024;

/// An error as Twirp writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TwirpError {
    /// One of Twirp's words.
    pub code: String,
    /// For people.
    pub msg: String,
}

impl TwirpError {
    fn new(code: &str, msg: impl ToString) -> Self {
        Self {
            code: code.to_owned(),
            msg: msg.to_string(),
        }
    }

    fn status(&self) -> StatusCode {
        match self.code.as_str() {
            "invalid_argument" | "malformed" => StatusCode::BAD_REQUEST,
            "unauthenticated" => StatusCode::UNAUTHORIZED,
            "permission_denied" => StatusCode::FORBIDDEN,
            "not_found" | "bad_route" => StatusCode::NOT_FOUND,
            "failed_precondition" => StatusCode::PRECONDITION_FAILED,
            "resource_exhausted" => StatusCode::TOO_MANY_REQUESTS,
            "unimplemented" => StatusCode::NOT_IMPLEMENTED,
            "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for TwirpError {
    fn into_response(self) -> Response {
        (self.status(), axum::Json(self)).into_response()
    }
}

impl From<BackendError> for TwirpError {
    fn from(error: BackendError) -> Self {
        let code = match error {
            BackendError::NotFound(_) => "not_found",
            BackendError::FailedPrecondition(_) => "failed_precondition",
            BackendError::Invalid(_) => "invalid_argument",
            BackendError::Full(_) => "resource_exhausted",
            BackendError::Refused(_) | BackendError::Unavailable(_) => "unavailable",
        };
        Self::new(code, error)
    }
}

impl From<from_proto::Malformed> for TwirpError {
    fn from(malformed: from_proto::Malformed) -> Self {
        Self::new("invalid_argument", malformed)
    }
}

/// How a request and its answer are written.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Protobuf,
}

/// One call on its way: who asks, how it is written, and the unread body.
struct Call<'a> {
    backend: &'a dyn MediaBackend,
    video: VideoGrants,
    format: Format,
    body: Bytes,
}

/// `POST /twirp/livekit.RoomService/{method}`
pub async fn room_service(
    State(app): State<Arc<App>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = room_call(&app, &method, &headers, body).await;
    let result = if answer.is_ok() { "ok" } else { "error" };
    metrics::counter!("palabre_room_service_calls_total", "result" => result).increment(1);
    answer.unwrap_or_else(TwirpError::into_response)
}

/// Every other path under `/twirp/`.
pub async fn unknown(uri: axum::http::Uri) -> TwirpError {
    TwirpError::new("bad_route", format!("no handler for path {}", uri.path()))
}

async fn room_call(
    app: &App,
    method: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, TwirpError> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let format = match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => Format::Json,
        "application/protobuf" => Format::Protobuf,
        other => {
            return Err(TwirpError::new(
                "bad_route",
                format!("unexpected Content-Type: {other:?}"),
            ));
        }
    };
    let unauthenticated = |error: token::TokenError| TwirpError::new("unauthenticated", error);
    let token = signal_socket::bearer(headers, "").map_err(unauthenticated)?;
    let grant = token::verify(&app.keys, &token).map_err(unauthenticated)?;
    let call = Call {
        backend: app.backend.as_ref(),
        video: grant.claims.video,
        format,
        body,
    };
    match method {
        "CreateRoom" => call.create_room().await,
        "ListRooms" => call.list_rooms().await,
        "DeleteRoom" => call.delete_room().await,
        "ListParticipants" => call.list_participants().await,
        "GetParticipant" => call.get_participant().await,
        "RemoveParticipant" => call.remove_participant().await,
        "MutePublishedTrack" => call.mute_published_track().await,
        "UpdateParticipant" => call.update_participant().await,
        "UpdateSubscriptions" => call.update_subscriptions().await,
        "SendData" => call.send_data().await,
        "UpdateRoomMetadata" => call.update_room_metadata().await,
        "ForwardParticipant" | "MoveParticipant" | "PerformRpc" => Err(TwirpError::new(
            "unimplemented",
            format!("{method} is not offered by this server"),
        )),
        _ => Err(TwirpError::new(
            "bad_route",
            format!("no RoomService method {method:?}"),
        )),
    }
}

impl Call<'_> {
    async fn create_room(&self) -> Result<Response, TwirpError> {
        let request: proto::CreateRoomRequest = self.read()?;
        self.require(self.video.room_create)?;
        if request.name.is_empty() {
            return Err(TwirpError::new("invalid_argument", "no room name"));
        }
        let options = RoomOptions {
            empty_timeout: request.empty_timeout,
            departure_timeout: request.departure_timeout,
            max_participants: request.max_participants,
            metadata: from_proto::metadata(request.metadata)?,
        };
        let room = self
            .backend
            .create_room(&from_proto::name(request.name)?, &options)
            .await?;
        Ok(self.write(&to_proto::room_info(room)))
    }

    async fn list_rooms(&self) -> Result<Response, TwirpError> {
        let request: proto::ListRoomsRequest = self.read()?;
        self.require(self.video.room_list)?;
        let rooms = self.backend.rooms(&request.names).await?;
        let rooms = rooms.into_iter().map(to_proto::room_info).collect();
        Ok(self.write(&proto::ListRoomsResponse { rooms }))
    }

    async fn delete_room(&self) -> Result<Response, TwirpError> {
        let request: proto::DeleteRoomRequest = self.read()?;
        self.require(self.video.room_create)?;
        self.backend.end_room(&request.room).await?;
        Ok(self.write(&proto::DeleteRoomResponse {}))
    }

    async fn list_participants(&self) -> Result<Response, TwirpError> {
        let request: proto::ListParticipantsRequest = self.read()?;
        self.require_admin(&request.room)?;
        let participants = self.backend.participants(&request.room).await?;
        let participants = participants.into_iter().map(to_proto::participant_info).collect();
        Ok(self.write(&proto::ListParticipantsResponse { participants }))
    }

    async fn get_participant(&self) -> Result<Response, TwirpError> {
        let request: proto::RoomParticipantIdentity = self.read()?;
        self.require_admin(&request.room)?;
        let participant = self
            .backend
            .participant(&request.room, &from_proto::name(request.identity)?)
            .await?;
        Ok(self.write(&to_proto::participant_info(participant)))
    }

    async fn remove_participant(&self) -> Result<Response, TwirpError> {
        let request: proto::RoomParticipantIdentity = self.read()?;
        self.require_admin(&request.room)?;
        self.backend
            .remove(&request.room, &from_proto::name(request.identity)?)
            .await?;
        Ok(self.write(&proto::RemoveParticipantResponse {}))
    }

    async fn mute_published_track(&self) -> Result<Response, TwirpError> {
        let request: proto::MuteRoomTrackRequest = self.read()?;
        self.require_admin(&request.room)?;
        let track = TrackSid(request.track_sid);
        let track = self
            .backend
            .mute(
                &request.room,
                &from_proto::name(request.identity)?,
                &track,
                request.muted,
            )
            .await?;
        Ok(self.write(&proto::MuteRoomTrackResponse {
            track: Some(to_proto::track_info(track)),
        }))
    }

    async fn update_participant(&self) -> Result<Response, TwirpError> {
        let request: proto::UpdateParticipantRequest = self.read()?;
        self.require_admin(&request.room)?;
        let set = |text: String| (!text.is_empty()).then_some(text);
        let change = ParticipantChange {
            name: set(from_proto::name(request.name)?),
            metadata: set(from_proto::metadata(request.metadata)?),
            attributes: from_proto::attributes(request.attributes)?,
            permission: request.permission.as_ref().map(from_proto::permission),
        };
        let participant = self
            .backend
            .update(&request.room, &from_proto::name(request.identity)?, change)
            .await?;
        Ok(self.write(&to_proto::participant_info(participant)))
    }

    async fn update_subscriptions(&self) -> Result<Response, TwirpError> {
        let request: proto::UpdateSubscriptionsRequest = self.read()?;
        self.require_admin(&request.room)?;
        let grouped = request
            .participant_tracks
            .into_iter()
            .flat_map(|group| group.track_sids);
        let tracks = request
            .track_sids
            .into_iter()
            .chain(grouped)
            .map(TrackSid)
            .collect();
        self.backend
            .subscribe(
                &request.room,
                &from_proto::name(request.identity)?,
                tracks,
                request.subscribe,
            )
            .await?;
        Ok(self.write(&proto::UpdateSubscriptionsResponse {}))
    }

    async fn send_data(&self) -> Result<Response, TwirpError> {
        let request: proto::SendDataRequest = self.read()?;
        self.require_admin(&request.room)?;
        if !matches!(request.nonce.len(), 0 | 16) {
            let length = request.nonce.len();
            let text = format!("nonce should be 16-bytes or not present, got: {length} bytes");
            return Err(TwirpError::new("invalid_argument", text));
        }
        let channel = match request.kind() {
            proto::data_packet::Kind::Reliable => Channel::Reliable,
            proto::data_packet::Kind::Lossy => Channel::Lossy,
        };
        #[allow(deprecated, reason = "stays can only be named so")]
        let to_sids = request.destination_sids.into_iter().map(ParticipantSid).collect();
        let message = ServerMessage {
            channel,
            payload: request.data,
            topic: request.topic,
            to: request.destination_identities.into_iter().map(Identity).collect(),
            to_sids,
        };
        self.backend.send_data(&request.room, message).await?;
        Ok(self.write(&proto::SendDataResponse {}))
    }

    async fn update_room_metadata(&self) -> Result<Response, TwirpError> {
        let request: proto::UpdateRoomMetadataRequest = self.read()?;
        self.require_admin(&request.room)?;
        let metadata = from_proto::metadata(request.metadata)?;
        let room = self.backend.set_room_metadata(&request.room, &metadata).await?;
        Ok(self.write(&to_proto::room_info(room)))
    }

    fn require(&self, granted: bool) -> Result<(), TwirpError> {
        if granted {
            Ok(())
        } else {
            Err(TwirpError::new("unauthenticated", token::TokenError::Missing))
        }
    }

    fn require_admin(&self, room: &str) -> Result<(), TwirpError> {
        self.require(self.video.room_admin && self.video.room == room)
    }

    fn read<T: prost::Message + DeserializeOwned + Default>(&self) -> Result<T, TwirpError> {
        let malformed = |error: String| TwirpError::new("malformed", error);
        match self.format {
            Format::Json if self.body.is_empty() => Ok(T::default()),
            Format::Json => serde_json::from_slice(&self.body)
                .map_err(|error| malformed(format!("the json request could not be decoded: {error}"))),
            Format::Protobuf => T::decode(self.body.clone())
                .map_err(|error| malformed(format!("the protobuf request could not be decoded: {error}"))),
        }
    }

    fn write<T: prost::Message + Serialize>(&self, answer: &T) -> Response {
        match self.format {
            Format::Json => match serde_json::to_vec(answer) {
                Ok(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
                Err(error) => TwirpError::new("internal", error).into_response(),
            },
            Format::Protobuf => (
                [(header::CONTENT_TYPE, "application/protobuf")],
                answer.encode_to_vec(),
            )
                .into_response(),
        }
    }
}
