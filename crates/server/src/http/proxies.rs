//! Who stands between us and browsers: the proxies that are named, and what their headers say of who really asks.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Entries of a forwarding header that are read, nearest first: nobody has more proxies in a row.
const MAX_HOPS: usize = 16;

/// A network of the settings: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text that is no network.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is neither an IP address nor a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |_| NotANetwork(text.to_owned());
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Self(address.to_canonical().into())),
            Err(_) => text.parse::<IpNet>().map(|net| Self(net.trunc())).map_err(wrong),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The proxies whose word is believed.
#[derive(Debug, Default)]
pub struct Proxies {
    named: Vec<Network>,
    /// Somebody nearby who is not named spoke as proxies do, and the log says so.
    noticed: AtomicBool,
}

/// What believed proxies say of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forwarded {
    /// Whoever the farthest believed proxy heard the request from.
    pub(super) client: Option<IpAddr>,
    /// `http` or `https`, as the client asked.
    pub(super) scheme: Option<String>,
    /// The host the client asked.
    pub(super) host: Option<String>,
}

impl Proxies {
    /// Those of the settings; nobody else is believed, on this machine neither.
    pub fn new(named: &[Network]) -> Self {
        Self {
            named: named.to_vec(),
            noticed: AtomicBool::new(false),
        }
    }

    /// Whether this address is one of them.
    pub fn include(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.named.iter().any(|network| network.0.contains(&address))
    }

    /// Says in the log, once, that somebody on this machine or its network speaks as a proxy does and is not believed.
    pub(super) fn notice(&self, peer: IpAddr, headers: &HeaderMap) {
        let speaks = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
        if speaks && !self.include(peer) && is_nearby(peer) && !self.noticed.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "{peer} sends forwarding headers and is not believed; if it is your proxy, name it with --trusted-proxy {peer}"
            );
        }
    }

    /// What the proxy at `peer` says; `None` when it is not believed, or says nothing.
    ///
    /// Where `X-Forwarded-For` is given, it and its companions count, as they are what proxies write by themselves;
    /// else `Forwarded` (RFC 7239) does. A proxy must write what it is believed for itself: what it lets through is
    /// the sender's own word.
    pub(super) fn heard_from(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Forwarded> {
        if !self.include(peer) {
            return None;
        }
        let chain: Vec<_> = entries(headers, "x-forwarded-for").collect();
        if !chain.is_empty() {
            let heard = chain.iter().rev().take(MAX_HOPS).map(|entry| node(entry));
            return Some(Forwarded {
                client: self.farthest(heard).map(|(client, _)| client),
                scheme: entries(headers, "x-forwarded-proto")
                    .last()
                    .map(str::to_ascii_lowercase),
                host: entries(headers, "x-forwarded-host").last().map(str::to_owned),
            });
        }
        let chain: Vec<_> = entries(headers, header::FORWARDED.as_str()).collect();
        if chain.is_empty() {
            let scheme = entries(headers, "x-forwarded-proto").last();
            return scheme.map(|scheme| Forwarded {
                client: None,
                scheme: Some(scheme.to_ascii_lowercase()),
                host: entries(headers, "x-forwarded-host").last().map(str::to_owned),
            });
        }
        let heard = chain.iter().rev().take(MAX_HOPS);
        let farthest = self.farthest(heard.map(|element| node(parameter(element, "for")?)));
        let told = chain[chain.len() - 1 - farthest.map_or(0, |(_, hops)| hops)];
        Some(Forwarded {
            client: farthest.map(|(client, _)| client),
            scheme: parameter(told, "proto").map(str::to_ascii_lowercase),
            host: parameter(told, "host").map(str::to_owned),
        })
    }

    /// Walks from the nearest entry away as long as proxies are believed: the first stranger's address, or the last
    /// believed one that can be read, and how many entries lie before it.
    fn farthest(&self, nearest_first: impl Iterator<Item = Option<IpAddr>>) -> Option<(IpAddr, usize)> {
        let mut found = None;
        for (hops, entry) in nearest_first.enumerate() {
            let Some(address) = entry else { break };
            found = Some((address, hops));
            if !self.include(address) {
                break;
            }
        }
        found
    }
}

