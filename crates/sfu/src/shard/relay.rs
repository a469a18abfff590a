//! What shards say to each other, by value.

use std::sync::Arc;
use std::time::Instant;

use crate::id::{PeerId, ShardId, TrackId};
use crate::rtp::packet::Packet;

/// A layer's clock as its publisher reported it: the same instant by wall clock and by media clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReport {
    /// Wall clock of the publisher, 32.32 seconds since 1900.
    pub ntp: u64,
    /// The layer's media clock.
    pub rtp: u32,
    /// When we heard it.
    pub heard: Instant,
}

/// A message from one shard to another.
#[derive(Clone, Debug)]
pub enum RelayMessage {
    /// `shard` has (one more) viewers of a track of this peer: send it the packets.
    Watch {
        /// The track.
        track: TrackId,
        /// Who watches.
        shard: ShardId,
    },
    /// `shard` has no viewers of the track any more.
    Unwatch {
        /// The track.
        track: TrackId,
        /// Who watched.
        shard: ShardId,
    },
    /// A viewer needs a picture that can be decoded alone.
    KeyFrame {
        /// The track.
        track: TrackId,
        /// The layer.
        layer: u8,
    },
    /// Packets of watched tracks, in order.
    Packets(Vec<(TrackId, Arc<Packet>)>),
    /// A layer's clock.
    Clock {
        /// The track.
        track: TrackId,
        /// The layer.
        layer: u8,
        /// The clock.
        report: ClockReport,
    },
    /// The publisher muted or unmuted.
    Muted {
        /// The track.
        track: TrackId,
        /// Now.
        muted: bool,
    },
}

/// To whom a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayTarget {
    /// The shard that holds this peer: ask the directory.
    Peer(PeerId),
    /// This shard.
    Shard(ShardId),
}
