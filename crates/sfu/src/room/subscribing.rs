//! Who watches what: claims and wishes, asked for or not.

use super::connection::Role;
use super::participant::Key;
use super::track::{Subscription, TrackStage, ViewSettings};
use super::{Now, Room};
use crate::id::{SubscriptionId, TrackId, TrackSid};
use crate::media::{PeerCommand, Subscribe};
use crate::signal::{Quality, Response, SubscriptionError, TrackSettings};

/// Settings remembered of tracks a client does not watch yet.
const MAX_SETTINGS_AHEAD: usize = 512;

impl Room {
    /// A newcomer (or somebody newly active) takes what is already there.
    pub(super) fn subscribe_to_existing(&mut self, now: Now, key: Key) {
        let Some(viewer) = self.participants.get(&key) else {
            return;
        };
        if !viewer.auto_subscribe || !viewer.permission.can_subscribe {
            return;
        }
        let tracks: Vec<(Key, TrackId)> = self
            .participants
            .values()
            .filter(|other| other.key != key)
            .flat_map(|other| {
                let live = other
                    .tracks
                    .iter()
                    .filter(|track| track.stage == TrackStage::Live);
                live.map(|track| (other.key, track.id))
            })
            .collect();
        for (publisher, track) in tracks {
            self.subscribe(now, key, publisher, track);
        }
    }

    /// A new track goes to everybody who takes tracks unasked.
    pub(super) fn subscribe_everybody(&mut self, now: Now, publisher: Key, track: TrackId) {
        for viewer in self.auto_viewers(publisher) {
            self.subscribe(now, viewer, publisher, track);
        }
    }

    pub(super) fn subscribe_asked(&mut self, now: Now, key: Key, tracks: &[TrackSid], subscribe: bool) {
        for sid in tracks {
            let id = self.track_ids.get(sid).copied();
            let publisher = id
                .and_then(|id| self.publishers.get(&id).copied())
                .filter(|publisher| *publisher != key);
            match (id, publisher) {
                (Some(id), Some(publisher)) if subscribe => self.subscribe(now, key, publisher, id),
                (Some(id), Some(publisher)) => {
                    self.drop_subscription(now, key, id);
                    self.viewer_gone(now, publisher, id, key);
                }
                _ if subscribe => {
                    let error = SubscriptionError::TrackNotFound;
                    self.signal(
                        key,
                        Response::SubscriptionRefused {
                            track: sid.clone(),
                            error,
                        },
                    );
                }
                _ => {}
            }
        }
    }

    pub(super) fn subscribe(&mut self, now: Now, viewer: Key, publisher: Key, id: TrackId) {
        let [Some(watching), Some(publishing)] =
            [self.participants.get(&viewer), self.participants.get(&publisher)]
        else {
            return;
        };
        let Some(track) = publishing
            .track(id)
            .filter(|track| track.stage == TrackStage::Live)
        else {
            return;
        };
        if watching.subscriptions.contains_key(&id) || !watching.permission.can_subscribe {
            return;
        }
        let sid = track.info.sid.clone();
        if !publishing.permits(&watching.sid, &watching.identity, &sid) {
            let participant = publishing.sid.clone();
            self.signal(
                viewer,
                Response::SubscriptionPermission {
                    participant,
                    track: sid,
                    allowed: false,
                },
            );
            return;
        }
        let kind = track.info.kind;
        let subscription_id = SubscriptionId(self.new_number());
        let Some(watching) = self.participants.get_mut(&viewer) else {
            return;
        };
        let unsaid = ViewSettings::unsaid(watching.adaptive_stream);
        let settings = watching.settings_ahead.remove(&sid).unwrap_or(unsaid);
        let subscription = Subscription {
            id: subscription_id,
            publisher,
            kind,
            settings,
            place: None,
            refused: false,
        };
        watching.subscriptions.insert(id, subscription);
        if let Some(downlink) = &mut watching.downlink {
            downlink.changed = true;
        }
        if let Some(track) = self
            .participants
            .get_mut(&publisher)
            .and_then(|publishing| publishing.track_mut(id))
        {
            track.viewers.insert(viewer);
        }
        self.layers_wanted(now, publisher, id);
        self.negotiate_soon(now, viewer);
    }

    /// Takes a claim away from its viewer; the publisher's side is [`Room::viewer_gone`].
    pub(super) fn drop_subscription(&mut self, now: Now, viewer: Key, track: TrackId) {
        let Some(watching) = self.participants.get_mut(&viewer) else {
            return;
        };
        let Some(subscription) = watching.subscriptions.remove(&track) else {
            return;
        };
        for section in &mut watching.uplink.sections {
            if section.role == Role::Slot(Some(track)) {
                section.role = Role::Slot(None);
            }
        }
        if let Some(downlink) = &mut watching.downlink {
            for section in &mut downlink.sections {
                if section.subscription == Some(track) {
                    section.subscription = None;
                    downlink.changed = true;
                }
            }
        }
        let peer = watching.sending_peer();
        self.command(peer, PeerCommand::Unsubscribe(subscription.id));
        self.negotiate_soon(now, viewer);
    }

