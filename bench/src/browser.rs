//! Scripts of the web client drive the browser; this starts them and reads what they measured.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::Place;

/// The browser must be done by then.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a script measured.
pub(crate) struct Runs {
    /// Name and version of the browser.
    pub(crate) browser: String,
    runs: Vec<Value>,
}

impl Runs {
    /// One measurement of each run that has it.
    pub(crate) fn of(&self, name: &str) -> Vec<f64> {
        self.runs.iter().filter_map(|run| run[name].as_f64()).collect()
    }
}

/// Runs a script of the workspace with its task, and reads the JSON it prints.
pub(crate) fn drive(place: &Place, script: &str, task: &Value) -> Result<Runs> {
    let script = place.workspace.join(script);
    let output = run(Command::new("node").arg(script).arg(task.to_string()))?;
    let mut answer: Value = serde_json::from_str(&output).context("the script prints JSON")?;
    let Value::Array(runs) = answer["runs"].take() else {
        bail!("the script measured nothing: {answer}");
    };
    let browser = answer["browser"].as_str().unwrap_or("Chromium").to_owned();
    Ok(Runs { browser, runs })
}

/// Why the browser cannot be driven here, if so.
pub(crate) fn missing(place: &Place) -> Option<String> {
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
