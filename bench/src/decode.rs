//! From the call of connect to the first decoded picture in Chromium: a script drives the browser, this starts it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::figures::{Figures, Unit};
use crate::machine::median;
use crate::place::Place;
use crate::server::Server;

const SCRIPT: &str = "web/e2e/bench/join.mjs";
/// Joins of which the median counts; one more before them warms the browser up.
const RUNS: usize = 9;
/// The browser must be done by then.
const PATIENCE: Duration = Duration::from_secs(90);
const FIGURE: (&str, &str) = ("p5", "P5 connect to first remote picture decoded, Chromium");
const TARGET: f64 = 500.0;

/// P5.
pub(crate) fn measure(place: &Place, figures: &mut Figures) -> Result<()> {
    let script = place.workspace.join(SCRIPT);
    if let Some(reason) = missing(place) {
        figures.not_measured(FIGURE, Unit::Milliseconds, TARGET, reason);
        return Ok(());
    }
    let server = Server::start(place, None)?;
    let runs: Result<Vec<Value>> = (0..=place.times(RUNS))
        .map(|run| {
            let room = format!("decode-{run}");
            Ok(json!([
                server.token(&room, "first")?,
                server.token(&room, "second")?
            ]))
        })
        .collect();
    let task = json!({ "url": server.url().replacen("http", "ws", 1), "runs": runs? });
    let output = run(Command::new("node").arg(script).arg(task.to_string()))?;
    let answer: Value = serde_json::from_str(&output).context("the script prints JSON")?;
    let times = |name: &str| -> Vec<f64> {
        let runs = answer["runs"].as_array().into_iter().flatten();
        runs.filter_map(|run| run[name].as_f64()).collect()
    };
    let pictures = times("picture");
    let middle = median(&pictures).context("no picture came in any run")?;
    let of = |name: &str| median(&times(name)).unwrap_or(f64::NAN);
    let (least, most) = pictures.iter().fold((f64::MAX, 0.0f64), |(least, most), time| {
        (least.min(*time), most.max(*time))
    });
    figures.add(
        FIGURE,
        Unit::Milliseconds,
        TARGET,
        middle,
        format!(
            "median of {} joins, {least:.0} to {most:.0} ms; connected {:.0}, first sound {:.0}; empty room of two, the \
             other publishes already; both in {} on this machine",
            pictures.len(),
            of("connected"),
            of("sound"),
            answer["browser"].as_str().unwrap_or("Chromium")
        ),
    );
    server.stop()?;
    Ok(())
}

/// Why the browser cannot be driven here, if so.
fn missing(place: &Place) -> Option<String> {
    let node = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !node.is_ok_and(|status| status.success()) {
        return Some("Node.js is not installed".to_owned());
    }
    if !place.workspace.join("web/node_modules/playwright-core").is_dir() {
        return Some("the web client's packages are not installed (make run does)".to_owned());
    }
    if !std::path::Path::new(&chromium).is_file() {
        return Some("Chromium is not installed".to_owned());
    }
    None
}

/// Runs a command to its end, or ends it when it takes too long.
fn run(command: &mut Command) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .context("starting the script")?;
    let mut pipe = child.stdout.take().context("the script's output is a pipe")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).map(|_| text)
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("the browser was not done after {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if !status.success() {
        bail!("the script failed ({status})");
    }
    reader
        .join()
        .ok()
        .context("reading the script's output")?
        .context("reading the script's output")
}
