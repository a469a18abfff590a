//! The room: who is here, what is published, who watches what, what is said to whom.

mod administering;
mod answering;
mod binding;
mod connection;
mod contract;
mod joining;
mod layers;
mod messaging;
mod negotiating;
mod offering;
mod participant;
mod permitting;
mod presence;
mod publishing;
mod resuming;
mod subscribing;
mod track;

pub use contract::*;
pub use messaging::{KEPT_MESSAGES, KEPT_SPAN};

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use crate::id::{Identity, ParticipantSid, PeerId, RoomSid, TrackId, TrackSid};
use crate::media::{IceCredentials, PeerCommand, PeerEvent};
use crate::sdp::AcceptPolicy;
use crate::signal::{DisconnectReason, LeaveAction, Request, Response, RoomInfo};
use participant::{Key, Participant};
use presence::Presence;

/// A participant that is not active this long after joining is put out.
const JOIN_TIMEOUT: Duration = Duration::from_secs(60);
/// A participant whose socket went may come back within this; browsers retry at 0, 0.3, 1.2, 2.7, 4.8 and 7 s.
const RESUME_TIMEOUT: Duration = Duration::from_secs(20);

/// One media room: fed with [`RoomInput`], drained of [`RoomOutput`].
///
/// After every [`Room::handle`] drain [`Room::poll_output`] until it is empty, then wait for the next input
/// or for [`Room::poll_timeout`], whichever comes first.
pub struct Room {
    config: RoomConfig,
    sid: RoomSid,
    created_at_ms: i64,
    policy: AcceptPolicy,
    random: StdRng,
    next_key: u32,
    participants: BTreeMap<Key, Participant>,
    by_sid: HashMap<ParticipantSid, Key>,
    by_identity: HashMap<Identity, Key>,
    by_peer: HashMap<PeerId, Key>,
    /// Who publishes a track.
    publishers: HashMap<TrackId, Key>,
    track_ids: HashMap<TrackSid, TrackId>,
    presence: Presence,
    outputs: VecDeque<RoomOutput>,
    /// Nobody is here since then.
    empty_since: Instant,
    ever_joined: bool,
    finished: bool,
}

impl Room {
    /// A new, empty room. `seed` feeds every random choice (ids and ICE secrets), so it must come from the
    /// operating system in production and may be fixed in tests.
    pub fn new(config: RoomConfig, seed: [u8; 32], now: Now) -> Self {
        let mut random = StdRng::from_seed(seed);
        let sid = RoomSid(format!("RM_{}", random_text(&mut random, 12)));
        let mut room = Self {
            policy: AcceptPolicy {
                video: config.video_codecs.clone(),
            },
            config,
            sid,
            created_at_ms: now.unix_ms,
            random,
            next_key: 0,
            participants: BTreeMap::new(),
            by_sid: HashMap::new(),
            by_identity: HashMap::new(),
            by_peer: HashMap::new(),
            publishers: HashMap::new(),
            track_ids: HashMap::new(),
            presence: Presence::default(),
            outputs: VecDeque::new(),
            empty_since: now.instant,
            ever_joined: false,
            finished: false,
        };
        let info = room.info();
        room.announce(RoomAnnouncement::RoomStarted(info));
        room
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Now, input: RoomInput) {
        if self.finished {
            if let RoomInput::Join(join) = input {
                self.outputs.push_back(RoomOutput::Refused {
                    socket: join.socket,
                    reason: DisconnectReason::RoomDeleted,
                });
            }
            return;
        }
        match input {
            RoomInput::Join(join) => self.join(now, *join),
            RoomInput::Resume(resume) => self.resume(now, *resume),
            RoomInput::Request { participant, request } => {
                if let Some(&key) = self.by_sid.get(&participant) {
                    self.request(now, key, request);
                }
            }
            RoomInput::SocketClosed { participant, socket } => self.socket_closed(now, &participant, socket),
            RoomInput::Peer { peer, event } => {
                if let Some(&key) = self.by_peer.get(&peer) {
                    self.peer_event(now, key, peer, event);
                }
            }
            RoomInput::Relay(relay) => self.relay(now, relay),
            RoomInput::Administer(administer) => self.administer(now, administer),
            RoomInput::Timeout => {}
        }
        self.timeouts(now);
    }

