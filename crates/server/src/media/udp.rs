//! UDP sockets: several workers on one port, many datagrams in one call where the system can (GSO, GRO).

use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use sfu::shard::transmit::Run;
use socket2::{Domain, Protocol, Socket as Raw, Type};

/// Asked of the system for each direction: half a second of 60 Mbit/s; it may give less.
const BUFFER_BYTES: usize = 4 << 20;

/// With less than this for receiving, a burst of a large room is lost while a worker is busy.
const BUFFER_ENOUGH: usize = 1 << 20;

/// Buffers filled by one receive call; each may hold many datagrams of one client (GRO).
pub(super) const RECEIVE_BUFFERS: usize = 16;

/// The largest datagram, and the most the system joins into one buffer.
pub(super) const RECEIVE_BYTES: usize = 65_535;

/// Why media cannot be listened for, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Somebody else has the port.
    #[error("{protocol} {address} is used by another program; choose another port with --media-port")]
    InUse {
        /// UDP or TCP.
        protocol: &'static str,
        /// Which.
        address: SocketAddr,
    },
    /// Anything else.
    #[error("{protocol} {address} cannot be opened: {source}")]
    Failed {
        /// UDP or TCP.
        protocol: &'static str,
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// One socket of one worker.
#[derive(Debug)]
pub(super) struct Socket {
    socket: UdpSocket,
    state: UdpSocketState,
    /// Bound to all addresses: answers must name the address they come from.
    wildcard: bool,
    ipv4: bool,
    /// The system gave a receive buffer too small for large rooms.
    pub(super) small: bool,
    /// There may be something to receive.
    pub(super) readable: bool,
}

/// The sockets of all workers.
#[derive(Debug)]
pub(super) struct Opened {
    /// Where they listen.
    pub(super) addresses: Vec<SocketAddr>,
    /// By worker.
    pub(super) workers: Vec<Vec<Socket>>,
}

/// Opens `addresses` at `port` (0: any free one) once for each worker. An address of a family the machine does not
/// have is left out as long as another can be opened.
pub(super) fn open(addresses: &[IpAddr], port: u16, workers: usize) -> Result<Opened, OpenError> {
    let (mut opened, mut port, mut missing) = (Vec::new(), port, None);
    // Alone first: with SO_REUSEPORT a port that another Palabre uses would look free.
    let mut alone = Vec::new();
    for &ip in addresses {
        let address = SocketAddr::new(ip, port);
        match bind(address, false) {
            Ok(socket) => {
                let bound = socket.local_addr().map_err(|source| failed(address, source))?;
                port = bound.port();
                opened.push(bound);
                alone.push(socket);
            }
            Err(source) if source.kind() == ErrorKind::AddrInUse => return Err(failed(address, source)),
            Err(source) => missing = Some(failed(address, source)),
        }
    }
    match missing {
        Some(error) if opened.is_empty() => return Err(error),
        Some(error) => tracing::debug!(%error, "media is listened for on the other addresses only"),
        None => {}
    }
    drop(alone);

    let worker = |_| opened.iter().map(|&address| Socket::open(address)).collect();
    let workers = (0..workers).map(worker).collect::<Result<_, _>>()?;
    Ok(Opened {
        addresses: opened,
        workers,
    })
}

fn failed(address: SocketAddr, source: io::Error) -> OpenError {
    OpenError::of("UDP", address, source)
}

impl OpenError {
    /// What the system said about a port.
    pub(super) fn of(protocol: &'static str, address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::AddrInUse => Self::InUse { protocol, address },
            _ => Self::Failed {
                protocol,
                address,
                source,
            },
        }
    }
}

