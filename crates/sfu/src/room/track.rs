//! A published track as the room remembers it, and how one viewer wants it.

use std::collections::BTreeSet;
use std::time::Instant;

use super::participant::Key;
use crate::id::{Mid, Ssrc, SubscriptionId, TrackId};
use crate::media::{Codec, Format, MediaKind, Publication, Wish};
use crate::signal::{Quality, Source, SubscribedQuality, TrackInfo, TrackSettings, VideoLayer};

/// How far a track has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrackStage {
    /// Asked for; no section carries it yet.
    Announced,
    /// Bound to a section.
    Bound,
    /// Packets came (or it began muted): others know it.
    Live,
}

/// Which layers a publisher was last told to send, and what it may be told soon.
#[derive(Clone, Debug, Default)]
pub(super) struct Dynacast {
    /// Highest layer wanted when last told; `None` in the outer option: never told.
    pub(super) told: Option<Option<u8>>,
    /// A reduction waits until then.
    pub(super) lower_at: Option<Instant>,
    /// Tracks are never reduced before this.
    pub(super) not_before: Option<Instant>,
}

/// A published (or announced) track.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) id: TrackId,
    pub(super) info: TrackInfo,
    /// Every name the client may use for it in `a=msid`.
    pub(super) cids: Vec<String>,
    pub(super) mid: Option<Mid>,
    pub(super) codec: Option<Codec>,
    pub(super) stage: TrackStage,
    pub(super) viewers: BTreeSet<Key>,
    pub(super) told_subscribed: bool,
    pub(super) dynacast: Dynacast,
}

impl Track {
    /// The picture's layers, lowest first; at least one.
    pub(super) fn layers(&self) -> Vec<&VideoLayer> {
        let mut layers: Vec<_> = self.info.layers.iter().collect();
        layers.sort_by_key(|layer| layer.quality);
        layers
    }

    /// Layers there can be, at least one.
    pub(super) fn layer_count(&self) -> u8 {
        self.info.layers.len().clamp(1, 3) as u8
    }

    /// What the media plane must know of it.
    pub(super) fn publication(&self) -> Publication {
        let layer_heights = match self.info.kind {
            MediaKind::Audio => Vec::new(),
            MediaKind::Video if self.info.layers.is_empty() => vec![self.info.height],
            MediaKind::Video => self.layers().iter().map(|layer| layer.height).collect(),
        };
        let screen = self.info.source == Source::ScreenShare;
        Publication {
            track: self.id,
            screen,
            layer_heights,
        }
    }

    /// The layers to name to the publisher when `highest` is the best anybody wants.
    pub(super) fn subscribed_quality(&self, highest: Option<u8>) -> SubscribedQuality {
        let qualities = [Quality::Low, Quality::Medium, Quality::High];
        let mime = self.codec.map_or(self.info.mime.as_str(), |codec| codec.mime());
        SubscribedQuality {
            track: self.info.sid.clone(),
            codec: mime.rsplit('/').next().unwrap_or(mime).to_ascii_lowercase(),
            qualities: qualities
                .into_iter()
                .enumerate()
                .map(|(layer, quality)| (quality, highest.is_some_and(|highest| layer <= highest as usize)))
                .collect(),
        }
    }

    /// How a viewer with these settings wants it.
    pub(super) fn wish(&self, settings: &ViewSettings) -> Wish {
        let layers = self.layers();
        let top = self.layer_count() - 1;
        let max_layer = match settings.size {
            Some((_, height)) if height > 0 => {
                // The lowest layer that reaches nine tenths of the height asked for.
                let reached = layers.iter().position(|layer| layer.height * 10 >= height * 9);
                reached.map_or(top, |layer| (layer as u8).min(top))
            }
            _ => match settings.quality {
                Quality::Low | Quality::Off => 0,
                Quality::Medium => 1.min(top),
                Quality::High => top,
            },
        };
        let shown = settings.size.or_else(|| {
            layers
                .get(max_layer as usize)
                .map(|layer| (layer.width, layer.height))
        });
        let (width, height) = shown.unwrap_or((self.info.width, self.info.height));
        Wish {
            enabled: !settings.disabled,
            max_layer,
            area: width.saturating_mul(height),
            priority: settings.priority,
        }
    }
}

/// How a viewer wants a track, as it last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ViewSettings {
    pub(super) disabled: bool,
    pub(super) quality: Quality,
    pub(super) size: Option<(u32, u32)>,
    pub(super) priority: u32,
}

impl ViewSettings {
    /// Before the viewer said anything: one that manages sizes itself starts small, others get the best.
    pub(super) fn unsaid(adaptive_stream: bool) -> Self {
        let quality = if adaptive_stream {
            Quality::Low
        } else {
            Quality::High
        };
        Self {
            disabled: false,
            quality,
            size: None,
            priority: 0,
        }
    }
}

impl From<&TrackSettings> for ViewSettings {
    fn from(said: &TrackSettings) -> Self {
        let size = (said.width > 0 && said.height > 0).then_some((said.width, said.height));
        Self {
            disabled: said.disabled,
            quality: said.quality,
            size,
            priority: said.priority,
        }
    }
}

/// The section a claim is sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mid: Mid,
    pub(super) ssrc: Ssrc,
    pub(super) rtx: Option<Ssrc>,
    /// Known once the client accepted a payload type (at once in the single topology).
    pub(super) format: Option<Format>,
}

/// A viewer's claim on a track.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) id: SubscriptionId,
    pub(super) publisher: Key,
    pub(super) kind: MediaKind,
    pub(super) settings: ViewSettings,
    pub(super) place: Option<Place>,
    /// The viewer accepts none of the track's codecs.
    pub(super) refused: bool,
}

impl Subscription {
    /// It still needs a section.
    pub(super) fn waits(&self) -> bool {
        self.place.is_none() && !self.refused
    }
}
