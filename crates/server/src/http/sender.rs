//! Who sends a request and how it sees us: directly, through our own TLS, or through a proxy that is named.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use url::Url;

use super::proxies::Proxies;

/// Whoever asks, as far as can be believed. The listener puts it on every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its network address.
    pub address: IpAddr,
    /// It asked by https.
    secure: bool,
    /// The host it asked, with its port if it named one.
    host: Option<String>,
}

impl Sender {
    /// The sender of a request that came from `peer`, by our own TLS or not.
    pub fn of(peer: IpAddr, tls: bool, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let forwarded = proxies.heard_from(peer, headers);
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let (client, scheme, told_host) = match forwarded {
            Some(told) => (told.client, told.scheme, told.host),
            None => (None, None, None),
        };
        Self {
            address: client.unwrap_or(peer),
            secure: scheme.map_or(tls, |scheme| scheme == "https"),
            host: told_host.or(host.map(str::to_owned)).filter(|host| is_host(host)),
        }
    }

    /// The host it asked without the port.
    pub(super) fn host_name(&self) -> Option<&str> {
        let host = self.host.as_deref()?;
        let port = host
            .rfind(':')
            .filter(|&at| host[at + 1..].bytes().all(|byte| byte.is_ascii_digit()));
        let inside = host
            .rfind(']')
            .is_some_and(|bracket| port.is_some_and(|at| at < bracket));
        Some(port.filter(|_| !inside).map_or(host, |at| &host[..at]))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Sender {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| {
            let here = IpAddr::from(Ipv4Addr::LOCALHOST);
            Self::of(here, false, &parts.headers, &Proxies::default())
        }))
    }
}

/// Whether whoever sends this sees us by https, so that cookies may be `Secure`.
pub fn is_secure(public_url: Option<&Url>, sender: &Sender) -> bool {
    public_url.map_or(sender.secure, |public| public.scheme() == "https")
}

/// Whether browsers may be told to use https for this host from now on: only where https has its own port, for the
/// instruction would take other servers on this host along.
pub fn is_https_for_good(public_url: Option<&Url>, sender: &Sender) -> bool {
    let usual_port = match public_url {
        Some(public) => public.port().is_none(),
        None => sender.host.is_some() && sender.host.as_deref() == sender.host_name(),
    };
    usual_port && is_secure(public_url, sender)
}

/// Where browsers connect their LiveKit client: the public address, or the one this request was sent to.
pub fn seen_at(public_url: Option<&Url>, sender: &Sender, listener: SocketAddr) -> String {
    root(["ws", "wss"], public_url, sender, listener)
}

/// Where people open our pages, without a slash at the end: the public address, or the one this request was sent to.
pub fn page_root(public_url: Option<&Url>, sender: &Sender, listener: SocketAddr) -> String {
    root(["http", "https"], public_url, sender, listener)
}

/// Our root by one scheme or, where it is secure, the other.
fn root(
    [plain, secure]: [&str; 2],
    public_url: Option<&Url>,
    sender: &Sender,
    listener: SocketAddr,
) -> String {
    let scheme = match is_secure(public_url, sender) {
        true => secure,
        false => plain,
    };
    if let Some(public) = public_url {
        let rest = public.as_str().split_once("://").map_or("", |(_, rest)| rest);
        return format!("{scheme}://{}", rest.trim_end_matches('/'));
    }
    match &sender.host {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{listener}"),
    }
}

/// The origin of our pages as whoever sends this sees them.
pub fn origin(public_url: Option<&Url>, sender: &Sender, listener: SocketAddr) -> Url {
    let root = Url::parse(&page_root(public_url, sender, listener));
    let mut origin = root.unwrap_or_else(|_| {
        Url::parse(&format!("http://{listener}")).expect("a listener's address stands in a url")
    });
    origin.set_path("");
    origin
}

