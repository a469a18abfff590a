//! The queue between a room and one signalling socket.

use sfu::signal::{DisconnectReason, Response};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Responses that may wait for one socket. A join into a full room brings a few dozen; a client that leaves more
/// than this unread is gone or hostile, and its socket is closed.
pub const SOCKET_QUEUE: usize = 512;

/// From a room to a socket.
#[derive(Debug)]
pub enum ToSocket {
    /// Say this.
    Response(Box<Response>),
    /// This join or resume is not possible: say so, then close.
    Refused(DisconnectReason),
    /// Close after what was said before.
    Close,
}

/// The room's end.
#[derive(Clone, Debug)]
pub struct SocketHandle {
    /// Which socket.
    pub id: u64,
    sender: mpsc::Sender<ToSocket>,
    cut: CancellationToken,
}

/// The socket's end.
#[derive(Debug)]
pub struct SocketOutlet {
    receiver: mpsc::Receiver<ToSocket>,
    cut: CancellationToken,
}

/// A queue for the socket `id`.
pub fn socket_queue(id: u64) -> (SocketHandle, SocketOutlet) {
    let (sender, receiver) = mpsc::channel(SOCKET_QUEUE);
    let cut = CancellationToken::new();
    (
        SocketHandle {
            id,
            sender,
            cut: cut.clone(),
        },
        SocketOutlet { receiver, cut },
    )
}

impl SocketHandle {
    /// Queues a message; when the client has left too many unread its socket is cut, and false is answered.
    pub fn send(&self, message: ToSocket) -> bool {
        match self.sender.try_send(message) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!("palabre_slow_sockets_total").increment(1);
                self.cut.cancel();
                false
            }
        }
    }
}

impl SocketOutlet {
    /// The next message; `None` when the room is gone.
    pub async fn next(&mut self) -> Option<ToSocket> {
        self.receiver.recv().await
    }

    /// Ends when the socket is to be cut off at once.
    pub fn cut(&self) -> CancellationToken {
        self.cut.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_that_does_not_read_is_cut_off() {
        let (handle, outlet) = socket_queue(1);
        for _ in 0..SOCKET_QUEUE {
            assert!(handle.send(ToSocket::Close));
        }
        assert!(!outlet.cut().is_cancelled());
        assert!(!handle.send(ToSocket::Close));
        assert!(outlet.cut().is_cancelled());
    }
}
