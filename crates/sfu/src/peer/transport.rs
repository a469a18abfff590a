//! The layers below media, joined: a datagram comes in and is answered, or turns out to be media.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::MEDIA_TIMEOUT;
use super::certificate::Certificate;
use super::data::{DataChannels, DataEvent, Sent};
use super::dtls::{DtlsEvent, DtlsServer};
use super::flood::Flood;
use super::ice::{Checked, IceLite};
use super::srtp::{Inbound, Outbound, Profile, split_keying_material};
use crate::address::TransportAddress;
use crate::media::{Channel, IceCredentials, PeerEnd, PeerSeed, RemoteTransport};
use crate::rtp::header::{Header, is_rtcp};

/// A peer that never becomes connected is dropped after this: DTLS over a bad mobile link takes up to 10 s,
/// and people think about the browser's permission question before they connect, not after.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// What a datagram was, once the layers below media are done with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// Decrypted in place: the first `length` bytes are the packet.
    Rtp {
        header: Header,
        sequence: u64,
        length: usize,
    },
    /// Decrypted in place.
    Rtcp { length: usize },
    /// Handled here (or refused).
    Done,
}

/// What happened below media.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TransportEvent {
    Connected,
    Data(DataEvent),
    /// The shard's map learns an address.
    Address(TransportAddress),
    /// The shard's map forgets one.
    Forget(TransportAddress),
}

/// ICE, DTLS, SRTP and data channels of one peer.
pub(crate) struct Transport {
    pub(crate) ice: IceLite,
    dtls: Option<DtlsServer>,
    data: DataChannels,
    expected: Option<[u8; 32]>,
    presented: Option<[u8; 32]>,
    keys: Option<(Profile, Vec<u8>)>,
    handshake_done: bool,
    connected: bool,
    inbound: Option<Inbound>,
    outbound: Option<Outbound>,
    outbox: Vec<(TransportAddress, Vec<u8>)>,
    last_heard: Instant,
    born: Instant,
    flood: Flood,
    scratch: Vec<Vec<u8>>,
    data_events: Vec<DataEvent>,
}

impl Transport {
    pub(crate) fn new(now: Instant, seed: &PeerSeed) -> Self {
        Self {
            ice: IceLite::new(seed.credentials.clone()),
            dtls: None,
            data: DataChannels::new(seed.opens_channels),
            expected: None,
            presented: None,
            keys: None,
            handshake_done: false,
            connected: false,
            inbound: None,
            outbound: None,
            outbox: Vec::new(),
            last_heard: now,
            born: now,
            flood: Flood::default(),
            scratch: Vec::new(),
            data_events: Vec::new(),
        }
    }

    /// As if DTLS had come to its end with these keys.
    #[cfg(test)]
    pub(crate) fn skip_handshake(&mut self, now: Instant, profile: Profile, material: Vec<u8>) {
        (self.expected, self.presented) = (Some([0; 32]), Some([0; 32]));
        (self.handshake_done, self.keys) = (true, Some((profile, material)));
        let done = self.complete(now, &mut Vec::new());
        assert_eq!(done, Ok(()));
    }

    /// Where to send and how to protect it, once media may flow.
    pub(crate) fn sender(&mut self) -> Option<(TransportAddress, &mut Outbound)> {
        if !self.connected {
            return None;
        }
        self.ice.selected().zip(self.outbound.as_mut())
    }

    /// Datagrams of the layers below media that wait to be sent.
    pub(crate) fn outbox(&mut self) -> &mut Vec<(TransportAddress, Vec<u8>)> {
        &mut self.outbox
    }

    /// The other side's description is known.
    pub(crate) fn connect(
        &mut self,
        now: Instant,
        remote: &RemoteTransport,
        events: &mut Vec<TransportEvent>,
    ) -> Result<(), PeerEnd> {
        self.expected = Some(remote.fingerprint);
        self.complete(now, events)
    }

    /// New ICE secrets of ours; a user fragment that no longer counts.
    pub(crate) fn restart(&mut self, credentials: IceCredentials) -> Option<String> {
        self.ice.restart(credentials)
    }

