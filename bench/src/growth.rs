//! How the cost of a packet grows from a room of 10 to a room of 100.

use std::time::Duration;

use crate::crowd::{Crowd, Generator, Window};
use crate::figures::{Figures, Unit};
use crate::gallery;
use crate::place::Place;
use crate::server::Server;
use anyhow::{Result, bail};

const SMALL: usize = 10;
/// The largest of these that the participants can carry on this machine counts.
const LARGE: [usize; 3] = [100, 75, 50];
/// Rooms in which more is lost than this are not carried.
const LARGEST_LOSS: f64 = 0.02;
const PACE: Duration = Duration::from_millis(80);
const SETTLE: u64 = 6;
const WINDOW: u64 = 10;

/// Slow cameras in both rooms: a hundred simulated people must fit beside the server on a small machine, and the
/// ratio of two rooms needs the same cameras in both, not full ones.
fn room(place: &Place, people: usize) -> Result<Window> {
    let generator = Generator::new(2, None)?;
    let mut server = Server::start(place, None)?;
    let mut crowd = Crowd::new(&generator, "growth");
    crowd.join(&server, people, PACE, |number| {
        gallery::person(number, gallery::slow_camera(), false)
    })?;
    std::thread::sleep(place.seconds(SETTLE));
    let window = Window::measure(&mut server, &[&crowd], place.seconds(WINDOW))?;
    crowd.leave()?;
    server.stop()?;
    match window.packets {
        0 => bail!("no packet reached anybody in a room of {people}"),
        _ => Ok(window),
    }
}

/// P4.
pub(crate) fn measure(place: &Place, figures: &mut Figures) -> Result<()> {
    let small = room(place, SMALL)?;
    let mut not_carried = String::new();
    for people in LARGE {
        let large = match room(place, people) {
            Ok(large) if large.loss() <= LARGEST_LOSS => large,
            Ok(large) => {
                not_carried += &format!("{people} people cannot be carried here ({}); ", large.sentence());
                continue;
            }
            Err(error) => {
                not_carried += &format!("{people} people cannot be carried here ({error:#}); ");
                continue;
            }
        };
        figures.add(
            ("p4", "P4 growth of the cost of a packet, 10 to 100 people"),
            Unit::Times,
            2.0,
            large.per_packet() / small.per_packet(),
            format!(
                "{not_carried}{:.2} µs with {people} people ({}) over {:.2} µs with {SMALL} ({}); each sees at most 25 and \
                 hears all; cameras at a quarter of the usual pictures in both rooms",
                large.per_packet(),
                large.sentence(),
                small.per_packet(),
                small.sentence()
            ),
        );
        return Ok(());
    }
    bail!("no large room could be carried: {not_carried}")
}
