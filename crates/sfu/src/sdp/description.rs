//! A client's session description as read: only what a media server must know, borrowed from the text.

use crate::id::{PayloadType, Ssrc};

/// Why a description was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Longer than a media server ever needs, or more sections, formats or sources than allowed.
    TooLarge,
    /// A line that should be there is not.
    Missing(&'static str),
    /// A line does not mean anything.
    Malformed(&'static str),
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParseError::TooLarge => f.write_str("the session description is too large"),
            ParseError::Missing(what) => write!(f, "the session description has no {what}"),
            ParseError::Malformed(what) => write!(f, "the session description has a malformed {what}"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Who sends on a section, in its author's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    SendReceive,
    /// The author.
    SendOnly,
    /// The reader.
    ReceiveOnly,
    /// Nobody.
    Inactive,
}

impl Direction {
    /// The author may send.
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendReceive | Direction::SendOnly)
    }

    /// The author may receive.
    pub fn receives(self) -> bool {
        matches!(self, Direction::SendReceive | Direction::ReceiveOnly)
    }
}

/// What a section carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// `m=audio`
    Audio,
    /// `m=video`
    Video,
    /// `m=application` with SCTP over DTLS.
    Data,
    /// Something else: always rejected.
    Other,
}

/// One payload type with all that is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpMap<'a> {
    /// The number.
    pub payload_type: PayloadType,
    /// Encoding name as written.
    pub name: &'a str,
    /// Ticks a second.
    pub clock_rate: u32,
    /// Format parameters, unparsed; empty when none.
    pub parameters: &'a str,
    /// `a=rtcp-fb` values for it (or for all).
    pub feedback: Vec<&'a str>,
}

impl<'a> RtpMap<'a> {
    /// The value of one format parameter.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.split(';').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One media section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// What it carries.
    pub kind: SectionKind,
    /// The media word as written, needed to reject it.
    pub media: &'a str,
    /// The transport as written.
    pub protocol: &'a str,
    /// The format list as written, needed to reject it.
    pub format_list: &'a str,
    /// Port 0 and not `bundle-only`: the author stopped it for good.
    pub rejected: bool,
    /// Its tag.
    pub mid: &'a str,
    /// Who sends.
    pub direction: Direction,
    /// Payload types in order of preference.
    pub formats: Vec<RtpMap<'a>>,
    /// Header extensions: (id, name).
    pub extensions: Vec<(u8, &'a str)>,
    /// Stream and track of `a=msid`.
    pub msid: Option<(&'a str, &'a str)>,
    /// Layers the author sends, in the order of `a=simulcast`.
    pub send_rids: Vec<&'a str>,
    /// Sources with their retransmission source.
    pub sources: Vec<(Ssrc, Option<Ssrc>)>,
}

/// A whole description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdpSession<'a> {
    /// ICE user fragment of the bundle.
    pub ufrag: &'a str,
    /// ICE password of the bundle.
    pub password: &'a str,
    /// SHA-256 fingerprint of the certificate.
    pub fingerprint: [u8; 32],
    /// Sections in order.
    pub sections: Vec<Section<'a>>,
}
