//! Names for the things inside a media room, each its own type so that none is mistaken for another.

use std::fmt;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:x})"), self.0)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub String);

        impl $name {
            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

number_id! {
    /// One WebRTC connection (a participant has one, or two in the dual topology). Unique in the process.
    PeerId
}
number_id! {
    /// A published track as the media plane knows it. Unique in the process.
    TrackId
}
number_id! {
    /// One viewer's claim on one published track. Unique in the process.
    SubscriptionId
}

text_id! {
    /// Names a room's current life on the wire; begins with `RM_`.
    RoomSid
}
text_id! {
    /// Names a participant's current stay on the wire; begins with `PA_`.
    ParticipantSid
}
text_id! {
    /// Names a published track on the wire; begins with `TR_`.
    TrackSid
}
text_id! {
    /// Who somebody is across stays; chosen by whoever minted the token.
    Identity
}
text_id! {
    /// The identification tag of a media section (RFC 5888).
    Mid
}
text_id! {
    /// The restriction identifier of a simulcast layer (RFC 8851): `q`, `h` or `f`.
    Rid
}

/// A worker thread's number; peers live on one worker each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShardId(pub u16);

/// A synchronisation source (RFC 3550 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ssrc(pub u32);

/// An RTP payload type, 0–127.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadType(pub u8);

/// A rate in bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bitrate(pub u64);

impl Bitrate {
    /// From thousands of bits per second.
    pub const fn kilobits(value: u64) -> Self {
        Self(value * 1000)
    }
}
