//! One TCP connection of a client: datagrams behind their lengths, both ways, never waiting.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::ControlFlow;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Instant;

use sfu::framing::{self, Frames};
use sfu::shard::transmit::MAX_SEGMENTS;
use socket2::SockRef;

use super::backlog::Backlog;

/// What the system may hold that it has not sent yet: media that waits there is late and cannot be taken back. Enough
/// to keep the way full between two turns of a worker.
pub(super) const UNSENT_BYTES: u32 = 16 << 10;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    pub(super) remote: SocketAddr,
    pub(super) opened: Instant,
    pub(super) proven: bool,
    /// It is on its worker's list of those with something to read or write.
    pub(super) ready: bool,
    frames: Frames,
    backlog: Backlog,
}

/// What became of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// There may be more.
    More,
    /// Nothing more for now.
    Done,
    /// It is closed or of no use.
    Over,
}

impl Connection {
    /// Takes over a connection that was accepted.
    pub(super) fn new(stream: TcpStream, remote: SocketAddr, now: Instant) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        // Each datagram is wanted now.
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_BYTES)?;
        Ok(Self {
            stream,
            remote,
            opened: now,
            proven: false,
            ready: false,
            frames: Frames::default(),
            backlog: Backlog::default(),
        })
    }

    /// The client's end.
    pub(crate) fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// A peer showed its secret on it.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }

    /// See [`Connection::is_proven`].
    pub(crate) fn set_proven(&mut self, proven: bool) {
        self.proven = proven;
    }

    /// For waiting.
    pub(super) fn descriptor(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// Reads into `buffer` once and gives `take` the datagrams that are whole.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        take: impl FnMut(&mut [u8]) -> ControlFlow<()>,
    ) -> Reading {
        let (length, reading) = match self.stream.read(buffer) {
            Ok(0) => return Reading::Over,
            Ok(length) => (length, Reading::More),
            Err(error) if error.kind() == ErrorKind::Interrupted => (0, Reading::More),
            Err(error) if error.kind() == ErrorKind::WouldBlock => (0, Reading::Done),
            Err(_) => return Reading::Over,
        };
        match self.frames.push(&mut buffer[..length], take) {
            Ok(()) => reading,
            Err(framing::Unframed) => Reading::Over,
        }
    }

    /// The system takes bytes again.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        match self.backlog.write_to(&self.stream) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            other => other,
        }
    }

    /// Sends a run of datagrams of `segment` bytes each (the last may be shorter); how many had no room.
    pub(super) fn send(&mut self, run: &[u8], segment: usize) -> io::Result<usize> {
        let mut sent = match self.backlog.is_empty() {
            true => self.write(run, segment)?,
            false => 0,
        };
        let mut refused = 0;
        for datagram in run.chunks(segment) {
            let length = framing::HEADER + datagram.len();
            if sent >= length {
                sent -= length;
            } else if sent > 0 {
                let (of_header, of_datagram) =
                    (sent.min(framing::HEADER), sent.saturating_sub(framing::HEADER));
                self.backlog.finish(&header(datagram)[of_header..]);
                self.backlog.finish(&datagram[of_datagram..]);
                sent = 0;
            } else if !self.backlog.admit(datagram) {
                refused += 1;
            }
        }
        Ok(refused)
    }

    /// Hands the system as much of a run as it takes, without a copy of ours; how many bytes, lengths included.
    fn write(&mut self, run: &[u8], segment: usize) -> io::Result<usize> {
        let mut headers = [[0; framing::HEADER]; MAX_SEGMENTS];
        let mut slices = [IoSlice::new(&[]); 2 * MAX_SEGMENTS];
        for (header_of, datagram) in headers.iter_mut().zip(run.chunks(segment)) {
            *header_of = header(datagram);
        }
        let mut used = 0;
        for (header, datagram) in headers.iter().zip(run.chunks(segment)) {
            slices[used] = IoSlice::new(header);
            slices[used + 1] = IoSlice::new(datagram);
            used += 2;
        }
        match self.stream.write_vectored(&slices[..used]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
            other => other,
        }
    }
}

fn header(datagram: &[u8]) -> [u8; framing::HEADER] {
    framing::header(datagram).expect("a run has at most 64 000 bytes")
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::super::backlog::MAX_ALL;
    use super::*;

    fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (stream, remote) = listener.accept().expect("a connection");
        let connection = Connection::new(stream, remote, Instant::now()).expect("socket options");
        (connection, client)
    }

    /// What a client that reads everything gets.
    fn received(client: &mut TcpStream, frames: &mut Frames, into: &mut Vec<Vec<u8>>) {
        let mut buffer = [0; 30_000];
        let length = client.read(&mut buffer).expect("something comes");
        let pushed = frames.push(&mut buffer[..length], |datagram| {
            into.push(datagram.to_vec());
            ControlFlow::Continue(())
        });
        pushed.expect("well framed");
    }

    #[test]
    fn a_client_that_does_not_read_loses_media_and_gets_the_rest_whole_and_in_order() {
        let (mut connection, mut client) = pair();
        let (mut sent, mut refused) = (0u32, 0);
        // Until the system's own buffers are full too.
        while refused < 1000 {
            let run: Vec<u8> = (0..10)
                .flat_map(|_| {
                    sent += 1;
                    [&[128; 4][..], &sent.to_be_bytes(), &[0; 1000]].concat()
                })
                .collect();
            refused += connection.send(&run, 1008).expect("the client is there");
        }
        assert!(connection.backlog.len() <= MAX_ALL);
        let (mut frames, mut got) = (Frames::default(), Vec::new());
        let wanted = sent as usize - refused;
        while got.len() < wanted {
            received(&mut client, &mut frames, &mut got);
            connection.resume().expect("the client is there");
        }
        let numbers: Vec<_> = got
            .iter()
            .map(|datagram| u32::from_be_bytes([datagram[4], datagram[5], datagram[6], datagram[7]]))
            .collect();
        assert_eq!(numbers.len(), wanted);
        assert!(numbers.is_sorted() && got.iter().all(|datagram| datagram.len() == 1008));
    }

    #[test]
    fn a_run_arrives_as_the_datagrams_it_is_made_of() {
        let (mut connection, mut client) = pair();
        let run: Vec<u8> = (0..250u8).collect();
        assert_eq!(connection.send(&run, 100).expect("the client is there"), 0);
        let (mut frames, mut got) = (Frames::default(), Vec::new());
        while got.len() < 3 {
            received(&mut client, &mut frames, &mut got);
        }
        assert_eq!(got, [&run[..100], &run[100..200], &run[200..]]);
    }

    #[test]
    fn a_closed_connection_is_over() {
        let (mut connection, client) = pair();
        let mut buffer = [0; 100];
        let mut read =
            |connection: &mut Connection| connection.read(&mut buffer, |_| ControlFlow::Continue(()));
        assert_eq!(read(&mut connection), Reading::Done);
        drop(client);
        assert_eq!(read(&mut connection), Reading::Over);
    }
}
