//! What media threads count, for `/metrics`.

use std::time::Duration;

use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};
use sfu::id::ShardId;

/// One worker's counters, looked up once.
pub(super) struct Counts {
    packets_in: Counter,
    packets_out: Counter,
    bytes_in: Counter,
    bytes_out: Counter,
    strays: Counter,
    busy_us: Counter,
    ticks: Counter,
    peers: Gauge,
    connections: Gauge,
    segments: Gauge,
}

/// Says what the figures mean.
pub(super) fn describe() {
    describe_counter!("palabre_media_packets_total", "Datagrams by direction: in, out");
    describe_counter!(
        "palabre_media_bytes_total",
        "Bytes of datagrams by direction: in, out"
    );
    describe_counter!(
        "palabre_media_dropped_total",
        "Datagrams not handled, by reason: unknown_peer, unknown_source, worker_behind, send_buffer_full, unreachable, no_socket, connection_behind, no_connection"
    );
    describe_counter!(
        "palabre_media_strays_total",
        "Datagrams handed from one media thread to another"
    );
    describe_counter!(
        "palabre_media_commands_lost_total",
        "Commands of rooms a media thread had no room for"
    );
    describe_counter!(
        "palabre_media_busy_microseconds_total",
        "Time media threads worked, by worker"
    );
    describe_counter!(
        "palabre_media_ticks_total",
        "Times media threads woke up, by worker"
    );
    describe_gauge!("palabre_media_peers", "Connections by media thread");
    describe_gauge!(
        "palabre_media_tcp_connections",
        "Open TCP connections of clients by media thread, also of those not recognised yet"
    );
    describe_gauge!(
        "palabre_media_segments",
        "Datagrams the system sends in one call at most (1: it cannot cut runs, GSO is off)"
    );
}

impl Counts {
    pub(super) fn new(worker: ShardId) -> Self {
        let worker = worker.0.to_string();
        Self {
            packets_in: counter!("palabre_media_packets_total", "direction" => "in"),
            packets_out: counter!("palabre_media_packets_total", "direction" => "out"),
            bytes_in: counter!("palabre_media_bytes_total", "direction" => "in"),
            bytes_out: counter!("palabre_media_bytes_total", "direction" => "out"),
            strays: counter!("palabre_media_strays_total"),
            busy_us: counter!("palabre_media_busy_microseconds_total", "worker" => worker.clone()),
            ticks: counter!("palabre_media_ticks_total", "worker" => worker.clone()),
            peers: gauge!("palabre_media_peers", "worker" => worker.clone()),
            connections: gauge!("palabre_media_tcp_connections", "worker" => worker),
            segments: gauge!("palabre_media_segments"),
        }
    }

    pub(super) fn received(&self, bytes: usize, packets: usize) {
        self.bytes_in.increment(bytes as u64);
        self.packets_in.increment(packets as u64);
    }

    pub(super) fn sent(&self, bytes: usize, packets: usize) {
        self.bytes_out.increment(bytes as u64);
        self.packets_out.increment(packets as u64);
    }

    pub(super) fn dropped(&self, reason: &'static str, packets: usize) {
        counter!("palabre_media_dropped_total", "reason" => reason).increment(packets as u64);
    }

    pub(super) fn stray(&self) {
        self.strays.increment(1);
    }

    pub(super) fn segments(&self, segments: usize) {
        self.segments.set(segments as f64);
    }

    pub(super) fn tick(&self, busy: Duration, peers: usize, connections: usize) {
        self.busy_us.increment(busy.as_micros() as u64);
        self.ticks.increment(1);
        self.peers.set(peers as f64);
        self.connections.set(connections as f64);
    }
}
