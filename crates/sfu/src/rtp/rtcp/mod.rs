//! RTCP as bytes (RFC 3550 §6, RFC 4585, RFC 5104): reading what a client reports, writing what we report.
//!
//! [`parse`] takes a decrypted compound or reduced-size (RFC 5506) packet; [`Writer`] appends packets to a
//! buffer that is then encrypted as one.

mod feedback;
pub mod fuzzing;
mod report;
mod transport_cc;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::id::{Bitrate, Ssrc};

pub use report::{ReportBlock, SenderInfo, compact_ntp};
pub use transport_cc::{MAX_STATUSES, TransportFeedback, TransportFeedbackBuilder};

/// RTCP packets read from one datagram at most: clients send up to five; the rest of a stuffed one is ignored.
pub const MAX_PACKETS: usize = 32;

/// Bytes of the header every RTCP packet begins with.
const HEADER: usize = 4;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const TRANSPORT_LAYER_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;

const FORMAT_NACK: u8 = 1;
const FORMAT_TRANSPORT_CC: u8 = 15;
const FORMAT_PLI: u8 = 1;
const FORMAT_FIR: u8 = 4;
const FORMAT_APPLICATION: u8 = 15;

/// One RTCP packet, understood as far as a forwarder needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rtcp {
    /// What a source has sent, and what it received of others.
    SenderReport {
        /// The source.
        ssrc: Ssrc,
        /// Its clocks and counts.
        info: SenderInfo,
        /// What it received.
        blocks: Vec<ReportBlock>,
    },
    /// What somebody who sends nothing received.
    ReceiverReport {
        /// Who reports.
        ssrc: Ssrc,
        /// What it received.
        blocks: Vec<ReportBlock>,
    },
    /// Canonical names of sources; other items are skipped.
    SourceDescription(Vec<(Ssrc, String)>),
    /// Sources that end.
    Bye(Vec<Ssrc>),
    /// Packets asked for again (RFC 4585 §6.2.1).
    Nack {
        /// Who asks.
        sender: Ssrc,
        /// Of which source.
        media: Ssrc,
        /// Their sequence numbers, in the order asked, each of the source's own.
        lost: Vec<u16>,
    },
    /// A picture that can be decoded alone is asked for (RFC 4585 §6.3.1).
    Pli {
        /// Who asks.
        sender: Ssrc,
        /// Of which source.
        media: Ssrc,
    },
    /// The same, asked for by a conference (RFC 5104 §4.3.1).
    Fir {
        /// Who asks.
        sender: Ssrc,
        /// Of which source.
        media: Ssrc,
        /// Repetitions of one request carry one number.
        sequence: u8,
    },
    /// When packets arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    TransportFeedback(TransportFeedback),
    /// What the receiver estimates it can take (draft-alvestrand-rmcat-remb-03).
    Remb {
        /// Who estimates.
        sender: Ssrc,
        /// For all the sources together.
        bitrate: Bitrate,
        /// The sources.
        sources: Vec<Ssrc>,
    },
    /// Anything else, or a known type whose content makes no sense: skipped, to be counted.
    Other {
        /// The type in the header.
        packet_type: u8,
        /// The count or format in the header.
        format: u8,
    },
}

/// Why a datagram is not RTCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RtcpError {
    /// Fewer bytes than a header has, or than a header's length says.
    Truncated,
    /// Not version 2.
    Version(u8),
}

impl fmt::Display for RtcpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RtcpError::Truncated => f.write_str("RTCP packet ends before its length says"),
            RtcpError::Version(version) => write!(f, "RTCP version is {version}, not 2"),
        }
    }
}

impl std::error::Error for RtcpError {}

/// Reads the RTCP packets of one datagram. Unknown types become [`Rtcp::Other`]; only a broken frame (version
/// or length) is an error, for nothing after it can be trusted.
pub fn parse(mut bytes: &[u8]) -> Result<Vec<Rtcp>, RtcpError> {
    let mut packets = Vec::with_capacity(2);
    loop {
        let packet = Packet::split(&mut bytes)?;
        packet.read(&mut packets);
        if bytes.is_empty() || packets.len() >= MAX_PACKETS {
            packets.truncate(MAX_PACKETS);
            return Ok(packets);
        }
    }
}

