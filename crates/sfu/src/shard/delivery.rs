//! From one peer to the others of its shard: packets to viewers, requests for key frames to publishers, silence.

use std::sync::Arc;
use std::time::Instant;

use super::effect::Effect;
use super::guard::alone;
use super::relay::RelayMessage;
use super::tracks::{PeerSlot, Publisher, TrackSlot, ViewerRef};
use super::{Shard, ShardOutput};
use crate::id::TrackId;
use crate::peer::transport::TransportEvent;
use crate::rtp::packet::Packet;

impl Shard {
    /// Does what work on a peer caused, and sees to its deadlines.
    pub(super) fn settle(&mut self, now: Instant, slot: PeerSlot) {
        self.learn_addresses(slot);
        let mut effects = std::mem::take(&mut self.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Event(event) => {
                    if let Some(peer) = &self.peers[slot] {
                        self.outputs.push_back(ShardOutput::Event(peer.id, event));
                    }
                }
                Effect::Packet(place, packet) => {
                    self.deliver(now, place, &packet);
                    self.pass_on(place, packet);
                }
                Effect::Clock(place, layer, report) => {
                    let Some(track) = self.tracks.get_mut(place) else {
                        continue;
                    };
                    track.layers[usize::from(layer)].clock = Some(report);
                    let track = track.id;
                    self.tell_watchers(place, &RelayMessage::Clock { track, layer, report });
                }
                Effect::KeyFrame(place, layer) => self.want_key_frame(now, place, layer),
            }
        }
        self.effects = effects;
        if self.peers[slot].as_mut().is_some_and(|peer| peer.has_output()) {
            self.mark(slot);
        }
        self.arm(now, slot);
    }

    fn learn_addresses(&mut self, slot: PeerSlot) {
        for event in self.events.drain(..) {
            match event {
                TransportEvent::Address(address) => {
                    self.by_address.insert(address, slot);
                }
                TransportEvent::Forget(address) => {
                    if self.by_address.get(&address) == Some(&slot) {
                        self.by_address.remove(&address);
                    }
                }
                TransportEvent::Connected | TransportEvent::Data(_) => {}
            }
        }
    }

    /// Gives a packet to every viewer of its track on this shard.
    pub(super) fn deliver(&mut self, now: Instant, place: TrackSlot, packet: &Arc<Packet>) {
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        track.note(now, packet);
        for &ViewerRef { peer, viewer } in &track.viewers {
            let Some(watcher) = self.peers[peer].as_mut() else {
                continue;
            };
            let asks = &mut self.asks;
            match alone(watcher, |watcher| watcher.egress.offer(now, viewer, packet, asks)) {
                Some(true) if !watcher.dirty => {
                    watcher.dirty = true;
                    self.dirty.push(peer);
                }
                Some(_) => {}
                None => self.faulty.push(peer),
            }
        }
        self.end_faulty(now);
        while let Some((place, layer)) = self.asks.pop() {
            self.want_key_frame(now, place, layer);
        }
    }

    /// Asks a track's publisher for a key frame, wherever it is.
    pub(super) fn want_key_frame(&mut self, now: Instant, place: TrackSlot, layer: u8) {
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        match track.publisher {
            Publisher::Here(at) => {
                let id = track.id;
                let asked = self.beside(now, at, |publisher| publisher.want_key_frame(now, id, layer));
                if asked.is_some() {
                    self.mark(at);
                    self.arm(now, at);
                }
            }
            Publisher::There(publisher) => {
                let track = track.id;
                self.tell_publisher(publisher, RelayMessage::KeyFrame { track, layer });
            }
            Publisher::Unknown => {}
        }
    }

    /// A track fell silent or dark, or came back.
    pub(super) fn mute(&mut self, now: Instant, track_id: TrackId, muted: bool) {
        let Some(place) = self.tracks.slot(track_id) else {
            return;
        };
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        track.muted = muted;
        let viewers = track.viewers.clone();
        let mut layers = Vec::new();
        for ViewerRef { peer, viewer } in viewers {
            let wanted = self.beside(now, peer, |peer| {
                if muted {
                    peer.egress.stop(viewer);
                    return None;
                }
                peer.egress.wanted_layer(viewer)
            });
            if let Some(layer) = wanted.flatten().filter(|layer| !layers.contains(layer)) {
                layers.push(layer);
            }
        }
        for layer in layers {
            self.want_key_frame(now, place, layer);
        }
        let message = RelayMessage::Muted {
            track: track_id,
            muted,
        };
        self.tell_watchers(place, &message);
    }
}
