//! The remote side of a room as one participant knows it: people, their tracks, and what it asked to see of them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use livekit_protocol::{
    ParticipantInfo, TrackType, UpdateSubscription, UpdateTrackSettings, participant_info, signal_request,
};
use str0m::media::Mid;

use crate::options::Watch;
use crate::reception::Reception;
use crate::report::TrackReport;

struct Remote {
    track: String,
    person: String,
    publisher: String,
    is_video: bool,
    muted: bool,
    gone: bool,
    /// Whether it was asked for, and what was asked: `None` before, then its place among the pictures.
    asked: Option<Request>,
    last_key_frame_request: Option<Instant>,
    reception: Reception,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Hidden,
    Main,
    Thumbnail,
    Sound,
}

pub(super) struct Room {
    own: String,
    watch: Watch,
    automatic: bool,
    light: bool,
    tracks: Vec<Remote>,
    by_track: HashMap<String, usize>,
    by_ssrc: HashMap<u32, usize>,
    mids: HashMap<String, String>,
    unattributed: u64,
    changed: bool,
}

impl Room {
    pub(super) fn new(watch: Watch, automatic: bool, light: bool) -> Room {
        Room {
            own: String::new(),
            watch,
            automatic,
            light,
            tracks: Vec::new(),
            by_track: HashMap::new(),
            by_ssrc: HashMap::new(),
            mids: HashMap::new(),
            unattributed: 0,
            changed: false,
        }
    }

    /// Notes this participant's own identifier, so that it does not wait for its own tracks.
    pub(super) fn set_own(&mut self, own: &str) {
        self.own = own.to_owned();
    }

    /// Takes what the server says about a participant; its list of tracks is complete.
    pub(super) fn update(&mut self, person: &ParticipantInfo) {
        if person.sid == self.own {
            return;
        }
        let left = person.state == participant_info::State::Disconnected as i32;
        for remote in self
            .tracks
            .iter_mut()
            .filter(|remote| remote.person == person.sid)
        {
            remote.gone = left || !person.tracks.iter().any(|track| track.sid == remote.track);
        }
        for info in person.tracks.iter().filter(|_| !left) {
            let is_video = info.r#type == TrackType::Video as i32;
            let light = self.light;
            let index = *self.by_track.entry(info.sid.clone()).or_insert_with(|| {
                self.tracks.push(Remote {
                    track: info.sid.clone(),
                    person: person.sid.clone(),
                    publisher: person.identity.clone(),
                    is_video,
                    muted: info.muted,
                    gone: false,
                    asked: None,
                    last_key_frame_request: None,
                    reception: Reception::new(is_video, light),
                });
                self.tracks.len() - 1
            });
            self.tracks[index].muted = info.muted;
        }
        self.changed = true;
    }

    /// Puts the requests that follow from what is published into the outbox: sizes, hiding, subscriptions.
    pub(super) fn ask(&mut self, outbox: &mut Vec<signal_request::Message>) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let mut place = 0;
        for remote in self.tracks.iter_mut().filter(|remote| !remote.gone) {
            let request = match (remote.is_video, place) {
                (false, _) => Request::Sound,
                (true, place) if self.watch.visible.is_some_and(|visible| place >= visible) => {
                    Request::Hidden
                }
                (true, 0) => Request::Main,
                (true, _) => Request::Thumbnail,
            };
            place += usize::from(remote.is_video);
            if remote.asked == Some(request) {
                continue;
            }
            if remote.asked.is_none() && !self.automatic && request != Request::Hidden {
                outbox.push(signal_request::Message::Subscription(UpdateSubscription {
                    track_sids: vec![remote.track.clone()],
                    subscribe: true,
                    ..UpdateSubscription::default()
                }));
            }
            remote.asked = Some(request);
            let (width, height) = match request {
                Request::Sound => continue,
                Request::Main => self.watch.main,
                Request::Thumbnail | Request::Hidden => self.watch.thumbnail,
            };
            outbox.push(signal_request::Message::TrackSetting(UpdateTrackSettings {
                track_sids: vec![remote.track.clone()],
                disabled: request == Request::Hidden,
                width,
                height,
                ..UpdateTrackSettings::default()
            }));
        }
    }

    /// Takes a new account of which section carries which track.
    pub(super) fn set_mids(&mut self, mids: HashMap<String, String>) {
        self.mids = mids;
        self.by_ssrc.clear();
    }

    /// Sections that carry a track.
    pub(super) fn sections(&self) -> usize {
        self.mids.len()
    }

    /// Whether the track of this source is known.
    pub(super) fn knows(&self, ssrc: u32) -> bool {
        self.by_ssrc.contains_key(&ssrc)
    }

    /// Whether the track a section carried has ended.
    pub(super) fn is_finished(&self, mid: Mid) -> bool {
        let track = self.mids.get(&mid.to_string());
        let index = track.and_then(|track| self.by_track.get(track));
        index.is_some_and(|index| self.tracks[*index].gone)
    }

    /// Takes a media packet; answers whether a decoder would ask for a key frame.
    pub(super) fn packet(
        &mut self,
        now: Instant,
        ssrc: u32,
        mid: Option<Mid>,
        sequence: u64,
        marker: bool,
        payload: &[u8],
    ) -> bool {
        let index = self.by_ssrc.get(&ssrc).copied().or_else(|| {
            let index = *self.by_track.get(self.mids.get(&mid?.to_string())?)?;
            self.by_ssrc.insert(ssrc, index);
            Some(index)
        });
        match index {
            Some(index) => self.tracks[index]
                .reception
                .packet(now, ssrc, sequence, marker, payload),
            None => {
                // A probe without payload belongs to nobody and is no mistake.
                self.unattributed += u64::from(!payload.is_empty());
                false
            }
        }
    }

    /// Whether enough time has passed since a key frame of this source was last asked for; notes that it is now.
    pub(super) fn may_request_key_frame(&mut self, now: Instant, ssrc: u32, every: Duration) -> bool {
        let Some(remote) = self.by_ssrc.get(&ssrc).map(|index| &mut self.tracks[*index]) else {
            return false;
        };
        let may = remote
            .last_key_frame_request
            .is_none_or(|last| now.saturating_duration_since(last) >= every);
        if may {
            remote.last_key_frame_request = Some(now);
        }
        may
    }

    pub(super) fn first_picture(&self) -> Option<Instant> {
        self.tracks
            .iter()
            .filter_map(|remote| remote.reception.first_picture())
            .min()
    }

    pub(super) fn unattributed(&self) -> u64 {
        self.unattributed
    }

    pub(super) fn reset(&mut self) {
        self.unattributed = 0;
        for remote in &mut self.tracks {
            remote.reception.reset();
        }
    }

    pub(super) fn reports(&self, now: Instant) -> Vec<TrackReport> {
        let report = |remote: &Remote| TrackReport {
            track: remote.track.clone(),
            publisher: remote.publisher.clone(),
            is_video: remote.is_video,
            wanted: !remote.gone && !remote.muted && !matches!(remote.asked, None | Some(Request::Hidden)),
            loss: remote.reception.loss(),
            counts: remote.reception.counts().clone(),
            quiet_for: remote
                .reception
                .last()
                .map(|last| now.saturating_duration_since(last)),
        };
        self.tracks.iter().map(report).collect()
    }
}
