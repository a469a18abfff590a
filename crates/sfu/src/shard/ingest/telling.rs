//! What a publisher and its room are told of what arrives: gaps, arrivals, wanted key frames, reports, loudness.

use std::time::{Duration, Instant};

use super::Ingest;
use crate::id::Ssrc;
use crate::media::{AudioLevel, MediaKind};
use crate::rtp::rtcp::{ReportBlock, Writer};

/// Packets named in one NACK message.
const MAX_NACKED: usize = 256;

/// A microphone is judged this long after its last packet: until its silence is told.
const LEVELS_LAST: Duration = Duration::from_secs(2);

impl Ingest {
    /// There are gaps to look at in a moment.
    pub(crate) fn has_gaps(&self) -> bool {
        self.streams.iter().any(|stream| stream.reception.has_gaps())
    }

    /// Arrivals wait to be told.
    pub(crate) fn has_feedback(&self) -> bool {
        self.feedback.is_fresh()
    }

    /// When a key frame is to be asked for next.
    pub(crate) fn key_frame_at(&self, now: Instant) -> Option<Instant> {
        let nexts = self.streams.iter().filter_map(|stream| stream.key_frames.next());
        nexts.map(|next| next.unwrap_or(now)).min()
    }

    /// Some microphone's level may change.
    pub(crate) fn has_levels(&self, now: Instant) -> bool {
        let lately = |at: Instant| now.saturating_duration_since(at) < LEVELS_LAST;
        self.sections
            .iter()
            .any(|section| section.heard.is_some_and(lately))
    }

    /// Asks for packets that did not come.
    pub(crate) fn write_nacks(&mut self, now: Instant, us: Ssrc, round_trip: Duration, out: &mut Vec<u8>) {
        for stream in &mut self.streams {
            self.lost.clear();
            stream.reception.due(now, round_trip, &mut self.lost);
            for part in self.lost.chunks(MAX_NACKED) {
                Writer::new(out).nack(us, stream.ssrc, part);
            }
        }
    }

    /// Asks for key frames that are wanted.
    pub(crate) fn write_key_frame_requests(&mut self, now: Instant, us: Ssrc, out: &mut Vec<u8>) {
        for stream in &mut self.streams {
            if stream.key_frames.due(now) {
                stream.key_frames.write(us, stream.ssrc, out);
            }
        }
    }

    /// Tells when packets arrived.
    pub(crate) fn write_feedback(&mut self, us: Ssrc, out: &mut Vec<u8>) {
        while let Some(feedback) = self.feedback.build(us) {
            Writer::new(out).transport_feedback(&feedback);
        }
    }

    /// Appends what is to be reported of each source.
    pub(crate) fn reports(&mut self, now: Instant, blocks: &mut Vec<ReportBlock>) {
        for stream in &mut self.streams {
            blocks.extend(stream.reception.report(now, stream.ssrc));
        }
    }

    /// Packets expected and lost for good since the last call.
    pub(crate) fn take_loss(&mut self) -> (u64, u64) {
        let losses = self.streams.iter_mut().map(|stream| stream.reception.take_loss());
        losses.fold((0, 0), |sum, loss| (sum.0 + loss.0, sum.1 + loss.1))
    }

    /// Levels that changed.
    pub(crate) fn take_levels(&mut self, now: Instant) -> Vec<AudioLevel> {
        let sections = self.sections.iter_mut();
        let changes = sections.filter_map(|section| {
            let (track, _) = section.track.filter(|_| section.kind == MediaKind::Audio)?;
            let (level, active) = section.microphone.as_mut()?.poll(now)?;
            Some(AudioLevel { track, level, active })
        });
        changes.collect()
    }
}
