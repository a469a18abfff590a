//! Published tracks as others see them.

use crate::id::TrackSid;
use crate::media::MediaKind;

/// `TrackSource`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Not said.
    #[default]
    Unknown,
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A shared screen.
    ScreenShare,
    /// The sound of a shared screen.
    ScreenShareAudio,
}

/// `VideoQuality`: which of up to three layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quality {
    /// `q`
    Low,
    /// `h`
    Medium,
    /// `f`
    High,
    /// Not sent.
    Off,
}

/// `Encryption.Type`: passed on, never acted upon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Clear to the server.
    #[default]
    None,
    /// GCM between clients.
    Gcm,
    /// Something of the application's own.
    Custom,
}

/// One simulcast layer as the publisher announces it (`VideoLayer`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoLayer {
    /// Which of the three.
    pub quality: Quality,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bits per second at most.
    pub bitrate: u32,
    /// Source, when known.
    pub ssrc: u32,
    /// `q`, `h`, `f`, or empty.
    pub rid: String,
}

/// One codec of a track (`SimulcastCodec`, `SimulcastCodecInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackCodec {
    /// As written by the client: `vp8`, `video/VP8`…
    pub mime: String,
    /// The client's track id for this encoding.
    pub cid: String,
    /// Its layers.
    pub layers: Vec<VideoLayer>,
}

/// A published track as others see it (`TrackInfo`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackInfo {
    /// Its name on the wire.
    pub sid: TrackSid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// For people.
    pub name: String,
    /// Silent or dark.
    pub muted: bool,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// More than one layer.
    pub simulcast: bool,
    /// Send silence too.
    pub disable_dtx: bool,
    /// What it shows.
    pub source: Source,
    /// Lowest first.
    pub layers: Vec<VideoLayer>,
    /// `video/VP8`…
    pub mime: String,
    /// Section on the publisher's connection, once known.
    pub mid: String,
    /// Primary first.
    pub codecs: Vec<TrackCodec>,
    /// Two channels.
    pub stereo: bool,
    /// No RFC 2198.
    pub disable_red: bool,
    /// Passed on.
    pub encryption: Encryption,
    /// Passed on.
    pub stream: String,
    /// Passed on.
    pub audio_features: Vec<i32>,
    /// Passed on.
    pub backup_codec_policy: i32,
    /// Grows with each change: (Unix microseconds at publication, count since).
    pub version: (i64, i32),
}
