//! The media threads through real sockets, against another maker's WebRTC (str0m).

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sfu::address::Protocol as Told;
use sfu::framing::{self, Frames};
use sfu::id::PeerId;
use sfu::media::{Channel, IceCredentials, PeerCommand, PeerEvent, PeerSeed, RemoteTransport};
use str0m::channel::{ChannelConfig, ChannelId};
use str0m::config::Fingerprint;
use str0m::ice::IceCreds;
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::addresses::Wanted;
use super::{EventSource, MediaPlane, MediaThreads, event_queue};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn media(workers: usize) -> Arc<MediaThreads> {
    str0m::crypto::from_feature_flags().install_process_default();
    let wanted = Wanted {
        listen: HERE,
        media_address: None,
    };
    MediaThreads::start_with(wanted, 0, workers).expect("some port is free")
}

/// What clients are told of the server.
fn server(media: &MediaThreads, protocol: Told) -> SocketAddr {
    let told = media.local_transport().candidates;
    told.iter()
        .find(|candidate| candidate.protocol == protocol)
        .expect("told")
        .address
}

/// A client behind a NAT: what it thinks its address is never changes, its socket may.
struct Client {
    peer: PeerId,
    rtc: Rtc,
    local: SocketAddr,
    /// What it thinks carries its datagrams.
    protocol: Protocol,
    server: SocketAddr,
    line: Line,
    channel: ChannelId,
    opened: bool,
    messages: Vec<Vec<u8>>,
    events: EventSource,
    told: Vec<PeerEvent>,
}

/// What carries a client's datagrams to the server and back.
enum Line {
    Udp(UdpSocket),
    Tcp {
        stream: TcpStream,
        frames: Frames,
        /// A client checks a connection before it uses it (RFC 8445 §6.1).
        checked: bool,
    },
}

impl Line {
    fn udp() -> Self {
        Self::Udp(socket())
    }

    fn tcp(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).expect("the server listens");
        let grain = Some(Duration::from_millis(1));
        stream.set_read_timeout(grain).expect("a socket option");
        Self::Tcp {
            stream,
            frames: Frames::default(),
            checked: false,
        }
    }

    fn local(&self) -> SocketAddr {
        let local = match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp { stream, .. } => stream.local_addr(),
        };
        local.expect("bound")
    }

    fn protocol(&self) -> Protocol {
        match self {
            Self::Udp(_) => Protocol::Udp,
            Self::Tcp { .. } => Protocol::Tcp,
        }
    }

    fn send(&mut self, datagram: &[u8], server: SocketAddr) {
        match self {
            // A full buffer loses a datagram, as a network does.
            Self::Udp(socket) => drop(socket.send_to(datagram, server)),
            Self::Tcp { stream, checked, .. } => {
                *checked |= datagram.first().is_some_and(|&first| first < 4);
                if !*checked {
                    return;
                }
                let header = framing::header(datagram).expect("short enough");
                stream
                    .write_all(&[&header, datagram].concat())
                    .expect("the server reads");
            }
        }
    }

    /// What came, after about a millisecond.
    fn receive(&mut self) -> Vec<Vec<u8>> {
        let mut buffer = [0; 2000];
        match self {
            Self::Udp(socket) => socket
                .recv(&mut buffer)
                .map(|length| buffer[..length].to_vec())
                .into_iter()
                .collect(),
            Self::Tcp { stream, frames, .. } => {
                let length = stream.read(&mut buffer).unwrap_or_default();
                let mut datagrams = Vec::new();
                let pushed = frames.push(&mut buffer[..length], |datagram| {
                    datagrams.push(datagram.to_vec());
                    ControlFlow::Continue(())
                });
                pushed.expect("well framed");
                datagrams
            }
        }
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind((HERE, 0)).expect("some port is free");
    let grain = Some(Duration::from_millis(1));
    socket.set_read_timeout(grain).expect("a socket option");
    socket
}

impl Client {
    fn new(media: &MediaThreads, number: u64) -> Self {
        Self::on(Line::udp(), media, number)
    }

    fn by_tcp(media: &MediaThreads, number: u64) -> Self {
        Self::on(Line::tcp(server(media, Told::Tcp)), media, number)
    }

