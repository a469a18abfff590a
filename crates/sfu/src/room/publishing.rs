//! Tracks coming into being, changing, and ending.

use super::connection::Role;
use super::participant::{Key, Participant};
use super::track::{Dynacast, Track, TrackStage};
use super::{Now, Room, RoomAnnouncement};
use crate::id::{TrackId, TrackSid};
use crate::media::{Codec, MediaKind, PeerCommand};
use crate::signal::{AddTrack, ParticipantState, Permission, RequestReason, Response, Source, TrackInfo};
use std::time::Duration;

/// Tracks of one participant; a person has at most a camera, a microphone, a screen and its sound, and
/// programs a few more.
const MAX_TRACKS: usize = 32;
/// A fresh track is sent in all its layers this long, so that first viewers need not wait.
const DYNACAST_START: Duration = Duration::from_secs(10);

fn may_publish(permission: &Permission, source: Source) -> bool {
    permission.can_publish
        && (permission.can_publish_sources.is_empty() || permission.can_publish_sources.contains(&source))
}

impl Room {
    pub(super) fn add_track(&mut self, now: Now, key: Key, add: AddTrack) {
        let refusal = {
            let Some(participant) = self.participants.get(&key) else {
                return;
            };
            if !may_publish(&participant.permission, add.source) {
                Some((
                    RequestReason::NotAllowed,
                    "the token does not allow publishing this source",
                ))
            } else if participant.tracks.len() >= MAX_TRACKS {
                Some((RequestReason::LimitExceeded, "too many tracks"))
            } else if add.sid.is_some() {
                Some((
                    RequestReason::UnsupportedType,
                    "a second codec for a track is not forwarded",
                ))
            } else {
                None
            }
        };
        if let Some((reason, message)) = refusal {
            let (message, cid) = (message.to_owned(), Some(add.cid));
            self.signal(
                key,
                Response::RequestResponse {
                    request_id: 0,
                    reason,
                    message,
                    cid,
                },
            );
            return;
        }
        let prefix = match (add.kind, add.source) {
            (MediaKind::Audio, Source::ScreenShareAudio) => "TR_AS",
            (MediaKind::Audio, _) => "TR_AM",
            (MediaKind::Video, Source::ScreenShare) => "TR_VS",
            (MediaKind::Video, _) => "TR_VC",
        };
        let sid = TrackSid(self.new_sid(prefix));
        let id = TrackId(self.new_number());
        let cid = add.cid.clone();
        let track = new_track(now, id, sid.clone(), add);
        let info = track.info.clone();
        self.publishers.insert(id, key);
        self.track_ids.insert(sid, id);
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.tracks.push(track);
        }
        self.signal(
            key,
            Response::TrackPublished {
                cid,
                track: Box::new(info),
            },
        );
        if self.bind_tracks(key) {
            self.configure(key);
            self.begin_muted(now, key);
        }
    }

    pub(super) fn track_started(&mut self, now: Now, key: Key, id: TrackId, codec: Codec) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(track) = participant.track_mut(id) else {
            return;
        };
        let first = track.stage != TrackStage::Live;
        let codec_changed = track.codec.replace(codec).is_some_and(|old| old != codec);
        track.stage = TrackStage::Live;
        track.info.mime = codec.mime().to_owned();
        if let Some(primary) = track.info.codecs.first_mut() {
            primary.mime = track.info.mime.clone();
        }
        track.info.version.1 += 1;
        let (sid, info) = (track.info.sid.clone(), track.info.clone());
        if first {
            self.participant_changed(key);
            let room = self.info();
            let participant = self.participants[&key].info();
            self.announce(RoomAnnouncement::TrackPublished(
                room,
                Box::new(participant),
                Box::new(info),
            ));
            self.announce(RoomAnnouncement::TrackCodec(sid, codec));
            self.room_changed();
            self.subscribe_everybody(now, key, id);
        } else if codec_changed {
            self.participant_changed(key);
        }
    }

    pub(super) fn mute_by_publisher(&mut self, key: Key, sid: &TrackSid, muted: bool) {
        let Some(&id) = self.track_ids.get(sid) else {
            return;
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let peer = participant.uplink.peer;
        let Some(track) = participant
            .track_mut(id)
            .filter(|track| track.info.muted != muted)
        else {
            return;
        };
        track.info.muted = muted;
        track.info.version.1 += 1;
        let live = track.stage == TrackStage::Live;
        self.command(peer, PeerCommand::Mute { track: id, muted });
        if live {
            self.participant_changed(key);
        }
    }

    pub(super) fn change_track(&mut self, key: Key, sid: &TrackSid, change: impl FnOnce(&mut TrackInfo)) {
        let Some(&id) = self.track_ids.get(sid) else {
            return;
        };
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(track) = participant.track_mut(id) else {
            return;
        };
        change(&mut track.info);
        track.info.version.1 += 1;
        if track.stage == TrackStage::Live {
            self.participant_changed(key);
        }
    }

    /// Sizes of a picture's layers changed: wishes mean other layers now.
    pub(super) fn publication_changed(&mut self, now: Now, key: Key) {
        self.configure(key);
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let watched: Vec<_> = participant
            .tracks
            .iter()
            .flat_map(|track| track.viewers.iter().map(|viewer| (*viewer, track.id)))
            .collect();
        for (viewer, track) in watched {
            self.wish_changed(now, viewer, track);
        }
    }

    /// Ends one track of somebody who stays.
    pub(super) fn unpublish(&mut self, now: Now, key: Key, id: TrackId) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(index) = participant.tracks.iter().position(|track| track.id == id) else {
            return;
        };
        let track = participant.tracks.remove(index);
        for section in &mut participant.uplink.sections {
            if section.role == Role::Receive(Some(id)) {
                section.role = Role::Receive(None);
            }
        }
        let was_live = track.stage == TrackStage::Live;
        let Some(participant) = self.participants.remove(&key) else {
            return;
        };
        self.track_gone(now, &participant, track);
        self.participants.insert(key, participant);
        if was_live {
            self.participant_changed(key);
            self.room_changed();
        }
    }

    /// A track is over: nobody watches it any more. `publisher` is out of the map meanwhile.
    pub(super) fn track_gone(&mut self, now: Now, publisher: &Participant, track: Track) {
        self.publishers.remove(&track.id);
        self.track_ids.remove(&track.info.sid);
        self.presence.forget(track.id);
        for viewer in &track.viewers {
            self.drop_subscription(now, *viewer, track.id);
        }
        if track.stage == TrackStage::Live {
            let (room, info) = (self.info(), publisher.info());
            self.announce(RoomAnnouncement::TrackUnpublished(
                room,
                Box::new(info),
                Box::new(track.info),
            ));
        }
    }

    /// Rights changed: what may no longer be published ends.
    pub(super) fn unpublish_forbidden(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let forbidden: Vec<_> = participant
            .tracks
            .iter()
            .filter(|track| !may_publish(&participant.permission, track.info.source))
            .map(|track| (track.id, track.info.sid.clone()))
            .collect();
        for (id, sid) in forbidden {
            self.unpublish(now, key, id);
            self.signal(key, Response::TrackUnpublished(sid));
        }
    }

    /// Participants that take new tracks unasked.
    pub(super) fn auto_viewers(&self, publisher: Key) -> Vec<Key> {
        let others = self.participants.values().filter(|other| other.key != publisher);
        others
            .filter(|other| other.auto_subscribe && other.permission.can_subscribe)
            .filter(|other| other.state == ParticipantState::Active)
            .map(|other| other.key)
            .collect()
    }
}

