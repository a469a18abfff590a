//! Data channels: SCTP inside DTLS, with LiveKit's three labels on top.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use sctp_proto::{
    Association, AssociationHandle, DatagramEvent, Endpoint, EndpointConfig, Event, Payload,
    PayloadProtocolIdentifier, ServerConfig, StreamEvent, TransportConfig,
};

use super::dcep::{ACKNOWLEDGEMENT, Dcep, Open};
use crate::media::Channel;

/// The largest message we take, announced as `a=max-message-size`.
pub const MAX_RECEIVED_MESSAGE: u32 = 256 * 1024;

/// The largest message we send: what a client that announces nothing takes (RFC 8841 §6.1).
pub const MAX_SENT_MESSAGE: usize = 64 * 1024;

/// Bytes of incomplete and unread messages kept; one largest message and three behind it.
const RECEIVE_BUFFER: u32 = 1024 * 1024;

/// Bytes waiting on a channel that may lose: a quarter second of 4 Mbit/s; more would only come late.
const LOSSY_BUFFER: usize = 128 * 1024;

/// Bytes waiting on the reliable channel: half a minute of a file at 1 Mbit/s. A client that does not take
/// that much in time is not there.
const RELIABLE_BUFFER: usize = 4 * 1024 * 1024;

/// Streams a client may open; LiveKit's clients open three, or six after a restart.
const MAX_STREAMS: u16 = 64;

/// SCTP packets stay below this, so that DTLS, UDP and IP fit around them.
const PAYLOAD: u32 = 1120;

/// What the channels brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DataEvent {
    Open(Channel),
    Message(Channel, Vec<u8>),
}

/// What became of a message to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// On its way or waiting for its turn.
    Queued,
    /// Not open, too large, or a full lossy channel: the message is lost.
    Dropped,
    /// The reliable channel's buffer is full: the client does not take what it is sent.
    Stuck,
}

struct Stream {
    id: u16,
    channel: Option<Channel>,
    open: bool,
}

/// The data channels of one connection.
pub(crate) struct DataChannels {
    endpoint: Endpoint,
    association: Option<(AssociationHandle, Association)>,
    opens: bool,
    established: bool,
    streams: Vec<Stream>,
    lost: bool,
}

/// SCTP over DTLS has no addresses; the library wants one.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 5000);

impl DataChannels {
    /// `opens`: we open the channels ourselves once the client has connected.
    pub(crate) fn new(opens: bool) -> Self {
        let mut endpoint = EndpointConfig::default();
        endpoint.max_payload_size(PAYLOAD);
        let mut server = ServerConfig::default();
        server.transport = Arc::new(
            TransportConfig::default()
                // ICE decides when a client is gone, not SCTP.
                .with_max_init_retransmits(None)
                .with_max_data_retransmits(None)
                .with_max_receive_buffer_size(RECEIVE_BUFFER)
                .with_max_receive_message_size(MAX_RECEIVED_MESSAGE)
                .with_max_send_message_size(MAX_SENT_MESSAGE as u32)
                .with_max_num_inbound_streams(MAX_STREAMS)
                .with_max_num_outbound_streams(MAX_STREAMS),
        );
        Self {
            endpoint: Endpoint::new(Arc::new(endpoint), Some(Arc::new(server))),
            association: None,
            opens,
            established: false,
            streams: Vec::new(),
            lost: false,
        }
    }

    /// Takes an SCTP packet.
    pub(crate) fn receive(&mut self, now: Instant, packet: Vec<u8>) {
        let Some((handle, event)) = self.endpoint.handle(now, NOWHERE, None, None, packet.into()) else {
            return;
        };
        match (event, &mut self.association) {
            (DatagramEvent::NewAssociation(association), None) => {
                self.association = Some((handle, association));
            }
            // A repeated INIT of a slow client: the association that stands is the one.
            (DatagramEvent::NewAssociation(_), Some(_)) => {}
            (DatagramEvent::AssociationEvent(event), Some((known, association))) if *known == handle => {
                association.handle_event(event);
            }
            (DatagramEvent::AssociationEvent(_), _) => {}
        }
    }

