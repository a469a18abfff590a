//! One client's signalling socket: a task between its room and the wire.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use livekit_protocol as proto;
use prost::Message as _;
use proto::signal_response::Message as Answer;
use sfu::id::ParticipantSid;
use sfu::room::{Join, Resume, RoomInput};
use sfu::signal::{DisconnectReason, LeaveAction, Response as RoomResponse};

use super::admit::Admitted;
use crate::livekit::entry::Entry;
use crate::livekit::from_proto::{self, Incoming};
use crate::livekit::to_proto;
use crate::livekit::token::{self, Grant};
use crate::rooms::{Refusal, RoomHandle, SocketOutlet, ToSocket, now, socket_queue};
use crate::serve::App;

/// WebSocket pings, so that proxies keep an idle socket open.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// The room must speak first, and LiveKit's clients give it this long.
const FIRST_WORD: Duration = Duration::from_secs(5);

/// A write that takes longer means that the client is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// What a client said before its socket broke lies read or unread in this machine: hearing it takes no longer.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Join tokens live ten minutes; a client has a valid one at any moment.
const REFRESH_INTERVAL: Duration = Duration::from_secs(300);

/// Why a socket ends.
enum End {
    /// The client closed it, or its network did.
    Gone,
    /// Nothing can be written any more; something unread may still lie there.
    Deaf,
    /// We close it, with a code and a reason.
    Close(u16, &'static str),
}

/// WebSocket close codes (RFC 6455 §7.4.1).
mod code {
    pub(super) const NORMAL: u16 = 1000;
    pub(super) const GOING_AWAY: u16 = 1001;
    pub(super) const UNSUPPORTED: u16 = 1003;
    pub(super) const INVALID: u16 = 1007;
    pub(super) const POLICY: u16 = 1008;
    pub(super) const TOO_LARGE: u16 = 1009;
    pub(super) const TRY_AGAIN: u16 = 1013;
}

/// One client's socket.
pub(super) struct Client {
    app: Arc<App>,
    grant: Grant,
    identity: String,
    room: RoomHandle,
    socket: WebSocket,
    outlet: SocketOutlet,
    number: u64,
    participant: Option<ParticipantSid>,
}

impl Client {
    pub(super) async fn run(app: Arc<App>, admitted: Admitted, socket: WebSocket) {
        let began = Instant::now();
        let number = app.rooms.next_socket();
        let (handle, outlet) = socket_queue(number);
        let Admitted {
            grant,
            entry,
            room: name,
            identity,
            limit,
        } = admitted;
        let resumes = entry.resume.clone();
        tracing::debug!(
            room = name,
            identity,
            client = entry.software,
            ?resumes,
            "a signalling socket opened"
        );

        let entered = match &resumes {
            Some(stay) => {
                let resume = Resume {
                    socket: number,
                    participant: stay.clone(),
                    identity: identity.as_str().into(),
                    sync_state: entry.sync_state,
                };
                // Whoever comes back to a room that is gone enters it afresh.
                let room = app.rooms.resume(&name, resume, handle).await;
                room.ok_or((DisconnectReason::StateMismatch, LeaveAction::Reconnect))
            }
            None => {
                let options = token::room_options(&grant.claims);
                let join = join(&grant, &identity, entry, number, limit);
                let room = app.rooms.join(&name, &options, join, handle).await;
                room.map_err(|refusal| match refusal {
                    Refusal::Stopping => (DisconnectReason::ServerShutdown, LeaveAction::Reconnect),
                    Refusal::RoomFull | Refusal::ServerFull => {
                        (DisconnectReason::JoinFailure, LeaveAction::Disconnect)
                    }
                })
            }
        };
        let room = match entered {
            Ok(room) => room,
            Err((reason, action)) => return refuse(socket, reason, action).await,
        };
        let mut client = Self {
            app,
            grant,
            identity,
            room,
            socket,
            outlet,
            number,
            participant: None,
        };
        let end = match client.first_word(resumes).await {
            Ok(()) => {
                metrics::histogram!("palabre_join_seconds").record(began.elapsed().as_secs_f64());
                client.talk().await
            }
            Err(end) => end,
        };
        client.close(end).await;
    }

