//! Coming in and going out.

use std::collections::BTreeMap;

use super::connection::{Downlink, Uplink};
use super::participant::{Key, Messages, Participant};
use super::{JOIN_TIMEOUT, Join, Now, RESUME_TIMEOUT, Room, RoomAnnouncement, RoomOutput};
use crate::id::{Identity, ParticipantSid, PeerId};
use crate::media::{ExtensionIds, PeerCommand, PeerEnd, PeerSeed};
use crate::signal::{
    ConnectionQuality, DisconnectReason, Joined, LeaveAction, ParticipantState, Response, Topology,
};

impl Room {
    pub(super) fn join(&mut self, now: Now, join: Join) {
        if let Some(&old) = self.by_identity.get(&join.identity) {
            self.put_out(
                now,
                old,
                DisconnectReason::DuplicateIdentity,
                LeaveAction::Disconnect,
            );
        }
        if join.max_participants > 0 && self.config.max_participants == 0 {
            self.config.max_participants = join.max_participants;
        }
        let full = |limit: u32| limit > 0 && self.participants.len() >= limit as usize;
        if full(self.config.max_participants) || full(join.limit) {
            let reason = DisconnectReason::JoinFailure;
            self.outputs.push_back(RoomOutput::Refused {
                socket: join.socket,
                reason,
            });
            return;
        }
        self.ever_joined = true;
        let key = self.admit(now, &join);
        let joined = self.joined_response(key);
        self.signal(key, Response::Joined(Box::new(joined)));
        self.tell_others(key);
        for add in join.add_tracks {
            self.add_track(now, key, add);
        }
        self.subscribe_to_existing(now, key);
        if let Some(offer) = join.offer {
            self.offered(now, key, offer);
        }
        if self
            .participants
            .get(&key)
            .is_some_and(|participant| participant.downlink.is_some())
        {
            // Clients count as connected only when the subscriber connection is, so offer it even when empty.
            self.offer(now, key);
        }
    }

    fn admit(&mut self, now: Now, join: &Join) -> Key {
        let key = Key(self.next_key);
        self.next_key += 1;
        let sid = ParticipantSid(self.new_sid("PA_"));
        let dual = join.topology == Topology::Dual;
        let uplink = self.new_uplink(key);
        let downlink = dual.then(|| self.new_downlink(key));
        let participant = Participant {
            key,
            sid: sid.clone(),
            identity: join.identity.clone(),
            name: join.name.clone(),
            metadata: join.metadata.clone(),
            attributes: join.attributes.clone(),
            permission: join.permission.clone(),
            kind: join.kind,
            state: ParticipantState::Joined,
            topology: join.topology,
            version: 1,
            joined_at_ms: now.unix_ms,
            client_protocol: join.client_protocol,
            capabilities: join.capabilities.clone(),
            auto_subscribe: join.auto_subscribe,
            adaptive_stream: join.adaptive_stream,
            socket: Some(join.socket),
            uplink,
            downlink,
            tracks: Vec::new(),
            subscriptions: BTreeMap::new(),
            settings_ahead: BTreeMap::new(),
            open_to_all: true,
            permitted: Vec::new(),
            messages: Messages::default(),
            negotiate_at: None,
            negotiated_at: None,
            asked: None,
            join_by: Some(now.instant + JOIN_TIMEOUT),
            resume_by: None,
            stats: None,
            quality: ConnectionQuality::Excellent,
            break_resume: None,
            simulated_speech: None,
        };
        self.by_sid.insert(sid, key);
        self.by_identity.insert(join.identity.clone(), key);
        let peer = participant.sending_peer();
        self.participants.insert(key, participant);
        if join.allow_pause == Some(false) {
            self.command(peer, PeerCommand::AllowPause(false));
        }
        key
    }

    fn new_peer(&mut self, key: Key, opens_channels: bool) -> (PeerId, crate::media::IceCredentials) {
        let id = PeerId(self.new_number());
        let credentials = self.new_credentials();
        self.by_peer.insert(id, key);
        let seed = PeerSeed {
            id,
            credentials: credentials.clone(),
            opens_channels,
        };
        self.outputs.push_back(RoomOutput::CreatePeer(seed));
        (id, credentials)
    }

    fn new_uplink(&mut self, key: Key) -> Uplink {
        let (peer, credentials) = self.new_peer(key, false);
        Uplink {
            peer,
            credentials,
            remote: None,
            // RFC 9429 §5.2.1: a 62-bit random number.
            session_id: self.new_number() >> 2,
            version: 0,
            extensions: ExtensionIds::default(),
            sections: Vec::new(),
            connected: false,
        }
    }

    fn new_downlink(&mut self, key: Key) -> Downlink {
        let (peer, credentials) = self.new_peer(key, true);
        Downlink {
            peer,
            credentials,
            remote: None,
            session_id: self.new_number() >> 2,
            version: 0,
            sections: Vec::new(),
            outstanding: None,
            last_offer: 0,
            changed: false,
            connected: false,
        }
    }

    fn joined_response(&self, key: Key) -> Joined {
        let participant = &self.participants[&key];
        Joined {
            room: self.info(),
            participant: participant.info(),
            others: self.visible_others(key),
            subscriber_primary: participant.downlink.is_some() && participant.permission.can_subscribe,
            fast_publish: participant.permission.can_publish,
        }
    }

