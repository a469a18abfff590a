//! What the synthetic packets carry: a VP8 descriptor or an Opus header that a server can read, filling, and at the
//! very end a stamp that tells the receiver when and as what the packet was made.

use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Length of the stamp that ends every payload.
pub const STAMP_LENGTH: usize = 32;
/// Length of the VP8 payload descriptor written here.
const DESCRIPTOR_LENGTH: usize = 6;
const MAGIC: [u8; 8] = *b"PALABRE\x01";

/// When and as what a packet was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Time of capture on this machine's [`clock`], in nanoseconds.
    pub captured: u64,
    /// Number of the frame (or sound packet) in its layer, from 1.
    pub frame: u32,
    /// Place of the packet in its frame, from 0.
    pub index: u16,
    /// Packets in the frame.
    pub count: u16,
    /// Layer of the picture, from 0; 0 for sound.
    pub layer: u8,
    /// Whether the frame can be decoded on its own.
    pub key: bool,
}

/// Nanoseconds on a clock shared by the processes of this machine that never goes back within one process.
pub fn clock(now: Instant) -> u64 {
    static START: LazyLock<(Instant, u64)> = LazyLock::new(|| {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (Instant::now(), wall.as_nanos() as u64)
    });
    let (instant, wall) = *START;
    if now >= instant {
        wall + (now - instant).as_nanos() as u64
    } else {
        wall - (instant - now).as_nanos() as u64
    }
}

impl Stamp {
    fn write(&self, to: &mut [u8]) {
        to[..8].copy_from_slice(&MAGIC);
        to[8..16].copy_from_slice(&self.captured.to_be_bytes());
        to[16..20].copy_from_slice(&self.frame.to_be_bytes());
        to[20..22].copy_from_slice(&self.index.to_be_bytes());
        to[22..24].copy_from_slice(&self.count.to_be_bytes());
        to[24] = self.layer;
        to[25] = u8::from(self.key);
        to[26..28].copy_from_slice(&[0, 0]);
        let sum = checksum(&to[..28]);
        to[28..32].copy_from_slice(&sum.to_be_bytes());
    }

