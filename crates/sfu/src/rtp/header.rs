//! The RTP header (RFC 3550 §5.1): where its parts lie in a datagram, and how one is written.

use crate::id::{PayloadType, Ssrc};

/// Bytes of a header without contributing sources and extensions.
pub const FIXED_HEADER: usize = 12;

/// A header read from a datagram; offsets point into that datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// End of a frame (video) or begin of a talk spurt (sound).
    pub marker: bool,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// Low 16 bits of the sequence number.
    pub sequence: u16,
    /// Media clock.
    pub timestamp: u32,
    /// Source.
    pub ssrc: Ssrc,
    /// The two bytes that name the extension form; `None` without extensions.
    pub extension_profile: Option<u16>,
    /// Where extension bytes begin.
    pub extension_start: usize,
    /// Where extension bytes end.
    pub extension_end: usize,
    /// Where the payload begins: also the length of what SRTP leaves in the clear.
    pub payload_start: usize,
    /// The last byte counts padding.
    pub padding: bool,
}

impl Header {
    /// Reads a header; `None` when the bytes are no RTP packet.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let fixed = bytes.get(..FIXED_HEADER)?;
        if fixed[0] >> 6 != 2 {
            return None;
        }
        let sources = usize::from(fixed[0] & 0x0f);
        let mut position = FIXED_HEADER + sources * 4;
        let mut extension_profile = None;
        let (mut extension_start, mut extension_end) = (position, position);
        if fixed[0] & 0x10 != 0 {
            let head = bytes.get(position..position + 4)?;
            extension_profile = Some(u16::from_be_bytes([head[0], head[1]]));
            let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
            extension_start = position + 4;
            extension_end = extension_start + words * 4;
            position = extension_end;
        }
        if position > bytes.len() {
            return None;
        }
        Some(Self {
            marker: fixed[1] & 0x80 != 0,
            payload_type: PayloadType(fixed[1] & 0x7f),
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: Ssrc(u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]])),
            extension_profile,
            extension_start,
            extension_end,
            payload_start: position,
            padding: fixed[0] & 0x20 != 0,
        })
    }

    /// The payload of a decrypted packet with its padding removed; `None` when the padding count is wrong.
    pub fn payload<'a>(&self, decrypted: &'a [u8]) -> Option<&'a [u8]> {
        let body = decrypted.get(self.payload_start..)?;
        if !self.padding {
            return Some(body);
        }
        let count = usize::from(*body.last()?);
        if count == 0 {
            return None;
        }
        body.get(..body.len().checked_sub(count)?)
    }
}

/// What [`write`] puts on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing {
    /// End of a frame or begin of a talk spurt.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// Low 16 bits of the sequence number.
    pub sequence: u16,
    /// Media clock.
    pub timestamp: u32,
    /// Source.
    pub ssrc: Ssrc,
    /// The payload ends with padding.
    pub padding: bool,
}

/// Appends a header without extensions; the extension writer sets the X bit when it adds any.
pub fn write(buffer: &mut Vec<u8>, header: &Outgoing) {
    let sequence = header.sequence.to_be_bytes();
    let timestamp = header.timestamp.to_be_bytes();
    let ssrc = header.ssrc.0.to_be_bytes();
    buffer.extend_from_slice(&[
        0x80 | if header.padding { 0x20 } else { 0 },
        (header.payload_type.0 & 0x7f) | if header.marker { 0x80 } else { 0 },
        sequence[0],
        sequence[1],
        timestamp[0],
        timestamp[1],
        timestamp[2],
        timestamp[3],
        ssrc[0],
        ssrc[1],
        ssrc[2],
        ssrc[3],
    ]);
}

/// Tells RTCP from RTP on one port by the second byte (RFC 5761 §4).
pub fn is_rtcp(bytes: &[u8]) -> bool {
    bytes.len() >= 2 && (192..=223).contains(&bytes[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_header_reads_back() {
        let mut buffer = Vec::new();
        let outgoing = Outgoing {
            marker: true,
            payload_type: PayloadType(96),
            sequence: 65_535,
            timestamp: 0x0102_0304,
            ssrc: Ssrc(7),
            padding: false,
        };
        write(&mut buffer, &outgoing);
        buffer.extend_from_slice(b"payload");
        let header = Header::parse(&buffer).unwrap();
        assert_eq!((header.marker, header.payload_type), (true, PayloadType(96)));
        assert_eq!(
            (header.sequence, header.timestamp, header.ssrc),
            (65_535, 0x0102_0304, Ssrc(7))
        );
        assert_eq!(header.payload(&buffer), Some(&b"payload"[..]));
    }

    #[test]
    fn wrong_padding_is_refused() {
        let mut bytes = vec![0xa0, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 9];
        assert_eq!(Header::parse(&bytes).unwrap().payload(&bytes), None);
        bytes[12] = 0;
        assert_eq!(Header::parse(&bytes).unwrap().payload(&bytes), None);
        bytes[12] = 1;
        assert_eq!(Header::parse(&bytes).unwrap().payload(&bytes), Some(&[][..]));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
            if let Some(header) = Header::parse(&bytes) {
                let _ = header.payload(&bytes);
                proptest::prop_assert!(header.payload_start <= bytes.len());
            }
        }
    }
}
