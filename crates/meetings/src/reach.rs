//! Who reaches an IP address: the rule for what others may have this server call, and for where browsers send media.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// From where an address is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From nowhere, or from one link only, where machines tell about themselves and ask nobody who wants to know: a
    /// request has no business there, whoever names it.
    Link,
    /// From inside a network of its own, or this machine.
    Inside,
    /// From anywhere.
    Everywhere,
}

/// From where this address is reached, however it is written (IANA special-purpose address registries, RFC 6890).
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    let link = address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_link_local();
    // This network (RFC 791), carriers' own (RFC 6598), protocol assignments, measuring (RFC 2544), reserved (RFC 1112).
    let odd = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    match link {
        true => Reach::Link,
        false if address.is_private() || address.is_loopback() || odd => Reach::Inside,
        false => Reach::Everywhere,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| reach_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match parts {
        // Mapped, and translated (RFC 6052): where the inner address leads.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        _ if address.is_unspecified() || address.is_multicast() || address.is_unicast_link_local() => {
            Reach::Link
        }
        // A tunnel (6to4) ends where its inner address says.
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo, and other assignments to protocols.
        [0x2001, ..0x200, ..] => Reach::Inside,
        // Global unicast, and nothing else.
        [first, ..] if first & 0xe000 == 0x2000 => Reach::Everywhere,
        _ => Reach::Inside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_reached_from_where_it_leads_however_it_is_written() {
        for (from, addresses) in [
            (
                Reach::Link,
                &[
                    "0.0.0.0",
                    "169.254.169.254",
                    "224.0.0.1",
                    "255.255.255.255",
                    "::",
                    "fe80::1",
                    "ff02::1",
                    "::ffff:169.254.169.254",
                    "64:ff9b::a9fe:a9fe",
                    "2002:a9fe:a9fe::",
                ][..],
            ),
            (
                Reach::Inside,
                &[
                    "127.0.0.1",
                    "127.9.9.9",
                    "0.1.2.3",
                    "10.1.2.3",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.1.1",
                    "100.64.0.1",
                    "192.0.0.8",
                    "198.18.0.1",
                    "198.19.255.255",
                    "240.0.0.1",
                    "::1",
                    "::127.0.0.1",
                    "::ffff:127.0.0.1",
                    "::ffff:10.0.0.1",
                    "64:ff9b::a00:1",
                    "2002:7f00:1::",
                    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                    "fc00::1",
                    "fd12:3456::1",
                    "fec0::1",
                ],
            ),
            (
                Reach::Everywhere,
                &[
                    "1.1.1.1",
                    "172.32.0.1",
                    "100.128.0.1",
                    "192.0.1.1",
                    "203.0.113.7",
                    "2606:4700:4700::1111",
                    "2a00:1450:4007::1",
                    "2001:db8::1",
                    "::ffff:8.8.8.8",
                    "64:ff9b::808:808",
                ],
            ),
        ] {
            for address in addresses {
                assert_eq!(reach(address.parse().expect(address)), from, "{address}");
            }
        }
    }
}
