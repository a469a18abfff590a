//! Coming back to a stay over a new socket, and the faults a client may ask for to prove that it can.

use std::time::Duration;

use super::participant::Key;
use super::{Now, RESUME_TIMEOUT, Resume, Room, RoomOutput};
use crate::id::Bitrate;
use crate::media::PeerCommand;
use crate::signal::{DisconnectReason, LeaveAction, Response, Scenario, SyncState};

impl Room {
    pub(super) fn resume(&mut self, now: Now, resume: Resume) {
        let known = self.by_sid.get(&resume.participant).copied();
        let known = known.filter(|key| self.participants[key].identity == resume.identity);
        let Some(key) = known else {
            let reason = DisconnectReason::StateMismatch;
            self.outputs.push_back(RoomOutput::Refused {
                socket: resume.socket,
                reason,
            });
            return;
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if let Some(old) = participant.socket.replace(resume.socket) {
            self.outputs.push_back(RoomOutput::CloseSocket { socket: old });
        }
        participant.resume_by = None;
        // Whatever was said on the lost socket may not have arrived.
        participant.asked = None;
        let last_message_sequence = participant.messages.last_sequence;
        let broken = participant.break_resume.take();
        if broken == Some(false) {
            self.break_socket(now, key);
            return;
        }
        self.signal(
            key,
            Response::Reconnected {
                last_message_sequence,
            },
        );
        let mut everybody = vec![self.participants[&key].info()];
        everybody.extend(self.visible_others(key));
        self.signal(key, Response::Update(everybody));
        let info = self.info();
        self.signal(key, Response::Room(info));
        if broken == Some(true) {
            self.break_socket(now, key);
            return;
        }
        if let Some(state) = resume.sync_state {
            self.sync_state(now, key, &state);
        }
        self.restart_downlink(now, key);
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        if participant
            .subscriptions
            .values()
            .any(|subscription| subscription.waits())
        {
            self.negotiate_soon(now, key);
        }
    }

    fn break_socket(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.resume_by = Some(now.instant + RESUME_TIMEOUT);
        if let Some(socket) = participant.socket.take() {
            self.outputs.push_back(RoomOutput::CloseSocket { socket });
        }
    }

    /// What the client remembers: differences are mended, or it is asked to come back afresh.
    pub(super) fn sync_state(&mut self, now: Now, key: Key, state: &SyncState) {
        let unknown = state.published.iter().any(|(_, sid)| {
            let id = self.track_ids.get(sid);
            id.and_then(|id| self.publishers.get(id)) != Some(&key)
        });
        if unknown {
            self.put_out(now, key, DisconnectReason::StateMismatch, LeaveAction::Reconnect);
            return;
        }
        // With `subscribe` the list names what to watch, without it what not to watch (the client takes the
        // rest unasked).
        if !state.subscription_tracks.is_empty() {
            self.subscribe_asked(now, key, &state.subscription_tracks, state.subscribe);
        }
        self.disable(now, key, &state.disabled);
        self.replay(key, &state.received);
    }

    pub(super) fn simulate(&mut self, now: Now, key: Key, scenario: Scenario) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        match scenario {
            Scenario::Speaker(seconds) => {
                let span = Duration::from_secs(u64::from(seconds.clamp(1, 60)));
                participant.simulated_speech = Some(now.instant + span);
                let sid = participant.sid.clone();
                self.broadcast(&Response::Speakers(vec![(sid, 0.9, true)]), None);
            }
            Scenario::NodeFailure => {
                // As after a crash: no good-bye, the socket drops, and the stay is unknown afterwards.
                self.leave(now, key, DisconnectReason::Unknown);
            }
            Scenario::Migration => {
                let (reason, action) = (DisconnectReason::Unknown, LeaveAction::Resume);
                self.signal(key, Response::Leave { reason, action });
                self.break_socket(now, key);
            }
            Scenario::ServerLeave => {
                self.put_out(
                    now,
                    key,
                    DisconnectReason::ServerShutdown,
                    LeaveAction::Disconnect,
                );
            }
            Scenario::LeaveFullReconnect => {
                self.put_out(now, key, DisconnectReason::StateMismatch, LeaveAction::Reconnect);
            }
            Scenario::SubscriberBandwidth(bits) => {
                let peer = participant.sending_peer();
                let limit = (bits > 0).then_some(Bitrate(bits));
                self.command(peer, PeerCommand::LimitBandwidth(limit));
            }
            Scenario::DisconnectSignalOnResume { with_messages } => {
                participant.break_resume = Some(with_messages);
                self.break_socket(now, key);
            }
            Scenario::SwitchCandidateProtocol => {}
        }
    }
}
