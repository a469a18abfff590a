//! Where each peer lives: made by its room before any packet, claimed by the worker its first packet reaches.

use std::collections::HashMap;

use super::relay::RelayMessage;
use crate::id::{PeerId, ShardId};
use crate::media::{PeerCommand, PeerSeed};

/// Commands and messages kept for a peer no packet has reached yet: a room of a hundred subscribes each
/// newcomer to every track with a few commands each. Beyond that the oldest watch is not worth keeping.
pub const MAX_QUEUED: usize = 2048;

/// Something that waited for its peer to be claimed.
#[derive(Clone, Debug)]
pub enum Queued {
    /// From the room.
    Command(PeerCommand),
    /// From another shard.
    Relay(RelayMessage),
}

/// What a worker learns about a user fragment.
#[derive(Debug)]
pub enum Claim {
    /// The peer is now this worker's.
    Adopt(PeerSeed, Vec<Queued>),
    /// Another worker holds it: hand it the datagram.
    Elsewhere(ShardId),
    /// Nobody of ours.
    Unknown,
}

#[derive(Debug)]
enum Place {
    Unclaimed(PeerSeed, Vec<Queued>),
    On(ShardId),
}

/// All peers of the process; shared by room and worker threads behind a lock, touched once per join and per
/// command, never per packet.
#[derive(Debug, Default)]
pub struct Directory {
    places: HashMap<PeerId, Place>,
    ufrags: HashMap<String, PeerId>,
}

impl Directory {
    /// Knows nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection is about to be used.
    pub fn create(&mut self, seed: PeerSeed) {
        self.ufrags.insert(seed.credentials.ufrag.clone(), seed.id);
        self.places.insert(seed.id, Place::Unclaimed(seed, Vec::new()));
    }

    /// Passes on what a room asks of a peer: the worker to give it to, or `None` when it waits for the peer's
    /// first packet (or the peer is gone). An ICE restart adds its user fragment; a close forgets the peer.
    pub fn command(&mut self, peer: PeerId, command: PeerCommand) -> Option<(ShardId, PeerCommand)> {
        if let PeerCommand::RestartIce(credentials) = &command {
            self.rename(peer, credentials.ufrag.clone());
        }
        let closes = matches!(command, PeerCommand::Close);
        let passed = match self.places.get_mut(&peer)? {
            Place::On(shard) => Some((*shard, command)),
            Place::Unclaimed(_, queued) => {
                enqueue(queued, Queued::Command(command));
                None
            }
        };
        if closes {
            self.remove(peer);
        }
        passed
    }

    /// The same for a message of another shard.
    pub fn relay(&mut self, peer: PeerId, message: RelayMessage) -> Option<(ShardId, RelayMessage)> {
        match self.places.get_mut(&peer)? {
            Place::On(shard) => Some((*shard, message)),
            Place::Unclaimed(_, queued) => {
                enqueue(queued, Queued::Relay(message));
                None
            }
        }
    }

    /// A worker heard a STUN request for a user fragment it does not know.
    pub fn claim(&mut self, ufrag: &str, shard: ShardId) -> Claim {
        let Some(place) = self.ufrags.get(ufrag).and_then(|peer| self.places.get_mut(peer)) else {
            return Claim::Unknown;
        };
        match std::mem::replace(place, Place::On(shard)) {
            Place::Unclaimed(seed, queued) => Claim::Adopt(seed, queued),
            Place::On(holder) => {
                *place = Place::On(holder);
                Claim::Elsewhere(holder)
            }
        }
    }

    /// The peer is known under one more user fragment; the older ones stay until it is removed.
    pub fn rename(&mut self, peer: PeerId, ufrag: String) {
        if self.places.contains_key(&peer) {
            self.ufrags.insert(ufrag, peer);
        }
    }

    /// The peer is gone.
    pub fn remove(&mut self, peer: PeerId) {
        if self.places.remove(&peer).is_some() {
            self.ufrags.retain(|_, known| *known != peer);
        }
    }

    /// Peers known.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// No peers known.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

fn enqueue(queued: &mut Vec<Queued>, item: Queued) {
    if queued.len() >= MAX_QUEUED {
        queued.remove(0);
    }
    queued.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::IceCredentials;

    fn credentials(ufrag: &str) -> IceCredentials {
        IceCredentials {
            ufrag: ufrag.to_owned(),
            password: "password".to_owned(),
        }
    }

    fn directory() -> Directory {
        let mut directory = Directory::new();
        directory.create(PeerSeed {
            id: PeerId(1),
            credentials: credentials("one"),
            opens_channels: false,
        });
        directory
    }

    #[test]
    fn commands_wait_for_the_claim_and_then_go_straight_to_the_worker() {
        let mut directory = directory();
        assert!(
            directory
                .command(PeerId(1), PeerCommand::LimitBandwidth(None))
                .is_none()
        );
        let Claim::Adopt(seed, queued) = directory.claim("one", ShardId(3)) else {
            panic!("not adopted");
        };
        assert_eq!((seed.id, queued.len()), (PeerId(1), 1));
        assert!(matches!(
            directory.claim("one", ShardId(4)),
            Claim::Elsewhere(ShardId(3))
        ));
        let passed = directory.command(PeerId(1), PeerCommand::LimitBandwidth(None));
        assert!(matches!(passed, Some((ShardId(3), _))));
    }

    #[test]
    fn a_restart_adds_a_name_and_a_close_forgets_all() {
        let mut directory = directory();
        directory.claim("one", ShardId(0));
        directory.command(PeerId(1), PeerCommand::RestartIce(credentials("two")));
        assert!(matches!(
            directory.claim("two", ShardId(1)),
            Claim::Elsewhere(ShardId(0))
        ));
        assert!(directory.command(PeerId(1), PeerCommand::Close).is_some());
        assert!(matches!(directory.claim("two", ShardId(1)), Claim::Unknown));
        assert!(directory.is_empty());
    }
}
