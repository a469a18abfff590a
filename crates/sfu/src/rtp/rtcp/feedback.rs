//! Requests to repeat packets or send a whole picture, and the receiver's own estimate.

use super::{FORMAT_APPLICATION, FORMAT_FIR, FORMAT_NACK, FORMAT_PLI, PAYLOAD_FEEDBACK};
use super::{Rtcp, TRANSPORT_LAYER_FEEDBACK, Writer, put_ssrc, take_ssrc, take_u16};
use crate::id::{Bitrate, Ssrc};

/// Sequence numbers read from one NACK at most: a second of a large picture; more cannot be repeated usefully.
const MAX_LOST: usize = 1024;

/// Entries written into one NACK at most, so that it fits beside other reports in one datagram.
const MAX_NACK_ENTRIES: usize = 200;

const REMB: &[u8; 4] = b"REMB";

pub(super) fn read_nack(mut body: &[u8]) -> Option<Rtcp> {
    let sender = take_ssrc(&mut body)?;
    let media = take_ssrc(&mut body)?;
    let mut lost = Vec::new();
    while let (Some(first), Some(following)) = (take_u16(&mut body), take_u16(&mut body)) {
        lost.push(first);
        let mask = u32::from(following);
        lost.extend(
            (0..16)
                .filter(|bit| mask >> bit & 1 == 1)
                .map(|bit| first.wrapping_add(bit + 1)),
        );
        if lost.len() >= MAX_LOST {
            lost.truncate(MAX_LOST);
            break;
        }
    }
    (!lost.is_empty()).then_some(Rtcp::Nack { sender, media, lost })
}

pub(super) fn read_pli(mut body: &[u8]) -> Option<Rtcp> {
    Some(Rtcp::Pli {
        sender: take_ssrc(&mut body)?,
        media: take_ssrc(&mut body)?,
    })
}

/// One value per source asked; the media source of the header is unused (RFC 5104 §4.3.1.2).
pub(super) fn read_fir(mut body: &[u8]) -> impl Iterator<Item = Rtcp> {
    let sender = take_ssrc(&mut body).unwrap_or(Ssrc(0));
    let entries = body.get(4..).unwrap_or_default();
    entries.chunks_exact(8).filter_map(move |mut entry| {
        let media = take_ssrc(&mut entry)?;
        Some(Rtcp::Fir {
            sender,
            media,
            sequence: *entry.first()?,
        })
    })
}

pub(super) fn read_remb(mut body: &[u8]) -> Option<Rtcp> {
    let sender = take_ssrc(&mut body)?;
    let _unused = take_ssrc(&mut body)?;
    let body = body.strip_prefix(REMB)?;
    let (head, mut sources) = body.split_first_chunk::<4>()?;
    let packed = u32::from_be_bytes(*head);
    let count = packed >> 24;
    let exponent = packed >> 18 & 0x3f;
    let mantissa = u64::from(packed & 0x3_ffff);
    let bitrate = Bitrate(u64::try_from(u128::from(mantissa) << exponent).unwrap_or(u64::MAX));
    let sources = (0..count)
        .map(|_| take_ssrc(&mut sources))
        .collect::<Option<_>>()?;
    Some(Rtcp::Remb {
        sender,
        bitrate,
        sources,
    })
}

impl Writer<'_> {
    /// Asks for packets again. `lost` ascends (across the wrap of 16 bits); what does not fit 200 entries of
    /// up to 17 packets is left for the next time.
    pub fn nack(&mut self, sender: Ssrc, media: Ssrc, lost: &[u16]) -> &mut Self {
        self.packet(TRANSPORT_LAYER_FEEDBACK, FORMAT_NACK, |out| {
            put_ssrc(out, sender);
            put_ssrc(out, media);
            let mut rest = lost;
            for _ in 0..MAX_NACK_ENTRIES {
                let Some((&first, following)) = rest.split_first() else {
                    break;
                };
                let near = |&&next: &&u16| (1..=16).contains(&next.wrapping_sub(first));
                let covered = following.iter().take_while(near);
                let mask = covered
                    .clone()
                    .fold(0u16, |mask, &next| mask | 1 << (next.wrapping_sub(first) - 1));
                rest = &following[covered.count()..];
                out.extend_from_slice(&first.to_be_bytes());
                out.extend_from_slice(&mask.to_be_bytes());
            }
        })
    }

    /// Asks a source for a picture that can be decoded alone.
    pub fn pli(&mut self, sender: Ssrc, media: Ssrc) -> &mut Self {
        self.packet(PAYLOAD_FEEDBACK, FORMAT_PLI, |out| {
            put_ssrc(out, sender);
            put_ssrc(out, media);
        })
    }

    /// The same for clients that agreed on FIR only; `sequence` grows with each new request.
    pub fn fir(&mut self, sender: Ssrc, media: Ssrc, sequence: u8) -> &mut Self {
        self.packet(PAYLOAD_FEEDBACK, FORMAT_FIR, |out| {
            put_ssrc(out, sender);
            put_ssrc(out, Ssrc(0));
            put_ssrc(out, media);
            out.extend_from_slice(&[sequence, 0, 0, 0]);
        })
    }

    /// Tells a sender what all its sources together may take; at most 255 sources are written.
    pub fn remb(&mut self, sender: Ssrc, bitrate: Bitrate, sources: &[Ssrc]) -> &mut Self {
        let sources = &sources[..sources.len().min(255)];
        let exponent = (64 - bitrate.0.leading_zeros()).saturating_sub(18);
        let mantissa = (bitrate.0 >> exponent) as u32;
        self.packet(PAYLOAD_FEEDBACK, FORMAT_APPLICATION, |out| {
            put_ssrc(out, sender);
            put_ssrc(out, Ssrc(0));
            out.extend_from_slice(REMB);
            let packed = (sources.len() as u32) << 24 | exponent << 18 | mantissa;
            out.extend_from_slice(&packed.to_be_bytes());
            sources.iter().for_each(|&ssrc| put_ssrc(out, ssrc));
        })
    }
}
