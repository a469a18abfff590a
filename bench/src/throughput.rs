//! How many packets a second one core forwards over real sockets, and what delay it adds at half of that.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use palabre_participants::{CameraLayer, Options, Watch};

use crate::crowd::{Crowd, Generator, Window};
use crate::figures::{Figures, Unit};
use crate::place::Place;
use crate::raw::Raw;
use crate::server::Server;

const SERVER_CORE: usize = 0;
const GENERATOR_CORE: usize = 1;
/// People who publish one camera of 1.5 Mbit/s without layers and a microphone.
const PUBLISHERS: usize = 3;
/// People who watch at once whatever comes: their delays count.
const WITNESSES: usize = 2;
/// Those who watch and gather what comes, which makes them cheap enough to raise the load with.
const VIEWERS_A_STEP: usize = 10;
const MOST_VIEWERS: usize = 150;
const PACE: Duration = Duration::from_millis(30);
/// A core used more than this is full.
const FULL: f64 = 0.93;
/// More lost than this is too much load.
const LARGEST_LOSS: f64 = 0.01;
/// Raising the load ends here, full or not.
const LONGEST: Duration = Duration::from_secs(75);

fn publisher(_: usize) -> Options {
    let camera = CameraLayer {
        rid: "q",
        width: 1280,
        height: 720,
        bitrate: 1_500_000,
        frame_rate: 30,
    };
    Options {
        microphone: true,
        camera: vec![camera],
        light_receiver: true,
        ..watcher()
    }
}

fn watcher() -> Options {
    let watch = Watch {
        visible: None,
        main: (1280, 720),
        thumbnail: (1280, 720),
    };
    Options {
        watch,
        ..Options::default()
    }
}

fn witness(_: usize) -> Options {
    watcher()
}

fn viewer(_: usize) -> Options {
    Options {
        light_receiver: true,
        gather: Duration::from_millis(20),
        ..watcher()
    }
}

/// One step of the load.
struct Step {
    viewers: usize,
    window: Window,
}

/// Packets per second and core, and the added delay.
pub(crate) fn measure(place: &Place, raw: &Raw, figures: &mut Figures) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let target = 5.0;
    if cores < 2 {
        let reason = "server and participants need a core each";
        figures.not_measured(DELAY, Unit::Milliseconds, target, reason);
        return Ok(());
    }
    // Those whose delays count have a thread of their own, ahead of the crowd's on the same core: how long they wait
    // for the crowd is not the server's doing.
    let timely = Generator::ahead_of_others(GENERATOR_CORE)?;
    let many = Generator::new(1, Some(GENERATOR_CORE))?;
    let mut server = Server::start(place, Some(SERVER_CORE))?;
    let mut publishers = Crowd::new(&timely, "throughput");
    publishers.join(&server, PUBLISHERS, PACE, publisher)?;
    let mut witnesses = Crowd::new(&timely, "throughput");
    witnesses.start_counting_at(1000);
    witnesses.join(&server, WITNESSES, PACE, witness)?;
    let mut viewers = Crowd::new(&many, "throughput");
    viewers.start_counting_at(2000);
    std::thread::sleep(place.seconds(4));
    let quiet = Window::measure(&mut server, &[&witnesses], place.seconds(4))?;

    let (best, limit) = raise(place, &mut server, &mut viewers, &[&publishers, &witnesses])?;
    figures.beside(
        (
            "packets_per_core",
            "packets a second forwarded, server on one core",
        ),
        Unit::PacketsPerSecond,
        best.window.packets_per_second(),
        format!(
            "{limit}; {} viewers; {}; {:.2} µs a packet, raw limit (seal, runs of 4) {:.2} µs",
            best.viewers,
            best.window.sentence(),
            best.window.per_packet(),
            raw.floor()
        ),
    );
    figures.beside(
        (
            "packets_per_core_extrapolated",
            "the same for a whole core, by its cost per packet",
        ),
        Unit::PacketsPerSecond,
        1e6 / best.window.per_packet(),
        "what the core would forward if it went on at the cost measured in that step; not observed",
    );

    let total = best.viewers + PUBLISHERS + WITNESSES;
    let half = (total / 2).saturating_sub(PUBLISHERS + WITNESSES);
    while viewers.len() > half {
        viewers.leave_last()?;
    }
    std::thread::sleep(place.seconds(4));
    let load = Window::measure(
        &mut server,
        &[&publishers, &witnesses, &viewers],
        place.seconds(6),
    )?;
    let delays = Window::measure(&mut server, &[&witnesses], place.seconds(8))?;
    let milliseconds = |window: &Window, share: f64| window.delay.quantile(share) as f64 / 1000.0;
    figures.add(
        DELAY,
        Unit::Milliseconds,
        target,
        milliseconds(&delays, 0.99),
        format!(
            "from capture at the sender to arrival at the receiver, of which their own sealing, opening and waiting for a \
             core is a part: half is {:.2} ms; with {WITNESSES} viewers only {:.2} and {:.2} ms; {}",
            milliseconds(&delays, 0.5),
            milliseconds(&quiet, 0.5),
            milliseconds(&quiet, 0.99),
            load.sentence()
        ),
    );
    for crowd in [viewers, witnesses, publishers] {
        crowd.leave()?;
    }
    server.stop()?;
    Ok(())
}

const DELAY: (&str, &str) = ("delay_p99", "delay through the server at half of that, p99");

/// Adds viewers until something is full; answers the best step without loss and what the limit was.
fn raise(
    place: &Place,
    server: &mut Server,
    viewers: &mut Crowd<'_>,
    others: &[&Crowd<'_>],
) -> Result<(Step, String)> {
    let started = Instant::now();
    let mut best: Option<Step> = None;
    let limit = loop {
        viewers.join(server, VIEWERS_A_STEP, PACE, viewer)?;
        std::thread::sleep(place.seconds(3));
        let window = {
            let crowds: Vec<&Crowd<'_>> = others.iter().copied().chain([&*viewers]).collect();
            Window::measure(server, &crowds, place.seconds(3))?
        };
        let (of_server, of_generator) = (window.server_cores(), window.generator_cores());
        let (loss, count) = (window.loss(), viewers.len());
        let more = best
            .as_ref()
            .is_none_or(|best| window.packets_per_second() > best.window.packets_per_second() * 1.02);
        if loss <= LARGEST_LOSS && more {
            best = Some(Step {
                viewers: count,
                window,
            });
        }
        if of_server >= FULL {
            break "the server's core is full".to_owned();
        }
        if of_generator >= FULL {
            break format!(
                "the participants' core is full, the server's is used to {:.0} %",
                of_server * 100.0
            );
        }
        if loss > LARGEST_LOSS || !more {
            break format!(
                "more viewers bring no more packets (loss {:.2} %), with the server's core used to {:.0} % and the \
                 participants' to {:.0} %",
                loss * 100.0,
                of_server * 100.0,
                of_generator * 100.0
            );
        }
        if count >= MOST_VIEWERS || started.elapsed() > LONGEST {
            break "the time for this measurement ended before anything was full".to_owned();
        }
    };
    Ok((best.context("the first step already lost too much")?, limit))
}