    fn on(line: Line, media: &MediaThreads, number: u64) -> Self {
        let peer = PeerId(number);
        let ours = IceCredentials {
            ufrag: format!("ufrag{number}"),
            password: format!("a-password-long-enough-{number}"),
        };
        let (sink, events) = event_queue();
        let seed = PeerSeed {
            id: peer,
            credentials: ours.clone(),
            opens_channels: false,
        };
        media.create_peer(seed, sink);

        let (local, protocol) = (line.local(), line.protocol());
        let transport = media.local_transport();
        let mut rtc = Rtc::new(Instant::now());
        rtc.add_local_candidate(Candidate::host(local, protocol).expect("a candidate"));
        let server = server(media, Told::Udp);
        rtc.add_remote_candidate(Candidate::host(server, protocol).expect("a candidate"));
        let mut api = rtc.direct_api();
        let theirs = api.local_ice_credentials();
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(&api.local_dtls_fingerprint().bytes);
        api.set_remote_fingerprint(Fingerprint {
            hash_func: "sha-256".to_owned(),
            bytes: transport.fingerprint.to_vec(),
        });
        api.set_remote_ice_credentials(IceCreds {
            ufrag: ours.ufrag,
            pass: ours.password,
        });
        api.set_ice_controlling(true);
        api.start_dtls(true).expect("not started yet");
        api.start_sctp(true);
        let channel = api.create_data_channel(ChannelConfig {
            label: "_reliable".to_owned(),
            ..ChannelConfig::default()
        });
        let remote = RemoteTransport {
            credentials: IceCredentials {
                ufrag: theirs.ufrag,
                password: theirs.pass,
            },
            fingerprint,
        };
        media.command(peer, PeerCommand::Connect(remote));
        Self {
            peer,
            rtc,
            local,
            protocol,
            server,
            line,
            channel,
            opened: false,
            messages: Vec::new(),
            events,
            told: Vec::new(),
        }
    }

    /// Does what there is to do, for about a millisecond.
    fn step(&mut self) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(_)) | Err(_) => break,
                Ok(Output::Transmit(transmit)) => self.line.send(&transmit.contents, transmit.destination),
                Ok(Output::Event(Event::ChannelOpen(..))) => self.opened = true,
                Ok(Output::Event(Event::ChannelData(data))) => self.messages.push(data.data),
                Ok(Output::Event(_)) => {}
            }
        }
        for datagram in self.line.receive() {
            let protocol = self.protocol;
            if let Ok(receive) = Receive::new(protocol, self.server, self.local, &datagram) {
                let _ = self.rtc.handle_input(Input::Receive(Instant::now(), receive));
            }
        }
        let _ = self.rtc.handle_input(Input::Timeout(Instant::now()));
        while let Some(Some((peer, event))) = self.events.next().now_or_never() {
            assert_eq!(peer, self.peer);
            self.told.push(event);
        }
    }

    fn was_told(&self, matches: impl Fn(&PeerEvent) -> bool) -> bool {
        self.told.iter().any(matches)
    }

    fn is_open(&self) -> bool {
        self.opened && self.was_told(|event| matches!(event, PeerEvent::ChannelOpen(Channel::Reliable)))
    }

    fn say(&mut self, message: &[u8]) {
        let mut channel = self.rtc.channel(self.channel).expect("open");
        assert!(channel.write(true, message).expect("alive"), "there is room");
    }

    fn was_heard(&self, message: &[u8]) -> bool {
        self.was_told(|event| matches!(event, PeerEvent::Data { bytes, .. } if bytes == message))
    }
}

fn until(clients: &mut [Client], what: &str, mut done: impl FnMut(&mut Client) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !clients.iter_mut().all(&mut done) {
        assert!(Instant::now() < deadline, "{what} within {PATIENCE:?}");
        clients.iter_mut().for_each(Client::step);
    }
}

/// Clients on all threads say something and are told something.
fn exchange_messages(count: u64, client: fn(&MediaThreads, u64) -> Client) {
    let media = media(3);
    let mut clients: Vec<_> = (1..=count).map(|number| client(&media, number)).collect();
    until(&mut clients, "all connect", |client| client.is_open());
    for client in &mut clients {
        client.say(b"from the client");
        let bytes = b"from the room".as_slice().into();
        let channel = Channel::Reliable;
        media.command(client.peer, PeerCommand::SendData { channel, bytes });
    }
    until(&mut clients, "all hear and are heard", |client| {
        client.was_heard(b"from the client") && client.messages == [b"from the room"]
    });
}

#[test]
fn clients_on_all_threads_connect_and_exchange_messages() {
    exchange_messages(12, Client::new);
}

#[test]
fn clients_whose_networks_let_no_udp_pass_connect_by_tcp() {
    exchange_messages(6, Client::by_tcp);
}

