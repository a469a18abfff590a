//! Where a request comes from and how its sender sees us, through a proxy on this machine or without one.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The network address of whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        Ok(Self(client(
            peer.unwrap_or(IpAddr::from([127, 0, 0, 1])),
            &parts.headers,
        )))
    }
}

/// A proxy is believed only when it is on this machine: anybody else could write what it likes.
fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !peer.to_canonical().is_loopback() {
        return peer;
    }
    let forwarded = headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    // The last entry is the one our proxy wrote itself.
    forwarded
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

/// Where browsers connect their LiveKit client: the public address, or the one this request was sent to.
pub fn seen_at(public_url: Option<&url::Url>, headers: &HeaderMap, listener: SocketAddr) -> String {
    if let Some(public) = public_url {
        let scheme = if public.scheme() == "https" { "wss" } else { "ws" };
        let rest = public.as_str().split_once("://").map_or("", |(_, rest)| rest);
        return format!("{scheme}://{}", rest.trim_end_matches('/'));
    }
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let secure = headers
        .get("x-forwarded-proto")
        .is_some_and(|value| value == "https");
    let scheme = if secure { "wss" } else { "ws" };
    match text(header::HOST).filter(|host| is_host(host)) {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{listener}"),
    }
}

fn is_host(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !text.is_empty() && text.len() <= 260 && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    value.parse().expect("ascii"),
                )
            })
            .collect()
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let forged = headers(&[("x-forwarded-for", "198.51.100.1, 192.0.2.9")]);
        let near = client([127, 0, 0, 1].into(), &forged);
        assert_eq!(near, IpAddr::from([192, 0, 2, 9]));
        let far = client([203, 0, 113, 5].into(), &forged);
        assert_eq!(far, IpAddr::from([203, 0, 113, 5]));
    }

    #[test]
    fn the_address_for_media_is_the_one_the_browser_uses() {
        let listener = "127.0.0.1:8080".parse().expect("an address");
        let none = HeaderMap::new();
        assert_eq!(seen_at(None, &none, listener), "ws://127.0.0.1:8080");
        assert_eq!(
            seen_at(None, &headers(&[("host", "localhost:8080")]), listener),
            "ws://localhost:8080"
        );
        assert_eq!(
            seen_at(None, &headers(&[("host", "evil/@x")]), listener),
            "ws://127.0.0.1:8080"
        );
        let public = "https://meet.example.org/".parse().expect("a url");
        assert_eq!(seen_at(Some(&public), &none, listener), "wss://meet.example.org");
        let deeper = "https://example.org/meet/".parse().expect("a url");
        assert_eq!(seen_at(Some(&deeper), &none, listener), "wss://example.org/meet");
    }
}
