//! Where datagrams come from and go to: an IP address, a port, and what carries them there.

use std::fmt;
use std::net::SocketAddr;

/// What carries a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// As it is.
    Udp,
    /// On a connection the client opened, each behind its length (RFC 6544, RFC 4571).
    Tcp,
}

/// A transport address (RFC 8445 §4): the same IP address and port by UDP and by TCP are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransportAddress {
    /// What carries datagrams.
    pub protocol: Protocol,
    /// Where to.
    pub address: SocketAddr,
}

impl TransportAddress {
    /// By UDP.
    pub const fn udp(address: SocketAddr) -> Self {
        Self {
            protocol: Protocol::Udp,
            address,
        }
    }

    /// By TCP.
    pub const fn tcp(address: SocketAddr) -> Self {
        Self {
            protocol: Protocol::Tcp,
            address,
        }
    }
}

impl fmt::Display for TransportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Protocol::Udp => write!(f, "{}", self.address),
            Protocol::Tcp => write!(f, "{} (TCP)", self.address),
        }
    }
}
