//! The signalling socket: LiveKit's messages in binary WebSocket frames.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use futures_util::{SinkExt, StreamExt};
use livekit_protocol::{
    ClientInfo, ConnectionSettings, JoinRequest, SessionDescription, SignalRequest, SignalResponse,
    WrappedJoinRequest, client_info, signal_request, signal_response,
};
use prost::Message as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Version of the client protocol claimed, the same as the browsers' library.
const PROTOCOL: i32 = 17;

pub(crate) struct Signal {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Signal {
    /// Connects. A first offer makes it a single connection, none a pair.
    pub(crate) async fn connect(
        url: &str,
        token: &str,
        offer: Option<SessionDescription>,
        automatic_subscription: bool,
    ) -> Result<Signal> {
        let base = url.trim_end_matches('/').replacen("http", "ws", 1);
        let address = match offer {
            Some(offer) => {
                let request = join_request(offer, automatic_subscription);
                let wrapped = WrappedJoinRequest {
                    compression: 0,
                    join_request: request.encode_to_vec(),
                };
                let text = URL_SAFE.encode(wrapped.encode_to_vec()).replace('=', "%3D");
                format!("{base}/rtc/v1?join_request={text}")
            }
            None => format!(
                "{base}/rtc?auto_subscribe={}&adaptive_stream=1&protocol={PROTOCOL}&sdk=rust&version=0.1.0",
                u8::from(automatic_subscription)
            ),
        };
        let mut request = address.into_client_request()?;
        request
            .headers_mut()
            .insert("Authorization", format!("Bearer {token}").parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .context("joining")?;
        Ok(Signal { socket })
    }

    /// The next message, or why there is none.
    pub(crate) async fn next(&mut self) -> Result<signal_response::Message> {
        loop {
            match self.socket.next().await {
                None => bail!("the signalling socket ended"),
                Some(Err(error)) => bail!("the signalling socket failed: {error}"),
                Some(Ok(Message::Close(reason))) => bail!("the signalling socket was closed: {reason:?}"),
                Some(Ok(Message::Binary(bytes))) => {
                    let response =
                        SignalResponse::decode(bytes).context("a message that is no SignalResponse")?;
                    if let Some(message) = response.message {
                        return Ok(message);
                    }
                }
                Some(Ok(_)) => {}
            }
        }
    }

    pub(crate) async fn send(&mut self, message: signal_request::Message) -> Result<()> {
        let bytes = SignalRequest {
            message: Some(message),
        }
        .encode_to_vec();
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .context("sending a signal")
    }

    pub(crate) async fn close(&mut self) {
        let _ = self.socket.close(None).await;
    }
}

fn join_request(offer: SessionDescription, automatic_subscription: bool) -> JoinRequest {
    JoinRequest {
        client_info: Some(ClientInfo {
            sdk: client_info::Sdk::Rust as i32,
            version: "0.1.0".into(),
            protocol: PROTOCOL,
            os: "linux".into(),
            ..ClientInfo::default()
        }),
        connection_settings: Some(ConnectionSettings {
            auto_subscribe: automatic_subscription,
            adaptive_stream: true,
            ..ConnectionSettings::default()
        }),
        participant_attributes: HashMap::new(),
        publisher_offer: Some(offer),
        ..JoinRequest::default()
    }
}
