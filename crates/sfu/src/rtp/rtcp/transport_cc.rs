//! Transport-wide feedback: which packets of a connection arrived, and when
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{FORMAT_TRANSPORT_CC, TRANSPORT_LAYER_FEEDBACK, Writer, put_ssrc, take_ssrc, take_u16, take_u32};
use crate::id::Ssrc;

/// Packets one feedback may tell of: two bytes can claim 8 191, so the claim is bounded to what a very fast
/// connection sends in half a second.
pub const MAX_STATUSES: usize = 8192;

/// Packets told of in one feedback we write: at two bytes each it stays within a datagram.
const MAX_REPORTED: usize = 400;

/// Arrivals kept for telling again when a packet comes late: half a second of 4 000 packets.
const MAX_HISTORY: usize = 2048;

/// How long arrivals are kept; a packet later than this helps no estimate.
const HISTORY: Duration = Duration::from_millis(500);

/// Arrival times count in quarters of a millisecond.
const TICK_US: i64 = 250;

/// The reference time counts in 64 ms, which is 256 ticks.
const TICKS_PER_REFERENCE: i64 = 256;

/// The reference time has 24 bits.
const REFERENCE_MASK: i64 = 0xff_ffff;

const RUN_MAX: usize = 0x1fff;
const ONE_BIT_SYMBOLS: usize = 14;
const TWO_BIT_SYMBOLS: usize = 7;

const NOT_RECEIVED: u8 = 0;
const SMALL_DELTA: u8 = 1;
const LARGE_DELTA: u8 = 2;

/// When packets of one connection arrived at the other side, by the other side's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportFeedback {
    /// Who reports.
    pub sender: Ssrc,
    /// Any one of the sources reported on; the sequence is the connection's.
    pub media: Ssrc,
    /// Grows by one with every feedback.
    pub feedback_count: u8,
    /// Transport-wide sequence number, and arrival in microseconds if it arrived. The clock has no meaning but
    /// its differences, and wraps every [`TransportFeedback::CLOCK_RANGE_US`].
    pub packets: Vec<(u16, Option<i64>)>,
}

impl TransportFeedback {
    /// Microseconds after which arrival times begin again (about twelve days).
    pub const CLOCK_RANGE_US: i64 = (REFERENCE_MASK + 1) * TICKS_PER_REFERENCE * TICK_US;

    pub(super) fn read(mut body: &[u8]) -> Option<Self> {
        let sender = take_ssrc(&mut body)?;
        let media = take_ssrc(&mut body)?;
        let base = take_u16(&mut body)?;
        let count = usize::from(take_u16(&mut body)?);
        let reference = take_u32(&mut body)?;
        if count == 0 || count > MAX_STATUSES {
            return None;
        }
        let symbols = read_symbols(&mut body, count)?;
        let mut ticks = i64::from(reference >> 8) * TICKS_PER_REFERENCE;
        let mut packets = Vec::with_capacity(count);
        for (sequence, symbol) in (0..count)
            .map(|offset| base.wrapping_add(offset as u16))
            .zip(symbols)
        {
            let delta = match symbol {
                NOT_RECEIVED => None,
                SMALL_DELTA => {
                    let (&delta, rest) = body.split_first()?;
                    body = rest;
                    Some(i64::from(delta))
                }
                LARGE_DELTA => Some(i64::from(take_u16(&mut body)? as i16)),
                _ => return None,
            };
            ticks += delta.unwrap_or(0);
            packets.push((sequence, delta.map(|_| ticks * TICK_US)));
        }
        Some(Self {
            sender,
            media,
            feedback_count: reference as u8,
            packets,
        })
    }
}

/// Reads status chunks until they told of `count` packets.
fn read_symbols(body: &mut &[u8], count: usize) -> Option<Vec<u8>> {
    let mut symbols = Vec::with_capacity(count);
    while symbols.len() < count {
        let chunk = take_u16(body)?;
        let wanted = count - symbols.len();
        if chunk & 0x8000 == 0 {
            let run = usize::from(chunk) & RUN_MAX;
            if run == 0 {
                return None;
            }
            symbols.resize(symbols.len() + run.min(wanted), (chunk >> 13) as u8 & 3);
        } else if chunk & 0x4000 == 0 {
            let bits = (0..ONE_BIT_SYMBOLS).map(|i| (chunk >> (ONE_BIT_SYMBOLS - 1 - i)) as u8 & 1);
            symbols.extend(bits.take(wanted));
        } else {
            let pairs = (0..TWO_BIT_SYMBOLS).map(|i| (chunk >> ((TWO_BIT_SYMBOLS - 1 - i) * 2)) as u8 & 3);
            symbols.extend(pairs.take(wanted));
        }
    }
    Some(symbols)
}

