//! A whole shard under arbitrary datagrams, with one peer waiting for its handshake.
#![no_main]

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use sfu::address::TransportAddress;
use sfu::id::{PeerId, ShardId};
use sfu::media::{IceCredentials, PeerCommand, PeerSeed, RemoteTransport};
use sfu::peer::certificate::Certificate;
use sfu::shard::transmit::TransmitBatch;
use sfu::shard::{Shard, ShardConfig};

fuzz_target!(|datagrams: Vec<Vec<u8>>| {
    static CERTIFICATE: OnceLock<Arc<Certificate>> = OnceLock::new();
    let certificate = CERTIFICATE.get_or_init(|| Arc::new(Certificate::generate().expect("a certificate")));
    let mut now = Instant::now();
    let config = ShardConfig { certificate: certificate.clone() };
    let mut shard = Shard::new(ShardId(0), config, 1).expect("a shard can be made");
    let credentials = IceCredentials { ufrag: "ours".to_owned(), password: "password".repeat(3) };
    let seed = PeerSeed { id: PeerId(1), credentials: credentials.clone(), opens_channels: true };
    shard.adopt(now, seed, Vec::new());
    let remote = RemoteTransport { credentials, fingerprint: [0; 32] };
    shard.command(now, PeerId(1), PeerCommand::Connect(remote));
    let source = TransportAddress::udp("192.0.2.9:9999".parse().expect("an address"));
    let mut batch = TransmitBatch::new();
    for mut datagram in datagrams {
        shard.receive(now, source, &mut datagram);
        shard.flush(now, &mut batch);
        batch.clear();
        now += Duration::from_millis(5);
        shard.timeout(now);
        while shard.poll_output().is_some() {}
    }
});
