//! Writing to a client what waits for it: packets of the tracks it watches, and repetitions it asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Egress;
use super::continuity::Clocks;
use super::history::{Sent, Stamp};
use super::viewer::Viewer;
use super::wire::{self, Envelope, Filling, Line};
use crate::address::TransportAddress;
use crate::id::{PayloadType, Ssrc};
use crate::media::PeerEvent;
use crate::peer::srtp::Outbound;
use crate::rtp::extensions;
use crate::rtp::packet::Packet;
use crate::shard::effect::Effect;
use crate::shard::tracks::Tracks;
use crate::shard::transmit::TransmitBatch;

/// Share of the estimate that repetitions may take, in percent.
const RTX_PERCENT: u64 = 25;

/// Repetitions a second that are always allowed, in bytes: a slow way loses packets too.
const RTX_FLOOR: u64 = 20_000;

/// IP and UDP around a datagram, which the way carries too.
const DATAGRAM_OVERHEAD: usize = 28;

/// What the viewing side needs of the rest of the shard while it writes.
pub(crate) struct Outlet<'a> {
    pub(crate) destination: TransportAddress,
    pub(crate) outbound: &'a Outbound,
    pub(crate) tracks: &'a Tracks,
    pub(crate) batch: &'a mut TransmitBatch,
    pub(crate) effects: &'a mut Vec<Effect>,
}

impl Egress {
    /// Writes everything that waits.
    pub(crate) fn flush(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        self.consider(now, outlet.tracks, outlet.effects);
        let mut pending = std::mem::take(&mut self.pending);
        for (slot, packet) in pending.drain(..) {
            self.forward(now, slot as usize, packet, outlet);
        }
        self.pending = pending;
        self.send_again(now, outlet);
        self.probe(now, outlet);
    }