/// Writes status chunks for all symbols, each chunk covering as many as it can.
fn write_symbols(mut symbols: &[u8], out: &mut Vec<u8>) {
    while let Some(&first) = symbols.first() {
        let run = symbols
            .iter()
            .take(RUN_MAX)
            .take_while(|&&symbol| symbol == first)
            .count();
        let near = &symbols[..symbols.len().min(ONE_BIT_SYMBOLS)];
        let (chunk, covered) = if run >= near.len() {
            (u16::from(first) << 13 | run as u16, run)
        } else if near.iter().all(|&symbol| symbol <= SMALL_DELTA) {
            let place = |(i, &symbol): (usize, &u8)| u16::from(symbol) << (ONE_BIT_SYMBOLS - 1 - i);
            (
                near.iter()
                    .enumerate()
                    .map(place)
                    .fold(0x8000, |chunk, bit| chunk | bit),
                near.len(),
            )
        } else if run >= TWO_BIT_SYMBOLS {
            (u16::from(first) << 13 | run as u16, run)
        } else {
            let near = &near[..near.len().min(TWO_BIT_SYMBOLS)];
            let place = |(i, &symbol): (usize, &u8)| u16::from(symbol) << ((TWO_BIT_SYMBOLS - 1 - i) * 2);
            (
                near.iter()
                    .enumerate()
                    .map(place)
                    .fold(0xc000, |chunk, bits| chunk | bits),
                near.len(),
            )
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        symbols = &symbols[covered..];
    }
}

impl Writer<'_> {
    /// Tells when packets arrived. Its sequence numbers must be consecutive; telling stops where two arrivals
    /// lie further apart than a delta can say (8 s).
    pub fn transport_feedback(&mut self, feedback: &TransportFeedback) -> &mut Self {
        let arrivals = feedback.packets.iter().filter_map(|&(_, arrival)| arrival);
        let Some(first) = arrivals.clone().next() else {
            return self;
        };
        let reference = first.div_euclid(TICK_US).div_euclid(TICKS_PER_REFERENCE);
        let mut ticks = reference * TICKS_PER_REFERENCE;
        let mut symbols = Vec::with_capacity(feedback.packets.len());
        let mut deltas = Vec::with_capacity(feedback.packets.len());
        for &(_, arrival) in feedback.packets.iter().take(usize::from(u16::MAX)) {
            let Some(arrival) = arrival else {
                symbols.push(NOT_RECEIVED);
                continue;
            };
            let delta = arrival.div_euclid(TICK_US) - ticks;
            if let Ok(small) = u8::try_from(delta) {
                symbols.push(SMALL_DELTA);
                deltas.push(small);
            } else if let Ok(large) = i16::try_from(delta) {
                symbols.push(LARGE_DELTA);
                deltas.extend_from_slice(&large.to_be_bytes());
            } else {
                break;
            }
            ticks += delta;
        }
        self.packet(TRANSPORT_LAYER_FEEDBACK, FORMAT_TRANSPORT_CC, |out| {
            put_ssrc(out, feedback.sender);
            put_ssrc(out, feedback.media);
            let base = feedback.packets.first().map_or(0, |&(sequence, _)| sequence);
            out.extend_from_slice(&base.to_be_bytes());
            out.extend_from_slice(&(symbols.len() as u16).to_be_bytes());
            let reference = (reference & REFERENCE_MASK) as u32;
            out.extend_from_slice(&(reference << 8 | u32::from(feedback.feedback_count)).to_be_bytes());
            write_symbols(&symbols, out);
            out.extend_from_slice(&deltas);
        })
    }
}

/// One sequence number on the receiving side.
#[derive(Clone, Copy)]
struct Slot {
    /// When it arrived, or when a later one showed that it should have.
    ticks: i64,
    arrived: bool,
}

