//! Between peers: commands, packets to viewers, requests to publishers, messages of other shards, and the end
//! of a peer.

use std::sync::Arc;
use std::time::Instant;

use rand::RngExt;

use super::effect::Effect;
use super::relay::{RelayMessage, RelayTarget};
use super::tracks::{PeerSlot, Publisher, TrackSlot, ViewerRef};
use super::{Shard, ShardOutput};
use crate::id::{SubscriptionId, TrackId};
use crate::media::{PeerCommand, PeerEnd, PeerEvent, Session, Subscribe};
use crate::peer::transport::TransportEvent;
use crate::rtp::packet::Packet;
use crate::shard::schedule::Timer;

/// Packets for another shard that wait for a flush: as many as one receive batch can bring.
const MAX_RELAYED: usize = 4096;

impl Shard {
    /// Does one command of a peer that lives here.
    pub(super) fn obey(&mut self, now: Instant, slot: PeerSlot, command: PeerCommand) -> Result<(), PeerEnd> {
        let Some(peer) = self.peers[slot].as_mut() else {
            return Ok(());
        };
        match command {
            PeerCommand::Connect(remote) => {
                peer.transport.connect(now, &remote, &mut self.events)?;
                peer.note_transport(now, &mut self.events, &mut self.effects);
            }
            PeerCommand::RestartIce(credentials) => {
                let ufrag = credentials.ufrag.clone();
                if let Some(old) = peer.transport.restart(credentials) {
                    self.by_ufrag.remove(&old);
                }
                self.by_ufrag.insert(ufrag, slot);
            }
            PeerCommand::Configure(session) => self.configure(slot, session),
            PeerCommand::Subscribe(subscribe) => self.subscribe(now, slot, subscribe),
            PeerCommand::Unsubscribe(id) => self.unsubscribe(now, slot, id),
            PeerCommand::Wish(id, wish) => peer.egress.wish(now, id, wish),
            PeerCommand::Mute { track, muted } => {
                if peer.ingest.mute(track, muted) {
                    self.mute(now, track, muted);
                }
            }
            PeerCommand::SendData { channel, bytes } => {
                peer.transport.send_data(now, channel, &bytes, &mut self.events)?;
                peer.note_transport(now, &mut self.events, &mut self.effects);
            }
            PeerCommand::LimitBandwidth(limit) => peer.egress.limit(now, limit),
            PeerCommand::AllowPause(allow) => peer.egress.allow_pause(now, allow),
            PeerCommand::Close => {}
        }
        self.mark(slot);
        Ok(())
    }

    fn configure(&mut self, slot: PeerSlot, session: Session) {
        let Some(peer) = self.peers[slot].as_mut() else {
            return;
        };
        let tracks = &mut self.tracks;
        peer.egress.configure(session.extensions);
        let ended = peer.ingest.configure(session, |track| {
            let place = tracks.ensure(track);
            if let Some(track) = tracks.get_mut(place) {
                track.publisher = Publisher::Here(slot);
            }
            place
        });
        for track in ended {
            self.unpublish(slot, track);
        }
    }

    fn unpublish(&mut self, slot: PeerSlot, track: TrackId) {
        let Some(place) = self.tracks.slot(track) else {
            return;
        };
        if let Some(track) = self.tracks.get_mut(place)
            && track.publisher == Publisher::Here(slot)
        {
            track.publisher = Publisher::Unknown;
        }
        self.tracks.tidy(place);
    }

    fn subscribe(&mut self, now: Instant, slot: PeerSlot, subscribe: Subscribe) {
        self.unsubscribe(now, slot, subscribe.id);
        let track_id = subscribe.track;
        let publisher = subscribe.publisher;
        let place = self.tracks.ensure(track_id);
        let random = self.random.random();
        let Some(peer) = self.peers[slot].as_mut() else {
            return;
        };
        let viewer = peer.egress.subscribe(now, subscribe, place, random);
        let local = self.by_id.contains_key(&publisher);
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        track.viewers.push(ViewerRef { peer: slot, viewer });
        match track.publisher {
            Publisher::Here(at) => {
                if let Some(publisher) = self.peers[at].as_mut() {
                    publisher.ingest.wake(now, track_id);
                }
            }
            // Its publication is not configured yet: it will find its viewers here.
            Publisher::Unknown if local => {}
            Publisher::Unknown | Publisher::There(_) => {
                track.publisher = Publisher::There(publisher);
                let watch = RelayMessage::Watch {
                    track: track_id,
                    shard: self.id,
                };
                self.tell_publisher(publisher, watch);
            }
        }
    }

