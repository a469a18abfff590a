//! Simulated participants: people made of code who join a room through LiveKit's protocol, with another maker's
//! WebRTC (str0m), publish synthetic sound and pictures, watch the others and report what reached them.
//!
//! One [`Participant`] is one task with one or two UDP sockets. What it sends carries the time it was made, so
//! every receiver in the same process (or machine) measures the delay and can tell a whole, decodable picture
//! from a broken one without any codec.

pub mod histogram;
pub mod options;
pub mod participant;
pub mod payload;
pub mod process;
pub mod reception;
pub mod report;
pub mod sections;
pub mod source;
pub mod writing;

mod negotiation;
mod session;
mod signal;
mod transport;

pub use options::{CameraLayer, Options, Topology, Watch};
pub use participant::{Participant, ReceivedData, token};
pub use report::{Report, TrackReport};