/// Collects arrivals on the receiving side until they are told, every 50–100 ms.
pub struct TransportFeedbackBuilder {
    /// Arrival times count from here.
    epoch: Instant,
    /// Extended sequence number of the front of `arrivals`.
    base: u64,
    /// By sequence number; told ones stay as long as they may have to be told again.
    arrivals: VecDeque<Slot>,
    /// First extended sequence number not told yet.
    next: u64,
    feedback_count: u8,
    media: Ssrc,
    /// Something came since the last telling.
    fresh: bool,
}

impl TransportFeedbackBuilder {
    /// Knows nothing yet.
    pub fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            base: 0,
            arrivals: VecDeque::new(),
            next: 0,
            feedback_count: 0,
            media: Ssrc(0),
            fresh: false,
        }
    }

    /// A packet of `media` arrived with this transport-wide sequence number.
    pub fn on_packet(&mut self, now: Instant, media: Ssrc, sequence: u16) {
        self.media = media;
        let ticks = (now.saturating_duration_since(self.epoch).as_micros() as i64) / TICK_US;
        if self.arrivals.is_empty() {
            // One lap up, so that a packet reordered before the first one has a number too.
            let lap = (self.next & !0xffff) + 0x1_0000;
            self.base = lap + u64::from(sequence);
            self.next = self.base;
            self.arrivals.push_back(Slot { ticks, arrived: true });
            self.fresh = true;
            return;
        }
        let latest = self.base + self.arrivals.len() as u64 - 1;
        let offset = sequence.wrapping_sub(latest as u16) as i16;
        let extended = latest.wrapping_add_signed(i64::from(offset));
        if extended > latest {
            let gap = (extended - latest) as usize;
            if gap > MAX_HISTORY {
                // The sender jumped: what lies between never existed.
                self.arrivals.clear();
                self.base = extended;
                self.next = extended;
            } else {
                let missing = Slot {
                    ticks,
                    arrived: false,
                };
                self.arrivals.resize(self.arrivals.len() + gap - 1, missing);
            }
            self.arrivals.push_back(Slot { ticks, arrived: true });
        } else if extended >= self.base {
            let slot = &mut self.arrivals[(extended - self.base) as usize];
            if slot.arrived {
                return;
            }
            *slot = Slot { ticks, arrived: true };
            self.next = self.next.min(extended);
        } else {
            return;
        }
        self.fresh = true;
        let oldest = ticks - HISTORY.as_micros() as i64 / TICK_US;
        let done = |slot: &Slot| slot.ticks < oldest;
        while self.arrivals.len() > MAX_HISTORY
            || self.base < self.next && self.arrivals.front().is_some_and(done)
        {
            self.arrivals.pop_front();
            self.base += 1;
        }
        self.next = self.next.max(self.base);
    }

    /// Whether a feedback is due at all.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// The next feedback to send, `None` when all is told; call until then. `sender` is a source of ours.
    pub fn build(&mut self, sender: Ssrc) -> Option<TransportFeedback> {
        self.fresh = false;
        loop {
            let start = (self.next - self.base) as usize;
            let told = self.arrivals.range(start..).take(MAX_REPORTED).zip(self.next..);
            let tell = |(slot, sequence): (&Slot, u64)| {
                (sequence as u16, slot.arrived.then_some(slot.ticks * TICK_US))
            };
            let mut packets: Vec<_> = told.map(tell).collect();
            if packets.is_empty() {
                return None;
            }
            if let Some(cut) = first_unsayable(&packets) {
                packets.truncate(cut);
            }
            self.next += packets.len() as u64;
            if packets.iter().any(|(_, arrival)| arrival.is_some()) {
                let feedback_count = self.feedback_count;
                self.feedback_count = feedback_count.wrapping_add(1);
                return Some(TransportFeedback {
                    sender,
                    media: self.media,
                    feedback_count,
                    packets,
                });
            }
            // A feedback without any arrival cannot be written: being skipped tells the same.
        }
    }
}

/// The first packet whose distance to the arrival before it does not fit a delta.
fn first_unsayable(packets: &[(u16, Option<i64>)]) -> Option<usize> {
    let arrivals = packets
        .iter()
        .enumerate()
        .filter_map(|(i, &(_, arrival))| Some((i, arrival? / TICK_US)));
    let far =
        |&((_, before), (_, after)): &((usize, i64), (usize, i64))| i16::try_from(after - before).is_err();
    arrivals
        .clone()
        .zip(arrivals.skip(1))
        .find(far)
        .map(|(_, (i, _))| i)
}
