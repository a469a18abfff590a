//! What the first bytes of an H.264 payload (RFC 6184) say: does a picture one can start with begin here?

/// What was found in one payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// A sequence parameter set is inside: browsers send one before every key frame.
    pub parameters: bool,
    /// An IDR slice begins here.
    pub key_slice_start: bool,
}

const IDR_SLICE: u8 = 5;
const SEQUENCE_PARAMETERS: u8 = 7;
const AGGREGATE: u8 = 24;
const FRAGMENT: u8 = 28;

impl Units {
    /// Looks into a payload; broken ones hold nothing.
    pub fn parse(payload: &[u8]) -> Self {
        let mut found = Self::default();
        let Some(&first) = payload.first() else {
            return found;
        };
        match first & 0x1f {
            AGGREGATE => {
                let mut rest = &payload[1..];
                while rest.len() > 2 {
                    let size = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                    found.note(rest[2] & 0x1f);
                    let Some(next) = rest.get(2 + size..).filter(|_| size > 0) else {
                        break;
                    };
                    rest = next;
                }
            }
            FRAGMENT => {
                if let Some(&head) = payload.get(1)
                    && head & 0x80 != 0
                {
                    found.note(head & 0x1f);
                }
            }
            single => found.note(single),
        }
        found
    }

    fn note(&mut self, unit: u8) {
        match unit {
            SEQUENCE_PARAMETERS => self.parameters = true,
            IDR_SLICE => self.key_slice_start = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_alone_aggregated_and_fragmented() {
        assert!(Units::parse(&[0x67, 1]).parameters);
        assert!(Units::parse(&[0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1]).parameters);
        assert!(Units::parse(&[0x7c, 0x85, 1]).key_slice_start);
        assert!(!Units::parse(&[0x7c, 0x05, 1]).key_slice_start);
        assert_eq!(Units::parse(&[0x61, 1]), Units::default());
    }

    proptest::proptest! {
        #[test]
        fn any_payload_is_read_without_harm(bytes in proptest::collection::vec(0u8..=255, 0..40)) {
            let _ = Units::parse(&bytes);
        }
    }
}
