//! Sender reports to a viewer: the publisher's clock carried forward, so that sound and picture of one person
//! stay together.

use std::time::{Duration, Instant};

use super::Egress;
use crate::rtp::rtcp::{SenderInfo, Writer, compact_ntp};
use crate::shard::tracks::Tracks;

/// Each source is reported this often while it sends.
const REPORT_EVERY: Duration = Duration::from_secs(3);

/// RTCP datagrams stay below this.
const DATAGRAM: usize = 1100;

impl Egress {
    /// Something was or will be sent that is to be reported.
    pub(crate) fn has_reports(&self) -> bool {
        self.viewers.iter().flatten().any(|viewer| viewer.started)
    }

    /// Appends the sender reports that are due, in compounds; calls `seal` whenever one is full.
    pub(crate) fn write_reports(
        &mut self,
        now: Instant,
        tracks: &Tracks,
        out: &mut Vec<u8>,
        mut seal: impl FnMut(&mut Vec<u8>),
    ) {
        for viewer in self.viewers.iter_mut().flatten() {
            viewer.history.expire(now);
            let due = viewer
                .reported
                .is_none_or(|at| now.saturating_duration_since(at) >= REPORT_EVERY);
            let Some((layer, offset)) = viewer.continuity.present().filter(|_| due) else {
                continue;
            };
            let Some(clock) = tracks
                .get(viewer.track)
                .and_then(|track| track.layers[usize::from(layer)].clock)
            else {
                continue;
            };
            let elapsed = now.saturating_duration_since(clock.heard);
            let rate = if viewer.is_video() { 90_000 } else { 48_000 };
            let ticks = elapsed.as_micros() as u64 * rate / 1_000_000;
            let info = SenderInfo {
                ntp: clock.ntp.wrapping_add(ntp_span(elapsed)),
                rtp: clock.rtp.wrapping_add(ticks as u32).wrapping_add(offset),
                packets: viewer.packets,
                bytes: viewer.bytes,
            };
            viewer.note_report(now, compact_ntp(info.ntp));
            let name = cname(viewer.subscribe.publisher.0);
            Writer::new(out)
                .sender_report(viewer.subscribe.ssrc, info, &[])
                .source_description(viewer.subscribe.ssrc, &name);
            if out.len() > DATAGRAM {
                seal(out);
            }
        }
    }
}

/// One name per publisher: its tracks share a clock.
fn cname(publisher: u64) -> String {
    format!("{publisher:016x}")
}

fn ntp_span(elapsed: Duration) -> u64 {
    let fraction = (u64::from(elapsed.subsec_nanos()) << 32) / 1_000_000_000;
    elapsed.as_secs() << 32 | fraction
}
