//! A media plane that carries nothing, for tests of what the rooms ask of it.

use std::sync::Mutex;

use livekit_protocol as proto;
use prost::Message as _;
use server::media::{EventSink, MediaPlane};
use sfu::address::TransportAddress;
use sfu::id::{PeerId, TrackId};
use sfu::media::{PeerCommand, PeerSeed};
use sfu::room::LocalTransport;

/// Carries nothing, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct RecordingMedia {
    pub(crate) peers: Mutex<Vec<(PeerId, EventSink)>>,
    pub(crate) commands: Mutex<Vec<(PeerId, PeerCommand)>>,
}

impl RecordingMedia {
    /// Peers that were made and not closed.
    pub(crate) fn open_peers(&self) -> usize {
        let closed: Vec<_> = self
            .commands
            .lock()
            .expect("whole")
            .iter()
            .filter(|(_, command)| matches!(command, PeerCommand::Close))
            .map(|(peer, _)| *peer)
            .collect();
        self.peers
            .lock()
            .expect("whole")
            .iter()
            .filter(|(peer, _)| !closed.contains(peer))
            .count()
    }

    /// The events of the peer made last.
    pub(crate) fn newest(&self) -> (PeerId, EventSink) {
        self.peers
            .lock()
            .expect("whole")
            .last()
            .cloned()
            .expect("a peer was made")
    }

    /// The track that was published last, and where its events go.
    pub(crate) fn publication(&self) -> Option<(EventSink, PeerId, TrackId)> {
        let commands = self.commands.lock().expect("whole");
        let (peer, track) = commands.iter().rev().find_map(|(peer, command)| match command {
            PeerCommand::Configure(session) => {
                let track = session
                    .receive
                    .iter()
                    .find_map(|section| section.publication.as_ref())?
                    .track;
                Some((*peer, track))
            }
            _ => None,
        })?;
        let peers = self.peers.lock().expect("whole");
        let (_, events) = peers.iter().find(|(one, _)| *one == peer)?;
        Some((events.clone(), peer, track))
    }

    /// What was sent to clients as data, with the peer each message went to.
    pub(crate) fn sent(&self) -> Vec<(PeerId, proto::DataPacket)> {
        let commands = self.commands.lock().expect("whole");
        commands
            .iter()
            .filter_map(|(peer, command)| match command {
                PeerCommand::SendData { bytes, .. } => Some((
                    *peer,
                    proto::DataPacket::decode(&bytes[..]).expect("a data packet"),
                )),
                _ => None,
            })
            .collect()
    }
}

impl MediaPlane for RecordingMedia {
    fn create_peer(&self, seed: PeerSeed, events: EventSink) {
        self.peers.lock().expect("whole").push((seed.id, events));
    }

    fn command(&self, peer: PeerId, command: PeerCommand) {
        self.commands.lock().expect("whole").push((peer, command));
    }

    fn local_transport(&self) -> LocalTransport {
        LocalTransport {
            fingerprint: [7; 32],
            candidates: vec![TransportAddress::udp(
                "127.0.0.1:7882".parse().expect("an address"),
            )],
        }
    }
}