fn new_track(now: Now, id: TrackId, sid: TrackSid, add: AddTrack) -> Track {
    let mut codecs = add.codecs;
    let mime = codecs
        .first()
        .map(|codec| mime_type(add.kind, &codec.mime))
        .unwrap_or_default();
    for codec in &mut codecs {
        codec.mime = mime_type(add.kind, &codec.mime);
    }
    let mut cids = vec![add.cid];
    cids.extend(
        codecs
            .iter()
            .map(|codec| codec.cid.clone())
            .filter(|cid| !cid.is_empty()),
    );
    let layers = if add.layers.is_empty() {
        codecs
            .first()
            .map(|codec| codec.layers.clone())
            .unwrap_or_default()
    } else {
        add.layers
    };
    Track {
        id,
        info: TrackInfo {
            sid,
            kind: add.kind,
            name: add.name,
            muted: add.muted,
            width: add.width,
            height: add.height,
            simulcast: layers.len() > 1,
            disable_dtx: add.disable_dtx,
            source: add.source,
            layers,
            mime,
            mid: String::new(),
            codecs,
            stereo: add.stereo,
            disable_red: true,
            encryption: add.encryption,
            stream: add.stream,
            audio_features: add.audio_features,
            backup_codec_policy: add.backup_codec_policy,
            version: (now.unix_ms * 1000, 0),
        },
        cids,
        mid: None,
        codec: None,
        stage: TrackStage::Announced,
        viewers: std::collections::BTreeSet::new(),
        told_subscribed: false,
        dynacast: Dynacast {
            not_before: Some(now.instant + DYNACAST_START),
            ..Dynacast::default()
        },
    }
}

/// Clients write `vp8` or `video/VP8`; others are told the latter.
fn mime_type(kind: MediaKind, written: &str) -> String {
    let name = written.rsplit('/').next().unwrap_or(written);
    match (kind, name.to_ascii_lowercase().as_str()) {
        (_, "") => String::new(),
        (MediaKind::Audio, "opus") => "audio/opus".to_owned(),
        (MediaKind::Video, "vp8") => "video/VP8".to_owned(),
        (MediaKind::Video, "h264") => "video/H264".to_owned(),
        (MediaKind::Audio, _) => format!("audio/{name}"),
        (MediaKind::Video, _) => format!("video/{name}"),
    }
}