    pub(super) fn visible_others(&self, key: Key) -> Vec<crate::signal::ParticipantInfo> {
        let others = self
            .participants
            .values()
            .filter(|other| other.key != key && !other.permission.hidden);
        others.map(Participant::info).collect()
    }

    /// Says to everybody else what somebody looks like now.
    pub(super) fn tell_others(&mut self, key: Key) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        if participant.permission.hidden {
            return;
        }
        let info = participant.info();
        self.broadcast(&Response::Update(vec![info]), Some(key));
    }

    /// Something about somebody changed: counts the version up and tells everybody, the person included.
    pub(super) fn participant_changed(&mut self, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.version += 1;
        let info = participant.info();
        self.signal(key, Response::Update(vec![info]));
        self.tell_others(key);
    }

    pub(super) fn room_changed(&mut self) {
        let info = self.info();
        self.broadcast(&Response::Room(info), None);
    }

    pub(super) fn peer_connected(&mut self, now: Now, key: Key, peer: PeerId) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant.uplink.peer == peer {
            participant.uplink.connected = true;
        }
        if let Some(downlink) = participant
            .downlink
            .as_mut()
            .filter(|downlink| downlink.peer == peer)
        {
            downlink.connected = true;
        }
        if participant.state == ParticipantState::Joined && participant.primary_connected() {
            participant.state = ParticipantState::Active;
            participant.join_by = None;
            self.participant_changed(key);
            let room = self.info();
            let info = self.participants[&key].info();
            self.announce(RoomAnnouncement::ParticipantJoined(room, Box::new(info)));
            self.room_changed();
            self.subscribe_to_existing(now, key);
        }
    }

    pub(super) fn peer_ended(&mut self, now: Now, key: Key, peer: PeerId, end: PeerEnd) {
        tracing::debug!(?peer, ?end, room = %self.config.name, "a connection ended");
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        if end == PeerEnd::Limit || end == PeerEnd::Handshake {
            self.put_out(now, key, DisconnectReason::MediaFailure, LeaveAction::Disconnect);
        } else if participant.socket.is_some() {
            // Its signalling lives: it comes back afresh and publishes again.
            self.put_out(now, key, DisconnectReason::StateMismatch, LeaveAction::Reconnect);
        } else {
            self.put_out(
                now,
                key,
                DisconnectReason::ConnectionTimeout,
                LeaveAction::Reconnect,
            );
        }
    }

    pub(super) fn socket_closed(&mut self, now: Now, participant: &ParticipantSid, socket: u64) {
        let Some(&key) = self.by_sid.get(participant) else {
            return;
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant.socket == Some(socket) {
            participant.socket = None;
            participant.resume_by = Some(now.instant + RESUME_TIMEOUT);
        }
    }

    /// Says good-bye, then forgets.
    pub(super) fn put_out(&mut self, now: Now, key: Key, reason: DisconnectReason, action: LeaveAction) {
        self.signal(key, Response::Leave { reason, action });
        self.leave(now, key, reason);
    }

    /// Forgets somebody and everything that hung on it.
    pub(super) fn leave(&mut self, now: Now, key: Key, reason: DisconnectReason) {
        let Some(mut participant) = self.participants.remove(&key) else {
            return;
        };
        if let Some(socket) = participant.socket.take() {
            self.outputs.push_back(RoomOutput::CloseSocket { socket });
        }
        self.by_sid.remove(&participant.sid);
        if self.by_identity.get(&participant.identity) == Some(&key) {
            self.by_identity.remove(&participant.identity);
        }
        for track in std::mem::take(&mut participant.tracks) {
            self.track_gone(now, &participant, track);
        }
        for (track, subscription) in std::mem::take(&mut participant.subscriptions) {
            self.viewer_gone(now, subscription.publisher, track, key);
        }
        let downlink = participant.downlink.as_ref().map(|downlink| downlink.peer);
        for peer in std::iter::once(participant.uplink.peer).chain(downlink) {
            self.by_peer.remove(&peer);
            self.command(peer, PeerCommand::Close);
        }
        let was_active = participant.state == ParticipantState::Active;
        participant.state = ParticipantState::Disconnected;
        participant.version += 1;
        let mut info = participant.info();
        info.disconnect_reason = Some(reason);
        if !participant.permission.hidden {
            self.broadcast(&Response::Update(vec![info.clone()]), None);
        }
        let room = self.info();
        self.announce(if was_active {
            RoomAnnouncement::ParticipantLeft(room, Box::new(info))
        } else {
            RoomAnnouncement::ParticipantConnectionAborted(room, Box::new(info))
        });
        self.room_changed();
        if self.participants.is_empty() {
            self.empty_since = now.instant;
        }
    }

    /// Everybody out, and the room is over.
    pub(super) fn end(&mut self, now: Now, reason: DisconnectReason) {
        let keys: Vec<Key> = self.participants.keys().copied().collect();
        for key in keys {
            self.put_out(now, key, reason, LeaveAction::Disconnect);
        }
        self.finish();
    }

    pub(super) fn key_of(&self, identity: &Identity) -> Option<Key> {
        self.by_identity.get(identity).copied()
    }
}
