//! The connections of one participant as negotiated: the one it offers on, and the one we offer on.

use std::time::Instant;

use crate::id::{Mid, PeerId, Rid, Ssrc, TrackId};
use crate::media::{ExtensionIds, Format, IceCredentials, MediaKind, RemoteTransport};

/// What a section of the client's own connection is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client sends; the track when it is known.
    Receive(Option<TrackId>),
    /// We may send; the claim when there is one.
    Slot(Option<TrackId>),
    /// Nobody sends.
    Idle,
    /// Data channels.
    Data,
    /// Stopped for good.
    Rejected,
}

/// A section of the connection the client offers on.
#[derive(Clone, Debug)]
pub(super) struct UplinkSection {
    pub(super) mid: Mid,
    pub(super) kind: Option<MediaKind>,
    pub(super) role: Role,
    pub(super) formats: Vec<Format>,
    pub(super) rids: Vec<Rid>,
    pub(super) sources: Vec<(Ssrc, Option<Ssrc>)>,
    /// The client's name for the track it sends.
    pub(super) cid: Option<String>,
    /// It carried a track under this name before: a track of another name is not meant by it.
    pub(super) spent: bool,
}

/// The connection the client offers on.
#[derive(Debug)]
pub(super) struct Uplink {
    pub(super) peer: PeerId,
    pub(super) credentials: IceCredentials,
    pub(super) remote: Option<RemoteTransport>,
    pub(super) session_id: u64,
    pub(super) version: u64,
    pub(super) extensions: ExtensionIds,
    pub(super) sections: Vec<UplinkSection>,
    pub(super) connected: bool,
}

/// A section of the connection we offer on.
#[derive(Clone, Debug)]
pub(super) struct DownlinkSection {
    pub(super) mid: Mid,
    pub(super) kind: MediaKind,
    pub(super) subscription: Option<TrackId>,
    /// The client has agreed that nobody sends on it: a claim put there is news to it. Put there sooner, some
    /// clients take the new track for the old one.
    pub(super) rested: bool,
}

/// The connection we offer on (dual topology).
#[derive(Debug)]
pub(super) struct Downlink {
    pub(super) peer: PeerId,
    pub(super) credentials: IceCredentials,
    pub(super) remote: Option<RemoteTransport>,
    pub(super) session_id: u64,
    pub(super) version: u64,
    pub(super) sections: Vec<DownlinkSection>,
    /// The offer not answered yet.
    pub(super) outstanding: Option<u32>,
    pub(super) last_offer: u32,
    /// Something changed since the last offer.
    pub(super) changed: bool,
    pub(super) connected: bool,
}

/// Asking a single-connection client for more sections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) audio: usize,
    pub(super) video: usize,
    pub(super) at: Instant,
}
