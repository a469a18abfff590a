//! A signalling client that speaks plain protobuf.

use futures_util::{SinkExt, StreamExt};
use livekit_protocol as proto;
use prost::Message as _;
use proto::signal_request::Message as Ask;
use proto::signal_response::Message as Answer;
use sfu::media::{Channel, Codec, PeerEvent};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{SOON, Server, eventually};

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

    /// Enters with a token of the door, and has media: everybody else knows that they are there.
    pub(crate) async fn present(server: &Server, token: &str) -> Self {
        let before = server.media.peers.lock().expect("whole").len();
        let mut client = Self::enter(server, token, &super::join_request(Default::default())).await;
        client.ask(Ask::Offer(offer())).await;
        client
            .until(|answer| matches!(answer, Answer::Answer(_)).then_some(()))
            .await;
        let made = server.media.peers.lock().expect("whole")[before..].to_vec();
        for (peer, events) in made {
            events.send(peer, PeerEvent::Connected);
            events.send(peer, PeerEvent::ChannelOpen(Channel::Reliable));
        }
        client
    }

    /// As everybody sees this participant.
    pub(crate) fn identity(&self) -> String {
        self.join.participant.clone().unwrap_or_default().identity
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
        self.ask(Ask::Offer(offer())).await;
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

fn offer() -> proto::SessionDescription {
    proto::SessionDescription {
        sdp: OFFER.replace('\n', "\r\n"),
        id: 1,
        ..Default::default()
    }
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
