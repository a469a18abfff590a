//! Synthetic microphone and camera: when is the next packet due, and what does it carry.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::options::CameraLayer;
use crate::payload::{self, Stamp};

const SOUND_EVERY: Duration = Duration::from_millis(20);
const SILENCE_EVERY: Duration = Duration::from_millis(400);
const SOUND_LENGTH: usize = 100;
const LARGEST_PAYLOAD: usize = 1100;
/// A key frame is this many times as large as an ordinary frame.
const KEY_FRAME_FACTOR: usize = 3;
/// After a pause longer than this a source goes on from now instead of catching up.
const LONGEST_LAG: Duration = Duration::from_millis(200);

/// One packet to be written, without the header fields the connection fills in.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Simulcast layer, for pictures.
    pub rid: Option<&'static str>,
    /// Extended sequence number in its layer.
    pub sequence: u64,
    /// Media time in units of the codec's clock.
    pub timestamp: u32,
    /// Last packet of a frame, or first packet of speech.
    pub marker: bool,
    /// Audio level in -dBov and whether it is speech, for sound.
    pub level: Option<(i8, bool)>,
    /// The payload.
    pub payload: Arc<[u8]>,
}

/// A microphone at 50 packets a second while talking, 2.5 while silent.
#[derive(Debug)]
pub struct Microphone {
    start: Instant,
    next: Instant,
    count: u32,
    talking: bool,
    onset: bool,
}

impl Microphone {
    /// A microphone whose first packet is due at `start`.
    pub fn new(start: Instant, talking: bool) -> Microphone {
        Microphone {
            start,
            next: start,
            count: 0,
            talking,
            onset: true,
        }
    }

    /// When the next packet is due.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Starts or ends speech.
    pub fn set_talking(&mut self, now: Instant, talking: bool) {
        if talking && !self.talking {
            self.next = now;
            self.onset = true;
        }
        self.talking = talking;
    }

    /// Hands out, as made now, every packet due until the given instant.
    pub fn due(&mut self, now: Instant, until: Instant, out: &mut Vec<Outgoing>) {
        if now > self.next + LONGEST_LAG {
            self.next = now;
        }
        while self.next <= until {
            self.count += 1;
            let stamp = Stamp {
                captured: payload::clock(now),
                frame: self.count,
                index: 0,
                count: 1,
                layer: 0,
                key: false,
            };
            out.push(Outgoing {
                rid: None,
                sequence: u64::from(self.count),
                timestamp: ticks(self.next.saturating_duration_since(self.start), 48_000),
                marker: std::mem::take(&mut self.onset),
                level: Some(if self.talking { (-20, true) } else { (-127, false) }),
                payload: payload::sound(if self.talking { SOUND_LENGTH } else { 0 }, &stamp),
            });
            self.next += if self.talking { SOUND_EVERY } else { SILENCE_EVERY };
        }
    }
}

/// A camera with simulcast layers.
#[derive(Debug)]
pub struct Camera {
    start: Instant,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    shape: CameraLayer,
    number: u8,
    enabled: bool,
    wants_key: bool,
    next: Instant,
    sequence: u64,
    frame: u32,
    picture_id: u16,
    key_frames: u64,
}

impl Camera {
    /// A camera whose first frames are due at `start`.
    pub fn new(start: Instant, shapes: &[CameraLayer]) -> Camera {
        let layers = shapes.iter().enumerate().map(|(number, shape)| Layer {
            shape: shape.clone(),
            number: number as u8,
            enabled: true,
            wants_key: true,
            // Layers do not fall on the same instant.
            next: start + Duration::from_millis(5 * number as u64),
            sequence: 100,
            frame: 0,
            picture_id: 1000 * (number as u16 + 1),
            key_frames: 0,
        });
        Camera {
            start,
            layers: layers.collect(),
        }
    }

    /// When the next frame is due.
    pub fn next(&self) -> Option<Instant> {
        self.layers
            .iter()
            .filter(|layer| layer.enabled)
            .map(|layer| layer.next)
            .min()
    }

    /// Makes the next frame of a layer (or of all) a key frame.
    pub fn request_key_frame(&mut self, rid: Option<&str>) {
        for layer in self
            .layers
            .iter_mut()
            .filter(|layer| rid.is_none_or(|rid| layer.shape.rid == rid))
        {
            layer.wants_key = true;
        }
    }