    /// Takes a datagram.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        source: TransportAddress,
        datagram: &mut [u8],
        shared: &Shared,
        events: &mut Vec<TransportEvent>,
    ) -> Result<Incoming, PeerEnd> {
        if !self.flood.admit(now) {
            return Ok(Incoming::Done);
        }
        let incoming = match datagram.first() {
            Some(0..=3) => self
                .receive_stun(source, datagram, events)
                .then_some(Incoming::Done),
            Some(20..=63) => {
                self.receive_dtls(now, source, datagram, shared, events)?;
                // DTLS tells good from bad only inside; it counts as neither.
                return Ok(Incoming::Done);
            }
            Some(128..=191) => self.receive_media(datagram),
            _ => None,
        };
        match incoming {
            Some(incoming) => {
                self.last_heard = now;
                self.flood.good()?;
                Ok(incoming)
            }
            None => {
                self.flood.garbage()?;
                Ok(Incoming::Done)
            }
        }
    }

    fn receive_stun(
        &mut self,
        source: TransportAddress,
        datagram: &[u8],
        events: &mut Vec<TransportEvent>,
    ) -> bool {
        match self.ice.receive(source, datagram) {
            Checked::Answered { response, forgotten } => {
                self.outbox.push((source, response));
                // Told each time: the address may have been another peer's in between.
                events.push(TransportEvent::Address(source));
                events.extend(forgotten.map(TransportEvent::Forget));
                true
            }
            Checked::Refused => false,
        }
    }

    fn receive_media(&mut self, datagram: &mut [u8]) -> Option<Incoming> {
        let inbound = self.inbound.as_mut().filter(|_| self.connected)?;
        if is_rtcp(datagram) {
            let length = inbound.open_rtcp(datagram)?;
            return Some(Incoming::Rtcp { length });
        }
        let header = Header::parse(datagram)?;
        let (sequence, length) = inbound.open_rtp(datagram, &header)?;
        Some(Incoming::Rtp {
            header,
            sequence,
            length,
        })
    }

    fn receive_dtls(
        &mut self,
        now: Instant,
        source: TransportAddress,
        datagram: &[u8],
        shared: &Shared,
        events: &mut Vec<TransportEvent>,
    ) -> Result<(), PeerEnd> {
        if !self.ice.addresses().contains(&source) {
            return Ok(());
        }
        if self.dtls.is_none() {
            let made = DtlsServer::new(shared.dtls.clone(), &shared.certificate, now);
            self.dtls = Some(made.map_err(|_| PeerEnd::Handshake)?);
        }
        if let Some(dtls) = &mut self.dtls {
            dtls.receive(now, datagram).map_err(|_| self.broken())?;
        }
        self.drive(now, events)
    }

    fn broken(&self) -> PeerEnd {
        if self.connected {
            PeerEnd::Closed
        } else {
            PeerEnd::Handshake
        }
    }

    /// Works through what DTLS and SCTP have to say.
    fn drive(&mut self, now: Instant, events: &mut Vec<TransportEvent>) -> Result<(), PeerEnd> {
        while let Some(event) = self.dtls.as_mut().and_then(DtlsServer::poll) {
            match event {
                DtlsEvent::Packet(packet) => {
                    if let Some(address) = self.ice.selected() {
                        self.outbox.push((address, packet));
                    }
                }
                DtlsEvent::Certificate(presented) => {
                    self.presented = Some(presented);
                    self.complete(now, events)?;
                }
                DtlsEvent::Keys(profile, material) => {
                    self.keys = Some((profile, material));
                    self.complete(now, events)?;
                }
                DtlsEvent::Connected => {
                    self.handshake_done = true;
                    self.complete(now, events)?;
                }
                DtlsEvent::Data(packet) => {
                    // Only a completed handshake brings data: it is authentic.
                    self.last_heard = now;
                    self.data.receive(now, packet);
                }
                DtlsEvent::Closed => return Err(PeerEnd::Closed),
            }
        }
        self.drain_data(now, events)
    }

    /// Media may flow once the handshake is done and the certificate is the announced one.
    fn complete(&mut self, now: Instant, events: &mut Vec<TransportEvent>) -> Result<(), PeerEnd> {
        let (Some(expected), true, false) = (self.expected, self.handshake_done, self.connected) else {
            return Ok(());
        };
        // Certificate, completion and keys are told one by one, in whatever order.
        let Some(presented) = self.presented else {
            return Ok(());
        };
        let Some((profile, material)) = self.keys.take() else {
            return Ok(());
        };
        if presented != expected {
            return Err(PeerEnd::Handshake);
        }
        let (client, server) = split_keying_material(profile, &material).ok_or(PeerEnd::Handshake)?;
        self.inbound = Inbound::new(profile, &client);
        self.outbound = Outbound::new(profile, &server);
        self.connected = true;
        events.push(TransportEvent::Connected);
        self.drain_data(now, events)
    }

    fn drain_data(&mut self, now: Instant, events: &mut Vec<TransportEvent>) -> Result<(), PeerEnd> {
        if !self.connected {
            return Ok(());
        }
        let mut packets = std::mem::take(&mut self.scratch);
        self.data.drain(now, &mut packets, &mut self.data_events);
        events.extend(self.data_events.drain(..).map(TransportEvent::Data));
        for packet in packets.drain(..) {
            if let Some(dtls) = &mut self.dtls {
                dtls.send(&packet).map_err(|_| PeerEnd::Closed)?;
                // One record at a time: DTLS keeps only a few outgoing ones.
                while let Some(event) = dtls.poll() {
                    if let (DtlsEvent::Packet(bytes), Some(address)) = (event, self.ice.selected()) {
                        self.outbox.push((address, bytes));
                    }
                }
            }
        }
        self.scratch = packets;
        Ok(())
    }

    /// Sends a message; an error when a reliable one cannot be kept for the client.
    pub(crate) fn send_data(
        &mut self,
        now: Instant,
        channel: Channel,
        message: &[u8],
        events: &mut Vec<TransportEvent>,
    ) -> Result<bool, PeerEnd> {
        match self.data.send(channel, message) {
            Sent::Queued => {
                self.drain_data(now, events)?;
                Ok(true)
            }
            Sent::Dropped => Ok(false),
            Sent::Stuck => Err(PeerEnd::Limit),
        }
    }

    /// Says goodbye.
    pub(crate) fn close(&mut self) {
        let Some(dtls) = &mut self.dtls else { return };
        dtls.close();
        while let Some(event) = dtls.poll() {
            if let (DtlsEvent::Packet(bytes), Some(address)) = (event, self.ice.selected()) {
                self.outbox.push((address, bytes));
            }
        }
    }

    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        events: &mut Vec<TransportEvent>,
    ) -> Result<(), PeerEnd> {
        if let Some(dtls) = &mut self.dtls {
            dtls.handle_timeout(now).map_err(|_| self.broken())?;
        }
        self.data.handle_timeout(now);
        self.drive(now, events)?;
        if now >= self.silence_at() {
            return Err(if self.connected || self.dtls.is_none() {
                PeerEnd::Silent
            } else {
                PeerEnd::Handshake
            });
        }
        Ok(())
    }

    fn silence_at(&self) -> Instant {
        let heard = self.last_heard + MEDIA_TIMEOUT;
        if self.connected {
            heard
        } else {
            heard.min(self.born + CONNECT_TIMEOUT)
        }
    }

    /// When DTLS, SCTP or silence want to be looked at.
    pub(crate) fn poll_timeout(&self) -> Instant {
        let mut at = self.silence_at();
        if let Some(timeout) = self.dtls.as_ref().and_then(DtlsServer::poll_timeout) {
            at = at.min(timeout);
        }
        if let Some(timeout) = self.data.poll_timeout() {
            at = at.min(timeout);
        }
        at
    }
}

/// What all peers of a shard share.
pub(crate) struct Shared {
    pub(crate) certificate: Arc<Certificate>,
    pub(crate) dtls: Arc<dimpl::Config>,
}
