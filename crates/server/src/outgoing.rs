//! Requests to addresses that others name: never into this machine's own network by the way, bounded in size and time.
//!
//! An administrator types one host (of a sign-in service, say), which may well be inside the same network. What that
//! host then names by itself must be reachable by everybody: its documents cannot point our requests at a neighbour.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, Response};
use meetings::reach::{Reach, reach};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// A whole exchange takes this long at most: somebody waits before their screen.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer that is read: documents of sign-in services have some kilobytes, lists of keys some tens.
const MAX_ANSWER: usize = 512 * 1024;

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Outgoing {
    client: reqwest::Client,
    typed: Arc<str>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The address is none we send requests to.
    #[error("requests to {0} are not sent: it is inside a network of its own")]
    Inside(String),
    /// It must be encrypted on its way.
    #[error("requests to {0} are not sent without encryption")]
    Unencrypted(String),
    /// No answer, or one that stops.
    #[error("{host} does not answer: {reason}")]
    Silent {
        /// Who.
        host: String,
        /// What the network said.
        reason: String,
    },
    /// More than is read.
    #[error("the answer of {0} is too long")]
    TooLong(String),
}

impl Outgoing {
    /// For a host that somebody with the right to do so has typed.
    pub fn to(typed: &Url) -> Self {
        let typed: Arc<str> = typed.host_str().unwrap_or_default().into();
        let host = typed.clone();
        let client = guarded(move |name, address| may_reach(address, *name == *host))
            .timeout(PATIENCE)
            .build()
            .expect("a client without certificates of its own can be made");
        Self { client, typed }
    }

    /// Sends one, and reads the answer. Redirections are answers too.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutgoingError> {
        let address = request.uri().to_string();
        let url = Url::parse(&address).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or("?").to_owned();
        let silent = |error: &dyn fmt::Display| OutgoingError::Silent {
            host: host.clone(),
            reason: error.to_string(),
        };
        let Some(url) = url else {
            return Err(silent(&"it is no address"));
        };
        self.check(&url)?;
        let request = reqwest::Request::try_from(request).map_err(|error| silent(&error))?;
        let answer = self.client.execute(request).await;
        let mut answer = answer.map_err(|error| silent(&said(&error)))?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| silent(&said(&error)))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(OutgoingError::TooLong(host));
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(|error| silent(&error))
    }

    /// What can be said of an address before it is looked up. Numbers are not looked up at all.
    fn check(&self, url: &Url) -> Result<(), OutgoingError> {
        let host = url.host_str().unwrap_or_default();
        let typed = *host == *self.typed;
        let address = number(url);
        if address.is_some_and(|address| !may_reach(address, typed)) {
            return Err(OutgoingError::Inside(host.to_owned()));
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if typed && url.host().is_some_and(is_this_machine) => Ok(()),
            _ => Err(OutgoingError::Unencrypted(host.to_owned())),
        }
    }
}

/// Whether a host is the machine that asks, by whatever name it is called.
pub fn is_this_machine<S: AsRef<str>>(host: Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Whether a request may go there. `inside`: also into this machine's own network, as when an administrator typed the
/// host.
pub fn may_reach(address: IpAddr, inside: bool) -> bool {
    match reach(address) {
        Reach::Link => false,
        Reach::Inside => inside,
        Reach::Everywhere => true,
    }
}

/// A client that is led nowhere else by redirections or proxies, and asks only addresses of which `may` says that the
/// host it is given may lead there. Whoever owns a name may have it lead elsewhere between a look and a request: it is
/// looked up for the request itself. Numbers are not looked up: see [`number`].
pub fn guarded(may: impl Fn(&str, IpAddr) -> bool + Send + Sync + 'static) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .dns_resolver(Arc::new(Guard { may: Arc::new(may) }))
        .no_proxy()
}

/// The address that is written out in place of a name.
pub fn number(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

/// The innermost reason, which says something; those around it repeat the address.
pub fn root(error: &reqwest::Error) -> &(dyn Error + 'static) {
    let mut inner: &(dyn Error + 'static) = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner
}

/// Says whether a host may lead to an address.
type May = dyn Fn(&str, IpAddr) -> bool + Send + Sync;

/// Looks names up, and forgets the addresses that may not be reached.
struct Guard {
    may: Arc<May>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let may = self.may.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let reachable: Vec<SocketAddr> = found.filter(|one| may(name.as_str(), one.ip())).collect();
            if reachable.is_empty() {
                return Err(OutgoingError::Inside(name.as_str().to_owned()).into());
            }
            Ok(Box::new(reachable.into_iter()) as Addrs)
        })
    }
}

fn said(error: &reqwest::Error) -> String {
    match error.is_timeout() {
        true => format!("nothing within {} s", PATIENCE.as_secs()),
        false => root(error).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(typed: &str) -> Outgoing {
        Outgoing::to(&typed.parse().expect("a url"))
    }

    async fn refusal(typed: &str, url: &str) -> Option<OutgoingError> {
        let request = Request::get(url).body(Vec::new()).expect("a request");
        outgoing(typed).send(request).await.err()
    }

    #[test]
    fn what_a_document_names_is_reached_from_outside_only() {
        for (address, by_others, typed) in [
            ("203.0.113.7", true, true),
            ("10.1.2.3", false, true),
            ("169.254.169.254", false, false),
        ] {
            let parsed = address.parse().expect("an address");
            assert_eq!(may_reach(parsed, false), by_others, "{address}");
            assert_eq!(may_reach(parsed, true), typed, "{address}, typed");
        }
    }

    #[tokio::test]
    async fn names_and_numbers_that_lead_inside_are_refused() {
        let issuer = "https://id.example.org";
        for url in [
            "https://127.0.0.1/keys",
            "https://localhost/keys",
            "https://[::1]/keys",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
        ] {
            let refused = refusal(issuer, url).await.expect(url).to_string();
            assert!(refused.contains("network of its own"), "{url} {refused}");
        }
        for url in [
            "http://id.example.org/keys",
            "ftp://id.example.org/keys",
            "http://localhost/keys",
        ] {
            assert!(refusal(issuer, url).await.is_some(), "{url}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_does_not_end_is_cut() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let flood = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut asked = [0; 1024];
            let _ = socket.read(&mut asked).await;
            let _ = socket
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
                .await;
            while socket.write_all(&[b' '; 4096]).await.is_ok() {}
        });
        let url = format!("http://{address}/");
        let refused = refusal(&url, &url).await;
        assert!(matches!(refused, Some(OutgoingError::TooLong(_))), "{refused:?}");
        flood.await.expect("ends when nobody reads");
    }
}
