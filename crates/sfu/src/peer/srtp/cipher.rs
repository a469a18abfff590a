//! The two ways to protect a packet: AES-GCM (RFC 7714) and AES counter mode with HMAC-SHA1-80 (RFC 3711).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::EncryptingKey;
use aws_lc_rs::hmac;

use super::derivation::{Label, counter_apply, counter_key, derive};
use super::{Master, Profile};

const GCM_TAG: usize = 16;
const SHA1_TAG: usize = 10;

/// Session keys of one direction.
pub(super) enum Cipher {
    Gcm {
        rtp: LessSafeKey,
        rtp_salt: [u8; 12],
        rtcp: LessSafeKey,
        rtcp_salt: [u8; 12],
    },
    Counter(Box<Counter>),
}

pub(super) struct Counter {
    rtp: EncryptingKey,
    rtp_salt: [u8; 14],
    rtp_authentication: hmac::Key,
    rtcp: EncryptingKey,
    rtcp_salt: [u8; 14],
    rtcp_authentication: hmac::Key,
}

impl Cipher {
    pub(super) fn new(profile: Profile, master: &Master) -> Option<Self> {
        let (key, salt) = (&master.key[..], &master.salt[..]);
        Some(match profile {
            Profile::Gcm128 => {
                let rtp: [u8; 16] = derive(key, salt, Label::RtpEncryption)?;
                let rtcp: [u8; 16] = derive(key, salt, Label::RtcpEncryption)?;
                Self::Gcm {
                    rtp: LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &rtp).ok()?),
                    rtp_salt: derive(key, salt, Label::RtpSalt)?,
                    rtcp: LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &rtcp).ok()?),
                    rtcp_salt: derive(key, salt, Label::RtcpSalt)?,
                }
            }
            Profile::Gcm256 => {
                let rtp: [u8; 32] = derive(key, salt, Label::RtpEncryption)?;
                let rtcp: [u8; 32] = derive(key, salt, Label::RtcpEncryption)?;
                Self::Gcm {
                    rtp: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &rtp).ok()?),
                    rtp_salt: derive(key, salt, Label::RtpSalt)?,
                    rtcp: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &rtcp).ok()?),
                    rtcp_salt: derive(key, salt, Label::RtcpSalt)?,
                }
            }
            Profile::CounterSha1 => {
                let sign = |label| {
                    let key: [u8; 20] = derive(key, salt, label)?;
                    Some(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key))
                };
                let encrypt = |label| counter_key(&derive::<16>(key, salt, label)?);
                Self::Counter(Box::new(Counter {
                    rtp: encrypt(Label::RtpEncryption)?,
                    rtp_salt: derive(key, salt, Label::RtpSalt)?,
                    rtp_authentication: sign(Label::RtpAuthentication)?,
                    rtcp: encrypt(Label::RtcpEncryption)?,
                    rtcp_salt: derive(key, salt, Label::RtcpSalt)?,
                    rtcp_authentication: sign(Label::RtcpAuthentication)?,
                }))
            }
        })
    }

    /// Encrypts the RTP packet that begins at `start` of the buffer and appends the tag.
    pub(super) fn seal_rtp(
        &self,
        buffer: &mut Vec<u8>,
        start: usize,
        body: usize,
        ssrc: u32,
        index: u64,
    ) -> bool {
        match self {
            Self::Gcm { rtp, rtp_salt, .. } => {
                let nonce = rtp_nonce(rtp_salt, ssrc, index);
                let (clear, secret) = buffer[start..].split_at_mut(body);
                match rtp.seal_in_place_separate_tag(nonce, Aad::from(&*clear), secret) {
                    Ok(tag) => buffer.extend_from_slice(tag.as_ref()),
                    Err(_) => return false,
                }
            }
            Self::Counter(keys) => {
                let iv = counter_iv(&keys.rtp_salt, ssrc, index);
                if !counter_apply(&keys.rtp, iv, &mut buffer[start + body..]) {
                    return false;
                }
                let tag = rtp_tag(keys, &buffer[start..], index);
                buffer.extend_from_slice(&tag.as_ref()[..SHA1_TAG]);
            }
        }
        true
    }

    /// Checks and decrypts an RTP packet in place; the length of what it holds without the tag.
    pub(super) fn open_rtp(&self, packet: &mut [u8], body: usize, ssrc: u32, index: u64) -> Option<usize> {
        match self {
            Self::Gcm { rtp, rtp_salt, .. } => {
                let nonce = rtp_nonce(rtp_salt, ssrc, index);
                let (clear, secret) = packet.split_at_mut_checked(body)?;
                let opened = rtp.open_in_place(nonce, Aad::from(&*clear), secret).ok()?;
                Some(body + opened.len())
            }
            Self::Counter(keys) => {
                let end = packet.len().checked_sub(SHA1_TAG).filter(|&end| end >= body)?;
                let (content, tag) = packet.split_at_mut(end);
                let expected = rtp_tag(keys, content, index);
                if !same(&expected.as_ref()[..SHA1_TAG], tag) {
                    return None;
                }
                let iv = counter_iv(&keys.rtp_salt, ssrc, index);
                counter_apply(&keys.rtp, iv, &mut content[body..]).then_some(end)
            }
        }
    }

    /// Encrypts the RTCP compound that begins at `start` and appends index and tag.
    pub(super) fn seal_rtcp(&self, buffer: &mut Vec<u8>, start: usize, ssrc: u32, index: u32) -> bool {
        let word = (0x8000_0000 | index).to_be_bytes();
        match self {
            Self::Gcm { rtcp, rtcp_salt, .. } => {
                let nonce = rtcp_nonce(rtcp_salt, ssrc, index);
                let (clear, secret) = buffer[start..].split_at_mut(8);
                let mut associated = [0u8; 12];
                associated[..8].copy_from_slice(clear);
                associated[8..].copy_from_slice(&word);
                match rtcp.seal_in_place_separate_tag(nonce, Aad::from(associated), secret) {
                    Ok(tag) => buffer.extend_from_slice(tag.as_ref()),
                    Err(_) => return false,
                }
                buffer.extend_from_slice(&word);
            }
            Self::Counter(keys) => {
                let iv = counter_iv(&keys.rtcp_salt, ssrc, u64::from(index));
                if !counter_apply(&keys.rtcp, iv, &mut buffer[start + 8..]) {
                    return false;
                }
                buffer.extend_from_slice(&word);
                let tag = hmac::sign(&keys.rtcp_authentication, &buffer[start..]);
                buffer.extend_from_slice(&tag.as_ref()[..SHA1_TAG]);
            }
        }
        true
    }

    /// Checks and decrypts an RTCP compound in place; its index and length.
    pub(super) fn open_rtcp(&self, packet: &mut [u8]) -> Option<(u32, usize)> {
        if packet.len() < 8 {
            return None;
        }
        let ssrc = u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]]);
        match self {
            Self::Gcm { rtcp, rtcp_salt, .. } => {
                let end = packet.len().checked_sub(4).filter(|&end| end >= 8 + GCM_TAG)?;
                let (content, tail) = packet.split_at_mut(end);
                let word = u32::from_be_bytes([tail[0], tail[1], tail[2], tail[3]]);
                let index = word & 0x7fff_ffff;
                let nonce = rtcp_nonce(rtcp_salt, ssrc, index);
                if word & 0x8000_0000 == 0 {
                    // Not encrypted, only authenticated: everything is associated data.
                    let (clear, tag) = content.split_at_mut(end - GCM_TAG);
                    let mut associated = clear.to_vec();
                    associated.extend_from_slice(tail);
                    rtcp.open_in_place(nonce, Aad::from(associated), tag).ok()?;
                    return Some((index, end - GCM_TAG));
                }
                let (clear, secret) = content.split_at_mut(8);
                let mut associated = [0u8; 12];
                associated[..8].copy_from_slice(clear);
                associated[8..].copy_from_slice(tail);
                let opened = rtcp.open_in_place(nonce, Aad::from(associated), secret).ok()?;
                Some((index, 8 + opened.len()))
            }
            Self::Counter(keys) => {
                let end = packet.len().checked_sub(SHA1_TAG).filter(|&end| end >= 12)?;
                let (content, tag) = packet.split_at_mut(end);
                let expected = hmac::sign(&keys.rtcp_authentication, content);
                if !same(&expected.as_ref()[..SHA1_TAG], tag) {
                    return None;
                }
                let (content, tail) = content.split_at_mut(end - 4);
                let word = u32::from_be_bytes([tail[0], tail[1], tail[2], tail[3]]);
                let index = word & 0x7fff_ffff;
                if word & 0x8000_0000 != 0 {
                    let iv = counter_iv(&keys.rtcp_salt, ssrc, u64::from(index));
                    counter_apply(&keys.rtcp, iv, &mut content[8..]).then_some(())?;
                }
                Some((index, end - 4))
            }
        }
    }
}

