//! The world turning: time moves to what is due next, and everything that waits is carried to where it goes.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sfu::address::TransportAddress;
use sfu::id::ShardId;
use sfu::media::Channel;
use sfu::room::{Relay, RoomInput, RoomOutput};
use sfu::shard::directory::Claim;
use sfu::shard::relay::RelayTarget;
use sfu::shard::{Received, Shard, ShardOutput};
use sfu::signal::Response;

use super::{Happening, SIGNAL_DELAY, World};

/// Workers read what came within this much at once, as a busy socket would give it.
const BATCH: Duration = Duration::from_micros(500);

impl World {
    /// Lets so much time pass.
    pub fn run(&mut self, span: Duration) {
        let end = self.now + span;
        self.run_until(end, |_| false);
    }

    /// Lets time pass until something holds; says how long it took, or fails after `limit`.
    pub fn wait(&mut self, what: &str, limit: Duration, holds: impl Fn(&World) -> bool) -> Duration {
        let begun = self.now;
        let end = self.now + limit;
        if !self.run_until(end, &holds) {
            panic!("seed {}: {what} did not happen within {limit:?}", self.seed);
        }
        self.now - begun
    }

    fn run_until(&mut self, end: Instant, holds: impl Fn(&World) -> bool) -> bool {
        loop {
            if holds(self) {
                return true;
            }
            let next = self.next().min(end);
            self.steps_at_now = if next > self.now { 0 } else { self.steps_at_now + 1 };
            assert!(
                self.steps_at_now < 10_000,
                "time stands still: {}",
                self.who_is_due()
            );
            self.now = self.now.max(next);
            if self.now >= end {
                self.step();
                return holds(self);
            }
            self.step();
        }
    }

    fn who_is_due(&self) -> String {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        format!(
            "room {}, shards {:?}, people {:?}, queue {}",
            due(self.room.poll_timeout()),
            self.shards
                .iter()
                .map(|shard| due(shard.poll_timeout()))
                .collect::<Vec<_>>(),
            self.people
                .iter()
                .map(|person| due(Some(person.next)))
                .collect::<Vec<_>>(),
            due(self.queue.peek().map(|Reverse((at, _))| *at)),
        )
    }

    fn next(&self) -> Instant {
        let far = self.now + Duration::from_secs(3600);
        let queue = self.queue.peek().map(|Reverse((at, _))| *at);
        let room = self.room.poll_timeout();
        let shards = self.shards.iter().filter_map(Shard::poll_timeout);
        let people = self.people.iter().map(|person| person.next);
        shards.chain(people).chain(queue).chain(room).min().unwrap_or(far)
    }

    fn step(&mut self) {
        let mut touched = vec![false; self.people.len()];
        let horizon = self.now + BATCH;
        let mut arrived: VecDeque<Happening> = VecDeque::new();
        while let Some(Reverse((at, id))) = self.queue.peek().copied() {
            if at > horizon {
                break;
            }
            self.queue.pop();
            self.now = self.now.max(at);
            arrived.extend(self.happenings.remove(&id));
        }
        for happening in arrived {
            match happening {
                Happening::AtServer { person, mut bytes } => self.at_server(person, &mut bytes),
                Happening::AtPerson { person, bytes } => {
                    let (now, server) = (self.now, self.server);
                    self.people[person].receive(now, server, &bytes);
                    touched[person] = true;
                }
                Happening::Asked {
                    person,
                    socket,
                    request,
                } => {
                    if self.sockets[person] == Some(socket)
                        && let Some(participant) = self.sids[person].clone()
                    {
                        self.room
                            .handle(self.clock(), RoomInput::Request { participant, request });
                        self.drain_room();
                    }
                }
                Happening::Told {
                    person,
                    socket,
                    response,
                } => {
                    if self.sockets[person] == Some(socket) {
                        let now = self.now;
                        let requests = self.people[person].hear(now, response);
                        for request in requests {
                            self.ask(person, request);
                        }
                        touched[person] = true;
                    }
                }
                Happening::SocketClosed { person, socket } => {
                    if let Some(participant) = self.sids[person].clone() {
                        self.room
                            .handle(self.clock(), RoomInput::SocketClosed { participant, socket });
                        self.drain_room();
                    }
                }
            }
        }
        for (index, touched) in touched.into_iter().enumerate() {
            if touched || self.people[index].next <= self.now {
                let mut out = Vec::new();
                let now = self.now;
                self.people[index].turn(now, &mut out);
                for bytes in out {
                    if let Some(at) = self.up[index].pass(now, bytes.len()) {
                        self.at(at, Happening::AtServer { person: index, bytes });
                    }
                }
            }
        }
        for index in 0..self.shards.len() {
            if self.shards[index].poll_timeout().is_some_and(|at| at <= self.now) {
                let now = self.now;
                self.shards[index].timeout(now);
            }
        }
        if self.room.poll_timeout().is_some_and(|at| at <= self.now) {
            self.room.handle(self.clock(), RoomInput::Timeout);
        }
        self.drain_room();
        self.drain_shards();
    }