    /// Waits for the room's answer to the join or resume and sends it.
    async fn first_word(&mut self, resumes: Option<ParticipantSid>) -> Result<(), End> {
        let first = tokio::time::timeout(FIRST_WORD, self.outlet.next()).await;
        let result = match &first {
            Ok(Some(ToSocket::Response(response))) => match response.as_ref() {
                RoomResponse::Joined(joined) => {
                    self.participant = Some(joined.participant.sid.clone());
                    "joined"
                }
                RoomResponse::Reconnected { .. } => {
                    self.participant.clone_from(&resumes);
                    "resumed"
                }
                _ => "refused",
            },
            _ => "refused",
        };
        metrics::counter!("palabre_joins_total", "result" => result).increment(1);
        match first {
            Ok(Some(message)) => self.pass_on(message, resumes.is_some()).await,
            Ok(None) => Err(End::Close(code::TRY_AGAIN, "the room ended")),
            Err(_) => Err(End::Close(code::TRY_AGAIN, "the room does not answer")),
        }
    }

    async fn talk(&mut self) -> End {
        let cut = self.outlet.cut();
        let mut ping = tokio::time::interval(PING_INTERVAL);
        let mut refresh = tokio::time::interval(REFRESH_INTERVAL);
        ping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                biased;
                () = cut.cancelled() => Err(End::Close(code::POLICY, "too much was left unread")),
                message = self.outlet.next() => match message {
                    Some(message) => self.pass_on(message, false).await,
                    None => Err(End::Close(code::GOING_AWAY, "the room ended")),
                },
                frame = self.socket.recv() => match frame {
                    Some(Ok(frame)) => self.hear(frame).await,
                    Some(Err(error)) => Err(broken(&error)),
                    None => Err(End::Gone),
                },
                _ = ping.tick() => self.write(Message::Ping(Default::default())).await,
                // The first tick is at once: LiveKit's clients get a fresh token at the start.
                _ = refresh.tick() => self.refresh().await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Brings a message of the room to the client.
    async fn pass_on(&mut self, message: ToSocket, resumes: bool) -> Result<(), End> {
        match message {
            ToSocket::Response(response) if *response == RoomResponse::RefreshToken => self.refresh().await,
            ToSocket::Response(response) => {
                let leaves = matches!(*response, RoomResponse::Leave { .. });
                if let Some(response) = to_proto::response(*response) {
                    self.say(&response).await?;
                }
                if leaves {
                    Err(End::Close(code::NORMAL, "left"))
                } else {
                    Ok(())
                }
            }
            ToSocket::Refused(reason) => {
                let action = if resumes {
                    LeaveAction::Reconnect
                } else {
                    LeaveAction::Disconnect
                };
                self.say(&leave(reason, action)).await?;
                Err(End::Close(code::NORMAL, "refused"))
            }
            ToSocket::Close => Err(End::Close(code::NORMAL, "closed by the room")),
        }
    }

    /// Takes a frame of the client.
    async fn hear(&mut self, frame: Message) -> Result<(), End> {
        let bytes = match frame {
            Message::Binary(bytes) => bytes,
            Message::Text(_) => {
                return Err(End::Close(code::UNSUPPORTED, "only binary frames are understood"));
            }
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
        };
        let request = proto::SignalRequest::decode(bytes)
            .map_err(|_| End::Close(code::INVALID, "a frame is not a SignalRequest"))?;
        let incoming = from_proto::request(request).map_err(|malformed| {
            tracing::debug!(identity = self.identity, %malformed, "a malformed request");
            End::Close(code::POLICY, reason(malformed))
        })?;
        match incoming {
            Incoming::Request(request) => {
                let Some(participant) = self.participant.clone() else {
                    return Ok(());
                };
                let taken = self.room.input(RoomInput::Request { participant, request }).await;
                if taken {
                    Ok(())
                } else {
                    Err(End::Close(code::GOING_AWAY, "the room ended"))
                }
            }
            Incoming::Ping(_) => self.say(&answer(Answer::Pong(now().unix_ms))).await,
            Incoming::PingRequest { timestamp } => {
                let pong = proto::Pong {
                    last_ping_timestamp: timestamp,
                    timestamp: now().unix_ms,
                };
                self.say(&answer(Answer::PongResp(pong))).await
            }
            Incoming::NotOffered(refusal) => self.say(&answer(Answer::RequestResponse(*refusal))).await,
            Incoming::Nothing => Ok(()),
        }
    }

    /// Sends a fresh token, signed with the key of the first one; a key that was taken away signs no more.
    async fn refresh(&mut self) -> Result<(), End> {
        let Some(key) = self.app.keys.by_key(&self.grant.key) else {
            return Ok(());
        };
        let Some(view) = self.room.view().await else {
            return Ok(());
        };
        match token::refresh(&key, &self.grant, &view, &self.identity) {
            Some(token) => {
                self.say(&answer(Answer::RefreshToken(token.expose().to_owned())))
                    .await
            }
            None => Ok(()),
        }
    }

    async fn say(&mut self, response: &proto::SignalResponse) -> Result<(), End> {
        self.write(Message::Binary(response.encode_to_vec().into())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(WRITE_PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Deaf),
        }
    }

    /// Hears what came before the socket broke: a goodbye among it saves the others the wait for a return.
    async fn hear_out(&mut self) {
        let last_words = async {
            while let Some(Ok(frame)) = self.socket.recv().await {
                if matches!(self.hear(frame).await, Err(End::Gone | End::Close(..))) {
                    break;
                }
            }
        };
        // A client that stopped reading but goes on sending is not waited for.
        let _ = tokio::time::timeout(LAST_WORDS, last_words).await;
    }

    async fn close(mut self, end: End) {
        if matches!(end, End::Deaf) {
            self.hear_out().await;
        }
        if let Some(participant) = self.participant.take() {
            let closed = RoomInput::SocketClosed {
                participant,
                socket: self.number,
            };
            self.room.input(closed).await;
        }
        if let End::Close(code, reason) = end {
            tracing::debug!(
                identity = self.identity,
                code,
                reason,
                "closing a signalling socket"
            );
            if code != code::NORMAL {
                metrics::counter!("palabre_signal_sockets_closed_total", "reason" => reason).increment(1);
            }
            shut(self.socket, code, reason).await;
        }
    }
}

fn join(grant: &Grant, identity: &str, entry: Entry, socket: u64, limit: u32) -> Join {
    let claims = &grant.claims;
    Join {
        socket,
        identity: identity.into(),
        name: claims.name.clone(),
        metadata: claims.metadata.clone(),
        attributes: token::attributes(claims),
        permission: token::permission(&claims.video),
        kind: token::kind(claims),
        topology: entry.topology,
        auto_subscribe: entry.auto_subscribe,
        adaptive_stream: entry.adaptive_stream,
        allow_pause: entry.allow_pause,
        client_protocol: entry.client_protocol,
        capabilities: entry.capabilities,
        add_tracks: entry.add_tracks,
        offer: entry.offer,
        max_participants: claims
            .room_config
            .as_ref()
            .map_or(0, |config| config.max_participants),
        limit,
    }
}

async fn refuse(mut socket: WebSocket, reason: DisconnectReason, action: LeaveAction) {
    let bytes = leave(reason, action).encode_to_vec();
    // The client may be gone already.
    let _ = tokio::time::timeout(WRITE_PATIENCE, socket.send(Message::Binary(bytes.into()))).await;
    shut(socket, code::NORMAL, "refused").await;
}

/// Sends a close frame and waits a moment for the client's own, so that TCP does not cut off what was said before.
async fn shut(mut socket: WebSocket, code: u16, reason: &'static str) {
    let farewell = async {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // Whoever does not answer within it is cut off.
    let _ = tokio::time::timeout(Duration::from_secs(2), farewell).await;
}

fn answer(message: Answer) -> proto::SignalResponse {
    proto::SignalResponse {
        message: Some(message),
    }
}

fn leave(reason: DisconnectReason, action: LeaveAction) -> proto::SignalResponse {
    answer(Answer::Leave(to_proto::leave(reason, action)))
}

fn reason(malformed: from_proto::Malformed) -> &'static str {
    use from_proto::Malformed;
    match malformed {
        Malformed::SdpTooLarge => "a session description is too large",
        Malformed::NameTooLong => "a name is too long",
        Malformed::NameUnwritable => "a name holds control characters",
        Malformed::MetadataTooLarge => "metadata is too large",
        Malformed::ListTooLong => "a list is too long",
    }
}

fn broken(error: &axum::Error) -> End {
    // tungstenite's error lies inside axum's; only its text tells that a limit was passed.
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    if text.contains("too long") || text.contains("Space limit") {
        return End::Close(code::TOO_LARGE, "a frame is larger than 512 KiB");
    }
    End::Gone
}