/// A client that connected by UDP goes on with one of the lines to the server after the other. With so many threads
/// the new address reaches another one nearly always.
fn change_lines(lines: [fn(SocketAddr) -> Line; 2]) {
    let media = media(8);
    let mut clients = vec![Client::new(&media, 1)];
    until(&mut clients, "it connects", |client| client.is_open());
    for (round, line) in (0u8..).zip(lines) {
        clients[0].line = line(clients[0].server);
        clients[0].say(&[round]);
        let bytes = [100 + round].as_slice().into();
        let channel = Channel::Reliable;
        media.command(PeerId(1), PeerCommand::SendData { channel, bytes });
        until(&mut clients, "both sides hear after the change", |client| {
            client.was_heard(&[round]) && client.messages.last() == Some(&vec![100 + round])
        });
    }
}

#[test]
fn a_client_whose_address_changes_stays_whichever_thread_it_reaches() {
    // After a third change str0m itself no longer finds a pair, with one thread as well.
    change_lines([|_| Line::udp(), |_| Line::udp()]);
}

#[test]
fn a_client_goes_from_udp_to_tcp_and_back_whichever_thread_it_reaches() {
    change_lines([Line::tcp, |_| Line::udp()]);
}

#[test]
fn a_connection_without_a_secret_of_ours_is_closed_at_its_first_word() {
    let media = media(2);
    let mut clients = vec![Client::by_tcp(&media, 1)];
    until(&mut clients, "it connects", |client| client.is_open());
    for words in [
        b"GET / HTTP/1.1\r\n\r\n".as_slice(),
        b"\x00\x04\x80aaa",
        b"\x00\x04\x00\x01\x00\x00",
    ] {
        let mut stranger = TcpStream::connect(server(&media, Told::Tcp)).expect("the server listens");
        stranger
            .set_read_timeout(Some(PATIENCE))
            .expect("a socket option");
        stranger.write_all(words).expect("writes");
        // A reset says as much.
        let end = stranger.read(&mut [0; 10]).or_else(|error| match error.kind() {
            ErrorKind::ConnectionReset => Ok(0),
            _ => Err(error),
        });
        assert_eq!(end.expect("it is closed"), 0, "{words:?}");
    }
    clients[0].say(b"undisturbed");
    until(&mut clients, "the client is undisturbed", |client| {
        client.was_heard(b"undisturbed")
    });
}

#[test]
fn the_connection_of_a_closed_peer_is_closed() {
    let media = media(2);
    let mut clients = vec![Client::by_tcp(&media, 1)];
    until(&mut clients, "it connects", |client| client.is_open());
    media.command(PeerId(1), PeerCommand::Close);
    let Line::Tcp { stream, .. } = &mut clients[0].line else {
        panic!("by TCP")
    };
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
    let mut farewell = Vec::new();
    stream.read_to_end(&mut farewell).expect("it ends");
    assert!(!farewell.is_empty(), "the peer was told");
}

#[test]
fn a_closed_peer_is_forgotten_and_its_room_not_told_what_it_knows() {
    let media = media(2);
    let mut clients: Vec<_> = (1..=2).map(|number| Client::new(&media, number)).collect();
    until(&mut clients, "both connect", |client| client.is_open());
    media.command(PeerId(1), PeerCommand::Close);
    assert_eq!(media.peers(), 1);
    clients[1].say(b"still here");
    until(&mut clients[1..], "the other is undisturbed", |client| {
        client.was_heard(b"still here")
    });
    clients[0].step();
    assert!(!clients[0].was_told(|event| matches!(event, PeerEvent::Ended(_))));
}

#[test]
fn garbage_from_anywhere_disturbs_nobody() {
    let media = media(2);
    let mut clients = vec![Client::new(&media, 1)];
    let stranger = socket();
    let server = server(&media, Told::Udp);
    let mut done = 0u8;
    until(&mut clients, "it connects all the same", |client| {
        for length in [0, 1, 20, 200, 1400] {
            let bytes: Vec<u8> = (0..length)
                .map(|byte: u32| (byte as u8).wrapping_mul(done | 1))
                .collect();
            let _ = stranger.send_to(&bytes, server);
        }
        done = done.wrapping_add(1);
        client.is_open()
    });
}

#[test]
fn the_threads_end_when_told_to() {
    let media = media(2);
    let mut clients = vec![Client::new(&media, 1)];
    until(&mut clients, "it connects", |client| client.is_open());
    let begun = Instant::now();
    media.stop();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let port = server(&media, Told::Udp).port();
    assert!(UdpSocket::bind((HERE, port)).is_ok(), "the port is free again");
    assert!(TcpStream::connect((HERE, port)).is_err(), "by TCP too");
}
