//! TCP beside UDP, on the same port, for clients whose networks let no UDP pass: they connect, we answer (RFC 6544).
//!
//! A connection belongs to the worker that holds its peer: the first datagram on it says which. Until a peer has shown
//! its secret on it, it is a stranger's.

mod backlog;
mod connection;

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use sfu::shard::transmit::Run;
use socket2::{Domain, Protocol, Socket as Raw, Type};

use super::udp::OpenError;
pub(super) use connection::{Connection, Reading};

/// Strangers at once on each worker; when there is one more, the one that has been here longest goes. A client shows
/// its secret in its first datagram, a round trip after it connected.
const MAX_STRANGERS: usize = 256;

/// A stranger goes after this.
const STRANGERS_STAY: Duration = Duration::from_secs(10);

/// Connections are looked through this often: strangers that stayed too long, and those that no peer is on any more.
const SWEPT_EVERY: Duration = Duration::from_secs(1);

/// Connections taken in one turn, so that a flood of them does not hold up packets.
const TAKEN_AT_ONCE: usize = 16;

/// Connections the system keeps until they are taken.
const BACKLOG: i32 = 128;

/// The TCP side of one worker.
pub(super) struct Tcp {
    listeners: Vec<Listener>,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    by_remote: HashMap<SocketAddr, usize>,
    /// Connections with something to read or write.
    ready: Vec<usize>,
    registry: Registry,
    /// What its sockets are called where events come from: this and all above, listeners first.
    first_token: usize,
    swept: Instant,
}

#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    /// Somebody may have come.
    readable: bool,
}

/// Listens at `addresses`, those of UDP, once for each worker.
pub(super) fn open(addresses: &[SocketAddr], workers: usize) -> Result<Vec<Vec<Listener>>, OpenError> {
    // Alone first: with SO_REUSEPORT a port that another Palabre uses would look free.
    for &address in addresses {
        bind(address, false).map_err(|source| OpenError::of("TCP", address, source))?;
    }
    let worker = |_| {
        let listeners = addresses.iter().map(|&address| match bind(address, true) {
            Ok(socket) => Ok(Listener {
                socket,
                readable: true,
            }),
            Err(source) => Err(OpenError::of("TCP", address, source)),
        });
        listeners.collect()
    };
    (0..workers).map(worker).collect()
}

