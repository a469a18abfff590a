//! The ports of pages and media: ours, free for us, or somebody else's.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};

use super::{Check, Finding, Verdict};
use crate::config::Settings;
use crate::tls::plan::{self, Plan};

/// A server on this machine answers at once.
const PATIENCE: Duration = Duration::from_secs(3);

/// Of a server that runs: it has its ports.
pub(super) fn in_use(settings: &Settings) -> Finding {
    let finding = Finding::new(Check::Ports, Verdict::Good, "ports_ours").with("pages", settings.listen);
    finding.with("media", settings.media_port)
}

/// From the command line; also whether a Palabre runs here.
pub(super) async fn look(settings: &Settings) -> (Vec<Finding>, bool) {
    let pages = settings.listen;
    let taken = TcpListener::bind(pages).await;
    let found = match taken {
        Err(error) if error.kind() == ErrorKind::AddrInUse && answers(settings).await => {
            return (vec![in_use(settings)], true);
        }
        other => judge(pages, "TCP", other.map(drop)),
    };
    let mut all = vec![found];
    // A cluster carries its media itself.
    if settings.livekit_url.is_none() {
        let media = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), settings.media_port);
        let (udp, tcp) = tokio::join!(UdpSocket::bind(media), TcpListener::bind(media));
        all.push(judge(media, "UDP", udp.map(drop)));
        all.push(judge(media, "TCP", tcp.map(drop)));
    }
    (all, false)
}

/// What became of opening a port.
fn judge(address: SocketAddr, protocol: &str, opened: io::Result<()>) -> Finding {
    let (verdict, code) = match opened.as_ref().map_err(io::Error::kind) {
        Ok(()) => (Verdict::Good, "port_free"),
        Err(ErrorKind::AddrInUse) => (Verdict::Bad, "port_taken"),
        Err(ErrorKind::PermissionDenied) => (Verdict::Bad, "port_forbidden"),
        Err(ErrorKind::AddrNotAvailable) => (Verdict::Bad, "address_not_here"),
        Err(_) => (Verdict::Bad, "port_trouble"),
    };
    let finding = Finding::new(Check::Ports, verdict, code)
        .with("address", address)
        .with("protocol", protocol);
    match opened {
        Err(error) if code == "port_trouble" => finding.with("reason", error),
        _ => finding,
    }
}

/// Whether a Palabre answers where these settings listen.
async fn answers(settings: &Settings) -> bool {
    let scheme = match plan::plan(settings) {
        Ok(Plan::Plain) => "http",
        Ok(Plan::Files(_) | Plan::Acme(_)) | Err(_) => "https",
    };
    let ip = match settings.listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    let url = format!(
        "{scheme}://{}/healthz",
        SocketAddr::new(ip, settings.listen.port())
    );
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        // The certificate is for the public name, and this asks the machine itself.
        .danger_accept_invalid_certs(true)
        .build();
    let Ok(client) = client else {
        return false;
    };
    let answer = client.get(url).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_cannot_be_had_says_why() {
        let address = "127.0.0.1:443".parse().expect("an address");
        let code = |kind: ErrorKind| judge(address, "TCP", Err(kind.into())).code;
        assert_eq!(judge(address, "TCP", Ok(())).code, "port_free");
        assert_eq!(code(ErrorKind::AddrInUse), "port_taken");
        assert_eq!(code(ErrorKind::PermissionDenied), "port_forbidden");
        assert_eq!(code(ErrorKind::AddrNotAvailable), "address_not_here");
        let odd = judge(address, "TCP", Err(ErrorKind::Unsupported.into()));
        assert_eq!(odd.code, "port_trouble");
        assert!(odd.fields.contains_key("reason"));
    }
}
