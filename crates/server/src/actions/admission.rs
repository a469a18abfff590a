//! Who may enter which room: the only place that decides it.
//!
//! Until accounts exist there is one rule: any name opens a room for anybody. The issue that brings accounts
//! replaces what is here, and nothing else needs to know.

use std::net::SocketAddr;

use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;

/// The answer to "may this person enter this room?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes.
    Open,
}

/// Whether somebody who gives this name may enter the room of this address.
pub fn admit(_room: &RoomAddress, _name: &DisplayName) -> Admission {
    Admission::Open
}

/// What whoever starts the server must know about [`admit`], when others can reach it.
pub fn warning(listener: SocketAddr) -> Option<String> {
    let listens_to_others = !listener.ip().is_loopback();
    listens_to_others.then(|| {
        format!(
            "{listener} can be reached from other machines, and there are no accounts yet: \
             anybody who reaches it can open any room under any name"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_door_is_told_whenever_others_can_reach_it() {
        assert!(warning("127.0.0.1:8080".parse().expect("an address")).is_none());
        assert!(warning("[::1]:8080".parse().expect("an address")).is_none());
        assert!(warning("0.0.0.0:8080".parse().expect("an address")).is_some());
        assert!(warning("192.0.2.7:80".parse().expect("an address")).is_some());
    }
}