fn bind(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Raw::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Connections of before this start that are not quite gone do not hinder it.
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl Tcp {
    /// `registry` says when something happens on sockets; tokens from `first_token` on are for ours.
    pub(super) fn new(
        listeners: Vec<Listener>,
        registry: Registry,
        first_token: usize,
        now: Instant,
    ) -> io::Result<Self> {
        for (index, listener) in listeners.iter().enumerate() {
            let descriptor = listener.socket.as_raw_fd();
            let token = Token(first_token + index);
            registry.register(&mut SourceFd(&descriptor), token, Interest::READABLE)?;
        }
        Ok(Self {
            first_token,
            listeners,
            connections: Vec::new(),
            free: Vec::new(),
            by_remote: HashMap::new(),
            ready: Vec::new(),
            registry,
            swept: now,
        })
    }

    /// Something happened on a socket of ours.
    pub(super) fn happened(&mut self, token: Token) {
        let Some(index) = token.0.checked_sub(self.first_token) else {
            return;
        };
        match self.listeners.get_mut(index) {
            Some(listener) => listener.readable = true,
            None => self.get_ready(index - self.listeners.len()),
        }
    }

    /// There is something to do without waiting.
    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty() || self.listeners.iter().any(|listener| listener.readable)
    }

    /// Takes connections that wait.
    pub(super) fn accept(&mut self, now: Instant) {
        for at in 0..self.listeners.len() {
            for _ in 0..TAKEN_AT_ONCE {
                if !self.listeners[at].readable {
                    break;
                }
                let accepted = self.listeners[at].socket.accept();
                match accepted.and_then(|(stream, remote)| Connection::new(stream, remote, now)) {
                    Ok(connection) => self.adopt(connection),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        self.listeners[at].readable = false
                    }
                    Err(error) => {
                        // Out of descriptors, or it went before it was taken: looked at again at the next sweep.
                        tracing::debug!(%error, "a media connection could not be taken");
                        self.listeners[at].readable = false;
                    }
                }
            }
        }
    }

    /// A connection is of this worker from now on: a new one, or one that was another's.
    pub(super) fn adopt(&mut self, connection: Connection) {
        let strangers = self.connections.iter().flatten().filter(|known| !known.proven);
        if !connection.proven && strangers.count() >= MAX_STRANGERS {
            self.send_oldest_stranger_away();
        }
        let index = self.free.pop().unwrap_or_else(|| {
            self.connections.push(None);
            self.connections.len() - 1
        });
        let token = Token(self.first_token + self.listeners.len() + index);
        let both = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = self
            .registry
            .register(&mut SourceFd(&connection.descriptor()), token, both)
        {
            tracing::debug!(%error, "a media connection could not be waited for");
            self.free.push(index);
            return;
        }
        self.by_remote.insert(connection.remote, index);
        self.connections[index] = Some(connection);
        self.get_ready(index);
    }

    fn send_oldest_stranger_away(&mut self) {
        let strangers = self.connections.iter().enumerate().filter_map(|(index, known)| {
            let known = known.as_ref().filter(|known| !known.proven)?;
            Some((known.opened, index))
        });
        if let Some((_, index)) = strangers.min() {
            self.remove(index);
        }
    }

    /// Those that have something to do; each is to be lifted, or is gone.
    pub(super) fn take_ready(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.ready)
    }

    /// Takes a connection in hand for its turn; it is put back afterwards, or let go.
    pub(super) fn lift(&mut self, index: usize) -> Option<Connection> {
        let mut connection = self.connections.get_mut(index)?.take()?;
        connection.ready = false;
        Some(connection)
    }

    /// Its turn is over; `more`: it wants another.
    pub(super) fn put_back(&mut self, index: usize, connection: Connection, more: bool) {
        self.connections[index] = Some(connection);
        if more {
            self.get_ready(index);
        }
    }

    /// It is closed when it is dropped, or another worker's from now on.
    pub(super) fn let_go(&mut self, index: usize, connection: &Connection) {
        let _ = self.registry.deregister(&mut SourceFd(&connection.descriptor()));
        if self.by_remote.get(&connection.remote) == Some(&index) {
            self.by_remote.remove(&connection.remote);
        }
        self.free.push(index);
    }

    /// Sends a run; the number of datagrams that were not taken, with the reason.
    pub(super) fn send(
        &mut self,
        remote: SocketAddr,
        run: &Run,
        bytes: &[u8],
    ) -> Option<(usize, &'static str)> {
        let index = self.by_remote.get(&remote).copied();
        let Some((index, connection)) = index.and_then(|at| Some((at, self.connections[at].as_mut()?)))
        else {
            return Some((run.count, "no_connection"));
        };
        match connection.send(bytes, run.segment_size) {
            Ok(0) => None,
            Ok(refused) => Some((refused, "connection_behind")),
            Err(_) => {
                self.remove(index);
                Some((run.count, "no_connection"))
            }
        }
    }

    /// Now and then: sends strangers away that stayed too long, and closes connections that no peer is on any more.
    pub(super) fn sweep(&mut self, now: Instant, is_known: impl Fn(SocketAddr) -> bool) {
        if now.saturating_duration_since(self.swept) < SWEPT_EVERY {
            return;
        }
        self.swept = now;
        for index in 0..self.connections.len() {
            let over = self.connections[index]
                .as_ref()
                .is_some_and(|connection| match connection.proven {
                    true => !is_known(connection.remote),
                    false => now.saturating_duration_since(connection.opened) >= STRANGERS_STAY,
                });
            if over {
                self.remove(index);
            }
        }
        self.listeners
            .iter_mut()
            .for_each(|listener| listener.readable = true);
    }

    /// Closes all.
    pub(super) fn clear(&mut self) {
        (0..self.connections.len()).for_each(|index| self.remove(index));
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.connections.iter().flatten().count()
    }

    fn remove(&mut self, index: usize) {
        if let Some(connection) = self.connections[index].take() {
            self.let_go(index, &connection);
        }
    }

    fn get_ready(&mut self, index: usize) {
        if let Some(connection) = self.connections.get_mut(index).and_then(Option::as_mut)
            && !connection.ready
        {
            connection.ready = true;
            self.ready.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{IpAddr, Ipv4Addr, TcpStream};

    use mio::Poll;

    use super::*;

    const HERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    /// The TCP side of a worker, where it listens, and a moment.
    fn tcp() -> (Tcp, SocketAddr, Instant) {
        let now = Instant::now();
        let listeners = open(&[HERE], 1).expect("some port is free").remove(0);
        let address = listeners[0].socket.local_addr().expect("bound");
        let registry = Poll::new()
            .and_then(|poll| poll.registry().try_clone())
            .expect("a registry");
        (
            Tcp::new(listeners, registry, 0, now).expect("a registry"),
            address,
            now,
        )
    }

    /// Somebody who connected and says nothing.
    fn stranger(tcp: &mut Tcp, address: SocketAddr, now: Instant) -> TcpStream {
        let stream = TcpStream::connect(address).expect("connects");
        let remote = stream.local_addr().expect("bound");
        while !tcp.by_remote.contains_key(&remote) {
            tcp.happened(Token(0));
            tcp.accept(now);
        }
        stream
    }

    fn is_closed(stream: &mut TcpStream) -> bool {
        stream.set_nonblocking(true).expect("a socket option");
        matches!(stream.read(&mut [0]), Ok(0))
    }

    #[test]
    fn a_port_in_use_is_an_error_that_says_what_to_do() {
        let taken = TcpListener::bind(HERE).expect("some port is free");
        let address = taken.local_addr().expect("bound");
        let error = open(&[address], 2).expect_err("it is taken").to_string();
        assert_eq!(
            error,
            format!("TCP {address} is used by another program; choose another port with --media-port")
        );
    }

    #[test]
    fn a_stranger_goes_after_a_while_and_a_known_client_when_its_peer_does() {
        let (mut tcp, address, now) = tcp();
        let mut silent = stranger(&mut tcp, address, now);
        let mut known = stranger(&mut tcp, address, now);
        let known_at = known.local_addr().expect("bound");
        let index = tcp.by_remote[&known_at];
        let mut connection = tcp.lift(index).expect("is there");
        connection.set_proven(true);
        tcp.put_back(index, connection, false);

        tcp.sweep(now + STRANGERS_STAY - Duration::from_millis(1), |_| true);
        assert_eq!(tcp.len(), 2);
        tcp.sweep(now + STRANGERS_STAY + SWEPT_EVERY, |_| true);
        assert!(is_closed(&mut silent) && !is_closed(&mut known));
        tcp.sweep(now + STRANGERS_STAY + 2 * SWEPT_EVERY, |_| false);
        assert!(is_closed(&mut known));
        assert!(tcp.by_remote.is_empty());
    }

    #[test]
    fn the_stranger_who_has_been_here_longest_makes_room() {
        let (mut tcp, address, now) = tcp();
        let mut strangers: Vec<_> = (0..=MAX_STRANGERS as u64)
            .map(|number| stranger(&mut tcp, address, now + Duration::from_millis(number)))
            .collect();
        assert_eq!(tcp.len(), MAX_STRANGERS);
        let gone: Vec<_> = strangers.iter_mut().map(is_closed).collect();
        assert!(gone[0] && !gone[1..].contains(&true));
    }
}
