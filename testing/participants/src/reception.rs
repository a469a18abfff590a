//! Follows one received track: losses, delay, and whether the pictures could have been decoded.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::histogram::Histogram;
use crate::payload::{self, Stamp, Vp8};

/// How long a hole is waited for (a retransmission may fill it) before it counts as lost for decoding.
const PATIENCE: Duration = Duration::from_millis(400);
/// How many packets may wait behind a hole.
const WAITING_PACKETS: usize = 512;

/// Counts about one received track since they were last reset.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Packets with a payload.
    pub packets: u64,
    /// Bytes of payload.
    pub bytes: u64,
    /// Packets without payload (padding).
    pub padding: u64,
    /// Packets that came twice, or after they were given up.
    pub late_or_twice: u64,
    /// Packets whose payload was not made by a simulated participant.
    pub foreign: u64,
    /// Frames of which every packet came, in order.
    pub complete_frames: u64,
    /// Of those, key frames.
    pub key_frames: u64,
    /// Complete frames that a decoder could have shown.
    pub decodable_frames: u64,
    /// Frames that came with a hole.
    pub broken_frames: u64,
    /// Complete frames that a decoder had to drop, because something before them was missing.
    pub undecodable_frames: u64,
    /// Jumps in the picture numbers that no lost packet explains: the server's rewriting is wrong.
    pub picture_jumps: u64,
    /// Frames left out by the server in the middle of a layer although the numbers go on.
    pub hidden_gaps: u64,
    /// Changes of layer at a key frame.
    pub switches: u64,
    /// Changes of layer without a key frame: the server's mistake.
    pub wrong_switches: u64,
    /// Packets whose mark "last of the frame" is wrong.
    pub wrong_marks: u64,
    /// Delay from capture to reception, in microseconds.
    pub delay: Histogram,
}

/// One packet as the checker of frames sees it, once it is in order.
#[derive(Clone, Copy)]
struct Note {
    vp8: Vp8,
    stamp: Stamp,
    marker: bool,
    arrived: Instant,
}

/// One received track.
#[derive(Debug)]
pub struct Reception {
    is_video: bool,
    light: bool,
    ssrc: u32,
    /// First sequence number that counts, and one past the highest seen.
    base: u64,
    end: u64,
    unique: u64,
    /// What was expected and received on sources that ended before the present one.
    expected_before: u64,
    received_before: u64,
    counts: Counts,
    first: Option<Instant>,
    last: Option<Instant>,
    first_picture: Option<Instant>,
    order: Order,
    frames: Frames,
}

#[derive(Default)]
struct Order {
    next: Option<u64>,
    waiting: BTreeMap<u64, Option<Note>>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "next {:?}, {} waiting", self.next, self.waiting.len())
    }
}

#[derive(Debug, Default)]
struct Frames {
    /// The frame being put together: its stamp and the next index expected.
    open: Option<(Stamp, u16)>,
    /// The last frame a decoder could have shown.
    shown: Option<Stamp>,
    /// A frame already counted as broken, of which more packets may come.
    headless: Option<(u8, u32)>,
    /// Number of the last picture that began, shown or not.
    begun: Option<u16>,
    /// A hole since the last frame.
    hole: bool,
    waiting_for_key: bool,
}

impl Reception {
    /// Follows a new track.
    pub fn new(is_video: bool, light: bool) -> Reception {
        Reception {
            is_video,
            light,
            ssrc: 0,
            base: 0,
            end: 0,
            unique: 0,
            expected_before: 0,
            received_before: 0,
            counts: Counts::default(),
            first: None,
            last: None,
            first_picture: None,
            order: Order::default(),
            frames: Frames {
                waiting_for_key: true,
                ..Frames::default()
            },
        }
    }

    /// Takes one packet; answers whether a decoder would now ask for a key frame.
    pub fn packet(&mut self, now: Instant, ssrc: u32, sequence: u64, marker: bool, payload: &[u8]) -> bool {
        if self.first.is_none() || ssrc != self.ssrc {
            self.expected_before += self.end - self.base;
            self.received_before += self.unique;
            (self.ssrc, self.base, self.end, self.unique) = (ssrc, sequence, sequence, 0);
            self.order = Order::default();
            self.frames.hole = true;
        }
        self.first.get_or_insert(now);
        self.last = Some(now);
        self.end = self.end.max(sequence + 1);
        if sequence >= self.base {
            self.unique += 1;
        }
        if payload.is_empty() {
            self.counts.padding += 1;
        } else {
            self.counts.packets += 1;
            self.counts.bytes += payload.len() as u64;
        }
        if self.light && self.counts.packets % 16 != 1 {
            return false;
        }
        let stamp = Stamp::read(payload);
        match stamp {
            Some(stamp) => {
                let delay = payload::clock(now).saturating_sub(stamp.captured) / 1000;
                self.counts.delay.record(delay);
            }
            None if payload.is_empty() => {}
            None => self.counts.foreign += 1,
        }
        if !self.is_video || self.light {
            return false;
        }
        let note = match (stamp, Vp8::read(payload)) {
            (Some(stamp), Some(vp8)) => Some(Note {
                vp8,
                stamp,
                marker,
                arrived: now,
            }),
            _ => None,
        };
        self.in_order(now, sequence, note)
    }