/// One packet's header fields with its body, padding removed.
struct Packet<'a> {
    packet_type: u8,
    format: u8,
    body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Cuts the first packet off `bytes`.
    fn split(bytes: &mut &'a [u8]) -> Result<Self, RtcpError> {
        let &[first, packet_type, high, low, ..] = *bytes else {
            return Err(RtcpError::Truncated);
        };
        if first >> 6 != 2 {
            return Err(RtcpError::Version(first >> 6));
        }
        let end = HEADER + usize::from(u16::from_be_bytes([high, low])) * 4;
        let mut body = bytes.get(HEADER..end).ok_or(RtcpError::Truncated)?;
        *bytes = &bytes[end..];
        let padded = first & 0x20 != 0;
        if padded && let Some(&padding) = body.last() {
            body = body
                .get(..body.len().saturating_sub(usize::from(padding)))
                .unwrap_or_default();
        }
        Ok(Self {
            packet_type,
            format: first & 0x1f,
            body,
        })
    }

    /// Appends what the packet says.
    fn read(&self, packets: &mut Vec<Rtcp>) {
        let body = self.body;
        let understood = match (self.packet_type, self.format) {
            (SENDER_REPORT, count) => report::read_sender_report(count, body),
            (RECEIVER_REPORT, count) => report::read_receiver_report(count, body),
            (SOURCE_DESCRIPTION, count) => report::read_source_description(count, body),
            (BYE, count) => report::read_bye(count, body),
            (TRANSPORT_LAYER_FEEDBACK, FORMAT_NACK) => feedback::read_nack(body),
            (TRANSPORT_LAYER_FEEDBACK, FORMAT_TRANSPORT_CC) => {
                TransportFeedback::read(body).map(Rtcp::TransportFeedback)
            }
            (PAYLOAD_FEEDBACK, FORMAT_PLI) => feedback::read_pli(body),
            (PAYLOAD_FEEDBACK, FORMAT_FIR) => {
                let before = packets.len();
                packets.extend(feedback::read_fir(body).take(MAX_PACKETS));
                if packets.len() > before {
                    return;
                }
                None
            }
            (PAYLOAD_FEEDBACK, FORMAT_APPLICATION) => feedback::read_remb(body),
            _ => None,
        };
        let other = Rtcp::Other {
            packet_type: self.packet_type,
            format: self.format,
        };
        packets.push(understood.unwrap_or(other));
    }
}

/// Appends RTCP packets to a buffer; several make a compound.
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    /// Bytes in the buffer so far, whatever stood there before included.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Nothing is in the buffer.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Writes a header, the body, and then the length the header lacked.
    fn packet(&mut self, packet_type: u8, format: u8, body: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        let start = self.out.len();
        self.out
            .extend_from_slice(&[0x80 | (format & 0x1f), packet_type, 0, 0]);
        body(self.out);
        let unaligned = (self.out.len() - start) % 4;
        if unaligned != 0 {
            let padding = 4 - unaligned;
            self.out.resize(self.out.len() + padding, 0);
            if let Some(last) = self.out.last_mut() {
                *last = padding as u8;
            }
            self.out[start] |= 0x20;
        }
        let words = (self.out.len() - start) / 4 - 1;
        self.out[start + 2..start + 4].copy_from_slice(&(words as u16).to_be_bytes());
        self
    }
}

/// Reads a number in network order from the front of `bytes`.
fn take_u32(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*first))
}

/// Reads a number in network order from the front of `bytes`.
fn take_u16(bytes: &mut &[u8]) -> Option<u16> {
    let (first, rest) = bytes.split_first_chunk::<2>()?;
    *bytes = rest;
    Some(u16::from_be_bytes(*first))
}

/// Reads a source from the front of `bytes`.
fn take_ssrc(bytes: &mut &[u8]) -> Option<Ssrc> {
    take_u32(bytes).map(Ssrc)
}

/// Appends a source.
fn put_ssrc(out: &mut Vec<u8>, ssrc: Ssrc) {
    out.extend_from_slice(&ssrc.0.to_be_bytes());
}
