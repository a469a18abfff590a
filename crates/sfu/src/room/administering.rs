//! What the API may do to a room, and what a participant may change of itself.

use std::collections::BTreeMap;

use super::participant::Key;
use super::{Administer, Now, Room};
use crate::signal::{DisconnectReason, LeaveAction, Permission, RequestReason, Response};

/// Metadata of a participant or room at most, as LiveKit's default.
const MAX_METADATA: usize = 64 * 1024;
/// A name at most, as LiveKit's default.
const MAX_NAME: usize = 256;
/// Attributes together at most, as LiveKit's default.
const MAX_ATTRIBUTES: usize = 64 * 1024;

impl Room {
    pub(super) fn administer(&mut self, now: Now, administer: Administer) {
        match administer {
            Administer::Remove(identity) => {
                if let Some(key) = self.key_of(&identity) {
                    self.put_out(
                        now,
                        key,
                        DisconnectReason::ParticipantRemoved,
                        LeaveAction::Disconnect,
                    );
                }
            }
            Administer::Mute {
                identity,
                track,
                muted,
            } => {
                let Some(key) = self.key_of(&identity) else { return };
                if muted {
                    self.mute_by_publisher(key, &track, true);
                    self.signal(key, Response::Mute { track, muted });
                }
            }
            Administer::Update {
                identity,
                name,
                metadata,
                attributes,
                permission,
            } => {
                let Some(key) = self.key_of(&identity) else { return };
                self.change(key, name, metadata, attributes);
                if let Some(permission) = permission {
                    self.permission_changed(now, key, permission);
                }
            }
            Administer::Subscribe {
                identity,
                tracks,
                subscribe,
            } => {
                if let Some(key) = self.key_of(&identity) {
                    self.subscribe_asked(now, key, &tracks, subscribe);
                }
            }
            Administer::RoomMetadata(metadata) => {
                self.config.metadata = metadata;
                self.room_changed();
            }
            Administer::End(reason) => self.end(now, reason),
        }
    }

    fn permission_changed(&mut self, now: Now, key: Key, permission: Permission) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant.permission == permission {
            return;
        }
        let watched = participant.permission.can_subscribe;
        let (watches, recorder) = (
            permission.can_subscribe,
            permission.recorder != participant.permission.recorder,
        );
        participant.permission = permission;
        self.participant_changed(key);
        self.signal(key, Response::RefreshToken);
        self.unpublish_forbidden(now, key);
        if watched && !watches {
            self.unsubscribe_all(now, key);
        } else if !watched && watches {
            self.subscribe_to_existing(now, key);
        }
        if recorder {
            self.room_changed();
        }
    }

    fn change(
        &mut self,
        key: Key,
        name: Option<String>,
        metadata: Option<String>,
        attributes: BTreeMap<String, String>,
    ) -> bool {
        let Some(participant) = self.participants.get_mut(&key) else {
            return false;
        };
        let mut changed = false;
        if let Some(name) = name.filter(|name| *name != participant.name) {
            participant.name = name;
            changed = true;
        }
        if let Some(metadata) = metadata.filter(|metadata| *metadata != participant.metadata) {
            participant.metadata = metadata;
            changed = true;
        }
        for (attribute, value) in attributes {
            let before = if value.is_empty() {
                participant.attributes.remove(&attribute)
            } else {
                participant.attributes.insert(attribute, value.clone())
            };
            changed |= before.unwrap_or_default() != value;
        }
        if changed {
            self.participant_changed(key);
        }
        changed
    }

    pub(super) fn update_metadata(
        &mut self,
        key: Key,
        request_id: u32,
        name: Option<String>,
        metadata: Option<String>,
        attributes: BTreeMap<String, String>,
    ) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let held: usize = participant
            .attributes
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        let added: usize = attributes
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        let too_long = name.as_ref().is_some_and(|name| name.len() > MAX_NAME)
            || metadata
                .as_ref()
                .is_some_and(|metadata| metadata.len() > MAX_METADATA)
            || held + added > MAX_ATTRIBUTES;
        let (reason, message) = if !participant.permission.can_update_metadata {
            (
                RequestReason::NotAllowed,
                "the token does not allow updating own metadata",
            )
        } else if too_long {
            (
                RequestReason::LimitExceeded,
                "the name, metadata or attributes are too long",
            )
        } else {
            (RequestReason::Ok, "")
        };
        if reason == RequestReason::Ok {
            self.change(key, name, metadata, attributes);
        }
        let message = message.to_owned();
        self.signal(
            key,
            Response::RequestResponse {
                request_id,
                reason,
                message,
                cid: None,
            },
        );
    }
}