/// 16 zero bits, source, rollover counter and sequence number, over the salt (RFC 7714 §8.1).
fn rtp_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> Nonce {
    let mut nonce = *salt;
    for (byte, value) in nonce[2..6].iter_mut().zip(ssrc.to_be_bytes()) {
        *byte ^= value;
    }
    for (byte, value) in nonce[6..12].iter_mut().zip(&index.to_be_bytes()[2..]) {
        *byte ^= value;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// 16 zero bits, source, 16 zero bits and the RTCP index, over the salt (RFC 7714 §9.1).
fn rtcp_nonce(salt: &[u8; 12], ssrc: u32, index: u32) -> Nonce {
    let mut nonce = *salt;
    for (byte, value) in nonce[2..6].iter_mut().zip(ssrc.to_be_bytes()) {
        *byte ^= value;
    }
    for (byte, value) in nonce[8..12].iter_mut().zip(index.to_be_bytes()) {
        *byte ^= value;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// Salt, source and packet index each at their place of 128 bits (RFC 3711 §4.1.1).
fn counter_iv(salt: &[u8; 14], ssrc: u32, index: u64) -> [u8; 16] {
    let mut iv = [0u8; 16];
    iv[..14].copy_from_slice(salt);
    for (byte, value) in iv[4..8].iter_mut().zip(ssrc.to_be_bytes()) {
        *byte ^= value;
    }
    for (byte, value) in iv[8..14].iter_mut().zip(&index.to_be_bytes()[2..]) {
        *byte ^= value;
    }
    iv
}

/// The tag over a packet and its rollover counter (RFC 3711 §4.2).
fn rtp_tag(keys: &Counter, packet: &[u8], index: u64) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&keys.rtp_authentication);
    context.update(packet);
    context.update(&((index >> 16) as u32).to_be_bytes());
    context.sign()
}

fn same(expected: &[u8], given: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(expected, given).is_ok()
}
