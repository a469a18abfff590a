//! Where media is listened for, and which addresses clients are told to send to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use sfu::address::TransportAddress;

use crate::config::Settings;

/// Addresses told to clients at most: each costs every client checks, and a machine with more has bridges that
/// nobody outside reaches.
const MAX_CANDIDATES: usize = 8;

/// What the settings say about addresses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Where the web server listens.
    pub(super) listen: IpAddr,
    /// The address people reach, when the operator named it.
    pub(super) media_address: Option<IpAddr>,
}

impl Wanted {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            listen: settings.listen.ip(),
            media_address: settings.media_address,
        }
    }

    /// Addresses to open sockets on: the web server's own when it has one of the network, otherwise all. A web
    /// server on the loopback interface may stand behind a proxy, which does not carry media.
    pub(super) fn to_open(self) -> Vec<IpAddr> {
        if self.listen.is_unspecified() || self.listen.is_loopback() {
            vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]
        } else {
            vec![self.listen]
        }
    }

    /// Addresses told to clients, the likeliest first, each by UDP and then each by TCP. `interfaces` are those of this
    /// machine, `open` what could be opened.
    pub(super) fn to_tell(self, interfaces: &[IpAddr], open: &[SocketAddr]) -> Vec<TransportAddress> {
        let told = self.told(interfaces, open);
        let by_udp = told.iter().copied().map(TransportAddress::udp);
        by_udp
            .chain(told.iter().copied().map(TransportAddress::tcp))
            .collect()
    }

    fn told(self, interfaces: &[IpAddr], open: &[SocketAddr]) -> Vec<SocketAddr> {
        let Some(port) = open.first().map(SocketAddr::port) else {
            return Vec::new();
        };
        if let Some(address) = self.media_address {
            return vec![SocketAddr::new(address, port)];
        }
        if !self.listen.is_unspecified() && !self.listen.is_loopback() {
            return vec![SocketAddr::new(self.listen, port)];
        }
        let loopback = self.listen.is_loopback().then_some(self.listen);
        let reachable = interfaces
            .iter()
            .copied()
            .filter(|&address| reaches_others(address));
        let mut told: Vec<IpAddr> = Vec::new();
        for address in loopback.into_iter().chain(reachable) {
            let listened = open.iter().any(|socket| socket.is_ipv4() == address.is_ipv4());
            if listened && !told.contains(&address) {
                told.push(address);
            }
        }
        told.truncate(MAX_CANDIDATES);
        told.into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect()
    }
}

/// Where browsers are told to send sound and picture under these settings, when every port can be opened.
pub fn told_to_clients(settings: &Settings) -> Vec<IpAddr> {
    let wanted = Wanted::of(settings);
    let open = wanted.to_open().into_iter();
    let open: Vec<_> = open.map(|ip| SocketAddr::new(ip, settings.media_port)).collect();
    let told = wanted.told(&interfaces(), &open);
    told.iter().map(SocketAddr::ip).collect()
}

/// The addresses of this machine's interfaces; none when the system does not tell.
pub(super) fn interfaces() -> Vec<IpAddr> {
    let found = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the addresses of this machine could not be read; set --media-address");
        Vec::new()
    });
    found.iter().map(|interface| interface.ip()).collect()
}

/// Where this machine is found in its network, if anywhere: an address of the fourth version before others, as people type
/// it.
pub fn in_network() -> Option<IpAddr> {
    let mut found = interfaces();
    found.retain(|&address| reaches_others(address));
    found.sort_by_key(IpAddr::is_ipv6);
    found.first().copied()
}

/// Neither this machine's own nor bound to one link.
fn reaches_others(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !link_local && !address.is_loopback() && !address.is_unspecified() && !address.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERFACES: [&str; 6] = [
        "127.0.0.1",
        "::1",
        "192.0.2.10",
        "2001:db8::10",
        "fe80::1",
        "169.254.3.4",
    ];

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn told(listen: &str, media_address: Option<&str>, open: &[&str]) -> Vec<String> {
        let wanted = Wanted {
            listen: ip(listen),
            media_address: media_address.map(ip),
        };
        let open: Vec<_> = open
            .iter()
            .map(|&address| SocketAddr::new(ip(address), 7882))
            .collect();
        let told = wanted.told(&INTERFACES.map(ip), &open);
        told.iter().map(|address| address.to_string()).collect()
    }

    #[test]
    fn an_address_named_by_the_operator_is_the_only_one_told() {
        assert_eq!(
            told("0.0.0.0", Some("203.0.113.1"), &["0.0.0.0", "::"]),
            ["203.0.113.1:7882"]
        );
        assert_eq!(
            told("127.0.0.1", Some("203.0.113.1"), &["0.0.0.0"]),
            ["203.0.113.1:7882"]
        );
    }

    #[test]
    fn a_web_server_on_one_address_has_its_media_there() {
        assert_eq!(told("192.0.2.10", None, &["192.0.2.10"]), ["192.0.2.10:7882"]);
        let wanted = Wanted {
            listen: ip("192.0.2.10"),
            media_address: None,
        };
        assert_eq!(wanted.to_open(), [ip("192.0.2.10")]);
    }

    #[test]
    fn a_web_server_on_all_addresses_tells_those_that_others_reach() {
        assert_eq!(
            told("0.0.0.0", None, &["0.0.0.0", "::"]),
            ["192.0.2.10:7882", "[2001:db8::10]:7882"]
        );
    }

    #[test]
    fn the_loopback_address_is_told_only_to_who_reaches_the_web_server_there() {
        assert_eq!(
            told("127.0.0.1", None, &["0.0.0.0", "::"]),
            ["127.0.0.1:7882", "192.0.2.10:7882", "[2001:db8::10]:7882"]
        );
    }

    #[test]
    fn every_address_is_told_by_udp_before_any_is_by_tcp() {
        let wanted = Wanted {
            listen: ip("0.0.0.0"),
            media_address: None,
        };
        let open = ["0.0.0.0:7882", "[::]:7882"].map(|text| text.parse().expect("an address"));
        let told = wanted.to_tell(&INTERFACES.map(ip), &open);
        let told: Vec<_> = told.iter().map(|address| address.to_string()).collect();
        assert_eq!(
            told,
            [
                "192.0.2.10:7882",
                "[2001:db8::10]:7882",
                "192.0.2.10:7882 (TCP)",
                "[2001:db8::10]:7882 (TCP)"
            ]
        );
    }

    #[test]
    fn no_address_is_told_that_is_not_listened_on() {
        assert_eq!(told("0.0.0.0", None, &["0.0.0.0"]), ["192.0.2.10:7882"]);
        assert!(told("0.0.0.0", None, &[]).is_empty());
    }
}
