//! What the media connections bring: packets, requests for key frames, data.

use std::time::{Duration, Instant};

use livekit_protocol::{DataPacket, data_packet};
use prost::Message as _;
use str0m::channel::ChannelId;
use str0m::media::KeyframeRequestKind;
use str0m::{Event, IceConnectionState};

use super::{Session, Side};
use crate::participant::ReceivedData;

/// Least time between two requests for a key frame of one track.
const KEY_FRAME_REQUEST_EVERY: Duration = Duration::from_millis(500);

impl Session {
    /// Looks at what a connection reported.
    pub(super) fn look(&mut self, now: Instant, side: Side) {
        let Some(transport) = self.transport(side) else {
            return;
        };
        let mut events = std::mem::take(&mut transport.events);
        let failure = transport.failure.take();
        self.report.failures.extend(failure);
        for event in events.drain(..) {
            self.event(now, side, event);
        }
        if let Some(transport) = self.transport(side) {
            // The allocation is used again; events that looking caused are kept.
            events.append(&mut transport.events);
            transport.events = events;
        }
    }

    fn event(&mut self, now: Instant, side: Side, event: Event) {
        match event {
            Event::RtpPacket(packet) => {
                let (ssrc, sequence) = (packet.header.ssrc, *packet.seq_no);
                let mid = match self.room.knows(*ssrc) {
                    true => None,
                    false => self
                        .transport(side)
                        .and_then(|transport| Some(transport.rtc.direct_api().stream_rx(&ssrc)?.mid())),
                };
                let marker = packet.header.marker;
                let wants_key = self
                    .room
                    .packet(now, *ssrc, mid, sequence, marker, &packet.payload);
                self.report.first_packet_after.get_or_insert(now - self.started);
                if wants_key
                    && self
                        .room
                        .may_request_key_frame(now, *ssrc, KEY_FRAME_REQUEST_EVERY)
                    && let Some(transport) = self.transport(side)
                {
                    if let Some(stream) = transport.rtc.direct_api().stream_rx(&ssrc) {
                        stream.request_keyframe(KeyframeRequestKind::Pli);
                    }
                    transport.drain(now);
                }
            }
            Event::KeyframeRequest(request) => {
                self.report.key_frame_requests += 1;
                if let Some(camera) = &mut self.camera {
                    camera.request_key_frame(request.rid.as_deref());
                }
            }
            Event::ChannelOpen(channel, label) => {
                self.channels.insert((side, channel), label == "_reliable");
            }
            Event::ChannelData(message) => self.data_arrived(side, message.id, &message.data),
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.report.failures.push(format!("{side:?} connection lost"));
            }
            Event::Closed => self
                .report
                .failures
                .push(format!("{side:?} connection closed by the server")),
            _ => {}
        }
    }

    fn data_arrived(&mut self, side: Side, channel: ChannelId, bytes: &[u8]) {
        let reliable = self.channels.get(&(side, channel)).copied().unwrap_or(false);
        match DataPacket::decode(bytes) {
            Ok(packet) => {
                let counter = if reliable {
                    &mut self.report.data.0
                } else {
                    &mut self.report.data.1
                };
                *counter += 1;
                if let Some(data_packet::Value::User(user)) = packet.value {
                    let sender = packet.participant_identity;
                    let received = ReceivedData {
                        sender,
                        topic: user.topic,
                        payload: user.payload,
                        reliable,
                    };
                    let _ = self.data.send(received);
                }
            }
            Err(error) => self
                .report
                .failures
                .push(format!("data that is no DataPacket: {error}")),
        }
    }
}