    /// Reads the stamp at the end of a payload, if the payload was written by this module.
    pub fn read(payload: &[u8]) -> Option<Stamp> {
        let from: &[u8; STAMP_LENGTH] = payload.last_chunk()?;
        let whole = from[..8] == MAGIC && checksum(&from[..28]).to_be_bytes() == from[28..32];
        whole.then(|| Stamp {
            captured: u64::from_be_bytes(from[8..16].try_into().unwrap_or_default()),
            frame: u32::from_be_bytes(from[16..20].try_into().unwrap_or_default()),
            index: u16::from_be_bytes([from[20], from[21]]),
            count: u16::from_be_bytes([from[22], from[23]]),
            layer: from[24],
            key: from[25] == 1,
        })
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| {
        (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// One sound packet of at least the given length: an Opus header (one 20 ms frame, full band) and filling.
pub fn sound(length: usize, stamp: &Stamp) -> Arc<[u8]> {
    let length = length.max(1 + STAMP_LENGTH);
    let mut bytes = vec![0x55; length];
    bytes[0] = 0x78;
    stamp.write(&mut bytes[length - STAMP_LENGTH..]);
    Arc::from(bytes)
}

/// What a VP8 payload says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vp8 {
    /// Whether the packet starts a frame.
    pub start: bool,
    /// Whether it starts a key frame.
    pub key: bool,
    /// Number of the picture and the number of values it counts through (128 or 32768).
    pub picture: Option<(u16, u16)>,
    /// Index of the last base-layer picture.
    pub base_index: Option<u8>,
}

/// One packet of a picture: descriptor, frame header at the start of the frame, filling, stamp.
pub fn picture(length: usize, picture_id: u16, base_index: u8, size: (u16, u16), stamp: &Stamp) -> Arc<[u8]> {
    let start = stamp.index == 0;
    let header = if !start {
        0
    } else if stamp.key {
        10
    } else {
        3
    };
    let length = length.max(DESCRIPTOR_LENGTH + header + STAMP_LENGTH);
    let mut bytes = vec![0x33; length];
    bytes[0] = if start { 0x90 } else { 0x80 };
    bytes[1] = 0xe0;
    bytes[2..4].copy_from_slice(&(picture_id | 0x8000).to_be_bytes());
    bytes[4] = base_index;
    bytes[5] = 0x20;
    if start {
        // Frame tag: key frame bit (inverted), version 0, shown, first partition of 100 bytes.
        let tag: u32 = u32::from(!stamp.key) | 1 << 4 | 100 << 5;
        bytes[6..9].copy_from_slice(&tag.to_le_bytes()[..3]);
        if stamp.key {
            bytes[9..12].copy_from_slice(&[0x9d, 0x01, 0x2a]);
            bytes[12..14].copy_from_slice(&size.0.to_le_bytes());
            bytes[14..16].copy_from_slice(&size.1.to_le_bytes());
        }
    }
    stamp.write(&mut bytes[length - STAMP_LENGTH..]);
    Arc::from(bytes)
}

impl Vp8 {
    /// Reads the descriptor and the first byte of the frame, whoever wrote them.
    pub fn read(payload: &[u8]) -> Option<Vp8> {
        let first = *payload.first()?;
        let start = first & 0x17 == 0x10;
        let mut at = 1;
        let mut picture = None;
        let mut base_index = None;
        if first & 0x80 != 0 {
            let extension = *payload.get(at)?;
            at += 1;
            if extension & 0x80 != 0 {
                let high = *payload.get(at)?;
                at += 1;
                picture = Some(if high & 0x80 != 0 {
                    let low = *payload.get(at)?;
                    at += 1;
                    (u16::from_be_bytes([high & 0x7f, low]), 0x8000)
                } else {
                    (u16::from(high), 0x80)
                });
            }
            if extension & 0x40 != 0 {
                base_index = Some(*payload.get(at)?);
                at += 1;
            }
            if extension & 0x30 != 0 {
                at += 1;
            }
        }
        let key = start && payload.get(at)? & 1 == 0;
        Some(Vp8 {
            start,
            key,
            picture,
            base_index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(index: u16, key: bool) -> Stamp {
        Stamp {
            captured: 1_234_567_890_123,
            frame: 42,
            index,
            count: 3,
            layer: 2,
            key,
        }
    }

    #[test]
    fn sound_carries_its_stamp() {
        let payload = sound(100, &stamp(0, false));
        assert_eq!(payload.len(), 100);
        assert_eq!(Stamp::read(&payload), Some(stamp(0, false)));
        assert_eq!(sound(1, &stamp(0, false)).len(), 33);
    }

    #[test]
    fn a_changed_or_foreign_payload_has_no_stamp() {
        let mut bytes = sound(60, &stamp(0, false)).to_vec();
        let end = bytes.len();
        bytes[end - 10] ^= 1;
        assert_eq!(Stamp::read(&bytes), None);
        assert_eq!(Stamp::read(&[0; 80]), None);
        assert_eq!(Stamp::read(&[]), None);
    }

    #[test]
    fn pictures_read_as_vp8() {
        let key = picture(900, 0x1234, 7, (640, 360), &stamp(0, true));
        assert_eq!(
            Vp8::read(&key),
            Some(Vp8 {
                start: true,
                key: true,
                picture: Some((0x1234, 0x8000)),
                base_index: Some(7)
            })
        );
        let delta = picture(900, 5, 8, (640, 360), &stamp(0, false));
        assert_eq!(
            Vp8::read(&delta).map(|read| (read.start, read.key)),
            Some((true, false))
        );
        let rest = picture(900, 5, 8, (640, 360), &stamp(1, true));
        assert_eq!(
            Vp8::read(&rest).map(|read| (read.start, read.key)),
            Some((false, false))
        );
        assert_eq!(Stamp::read(&rest), Some(stamp(1, true)));
    }

    #[test]
    fn short_picture_numbers_and_cut_descriptors() {
        let short = [0x90, 0x80, 0x11, 0x00];
        assert_eq!(
            Vp8::read(&short).and_then(|read| read.picture),
            Some((0x11, 0x80))
        );
        assert_eq!(Vp8::read(&[]), None);
        assert_eq!(Vp8::read(&[0x90, 0x80]), None);
        assert_eq!(Vp8::read(&[0x90, 0x80, 0x81]), None);
    }

    #[test]
    fn the_clock_runs_forward() {
        let now = Instant::now();
        assert!(clock(now + std::time::Duration::from_millis(1)) - clock(now) == 1_000_000);
    }
}
