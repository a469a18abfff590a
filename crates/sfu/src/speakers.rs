//! Whether a microphone carries speech, from the audio levels clients put on their packets (RFC 6464).
//!
//! One [`Microphone`] per published microphone, on the worker where its packets come in, turns levels into one
//! smoothed loudness every half second; the room tells who speaks. The figures are LiveKit's, so that its
//! clients behave as they are used to.

use std::time::{Duration, Instant};

/// Loudness is judged over this long.
pub const WINDOW: Duration = Duration::from_millis(500);

/// A packet at this level (dB below full scale) or louder counts as speech.
pub const ACTIVE_LEVEL: u8 = 35;

/// Share of the window that must be speech.
const ACTIVE_SHARE: f64 = 0.4;

/// Weight of the newest window in the smoothed loudness: two windows' worth of memory, 2 / (2 + 1).
const SMOOTHING: f64 = 2.0 / 3.0;

/// Digital silence.
const SILENT: u8 = 127;

/// A packet stands for the time since the one before, but no longer: after a pause it is one packet.
const LONGEST_PACKET: Duration = Duration::from_millis(60);

/// One microphone, where its packets come in.
#[derive(Debug)]
pub struct Microphone {
    window_began: Instant,
    last_packet: Option<Instant>,
    /// How much of the window was speech.
    speech: Duration,
    loudest: u8,
    /// 0–1, linear.
    smoothed: f64,
    /// Silence was reported: nothing to tell until speech.
    rested: bool,
}

impl Microphone {
    /// Nothing heard yet.
    pub fn new(now: Instant) -> Self {
        Self {
            window_began: now,
            last_packet: None,
            speech: Duration::ZERO,
            loudest: SILENT,
            smoothed: 0.0,
            rested: true,
        }
    }

    /// A packet came with this level in dB below full scale (0 loudest, 127 silent).
    pub fn on_packet(&mut self, now: Instant, level: u8) {
        let since = self.last_packet.replace(now).map_or(LONGEST_PACKET / 3, |last| {
            now.saturating_duration_since(last).min(LONGEST_PACKET)
        });
        if level <= ACTIVE_LEVEL {
            self.speech += since;
            self.loudest = self.loudest.min(level);
        }
    }

    /// Once a window has passed: smoothed level (dB below full scale) and whether it is speech. Silence is
    /// told once.
    pub fn poll(&mut self, now: Instant) -> Option<(u8, bool)> {
        let passed = now.saturating_duration_since(self.window_began);
        if passed < WINDOW {
            return None;
        }
        // Asked late (packets in between count for the longer window).
        let share = (self.speech.as_secs_f64() / passed.as_secs_f64()).min(1.0);
        let active = share >= ACTIVE_SHARE;
        if active {
            // A window half full of speech sounds half as loud.
            let loudness = linear(f64::from(self.loudest)) * share;
            self.smoothed += (loudness - self.smoothed) * SMOOTHING;
        } else {
            self.smoothed = 0.0;
        }
        self.window_began = now;
        self.speech = Duration::ZERO;
        self.loudest = SILENT;
        let silent = self.smoothed == 0.0;
        let told = !(silent && std::mem::replace(&mut self.rested, silent));
        self.rested = silent;
        told.then(|| (decibels(self.smoothed), active))
    }
}

/// Amplitude, 1 being full scale.
fn linear(decibels: f64) -> f64 {
    10f64.powf(-decibels / 20.0)
}

/// Decibels below full scale; silence is the lowest level there is.
fn decibels(linear: f64) -> u8 {
    if linear <= 0.0 {
        return SILENT;
    }
    (-20.0 * linear.log10()).round().clamp(0.0, f64::from(SILENT)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds levels at 20 ms each, beginning at `start`, and collects what is told.
    fn hear(levels: impl IntoIterator<Item = u8>) -> Vec<(u8, bool)> {
        let start = Instant::now();
        let mut microphone = Microphone::new(start);
        let mut told = Vec::new();
        for (packet, level) in levels.into_iter().enumerate() {
            let now = start + Duration::from_millis(20 * packet as u64);
            microphone.on_packet(now, level);
            told.extend(microphone.poll(now));
        }
        told
    }

    #[test]
    fn somebody_who_speaks_is_heard_within_a_second() {
        let told = hear([15; 51]);
        assert_eq!(told.len(), 2, "one word each half second");
        assert!(told.iter().all(|&(_, active)| active));
        assert!((14..=18).contains(&told[1].0), "{told:?}");
    }

    #[test]
    fn somebody_silent_is_never_spoken_of() {
        assert_eq!(hear([127; 200]), []);
        assert_eq!(hear([45; 200]), [], "a fan is not speech");
    }

    #[test]
    fn a_cough_is_not_speech() {
        let cough = |packet| if packet % 100 < 5 { 5 } else { 60 };
        assert!(hear((0..300).map(cough)).is_empty());
    }

    #[test]
    fn speech_with_pauses_between_words_stays_speech() {
        let words = |packet| if packet % 10 < 6 { 20 } else { 60 };
        let told = hear((0..200).map(words));
        assert!(
            told.len() >= 7 && told.iter().all(|&(_, active)| active),
            "{told:?}"
        );
    }

    #[test]
    fn falling_silent_is_told_once() {
        let told = hear((0..300).map(|packet| if packet < 60 { 10 } else { 127 }));
        assert_eq!(
            told.iter()
                .filter(|&&(level, active)| level == 127 && !active)
                .count(),
            1,
            "{told:?}"
        );
        assert_eq!(told.last(), Some(&(127, false)));
    }

    #[test]
    fn a_microphone_whose_packets_stop_falls_silent() {
        let start = Instant::now();
        let mut microphone = Microphone::new(start);
        for packet in 0..26 {
            microphone.on_packet(start + Duration::from_millis(packet * 20), 10);
        }
        assert!(matches!(
            microphone.poll(start + Duration::from_millis(520)),
            Some((_, true))
        ));
        assert_eq!(
            microphone.poll(start + Duration::from_millis(1_100)),
            Some((127, false))
        );
        assert_eq!(microphone.poll(start + Duration::from_millis(1_700)), None);
    }

    #[test]
    fn packets_of_any_length_count_for_their_time() {
        let start = Instant::now();
        let mut microphone = Microphone::new(start);
        for packet in 0..10 {
            microphone.on_packet(start + Duration::from_millis(packet * 60), 10);
        }
        assert!(matches!(
            microphone.poll(start + Duration::from_millis(600)),
            Some((_, true))
        ));
    }
}
