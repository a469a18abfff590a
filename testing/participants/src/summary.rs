//! What the program prints at the end: everybody's reports and the use of processors, added up.

use std::collections::BTreeMap;
use std::time::Duration;

use palabre_participants::Report;
use palabre_participants::process::Usage;
use palabre_participants::report::Sum;
use serde_json::{Value, json};

use crate::arguments::Arguments;

pub(crate) struct Usages {
    pub(crate) own: Option<Usage>,
    pub(crate) server: Option<Usage>,
    pub(crate) machine: Option<(u64, u64)>,
}

pub(crate) fn summary(
    arguments: &Arguments,
    window: Duration,
    reports: &[Report],
    data_expected: u64,
    failures: Vec<String>,
    before: &Usages,
    after: &Usages,
) -> Value {
    let mut sum = Sum::default();
    reports.iter().for_each(|report| sum.add(report));
    let times = |pick: fn(&Report) -> Option<Duration>| {
        let mut times: Vec<f64> = reports
            .iter()
            .filter_map(pick)
            .map(|time| (time.as_secs_f64() * 1e4).round() / 10.0)
            .collect();
        times.sort_by(f64::total_cmp);
        let middle = times.get(times.len() / 2).copied();
        json!({ "count": times.len(), "median_ms": middle, "longest_ms": times.last(), "each_ms": times })
    };
    let cores = |before: Option<Usage>, after: Option<Usage>| {
        let used = after?.processor.saturating_sub(before?.processor).as_secs_f64() / window.as_secs_f64();
        Some(json!({ "cores": (used * 1000.0).round() / 1000.0, "memory_megabytes": after?.memory >> 20 }))
    };
    let datagrams: u64 = reports.iter().map(|report| report.datagrams.0).sum();
    let server_time = after
        .server
        .zip(before.server)
        .map(|(after, before)| after.processor.saturating_sub(before.processor));
    let per_datagram =
        server_time.map(|time| (time.as_micros() as f64 / datagrams.max(1) as f64 * 100.0).round() / 100.0);
    let idle = after.machine.zip(before.machine).map(|(after, before)| {
        ((after.0 - before.0) as f64 / (after.1 - before.1).max(1) as f64 * 100.0).round() / 100.0
    });
    let expected = arguments.expected();
    let mut missing: BTreeMap<String, u64> = BTreeMap::new();
    for report in reports {
        let silent = report
            .tracks
            .iter()
            .filter(|track| track.wanted && track.counts.packets == 0);
        for track in silent.filter(|track| track.is_video || arguments.talks(&track.publisher)) {
            let kind = if track.is_video { "pictures" } else { "sound" };
            *missing
                .entry(format!("{kind}: {} received not", report.identity))
                .or_default() += 1;
            *missing
                .entry(format!("{kind}: {} was not received", track.publisher))
                .or_default() += 1;
        }
    }
    let missing: Vec<String> = missing
        .into_iter()
        .map(|(what, count)| format!("{what} {count}"))
        .collect();
    json!({
        "participants": { "asked": arguments.publishers + arguments.subscribers, "joined": reports.len() },
        "joining": {
            "welcomed": times(|report| report.welcomed_after),
            "connected": times(|report| report.connected_after),
            "first_packet": times(|report| report.first_packet_after),
            "first_picture": times(|report| report.first_picture_after),
        },
        "expected_tracks": { "audio": expected[0], "video": expected[1] },
        "window_seconds": window.as_secs_f64(),
        "media": sum.to_json(window),
        "negotiations": reports.iter().map(|report| report.negotiations).sum::<u64>(),
        "sections_most": reports.iter().map(|report| report.sections).max(),
        "key_frame_requests": reports.iter().map(|report| report.key_frame_requests).sum::<u64>(),
        "unattributed_packets": reports.iter().map(|report| report.unattributed).sum::<u64>(),
        "speaker_updates": reports.iter().map(|report| report.speaker_updates).sum::<u64>(),
        "stream_state_updates": reports.iter().map(|report| report.stream_state_updates).sum::<u64>(),
        "data": {
            "expected": data_expected,
            "received_reliable": reports.iter().map(|report| report.data.0).sum::<u64>(),
            "received_lossy": reports.iter().map(|report| report.data.1).sum::<u64>(),
        },
        "machine_idle_share": idle,
        "generator": cores(before.own, after.own),
        "server": cores(before.server, after.server),
        "server_microseconds_per_datagram_received": per_datagram,
        "missing_tracks": missing,
        "failures": failures,
    })
}

pub(crate) fn print_plainly(value: &Value, path: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                print_plainly(value, &path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| print_plainly(item, path)),
        Value::Null => {}
        other => println!("{path}: {other}"),
    }
}
