//! One connection: str0m's peer, its UDP socket, and the turning of the crank between them.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use socket2::SockRef;
use str0m::config::DtlsCert;
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;

/// Datagrams read before anything else gets a turn.
const READ_AT_ONCE: usize = 64;
const RECEIVE_BUFFER: usize = 1 << 20;

pub(crate) struct Transport {
    pub(crate) rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    losses: Losses,
    next: Instant,
    /// What the peer reported and nobody has looked at yet.
    pub(crate) events: Vec<Event>,
    pub(crate) datagrams_in: u64,
    pub(crate) datagrams_out: u64,
    pub(crate) connected: bool,
    pub(crate) failure: Option<String>,
}

impl Transport {
    pub(crate) async fn open(bind: IpAddr, loss: f64) -> Result<Transport> {
        static CERTIFICATE: OnceLock<Option<DtlsCert>> = OnceLock::new();
        let crypto = str0m::crypto::from_feature_flags();
        let certificate = CERTIFICATE.get_or_init(|| crypto.dtls_provider.generate_certificate());
        let certificate = certificate.clone().context("no certificate could be made")?;
        let socket = UdpSocket::bind((bind, 0)).await.context("binding a UDP socket")?;
        // Bursts wait here while another participant of the same thread has its turn.
        let _ = SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER);
        let local = socket.local_addr()?;
        let now = Instant::now();
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(std::sync::Arc::new(crypto))
            .set_dtls_cert(certificate)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_send_buffer_audio(20)
            .set_send_buffer_video(300)
            .set_stats_interval(None)
            .build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp")?);
        Ok(Transport {
            rtc,
            socket,
            local,
            losses: Losses::new(loss, local.port()),
            next: now,
            events: Vec::new(),
            datagrams_in: 0,
            datagrams_out: 0,
            connected: false,
            failure: None,
        })
    }

    /// When time alone will change something.
    pub(crate) fn next(&self) -> Instant {
        self.next
    }

    pub(crate) async fn readable(&self) {
        let _ = self.socket.readable().await;
    }

    /// Reads what has arrived, up to a limit. Time passes once for all of it: each passing costs str0m a walk over
    /// all sections, the dearest part of receiving, and a datagram that is a nanosecond late does not cause one.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) {
        let now = Instant::now();
        let just_before = now - Duration::from_nanos(1);
        let mut read = 0;
        while read < READ_AT_ONCE
            && let Ok((length, source)) = self.socket.try_recv_from(buffer)
        {
            if read == 0 {
                self.input(Input::Timeout(now));
            }
            read += 1;
            self.datagrams_in += 1;
            if self.losses.strikes(&buffer[..length]) {
                continue;
            }
            if let Ok(receive) = Receive::new(Protocol::Udp, source, self.local, &buffer[..length]) {
                self.input(Input::Receive(just_before, receive));
                self.collect(true);
            }
        }
        if read > 0 {
            self.drain(now);
        }
    }

    /// Lets time pass.
    pub(crate) fn tick(&mut self, now: Instant) {
        if now >= self.next {
            self.input(Input::Timeout(now));
            self.drain(now);
        }
    }

    /// Sends and collects what the peer has ready, and what its due timers bring forth.
    pub(crate) fn drain(&mut self, now: Instant) {
        // A peer that keeps asking for the present moment must not keep the others waiting.
        for _ in 0..1000 {
            match self.collect(false) {
                Some(at) if at <= now => self.input(Input::Timeout(now)),
                Some(at) => {
                    self.next = at;
                    return;
                }
                None => break,
            }
        }
        self.next = now + Duration::from_millis(1);
    }

    /// Sends and collects what is ready; answers when the peer's next timer is due. One received media packet may
    /// be all that is wanted for now.
    fn collect(&mut self, only_one_packet: bool) -> Option<Instant> {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    self.datagrams_out += 1;
                    if !self.losses.strikes(&transmit.contents) {
                        // A full socket buffer loses the datagram, as a network would.
                        let _ = self.socket.try_send_to(&transmit.contents, transmit.destination);
                    }
                }
                Ok(Output::Event(event)) => {
                    self.connected |= matches!(event, Event::Connected);
                    let is_packet = matches!(event, Event::RtpPacket(_));
                    self.events.push(event);
                    if is_packet && only_one_packet {
                        return None;
                    }
                }
                Ok(Output::Timeout(at)) => return Some(at),
                Err(error) => {
                    self.fail(error);
                    return None;
                }
            }
        }
    }

    fn input(&mut self, input: Input<'_>) {
        if let Err(error) = self.rtc.handle_input(input) {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: impl std::fmt::Display) {
        self.failure.get_or_insert_with(|| format!("connection: {error}"));
        self.next = Instant::now() + Duration::from_secs(1);
    }

    /// Adds a candidate the server trickled, given as JSON.
    pub(crate) fn trickle(&mut self, json: &str) {
        let candidate = serde_json::from_str::<serde_json::Value>(json).ok();
        let line = candidate
            .as_ref()
            .and_then(|value| value["candidate"].as_str())
            .unwrap_or_default();
        let is_udp = line
            .split(' ')
            .nth(2)
            .is_some_and(|protocol| protocol.eq_ignore_ascii_case("udp"));
        if is_udp && let Ok(candidate) = Candidate::from_sdp_string(line) {
            self.rtc.add_remote_candidate(candidate);
            self.drain(Instant::now());
        }
    }
}

/// Loses media datagrams by chance.
struct Losses {
    threshold: u32,
    state: u32,
}

impl Losses {
    fn new(share: f64, seed: u16) -> Losses {
        let threshold = (share.clamp(0.0, 1.0) * f64::from(u32::MAX)) as u32;
        Losses {
            threshold,
            state: 0x9e37_79b9 ^ u32::from(seed),
        }
    }

    fn strikes(&mut self, datagram: &[u8]) -> bool {
        let is_media = datagram.first().is_some_and(|first| (128..192).contains(first));
        if self.threshold == 0 || !is_media {
            return false;
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state < self.threshold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_strike_media_in_the_given_share_and_nothing_else() {
        let mut losses = Losses::new(0.1, 7);
        let lost = (0..10_000).filter(|_| losses.strikes(&[128, 96])).count();
        assert!((800..1200).contains(&lost), "{lost}");
        assert!((0..1000).all(|_| !losses.strikes(&[22, 254])));
        assert!((0..1000).all(|_| !Losses::new(0.0, 7).strikes(&[128, 96])));
    }
}
