//! Fills a room with simulated participants for a while and prints what they saw, in words or as JSON.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use palabre_participants::process::{self, Usage};
use palabre_participants::report::Sum;
use palabre_participants::{CameraLayer, Options, Participant, Report, Topology, Watch, token};
use serde_json::{Value, json};

const HELP: &str = "participants --url URL --key KEY --secret SECRET --room ROOM [options]

  --publishers N       people who publish (2)        --subscribers M   people who only watch (0)
  --audio              publish microphones           --video           publish cameras (q, h, f)
  --talking N          microphones with speech, the others are silent (all)
  --visible K          cameras each of them sees (all)
  --duration S         seconds of measurement (10)   --settle S        seconds before it (3)
  --pace MS            between two who join (50)     --topology single|dual (single)
  --light              count packets, judge no frames
  --bind ADDRESS       address of the UDP sockets (127.0.0.1)
  --server-process ID  also measure this process     --json            print JSON
";

struct Arguments {
    url: String,
    key: String,
    secret: String,
    room: String,
    publishers: usize,
    subscribers: usize,
    audio: bool,
    video: bool,
    talking: usize,
    visible: Option<usize>,
    duration: Duration,
    settle: Duration,
    pace: Duration,
    topology: Topology,
    light: bool,
    bind: std::net::IpAddr,
    server_process: Option<u32>,
    json: bool,
}

fn arguments() -> Result<Arguments> {
    let mut values = std::collections::HashMap::new();
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let Some(name) = name.strip_prefix("--") else {
            bail!("what is {name}?\n\n{HELP}")
        };
        let flag = matches!(name, "audio" | "video" | "light" | "json" | "help");
        let value = if flag {
            String::new()
        } else {
            given.next().with_context(|| format!("--{name} needs a value"))?
        };
        values.insert(name.to_owned(), value);
    }
    if values.contains_key("help") {
        print!("{HELP}");
        std::process::exit(0);
    }
    let mut take = |name: &str, usual: Option<&str>| -> Result<String> {
        let value = values.remove(name).or_else(|| usual.map(str::to_owned));
        value.with_context(|| format!("--{name} is missing\n\n{HELP}"))
    };
    let seconds = |text: String| -> Result<Duration> { Ok(Duration::try_from_secs_f64(text.parse()?)?) };
    let publishers = take("publishers", Some("2"))?.parse()?;
    let arguments = Arguments {
        url: take("url", None)?,
        key: take("key", None)?,
        secret: take("secret", None)?,
        room: take("room", Some("measurement"))?,
        publishers,
        subscribers: take("subscribers", Some("0"))?.parse()?,
        audio: take("audio", Some("no"))?.is_empty(),
        video: take("video", Some("no"))?.is_empty(),
        talking: take("talking", Some("1000000"))?.parse()?,
        visible: take("visible", Some(""))?.parse().ok(),
        duration: seconds(take("duration", Some("10"))?)?,
        settle: seconds(take("settle", Some("3"))?)?,
        pace: Duration::from_millis(take("pace", Some("50"))?.parse()?),
        topology: match take("topology", Some("single"))?.as_str() {
            "single" => Topology::Single,
            "dual" => Topology::Dual,
            other => bail!("--topology is single or dual, not {other}"),
        },
        light: take("light", Some("no"))?.is_empty(),
        bind: take("bind", Some("127.0.0.1"))?.parse()?,
        server_process: values
            .remove("server-process")
            .map(|text| text.parse())
            .transpose()?,
        json: values.remove("json").is_some(),
    };
    match values.keys().next() {
        Some(unknown) => bail!("there is no --{unknown}\n\n{HELP}"),
        None => Ok(arguments),
    }
}

impl Arguments {
    fn options(&self, number: usize) -> Options {
        let publishes = number < self.publishers;
        Options {
            topology: self.topology,
            microphone: publishes && self.audio,
            talking: number < self.talking,
            camera: if publishes && self.video {
                CameraLayer::usual()
            } else {
                Vec::new()
            },
            watch: Watch {
                visible: self.visible,
                ..Watch::default()
            },
            light_receiver: self.light,
            bind: self.bind,
            ..Options::default()
        }
    }

