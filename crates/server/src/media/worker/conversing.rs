//! A worker's turn with its TCP connections: whose is it, what has come on it, and may it stay.

use std::ops::ControlFlow;
use std::time::Instant;

use sfu::address::TransportAddress;
use sfu::id::ShardId;

use super::super::inbox::Message;
use super::super::tcp::{Connection, Reading};
use super::super::udp::RECEIVE_BYTES;
use super::{Placed, Worker};

/// What becomes of a connection after its turn.
enum After {
    /// It stays; `more`: another turn is wanted at once.
    Stays { more: bool },
    /// Its peer lives on another worker, and it goes there.
    Moves(ShardId),
    /// It is closed.
    Ends,
}

impl Worker {
    /// Takes new connections, and gives each that has something to do one turn.
    pub(super) fn converse(&mut self, now: Instant) {
        self.tcp.accept(now);
        for index in self.tcp.take_ready() {
            let Some(mut connection) = self.tcp.lift(index) else {
                continue;
            };
            match self.turn(now, &mut connection) {
                After::Stays { more } => self.tcp.put_back(index, connection, more),
                After::Ends => self.tcp.let_go(index, &connection),
                After::Moves(to) => {
                    self.tcp.let_go(index, &connection);
                    if !self.inbox(to).post(Message::Connection(Box::new(connection))) {
                        self.counts.dropped("worker_behind", 1);
                    }
                }
            }
        }
    }

    fn turn(&mut self, now: Instant, connection: &mut Connection) -> After {
        if connection.resume().is_err() {
            return After::Ends;
        }
        let source = TransportAddress::tcp(connection.remote());
        let mut known = connection.is_proven();
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut leaves = None;
        let reading = connection.read(&mut buffer[..RECEIVE_BYTES], |datagram| {
            self.counts.received(datagram.len(), 1);
            let placed = self.place(now, source, datagram);
            known = known || self.shard.knows(source);
            leaves = match placed {
                Placed::Elsewhere(holder) if !known => Some(After::Moves(holder)),
                // The first word of a stranger names a peer of ours and shows its secret, or it was the last.
                _ if !known => Some(After::Ends),
                Placed::Here => None,
                Placed::Elsewhere(_) | Placed::Unknown | Placed::Nowhere => {
                    self.counts.dropped("unknown_peer", 1);
                    None
                }
            };
            match leaves {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        });
        self.buffer = buffer;
        connection.set_proven(known);
        leaves.unwrap_or(match reading {
            Reading::More => After::Stays { more: true },
            Reading::Done => After::Stays { more: false },
            Reading::Over => After::Ends,
        })
    }
}