fn bind(address: SocketAddr, shared: bool) -> io::Result<UdpSocket> {
    let socket = Raw::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

impl Socket {
    fn open(address: SocketAddr) -> Result<Self, OpenError> {
        let failed = |source| failed(address, source);
        let socket = bind(address, true).map_err(failed)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket)).map_err(failed)?;
        let reference = UdpSockRef::from(&socket);
        // The system's own limit may be lower; it then gives what it has.
        let _ = state.set_recv_buffer_size(UdpSockRef::from(&socket), BUFFER_BYTES);
        let _ = state.set_send_buffer_size(UdpSockRef::from(&socket), BUFFER_BYTES);
        let small = state
            .recv_buffer_size(reference)
            .is_ok_and(|bytes| bytes < BUFFER_ENOUGH);
        Ok(Self {
            wildcard: address.ip().is_unspecified(),
            ipv4: address.is_ipv4(),
            socket,
            state,
            small,
            readable: true,
        })
    }

    /// For waiting.
    pub(super) fn descriptor(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// Whether this socket can send there.
    pub(super) fn reaches(&self, destination: SocketAddr) -> bool {
        self.ipv4 == destination.is_ipv4()
    }

    /// Datagrams sent in one call at most; 1: the system cannot cut runs.
    pub(super) fn segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    /// Fills buffers; how many, 0 when there is nothing (any more).
    pub(super) fn receive(&mut self, buffers: &mut [IoSliceMut<'_>], metas: &mut [RecvMeta]) -> usize {
        match self.state.recv(UdpSockRef::from(&self.socket), buffers, metas) {
            Ok(count) => count,
            Err(error) => {
                // Everything but "nothing there" is an error of some earlier send (a client's port is closed).
                self.readable = error.kind() != ErrorKind::WouldBlock;
                0
            }
        }
    }

    /// Sends a run from `source` (where its client sends to); the number of datagrams the system did not take,
    /// with the reason of the last.
    pub(super) fn send(&self, run: &Run, bytes: &[u8], source: Option<IpAddr>) -> (usize, Option<ErrorKind>) {
        let (mut refused, mut reason) = (0, None);
        let mut rest = bytes;
        while !rest.is_empty() {
            // Asked each time: it falls to one when the system turns out not to cut runs for this interface.
            let segments = self.segments().min(run.count).max(1);
            let (part, following) = rest.split_at(rest.len().min(run.segment_size * segments));
            let transmit = Transmit {
                destination: run.destination.address,
                ecn: None,
                contents: part,
                segment_size: (part.len() > run.segment_size).then_some(run.segment_size),
                src_ip: source.filter(|_| self.wildcard),
            };
            if let Err(error) = self.state.try_send(UdpSockRef::from(&self.socket), &transmit) {
                if segments > 1 && self.segments() == 1 {
                    continue;
                }
                refused += part.len().div_ceil(run.segment_size);
                reason = Some(error.kind());
            }
            rest = following;
        }
        (refused, reason)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use sfu::address::TransportAddress;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn a_port_in_use_is_an_error_that_says_what_to_do() {
        let taken = UdpSocket::bind((HERE, 0)).expect("some port is free");
        let address = taken.local_addr().expect("bound");
        let error = open(&[HERE], address.port(), 2)
            .expect_err("it is taken")
            .to_string();
        assert_eq!(
            error,
            format!("UDP {address} is used by another program; choose another port with --media-port")
        );
    }

    #[test]
    fn a_second_server_does_not_share_the_port_of_the_first() {
        let first = open(&[HERE], 0, 2).expect("some port is free");
        let port = first.addresses[0].port();
        assert!(matches!(open(&[HERE], port, 2), Err(OpenError::InUse { .. })));
    }

    #[test]
    fn all_workers_share_one_port_on_both_families() {
        let any = [
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
        ];
        let opened = open(&any, 0, 3).expect("some port is free");
        assert_eq!(opened.workers.len(), 3);
        assert!(
            opened
                .addresses
                .iter()
                .all(|address| address.port() == opened.addresses[0].port())
        );
    }

    #[test]
    fn an_address_that_is_not_ours_is_an_error_with_its_cause() {
        let error = open(&["192.0.2.1".parse().expect("an address")], 0, 1)
            .expect_err("not ours")
            .to_string();
        assert!(error.starts_with("UDP 192.0.2.1:0 cannot be opened: "), "{error}");
    }

    #[test]
    fn a_run_arrives_as_the_datagrams_it_is_made_of() {
        let mut opened = open(&[HERE], 0, 1).expect("some port is free");
        let client = UdpSocket::bind((HERE, 0)).expect("some port is free");
        client
            .set_read_timeout(Some(std::time::Duration::from_secs(5)))
            .expect("a socket option");
        let bytes: Vec<u8> = (0..250u8).collect();
        let destination = client.local_addr().expect("bound");
        let run = Run {
            destination: TransportAddress::udp(destination),
            start: 0,
            end: bytes.len(),
            segment_size: 100,
            count: 3,
        };
        let socket = &mut opened.workers[0][0];
        assert_eq!(socket.send(&run, &bytes, None), (0, None));
        let mut buffer = [0; 300];
        let mut received = || {
            client
                .recv(&mut buffer)
                .map(|length| buffer[..length].to_vec())
                .expect("arrives")
        };
        assert_eq!([received(), received(), received()].concat(), bytes);
    }
}
