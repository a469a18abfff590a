//! The room: who is here, what is published, who watches what, what is said to whom.

mod contract;

pub use contract::*;

use std::time::Instant;

/// One media room: fed with [`RoomInput`], drained of [`RoomOutput`].
///
/// After every [`Room::handle`] drain [`Room::poll_output`] until it is empty, then wait for the next input
/// or for [`Room::poll_timeout`], whichever comes first.
pub struct Room {}

impl Room {
    /// A new, empty room. `seed` feeds every random choice (ids and ICE secrets), so it must come from the
    /// operating system in production and may be fixed in tests.
    pub fn new(config: RoomConfig, seed: [u8; 32], now: Now) -> Self {
        let _ = (config, seed, now);
        Self {}
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Now, input: RoomInput) {
        let _ = (now, input);
    }

    /// What is to be done, oldest first.
    pub fn poll_output(&mut self) -> Option<RoomOutput> {
        None
    }

    /// When to come back with [`RoomInput::Timeout`] at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// The state as the API shows it.
    pub fn view(&self) -> RoomView {
        unreachable!("replaced by the first working room")
    }
}
