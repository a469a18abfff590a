//! From the call of connect to the first decoded picture in Chromium.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::browser;
use crate::figures::{Figures, Unit};
use crate::machine::median;
use crate::place::Place;
use crate::server::Server;

const SCRIPT: &str = "web/e2e/bench/join.mjs";
/// Joins of which the median counts; one more before them warms the browser up.
const RUNS: usize = 9;
const FIGURE: (&str, &str) = ("p5", "P5 connect to first remote picture decoded, Chromium");
const TARGET: f64 = 500.0;

/// P5.
pub(crate) fn measure(place: &Place, figures: &mut Figures) -> Result<()> {
    if let Some(reason) = browser::missing(place) {
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
    let runs = browser::drive(place, SCRIPT, &task)?;
    let pictures = runs.of("picture");
    let middle = median(&pictures).context("no picture came in any run")?;
    let of = |name: &str| median(&runs.of(name)).unwrap_or(f64::NAN);
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
            runs.browser
        ),
    );
    server.stop()?;
    Ok(())
}
