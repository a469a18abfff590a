//! SRTP and SRTCP: what goes out is sealed in place, what comes in is checked, decrypted in place, and never
//! taken twice.

mod cipher;
mod derivation;
mod replay;
#[cfg(test)]
mod tests;

use crate::id::Ssrc;
use crate::rtp::header::Header;
use cipher::Cipher;
use replay::Window;

/// How packets are protected (RFC 5764 §4.1.2, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// `SRTP_AEAD_AES_128_GCM`
    Gcm128,
    /// `SRTP_AEAD_AES_256_GCM`
    Gcm256,
    /// `SRTP_AES128_CM_HMAC_SHA1_80`
    CounterSha1,
}

impl Profile {
    const fn lengths(self) -> (usize, usize) {
        match self {
            Profile::Gcm128 => (16, 12),
            Profile::Gcm256 => (32, 12),
            Profile::CounterSha1 => (16, 14),
        }
    }
}

/// The master secrets of one direction.
pub(crate) struct Master {
    key: Vec<u8>,
    salt: Vec<u8>,
}

/// Splits what DTLS exported (RFC 5764 §4.2): the client's secrets, then the server's.
pub(crate) fn split_keying_material(profile: Profile, material: &[u8]) -> Option<(Master, Master)> {
    let (key, salt) = profile.lengths();
    let part = |from: usize, length: usize| material.get(from..from + length).map(<[u8]>::to_vec);
    let client = Master {
        key: part(0, key)?,
        salt: part(2 * key, salt)?,
    };
    let server = Master {
        key: part(key, key)?,
        salt: part(2 * key + salt, salt)?,
    };
    Some((client, server))
}

/// Protects what we send.
pub(crate) struct Outbound {
    cipher: Cipher,
    rtcp_index: u32,
}

impl Outbound {
    pub(crate) fn new(profile: Profile, master: &Master) -> Option<Self> {
        Some(Self {
            cipher: Cipher::new(profile, master)?,
            rtcp_index: 0,
        })
    }

    /// Seals the packet that begins at `start` and reaches to the buffer's end; its payload begins `body`
    /// bytes after `start`. `index` is the extended sequence number: the caller never uses one twice.
    pub(crate) fn seal_rtp(
        &self,
        buffer: &mut Vec<u8>,
        start: usize,
        body: usize,
        ssrc: Ssrc,
        index: u64,
    ) -> bool {
        self.cipher.seal_rtp(buffer, start, body, ssrc.0, index)
    }

    /// Seals the compound that begins at `start` and reaches to the buffer's end.
    pub(crate) fn seal_rtcp(&mut self, buffer: &mut Vec<u8>, start: usize) -> bool {
        let Some(head) = buffer.get(start..start + 8) else {
            return false;
        };
        let ssrc = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        self.rtcp_index = (self.rtcp_index + 1) & 0x7fff_ffff;
        self.cipher.seal_rtcp(buffer, start, ssrc, self.rtcp_index)
    }
}

/// Sources one client may use at once: ten published tracks of three layers with their retransmissions, and
/// room for replaced ones. The longest silent one makes room for a new one.
const MAX_SOURCES: usize = 128;

struct Source {
    ssrc: u32,
    window: Window,
    used: u64,
}

/// Checks and decrypts what we receive.
pub(crate) struct Inbound {
    cipher: Cipher,
    sources: Vec<Source>,
    /// RTCP counts on its own, and each source of it for itself.
    reporters: Vec<Source>,
    used: u64,
}

impl Inbound {
    pub(crate) fn new(profile: Profile, master: &Master) -> Option<Self> {
        Some(Self {
            cipher: Cipher::new(profile, master)?,
            sources: Vec::new(),
            reporters: Vec::new(),
            used: 0,
        })
    }

    /// Decrypts an RTP packet in place; the extended sequence number and the packet's length without tag.
    /// `None`: forged, broken or seen before.
    pub(crate) fn open_rtp(&mut self, packet: &mut [u8], header: &Header) -> Option<(u64, usize)> {
        let position = self
            .sources
            .iter()
            .position(|source| source.ssrc == header.ssrc.0);
        let fresh = Window::default();
        let window = position.map_or(&fresh, |at| &self.sources[at].window);
        let index = window.guess(header.sequence);
        if !window.is_new(index) {
            return None;
        }
        let length = self
            .cipher
            .open_rtp(packet, header.payload_start, header.ssrc.0, index)?;
        self.used += 1;
        source(&mut self.sources, header.ssrc.0, self.used)
            .window
            .note(index);
        Some((index, length))
    }

    /// Decrypts an RTCP compound in place; its length without index and tag.
    pub(crate) fn open_rtcp(&mut self, packet: &mut [u8]) -> Option<usize> {
        let (index, length) = self.cipher.open_rtcp(packet)?;
        let index = u64::from(index);
        let ssrc = u32::from_be_bytes(*packet.get(4..8)?.first_chunk()?);
        self.used += 1;
        let window = &mut source(&mut self.reporters, ssrc, self.used).window;
        if !window.is_new(index) {
            return None;
        }
        window.note(index);
        Some(length)
    }
}

/// What is known of a source that has just proved itself; the longest silent one makes room for a new one.
fn source(sources: &mut Vec<Source>, ssrc: u32, used: u64) -> &mut Source {
    let known = sources.iter().position(|source| source.ssrc == ssrc);
    let at = known.unwrap_or_else(|| {
        let fresh = Source {
            ssrc,
            window: Window::default(),
            used,
        };
        if sources.len() < MAX_SOURCES {
            sources.push(fresh);
            return sources.len() - 1;
        }
        let oldest = sources.iter().enumerate().min_by_key(|(_, source)| source.used);
        let at = oldest.map_or(0, |(at, _)| at);
        sources[at] = fresh;
        at
    });
    let found = &mut sources[at];
    found.used = used;
    found
}
