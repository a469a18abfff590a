//! A server for one test, tokens for it, and a signalling client that speaks plain protobuf.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use futures_util::{SinkExt, StreamExt};
use livekit_protocol as proto;
use livekit_token::{AccessToken, VideoGrants};
use prost::Message as _;
use proto::signal_request::Message as Ask;
use proto::signal_response::Message as Answer;
use server::config::Settings;
use server::keys::{self, ApiKey};
use server::media::{EventSink, MediaPlane};
use server::serve::{self, Running};
use sfu::id::{PeerId, TrackId};
use sfu::media::{Codec, PeerCommand, PeerEvent, PeerSeed};
use sfu::room::LocalTransport;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a test waits for something that must happen.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A running server with its own folder and an API key.
pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) key: ApiKey,
    pub(crate) media: Arc<RecordingMedia>,
    pub(crate) folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let key = keys::add(folder.path(), "test").expect("a key");
        let mut settings = Settings::defaults();
        settings.data = folder.path().to_owned();
        settings.listen = "127.0.0.1:0".parse().expect("an address");
        change(&mut settings);
        let media = Arc::new(RecordingMedia::default());
        let running = serve::start(settings, Some(media.clone()))
            .await
            .expect("the server starts");
        Self {
            running,
            key,
            media,
            folder,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.app.address)
    }

    pub(crate) fn token(&self, grants: VideoGrants, identity: &str) -> String {
        AccessToken::with_api_key(&self.key.key, self.key.secret.expose())
            .with_identity(identity)
            .with_name(&identity.to_uppercase())
            .with_ttl(Duration::from_secs(60))
            .with_grants(grants)
            .to_jwt()
            .expect("signs")
    }

    pub(crate) fn join_token(&self, room: &str, identity: &str) -> String {
        self.token(joins(room), identity)
    }

    /// A client in a room, past its join response.
    pub(crate) async fn client(&self, room: &str, identity: &str) -> Client {
        let token = self.join_token(room, identity);
        Client::enter(self, &token, &join_request(proto::JoinRequest::default())).await
    }
}

pub(crate) fn joins(room: &str) -> VideoGrants {
    VideoGrants {
        room_join: true,
        room: room.to_owned(),
        ..Default::default()
    }
}

pub(crate) fn administers(room: &str) -> VideoGrants {
    VideoGrants {
        room_admin: true,
        room_create: true,
        room_list: true,
        room: room.to_owned(),
        ..Default::default()
    }
}

/// The query of `/rtc/v1` for a join request, uncompressed.
pub(crate) fn join_request(request: proto::JoinRequest) -> String {
    let settings = request.connection_settings;
    let request = proto::JoinRequest {
        connection_settings: settings.or(Some(proto::ConnectionSettings {
            auto_subscribe: true,
            ..Default::default()
        })),
        ..request
    };
    let wrapped = proto::WrappedJoinRequest {
        join_request: request.encode_to_vec(),
        ..Default::default()
    };
    format!("join_request={}", BASE64_URL_SAFE.encode(wrapped.encode_to_vec()))
}

/// Carries nothing, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct RecordingMedia {
    pub(crate) peers: Mutex<Vec<(PeerId, EventSink)>>,
    pub(crate) commands: Mutex<Vec<(PeerId, PeerCommand)>>,
}

impl RecordingMedia {
    /// Peers that were made and not closed.
    pub(crate) fn open_peers(&self) -> usize {
        let closed: Vec<_> = self
            .commands
            .lock()
            .expect("whole")
            .iter()
            .filter(|(_, command)| matches!(command, PeerCommand::Close))
            .map(|(peer, _)| *peer)
            .collect();
        self.peers
            .lock()
            .expect("whole")
            .iter()
            .filter(|(peer, _)| !closed.contains(peer))
            .count()
    }

    /// The events of the peer made last.
    pub(crate) fn newest(&self) -> (PeerId, EventSink) {
        self.peers
            .lock()
            .expect("whole")
            .last()
            .cloned()
            .expect("a peer was made")
    }

    /// The track that was published last, and where its events go.
    pub(crate) fn publication(&self) -> Option<(EventSink, PeerId, TrackId)> {
        let commands = self.commands.lock().expect("whole");
        let (peer, track) = commands.iter().rev().find_map(|(peer, command)| match command {
            PeerCommand::Configure(session) => {
                let track = session
                    .receive
                    .iter()
                    .find_map(|section| section.publication.as_ref())?
                    .track;
                Some((*peer, track))
            }
            _ => None,
        })?;
        let peers = self.peers.lock().expect("whole");
        let (_, events) = peers.iter().find(|(one, _)| *one == peer)?;
        Some((events.clone(), peer, track))
    }

    /// What was sent to clients as data, with the peer each message went to.
    pub(crate) fn sent(&self) -> Vec<(PeerId, proto::DataPacket)> {
        let commands = self.commands.lock().expect("whole");
        commands
            .iter()
            .filter_map(|(peer, command)| match command {
                PeerCommand::SendData { bytes, .. } => Some((
                    *peer,
                    proto::DataPacket::decode(&bytes[..]).expect("a data packet"),
                )),
                _ => None,
            })
            .collect()
    }
}

impl MediaPlane for RecordingMedia {
    fn create_peer(&self, seed: PeerSeed, events: EventSink) {
        self.peers.lock().expect("whole").push((seed.id, events));
    }

    fn command(&self, peer: PeerId, command: PeerCommand) {
        self.commands.lock().expect("whole").push((peer, command));
    }

