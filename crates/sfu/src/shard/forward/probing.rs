//! Asking the way whether it carries more: padding where the estimator wants to know.

use std::time::Instant;

use super::Egress;
use super::sending::{Outlet, send_time};
use super::viewer::Viewer;
use super::wire::{self, Envelope, Filling, Line};
use crate::rtp::extensions;

/// Bytes of one padding packet, of at most 255.
const PADDING: u8 = 224;

impl Egress {
    /// A probe needs feedback about arrivals and a source it may repeat; one begun without either would be
    /// taken for a way that carries nothing.
    pub(super) fn can_probe(&self) -> bool {
        self.ids.transport_sequence.is_some() && self.viewers.iter().flatten().any(can_be_padded)
    }

    /// Sends padding where the estimator wants to know whether more would pass.
    pub(super) fn probe(&mut self, now: Instant, outlet: &mut Outlet<'_>) {
        if !self.can_probe() {
            return;
        }
        while let Some(probe) = self.estimator.poll_probe(now) {
            let mut left = probe.bytes as i64;
            while left > 0 {
                let Some(sent) = self.send_padding(now, probe.id, outlet) else {
                    return;
                };
                left -= sent as i64;
            }
        }
    }

    /// One probe packet on a retransmission source: something recent again, else padding alone.
    fn send_padding(&mut self, now: Instant, probe: u32, outlet: &mut Outlet<'_>) -> Option<usize> {
        let mut viewers = self.viewers.iter().enumerate();
        let (slot, _) = viewers.find(|(_, viewer)| viewer.as_ref().is_some_and(can_be_padded))?;
        let viewer = self.viewers[slot].as_mut()?;
        let (ssrc, payload_type) = viewer.retransmissions()?;
        if let Some(sent) = viewer.history.filling() {
            return self.retransmit(now, slot, &sent, (ssrc, payload_type), outlet, Some(probe));
        }
        viewer.rtx_sequence += 1;
        let envelope = Envelope {
            ssrc,
            payload_type,
            sequence: viewer.rtx_sequence,
            timestamp: 0,
            marker: false,
            extensions: extensions::Outgoing {
                mid: Some(viewer.subscribe.mid.as_str()),
                transport_sequence: Some(self.transport_sequence as u16),
                absolute_send_time: self.ids.absolute_send_time.map(|_| send_time(self.epoch, now)),
                ..extensions::Outgoing::default()
            },
        };
        let line = Line {
            destination: outlet.destination,
            outbound: outlet.outbound,
            ids: &self.ids,
        };
        let length = wire::write(outlet.batch, &line, &envelope, &Filling::Padding(PADDING))?;
        self.note_sent(now, length, Some(probe));
        Some(length)
    }
}

/// A picture flows whose retransmissions have a source of their own: only there may anything be repeated unasked.
fn can_be_padded(viewer: &Viewer) -> bool {
    viewer.is_video() && viewer.started && viewer.retransmissions().is_some()
}
