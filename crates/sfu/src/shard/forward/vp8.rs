//! VP8 across layer switches: one viewer sees one stream whose counters only ever go up by one.

use crate::rtp::vp8::{Descriptor, Patch};

/// Distances between the publisher's counters and the viewer's, for one run of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offsets {
    picture_id: u16,
    tl0: u8,
    key_index: u8,
}

/// The counters the viewer saw last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    last: Option<Patch>,
}

impl Counters {
    /// Offsets for a run that begins with this descriptor: every counter goes on by one.
    pub(super) fn begin(&self, first: &Descriptor) -> Offsets {
        let Some(last) = self.last else {
            return Offsets::default();
        };
        Offsets {
            picture_id: last.picture_id.wrapping_add(1).wrapping_sub(first.picture_id) & 0x7fff,
            tl0: last.tl0.wrapping_add(1).wrapping_sub(first.tl0),
            key_index: last.key_index.wrapping_add(1).wrapping_sub(first.key_index) & 0x1f,
        }
    }

    /// Remembers what the newest packet carried.
    pub(super) fn note(&mut self, patch: Patch) {
        self.last = Some(patch);
    }
}

impl Offsets {
    /// The viewer's counters for a packet of the run.
    pub(super) fn apply(&self, descriptor: &Descriptor) -> Patch {
        let mask = if descriptor.picture_id_long { 0x7fff } else { 0x7f };
        Patch {
            picture_id: descriptor.picture_id.wrapping_add(self.picture_id) & mask,
            tl0: descriptor.tl0.wrapping_add(self.tl0),
            key_index: descriptor.key_index.wrapping_add(self.key_index) & 0x1f,
        }
    }
}
