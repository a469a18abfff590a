//! Messages between clients: routed, kept a while for those who resume, held for those not ready yet.

use std::sync::Arc;
use std::time::Duration;

use super::participant::{KeptMessage, Key};
use super::{Now, Relay, Room, RoomOutput};
use crate::id::{ParticipantSid, PeerId};
use crate::media::{Channel, PeerCommand};
use crate::signal::{DisconnectReason, LeaveAction};

/// Reliable messages kept of one sender: at one message each 20 ms they cover [`KEPT_SPAN`].
pub const KEPT_MESSAGES: usize = 512;
/// Bytes kept of one sender: 16 messages of the largest size clients send (64 000 bytes).
const KEPT_BYTES: usize = 1 << 20;
/// Reliable messages are kept this long: the time a browser needs for its first five tries to resume.
pub const KEPT_SPAN: Duration = Duration::from_secs(10);
/// Reliable messages held for somebody whose channel is not open yet; a client opens it within a second, and
/// one that never does is put out.
const MAX_WAITING: usize = 256;

impl Room {
    /// A client's message came: its envelope is read outside.
    pub(super) fn data(&mut self, key: Key, channel: Channel, bytes: Vec<u8>) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        if !participant.permission.can_publish_data {
            return;
        }
        let (from, identity) = (participant.sid.clone(), participant.identity.clone());
        let agent = participant.permission.agent;
        self.outputs.push_back(RoomOutput::Data {
            from,
            identity,
            agent,
            channel,
            bytes,
        });
    }

    /// Delivers a stamped message.
    pub(super) fn relay(&mut self, now: Now, relay: Relay) {
        let from = relay.from.as_ref().and_then(|sid| self.by_sid.get(sid).copied());
        if relay.from.is_some() && from.is_none() {
            return;
        }
        let reliable = relay.channel == Channel::Reliable;
        if let Some(sender) = from.and_then(|from| self.participants.get_mut(&from))
            && reliable
            && relay.sequence > 0
        {
            // After a resume clients repeat what may not have arrived.
            if relay.sequence <= sender.messages.last_sequence {
                return;
            }
            sender.messages.last_sequence = relay.sequence;
        }
        let everybody = relay.to.is_empty() && relay.to_sids.is_empty();
        let receivers: Vec<Key> = self
            .participants
            .values()
            .filter(|participant| Some(participant.key) != from)
            .filter(|participant| {
                everybody
                    || relay.to.contains(&participant.identity)
                    || relay.to_sids.contains(&participant.sid)
            })
            .map(|participant| participant.key)
            .collect();
        for receiver in &receivers {
            self.deliver(now, *receiver, relay.channel, &relay.bytes);
        }
        if let Some(sender) = from.and_then(|from| self.participants.get_mut(&from))
            && reliable
            && relay.sequence > 0
        {
            let kept = &mut sender.messages.kept;
            kept.push_back(KeptMessage {
                at: now.instant,
                sequence: relay.sequence,
                receivers,
                bytes: relay.bytes,
            });
            let mut bytes: usize = kept.iter().map(|message| message.bytes.len()).sum();
            while kept.len() > KEPT_MESSAGES
                || bytes > KEPT_BYTES
                || kept
                    .front()
                    .is_some_and(|message| message.at + KEPT_SPAN < now.instant)
            {
                let Some(oldest) = kept.pop_front() else { break };
                bytes -= oldest.bytes.len();
            }
        }
    }

    fn deliver(&mut self, now: Now, key: Key, channel: Channel, bytes: &Arc<[u8]>) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if !participant.messages.open {
            if channel == Channel::Reliable {
                participant.messages.waiting.push_back(bytes.clone());
                if participant.messages.waiting.len() > MAX_WAITING {
                    self.put_out(now, key, DisconnectReason::MediaFailure, LeaveAction::Reconnect);
                }
            }
            return;
        }
        let peer = participant.sending_peer();
        self.command(
            peer,
            PeerCommand::SendData {
                channel,
                bytes: bytes.clone(),
            },
        );
    }

    pub(super) fn channel_open(&mut self, key: Key, peer: PeerId, channel: Channel) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if peer != participant.sending_peer() || channel != Channel::Reliable {
            return;
        }
        participant.messages.open = true;
        let waiting = std::mem::take(&mut participant.messages.waiting);
        for bytes in waiting {
            self.command(peer, PeerCommand::SendData { channel, bytes });
        }
    }

    /// Sends again what a client that came back has not seen of each sender.
    pub(super) fn replay(&mut self, key: Key, received: &[(ParticipantSid, u32)]) {
        let Some(viewer) = self.participants.get(&key) else {
            return;
        };
        let peer = viewer.sending_peer();
        let mut again = Vec::new();
        for sender in self.participants.values().filter(|sender| sender.key != key) {
            let seen = received
                .iter()
                .find(|(sid, _)| *sid == sender.sid)
                .map_or(0, |(_, sequence)| *sequence);
            let missed = sender.messages.kept.iter();
            let missed = missed.filter(|message| message.sequence > seen && message.receivers.contains(&key));
            again.extend(missed.map(|message| message.bytes.clone()));
        }
        for bytes in again {
            self.command(
                peer,
                PeerCommand::SendData {
                    channel: Channel::Reliable,
                    bytes,
                },
            );
        }
    }
}
