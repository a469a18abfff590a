//! One media packet as it is shared: decrypted once, read once, never copied per viewer.

use crate::media::Codec;
use crate::rtp::vp8::Descriptor;

/// Layers a track may have: LiveKit clients send at most three.
pub const MAX_LAYERS: usize = 3;

/// What a payload's first bytes said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadInfo {
    /// A viewer may begin (or change layer) with this packet.
    pub key_frame_start: bool,
    /// VP8 counters and their places.
    pub vp8: Option<Descriptor>,
}

/// A packet of a published track.
#[derive(Debug)]
pub struct Packet {
    /// Numbered without wraps, and without what nobody is to receive (silence, padding).
    pub sequence: u64,
    /// The publisher's media clock.
    pub timestamp: u32,
    /// End of frame or begin of talk spurt.
    pub marker: bool,
    /// It came after a later one: forwarded in place, but nothing may begin with it.
    pub late: bool,
    /// How it is encoded.
    pub codec: Codec,
    /// Its simulcast layer, 0 lowest.
    pub layer: u8,
    /// Which life of the layer: another source begins another run of numbers and timestamps.
    pub epoch: u32,
    /// RFC 6464 byte: voice flag and level.
    pub audio_level: Option<u8>,
    /// `urn:3gpp:video-orientation` byte.
    pub orientation: Option<u8>,
    /// What the payload's first bytes said.
    pub info: PayloadInfo,
    /// The payload.
    pub payload: Box<[u8]>,
}
