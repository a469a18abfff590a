//! One unbroken stream for a viewer out of whatever layers and sources it is made of.

use std::time::Instant;

use super::vp8::{Counters, Offsets};
use crate::rtp::packet::{MAX_LAYERS, Packet};
use crate::rtp::vp8::Patch;
use crate::shard::relay::ClockReport;

/// Layers whose clocks disagree with elapsed time by more than this are not aligned by them.
const MAX_DISAGREEMENT_SECONDS: f64 = 1.0;

/// The clocks of a track's layers.
pub(crate) type Clocks = [Option<ClockReport>; MAX_LAYERS];

/// One run of one source as the viewer sees it.
#[derive(Clone, Copy, Debug)]
struct Run {
    layer: u8,
    epoch: u32,
    first: u64,
    /// Added to a packet's sequence number (wrapping).
    sequence_offset: u64,
    /// Added to a packet's timestamp (wrapping).
    timestamp_offset: u32,
    vp8: Offsets,
}

/// What the viewer gets instead of the publisher's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// Never wraps, never used twice: also the SRTP index.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) vp8: Option<Patch>,
    /// The first packet of a run.
    pub(crate) begins: bool,
}

/// The state of one outgoing stream.
#[derive(Debug)]
pub(crate) struct Continuity {
    run: Option<Run>,
    next: u64,
    last_timestamp: u32,
    last_sent: Option<Instant>,
    counters: Counters,
}

impl Continuity {
    /// `first`: where sequence numbers begin; below 2^15, so that both sides begin with rollover counter zero.
    pub(crate) fn new(first: u16, timestamp: u32) -> Self {
        Self {
            run: None,
            next: u64::from(first & 0x7fff).max(1),
            last_timestamp: timestamp,
            last_sent: None,
            counters: Counters::default(),
        }
    }

    /// The run ends: what comes next begins a new one.
    pub(crate) fn close(&mut self) {
        self.run = None;
    }

    /// Layer and timestamp distance of the present run.
    pub(crate) fn present(&self) -> Option<(u8, u32)> {
        self.run.map(|run| (run.layer, run.timestamp_offset))
    }

    /// Gives a packet its place; `None` when it belongs to no present run and begins none.
    pub(crate) fn place(&mut self, now: Instant, packet: &Packet, clocks: &Clocks) -> Option<Rewritten> {
        let same = |run: &Run| run.layer == packet.layer && run.epoch == packet.epoch;
        let begins = !self.run.as_ref().is_some_and(same);
        if begins {
            if !packet.info.key_frame_start {
                return None;
            }
            self.run = Some(self.begin(now, packet, clocks));
        }
        let run = self.run?;
        if packet.sequence < run.first {
            return None;
        }
        let sequence = packet.sequence.wrapping_add(run.sequence_offset);
        let timestamp = packet.timestamp.wrapping_add(run.timestamp_offset);
        let vp8 = packet.info.vp8.map(|descriptor| run.vp8.apply(&descriptor));
        if sequence >= self.next {
            self.next = sequence + 1;
            self.last_timestamp = timestamp;
            self.last_sent = Some(now);
            if let Some(patch) = vp8 {
                self.counters.note(patch);
            }
        }
        Some(Rewritten {
            sequence,
            timestamp,
            vp8,
            begins,
        })
    }

    fn begin(&self, now: Instant, packet: &Packet, clocks: &Clocks) -> Run {
        let timestamp = self.align(now, packet, clocks);
        let vp8 = packet.info.vp8.map(|descriptor| self.counters.begin(&descriptor));
        Run {
            layer: packet.layer,
            epoch: packet.epoch,
            first: packet.sequence,
            sequence_offset: self.next.wrapping_sub(packet.sequence),
            timestamp_offset: timestamp.wrapping_sub(packet.timestamp),
            vp8: vp8.unwrap_or_default(),
        }
    }

    /// The timestamp with which a new run begins: by the layers' own clocks when both are known and sensible,
    /// else by the time that passed.
    fn align(&self, now: Instant, packet: &Packet, clocks: &Clocks) -> u32 {
        let Some(last_sent) = self.last_sent else {
            return self.last_timestamp;
        };
        let rate = f64::from(packet.codec.clock_rate());
        let elapsed = now.saturating_duration_since(last_sent).as_secs_f64() * rate;
        let by_clock = self
            .by_clock(packet, clocks, rate)
            .filter(|advance| (advance - elapsed).abs() < rate * MAX_DISAGREEMENT_SECONDS);
        // The same picture in another layer may be the one just sent: time must not stand still.
        let advance = by_clock.unwrap_or(elapsed).max(1.0);
        self.last_timestamp.wrapping_add(advance as u64 as u32)
    }

    /// Ticks from the last packet sent to this one, by sender reports of both layers.
    fn by_clock(&self, packet: &Packet, clocks: &Clocks, rate: f64) -> Option<f64> {
        let run = self.run?;
        let old = (*clocks.get(usize::from(run.layer))?)?;
        let new = (*clocks.get(usize::from(packet.layer))?)?;
        if run.layer == packet.layer {
            return None;
        }
        let last_in = self.last_timestamp.wrapping_sub(run.timestamp_offset);
        let old_wall = seconds(old.ntp) + f64::from(last_in.wrapping_sub(old.rtp) as i32) / rate;
        let new_wall = seconds(new.ntp) + f64::from(packet.timestamp.wrapping_sub(new.rtp) as i32) / rate;
        Some((new_wall - old_wall) * rate)
    }
}

fn seconds(ntp: u64) -> f64 {
    // Enough for differences of milliseconds: 53 bits hold 2^32 s in half microseconds.
    (ntp >> 32) as f64 + (ntp as u32) as f64 / 4_294_967_296.0
}
