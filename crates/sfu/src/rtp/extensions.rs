//! Header extensions (RFC 8285): reading the ones we use, in both forms, and writing ours.

use crate::media::ExtensionIds;
use crate::rtp::header::Header;

const ONE_BYTE: u16 = 0xbede;
const TWO_BYTE: u16 = 0x1000;

/// What the extensions of one packet say; texts borrow from the packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions<'a> {
    /// Tag of the section.
    pub mid: Option<&'a str>,
    /// Layer.
    pub rid: Option<&'a str>,
    /// Layer a retransmission belongs to.
    pub repaired_rid: Option<&'a str>,
    /// Voice flag and level.
    pub audio_level: Option<u8>,
    /// Transport-wide sequence number.
    pub transport_sequence: Option<u16>,
    /// Rotation of the picture.
    pub orientation: Option<u8>,
}

impl<'a> Extensions<'a> {
    /// Reads the extensions of a packet; unknown and broken ones are passed over.
    pub fn parse(header: &Header, bytes: &'a [u8], ids: &ExtensionIds) -> Self {
        let mut found = Self::default();
        let Some(profile) = header.extension_profile else {
            return found;
        };
        let Some(area) = bytes.get(header.extension_start..header.extension_end) else {
            return found;
        };
        let two_byte = match profile {
            ONE_BYTE => false,
            other if other & 0xfff0 == TWO_BYTE => true,
            _ => return found,
        };
        let mut rest = area;
        while let Some(&first) = rest.first() {
            if first == 0 {
                rest = &rest[1..];
                continue;
            }
            let (id, length, head) = if two_byte {
                let Some(&length) = rest.get(1) else { break };
                (first, usize::from(length), 2)
            } else {
                if first >> 4 == 15 {
                    break;
                }
                (first >> 4, usize::from(first & 0x0f) + 1, 1)
            };
            let Some(value) = rest.get(head..head + length) else {
                break;
            };
            found.note(id, value, ids);
            rest = &rest[head + length..];
        }
        found
    }

    fn note(&mut self, id: u8, value: &'a [u8], ids: &ExtensionIds) {
        let is = |wanted: Option<u8>| wanted == Some(id);
        if is(ids.transport_sequence) {
            if let [high, low, ..] = *value {
                self.transport_sequence = Some(u16::from_be_bytes([high, low]));
            }
        } else if is(ids.audio_level) {
            self.audio_level = value.first().copied();
        } else if is(ids.mid) {
            self.mid = text(value);
        } else if is(ids.rid) {
            self.rid = text(value);
        } else if is(ids.repaired_rid) {
            self.repaired_rid = text(value);
        } else if is(ids.orientation) {
            self.orientation = value.first().copied();
        }
    }
}

fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok().filter(|text| !text.is_empty())
}

/// What we say in a header.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outgoing<'a> {
    /// Tag of the section, while the other side may not know the source yet.
    pub mid: Option<&'a str>,
    /// Voice flag and level.
    pub audio_level: Option<u8>,
    /// Transport-wide sequence number.
    pub transport_sequence: Option<u16>,
    /// 24 bits of 6.18 fixed point seconds.
    pub absolute_send_time: Option<u32>,
    /// Rotation of the picture.
    pub orientation: Option<u8>,
}