    /// The publisher's side of a lost viewer.
    pub(super) fn viewer_gone(&mut self, now: Now, publisher: Key, track: TrackId, viewer: Key) {
        let Some(track_state) = self
            .participants
            .get_mut(&publisher)
            .and_then(|it| it.track_mut(track))
        else {
            return;
        };
        track_state.viewers.remove(&viewer);
        self.layers_wanted(now, publisher, track);
    }

    pub(super) fn track_settings(&mut self, now: Now, key: Key, said: &TrackSettings) {
        for sid in &said.tracks {
            let settings = ViewSettings::from(said);
            let id = self.track_ids.get(sid).copied();
            let Some(viewer) = self.participants.get_mut(&key) else {
                return;
            };
            match id.and_then(|id| Some((id, viewer.subscriptions.get_mut(&id)?))) {
                Some((id, subscription)) if subscription.settings != settings => {
                    subscription.settings = settings;
                    self.wish_changed(now, key, id);
                }
                Some(_) => {}
                None if viewer.settings_ahead.len() < MAX_SETTINGS_AHEAD => {
                    viewer.settings_ahead.insert(sid.clone(), settings);
                }
                None => {}
            }
        }
    }

    /// Passes a viewer's wish on to whoever forwards, and to whoever publishes.
    pub(super) fn wish_changed(&mut self, now: Now, viewer: Key, id: TrackId) {
        let Some(watching) = self.participants.get(&viewer) else {
            return;
        };
        let Some(subscription) = watching.subscriptions.get(&id) else {
            return;
        };
        let Some(publishing) = self.participants.get(&subscription.publisher) else {
            return;
        };
        let Some(track) = publishing.track(id) else { return };
        let placed = subscription
            .place
            .as_ref()
            .is_some_and(|place| place.format.is_some());
        let (peer, publisher) = (watching.sending_peer(), subscription.publisher);
        let command = PeerCommand::Wish(subscription.id, track.wish(&subscription.settings));
        if placed {
            self.command(peer, command);
        }
        self.layers_wanted(now, publisher, id);
    }

    /// The media plane's half of a claim, once a section and a payload type are found.
    pub(super) fn begin_forwarding(&mut self, viewer: Key, id: TrackId) {
        let Some(watching) = self.participants.get(&viewer) else {
            return;
        };
        let Some(subscription) = watching.subscriptions.get(&id) else {
            return;
        };
        let Some(place) = &subscription.place else { return };
        let (Some(format), publisher) = (place.format, subscription.publisher) else {
            return;
        };
        let Some(publishing) = self.participants.get(&publisher) else {
            return;
        };
        let Some(track) = publishing.track(id) else { return };
        let subscribe = Subscribe {
            id: subscription.id,
            track: id,
            publisher: publishing.uplink.peer,
            kind: subscription.kind,
            screen: track.info.source == crate::signal::Source::ScreenShare,
            mid: place.mid.clone(),
            ssrc: place.ssrc,
            rtx: place.rtx,
            formats: vec![format],
            wish: track.wish(&subscription.settings),
        };
        let (peer, sid, told) = (
            watching.sending_peer(),
            track.info.sid.clone(),
            track.told_subscribed,
        );
        self.command(peer, PeerCommand::Subscribe(subscribe));
        if !told {
            if let Some(track) = self
                .participants
                .get_mut(&publisher)
                .and_then(|it| it.track_mut(id))
            {
                track.told_subscribed = true;
            }
            self.signal(publisher, Response::TrackSubscribed(sid));
        }
    }

    /// A participant lost the right to watch.
    pub(super) fn unsubscribe_all(&mut self, now: Now, key: Key) {
        let Some(viewer) = self.participants.get(&key) else {
            return;
        };
        let watched: Vec<_> = viewer
            .subscriptions
            .iter()
            .map(|(track, it)| (*track, it.publisher))
            .collect();
        for (track, publisher) in watched {
            self.drop_subscription(now, key, track);
            self.viewer_gone(now, publisher, track, key);
        }
    }

    /// A client that resumes says again what it keeps disabled.
    pub(super) fn disable(&mut self, now: Now, key: Key, tracks: &[TrackSid]) {
        for sid in tracks {
            let Some(&id) = self.track_ids.get(sid) else {
                continue;
            };
            let Some(viewer) = self.participants.get_mut(&key) else {
                return;
            };
            let Some(subscription) = viewer.subscriptions.get_mut(&id) else {
                continue;
            };
            if !subscription.settings.disabled {
                subscription.settings.disabled = true;
                subscription.settings.quality = Quality::Low;
                self.wish_changed(now, key, id);
            }
        }
    }
}