    /// Tracks that should reach people when everybody is there: sound, pictures.
    fn expected(&self) -> [usize; 2] {
        let people = self.publishers + self.subscribers;
        let each = |published: bool, most: usize| {
            let one = |own: usize| (self.publishers - own).min(most);
            match published {
                true => self.publishers * one(1) + (people - self.publishers) * one(0),
                false => 0,
            }
        };
        [
            each(self.audio, usize::MAX),
            each(self.video, self.visible.unwrap_or(usize::MAX)),
        ]
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = arguments()?;
    let mut joining = Vec::new();
    let mut failures = Vec::new();
    for number in 0..arguments.publishers + arguments.subscribers {
        let identity = format!("participant-{number}");
        let token = token(&arguments.key, &arguments.secret, &arguments.room, &identity)?;
        let (url, options) = (arguments.url.clone(), arguments.options(number));
        joining.push(tokio::spawn(async move {
            Participant::join(&url, &token, options)
                .await
                .map_err(|error| format!("{identity}: {error:#}"))
        }));
        tokio::time::sleep(arguments.pace).await;
    }
    let mut people = Vec::new();
    for joining in joining {
        match joining.await? {
            Ok(participant) => people.push(participant),
            Err(error) => failures.push(error),
        }
    }
    tokio::time::sleep(arguments.settle).await;
    people.iter().for_each(Participant::reset_counts);
    let usages = || {
        (
            process::usage(None),
            arguments.server_process.and_then(|id| process::usage(Some(id))),
        )
    };
    let (started, before) = (Instant::now(), usages());
    tokio::time::sleep(arguments.duration).await;
    let (window, after) = (started.elapsed(), usages());
    let mut reports = Vec::new();
    for participant in &people {
        match participant.report().await {
            Ok(report) => reports.push(report),
            Err(error) => failures.push(format!("{error:#}")),
        }
    }
    for participant in people {
        let report = participant.leave().await?;
        failures.extend(
            report
                .failures
                .iter()
                .map(|failure| format!("{}: {failure}", report.identity)),
        );
        failures.extend(
            report
                .ended
                .iter()
                .map(|reason| format!("{} ended: {reason}", report.identity)),
        );
    }
    let summary = summary(&arguments, window, &reports, failures, before, after);
    match arguments.json {
        true => println!("{}", serde_json::to_string_pretty(&summary)?),
        false => print_plainly(&summary, ""),
    }
    Ok(())
}

fn summary(
    arguments: &Arguments,
    window: Duration,
    reports: &[Report],
    failures: Vec<String>,
    before: (Option<Usage>, Option<Usage>),
    after: (Option<Usage>, Option<Usage>),
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
        json!({ "count": times.len(), "median_ms": middle, "longest_ms": times.last() })
    };
    let cores = |before: Option<Usage>, after: Option<Usage>| {
        let used = after?.processor.saturating_sub(before?.processor).as_secs_f64() / window.as_secs_f64();
        Some(json!({ "cores": (used * 1000.0).round() / 1000.0, "memory_megabytes": after?.memory >> 20 }))
    };
    let datagrams: u64 = reports.iter().map(|report| report.datagrams.0).sum();
    let server_time = after
        .1
        .zip(before.1)
        .map(|(after, before)| after.processor.saturating_sub(before.processor));
    let per_datagram =
        server_time.map(|time| (time.as_micros() as f64 / datagrams.max(1) as f64 * 100.0).round() / 100.0);
    let expected = arguments.expected();
    let missing: Vec<String> = reports
        .iter()
        .flat_map(|report| {
            let silent = report
                .tracks
                .iter()
                .filter(|track| track.wanted && track.counts.packets == 0);
            silent.map(|track| {
                format!(
                    "{} got nothing of {} ({})",
                    report.identity, track.publisher, track.track
                )
            })
        })
        .take(20)
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
        "generator": cores(before.0, after.0),
        "server": cores(before.1, after.1),
        "server_microseconds_per_datagram_received": per_datagram,
        "missing_tracks": missing,
        "failures": failures,
    })
}

fn print_plainly(value: &Value, path: &str) {
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