    /// Sends a message on a channel.
    pub(crate) fn send(&mut self, channel: Channel, message: &[u8]) -> Sent {
        let open = |stream: &&Stream| stream.open && stream.channel == Some(channel);
        // The newest: a client that reconnected its channels reads there.
        let Some(id) = self.streams.iter().rev().find(open).map(|stream| stream.id) else {
            return Sent::Dropped;
        };
        let Some((_, association)) = &mut self.association else {
            return Sent::Dropped;
        };
        let Ok(mut stream) = association.stream(id) else {
            return Sent::Dropped;
        };
        let waiting = stream.buffered_amount().unwrap_or(0);
        match channel {
            _ if message.len() > MAX_SENT_MESSAGE => return Sent::Dropped,
            Channel::Reliable if waiting > RELIABLE_BUFFER => return Sent::Stuck,
            Channel::Lossy | Channel::DataTrack if waiting > LOSSY_BUFFER => return Sent::Dropped,
            _ => {}
        }
        let kind = if message.is_empty() {
            PayloadProtocolIdentifier::BinaryEmpty
        } else {
            PayloadProtocolIdentifier::Binary
        };
        let bytes = if message.is_empty() { &[0][..] } else { message };
        match stream.write_with_ppi(bytes, kind) {
            Ok(_) => Sent::Queued,
            Err(_) => Sent::Dropped,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if let Some((_, association)) = &mut self.association
            && association.poll_timeout().is_some_and(|timeout| timeout <= now)
        {
            association.handle_timeout(now);
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.association.as_ref()?.1.poll_timeout()
    }

    /// Works through what happened: packets to send go to `packets`, the rest to `events`.
    pub(crate) fn drain(&mut self, now: Instant, packets: &mut Vec<Vec<u8>>, events: &mut Vec<DataEvent>) {
        while let Some(transmit) = self.endpoint.poll_transmit() {
            append(transmit.payload, packets);
        }
        let Some((handle, association)) = &mut self.association else {
            return;
        };
        while let Some(event) = association.poll_endpoint_event() {
            if let Some(event) = self.endpoint.handle_event(*handle, event) {
                association.handle_event(event);
            }
        }
        let mut readable = Vec::new();
        let mut connected = false;
        while let Some(event) = association.poll() {
            match event {
                Event::Connected => connected = true,
                Event::AssociationLost { .. } => self.lost = true,
                Event::Stream(StreamEvent::Readable { id }) if !readable.contains(&id) => readable.push(id),
                Event::Stream(StreamEvent::Finished { id } | StreamEvent::Stopped { id, .. }) => {
                    self.streams.retain(|stream| stream.id != id);
                    if let Ok(mut stream) = association.stream(id) {
                        let _ = stream.close();
                    }
                }
                _ => {}
            }
        }
        if connected && !self.established {
            self.established = true;
            association.set_max_send_message_size(MAX_SENT_MESSAGE as u32);
            if self.opens {
                self.open_ours();
            }
        }
        for id in readable {
            self.read(id, events);
        }
        if self.lost {
            // A new INIT begins again.
            self.association = None;
            self.established = false;
            self.streams.clear();
            self.lost = false;
            return;
        }
        while let Some((_, association)) = &mut self.association
            && let Some(transmit) = association.poll_transmit(now)
        {
            append(transmit.payload, packets);
        }
    }

    /// Opens LiveKit's channels; our stream ids are odd, for we are the DTLS server (RFC 8832 §6).
    fn open_ours(&mut self) {
        let Some((_, association)) = &mut self.association else {
            return;
        };
        for (id, channel) in [
            (1, Channel::Reliable),
            (3, Channel::Lossy),
            (5, Channel::DataTrack),
        ] {
            let open = Open::ours(channel);
            let Ok(mut stream) = association.open_stream(id, PayloadProtocolIdentifier::Binary) else {
                continue;
            };
            let _ = stream.set_reliability_params(false, sctp_proto::ReliabilityType::Reliable, 0);
            let _ = stream.write_with_ppi(&open.to_bytes(), PayloadProtocolIdentifier::Dcep);
            self.streams.push(Stream {
                id,
                channel: Some(channel),
                open: false,
            });
        }
    }

    fn read(&mut self, id: u16, events: &mut Vec<DataEvent>) {
        let Some((_, association)) = &mut self.association else {
            return;
        };
        let Ok(mut stream) = association.stream(id) else {
            return;
        };
        while let Ok(Some(chunks)) = stream.read() {
            let mut message = vec![0; chunks.len()];
            let Ok(length) = chunks.read(&mut message) else {
                return;
            };
            message.truncate(length);
            match chunks.ppi {
                PayloadProtocolIdentifier::Dcep => {}
                PayloadProtocolIdentifier::StringEmpty | PayloadProtocolIdentifier::BinaryEmpty => {
                    message.clear();
                }
                _ => {}
            }
            let known = self.streams.iter_mut().find(|stream| stream.id == id);
            if chunks.ppi != PayloadProtocolIdentifier::Dcep {
                if let Some(Stream {
                    channel: Some(channel),
                    ..
                }) = known
                {
                    events.push(DataEvent::Message(*channel, message));
                }
                continue;
            }
            match (Dcep::parse(&message), known) {
                (Some(Dcep::Ack), Some(known)) if !known.open => {
                    known.open = true;
                    if let Some(channel) = known.channel {
                        let ours = Open::ours(channel);
                        let _ =
                            stream.set_reliability_params(ours.unordered, ours.reliability, ours.parameter);
                        events.push(DataEvent::Open(channel));
                    }
                }
                (Some(Dcep::Open(open)), None) => {
                    // The acknowledgement itself must arrive; only then the channel's own rules hold.
                    let _ = stream.set_reliability_params(false, sctp_proto::ReliabilityType::Reliable, 0);
                    let _ = stream.write_with_ppi(&ACKNOWLEDGEMENT, PayloadProtocolIdentifier::Dcep);
                    let _ = stream.set_reliability_params(open.unordered, open.reliability, open.parameter);
                    self.streams.push(Stream {
                        id,
                        channel: open.channel,
                        open: true,
                    });
                    events.extend(open.channel.map(DataEvent::Open));
                }
                _ => {}
            }
        }
    }
}

fn append(payload: Payload, packets: &mut Vec<Vec<u8>>) {
    if let Payload::RawEncode(chunks) = payload {
        packets.extend(chunks.into_iter().map(|bytes| bytes.to_vec()));
    }
}
