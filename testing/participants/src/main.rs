//! Fills a room with simulated participants for a while and prints what they saw, in words or as JSON.

mod arguments;
mod summary;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use palabre_participants::{Participant, process, token};

use arguments::{Arguments, arguments};
use summary::{Usages, print_plainly, summary};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether everything that was expected came.
async fn run() -> Result<bool> {
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
    let server = arguments.server_process;
    let usages = || Usages {
        own: process::usage(None),
        server: server.and_then(|id| process::usage(Some(id))),
        machine: process::machine(),
    };
    let (started, before) = (Instant::now(), usages());
    let sent = send_data(&people, &arguments, started).await;
    tokio::time::sleep_until((started + arguments.duration).into()).await;
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
    let summary = summary(&arguments, window, &reports, sent, failures, &before, &after);
    match arguments.json {
        true => println!("{}", serde_json::to_string_pretty(&summary)?),
        false => print_plainly(&summary, ""),
    }
    let empty = |field: &str| summary[field].as_array().is_none_or(Vec::is_empty);
    Ok(empty("failures") && empty("missing_tracks"))
}

/// Sends data packets until half a second before the end; answers how many should have arrived in all.
async fn send_data(people: &[Participant], arguments: &Arguments, started: Instant) -> u64 {
    let senders = arguments.publishers.min(people.len());
    let mut sent = 0;
    let Some(every) = Duration::from_secs(1).checked_div(arguments.data) else {
        return 0;
    };
    let mut at = started;
    while at + Duration::from_millis(500) < started + arguments.duration {
        tokio::time::sleep_until(at.into()).await;
        people[..senders]
            .iter()
            .for_each(|one| one.send_data(sent % 2 == 0, Some("measurement"), &[7; 200], &[]));
        sent += 1;
        at += every;
    }
    sent * (senders * people.len().saturating_sub(1)) as u64
}
