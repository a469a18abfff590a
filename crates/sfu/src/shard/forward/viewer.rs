//! One viewer of one track: which layer flows, and what became of it on the wire.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::continuity::Continuity;
use super::history::{History, Sent};
use crate::id::{PayloadType, Ssrc};
use crate::media::{Codec, MediaKind, Subscribe, Wish};
use crate::rtp::packet::Packet;
use crate::shard::tracks::TrackSlot;

/// A viewer waiting for a key frame has it asked for again after this.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Sender reports remembered to measure the round trip by.
const REPORTS: usize = 8;

/// What [`Viewer::offer`] wants done with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Send it.
    Take,
    /// Not for this viewer.
    Leave,
    /// Not for this viewer, but a key frame of its layer would be.
    AskKeyFrame(u8),
    /// The viewer has no layer yet although it wants one: decide again.
    Decide,
}

/// A claim placed on a section of a viewer's connection.
pub(crate) struct Viewer {
    pub(crate) subscribe: Subscribe,
    pub(crate) track: TrackSlot,
    /// The layer congestion control grants; `None`: nothing.
    pub(crate) target: Option<u8>,
    /// Paused for want of bandwidth, as last told.
    pub(crate) paused: bool,
    /// More would be sent if there were more bandwidth.
    pub(crate) constrained: bool,
    /// Layer and epoch accepted at present.
    flowing: Option<(u8, u32)>,
    asked: Option<Instant>,
    pub(crate) continuity: Continuity,
    pub(crate) history: History,
    pub(crate) rtx_sequence: u64,
    pub(crate) started: bool,
    /// The client has reported on our source: it needs no section tag any more.
    pub(crate) acknowledged: bool,
    pub(crate) packets: u32,
    pub(crate) bytes: u32,
    pub(crate) reported: Option<Instant>,
    reports: VecDeque<(u32, Instant)>,
    pub(crate) lost_seen: i32,
    format: Option<(Codec, PayloadType, Option<PayloadType>)>,
}

impl Viewer {
    pub(crate) fn new(subscribe: Subscribe, track: TrackSlot, random: u64) -> Self {
        Self {
            subscribe,
            track,
            target: None,
            paused: false,
            constrained: false,
            flowing: None,
            asked: None,
            continuity: Continuity::new(random as u16, (random >> 16) as u32),
            history: History::default(),
            rtx_sequence: u64::from((random >> 48) as u16 & 0x7fff).max(1),
            started: false,
            acknowledged: false,
            packets: 0,
            bytes: 0,
            reported: None,
            reports: VecDeque::new(),
            lost_seen: 0,
            format: None,
        }
    }

    pub(crate) fn is_video(&self) -> bool {
        self.subscribe.kind == MediaKind::Video
    }

    pub(crate) fn owns(&self, ssrc: Ssrc) -> bool {
        self.subscribe.ssrc == ssrc || self.subscribe.rtx == Some(ssrc)
    }

    /// The layer a key frame would help: the one granted, else the one flowing.
    pub(crate) fn wanted_layer(&self) -> Option<u8> {
        self.target.or(self.flowing.map(|(layer, _)| layer))
    }

    /// The layer that flows.
    pub(crate) fn flowing_layer(&self) -> Option<u8> {
        self.flowing.map(|(layer, _)| layer)
    }

    /// Takes the claim's new wish; true when it changed.
    pub(crate) fn wish(&mut self, wish: Wish) -> bool {
        let changed = self.subscribe.wish != wish;
        self.subscribe.wish = wish;
        if !wish.enabled {
            self.stop();
        }
        changed
    }

    /// Nothing flows until the next key frame.
    pub(crate) fn stop(&mut self) {
        self.flowing = None;
        self.continuity.close();
    }

    /// Congestion control grants a layer. Returns whether a key frame of it is needed.
    pub(crate) fn grant(&mut self, target: Option<u8>) -> bool {
        if self.target == target {
            return false;
        }
        self.target = target;
        self.asked = None;
        match target {
            None => {
                self.stop();
                false
            }
            Some(layer) => self.flowing_layer() != Some(layer),
        }
    }

