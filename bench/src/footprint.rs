//! What the server costs before anybody comes: time to start, size on disk, memory when idle.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::figures::{Figures, Unit};
use crate::machine::median;
use crate::place::Place;
use crate::server::{self, Data, Server};

/// Starts, of which the median counts.
const STARTS: usize = 7;
/// A server that has just started is given this long to come to rest.
const REST: Duration = Duration::from_millis(1500);

/// Measures them.
pub(crate) fn measure(place: &Place, figures: &mut Figures) -> Result<()> {
    let mut data = Server::start_on(place, Data::new(place)?, None)?.stop()?;
    let mut starts = Vec::new();
    let mut memory = 0.0;
    for number in 0..place.times(STARTS) {
        let server = Server::start_on(place, data, None)?;
        starts.push(server.ready_after.as_secs_f64());
        if number == 0 {
            std::thread::sleep(REST);
            memory = server.memory()?;
        }
        data = server.stop()?;
    }
    let middle = median(&starts).context("the server was started")?;
    let longest = starts.iter().copied().fold(0.0, f64::max);
    figures.add(
        ("p11_start", "P11 start to ready on an existing folder, median"),
        Unit::Seconds,
        1.0,
        middle,
        format!("{} starts, {longest:.3} s at most", starts.len()),
    );
    figures.add(
        ("p11_size", "P11 size of the binary"),
        Unit::Megabytes,
        80.0,
        server::megabytes(&place.binary)?,
        "",
    );
    figures.add(("p6_idle", "P6 memory, idle"), Unit::Megabytes, 80.0, memory, "");
    Ok(())
}
