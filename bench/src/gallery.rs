//! Fifty people who see one large picture and 24 small ones and hear all: cost of a packet, of the gallery, of a join.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use palabre_participants::{CameraLayer, Options, Watch};

use crate::crowd::{Crowd, Generator, Window};
use crate::figures::{Figures, Unit};
use crate::machine::median;
use crate::place::Place;
use crate::raw::Raw;
use crate::server::Server;

const PEOPLE: usize = 50;
/// Pictures each of them sees.
const VISIBLE: usize = 25;
/// Microphones with speech; the others send a packet every 400 ms.
const TALKING: usize = 4;
/// Time between two who join: fifty at once is another measurement.
const PACE: Duration = Duration::from_millis(60);
/// From the last join to the beginning of the measurement, in seconds.
const SETTLE: u64 = 5;
/// Length of the measurement, in seconds.
const WINDOW: u64 = 12;
/// A room in which more is lost is not carried.
const LARGEST_LOSS: f64 = 0.03;
/// Joins of which the median counts.
const JOINS: usize = 5;
/// What a join causes is over after this time.
const JOIN_WINDOW: Duration = Duration::from_secs(3);

/// How each person comes and what it watches.
pub(crate) fn person(number: usize, camera: Vec<CameraLayer>, everything_subscribed: bool) -> Options {
    Options {
        automatic_subscription: everything_subscribed,
        microphone: true,
        talking: number < TALKING,
        camera,
        watch: Watch {
            visible: Some(VISIBLE),
            ..Watch::default()
        },
        light_receiver: true,
        gather: Duration::from_millis(10),
        ..Options::default()
    }
}

/// Cameras with a quarter of the usual pictures, of the usual size each.
pub(crate) fn slow_camera() -> Vec<CameraLayer> {
    let mut layers = CameraLayer::usual();
    for layer in &mut layers {
        let slower = (layer.frame_rate / 4).max(1);
        layer.bitrate = layer.bitrate / layer.frame_rate * slower;
        layer.frame_rate = slower;
    }
    layers
}

/// A room in its steady state.
struct Gallery<'a> {
    server: Server,
    crowd: Crowd<'a>,
    window: Window,
    camera: fn() -> Vec<CameraLayer>,
    /// What was changed so that the participants could carry it.
    lowered: String,
}

impl<'a> Gallery<'a> {
    /// Fills a room with people and the usual cameras, or slower ones when the participants cannot carry those.
    fn open(place: &Place, generator: &'a Generator, everything_subscribed: bool) -> Result<Gallery<'a>> {
        let full = Gallery::fill(place, generator, CameraLayer::usual, everything_subscribed);
        let reason = match full {
            Ok(gallery) if gallery.window.loss() <= LARGEST_LOSS => return Ok(gallery),
            Ok(gallery) => gallery.window.sentence(),
            Err(error) => format!("{error:#}"),
        };
        let mut gallery = Gallery::fill(place, generator, slow_camera, everything_subscribed)
            .with_context(|| format!("with full cameras: {reason}; with slow ones"))?;
        gallery.lowered = format!(
            "CAMERAS AT A QUARTER OF THE USUAL PICTURES, because with full ones the participants were not carried here \
             ({reason}). "
        );
        Ok(gallery)
    }

    fn fill(
        place: &Place,
        generator: &'a Generator,
        camera: fn() -> Vec<CameraLayer>,
        everything_subscribed: bool,
    ) -> Result<Gallery<'a>> {
        let mut server = Server::start(place, None)?;
        let mut crowd = Crowd::new(generator, "gallery");
        crowd.join(&server, PEOPLE, PACE, |number| {
            person(number, camera(), everything_subscribed)
        })?;
        std::thread::sleep(place.seconds(SETTLE));
        let window = Window::measure(&mut server, &[&crowd], place.seconds(WINDOW))?;
        if window.packets == 0 {
            bail!("no packet reached anybody: {}", window.sentence());
        }
        let lowered = String::new();
        Ok(Gallery {
            server,
            crowd,
            window,
            camera,
            lowered,
        })
    }
}

/// P1, P2, P6 with people, and the cost of joining.
pub(crate) fn measure(place: &Place, raw: &Raw, figures: &mut Figures) -> Result<()> {
    let generator = Generator::new(2, None)?;
    let mut gallery = Gallery::open(place, &generator, false)?;
    let window = &gallery.window;
    figures.add(
        ("p1", "P1 processor time per forwarded packet, room of 50"),
        Unit::Microseconds,
        10.0,
        window.per_packet(),
        format!(
            "{}{}; {} sections at most; {:.1} µs a datagram of any kind; raw limit in this run (seal, runs of 4) {:.2} µs; \
             everybody watches the same 25 cameras, the others are paused by dynamic layers",
            gallery.lowered,
            window.sentence(),
            window.sections,
            window.per_datagram(),
            raw.floor()
        ),
    );
    figures.add(
        ("p2", "P2 processor time of the 50-person gallery"),
        Unit::Cores,
        0.6,
        window.server_cores(),
        format!(
            "at {:.1} k packets/s out; the target was set for about 48 k, at which this cost would be {:.2} core",
            window.packets_per_second() / 1000.0,
            window.per_packet() * 48_000.0 / 1e6
        ),
    );
    figures.add(
        ("p6_gallery", "P6 memory, 50-person gallery"),
        Unit::Megabytes,
        400.0,
        window.memory,
        "",
    );
    joins(place, &mut gallery, figures)?;
    gallery.crowd.leave()?;
    gallery.server.stop()?;
    Ok(())
}

/// What the server spends on one more person, beyond what it spends anyway.
fn joins(place: &Place, gallery: &mut Gallery<'_>, figures: &mut Figures) -> Result<()> {
    let Gallery {
        server,
        crowd,
        camera,
        ..
    } = gallery;
    let mut costs = Vec::new();
    for _ in 0..place.times(JOINS) {
        let before = server.processor_time()?;
        std::thread::sleep(JOIN_WINDOW);
        let (at, started) = (server.processor_time()?, Instant::now());
        crowd.join(server, 1, Duration::ZERO, |number| {
            person(number, camera(), false)
        })?;
        std::thread::sleep(JOIN_WINDOW.saturating_sub(started.elapsed()));
        let spent = server.processor_time()? - at;
        costs.push((spent.as_secs_f64() - (at - before).as_secs_f64()) * 1000.0);
        crowd.leave_last()?;
        std::thread::sleep(Duration::from_secs(2));
    }
    let cost = median(&costs).context("somebody joined")?;
    let list: Vec<String> = costs.iter().map(|cost| format!("{cost:.0}")).collect();
    figures.add(
        ("join_cost", "one join into a full room of 50, time of one core"),
        Unit::Milliseconds,
        250.0,
        cost,
        format!(
            "median of {} ms: processor time in the 3 s after a join less that of the 3 s before it; the joiner's own \
             pictures and sound and a key frame of all it watches are in it",
            list.join(", ")
        ),
    );
    Ok(())
}

/// The same room with everything subscribed and the invisible pictures switched off.
pub(crate) fn measure_all_sections(place: &Place, figures: &mut Figures) -> Result<()> {
    let generator = Generator::new(2, None)?;
    let gallery = Gallery::open(place, &generator, true)?;
    let window = &gallery.window;
    figures.beside(
        ("p1_98_sections", "P1 beside: the same with 98 sections each"),
        Unit::Microseconds,
        window.per_packet(),
        format!(
            "{}{}; {} sections at most",
            gallery.lowered,
            window.sentence(),
            window.sections
        ),
    );
    gallery.crowd.leave()?;
    gallery.server.stop()?;
    Ok(())
}
