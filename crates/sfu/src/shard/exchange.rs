//! Between shards: what another one says is done here, and what it must know of ours is told.

use std::sync::Arc;
use std::time::Instant;

use super::relay::{RelayMessage, RelayTarget};
use super::tracks::{Publisher, TrackSlot};
use super::{Shard, ShardOutput};
use crate::id::{PeerId, ShardId, TrackId};
use crate::rtp::packet::Packet;

/// Packets for another shard that wait for a flush: as many as one receive batch can bring.
const MAX_RELAYED: usize = 4096;

impl Shard {
    /// Takes a message of another shard.
    pub fn relay(&mut self, now: Instant, message: RelayMessage) {
        match message {
            RelayMessage::Watch { track, shard } => self.watch(now, track, shard),
            RelayMessage::Unwatch { track, shard } => {
                if let Some(place) = self.tracks.slot(track)
                    && let Some(track) = self.tracks.get_mut(place)
                {
                    track.watchers.retain(|known| *known != shard);
                    self.tracks.tidy(place);
                }
            }
            RelayMessage::KeyFrame { track, layer } => {
                if let Some(place) = self.tracks.slot(track) {
                    self.want_key_frame(now, place, layer);
                }
            }
            RelayMessage::Packets(packets) => {
                for (track, packet) in packets {
                    if let Some(place) = self.tracks.slot(track) {
                        self.deliver(now, place, &packet);
                    }
                }
            }
            RelayMessage::Clock { track, layer, report } => {
                if let Some(place) = self.tracks.slot(track)
                    && let Some(track) = self.tracks.get_mut(place)
                    && let Some(layer) = track.layers.get_mut(usize::from(layer))
                {
                    layer.clock = Some(report);
                }
            }
            RelayMessage::Muted { track, muted } => {
                let known = self.tracks.slot(track).and_then(|place| self.tracks.get(place));
                if known.is_some_and(|known| known.muted != muted) {
                    self.mute(now, track, muted);
                }
            }
        }
    }

    fn watch(&mut self, now: Instant, track_id: TrackId, shard: ShardId) {
        if shard == self.id {
            return;
        }
        let place = self.tracks.ensure(track_id);
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        if !track.watchers.contains(&shard) {
            track.watchers.push(shard);
        }
        if let Publisher::Here(at) = track.publisher {
            self.beside(now, at, |publisher| publisher.ingest.wake(now, track_id));
        }
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        let target = RelayTarget::Shard(shard);
        let muted = RelayMessage::Muted {
            track: track_id,
            muted: track.muted,
        };
        let clocks = track.layers.iter().enumerate().filter_map(|(layer, known)| {
            Some(RelayMessage::Clock {
                track: track_id,
                layer: layer as u8,
                report: known.clock?,
            })
        });
        let told = std::iter::once(muted).chain(clocks);
        self.outputs
            .extend(told.map(|message| ShardOutput::Relay(target, message)));
    }

    pub(super) fn tell_publisher(&mut self, publisher: PeerId, message: RelayMessage) {
        let target = RelayTarget::Peer(publisher);
        self.outputs.push_back(ShardOutput::Relay(target, message));
    }

    pub(super) fn tell_watchers(&mut self, place: TrackSlot, message: &RelayMessage) {
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        for &shard in &track.watchers {
            let target = RelayTarget::Shard(shard);
            self.outputs
                .push_back(ShardOutput::Relay(target, message.clone()));
        }
    }

    /// Gives a packet to the other shards that watch its track.
    pub(super) fn pass_on(&mut self, place: TrackSlot, packet: Arc<Packet>) {
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        for &shard in &track.watchers {
            let known = self.relays.iter().position(|(known, _)| *known == shard);
            let at = known.unwrap_or_else(|| {
                self.relays.push((shard, Vec::new()));
                self.relays.len() - 1
            });
            let waiting = &mut self.relays[at].1;
            if waiting.len() < MAX_RELAYED {
                waiting.push((track.id, packet.clone()));
            }
        }
    }
}
