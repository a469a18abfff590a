//! Takes connections and speaks HTTP/1.1 on them, by TLS or without, WebSockets included, until the server stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::uri::{PathAndQuery, Uri};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::proxies::Proxies;
use super::sender::Sender;
use crate::tls::{Accepted, Tls};

/// Connections at once. Further ones wait in the operating system's own queue.
const MAX_CONNECTIONS: usize = 16_384;

/// The head of a request. A LiveKit client's join has 2 to 3 KB of query, and 16 KB must be possible.
const MAX_HEAD: usize = 128 * 1024;

/// A client that has not sent the head of its request by then is cut off.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);

/// What a listener speaks, and what answers.
#[derive(Clone)]
pub enum Speaks {
    /// Http.
    Http(Router),
    /// Https; who speaks http nevertheless is answered by `plain`.
    Https {
        /// Does the handshakes.
        tls: Arc<Tls>,
        /// Answers by https.
        router: Router,
        /// Answers by http.
        plain: Router,
    },
}

/// Serves until `stop`, then lets answers under way finish for `patience`. What `proxies` say of senders is believed.
pub async fn serve(
    listener: TcpListener,
    speaks: Speaks,
    proxies: Arc<Proxies>,
    stop: CancellationToken,
    patience: Duration,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let open = TaskTracker::new();
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = places.clone().acquire_owned() => place.expect("the semaphore is never closed"),
        };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, mostly: waiting is all one can do.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        // Signalling messages are small and each is wanted now.
        let _ = stream.set_nodelay(true);
        let (speaks, proxies, stop) = (speaks.clone(), proxies.clone(), stop.clone());
        open.spawn(async move {
            let _place = place;
            let with = |router, tls| Conversation {
                peer,
                tls,
                router,
                proxies,
            };
            match speaks {
                Speaks::Http(router) => with(router, false).hold(stream, stop).await,
                Speaks::Https { tls, router, plain } => {
                    let accepted = tokio::select! {
                        () = stop.cancelled() => None,
                        accepted = tls.accept(stream) => accepted,
                    };
                    match accepted {
                        Some(Accepted::Secure(stream)) => with(router, true).hold(stream, stop).await,
                        Some(Accepted::Plain(stream)) => with(plain, false).hold(stream, stop).await,
                        None => {}
                    }
                }
            }
        });
    }
    drop(listener);
    open.close();
    if tokio::time::timeout(patience, open.wait()).await.is_err() {
        tracing::debug!("some connections were cut");
    }
}

/// One connection's requests.
struct Conversation {
    peer: SocketAddr,
    tls: bool,
    router: Router,
    proxies: Arc<Proxies>,
}

impl Conversation {
    /// Answers until either side ends it.
    async fn hold(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        stop: CancellationToken,
    ) {
        let peer = self.peer;
        let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            self.router.clone().oneshot(self.prepared(request))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::trace!(%peer, %error, "a connection ended early");
        }
    }

    fn prepared(&self, request: Request<hyper::body::Incoming>) -> Request<Body> {
        let mut request = request.map(Body::new);
        self.proxies.notice(self.peer.ip(), request.headers());
        let sender = Sender::of(self.peer.ip(), self.tls, request.headers(), &self.proxies);
        request.extensions_mut().insert(sender);
        // A client given an address with a slash at its end asks for `//rtc`.
        if let Some(path) = request.uri().path_and_query().map(PathAndQuery::as_str)
            && path.starts_with("//")
            && let Ok(uri) = format!("/{}", path.trim_start_matches('/')).parse::<Uri>()
        {
            *request.uri_mut() = uri;
        }
        request
    }
}
