//! Sender and receiver reports, canonical names and goodbyes (RFC 3550 §6.4–6.6).

use std::time::Duration;

use super::{BYE, RECEIVER_REPORT, Rtcp, SENDER_REPORT, SOURCE_DESCRIPTION, Writer};
use super::{put_ssrc, take_ssrc, take_u32};
use crate::id::Ssrc;

/// What the count in a header can say; longer lists are cut, callers send another packet.
const MAX_COUNT: usize = 31;

/// Bytes of a canonical name at most: its length is one byte.
const MAX_CNAME: usize = 255;

const ITEM_END: u8 = 0;
const ITEM_CNAME: u8 = 1;

/// A sender's clocks and counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenderInfo {
    /// Wall clock as 32.32 seconds since 1900.
    pub ntp: u64,
    /// The same instant in the source's RTP clock.
    pub rtp: u32,
    /// Packets sent, wrapping.
    pub packets: u32,
    /// Payload bytes sent, wrapping.
    pub bytes: u32,
}

/// What a receiver has seen of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source.
    pub ssrc: Ssrc,
    /// Share lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Packets lost since the beginning; negative when duplicates came. 24 bits, saturated when written.
    pub lost: i32,
    /// Highest sequence number seen, with the count of wraps above it.
    pub highest_sequence: u32,
    /// Interarrival jitter in RTP clock units.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP; 0 when none came.
    pub last_report: u32,
    /// Time since it came, in 65 536ths of a second.
    pub delay: u32,
}

impl ReportBlock {
    /// Round trip to the reporter, given our present time as [`compact_ntp`]; `None` when it has no report of
    /// ours or its figures contradict the clock.
    pub fn round_trip(&self, now: u32) -> Option<Duration> {
        if self.last_report == 0 {
            return None;
        }
        let ticks = now.wrapping_sub(self.last_report).wrapping_sub(self.delay);
        // Half the range away is "before it was sent": a receiver that rounded its delay up, or nonsense.
        (ticks < u32::MAX / 2).then(|| Duration::from_micros(u64::from(ticks) * 1_000_000 / 65_536))
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let ssrc = take_ssrc(bytes)?;
        let loss = take_u32(bytes)?;
        Some(Self {
            ssrc,
            fraction_lost: (loss >> 24) as u8,
            // Shifting up and back down carries the sign of the 24-bit number.
            lost: ((loss << 8) as i32) >> 8,
            highest_sequence: take_u32(bytes)?,
            jitter: take_u32(bytes)?,
            last_report: take_u32(bytes)?,
            delay: take_u32(bytes)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_ssrc(out, self.ssrc);
        let lost = self.lost.clamp(-0x80_0000, 0x7f_ffff) as u32 & 0xff_ffff;
        out.extend_from_slice(&(u32::from(self.fraction_lost) << 24 | lost).to_be_bytes());
        for value in [self.highest_sequence, self.jitter, self.last_report, self.delay] {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}

/// The middle 32 bits of an NTP time, as report blocks carry it.
pub const fn compact_ntp(ntp: u64) -> u32 {
    (ntp >> 16) as u32
}

pub(super) fn read_sender_report(count: u8, mut body: &[u8]) -> Option<Rtcp> {
    let ssrc = take_ssrc(&mut body)?;
    let ntp = u64::from(take_u32(&mut body)?) << 32 | u64::from(take_u32(&mut body)?);
    let info = SenderInfo {
        ntp,
        rtp: take_u32(&mut body)?,
        packets: take_u32(&mut body)?,
        bytes: take_u32(&mut body)?,
    };
    Some(Rtcp::SenderReport {
        ssrc,
        info,
        blocks: read_blocks(count, body)?,
    })
}

pub(super) fn read_receiver_report(count: u8, mut body: &[u8]) -> Option<Rtcp> {
    let ssrc = take_ssrc(&mut body)?;
    Some(Rtcp::ReceiverReport {
        ssrc,
        blocks: read_blocks(count, body)?,
    })
}

fn read_blocks(count: u8, mut body: &[u8]) -> Option<Vec<ReportBlock>> {
    (0..count).map(|_| ReportBlock::read(&mut body)).collect()
}

pub(super) fn read_source_description(count: u8, mut body: &[u8]) -> Option<Rtcp> {
    let mut names = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let before = body.len();
        let ssrc = take_ssrc(&mut body)?;
        loop {
            let (&item, rest) = body.split_first()?;
            body = rest;
            if item == ITEM_END {
                break;
            }
            let (&length, rest) = body.split_first()?;
            let (text, rest) = rest.split_at_checked(usize::from(length))?;
            body = rest;
            if item == ITEM_CNAME {
                names.push((ssrc, String::from_utf8_lossy(text).into_owned()));
            }
        }
        // Each chunk ends on a 32-bit boundary of its own.
        let padding = (4 - (before - body.len()) % 4) % 4;
        body = body.get(padding..)?;
    }
    Some(Rtcp::SourceDescription(names))
}

pub(super) fn read_bye(count: u8, mut body: &[u8]) -> Option<Rtcp> {
    (0..count)
        .map(|_| take_ssrc(&mut body))
        .collect::<Option<_>>()
        .map(Rtcp::Bye)
}

impl Writer<'_> {
    /// What we have sent on one of our sources. At most 31 blocks are written.
    pub fn sender_report(&mut self, ssrc: Ssrc, info: SenderInfo, blocks: &[ReportBlock]) -> &mut Self {
        let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
        self.packet(SENDER_REPORT, blocks.len() as u8, |out| {
            put_ssrc(out, ssrc);
            out.extend_from_slice(&info.ntp.to_be_bytes());
            for value in [info.rtp, info.packets, info.bytes] {
                out.extend_from_slice(&value.to_be_bytes());
            }
            blocks.iter().for_each(|block| block.write(out));
        })
    }

    /// What we have received. At most 31 blocks are written.
    pub fn receiver_report(&mut self, ssrc: Ssrc, blocks: &[ReportBlock]) -> &mut Self {
        let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
        self.packet(RECEIVER_REPORT, blocks.len() as u8, |out| {
            put_ssrc(out, ssrc);
            blocks.iter().for_each(|block| block.write(out));
        })
    }

    /// The canonical name of one source, cut at 255 bytes.
    pub fn source_description(&mut self, ssrc: Ssrc, cname: &str) -> &mut Self {
        let name = &cname.as_bytes()[..cname.len().min(MAX_CNAME)];
        self.packet(SOURCE_DESCRIPTION, 1, |out| {
            let start = out.len();
            put_ssrc(out, ssrc);
            out.extend_from_slice(&[ITEM_CNAME, name.len() as u8]);
            out.extend_from_slice(name);
            // At least one zero ends the items; more fill the chunk up to its boundary.
            let length = (out.len() - start) / 4 * 4 + 4;
            out.resize(start + length, ITEM_END);
        })
    }

    /// Sources that end. At most 31 are written.
    pub fn bye(&mut self, sources: &[Ssrc]) -> &mut Self {
        let sources = &sources[..sources.len().min(MAX_COUNT)];
        self.packet(BYE, sources.len() as u8, |out| {
            sources.iter().for_each(|&ssrc| put_ssrc(out, ssrc));
        })
    }
}
