//! What the page of a room costs whoever opens it for the first time, on a slow machine.

use anyhow::{Context, Result};
use serde_json::json;

use crate::browser;
use crate::figures::{Figures, Unit};
use crate::machine::median;
use crate::place::Place;
use crate::server::{Data, Server};

const SCRIPT: &str = "web/e2e/bench/page.mjs";
/// Openings of which the median counts; one more before them warms the browser up.
const RUNS: usize = 7;
/// So many times slower than this machine: about a telephone of the lower middle.
const SLOWDOWN: u32 = 4;
const PAINT: (&str, &str) = (
    "page_paint",
    "room page, first contentful paint, processor 4× slower",
);
const PAINT_TARGET: f64 = 1000.0;
const WEIGHT: (&str, &str) = ("page_weight", "room page, on the wire before Join, empty cache");
const WEIGHT_TARGET: f64 = 350.0;

/// Weight and first paint.
pub(crate) fn measure(place: &Place, figures: &mut Figures) -> Result<()> {
    if let Some(reason) = browser::missing(place) {
        figures.not_measured(PAINT, Unit::Milliseconds, PAINT_TARGET, &reason);
        figures.not_measured(WEIGHT, Unit::Kilobytes, WEIGHT_TARGET, reason);
        return Ok(());
    }
    let data = Data::new(place)?;
    let token = data.owner(place)?;
    let server = Server::start_on(place, data, None)?;
    let task =
        json!({ "url": server.url(), "token": token, "runs": place.times(RUNS), "slowdown": SLOWDOWN });
    let runs = browser::drive(place, SCRIPT, &task)?;
    let painted = median(&runs.of("painted")).context("no page was painted")?;
    let joinable = median(&runs.of("joinable")).context("no page could be joined")?;
    let bytes = median(&runs.of("bytes")).context("nothing was fetched")?;
    let note = format!(
        "median of {} openings; Join can be pressed after {joinable:.0} ms; {}, on the loopback",
        runs.of("painted").len(),
        runs.browser
    );
    figures.add(PAINT, Unit::Milliseconds, PAINT_TARGET, painted, note);
    let note = "fonts and headers included; the code of a call comes afterwards";
    figures.add(WEIGHT, Unit::Kilobytes, WEIGHT_TARGET, bytes / 1000.0, note);
    server.stop()?;
    Ok(())
}
