//! Bytes that a connection could not take yet, bounded: what is late in a call is worth less than what comes after.

use std::collections::VecDeque;
use std::io::{self, IoSlice, Write};

use sfu::framing;

/// What may wait: half a second of 1 Mbit/s, or the rest of a large key frame. The system holds little beside it
/// ([`super::connection::UNSENT_BYTES`]). What does not fit is lost as on any network that is full, and congestion
/// control sees it.
pub(super) const MAX_MEDIA: usize = 64 << 10;

/// What may wait in all: handshakes, checks and messages are few, and without them there is no call.
pub(super) const MAX_ALL: usize = MAX_MEDIA + (32 << 10);

/// The first byte of media and its reports is at least this (RFC 7983 §7).
const MEDIA: u8 = 128;

/// Whole datagrams behind their lengths, but for the first, which may have been begun.
#[derive(Debug, Default)]
pub(super) struct Backlog(VecDeque<u8>);

impl Backlog {
    /// Nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes that wait.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Has a datagram wait; false when there is no room for it.
    pub(super) fn admit(&mut self, datagram: &[u8]) -> bool {
        let room = match datagram.first() {
            Some(&first) if first >= MEDIA => MAX_MEDIA,
            _ => MAX_ALL,
        };
        let Some(header) = framing::header(datagram) else {
            return false;
        };
        if self.0.len() + framing::HEADER + datagram.len() > room {
            return false;
        }
        self.0.extend(&header);
        self.0.extend(datagram);
        true
    }

    /// Keeps what is left of a datagram that was begun: without it nothing behind could be read.
    pub(super) fn finish(&mut self, left: &[u8]) {
        self.0.extend(left);
    }

    /// Writes what the connection takes.
    pub(super) fn write_to(&mut self, mut connection: impl Write) -> io::Result<()> {
        while !self.0.is_empty() {
            let (front, back) = self.0.as_slices();
            match connection.write_vectored(&[IoSlice::new(front), IoSlice::new(back)]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => drop(self.0.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_that_does_not_fit_is_refused_and_handshakes_still_find_room() {
        let mut backlog = Backlog::default();
        let (media, handshake) = ([MEDIA; 1200], [22; 1200]);
        let mut waiting = 0;
        while backlog.admit(&media) {
            waiting += framing::HEADER + media.len();
        }
        assert!(waiting <= MAX_MEDIA && waiting + 1500 > MAX_MEDIA);
        assert!(backlog.admit(&handshake));
        while backlog.admit(&handshake) {}
        assert!(backlog.0.len() <= MAX_ALL);
    }

    #[test]
    fn what_waits_is_written_in_order_as_the_connection_takes_it() {
        let mut backlog = Backlog::default();
        backlog.finish(&[9, 9]);
        assert!(backlog.admit(&[1, 2, 3]));
        let mut narrow = [0; 4];
        assert!(backlog.write_to(&mut narrow[..]).is_err(), "it takes no more");
        let mut rest = Vec::new();
        backlog.write_to(&mut rest).expect("takes everything");
        assert_eq!([&narrow[..], &rest].concat(), [9, 9, 0, 3, 1, 2, 3]);
        assert!(backlog.is_empty());
    }
}
