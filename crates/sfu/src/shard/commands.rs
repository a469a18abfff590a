//! What a room asks of a peer, done: what it publishes, what it watches, who is told of it.

use std::time::Instant;

use rand::RngExt;

use super::Shard;
use super::relay::RelayMessage;
use super::tracks::{PeerSlot, Publisher, TrackSlot, ViewerRef};
use crate::id::{SubscriptionId, TrackId};
use crate::media::{PeerCommand, PeerEnd, Session, Subscribe};

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

    pub(super) fn unpublish(&mut self, slot: PeerSlot, track: TrackId) {
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
                self.beside(now, at, |publisher| publisher.ingest.wake(now, track_id));
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

    pub(super) fn remove_viewer(&mut self, place: TrackSlot, viewer: ViewerRef) {
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
}
