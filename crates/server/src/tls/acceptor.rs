//! The handshake of a new connection: bounded in time and number, so that whoever is slow at it hinders nobody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::presenter::{PROOF_PROTOCOL, Presenter};

/// A handshake is over by then: it takes two round trips, and a phone in a train has one of two seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Handshakes under way at once. Each holds some 20 KB; five hundred people who come in the same second take half of
/// them. When there is no place left the oldest gives way: an honest one is done long before it is the oldest.
const MAX_UNDER_WAY: usize = 1024;

/// The first byte of every handshake (RFC 8446 §5.1); no http request begins with it.
const HANDSHAKE: u8 = 22;

/// A connection, once it is known what it speaks.
pub(crate) enum Accepted {
    /// Https.
    Secure(Box<TlsStream<TcpStream>>),
    /// Http, where https is spoken: the address was typed without its scheme.
    Plain(TcpStream),
}

/// Does the handshakes of one listener.
pub(super) struct Acceptor {
    tls: TlsAcceptor,
    under_way: UnderWay,
}

impl Acceptor {
    pub(super) fn new(presenter: Arc<Presenter>) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for both versions")
            .with_no_client_auth()
            .with_cert_resolver(presenter);
        config.alpn_protocols = vec![b"http/1.1".to_vec(), PROOF_PROTOCOL.to_vec()];
        Self {
            tls: TlsAcceptor::from(Arc::new(config)),
            under_way: UnderWay::default(),
        }
    }

    /// Brings a connection to where requests can be read from it; `None` when it came to nothing.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<Accepted> {
        let (_place, given_up) = self.under_way.begin();
        tokio::select! {
            accepted = tokio::time::timeout(PATIENCE, self.handshake(stream)) => accepted.ok()?,
            _ = given_up => None,
        }
    }

    async fn handshake(&self, stream: TcpStream) -> Option<Accepted> {
        let mut first = [0];
        if stream.peek(&mut first).await.ok()? == 0 {
            return None;
        }
        if first[0] != HANDSHAKE {
            return Some(Accepted::Plain(stream));
        }
        let mut stream = self.tls.accept(stream).await.ok()?;
        if stream.get_ref().1.alpn_protocol() == Some(PROOF_PROTOCOL) {
            // The authority has seen what it came for.
            let _ = stream.shutdown().await;
            return None;
        }
        Some(Accepted::Secure(Box::new(stream)))
    }
}

/// Handshakes under way, the oldest first.
#[derive(Default)]
struct UnderWay(Mutex<Places>);

#[derive(Default)]
struct Places {
    next: u64,
    /// Dropping one tells its handshake to give way.
    taken: BTreeMap<u64, oneshot::Sender<()>>,
}

/// A handshake's place, free again when it is dropped.
struct Place<'a> {
    all: &'a UnderWay,
    number: u64,
}

impl UnderWay {
    /// A place, and what ends when it is wanted for another.
    fn begin(&self) -> (Place<'_>, oneshot::Receiver<()>) {
        let (taken, given_up) = oneshot::channel();
        let mut places = self.places();
        let number = places.next;
        places.next += 1;
        places.taken.insert(number, taken);
        if places.taken.len() > MAX_UNDER_WAY {
            places.taken.pop_first();
            metrics::counter!("palabre_tls_handshakes_given_up_total").increment(1);
        }
        (Place { all: self, number }, given_up)
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.all.places().taken.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_handshake_gives_way_when_there_is_no_place_left() {
        let under_way = UnderWay::default();
        let mut begun: Vec<_> = (0..MAX_UNDER_WAY).map(|_| under_way.begin()).collect();
        assert!(
            begun[0]
                .1
                .try_recv()
                .is_err_and(|error| error == oneshot::error::TryRecvError::Empty)
        );
        let (_place, mut newest) = under_way.begin();
        assert_eq!(begun[0].1.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(begun[1].1.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        assert_eq!(newest.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_is_given_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("some port is free");
        let address = listener.local_addr().expect("bound");
        for said in [&[][..], &[HANDSHAKE, 3]] {
            let mut client = TcpStream::connect(address).await.expect("connects");
            client.write_all(said).await.expect("writes");
            let (stream, _) = listener.accept().await.expect("a connection");
            let acceptor = Acceptor::new(Arc::default());
            let began = tokio::time::Instant::now();
            assert!(acceptor.accept(stream).await.is_none());
            assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs());
        }
    }

    #[test]
    fn a_place_is_free_again_when_its_handshake_is_over() {
        let under_way = UnderWay::default();
        let (first, mut given_up) = under_way.begin();
        for _ in 0..2 * MAX_UNDER_WAY {
            drop(under_way.begin());
        }
        assert_eq!(given_up.try_recv(), Err(oneshot::error::TryRecvError::Empty));
        drop(first);
        assert!(under_way.places().taken.is_empty());
    }
}
