//! A small world in virtual time: shards of ours, clients of another maker (str0m), and a network between
//! them that delays and loses.

use std::collections::{BinaryHeap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu::address::TransportAddress;
use sfu::id::{PeerId, ShardId};
use sfu::media::{IceCredentials, PeerCommand, PeerEvent, PeerSeed, RemoteTransport};
use sfu::peer::certificate::Certificate;
use sfu::shard::directory::{Claim, Directory};
use sfu::shard::relay::RelayTarget;
use sfu::shard::transmit::TransmitBatch;
use sfu::shard::{Received, Shard, ShardConfig, ShardOutput};
use str0m::config::Fingerprint;
use str0m::ice::IceCreds;
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

pub(crate) const LATENCY: Duration = Duration::from_millis(20);

/// A datagram on its way; the earliest comes first, then the first sent.
struct Flying {
    at: Instant,
    order: u64,
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
}

impl PartialEq for Flying {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Flying {}
impl PartialOrd for Flying {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Flying {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// One str0m connection.
pub(crate) struct Client {
    pub(crate) rtc: Rtc,
    pub(crate) peer: PeerId,
    pub(crate) address: SocketAddr,
    pub(crate) events: Vec<Event>,
    far: Instant,
}

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) start: Instant,
    pub(crate) shards: Vec<Shard>,
    pub(crate) directory: Directory,
    pub(crate) clients: Vec<Client>,
    pub(crate) events: Vec<(Instant, PeerId, PeerEvent)>,
    pub(crate) sent: usize,
    pub(crate) sends: usize,
    /// Processor time of the shards alone.
    pub(crate) spent: Duration,
    certificate: Arc<Certificate>,
    flying: BinaryHeap<Flying>,
    routes: HashMap<SocketAddr, usize>,
    order: u64,
    random: u64,
    /// Datagrams lost, in 1000.
    pub(crate) loss: u64,
    /// All media the server wrote to one client, in order, lost or not.
    pub(crate) written: HashMap<SocketAddr, Vec<Vec<u8>>>,
    batch: TransmitBatch,
}

pub(crate) const SERVER: ([u8; 4], u16) = ([192, 0, 2, 1], 7882);

impl World {
    pub(crate) fn new(shards: u16) -> Self {
        str0m::crypto::from_feature_flags().install_process_default();
        let certificate = Arc::new(Certificate::generate().unwrap());
        let config = ShardConfig {
            certificate: certificate.clone(),
        };
        let make = |id| Shard::new(ShardId(id), config.clone(), u64::from(id) + 1).unwrap();
        let now = Instant::now();
        Self {
            now,
            start: now,
            shards: (0..shards).map(make).collect(),
            directory: Directory::new(),
            clients: Vec::new(),
            events: Vec::new(),
            sent: 0,
            sends: 0,
            spent: Duration::ZERO,
            certificate,
            flying: BinaryHeap::new(),
            routes: HashMap::new(),
            order: 0,
            random: 0x9e37_79b9_7f4a_7c15,
            loss: 0,
            written: HashMap::new(),
            batch: TransmitBatch::new(),
        }
    }

    /// A client that is about to connect; `shard` is the worker its packets reach first.
    pub(crate) fn add_client(&mut self, shard: usize, opens_channels: bool) -> usize {
        let number = self.clients.len();
        let peer = PeerId(number as u64 + 1);
        let address = SocketAddr::from(([10, 0, 0, number as u8 + 1], 5000));
        let ours = IceCredentials {
            ufrag: format!("ufrag{number}"),
            password: format!("a-password-long-enough-{number}"),
        };
        let seed = PeerSeed {
            id: peer,
            credentials: ours.clone(),
            opens_channels,
        };
        self.directory.create(seed);
        self.routes.insert(address, shard);

        let mut rtc = Rtc::builder().set_rtp_mode(true).build(self.now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        rtc.add_remote_candidate(Candidate::host(SERVER.into(), "udp").unwrap());
        let mut api = rtc.direct_api();
        api.enable_twcc_feedback();
        let theirs = api.local_ice_credentials();
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(&api.local_dtls_fingerprint().bytes);
        api.set_remote_fingerprint(Fingerprint {
            hash_func: "sha-256".to_owned(),
            bytes: self.certificate.fingerprint().to_vec(),
        });
        api.set_remote_ice_credentials(IceCreds {
            ufrag: ours.ufrag,
            pass: ours.password,
        });
        api.set_ice_controlling(true);
        api.start_dtls(true).unwrap();
        api.start_sctp(true);
        self.clients.push(Client {
            rtc,
            peer,
            address,
            events: Vec::new(),
            far: self.now + Duration::from_secs(3600),
        });
        self.command(
            peer,
            PeerCommand::Connect(RemoteTransport {
                credentials: IceCredentials {
                    ufrag: theirs.ufrag,
                    password: theirs.pass,
                },
                fingerprint,
            }),
        );
        number
    }

    pub(crate) fn command(&mut self, peer: PeerId, command: PeerCommand) {
        if let Some((shard, command)) = self.directory.command(peer, command) {
            self.shards[usize::from(shard.0)].command(self.now, peer, command);
        }
    }

    pub(crate) fn inject(&mut self, from: SocketAddr, bytes: Vec<u8>) {
        self.fly(from, SERVER.into(), bytes);
    }

    fn fly(&mut self, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        // The handshake is left alone: its retransmissions would make every test slow.
        if self.now > self.start + Duration::from_secs(2) && self.random % 1000 < self.loss {
            return;
        }
        self.order += 1;
        self.flying.push(Flying {
            at: self.now + LATENCY,
            order: self.order,
            from,
            to,
            bytes,
        });
    }

    /// Runs until nothing happens before `until`.
    pub(crate) fn run_until(&mut self, until: Instant) {
        loop {
            self.drain();
            let mut next = until;
            for shard in &self.shards {
                next = next.min(shard.poll_timeout().unwrap_or(until));
            }
            if let Some(flying) = self.flying.peek() {
                next = next.min(flying.at);
            }
            let mut outgoing = Vec::new();
            for client in &mut self.clients {
                let mut sent = Vec::new();
                next = next.min(client.next(&mut sent));
                outgoing.extend(sent.into_iter().map(|(to, bytes)| (client.address, to, bytes)));
            }
            for (from, to, bytes) in outgoing {
                self.fly(from, to, bytes);
            }
            // A millisecond is the grain of this world: nothing needs less.
            self.now = next.max(self.now + Duration::from_millis(1)).min(until);
            if self.now >= until {
                self.now = until;
                self.tick();
                self.drain();
                return;
            }
            self.tick();
        }
    }

    pub(crate) fn run(&mut self, span: Duration) {
        self.run_until(self.now + span);
    }

    fn tick(&mut self) {
        let now = self.now;
        while self.flying.peek().is_some_and(|flying| flying.at <= now) {
            let flying = self.flying.pop().unwrap();
            if flying.to == SERVER.into() {
                self.arrive(flying.from, flying.bytes);
            } else if let Some(client) = self.clients.iter_mut().find(|client| client.address == flying.to) {
                if let Ok(receive) = Receive::new(Protocol::Udp, flying.from, flying.to, &flying.bytes) {
                    client.rtc.handle_input(Input::Receive(now, receive)).unwrap();
                }
                // str0m wants to be drained after every input.
                let mut sent = Vec::new();
                client.next(&mut sent);
                let from = client.address;
                for (to, bytes) in sent {
                    self.fly(from, to, bytes);
                }
            }
        }
        let began = Instant::now();
        for shard in &mut self.shards {
            shard.timeout(now);
        }
        self.spent += began.elapsed();
        for client in &mut self.clients {
            // A client that was refused fails in its own ways.
            if client.rtc.is_alive() && client.rtc.handle_input(Input::Timeout(now)).is_err() {
                client.rtc.disconnect();
            }
        }
    }

    fn arrive(&mut self, from: SocketAddr, mut bytes: Vec<u8>) {
        let Some(&shard) = self.routes.get(&from) else {
            return;
        };
        let began = Instant::now();
        let source = TransportAddress::udp(from);
        let received = self.shards[shard].receive(self.now, source, &mut bytes);
        self.spent += began.elapsed();
        let Received::UnknownStun { ufrag } = received else {
            return;
        };
        match self.directory.claim(&ufrag, ShardId(shard as u16)) {
            Claim::Adopt(seed, queued) => {
                self.shards[shard].adopt(self.now, seed, queued);
                self.shards[shard].receive(self.now, source, &mut bytes);
            }
            Claim::Elsewhere(holder) => {
                self.routes.insert(from, usize::from(holder.0));
                self.shards[usize::from(holder.0)].receive(self.now, source, &mut bytes);
            }
            Claim::Unknown => {}
        }
    }

    /// Moves everything that waits: client to network, shards to network, shards to shards.
    fn drain(&mut self) {
        let mut outgoing = Vec::new();
        for client in &mut self.clients {
            let from = client.address;
            let mut sent = Vec::new();
            client.next(&mut sent);
            outgoing.extend(sent.into_iter().map(|(to, bytes)| (from, to, bytes)));
        }
        for (from, to, bytes) in outgoing {
            self.fly(from, to, bytes);
        }
        let mut more = true;
        while std::mem::take(&mut more) {
            let mut relays = Vec::new();
            for at in 0..self.shards.len() {
                self.batch.clear();
                let began = Instant::now();
                self.shards[at].flush(self.now, &mut self.batch);
                self.spent += began.elapsed();
                self.sends += self.batch.runs().len();
                let datagrams: Vec<_> = self
                    .batch
                    .datagrams()
                    .map(|(to, bytes)| (to.address, bytes.to_vec()))
                    .collect();
                self.sent += datagrams.len();
                for (to, bytes) in datagrams {
                    if is_rtp(&bytes) {
                        self.written.entry(to).or_default().push(bytes.clone());
                    }
                    self.fly(SERVER.into(), to, bytes);
                }
                while let Some(output) = self.shards[at].poll_output() {
                    match output {
                        ShardOutput::Event(peer, event) => {
                            if let PeerEvent::Ended(_) = event {
                                self.directory.remove(peer);
                            }
                            self.events.push((self.now, peer, event));
                        }
                        ShardOutput::Relay(RelayTarget::Shard(shard), message) => {
                            relays.push((shard, message));
                        }
                        ShardOutput::Relay(RelayTarget::Peer(peer), message) => {
                            relays.extend(self.directory.relay(peer, message));
                        }
                    }
                }
            }
            for (shard, message) in relays {
                more = true;
                self.shards[usize::from(shard.0)].relay(self.now, message);
            }
        }
    }

    pub(crate) fn events_of(&self, peer: PeerId) -> impl Iterator<Item = &PeerEvent> {
        self.events
            .iter()
            .filter(move |(_, of, _)| *of == peer)
            .map(|(_, _, event)| event)
    }

    pub(crate) fn client_events(&self, client: usize) -> impl Iterator<Item = &Event> {
        self.clients[client].events.iter()
    }
}

/// RTP and not RTCP on a shared port (RFC 5761 §4).
fn is_rtp(datagram: &[u8]) -> bool {
    let is_media = |first: u8| (128..192).contains(&first);
    datagram.first().copied().is_some_and(is_media)
        && !datagram.get(1).is_some_and(|kind| (192..224).contains(kind))
}

impl Client {
    /// Drains the client; when it wants to be looked at next.
    fn next(&mut self, sent: &mut Vec<(SocketAddr, Vec<u8>)>) -> Instant {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => return at,
                Ok(Output::Transmit(transmit)) => {
                    sent.push((transmit.destination, transmit.contents.to_vec()))
                }
                Ok(Output::Event(event)) => self.events.push(event),
                Err(_) => {
                    self.rtc.disconnect();
                    return self.far;
                }
            }
        }
    }
}
