//! Session descriptions (RFC 8866, RFC 9429): read theirs, choose what to accept, write ours.

mod accept;
mod description;
mod parse;
mod write;

pub use accept::{AcceptPolicy, accept_for_sending, accept_from_client, extension_ids};
pub use description::{Direction, ParseError, RtpMap, SdpSession, Section, SectionKind};
pub use parse::parse;
pub use write::{
    LocalDescription, LocalFormat, LocalSection, MAX_MESSAGE, MediaBody, OpusWish, Sources, offered_formats,
};

/// Extension names we negotiate.
pub mod uri {
    /// RFC 8843
    pub const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
    /// RFC 8852
    pub const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    /// RFC 8852
    pub const REPAIRED_RID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    /// RFC 6464
    pub const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01
    pub const TRANSPORT_SEQUENCE: &str =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
}

#[cfg(test)]
mod tests;
