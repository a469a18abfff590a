//! Whom a publisher lets watch its tracks.

use super::participant::Key;
use super::track::TrackStage;
use super::{Now, Room};
use crate::signal::{Response, TrackPermission};

impl Room {
    pub(super) fn subscription_permission(
        &mut self,
        now: Now,
        key: Key,
        all: bool,
        permissions: Vec<TrackPermission>,
    ) {
        let Some(publisher) = self.participants.get(&key) else {
            return;
        };
        let live = publisher
            .tracks
            .iter()
            .filter(|track| track.stage == TrackStage::Live);
        let tracks: Vec<_> = live.map(|track| (track.id, track.info.sid.clone())).collect();
        let mut before = Vec::new();
        for viewer in self.participants.values().filter(|viewer| viewer.key != key) {
            for (id, sid) in &tracks {
                before.push((
                    viewer.key,
                    *id,
                    sid.clone(),
                    publisher.permits(&viewer.sid, &viewer.identity, sid),
                ));
            }
        }
        let participant = publisher.sid.clone();
        let Some(publisher) = self.participants.get_mut(&key) else {
            return;
        };
        publisher.open_to_all = all;
        publisher.permitted = permissions;
        for (viewer, id, track, permitted) in before {
            let Some(watching) = self.participants.get(&viewer) else {
                continue;
            };
            let allowed = self.participants[&key].permits(&watching.sid, &watching.identity, &track);
            if allowed == permitted {
                continue;
            }
            let unasked = watching.auto_subscribe;
            let participant = participant.clone();
            self.signal(
                viewer,
                Response::SubscriptionPermission {
                    participant,
                    track,
                    allowed,
                },
            );
            if !allowed {
                self.drop_subscription(now, viewer, id);
                self.viewer_gone(now, key, id, viewer);
            } else if unasked {
                self.subscribe(now, viewer, key, id);
            }
        }
    }
}
