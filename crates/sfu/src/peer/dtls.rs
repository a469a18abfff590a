//! Our half of DTLS 1.2: always the server (we are passive), telling keys, certificate and data as they come.

use std::sync::Arc;
use std::time::Instant;

use dimpl::{Config, Output, SrtpProfile};

use super::certificate::{Certificate, fingerprint};
use super::srtp::Profile;

/// Largest datagram DTLS may write: what every path of the Internet carries after IPv6, UDP and a tunnel.
const MTU: usize = 1200;

/// Room for one record of output; grown when DTLS asks for more, never beyond [`MAX_OUTPUT`].
const OUTPUT: usize = 2048;

/// A DTLS record holds at most 16 KiB; asking for more is a bug in the library.
const MAX_OUTPUT: usize = 32 * 1024;

/// What DTLS brought.
pub(crate) enum DtlsEvent {
    /// A datagram to send.
    Packet(Vec<u8>),
    /// SHA-256 of the client's certificate.
    Certificate([u8; 32]),
    /// SRTP secrets.
    Keys(Profile, Vec<u8>),
    /// The handshake is complete.
    Connected,
    /// Decrypted application data: an SCTP packet.
    Data(Vec<u8>),
    /// The client said goodbye.
    Closed,
}

/// The handshake or the connection failed for good.
#[derive(Debug)]
pub(crate) struct Broken;

/// The settings all connections share.
pub(crate) fn shared_config() -> Option<Arc<Config>> {
    // ICE has proved the way back before DTLS begins, so no cookie round trip is needed.
    let config = Config::builder().use_server_cookie(false).mtu(MTU).build().ok()?;
    Some(Arc::new(config))
}

/// One DTLS connection.
pub(crate) struct DtlsServer {
    inner: dimpl::Dtls,
    output: Vec<u8>,
    timeout: Option<Instant>,
}

impl DtlsServer {
    pub(crate) fn new(config: Arc<Config>, certificate: &Certificate, now: Instant) -> Result<Self, Broken> {
        let mut inner = dimpl::Dtls::new_12(config, certificate.inner.clone(), now);
        inner.handle_timeout(now).map_err(|_| Broken)?;
        Ok(Self {
            inner,
            output: vec![0; OUTPUT],
            timeout: None,
        })
    }

    pub(crate) fn receive(&mut self, now: Instant, datagram: &[u8]) -> Result<(), Broken> {
        self.inner.handle_timeout(now).map_err(|_| Broken)?;
        self.inner.handle_packet(datagram).map_err(|_| Broken)
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), Broken> {
        if self.timeout.is_some_and(|timeout| timeout <= now) {
            self.inner.handle_timeout(now).map_err(|_| Broken)?;
        }
        Ok(())
    }

    /// Encrypts application data.
    pub(crate) fn send(&mut self, data: &[u8]) -> Result<(), Broken> {
        self.inner.send_application_data(data).map_err(|_| Broken)?;
        Ok(())
    }

    /// Says goodbye.
    pub(crate) fn close(&mut self) {
        let _ = self.inner.close();
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.timeout
    }

    /// The next thing DTLS brought; `None` when there is nothing more for now.
    pub(crate) fn poll(&mut self) -> Option<DtlsEvent> {
        loop {
            let needed = match self.inner.poll_output(&mut self.output) {
                Output::Packet(bytes) => return Some(DtlsEvent::Packet(bytes.to_vec())),
                Output::Timeout(at) => {
                    self.timeout = Some(at);
                    return None;
                }
                Output::Connected => return Some(DtlsEvent::Connected),
                Output::PeerCert(der) => return Some(DtlsEvent::Certificate(fingerprint(der))),
                Output::KeyingMaterial(material, profile) => {
                    let profile = match profile {
                        SrtpProfile::AEAD_AES_128_GCM => Profile::Gcm128,
                        SrtpProfile::AEAD_AES_256_GCM => Profile::Gcm256,
                        _ => Profile::CounterSha1,
                    };
                    return Some(DtlsEvent::Keys(profile, material.to_vec()));
                }
                Output::ApplicationData(data) => return Some(DtlsEvent::Data(data.to_vec())),
                Output::CloseNotify => return Some(DtlsEvent::Closed),
                Output::BufferTooSmall { needed } => needed,
                _ => continue,
            };
            if needed > MAX_OUTPUT {
                return None;
            }
            self.output.resize(needed.max(self.output.len() + 1), 0);
        }
    }
}
