//! What work on one peer causes elsewhere: collected while the peer is borrowed, done when it is not.

use std::sync::Arc;

use super::relay::ClockReport;
use super::tracks::TrackSlot;
use crate::media::PeerEvent;
use crate::rtp::packet::Packet;

/// One consequence.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Tell the room.
    Event(PeerEvent),
    /// A packet of a track published here.
    Packet(TrackSlot, Arc<Packet>),
    /// A layer's clock.
    Clock(TrackSlot, u8, ClockReport),
    /// A viewer needs a key frame of a layer.
    KeyFrame(TrackSlot, u8),
}
