//! The simulated world: one room, one or more shards, people on links of any quality, and one clock that only
//! moves when something is due. A seed decides everything that is random.

mod turning;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu::address::TransportAddress;
use sfu::id::{Identity, ParticipantSid, PeerId, ShardId, TrackSid};
use sfu::peer::certificate::Certificate;
use sfu::room::{
    Join, LocalTransport, Now, Resume, Room, RoomAnnouncement, RoomConfig, RoomInput, VideoCodec,
};
use sfu::shard::directory::Directory;
use sfu::shard::transmit::TransmitBatch;
use sfu::shard::{Shard, ShardConfig};
use sfu::signal::{Permission, Quality, Request, Response, Source, SyncState, Topology, TrackSettings};

use crate::network::{Link, LinkShape};
use crate::person::Person;

/// Signalling takes this long each way.
const SIGNAL_DELAY: Duration = Duration::from_millis(20);
enum Happening {
    AtServer {
        person: usize,
        bytes: Vec<u8>,
    },
    AtPerson {
        person: usize,
        bytes: Vec<u8>,
    },
    Asked {
        person: usize,
        socket: u64,
        request: Request,
    },
    Told {
        person: usize,
        socket: u64,
        response: Response,
    },
    SocketClosed {
        person: usize,
        socket: u64,
    },
}

/// Everything there is.
pub struct World {
    base: Instant,
    pub now: Instant,
    pub room: Room,
    pub finished: bool,
    shards: Vec<Shard>,
    directory: Directory,
    pub people: Vec<Person>,
    pub up: Vec<Link>,
    pub down: Vec<Link>,
    pub sids: Vec<Option<ParticipantSid>>,
    pub sockets: Vec<Option<u64>>,
    /// Connections in the order they were made: one for each person that came in.
    pub peers: Vec<PeerId>,
    pub closed_by_server: Vec<u64>,
    pub announcements: Vec<RoomAnnouncement>,
    queue: BinaryHeap<Reverse<(Instant, u64)>>,
    happenings: std::collections::HashMap<u64, Happening>,
    next_happening: u64,
    next_socket: u64,
    seed: u64,
    server: SocketAddr,
    batch: TransmitBatch,
    steps_at_now: u32,
}

impl World {
    /// A world with so many shards.
    pub fn new(seed: u64, shards: usize) -> Self {
        Self::with_limit(seed, shards, 0)
    }

    /// A world whose room takes so many people.
    pub fn with_limit(seed: u64, shards: usize, max_participants: u32) -> Self {
        let base = Instant::now();
        let certificate = Arc::new(Certificate::generate().expect("a certificate can be made"));
        let server: SocketAddr = "192.0.2.1:7882".parse().expect("an address");
        let config = RoomConfig {
            name: "world".to_owned(),
            empty_timeout: Duration::from_secs(300),
            departure_timeout: Duration::from_secs(20),
            max_participants,
            metadata: String::new(),
            transport: LocalTransport {
                fingerprint: certificate.fingerprint(),
                candidates: vec![TransportAddress::udp(server), TransportAddress::tcp(server)],
            },
            video_codecs: vec![VideoCodec::Vp8, VideoCodec::H264],
        };
        let mut room_seed = [7; 32];
        room_seed[..8].copy_from_slice(&seed.to_le_bytes());
        let room = Room::new(
            config,
            room_seed,
            Now {
                instant: base,
                unix_ms: 1_800_000_000_000,
            },
        );
        let shards = (0..shards)
            .map(|index| {
                let config = ShardConfig {
                    certificate: certificate.clone(),
                };
                Shard::new(ShardId(index as u16), config, seed ^ (index as u64) << 32)
                    .expect("a shard can be made")
            })
            .collect();
        Self {
            base,
            now: base,
            room,
            finished: false,
            shards,
            directory: Directory::new(),
            people: Vec::new(),
            up: Vec::new(),
            down: Vec::new(),
            sids: Vec::new(),
            sockets: Vec::new(),
            peers: Vec::new(),
            closed_by_server: Vec::new(),
            announcements: Vec::new(),
            queue: BinaryHeap::new(),
            happenings: std::collections::HashMap::new(),
            next_happening: 0,
            next_socket: 1,
            seed,
            server,
            batch: TransmitBatch::new(),
            steps_at_now: 0,
        }
    }

    fn clock(&self) -> Now {
        Now {
            instant: self.now,
            unix_ms: 1_800_000_000_000 + (self.now - self.base).as_millis() as i64,
        }
    }

    /// Somebody comes in, watching everything unasked.
    pub fn join(&mut self, name: &str) -> usize {
        self.join_as(name, Permission::default(), true)
    }

    /// Somebody comes in whose pictures may not be paused.
    pub fn join_never_paused(&mut self, name: &str) -> usize {
        self.join_with(name, Permission::default(), true, Some(false))
    }

    /// Somebody comes in.
    pub fn join_as(&mut self, name: &str, permission: Permission, auto_subscribe: bool) -> usize {
        self.join_with(name, permission, auto_subscribe, None)
    }