/// On this machine or on a private network, where proxies stand.
fn is_nearby(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// The parts of a list that may be spread over several headers.
fn entries<'a>(headers: &'a HeaderMap, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
    let texts = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let parts = texts.flat_map(|text| text.split(',')).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// One parameter of an element of `Forwarded`: `for=192.0.2.1;proto=https;host="meet.example.org"`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

/// An address as proxies write it: alone, with a port, in brackets.
fn node(text: &str) -> Option<IpAddr> {
    let alone = || text.parse().ok();
    let with_port = || {
        text.parse::<std::net::SocketAddr>()
            .map(|address| address.ip())
            .ok()
    };
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    alone()
        .or_else(with_port)
        .or_else(in_brackets)
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(named: &[&str]) -> Proxies {
        let networks: Vec<_> = named
            .iter()
            .map(|text| text.parse().expect("a network"))
            .collect();
        Proxies::new(&networks)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().expect("ascii"));
        }
        map
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn nobody_is_believed_who_is_not_named() {
        let forged = headers(&[
            ("x-forwarded-for", "198.51.100.1"),
            ("forwarded", "for=198.51.100.1;proto=https"),
        ]);
        for (named, peer) in [
            (vec![], "127.0.0.1"),
            (vec![], "::1"),
            (vec!["127.0.0.1"], "192.0.2.7"),
        ] {
            assert_eq!(
                proxies(&named).heard_from(ip(peer), &forged),
                None,
                "{named:?} {peer}"
            );
        }
    }

    #[test]
    fn a_named_proxy_is_believed_by_address_and_by_network_and_in_either_form() {
        let told = headers(&[("x-forwarded-for", "198.51.100.1")]);
        for (named, peer) in [
            ("127.0.0.1", "127.0.0.1"),
            ("127.0.0.1", "::ffff:127.0.0.1"),
            ("::ffff:127.0.0.1", "127.0.0.1"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("10.9.9.9/8", "10.1.2.3"),
            ("fd00::/8", "fd12::1"),
        ] {
            let heard = proxies(&[named]).heard_from(ip(peer), &told).expect("believed");
            assert_eq!(heard.client, Some(ip("198.51.100.1")), "{named} {peer}");
        }
    }

    #[test]
    fn the_client_is_the_nearest_stranger_and_what_strangers_write_is_not_read() {
        let table = [
            (vec!["10.0.0.1"], "192.0.2.9, 198.51.100.1", "198.51.100.1"),
            (
                vec!["10.0.0.1", "10.0.0.2"],
                "192.0.2.9, 198.51.100.1, 10.0.0.2",
                "198.51.100.1",
            ),
            (vec!["10.0.0.0/8"], "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            (
                vec!["10.0.0.1", "10.0.0.2"],
                "198.51.100.1, nonsense, 10.0.0.2",
                "10.0.0.2",
            ),
            (vec!["10.0.0.1"], "198.51.100.1:4711", "198.51.100.1"),
            (vec!["10.0.0.1"], "[2001:db8::1]:4711", "2001:db8::1"),
        ];
        for (named, told, client) in table {
            let heard = proxies(&named).heard_from(ip("10.0.0.1"), &headers(&[("x-forwarded-for", told)]));
            assert_eq!(
                heard.expect("believed").client,
                Some(ip(client)),
                "{named:?} {told}"
            );
        }
    }

    #[test]
    fn scheme_and_host_are_those_the_nearest_proxy_wrote() {
        let told = headers(&[
            ("x-forwarded-for", "192.0.2.9"),
            ("x-forwarded-proto", "HTTPS"),
            ("x-forwarded-host", "forged.example, meet.example.org"),
        ]);
        let heard = proxies(&["10.0.0.1"])
            .heard_from(ip("10.0.0.1"), &told)
            .expect("believed");
        assert_eq!(heard.scheme.as_deref(), Some("https"));
        assert_eq!(heard.host.as_deref(), Some("meet.example.org"));
    }

    #[test]
    fn the_standard_header_is_read_at_the_client_s_own_element() {
        let told = headers(&[
            ("forwarded", "for=203.0.113.66;proto=http;host=forged.example"),
            (
                "forwarded",
                "For=\"[2001:db8::1]:4711\";Proto=https;host=\"meet.example.org\", for=10.0.0.2;proto=http",
            ),
        ]);
        let heard = proxies(&["10.0.0.0/24"])
            .heard_from(ip("10.0.0.1"), &told)
            .expect("believed");
        let expected = Forwarded {
            client: Some(ip("2001:db8::1")),
            scheme: Some("https".to_owned()),
            host: Some("meet.example.org".to_owned()),
        };
        assert_eq!(heard, expected);
    }

    #[test]
    fn where_both_forms_are_given_the_standard_one_is_left_aside() {
        let told = headers(&[
            ("forwarded", "for=203.0.113.66"),
            ("x-forwarded-for", "192.0.2.9"),
        ]);
        let heard = proxies(&["10.0.0.1"])
            .heard_from(ip("10.0.0.1"), &told)
            .expect("believed");
        assert_eq!(heard.client, Some(ip("192.0.2.9")));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "example.org", "10.0.0.0/33", "10.0.0"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
