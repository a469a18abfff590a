//! One section of the publisher's connection: what may arrive on it, and whose it is.

use std::time::Instant;

use super::sources::Found;
use crate::id::{Mid, PayloadType, Rid, Ssrc, TrackId};
use crate::media::{Format, MediaKind, ReceiveSection};
use crate::rtp::extensions::Extensions;
use crate::rtp::header::Header;
use crate::rtp::packet::MAX_LAYERS;
use crate::shard::tracks::TrackSlot;
use crate::speakers::Microphone;

/// A section and the track it carries.
pub(super) struct Section {
    pub(super) mid: Mid,
    pub(super) kind: MediaKind,
    pub(super) formats: Vec<Format>,
    pub(super) rids: Vec<Rid>,
    pub(super) sources: Vec<(Ssrc, Option<Ssrc>)>,
    pub(super) layers: usize,
    pub(super) track: Option<(TrackId, TrackSlot)>,
    pub(super) muted: bool,
    pub(super) started: bool,
    pub(super) microphone: Option<Microphone>,
    pub(super) heard: Option<Instant>,
    /// The same track as before: what is known of its sources stays.
    pub(super) keeps_streams: bool,
}

impl Section {
    pub(super) fn new(
        description: ReceiveSection,
        known: Option<Section>,
        slot: &mut impl FnMut(TrackId) -> TrackSlot,
    ) -> Self {
        let layers = description.publication.as_ref().map_or(1, |publication| {
            publication
                .layer_heights
                .len()
                .max(description.rids.len())
                .clamp(1, MAX_LAYERS)
        });
        let track = description
            .publication
            .map(|publication| (publication.track, slot(publication.track)));
        let same = known.filter(|section| section.track.map(|(id, _)| id) == track.map(|(id, _)| id));
        let keeps_streams = same.is_some();
        let (muted, started, microphone, heard) = same
            .map(|section| (section.muted, section.started, section.microphone, section.heard))
            .unwrap_or_default();
        Self {
            mid: description.mid,
            kind: description.kind,
            formats: description.formats,
            rids: description.rids,
            sources: description.sources,
            layers,
            track,
            muted,
            started,
            microphone,
            heard,
            keeps_streams,
        }
    }

    pub(super) fn has_format(&self, payload_type: PayloadType) -> bool {
        self.formats
            .iter()
            .any(|format| format.payload_type == payload_type)
    }

    pub(super) fn format_of_rtx(&self, payload_type: PayloadType) -> Option<&Format> {
        self.formats
            .iter()
            .find(|format| format.rtx == Some(payload_type))
    }

    /// Layer and role of a source of this section.
    pub(super) fn place(
        &self,
        section: usize,
        header: &Header,
        extensions: &Extensions<'_>,
    ) -> Option<Found> {
        let layer_of = |rid: &str| {
            let position = self.rids.iter().position(|known| known.as_str() == rid)?;
            (position < MAX_LAYERS).then_some(position as u8)
        };
        let retransmission = self.format_of_rtx(header.payload_type).is_some();
        let layer = match extensions.repaired_rid.or(extensions.rid) {
            Some(rid) if !self.rids.is_empty() => layer_of(rid)?,
            // Simulcast without saying which layer: announced sources tell, or the next packet does.
            None if self.rids.len() > 1 => {
                let by_source =
                    |(ssrc, rtx): &(Ssrc, Option<Ssrc>)| *ssrc == header.ssrc || *rtx == Some(header.ssrc);
                let position = self.sources.iter().position(by_source)?;
                (position < MAX_LAYERS).then_some(position as u8)?
            }
            _ => {
                let position = self
                    .sources
                    .iter()
                    .position(|(ssrc, rtx)| *ssrc == header.ssrc || *rtx == Some(header.ssrc));
                if self.layers > 1 {
                    position.unwrap_or(0).min(MAX_LAYERS - 1) as u8
                } else {
                    0
                }
            }
        };
        Some(Found {
            section,
            layer,
            retransmission,
        })
    }
}
