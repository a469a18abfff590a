//! Who speaks, and how well everybody is connected: what the room tells all, at a calm pace.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::participant::Key;
use super::{Now, Room};
use crate::id::{PeerId, TrackId};
use crate::media::{AudioLevel, PeerStats};
use crate::signal::{ConnectionQuality, ParticipantState, Response};

/// Changes of who speaks are told at most this often; LiveKit's clients expect a few a second.
const SPEAKERS_INTERVAL: Duration = Duration::from_millis(300);
/// A microphone not reported for this long is silent.
const SPEECH_FADES: Duration = Duration::from_millis(1500);
/// Connection quality is judged this often; LiveKit's value.
const QUALITY_INTERVAL: Duration = Duration::from_secs(5);
/// Reports come every 2 s; without any for this long nothing is known.
const STATS_STALE: Duration = Duration::from_secs(9);
/// Loudness is told in eighths, so that it does not change all the time.
const LEVEL_STEPS: f32 = 8.0;

/// What the room remembers of speech and quality between two tellings.
#[derive(Debug, Default)]
pub(super) struct Presence {
    speaking: HashMap<TrackId, (AudioLevel, Instant)>,
    told: HashMap<TrackId, f32>,
    speakers_at: Option<Instant>,
    quality_at: Option<Instant>,
}

impl Presence {
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.speakers_at.into_iter().chain(self.quality_at).min()
    }

    /// A track is gone; its silence is told with the next change.
    pub(super) fn forget(&mut self, track: TrackId) {
        self.speaking.remove(&track);
        self.told.remove(&track);
    }
}

/// dBov below full scale → 0–1, in eighths, as clients draw it.
fn loudness(level: u8) -> f32 {
    let linear = 10_f32.powf(-f32::from(level) / 20.0);
    // Speech lies between −40 and −10 dBov; the square root spreads it over the scale.
    ((linear.sqrt() * 1.3).clamp(0.0, 1.0) * LEVEL_STEPS).ceil() / LEVEL_STEPS
}

impl Room {
    pub(super) fn levels(&mut self, now: Now, levels: &[AudioLevel]) {
        for level in levels {
            self.presence.speaking.insert(level.track, (*level, now.instant));
        }
        self.presence
            .speakers_at
            .get_or_insert(now.instant + SPEAKERS_INTERVAL);
    }

    pub(super) fn presence_due(&mut self, now: Now) {
        if self.presence.speakers_at.is_some_and(|at| at <= now.instant) {
            self.presence.speakers_at = None;
            self.tell_speakers(now);
        }
        if self.participants.is_empty() {
            self.presence.quality_at = None;
        } else if self.presence.quality_at.is_none_or(|at| at <= now.instant) {
            if self.presence.quality_at.is_some() {
                self.judge_quality(now);
            }
            self.presence.quality_at = Some(now.instant + QUALITY_INTERVAL);
        }
    }

    fn tell_speakers(&mut self, now: Now) {
        let fresh = |at: Instant| now.instant.saturating_duration_since(at) < SPEECH_FADES;
        let mut changes: Vec<(TrackId, f32)> = Vec::new();
        let mut still_speaking = false;
        for (track, (level, at)) in &self.presence.speaking {
            let muted = self
                .publishers
                .get(track)
                .and_then(|key| self.participants.get(key)?.track(*track))
                .is_none_or(|track| track.info.muted);
            let speaks = level.active && fresh(*at) && !muted;
            still_speaking |= speaks;
            let value = if speaks { loudness(level.level) } else { 0.0 };
            if self.presence.told.get(track).copied().unwrap_or(0.0) != value {
                changes.push((*track, value));
            }
        }
        self.presence.speaking.retain(|_, (_, at)| fresh(*at));
        if still_speaking {
            self.presence.speakers_at = Some(now.instant + SPEAKERS_INTERVAL);
        }
        if changes.is_empty() {
            return;
        }
        changes.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut speakers = Vec::with_capacity(changes.len());
        for (track, value) in changes {
            self.presence.told.insert(track, value);
            let publisher = self
                .publishers
                .get(&track)
                .and_then(|key| self.participants.get(key));
            if let Some(publisher) = publisher {
                speakers.push((publisher.sid.clone(), value, value > 0.0));
            }
        }
        self.broadcast(&Response::Speakers(speakers), None);
    }

    pub(super) fn stats(&mut self, now: Now, key: Key, peer: PeerId, stats: PeerStats) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let merged = match participant.stats {
            // Two connections report in turn: the worse of both counts.
            Some((at, old)) if peer != participant.uplink.peer && now.instant - at < QUALITY_INTERVAL => {
                PeerStats {
                    loss_up: old.loss_up.max(stats.loss_up),
                    loss_down: old.loss_down.max(stats.loss_down),
                    round_trip: old.round_trip.max(stats.round_trip),
                    ..stats
                }
            }
            _ => stats,
        };
        participant.stats = Some((now.instant, merged));
    }

    fn judge_quality(&mut self, now: Now) {
        let mut changes = Vec::new();
        for participant in self.participants.values_mut() {
            if participant.state != ParticipantState::Active {
                continue;
            }
            let recent = participant
                .stats
                .filter(|(at, _)| now.instant.saturating_duration_since(*at) < STATS_STALE);
            let (quality, score) = match recent {
                Some((_, stats)) => judge(&stats),
                None if participant.stats.is_some() => (ConnectionQuality::Lost, 0.0),
                None => continue,
            };
            if participant.quality != quality {
                participant.quality = quality;
                changes.push((participant.sid.clone(), quality, score));
            }
        }
        if !changes.is_empty() {
            self.broadcast(&Response::Quality(changes), None);
        }
    }
}

/// Loss either way, delay, and pictures held back → a word and a score of 5.
fn judge(stats: &PeerStats) -> (ConnectionQuality, f32) {
    let loss = stats.loss_up.max(stats.loss_down);
    let delay = stats.round_trip.unwrap_or_default().as_secs_f32();
    let score = 5.0 - loss * 25.0 - (delay - 0.15).max(0.0) * 4.0 - if stats.constrained { 1.0 } else { 0.0 };
    let score = score.clamp(1.0, 5.0);
    let quality = if score >= 4.2 {
        ConnectionQuality::Excellent
    } else if score >= 3.0 {
        ConnectionQuality::Good
    } else {
        ConnectionQuality::Poor
    };
    (quality, score)
}