fn is_host(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !text.is_empty() && text.len() <= 260 && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().expect("ascii"));
        }
        map
    }

    fn sender(tls: bool, pairs: &[(&'static str, &str)]) -> Sender {
        let proxies = Proxies::new(&["10.0.0.1".parse().expect("a network")]);
        Sender::of([192, 0, 2, 7].into(), tls, &headers(pairs), &proxies)
    }

    fn forwarded(pairs: &[(&'static str, &str)]) -> Sender {
        let proxies = Proxies::new(&["10.0.0.1".parse().expect("a network")]);
        Sender::of([10, 0, 0, 1].into(), false, &headers(pairs), &proxies)
    }

    fn url(text: &str) -> Url {
        text.parse().expect("a url")
    }

    #[test]
    fn a_request_is_secure_by_our_own_tls_or_by_the_word_of_a_named_proxy() {
        let claims = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
        ];
        assert!(!is_secure(None, &sender(false, &[])));
        assert!(!is_secure(None, &sender(false, &claims)), "a stranger's word");
        assert!(is_secure(None, &sender(true, &[])));
        assert!(is_secure(None, &forwarded(&claims)));
        assert!(!is_secure(None, &forwarded(&[("x-forwarded-proto", "http")])));
        assert!(is_secure(
            Some(&url("https://meet.example.org/")),
            &sender(false, &[])
        ));
        assert!(!is_secure(
            Some(&url("http://meet.example.org/")),
            &sender(true, &[])
        ));
    }

    #[test]
    fn a_host_is_taken_for_https_for_good_only_at_the_usual_port() {
        let host = |host: &str| sender(true, &[("host", host)]);
        assert!(is_https_for_good(None, &host("meet.example.org")));
        assert!(is_https_for_good(None, &host("[2001:db8::1]")));
        assert!(!is_https_for_good(None, &host("meet.example.org:8443")));
        assert!(!is_https_for_good(None, &host("[2001:db8::1]:8443")));
        assert!(!is_https_for_good(
            None,
            &sender(false, &[("host", "meet.example.org")])
        ));
        assert!(is_https_for_good(
            Some(&url("https://meet.example.org")),
            &host("inside:8080")
        ));
        assert!(!is_https_for_good(
            Some(&url("https://meet.example.org:8443")),
            &host("meet.example.org")
        ));
    }

    #[test]
    fn the_address_for_media_is_the_one_the_browser_uses() {
        let listener = "127.0.0.1:8080".parse().expect("an address");
        let none = sender(false, &[]);
        let table = [
            (
                sender(false, &[("host", "localhost:8080")]),
                "ws://localhost:8080",
            ),
            (
                sender(true, &[("host", "192.0.2.1:8443")]),
                "wss://192.0.2.1:8443",
            ),
            (sender(false, &[("host", "evil/@x")]), "ws://127.0.0.1:8080"),
            (
                forwarded(&[
                    ("host", "inside:8080"),
                    ("x-forwarded-for", "198.51.100.1"),
                    ("x-forwarded-host", "meet.example.org"),
                    ("x-forwarded-proto", "https"),
                ]),
                "wss://meet.example.org",
            ),
            (none.clone(), "ws://127.0.0.1:8080"),
        ];
        for (sender, seen) in table {
            assert_eq!(seen_at(None, &sender, listener), seen, "{sender:?}");
        }
        let public = url("https://meet.example.org/");
        assert_eq!(seen_at(Some(&public), &none, listener), "wss://meet.example.org");
        assert_eq!(
            page_root(Some(&public), &none, listener),
            "https://meet.example.org"
        );
        assert_eq!(page_root(None, &none, listener), "http://127.0.0.1:8080");
        for (sender, origin_seen) in [
            (
                sender(false, &[("host", "localhost:8080")]),
                "http://localhost:8080/",
            ),
            (
                sender(true, &[("host", "192.0.2.1:8443")]),
                "https://192.0.2.1:8443/",
            ),
            (none.clone(), "http://127.0.0.1:8080/"),
        ] {
            assert_eq!(
                origin(None, &sender, listener).as_str(),
                origin_seen,
                "{sender:?}"
            );
        }
        let deeper = url("https://example.org/meet/");
        assert_eq!(
            origin(Some(&deeper), &none, listener).as_str(),
            "https://example.org/"
        );
        assert_eq!(seen_at(Some(&deeper), &none, listener), "wss://example.org/meet");
    }
}
