//! How a data channel introduces itself (RFC 8832).

use sctp_proto::ReliabilityType;

use crate::media::Channel;

const ACK: u8 = 2;
const OPEN: u8 = 3;
const UNORDERED: u8 = 0x80;

/// A label longer than this names none of our channels.
const MAX_LABEL: usize = 128;

/// A message of the establishment protocol.
#[derive(Debug, PartialEq)]
pub(super) enum Dcep {
    Open(Open),
    Ack,
}

/// What the opener wants.
#[derive(Debug, PartialEq)]
pub(super) struct Open {
    pub(super) unordered: bool,
    pub(super) reliability: ReliabilityType,
    pub(super) parameter: u32,
    /// `None` for channels that are not ours: they stay open and silent.
    pub(super) channel: Option<Channel>,
}

/// The acknowledgement of an [`Open`].
pub(super) const ACKNOWLEDGEMENT: [u8; 1] = [ACK];

pub(super) const fn label(channel: Channel) -> &'static str {
    match channel {
        Channel::Reliable => "_reliable",
        Channel::Lossy => "_lossy",
        Channel::DataTrack => "_data_track",
    }
}

fn by_label(text: &[u8]) -> Option<Channel> {
    [Channel::Reliable, Channel::Lossy, Channel::DataTrack]
        .into_iter()
        .find(|&channel| label(channel).as_bytes() == text)
}

impl Dcep {
    /// Reads a message; `None` when it is broken.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        match *bytes.first()? {
            ACK => Some(Self::Ack),
            OPEN => {
                let head = bytes.get(..12)?;
                let length = usize::from(u16::from_be_bytes([head[8], head[9]]));
                let text = bytes.get(12..12 + length)?;
                Some(Self::Open(Open {
                    unordered: head[1] & UNORDERED != 0,
                    reliability: ReliabilityType::from(head[1] & !UNORDERED),
                    parameter: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
                    channel: by_label(text).filter(|_| length <= MAX_LABEL),
                }))
            }
            _ => None,
        }
    }
}

impl Open {
    /// How we open a channel ourselves: reliable in order, the others at once or never.
    pub(super) fn ours(channel: Channel) -> Self {
        let complete = channel == Channel::Reliable;
        Self {
            unordered: !complete,
            reliability: if complete {
                ReliabilityType::Reliable
            } else {
                ReliabilityType::Rexmit
            },
            parameter: 0,
            channel: Some(channel),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let text = self.channel.map_or("", label).as_bytes();
        let kind = self.reliability as u8 | if self.unordered { UNORDERED } else { 0 };
        let mut bytes = vec![OPEN, kind, 0, 0];
        bytes.extend_from_slice(&self.parameter.to_be_bytes());
        bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(text);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_open_reads_back() {
        for channel in [Channel::Reliable, Channel::Lossy, Channel::DataTrack] {
            let open = Open::ours(channel);
            assert_eq!(Dcep::parse(&open.to_bytes()), Some(Dcep::Open(open)));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(0u8..=255, 0..60)) {
            let _ = Dcep::parse(&bytes);
        }
    }
}