    fn unsubscribe(&mut self, now: Instant, slot: PeerSlot, id: SubscriptionId) {
        let Some(peer) = self.peers[slot].as_mut() else {
            return;
        };
        if let Some((place, viewer)) = peer.egress.unsubscribe(now, id) {
            self.remove_viewer(place, ViewerRef { peer: slot, viewer });
        }
    }

    fn remove_viewer(&mut self, place: TrackSlot, viewer: ViewerRef) {
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        track.viewers.retain(|known| *known != viewer);
        if track.viewers.is_empty()
            && let Publisher::There(publisher) = track.publisher
        {
            let unwatch = RelayMessage::Unwatch {
                track: track.id,
                shard: self.id,
            };
            self.tell_publisher(publisher, unwatch);
        }
        self.tracks.tidy(place);
    }

    fn tell_publisher(&mut self, publisher: crate::id::PeerId, message: RelayMessage) {
        let target = RelayTarget::Peer(publisher);
        self.outputs.push_back(ShardOutput::Relay(target, message));
    }

    fn tell_watchers(&mut self, place: TrackSlot, message: &RelayMessage) {
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        for &shard in &track.watchers {
            let target = RelayTarget::Shard(shard);
            self.outputs
                .push_back(ShardOutput::Relay(target, message.clone()));
        }
    }

    /// A track fell silent or dark, or came back.
    fn mute(&mut self, now: Instant, track_id: TrackId, muted: bool) {
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
            let Some(peer) = self.peers[peer].as_mut() else {
                continue;
            };
            if muted {
                peer.egress.stop(viewer);
            } else if let Some(layer) = peer.egress.wanted_layer(viewer)
                && !layers.contains(&layer)
            {
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

    fn watch(&mut self, now: Instant, track_id: TrackId, shard: crate::id::ShardId) {
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
        if let Publisher::Here(at) = track.publisher
            && let Some(publisher) = self.peers[at].as_mut()
        {
            publisher.ingest.wake(now, track_id);
        }
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
    fn deliver(&mut self, now: Instant, place: TrackSlot, packet: &Arc<Packet>) {
        let Some(track) = self.tracks.get_mut(place) else {
            return;
        };
        track.note(now, packet);
        for &ViewerRef { peer, viewer } in &track.viewers {
            let Some(watcher) = self.peers[peer].as_mut() else {
                continue;
            };
            if watcher.egress.offer(now, viewer, packet, &mut self.asks) && !watcher.dirty {
                watcher.dirty = true;
                self.dirty.push(peer);
            }
        }
        while let Some((place, layer)) = self.asks.pop() {
            self.want_key_frame(now, place, layer);
        }
    }

    /// Gives a packet to the other shards that watch its track.
    fn pass_on(&mut self, place: TrackSlot, packet: Arc<Packet>) {
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

    /// Asks a track's publisher for a key frame, wherever it is.
    fn want_key_frame(&mut self, now: Instant, place: TrackSlot, layer: u8) {
        let Some(track) = self.tracks.get(place) else {
            return;
        };
        match track.publisher {
            Publisher::Here(at) => {
                let id = track.id;
                if let Some(publisher) = self.peers[at].as_mut() {
                    publisher.want_key_frame(now, id, layer);
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

    /// A peer is gone; `end` is told to its room unless the room itself closed it.
    pub(super) fn end(&mut self, _now: Instant, slot: PeerSlot, end: Option<PeerEnd>) {
        let Some(mut peer) = self.peers[slot].take() else {
            return;
        };
        if end != Some(PeerEnd::Fault) {
            peer.transport.close();
            self.farewells.append(peer.transport.outbox());
        }
        self.by_id.remove(&peer.id);
        self.by_address.retain(|_, known| *known != slot);
        self.by_ufrag.retain(|_, known| *known != slot);
        let published: Vec<TrackId> = peer.ingest.tracks().map(|(track, _)| track).collect();
        for track in published {
            self.unpublish(slot, track);
        }
        let claims: Vec<(TrackSlot, usize)> = peer.egress.claims().collect();
        for (place, viewer) in claims {
            self.remove_viewer(place, ViewerRef { peer: slot, viewer });
        }
        peer.schedule.set(Timer::Transport, None);
        self.dirty.retain(|dirty| *dirty != slot);
        self.free.push(slot);
        if let Some(end) = end {
            let event = PeerEvent::Ended(end);
            self.outputs.push_back(ShardOutput::Event(peer.id, event));
        }
    }
}
