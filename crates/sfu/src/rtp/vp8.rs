//! The VP8 payload descriptor (RFC 7741 §4.2): what forwarding must know of it, and where to patch it.

/// A descriptor as read; offsets point into the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// The payload begins a key frame.
    pub key_frame_start: bool,
    /// The payload begins a frame.
    pub frame_start: bool,
    /// Temporal layer, 0 without one.
    pub temporal_layer: u8,
    /// Where the picture id lies (its first byte).
    pub picture_id_at: Option<u8>,
    /// The picture id has 15 bits, not 7.
    pub picture_id_long: bool,
    /// Its value.
    pub picture_id: u16,
    /// Where TL0PICIDX lies.
    pub tl0_at: Option<u8>,
    /// Its value.
    pub tl0: u8,
    /// Where the byte with KEYIDX lies.
    pub key_index_at: Option<u8>,
    /// Its value, 5 bits.
    pub key_index: u8,
    /// Bytes before the VP8 payload header.
    pub length: u8,
}

/// Replacements for the counters of a descriptor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// New picture id.
    pub picture_id: u16,
    /// New TL0PICIDX.
    pub tl0: u8,
    /// New KEYIDX.
    pub key_index: u8,
}

impl Descriptor {
    /// Reads a payload's descriptor; `None` when it is cut short.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let mut found = Self::default();
        let first = *payload.first()?;
        let mut position = 1usize;
        if first & 0x80 != 0 {
            let flags = *payload.get(position)?;
            position += 1;
            if flags & 0x80 != 0 {
                let byte = *payload.get(position)?;
                found.picture_id_at = Some(position as u8);
                if byte & 0x80 != 0 {
                    let low = *payload.get(position + 1)?;
                    found.picture_id = u16::from_be_bytes([byte & 0x7f, low]);
                    found.picture_id_long = true;
                    position += 2;
                } else {
                    found.picture_id = u16::from(byte);
                    position += 1;
                }
            }
            if flags & 0x40 != 0 {
                found.tl0 = *payload.get(position)?;
                found.tl0_at = Some(position as u8);
                position += 1;
            }
            if flags & 0x30 != 0 {
                let byte = *payload.get(position)?;
                if flags & 0x20 != 0 {
                    found.temporal_layer = byte >> 6;
                }
                if flags & 0x10 != 0 {
                    found.key_index_at = Some(position as u8);
                    found.key_index = byte & 0x1f;
                }
                position += 1;
            }
        }
        found.length = position as u8;
        let begins_partition = first & 0x10 != 0 && first & 0x07 == 0;
        let frame_byte = payload.get(position);
        found.frame_start = begins_partition && frame_byte.is_some();
        found.key_frame_start = begins_partition && frame_byte.is_some_and(|byte| byte & 1 == 0);
        Some(found)
    }

    /// Writes new counters over those of `payload`, which is the one this descriptor was read from.
    pub fn apply(&self, payload: &mut [u8], patch: Patch) {
        if let Some(at) = self.picture_id_at {
            let at = usize::from(at);
            if self.picture_id_long {
                let bytes = (patch.picture_id & 0x7fff).to_be_bytes();
                payload[at] = 0x80 | bytes[0];
                payload[at + 1] = bytes[1];
            } else {
                payload[at] = (patch.picture_id & 0x7f) as u8;
            }
        }
        if let Some(at) = self.tl0_at {
            payload[usize::from(at)] = patch.tl0;
        }
        if let Some(at) = self.key_index_at {
            let byte = &mut payload[usize::from(at)];
            *byte = (*byte & 0xe0) | (patch.key_index & 0x1f);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_found_and_patched_in_place() {
        let mut payload = vec![0x90, 0xf0, 0x92, 0x34, 0x07, 0x65, 0x00, 1, 2];
        let found = Descriptor::parse(&payload).unwrap();
        assert!(found.key_frame_start && found.frame_start);
        assert_eq!((found.picture_id, found.tl0, found.key_index), (0x1234, 7, 5));
        assert_eq!((found.temporal_layer, found.length), (1, 6));
        found.apply(
            &mut payload,
            Patch {
                picture_id: 0x7fff,
                tl0: 9,
                key_index: 31,
            },
        );
        let again = Descriptor::parse(&payload).unwrap();
        assert_eq!((again.picture_id, again.tl0, again.key_index), (0x7fff, 9, 31));
        assert_eq!(again.temporal_layer, 1);
        assert_eq!(&payload[6..], &[0x00, 1, 2]);
    }

    #[test]
    fn only_the_first_partition_of_a_key_frame_begins_it() {
        assert!(Descriptor::parse(&[0x10, 0x00]).unwrap().key_frame_start);
        assert!(!Descriptor::parse(&[0x10, 0x01]).unwrap().key_frame_start);
        assert!(!Descriptor::parse(&[0x00, 0x00]).unwrap().key_frame_start);
        assert!(!Descriptor::parse(&[0x11, 0x00]).unwrap().key_frame_start);
    }

    proptest::proptest! {
        #[test]
        fn any_payload_is_read_and_patched_without_harm(mut bytes in proptest::collection::vec(0u8..=255, 0..40)) {
            if let Some(found) = Descriptor::parse(&bytes) {
                found.apply(&mut bytes, Patch { picture_id: 1, tl0: 2, key_index: 3 });
            }
        }
    }
}