    fn join_with(
        &mut self,
        name: &str,
        permission: Permission,
        auto_subscribe: bool,
        allow_pause: Option<bool>,
    ) -> usize {
        let index = self.people.len();
        let address = SocketAddr::from(([198, 51, (index / 200) as u8, (index % 200) as u8 + 1], 5000));
        let mut person = Person::new(name, address, self.now);
        let offer = person.first_offer();
        self.people.push(person);
        self.up
            .push(Link::new(LinkShape::default(), self.seed ^ (index as u64) << 8));
        self.down.push(Link::new(
            LinkShape::default(),
            self.seed ^ ((index as u64) << 8 | 1),
        ));
        self.sids.push(None);
        let socket = self.next_socket;
        self.next_socket += 1;
        self.sockets.push(Some(socket));
        let join = Join {
            socket,
            identity: Identity::from(name),
            name: name.to_owned(),
            metadata: String::new(),
            attributes: Default::default(),
            permission,
            kind: 0,
            topology: Topology::Single,
            auto_subscribe,
            adaptive_stream: false,
            allow_pause,
            client_protocol: 17,
            capabilities: Vec::new(),
            add_tracks: Vec::new(),
            offer: Some(offer),
            max_participants: 0,
            limit: 0,
        };
        self.room.handle(self.clock(), RoomInput::Join(Box::new(join)));
        self.drain_room();
        index
    }

    /// Somebody comes in with camera and voice.
    pub fn join_speaking(&mut self, name: &str) -> usize {
        let person = self.join(name);
        self.publish_microphone(person, true);
        self.publish_camera(person);
        person
    }

    pub fn publish_microphone(&mut self, person: usize, talking: bool) {
        let request = self.people[person].publish_microphone(self.now, talking);
        self.ask(person, request);
    }

    pub fn publish_camera(&mut self, person: usize) {
        let request = self.people[person].publish_camera(self.now);
        self.ask(person, request);
    }

    /// A client speaks to its room.
    pub fn ask(&mut self, person: usize, request: Request) {
        if let Some(socket) = self.sockets[person] {
            self.later(
                SIGNAL_DELAY,
                Happening::Asked {
                    person,
                    socket,
                    request,
                },
            );
        }
    }

    /// How somebody wants somebody's camera.
    pub fn want(&mut self, viewer: usize, publisher: usize, size: Option<(u32, u32)>) {
        let track = self.track(publisher, Source::Camera);
        let (width, height) = size.unwrap_or((0, 0));
        let settings = TrackSettings {
            tracks: vec![track],
            disabled: size.is_none(),
            quality: Quality::High,
            width,
            height,
            priority: 0,
        };
        self.ask(viewer, Request::TrackSettings(settings));
    }

    pub fn track(&self, person: usize, source: Source) -> TrackSid {
        self.people[person]
            .track(source)
            .expect("the track was published")
    }

    /// Somebody's signalling socket breaks; media goes on.
    pub fn cut_socket(&mut self, person: usize) {
        if let Some(socket) = self.sockets[person].take() {
            self.later(Duration::ZERO, Happening::SocketClosed { person, socket });
        }
    }

    /// Somebody comes back over a new socket, telling what it last received.
    pub fn resume(&mut self, person: usize, received: Vec<(ParticipantSid, u32)>) {
        let socket = self.next_socket;
        self.next_socket += 1;
        self.sockets[person] = Some(socket);
        let resume = Resume {
            socket,
            participant: self.sids[person].clone().expect("it was here"),
            identity: Identity::from(self.people[person].name.as_str()),
            sync_state: None,
        };
        self.room
            .handle(self.clock(), RoomInput::Resume(Box::new(resume)));
        self.drain_room();
        let state = SyncState {
            subscribe: false,
            received,
            ..SyncState::default()
        };
        self.ask(person, Request::SyncState(Box::new(state)));
    }

    /// Gives the room an input of the test's own.
    pub fn tell_room(&mut self, input: RoomInput) {
        self.room.handle(self.clock(), input);
        self.drain_room();
    }

    fn later(&mut self, delay: Duration, happening: Happening) {
        self.at(self.now + delay, happening);
    }

    fn at(&mut self, at: Instant, happening: Happening) {
        let id = self.next_happening;
        self.next_happening += 1;
        self.queue.push(Reverse((at, id)));
        self.happenings.insert(id, happening);
    }

    /// Frames of somebody's camera that somebody could decode.
    pub fn frames(&self, viewer: usize, publisher: usize) -> u64 {
        let Some(track) = self.people[publisher].track(Source::Camera) else {
            return 0;
        };
        let reception = self.people[viewer].receptions.get(&track);
        reception.map_or(0, |reception| reception.counts().decodable_frames)
    }

    /// Packets of somebody's voice that reached somebody.
    pub fn sounds(&self, viewer: usize, publisher: usize) -> u64 {
        let Some(track) = self.people[publisher].track(Source::Microphone) else {
            return 0;
        };
        let reception = self.people[viewer].receptions.get(&track);
        reception.map_or(0, |reception| reception.counts().packets)
    }

    /// Starts all counts anew.
    pub fn reset_counts(&mut self) {
        for person in &mut self.people {
            for reception in person.receptions.values_mut() {
                reception.reset();
            }
            person.key_requests = 0;
        }
    }

    /// Does everybody hear, and see, everybody else?
    pub fn all_hear_and_see_all(&self, sounds: u64, frames: u64) -> bool {
        let everybody = 0..self.people.len();
        everybody.clone().all(|viewer| {
            let mut others = everybody.clone().filter(|other| *other != viewer);
            others.all(|other| self.sounds(viewer, other) >= sounds && self.frames(viewer, other) >= frames)
        })
    }
}
