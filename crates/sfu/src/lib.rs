//! A media room you feed and drain.
//!
//! Two halves, joined by the values of [`media`]: a [`room`] decides (who is here, what is published, who
//! watches what, what is said to whom), and a [`shard`] carries (one worker's peers: ICE, DTLS, SRTP, layers,
//! congestion control). Both take time, bytes and commands as arguments and give values back; neither owns a
//! socket, a clock or a thread, and nothing assumes that a room's participants share a worker.

pub mod address;
pub mod allocation;
pub mod congestion;
pub mod framing;
pub mod id;
pub mod media;
pub mod peer;
pub mod room;
pub mod rtp;
pub mod sdp;
pub mod shard;
pub mod signal;
pub mod speakers;