    /// Switches layers on or off, by number from the smallest; a layer that comes back starts with a key frame.
    pub fn set_enabled(&mut self, now: Instant, number: usize, enabled: bool) {
        let Some(layer) = self.layers.get_mut(number) else {
            return;
        };
        if enabled && !layer.enabled {
            layer.next = now;
            layer.wants_key = true;
        }
        layer.enabled = enabled;
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Key frames made so far.
    pub fn key_frames(&self) -> u64 {
        self.layers.iter().map(|layer| layer.key_frames).sum()
    }

    /// Hands out, as made now, the packets of every frame due until the given instant.
    pub fn due(&mut self, now: Instant, until: Instant, out: &mut Vec<Outgoing>) {
        for layer in self.layers.iter_mut().filter(|layer| layer.enabled) {
            if now > layer.next + LONGEST_LAG {
                layer.next = now;
            }
            while layer.next <= until {
                layer.frame(now, self.start, out);
                layer.next += Duration::from_secs(1) / layer.shape.frame_rate;
            }
        }
    }
}

impl Layer {
    fn frame(&mut self, now: Instant, start: Instant, out: &mut Vec<Outgoing>) {
        let key = std::mem::take(&mut self.wants_key);
        self.key_frames += u64::from(key);
        self.frame += 1;
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        let ordinary = (self.shape.bitrate / self.shape.frame_rate / 8) as usize;
        let size = if key {
            ordinary * KEY_FRAME_FACTOR
        } else {
            ordinary
        };
        let count = size.div_ceil(LARGEST_PAYLOAD).max(1);
        let timestamp = ticks(self.next.saturating_duration_since(start), 90_000);
        for index in 0..count {
            let stamp = Stamp {
                captured: payload::clock(now),
                frame: self.frame,
                index: index as u16,
                count: count as u16,
                layer: self.number,
                key,
            };
            let dimensions = (self.shape.width, self.shape.height);
            self.sequence += 1;
            out.push(Outgoing {
                rid: Some(self.shape.rid),
                sequence: self.sequence,
                timestamp,
                marker: index + 1 == count,
                level: None,
                payload: payload::picture(
                    size / count,
                    self.picture_id,
                    self.frame as u8,
                    dimensions,
                    &stamp,
                ),
            });
        }
    }
}

fn ticks(since: Duration, rate: u64) -> u32 {
    (since.as_micros() as u64 * rate / 1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: u64, mut step: impl FnMut(Instant, &mut Vec<Outgoing>)) -> Vec<Outgoing> {
        let start = Instant::now();
        let mut out = Vec::new();
        (0..seconds * 1000)
            .for_each(|millisecond| step(start + Duration::from_millis(millisecond), &mut out));
        out
    }

    #[test]
    fn a_microphone_sends_fifty_packets_a_second_and_few_when_silent() {
        let mut talking = Microphone::new(Instant::now(), true);
        assert!((99..=101).contains(&run(2, |now, out| talking.due(now, now, out)).len()));
        let mut silent = Microphone::new(Instant::now(), false);
        assert!((5..=6).contains(&run(2, |now, out| silent.due(now, now, out)).len()));
    }

    #[test]
    fn layers_reach_their_rates_and_begin_with_a_key_frame() {
        let mut camera = Camera::new(Instant::now(), &CameraLayer::usual());
        let out = run(4, |now, out| camera.due(now, now, out));
        for shape in CameraLayer::usual() {
            let packets: Vec<_> = out
                .iter()
                .filter(|packet| packet.rid == Some(shape.rid))
                .collect();
            let bits = packets
                .iter()
                .map(|packet| packet.payload.len() * 8)
                .sum::<usize>() as u32
                / 4;
            assert!(
                bits > shape.bitrate * 9 / 10 && bits < shape.bitrate * 12 / 10,
                "{}: {bits}",
                shape.rid
            );
            assert_eq!(
                Stamp::read(&packets[0].payload).map(|stamp| stamp.key),
                Some(true)
            );
            let frames = packets.iter().filter(|packet| packet.marker).count() as u32;
            assert!(frames.abs_diff(shape.frame_rate * 4) <= 1);
        }
        assert_eq!(camera.key_frames(), 3);
    }

    #[test]
    fn a_key_frame_comes_when_asked_and_when_a_layer_returns() {
        let start = Instant::now();
        let mut camera = Camera::new(start, &CameraLayer::usual());
        let mut out = Vec::new();
        camera.due(start, start + Duration::from_millis(50), &mut out);
        camera.request_key_frame(Some("h"));
        camera.due(start, start + Duration::from_millis(100), &mut out);
        assert_eq!(camera.key_frames(), 4);
        camera.set_enabled(start, 2, false);
        out.clear();
        camera.due(start, start + Duration::from_millis(150), &mut out);
        assert!(out.iter().all(|packet| packet.rid != Some("f")));
        camera.set_enabled(start + Duration::from_millis(150), 2, true);
        camera.due(start, start + Duration::from_millis(160), &mut out);
        assert_eq!(camera.key_frames(), 5);
    }
}