    fn in_order(&mut self, now: Instant, sequence: u64, note: Option<Note>) -> bool {
        let next = *self.order.next.get_or_insert(sequence);
        if sequence < next || self.order.waiting.contains_key(&sequence) {
            self.counts.late_or_twice += 1;
            self.unique = self.unique.saturating_sub(1);
            return false;
        }
        self.order.waiting.insert(sequence, note);
        loop {
            let next = self.order.next.unwrap_or(sequence);
            let Some((&lowest, front)) = self.order.waiting.first_key_value() else {
                break;
            };
            let overdue = self.order.waiting.len() > WAITING_PACKETS
                || front.is_some_and(|note| now.saturating_duration_since(note.arrived) > PATIENCE);
            if lowest != next && !overdue {
                break;
            }
            if lowest != next {
                self.frames.hole = true;
            }
            self.order.next = Some(lowest + 1);
            let note = self.order.waiting.pop_first().and_then(|(_, note)| note);
            if let Some(note) = note
                && self.frames.packet(&note, &mut self.counts)
                && self.first_picture.is_none()
            {
                self.first_picture = Some(now);
            }
        }
        self.frames.waiting_for_key
    }

    /// Counts since the last reset.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Packets that should have come and did not, and packets that should have come.
    pub fn loss(&self) -> (u64, u64) {
        let expected = self.expected_before + (self.end - self.base);
        (
            expected.saturating_sub(self.received_before + self.unique),
            expected,
        )
    }

    /// When the first packet came.
    pub fn first(&self) -> Option<Instant> {
        self.first
    }

    /// When the last packet came.
    pub fn last(&self) -> Option<Instant> {
        self.last
    }

    /// When the first picture could have been shown.
    pub fn first_picture(&self) -> Option<Instant> {
        self.first_picture
    }

    /// Starts counting anew, without forgetting where the track stands.
    pub fn reset(&mut self) {
        self.counts = Counts::default();
        (self.expected_before, self.received_before) = (0, 0);
        (self.base, self.unique) = (self.end, 0);
    }
}

impl Frames {
    /// Takes the next packet in order; answers whether it ended a frame that can be shown.
    fn packet(&mut self, note: &Note, counts: &mut Counts) -> bool {
        let stamp = note.stamp;
        if self.hole
            && let Some((first, _)) = self.open.take()
        {
            counts.broken_frames += 1;
            self.headless = Some((first.layer, first.frame));
        }
        if stamp.index == 0 && note.vp8.start {
            if self.open.is_some() {
                counts.broken_frames += 1;
            }
            self.open = Some((stamp, 0));
            self.judge(note, counts);
        }
        let Some((first, expected)) = &mut self.open else {
            // The rest of a frame whose beginning is missing.
            if self.headless.replace((stamp.layer, stamp.frame)) != Some((stamp.layer, stamp.frame)) {
                counts.broken_frames += 1;
            }
            return false;
        };
        if (stamp.frame, stamp.layer, stamp.index) != (first.frame, first.layer, *expected) {
            counts.broken_frames += 1;
            self.headless = Some((stamp.layer, stamp.frame));
            self.open = None;
            self.waiting_for_key = true;
            return false;
        }
        *expected += 1;
        counts.wrong_marks += u64::from(note.marker != (*expected == stamp.count));
        if *expected < stamp.count {
            return false;
        }
        self.open = None;
        counts.complete_frames += 1;
        counts.key_frames += u64::from(stamp.key);
        if stamp.key {
            self.waiting_for_key = false;
        }
        if self.waiting_for_key {
            counts.undecodable_frames += 1;
            return false;
        }
        counts.decodable_frames += 1;
        self.shown = Some(stamp);
        true
    }

    /// At the first packet of a frame: does it follow what was shown before?
    fn judge(&mut self, note: &Note, counts: &mut Counts) {
        let hole = std::mem::take(&mut self.hole);
        let stamp = note.stamp;
        let begun = std::mem::replace(&mut self.begun, note.vp8.picture.map(|(number, _)| number));
        if let Some(shown) = &self.shown {
            let follows = match (begun, note.vp8.picture) {
                (Some(before), Some((now, modulus))) => (before % modulus + 1) % modulus == now,
                _ => true,
            };
            let switched = shown.layer != stamp.layer;
            if switched && stamp.key {
                counts.switches += 1;
            }
            if switched && !stamp.key && !hole && !self.waiting_for_key {
                counts.wrong_switches += 1;
                self.waiting_for_key = true;
            }
            if !follows && !hole && !self.waiting_for_key {
                counts.picture_jumps += 1;
            }
            if !switched
                && !stamp.key
                && !hole
                && follows
                && stamp.frame != shown.frame + 1
                && !self.waiting_for_key
            {
                counts.hidden_gaps += 1;
                self.waiting_for_key = true;
            }
            if !stamp.key && (hole && stamp.frame != shown.frame + 1 || !follows) {
                self.waiting_for_key = true;
            }
        }
    }
}

#[cfg(test)]
mod tests;
