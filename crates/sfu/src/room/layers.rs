//! Which layers of a picture anybody needs, told to whoever publishes it; and what congestion paused, told to
//! whoever watches it.

use std::time::Duration;

use super::participant::Key;
use super::{Now, Room};
use crate::id::{SubscriptionId, TrackId};
use crate::media::MediaKind;
use crate::signal::Response;

/// A layer nobody wants any more is switched off at the publisher after this long.
const LOWER_AFTER: Duration = Duration::from_secs(5);
impl Room {
    /// Works out which layers of a picture anybody wants: more at once, fewer after a while.
    pub(super) fn layers_wanted(&mut self, now: Now, publisher: Key, id: TrackId) {
        let Some(publishing) = self.participants.get(&publisher) else {
            return;
        };
        let Some(track) = publishing
            .track(id)
            .filter(|track| track.info.kind == MediaKind::Video)
        else {
            return;
        };
        let wanted = self.highest_wanted(publisher, id);
        let told = track.dynacast.told.unwrap_or(Some(track.layer_count() - 1));
        let lower_at = if wanted >= told {
            None
        } else {
            let at = now.instant + LOWER_AFTER;
            Some(
                track
                    .dynacast
                    .lower_at
                    .unwrap_or(track.dynacast.not_before.map_or(at, |not| at.max(not))),
            )
        };
        let update = (wanted > told).then(|| track.subscribed_quality(wanted));
        let Some(track) = self
            .participants
            .get_mut(&publisher)
            .and_then(|it| it.track_mut(id))
        else {
            return;
        };
        track.dynacast.lower_at = lower_at;
        if let Some(update) = update {
            track.dynacast.told = Some(wanted);
            self.signal(publisher, Response::SubscribedQuality(update));
        }
    }

    fn highest_wanted(&self, publisher: Key, id: TrackId) -> Option<u8> {
        let track = self.participants.get(&publisher)?.track(id)?;
        let wishes = track.viewers.iter().filter_map(|viewer| {
            let subscription = self.participants.get(viewer)?.subscriptions.get(&id)?;
            let wish = track.wish(&subscription.settings);
            (wish.enabled && !subscription.refused).then_some(wish.max_layer)
        });
        wishes.max()
    }

    /// Tells a publisher of layers that nobody has wanted for a while.
    pub(super) fn lower_layers(&mut self, now: Now, key: Key) {
        let Some(publisher) = self.participants.get(&key) else {
            return;
        };
        let due: Vec<TrackId> = publisher
            .tracks
            .iter()
            .filter(|track| track.dynacast.lower_at.is_some_and(|at| at <= now.instant))
            .map(|track| track.id)
            .collect();
        for id in due {
            let wanted = self.highest_wanted(key, id);
            let Some(track) = self.participants.get_mut(&key).and_then(|it| it.track_mut(id)) else {
                continue;
            };
            track.dynacast.lower_at = None;
            track.dynacast.told = Some(wanted);
            let update = track.subscribed_quality(wanted);
            self.signal(key, Response::SubscribedQuality(update));
        }
    }

    pub(super) fn paused(&mut self, key: Key, changes: &[(SubscriptionId, bool)]) {
        let Some(viewer) = self.participants.get(&key) else {
            return;
        };
        let states = changes.iter().filter_map(|(id, paused)| {
            let (track, subscription) = viewer.subscriptions.iter().find(|(_, it)| it.id == *id)?;
            let publisher = self.participants.get(&subscription.publisher)?;
            Some((
                publisher.sid.clone(),
                publisher.track(*track)?.info.sid.clone(),
                *paused,
            ))
        });
        let states: Vec<_> = states.collect();
        if !states.is_empty() {
            self.signal(key, Response::StreamStates(states));
        }
    }
}
