//! What a viewer tells us about what it got.

use std::time::{Duration, Instant};

use super::Egress;
use crate::id::{Bitrate, Ssrc};
use crate::rtp::rtcp::{ReportBlock, TransportFeedback};
use crate::shard::effect::Effect;

/// Repetitions waiting for one flush; one NACK names at most as many.
const MAX_AGAIN: usize = 512;

/// A round trip changes the known one by this share, so that one late report does not stand for all.
const SMOOTHING: u32 = 4;

impl Egress {
    /// Packets are asked for again.
    pub(crate) fn on_nack(&mut self, media: Ssrc, lost: &[u16]) -> bool {
        let Some((slot, viewer)) = self.by_ssrc(media) else {
            return false;
        };
        viewer.acknowledged = true;
        let room = MAX_AGAIN.saturating_sub(self.again.len());
        self.again
            .extend(lost.iter().take(room).map(|&sequence| (slot as u32, sequence)));
        true
    }

    /// A viewer cannot decode any more.
    pub(crate) fn on_picture_lost(&mut self, media: Ssrc, effects: &mut Vec<Effect>) {
        if let Some((_, viewer)) = self.by_ssrc(media)
            && viewer.is_video()
            && let Some(layer) = viewer.flowing_layer().or(viewer.target)
        {
            effects.push(Effect::KeyFrame(viewer.track, layer));
        }
    }

    /// When packets arrived.
    pub(crate) fn on_transport_feedback(&mut self, now: Instant, feedback: &TransportFeedback) {
        self.told = true;
        self.estimator.on_feedback(now, feedback);
        if self.round_trip.is_none() {
            self.round_trip = self.estimator.round_trip();
        }
    }

    /// The client's own estimate, used only where arrivals are not told.
    pub(crate) fn on_receiver_estimate(&mut self, bitrate: Bitrate) {
        self.receiver_estimate = Some(bitrate);
    }

    /// What the client has seen of one of our sources.
    pub(crate) fn on_report(&mut self, now: Instant, block: &ReportBlock) {
        let Some((_, viewer)) = self.by_ssrc(block.ssrc) else {
            return;
        };
        viewer.acknowledged = true;
        let lost = block.lost.saturating_sub(viewer.lost_seen).max(0);
        viewer.lost_seen = block.lost;
        let measured = viewer.round_trip(now, block.last_report, block.delay);
        self.lost_since_stats += u64::from(lost.unsigned_abs());
        self.reported_since_stats += 1;
        if let Some(measured) = measured.map(|it| it.max(Duration::from_millis(1))) {
            self.round_trip = Some(match self.round_trip {
                Some(known) => (known * (SMOOTHING - 1) + measured) / SMOOTHING,
                None => measured,
            });
        }
    }

    /// Share lost on the way down since the last call, the estimate, and whether anything is held back.
    pub(crate) fn take_stats(&mut self) -> (f32, Option<Bitrate>, bool) {
        let loss = if self.reported_since_stats == 0 || self.sent_since_stats == 0 {
            0.0
        } else {
            (self.lost_since_stats as f32 / self.sent_since_stats as f32).min(1.0)
        };
        self.lost_since_stats = 0;
        self.sent_since_stats = 0;
        self.reported_since_stats = 0;
        let watching = self.viewers.iter().flatten().any(|viewer| viewer.is_video());
        let constrained = self.viewers.iter().flatten().any(|viewer| viewer.constrained);
        (loss, watching.then(|| self.estimate()), constrained)
    }
}