    fn local_transport(&self) -> LocalTransport {
        LocalTransport {
            fingerprint: [7; 32],
            candidates: vec!["127.0.0.1:7882".parse().expect("an address")],
        }
    }
}

/// A signalling client.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) join: proto::JoinResponse,
}

/// How a socket ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Closed(Option<CloseFrame>),
    Dropped,
}

/// Opens a socket without a word about what comes on it.
pub(crate) async fn open(
    server: &Server,
    token: &str,
    path: &str,
    query: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, (u16, String)> {
    let url = format!(
        "ws://{}{path}?access_token={token}&{query}",
        server.running.app.address
    );
    match tokio_tungstenite::connect_async(url).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
            let body = answer.body().clone().unwrap_or_default();
            Err((
                answer.status().as_u16(),
                String::from_utf8_lossy(&body).into_owned(),
            ))
        }
        Err(other) => panic!("the socket failed: {other}"),
    }
}

impl Client {
    pub(crate) async fn enter(server: &Server, token: &str, query: &str) -> Self {
        let socket = open(server, token, "/rtc/v1", query).await.expect("admitted");
        let mut client = Self {
            socket,
            join: proto::JoinResponse::default(),
        };
        match client.next().await.expect("the first word") {
            Answer::Join(join) => client.join = join,
            other => panic!("the first word was not a join: {other:?}"),
        }
        client
    }

    pub(crate) fn sid(&self) -> String {
        self.join.participant.clone().unwrap_or_default().sid
    }

    pub(crate) async fn ask(&mut self, message: Ask) {
        let bytes = proto::SignalRequest {
            message: Some(message),
        }
        .encode_to_vec();
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .expect("sends");
    }

    /// The next message, or how the socket ended.
    pub(crate) async fn next(&mut self) -> Result<Answer, Ended> {
        loop {
            let frame = tokio::time::timeout(SOON, self.socket.next())
                .await
                .expect("something comes soon");
            match frame {
                Some(Ok(Message::Binary(bytes))) => {
                    let response = proto::SignalResponse::decode(bytes).expect("a response");
                    return Ok(response.message.expect("a message"));
                }
                Some(Ok(Message::Close(frame))) => return Err(Ended::Closed(frame)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Ended::Dropped),
            }
        }
    }

    /// The next message that `wanted` makes something of.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(Answer) -> Option<T>) -> T {
        let search = async {
            loop {
                let answer = self.next().await.expect("the socket stays open");
                if let Some(found) = wanted(answer) {
                    return found;
                }
            }
        };
        tokio::time::timeout(SOON, search).await.expect("it comes soon")
    }

    /// Reads on until the socket ends.
    pub(crate) async fn end(&mut self) -> (Vec<Answer>, Ended) {
        let mut before = Vec::new();
        loop {
            match self.next().await {
                Ok(answer) => before.push(answer),
                Err(ended) => return (before, ended),
            }
        }
    }

    /// Publishes a microphone whose first packet has arrived; answers the track's sid.
    pub(crate) async fn publish(&mut self, server: &Server) -> String {
        self.ask(Ask::AddTrack(proto::AddTrackRequest {
            cid: "c1".to_owned(),
            r#type: proto::TrackType::Audio.into(),
            source: proto::TrackSource::Microphone.into(),
            ..Default::default()
        }))
        .await;
        let track = self.until(|answer| match answer {
            Answer::TrackPublished(published) => published.track,
            _ => None,
        });
        let sid = track.await.sid;
        let offer = proto::SessionDescription {
            sdp: OFFER.replace('\n', "\r\n"),
            id: 1,
            ..Default::default()
        };
        self.ask(Ask::Offer(offer)).await;
        self.until(|answer| matches!(answer, Answer::Answer(_)).then_some(()))
            .await;
        eventually("the media plane knows the track", async || {
            server.media.publication().is_some()
        })
        .await;
        let (events, peer, track) = server.media.publication().expect("just seen");
        events.send(peer, PeerEvent::Connected);
        events.send(
            peer,
            PeerEvent::TrackStarted {
                track,
                codec: Codec::Opus,
            },
        );
        self.until(|answer| match answer {
            Answer::Update(update) => update.participants.into_iter().find(|who| !who.tracks.is_empty()),
            _ => None,
        })
        .await;
        sid
    }

    /// The socket answers a ping: it is alive.
    pub(crate) async fn is_alive(&mut self) -> bool {
        self.ask(Ask::PingReq(proto::Ping {
            timestamp: 42,
            rtt: 0,
        }))
        .await;
        self.until(|answer| match answer {
            Answer::PongResp(pong) => Some(pong.last_ping_timestamp == 42),
            _ => None,
        })
        .await
    }
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(SOON, wait).await.is_ok(),
        "it never happened: {what}"
    );
}

/// A microphone and data channels, as a browser offers them.
const OFFER: &str = "v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:EsAw
a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
a=ice-options:trickle
a=fingerprint:sha-256 49:66:12:17:0D:1C:91:AE:57:4C:C6:36:DD:D5:97:D2:7D:62:C9:9A:7F:B9:A3:F4:70:03:E7:43:91:73:23:5E
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:- c1
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=ssrc:3570614608 cname:4TOk42mSjXCkVIa6
a=ssrc:3570614608 msid:- c1
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:EsAw
a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
a=fingerprint:sha-256 49:66:12:17:0D:1C:91:AE:57:4C:C6:36:DD:D5:97:D2:7D:62:C9:9A:7F:B9:A3:F4:70:03:E7:43:91:73:23:5E
a=setup:actpass
a=mid:1
a=sctp-port:5000
a=max-message-size:262144
";