    /// A key frame was asked for just now.
    pub(crate) fn note_asked(&mut self, now: Instant) {
        self.asked = Some(now);
    }

    /// Decides about a packet of the track.
    pub(crate) fn offer(&mut self, now: Instant, packet: &Packet) -> Offer {
        if !self.subscribe.wish.enabled {
            return Offer::Leave;
        }
        let present = (packet.layer, packet.epoch);
        if self.flowing == Some(present) {
            return Offer::Take;
        }
        if !self.is_video() {
            self.flowing = Some(present);
            return Offer::Take;
        }
        match self.target {
            None if self.paused => Offer::Leave,
            None => Offer::Decide,
            Some(target) if target != packet.layer => Offer::Leave,
            Some(_) if packet.info.key_frame_start => {
                self.flowing = Some(present);
                Offer::Take
            }
            Some(target) => {
                let recently = |at: Instant| now.saturating_duration_since(at) < ASK_AGAIN;
                if self.asked.is_some_and(recently) {
                    return Offer::Leave;
                }
                self.asked = Some(now);
                Offer::AskKeyFrame(target)
            }
        }
    }

    /// The payload types under which this viewer gets a codec: of media, and of retransmissions.
    pub(crate) fn format(&mut self, codec: Codec) -> Option<(PayloadType, Option<PayloadType>)> {
        if let Some((known, payload_type, rtx)) = self.format
            && known == codec
        {
            return Some((payload_type, rtx));
        }
        let formats = &self.subscribe.formats;
        let best = formats
            .iter()
            .max_by_key(|format| likeness(format.codec, codec))?;
        if likeness(best.codec, codec) == 0 {
            return None;
        }
        self.format = Some((codec, best.payload_type, best.rtx));
        Some((best.payload_type, best.rtx))
    }

    /// A packet went out.
    pub(crate) fn note_sent(&mut self, now: Instant, sent: Sent) {
        self.packets = self.packets.wrapping_add(1);
        self.bytes = self.bytes.wrapping_add(sent.packet.payload.len() as u32);
        if self.is_video() {
            self.history.push(now, sent);
        }
    }

    /// Where retransmissions of what flows go, if the client agreed to take them for its codec (RFC 4588).
    pub(crate) fn retransmissions(&self) -> Option<(Ssrc, PayloadType)> {
        let (_, _, payload_type) = self.format?;
        self.subscribe.rtx.zip(payload_type)
    }

    /// A sender report went out.
    pub(crate) fn note_report(&mut self, now: Instant, compact_ntp: u32) {
        self.reported = Some(now);
        if self.reports.len() >= REPORTS {
            self.reports.pop_front();
        }
        self.reports.push_back((compact_ntp, now));
    }

    /// The round trip, from what the client says about our last report.
    pub(crate) fn round_trip(&self, now: Instant, last_report: u32, delay: u32) -> Option<Duration> {
        let (_, sent) = self.reports.iter().find(|(compact, _)| *compact == last_report)?;
        let waited = Duration::from_micros(u64::from(delay) * 1_000_000 / 65_536);
        now.saturating_duration_since(*sent).checked_sub(waited)
    }
}

/// How well a viewer's format fits a publisher's codec; 0: not at all. Browsers decode any H.264 profile they
/// know whatever was negotiated, but the packetization must be one they agreed to.
fn likeness(format: Codec, codec: Codec) -> u8 {
    match (format, codec) {
        (Codec::Opus, Codec::Opus) | (Codec::Vp8, Codec::Vp8) => 1,
        (
            Codec::H264 {
                profile_level_id: theirs,
                packetization_mode: offered,
            },
            Codec::H264 {
                profile_level_id: ours,
                packetization_mode: needed,
            },
        ) => {
            let mode = if offered == needed {
                2
            } else {
                u8::from(offered > needed)
            };
            // Profile and constraint flags; the level says nothing about who can decode.
            let profile = if theirs >> 16 == ours >> 16 { 4 } else { 1 };
            if mode == 0 { 1 } else { mode + profile }
        }
        _ => 0,
    }
}