    /// What is to be done, oldest first.
    pub fn poll_output(&mut self) -> Option<RoomOutput> {
        self.outputs.pop_front()
    }

    /// When to come back with [`RoomInput::Timeout`] at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.finished {
            return None;
        }
        let people = self.participants.values().flat_map(|participant| {
            let dynacast = participant
                .tracks
                .iter()
                .filter_map(|track| track.dynacast.lower_at);
            [
                participant.negotiate_at,
                participant.join_by,
                participant.resume_by,
                participant.simulated_speech,
            ]
            .into_iter()
            .flatten()
            .chain(dynacast)
        });
        people
            .chain(self.presence.poll_timeout())
            .chain(self.end_at())
            .min()
    }

    /// The state as the API shows it.
    pub fn view(&self) -> RoomView {
        RoomView {
            room: self.info(),
            participants: self.participants.values().map(Participant::info).collect(),
        }
    }

    /// When the room ends if nobody comes.
    fn end_at(&self) -> Option<Instant> {
        let wait = if self.ever_joined {
            self.config.departure_timeout
        } else {
            self.config.empty_timeout
        };
        self.participants.is_empty().then(|| self.empty_since + wait)
    }

    fn timeouts(&mut self, now: Now) {
        if self.end_at().is_some_and(|at| at <= now.instant) && !self.finished {
            self.finish();
            return;
        }
        let keys: Vec<Key> = self.participants.keys().copied().collect();
        for key in keys {
            let Some(participant) = self.participants.get_mut(&key) else {
                continue;
            };
            if participant.join_by.is_some_and(|at| at <= now.instant) {
                self.put_out(now, key, DisconnectReason::JoinFailure, LeaveAction::Disconnect);
                continue;
            }
            if participant.resume_by.is_some_and(|at| at <= now.instant) {
                self.put_out(now, key, DisconnectReason::SignalClose, LeaveAction::Reconnect);
                continue;
            }
            if participant.simulated_speech.is_some_and(|at| at <= now.instant) {
                participant.simulated_speech = None;
                let sid = participant.sid.clone();
                self.broadcast(&Response::Speakers(vec![(sid, 0.0, false)]), None);
            }
            if self.participants[&key]
                .negotiate_at
                .is_some_and(|at| at <= now.instant)
            {
                self.negotiate(now, key);
            }
            self.lower_layers(now, key);
        }
        self.presence_due(now);
    }

    fn finish(&mut self) {
        self.finished = true;
        let info = self.info();
        self.announce(RoomAnnouncement::RoomFinished(info));
        self.outputs.push_back(RoomOutput::Finished);
    }

    fn request(&mut self, now: Now, key: Key, request: Request) {
        match request {
            Request::Offer(description) => self.offered(now, key, description),
            Request::Answer(description) => self.answered(now, key, description),
            Request::Trickle(..) => {}
            Request::AddTrack(add) => self.add_track(now, key, *add),
            Request::Mute { track, muted } => self.mute_by_publisher(key, &track, muted),
            Request::Subscribe { tracks, subscribe } => self.subscribe_asked(now, key, &tracks, subscribe),
            Request::TrackSettings(settings) => self.track_settings(now, key, &settings),
            Request::SubscriptionPermission { all, permissions } => {
                self.subscription_permission(now, key, all, permissions);
            }
            Request::SyncState(state) => self.sync_state(now, key, &state),
            Request::UpdateMetadata {
                request_id,
                name,
                metadata,
                attributes,
            } => {
                self.update_metadata(key, request_id, name, metadata, attributes);
            }
            Request::UpdateAudioTrack { track, features } => {
                self.change_track(key, &track, |info| info.audio_features = features);
            }
            Request::UpdateVideoTrack { track, width, height } => {
                self.change_track(key, &track, |info| {
                    info.width = width;
                    info.height = height;
                });
            }
            Request::UpdateVideoLayers { track, layers } => {
                self.change_track(key, &track, |info| info.layers = layers);
                self.publication_changed(now, key);
            }
            Request::Leave => self.leave(now, key, DisconnectReason::ClientInitiated),
            Request::Simulate(scenario) => self.simulate(now, key, scenario),
        }
    }

    fn peer_event(&mut self, now: Now, key: Key, peer: PeerId, event: PeerEvent) {
        match event {
            PeerEvent::Connected => self.peer_connected(now, key, peer),
            PeerEvent::Ended(end) => self.peer_ended(now, key, peer, end),
            PeerEvent::TrackStarted { track, codec } => self.track_started(now, key, track, codec),
            PeerEvent::Levels(levels) => self.levels(now, &levels),
            PeerEvent::Data { channel, bytes } => self.data(key, channel, bytes),
            PeerEvent::ChannelOpen(channel) => self.channel_open(key, peer, channel),
            PeerEvent::SubscriptionStarted(_) => {}
            PeerEvent::Paused(changes) => self.paused(key, &changes),
            PeerEvent::Stats(stats) => self.stats(now, key, peer, stats),
        }
    }

    // — speaking —

    fn signal(&mut self, key: Key, response: Response) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let Some(socket) = participant.socket else { return };
        let participant = participant.sid.clone();
        self.outputs.push_back(RoomOutput::Signal {
            socket,
            participant,
            response,
        });
    }

    fn broadcast(&mut self, response: &Response, except: Option<Key>) {
        for participant in self
            .participants
            .values()
            .filter(|participant| Some(participant.key) != except)
        {
            let Some(socket) = participant.socket else {
                continue;
            };
            let participant = participant.sid.clone();
            self.outputs.push_back(RoomOutput::Signal {
                socket,
                participant,
                response: response.clone(),
            });
        }
    }

    fn command(&mut self, peer: PeerId, command: PeerCommand) {
        self.outputs.push_back(RoomOutput::Peer { peer, command });
    }

    fn announce(&mut self, announcement: RoomAnnouncement) {
        self.outputs.push_back(RoomOutput::Announce(announcement));
    }

    fn info(&self) -> RoomInfo {
        let visible = self
            .participants
            .values()
            .filter(|participant| !participant.permission.hidden);
        let (mut participants, mut publishers) = (0, 0);
        for participant in visible {
            participants += 1;
            publishers += u32::from(
                participant
                    .tracks
                    .iter()
                    .any(|track| track.stage == track::TrackStage::Live),
            );
        }
        RoomInfo {
            sid: self.sid.clone(),
            name: self.config.name.clone(),
            empty_timeout: self.config.empty_timeout.as_secs() as u32,
            departure_timeout: self.config.departure_timeout.as_secs() as u32,
            max_participants: self.config.max_participants,
            created_at_ms: self.created_at_ms,
            metadata: self.config.metadata.clone(),
            participants,
            publishers,
            active_recording: self
                .participants
                .values()
                .any(|participant| participant.permission.recorder),
        }
    }

    // — names —

    fn new_sid(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", random_text(&mut self.random, 12))
    }

    fn new_number(&mut self) -> u64 {
        self.random.next_u64()
    }

    fn new_credentials(&mut self) -> IceCredentials {
        // RFC 8445 §5.3 asks for at least 24 and 128 bits; an ufrag of 12 characters has 71.
        IceCredentials {
            ufrag: random_text(&mut self.random, 12),
            password: random_text(&mut self.random, 32),
        }
    }

    fn new_ssrc(&mut self) -> crate::id::Ssrc {
        crate::id::Ssrc(self.random.random_range(1..u32::MAX))
    }
}

fn random_text(random: &mut StdRng, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..length)
        .map(|_| ALPHABET[random.random_range(0..ALPHABET.len())] as char)
        .collect()
}