/// Appends the extensions that have both a value and an agreed id after the header that begins at `start`.
pub fn write(buffer: &mut Vec<u8>, start: usize, values: &Outgoing<'_>, ids: &ExtensionIds) {
    let mid = ids
        .mid
        .zip(values.mid.map(str::as_bytes))
        .filter(|(_, mid)| !mid.is_empty());
    let level = ids.audio_level.zip(values.audio_level);
    let transport = ids.transport_sequence.zip(values.transport_sequence);
    let send_time = ids.absolute_send_time.zip(values.absolute_send_time);
    let orientation = ids.orientation.zip(values.orientation);
    if mid.is_none() && level.is_none() && transport.is_none() && send_time.is_none() && orientation.is_none()
    {
        return;
    }
    let two_byte = mid.is_some_and(|(id, mid)| id > 14 || mid.len() > 16)
        || level.is_some_and(|(id, _)| id > 14)
        || transport.is_some_and(|(id, _)| id > 14)
        || send_time.is_some_and(|(id, _)| id > 14)
        || orientation.is_some_and(|(id, _)| id > 14);
    buffer[start] |= 0x10;
    let profile = if two_byte { TWO_BYTE } else { ONE_BYTE };
    buffer.extend_from_slice(&profile.to_be_bytes());
    let length_at = buffer.len();
    buffer.extend_from_slice(&[0, 0]);
    let mut one = |id: u8, value: &[u8]| {
        if two_byte {
            buffer.extend_from_slice(&[id, value.len() as u8]);
        } else {
            buffer.push((id << 4) | (value.len() as u8 - 1));
        }
        buffer.extend_from_slice(value);
    };
    if let Some((id, sequence)) = transport {
        one(id, &sequence.to_be_bytes());
    }
    if let Some((id, time)) = send_time {
        one(id, &time.to_be_bytes()[1..]);
    }
    if let Some((id, level)) = level {
        one(id, &[level]);
    }
    if let Some((id, orientation)) = orientation {
        one(id, &[orientation]);
    }
    if let Some((id, mid)) = mid {
        one(id, &mid[..mid.len().min(255)]);
    }
    let written = buffer.len() - length_at - 2;
    buffer.resize(buffer.len() + (4 - written % 4) % 4, 0);
    let words = ((buffer.len() - length_at - 2) / 4) as u16;
    buffer[length_at..length_at + 2].copy_from_slice(&words.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PayloadType, Ssrc};
    use crate::rtp::header;

    fn ids(offset: u8) -> ExtensionIds {
        ExtensionIds {
            mid: Some(offset + 1),
            rid: Some(offset + 2),
            repaired_rid: Some(offset + 3),
            audio_level: Some(offset + 4),
            transport_sequence: Some(offset + 5),
            absolute_send_time: Some(offset + 6),
            playout_delay: None,
            orientation: Some(offset + 7),
        }
    }

    fn written(values: &Outgoing<'_>, ids: &ExtensionIds) -> Vec<u8> {
        let mut buffer = Vec::new();
        let outgoing = header::Outgoing {
            marker: false,
            payload_type: PayloadType(111),
            sequence: 1,
            timestamp: 2,
            ssrc: Ssrc(3),
            padding: false,
        };
        header::write(&mut buffer, &outgoing);
        write(&mut buffer, 0, values, ids);
        buffer.extend_from_slice(b"sound");
        buffer
    }

    #[test]
    fn both_forms_read_back_what_was_written() {
        let values = Outgoing {
            mid: Some("12"),
            audio_level: Some(0x85),
            transport_sequence: Some(0xfffe),
            absolute_send_time: Some(0x0012_3456),
            orientation: Some(1),
        };
        for ids in [ids(0), ids(20)] {
            let bytes = written(&values, &ids);
            let header = Header::parse(&bytes).unwrap();
            let found = Extensions::parse(&header, &bytes, &ids);
            assert_eq!(found.mid, Some("12"));
            assert_eq!((found.audio_level, found.orientation), (Some(0x85), Some(1)));
            assert_eq!(found.transport_sequence, Some(0xfffe));
            assert_eq!(header.payload(&bytes), Some(&b"sound"[..]));
        }
    }

    #[test]
    fn nothing_to_say_adds_nothing() {
        let bytes = written(&Outgoing::default(), &ids(0));
        assert_eq!(bytes.len(), header::FIXED_HEADER + 5);
    }

    proptest::proptest! {
        #[test]
        fn any_extension_bytes_are_read_without_harm(
            mut bytes in proptest::collection::vec(0u8..=255, 16..80), two in proptest::bool::ANY,
        ) {
            bytes[0] = 0x90;
            bytes[12..14].copy_from_slice(&if two { TWO_BYTE } else { ONE_BYTE }.to_be_bytes());
            let words = ((bytes.len() - 16) / 4) as u16;
            bytes[14..16].copy_from_slice(&words.to_be_bytes());
            let header = Header::parse(&bytes).unwrap();
            let _ = Extensions::parse(&header, &bytes, &ids(0));
        }
    }
}
