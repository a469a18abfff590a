//! One WebRTC connection as a value: ICE-lite, DTLS, SRTP, RTP streams and data channels.

pub mod certificate;
pub mod data;
pub(crate) mod dcep;
pub(crate) mod dtls;
mod flood;
pub mod ice;
pub(crate) mod srtp;
pub(crate) mod transport;

use std::time::Duration;

/// How long a peer may stay without valid STUN or media before it counts as gone; browsers check every 2.5 s.
pub const MEDIA_TIMEOUT: Duration = Duration::from_secs(15);