    /// The kernel spreads people over sockets by address.
    fn at_server(&mut self, person: usize, bytes: &mut [u8]) {
        let landing = person % self.shards.len();
        let source = TransportAddress::udp(self.people[person].address);
        let now = self.now;
        if let Received::UnknownStun { ufrag } = self.shards[landing].receive(now, source, bytes) {
            match self.directory.claim(&ufrag, ShardId(landing as u16)) {
                Claim::Adopt(seed, queued) => {
                    self.shards[landing].adopt(now, seed, queued);
                    self.shards[landing].receive(now, source, bytes);
                }
                Claim::Elsewhere(shard) => {
                    self.shards[shard.0 as usize].receive(now, source, bytes);
                }
                Claim::Unknown => {}
            }
        }
    }

    pub(super) fn drain_room(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                RoomOutput::Signal {
                    socket,
                    participant,
                    response,
                } => {
                    let Some(person) = self.sockets.iter().position(|held| *held == Some(socket)) else {
                        continue;
                    };
                    if matches!(response, Response::Joined(_)) {
                        self.sids[person] = Some(participant);
                    }
                    self.later(
                        SIGNAL_DELAY,
                        Happening::Told {
                            person,
                            socket,
                            response,
                        },
                    );
                }
                RoomOutput::CloseSocket { socket } | RoomOutput::Refused { socket, .. } => {
                    self.closed_by_server.push(socket);
                }
                RoomOutput::CreatePeer(seed) => {
                    self.peers.push(seed.id);
                    self.directory.create(seed);
                }
                RoomOutput::Peer { peer, command } => {
                    if let Some((shard, command)) = self.directory.command(peer, command) {
                        let now = self.now;
                        self.shards[shard.0 as usize].command(now, peer, command);
                    }
                }
                RoomOutput::Data {
                    from,
                    identity: _,
                    agent: _,
                    channel,
                    bytes,
                } => {
                    // In this world's envelope the first four bytes count reliable messages.
                    let sequence = bytes.first_chunk().map_or(0, |head| u32::from_be_bytes(*head));
                    let relay = Relay {
                        from: Some(from),
                        channel,
                        to: Vec::new(),
                        to_sids: Vec::new(),
                        sequence: if channel == Channel::Reliable { sequence } else { 0 },
                        bytes: bytes.into(),
                    };
                    self.room.handle(self.clock(), RoomInput::Relay(relay));
                }
                RoomOutput::Announce(announcement) => self.announcements.push(announcement),
                RoomOutput::Finished => self.finished = true,
            }
        }
    }

    fn drain_shards(&mut self) {
        for _ in 0..8 {
            let mut quiet = true;
            for index in 0..self.shards.len() {
                let now = self.now;
                let mut batch = std::mem::take(&mut self.batch);
                self.shards[index].flush(now, &mut batch);
                for (destination, datagram) in batch.datagrams() {
                    let Some(person) = self
                        .people
                        .iter()
                        .position(|person| person.address == destination.address)
                    else {
                        continue;
                    };
                    if let Some(at) = self.down[person].pass(now, datagram.len()) {
                        let id = self.next_happening;
                        self.next_happening += 1;
                        self.queue.push(Reverse((at, id)));
                        self.happenings.insert(
                            id,
                            Happening::AtPerson {
                                person,
                                bytes: datagram.to_vec(),
                            },
                        );
                    }
                }
                batch.clear();
                self.batch = batch;
                while let Some(output) = self.shards[index].poll_output() {
                    quiet = false;
                    match output {
                        ShardOutput::Event(peer, event) => {
                            if std::env::var_os("WORLD_LOG").is_some() {
                                eprintln!("{:?} {peer:?} {event:?}", self.now - self.base);
                            }
                            self.room.handle(self.clock(), RoomInput::Peer { peer, event });
                        }
                        ShardOutput::Relay(target, message) => {
                            let reached = match target {
                                RelayTarget::Peer(peer) => self.directory.relay(peer, message),
                                RelayTarget::Shard(shard) => Some((shard, message)),
                            };
                            if let Some((shard, message)) = reached {
                                self.shards[shard.0 as usize].relay(now, message);
                            }
                        }
                    }
                }
            }
            self.drain_room();
            if quiet {
                return;
            }
        }
    }
}
