//! How a simulated participant joins, what it publishes and what it watches.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// How many connections carry a participant's media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One connection in both directions; the participant makes every offer.
    Single,
    /// One connection to publish (the participant offers) and one to receive (the server offers).
    Dual,
}

/// One simulcast layer of a camera.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraLayer {
    /// Name of the layer: `q`, `h` or `f`.
    pub rid: &'static str,
    /// Width of its pictures.
    pub width: u16,
    /// Height of its pictures.
    pub height: u16,
    /// Bits per second.
    pub bitrate: u32,
    /// Pictures per second.
    pub frame_rate: u32,
}

impl CameraLayer {
    /// The three layers of a 720p camera: 150 kbit/s at 15, 500 at 25 and 1500 at 30 pictures a second.
    pub fn usual() -> Vec<CameraLayer> {
        vec![
            CameraLayer {
                rid: "q",
                width: 320,
                height: 180,
                bitrate: 150_000,
                frame_rate: 15,
            },
            CameraLayer {
                rid: "h",
                width: 640,
                height: 360,
                bitrate: 500_000,
                frame_rate: 25,
            },
            CameraLayer {
                rid: "f",
                width: 1280,
                height: 720,
                bitrate: 1_500_000,
                frame_rate: 30,
            },
        ]
    }
}

/// Which pictures of the others a participant asks for, and how large.
#[derive(Clone, Debug)]
pub struct Watch {
    /// How many cameras are visible; the others are switched off. `None` is all.
    pub visible: Option<usize>,
    /// Width and height asked of the first visible camera.
    pub main: (u32, u32),
    /// Width and height asked of the others.
    pub thumbnail: (u32, u32),
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            visible: None,
            main: (1280, 720),
            thumbnail: (320, 180),
        }
    }
}

/// Everything a participant decides before it joins.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections used for media.
    pub topology: Topology,
    /// Whether the server subscribes this participant to everything published.
    pub automatic_subscription: bool,
    /// Whether it publishes a microphone.
    pub microphone: bool,
    /// Whether the microphone carries speech from the start; silence sends a packet every 400 ms.
    pub talking: bool,
    /// Layers of its camera; none publishes no camera.
    pub camera: Vec<CameraLayer>,
    /// What it asks to see.
    pub watch: Watch,
    /// Count packets and losses only, and measure the delay of one packet in sixteen: for large rooms.
    pub light_receiver: bool,
    /// Least time between two readings of a socket: gathering what comes in between costs less, and delays are
    /// measured longer by up to as much. Zero reads at once.
    pub gather: Duration,
    /// Share (0 to 1) of media datagrams lost on the way, in each direction.
    pub loss: f64,
    /// Address its UDP sockets bind.
    pub bind: IpAddr,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            topology: Topology::Single,
            automatic_subscription: true,
            microphone: false,
            talking: true,
            camera: Vec::new(),
            watch: Watch::default(),
            light_receiver: false,
            gather: Duration::ZERO,
            loss: 0.0,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
}