    fn forward(&mut self, now: Instant, slot: usize, packet: Arc<Packet>, outlet: &mut Outlet<'_>) {
        let Some(viewer) = self.viewers.get_mut(slot).and_then(Option::as_mut) else {
            return;
        };
        let Some((payload_type, _)) = viewer.format(packet.codec) else {
            return;
        };
        let counted = viewer.is_video();
        let track = outlet.tracks.get(viewer.track);
        let clocks: Clocks = track.map_or([None; _], |track| track.layers.map(|layer| layer.clock));
        let Some(rewritten) = viewer.continuity.place(now, &packet, &clocks) else {
            return;
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let stamp = Stamp {
            tagged: !viewer.acknowledged,
            // Firefox agrees to tell arrivals for pictures only: sound with a number would seem lost.
            transport_sequence: counted.then_some(self.transport_sequence as u16),
            send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
        };
        let sent = Sent {
            packet,
            rewritten,
            stamp,
        };
        let envelope = as_media(viewer, &sent, payload_type);
        let filling = Filling::Media(&sent.packet, rewritten.vp8);
        let Some(length) = wire::write(outlet.batch, &line, &envelope, &filling) else {
            return;
        };
        let begins = !viewer.started;
        if begins {
            viewer.started = true;
            let event = PeerEvent::SubscriptionStarted(viewer.subscribe.id);
            outlet.effects.push(Effect::Event(event));
        }
        viewer.note_sent(now, sent);
        if begins && counted && !self.can_probe() {
            self.estimator.presume();
        }
        if counted {
            self.note_sent(now, length, None);
        } else {
            self.sent_since_stats += 1;
        }
    }

    pub(super) fn note_sent(&mut self, now: Instant, length: usize, probe: Option<u32>) {
        self.sent_since_stats += 1;
        if self.ids.transport_sequence.is_some() {
            self.estimator
                .on_sent(now, self.transport_sequence, length + DATAGRAM_OVERHEAD, probe);
            self.transport_sequence += 1;
        }
    }

    /// Repeats what was asked for, within the share repetitions may take.
    fn send_again(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        if self.again.is_empty() {
            return;
        }
        if now.saturating_duration_since(self.rtx_second) >= Duration::from_secs(1) {
            self.rtx_second = now;
            self.rtx_bytes = 0;
        }
        let allowed = (self.estimate().0 / 800 * RTX_PERCENT).max(RTX_FLOOR);
        let round_trip = self.round_trip.unwrap_or(Duration::from_millis(50));
        let mut again = std::mem::take(&mut self.again);
        for (slot, sequence) in again.drain(..) {
            if self.rtx_bytes > allowed {
                break;
            }
            let Some(viewer) = self.viewers.get_mut(slot as usize).and_then(Option::as_mut) else {
                continue;
            };
            let Some(sent) = viewer.history.repeat(now, sequence, round_trip) else {
                continue;
            };
            let length = match viewer.retransmissions() {
                Some(to) => self.retransmit(now, slot as usize, &sent, to, outlet, None),
                None => self.send_unchanged(slot as usize, &sent, outlet),
            };
            self.rtx_bytes += length.unwrap_or(0) as u64;
        }
        again.clear();
        self.again = again;
    }

    /// Sends a packet again under the source and number of retransmissions.
    pub(super) fn retransmit(
        &mut self,
        now: Instant,
        slot: usize,
        sent: &Sent,
        (ssrc, payload_type): (Ssrc, PayloadType),
        outlet: &mut Outlet<'_>,
        probe: Option<u32>,
    ) -> Option<usize> {
        let viewer = self.viewers.get_mut(slot)?.as_mut()?;
        viewer.rtx_sequence += 1;
        let (packet, rewritten) = (&sent.packet, &sent.rewritten);
        let envelope = Envelope {
            ssrc,
            payload_type,
            sequence: viewer.rtx_sequence,
            timestamp: rewritten.timestamp,
            marker: packet.marker,
            extensions: extensions::Outgoing {
                mid: Some(viewer.subscribe.mid.as_str()),
                audio_level: None,
                orientation: packet.orientation,
                transport_sequence: Some(self.transport_sequence as u16),
                absolute_send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
            },
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let filling = Filling::Again(packet, rewritten.vp8, rewritten.sequence as u16);
        let length = wire::write(outlet.batch, &line, &envelope, &filling)?;
        self.note_sent(now, length, probe);
        Some(length)
    }

    /// Sends a packet again byte for byte, to a client that agreed to no retransmissions: under its number nothing
    /// else may ever be sealed, since one nonce for two texts gives the key of the tag away (RFC 7714 §9.1).
    fn send_unchanged(&mut self, slot: usize, sent: &Sent, outlet: &mut Outlet<'_>) -> Option<usize> {
        let viewer = self.viewers.get_mut(slot)?.as_mut()?;
        let (payload_type, _) = viewer.format(sent.packet.codec)?;
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let envelope = as_media(viewer, sent, payload_type);
        let filling = Filling::Media(&sent.packet, sent.rewritten.vp8);
        let length = wire::write(outlet.batch, &line, &envelope, &filling)?;
        self.sent_since_stats += 1;
        Some(length)
    }
}

/// The outside of a packet of the track, the same each time it is written.
fn as_media<'a>(viewer: &'a Viewer, sent: &Sent, payload_type: PayloadType) -> Envelope<'a> {
    let (packet, stamp) = (&sent.packet, sent.stamp);
    Envelope {
        ssrc: viewer.subscribe.ssrc,
        payload_type,
        sequence: sent.rewritten.sequence,
        timestamp: sent.rewritten.timestamp,
        marker: packet.marker,
        extensions: extensions::Outgoing {
            mid: stamp.tagged.then_some(viewer.subscribe.mid.as_str()),
            audio_level: packet.audio_level,
            orientation: packet.orientation,
            transport_sequence: stamp.transport_sequence,
            absolute_send_time: stamp.send_time,
        },
    }
}

/// Seconds as 6.18 fixed point; only differences mean anything, so any beginning will do.
pub(super) fn send_time(epoch: Instant, now: Instant) -> u32 {
    let micros = now.saturating_duration_since(epoch).as_micros() as u64;
    ((micros << 18) / 1_000_000) as u32 & 0x00ff_ffff
}
