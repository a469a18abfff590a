//! One source of a publisher: one layer of a picture, or a microphone.

use std::time::{Duration, Instant};

use super::key_frames::KeyFrames;
use super::reception::{Arrival, Reception};
use crate::id::Ssrc;
use crate::media::{Codec, MediaKind};
use crate::rtp::extensions::Extensions;
use crate::rtp::h264::Units;
use crate::rtp::header::Header;
use crate::rtp::packet::{Packet, PayloadInfo};
use crate::rtp::sequence::Compactor;
use crate::rtp::vp8::Descriptor;

/// What RFC 6464 calls silence.
const SILENCE: u8 = 127;

/// A microphone that falls silent is heard this long more, so that the end of a word is not cut.
const SILENCE_HANGOVER: Duration = Duration::from_millis(400);

/// Numbers of key frame requests between one source and the next: more than one is likely to be asked.
const COMMANDS_APART: u8 = 59;

/// A source and what is known of it.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) ssrc: Ssrc,
    pub(super) rtx: Option<Ssrc>,
    pub(super) section: usize,
    pub(super) layer: u8,
    pub(super) epoch: u32,
    pub(super) kind: MediaKind,
    pub(super) reception: Reception,
    pub(super) key_frames: KeyFrames,
    compactor: Compactor,
    sound_until: Instant,
    parameters_seen: bool,
    pub(super) last_packet: Instant,
}

/// A packet of the stream, decrypted and with its padding removed.
pub(super) struct Arrived<'a> {
    pub(super) header: &'a Header,
    pub(super) extensions: &'a Extensions<'a>,
    pub(super) sequence: u64,
    pub(super) codec: Codec,
    pub(super) payload: &'a [u8],
    pub(super) retransmission: bool,
    /// The publisher muted the track: nothing is passed on.
    pub(super) muted: bool,
}

impl Stream {
    pub(super) fn new(
        now: Instant,
        (ssrc, first): (Ssrc, u64),
        section: usize,
        layer: u8,
        epoch: u32,
        kind: MediaKind,
    ) -> Self {
        Self {
            ssrc,
            rtx: None,
            section,
            layer,
            epoch,
            kind,
            reception: Reception::new(now, first, kind == MediaKind::Video),
            // A source that is forgotten and learnt again must not begin with a number it has seen.
            key_frames: KeyFrames::new((epoch as u8).wrapping_mul(COMMANDS_APART)),
            compactor: Compactor::default(),
            sound_until: now + SILENCE_HANGOVER,
            parameters_seen: false,
            last_packet: now,
        }
    }

    /// A new viewer hears the hangover even of a silent microphone, so that it sees the track is alive.
    pub(super) fn wake(&mut self, now: Instant) {
        self.sound_until = self.sound_until.max(now + SILENCE_HANGOVER);
    }

    /// Takes a packet; what is to be passed on comes back.
    pub(super) fn receive(&mut self, now: Instant, arrived: &Arrived<'_>) -> Option<Packet> {
        let arrival = self
            .reception
            .arrive(now, arrived.sequence, arrived.retransmission);
        if arrival == Arrival::Duplicate {
            return None;
        }
        self.last_packet = now;
        if !arrived.retransmission && arrival == Arrival::Newest {
            self.reception
                .note_jitter(now, arrived.header.timestamp, arrived.codec.clock_rate());
        }
        let newest = arrival == Arrival::Newest;
        let unwanted = arrived.payload.is_empty() || arrived.muted || self.is_silence(now, arrived);
        if unwanted {
            if newest {
                self.compactor.remove(arrived.sequence);
                return None;
            }
            if arrived.payload.is_empty() || arrived.muted {
                return None;
            }
        }
        let info = self.inspect(arrived);
        let late = !newest;
        if info.key_frame_start && !late {
            self.key_frames.came();
            if self.kind == MediaKind::Video {
                self.reception.forget_before(arrived.sequence);
            }
        }
        Some(Packet {
            sequence: self.compactor.place(arrived.sequence),
            timestamp: arrived.header.timestamp,
            marker: arrived.header.marker,
            late,
            codec: arrived.codec,
            layer: self.layer,
            epoch: self.epoch,
            audio_level: arrived.extensions.audio_level,
            orientation: arrived.extensions.orientation,
            info: PayloadInfo {
                // Beginning with a late packet would begin behind what was already thrown away.
                key_frame_start: info.key_frame_start && !late,
                ..info
            },
            payload: arrived.payload.into(),
        })
    }

    /// Digital silence after the hangover is nobody's gain. Without a level nothing is known to be silent.
    fn is_silence(&mut self, now: Instant, arrived: &Arrived<'_>) -> bool {
        let Some(level) = arrived
            .extensions
            .audio_level
            .filter(|_| self.kind == MediaKind::Audio)
        else {
            return false;
        };
        if level & 0x7f != SILENCE {
            self.sound_until = now + SILENCE_HANGOVER;
            return false;
        }
        now >= self.sound_until
    }

    fn inspect(&mut self, arrived: &Arrived<'_>) -> PayloadInfo {
        match arrived.codec {
            Codec::Opus => PayloadInfo {
                key_frame_start: true,
                vp8: None,
            },
            Codec::Vp8 => {
                let vp8 = Descriptor::parse(arrived.payload);
                PayloadInfo {
                    key_frame_start: vp8.is_some_and(|descriptor| descriptor.key_frame_start),
                    vp8,
                }
            }
            Codec::H264 { .. } => {
                let units = Units::parse(arrived.payload);
                self.parameters_seen |= units.parameters;
                PayloadInfo {
                    key_frame_start: units.parameters || units.key_slice_start && !self.parameters_seen,
                    vp8: None,
                }
            }
        }
    }
}
