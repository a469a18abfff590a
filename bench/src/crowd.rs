//! Simulated people in one room of the server, and what a window of their meeting cost.

use std::collections::VecDeque;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use palabre_participants::histogram::Histogram;
use palabre_participants::{Options, Participant, Report};
use tokio::runtime::{Builder, Runtime};

use crate::machine;
use crate::server::Server;

/// A window in which a smaller share of the wanted pictures came says so.
const ENOUGH_PICTURES: f64 = 0.98;
/// Whatever is awaited from participants comes within this time, or the measurement has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// People who may be joining at once: on a busy machine the next one waits until somebody is in.
const JOINING_AT_ONCE: usize = 8;

/// The threads on which simulated people live.
pub(crate) struct Generator {
    runtime: Runtime,
}

impl Generator {
    /// So many threads, on one processor when it is named.
    pub(crate) fn new(threads: usize, core: Option<usize>) -> Result<Generator> {
        Generator::with(threads, core, || {})
    }

    /// One thread on a processor it shares with other threads of ours, before which it runs.
    pub(crate) fn ahead_of_others(core: usize) -> Result<Generator> {
        Generator::with(1, Some(core), || {
            // Without the right to it, delays measure the wait for the others too, and are told too long.
            let _ = machine::go_first();
        })
    }

    fn with(
        threads: usize,
        core: Option<usize>,
        prepare: impl Fn() + Send + Sync + 'static,
    ) -> Result<Generator> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .on_thread_start(move || {
                // A thread that cannot be pinned shows in the cores the generator is seen to use.
                let _ = core.map(machine::pin);
                prepare();
            })
            .build()
            .context("starting the threads of the participants")?;
        Ok(Generator { runtime })
    }

    fn wait<T>(&self, what: impl Future<Output = T>) -> Result<T> {
        let waiting = async { tokio::time::timeout(PATIENCE, what).await };
        self.runtime
            .block_on(waiting)
            .context("the participants do not answer")
    }
}

/// People in a room.
pub(crate) struct Crowd<'a> {
    generator: &'a Generator,
    room: &'static str,
    people: Vec<Participant>,
    count: usize,
}

impl<'a> Crowd<'a> {
    /// An empty room.
    pub(crate) fn new(generator: &'a Generator, room: &'static str) -> Crowd<'a> {
        Crowd {
            generator,
            room,
            people: Vec::new(),
            count: 0,
        }
    }

    /// Gives the next who comes this number; two crowds in one room must not share names.
    pub(crate) fn start_counting_at(&mut self, number: usize) {
        self.count = number;
    }

    /// People inside.
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// Lets people in, the next `pace` after the one before; `options` gets the number of each, from 0.
    pub(crate) fn join(
        &mut self,
        server: &Server,
        many: usize,
        pace: Duration,
        options: impl Fn(usize) -> Options,
    ) -> Result<()> {
        let generator = self.generator;
        let mut joining = VecDeque::new();
        for _ in 0..many {
            if joining.len() >= JOINING_AT_ONCE
                && let Some(earliest) = joining.pop_front()
            {
                self.people.push(generator.wait(earliest)???);
            }
            let number = self.count;
            self.count += 1;
            let identity = format!("{}-{number}", self.room);
            let token = server.token(self.room, &identity)?;
            let (url, options) = (server.url(), options(number));
            let join = async move {
                let joined = Participant::join(&url, &token, options).await;
                joined.with_context(|| format!("{identity} could not join"))
            };
            joining.push_back(generator.runtime.spawn(join));
            std::thread::sleep(pace);
        }
        for joining in joining {
            self.people.push(generator.wait(joining)???);
        }
        Ok(())
    }

    /// Lets the last of those who came leave.
    pub(crate) fn leave_last(&mut self) -> Result<Report> {
        let last = self.people.pop().context("somebody is there")?;
        self.generator.wait(last.leave())?
    }

    /// Lets everybody leave.
    pub(crate) fn leave(mut self) -> Result<()> {
        let people = std::mem::take(&mut self.people);
        let leaving: Vec<_> = people
            .into_iter()
            .map(|one| self.generator.runtime.spawn(one.leave()))
            .collect();
        for one in leaving {
            self.generator.wait(one)???;
        }
        Ok(())
    }

    /// Starts all counts anew.
    pub(crate) fn reset(&self) {
        self.people.iter().for_each(Participant::reset_counts);
    }

    /// What everybody saw.
    pub(crate) fn reports(&self) -> Result<Vec<Report>> {
        let reports = async {
            let mut reports = Vec::new();
            for one in &self.people {
                reports.push(one.report().await?);
            }
            Ok::<_, anyhow::Error>(reports)
        };
        let reports = self.generator.wait(reports)??;
        match reports
            .iter()
            .find_map(|report| Some((&report.identity, report.ended.as_ref()?)))
        {
            Some((identity, reason)) => bail!("{identity} was ended: {reason}"),
            None => Ok(reports),
        }
    }
}

/// What a stretch of a meeting cost, and what reached the people meanwhile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    seconds: f64,
    server: f64,
    generator: f64,
    idle: f64,
    /// Media packets people received.
    pub(crate) packets: u64,
    /// Datagrams people received.
    pub(crate) datagrams: u64,
    /// Media packets people sent.
    pub(crate) written: u64,
    lost: u64,
    due: u64,
    /// Wanted tracks, and those of them of which something came: sounds, pictures.
    tracks: [(u64, u64); 2],
    /// Sections of the participant who has most.
    pub(crate) sections: usize,
    /// Delays from the sender's capture to the receiver.
    pub(crate) delay: Histogram,
    /// Memory of the server at the end, in megabytes.
    pub(crate) memory: f64,
    /// Mistakes people saw so far.
    pub(crate) failures: Vec<String>,
}

impl Window {
    /// Watches these crowds of one server for a while.
    pub(crate) fn measure(server: &mut Server, crowds: &[&Crowd<'_>], length: Duration) -> Result<Window> {
        crowds.iter().for_each(|crowd| crowd.reset());
        let (started, idle_before) = (Instant::now(), machine::idle_ticks()?);
        let (server_before, own_before) = (server.processor_time()?, machine::own_processor_time());
        std::thread::sleep(length);
        let mut window = Window {
            seconds: started.elapsed().as_secs_f64(),
            server: (server.processor_time()? - server_before).as_secs_f64(),
            generator: (machine::own_processor_time() - own_before).as_secs_f64(),
            memory: server.memory()?,
            ..Window::default()
        };
        let idle = machine::idle_ticks()?;
        window.idle = (idle.0 - idle_before.0) as f64 / (idle.1 - idle_before.1).max(1) as f64;
        for crowd in crowds {
            crowd.reports()?.iter().for_each(|report| window.add(report));
        }
        Ok(window)
    }

    fn add(&mut self, report: &Report) {
        for track in &report.tracks {
            self.packets += track.counts.packets;
            let tracks = &mut self.tracks[usize::from(track.is_video)];
            tracks.0 += u64::from(track.wanted);
            tracks.1 += u64::from(track.wanted && track.counts.packets > 0);
            if track.wanted {
                self.lost += track.loss.0;
                self.due += track.loss.1;
            }
            self.delay.add(&track.counts.delay);
        }
        self.datagrams += report.datagrams.0;
        self.written += report.packets_written;
        self.sections = self.sections.max(report.sections);
        self.failures.extend(report.failures.iter().cloned());
    }

    /// Cores the server used.
    pub(crate) fn server_cores(&self) -> f64 {
        self.server / self.seconds
    }

    /// Cores the participants used.
    pub(crate) fn generator_cores(&self) -> f64 {
        self.generator / self.seconds
    }

    /// Media packets people received, a second.
    pub(crate) fn packets_per_second(&self) -> f64 {
        self.packets as f64 / self.seconds
    }

    /// Processor time of the server for each media packet that reached somebody, in microseconds.
    pub(crate) fn per_packet(&self) -> f64 {
        self.server * 1e6 / self.packets.max(1) as f64
    }

    /// The same for each datagram of any kind.
    pub(crate) fn per_datagram(&self) -> f64 {
        self.server * 1e6 / self.datagrams.max(1) as f64
    }

    /// Share of media packets that did not come.
    pub(crate) fn loss(&self) -> f64 {
        self.lost as f64 / self.due.max(1) as f64
    }

    /// How the window went, for the note of a figure.
    pub(crate) fn sentence(&self) -> String {
        let per_second = |count: u64| count as f64 / self.seconds / 1000.0;
        let [sounds, pictures] = self.tracks;
        let mut sentence = match pictures.1 as f64 >= pictures.0 as f64 * ENOUGH_PICTURES {
            true => String::new(),
            false => "NOT ALL PICTURES CAME: less was done than the figure stands for; ".to_owned(),
        };
        sentence += &format!(
            "{:.1} k packets/s out ({:.1} k datagrams), {:.1} k in; loss {:.2} %; {} of {} sounds and {} of {} \
             pictures flow; server {:.2} core, participants {:.2}, machine {:.0} % idle",
            per_second(self.packets),
            per_second(self.datagrams),
            per_second(self.written),
            self.loss() * 100.0,
            sounds.1,
            sounds.0,
            pictures.1,
            pictures.0,
            self.server_cores(),
            self.generator_cores(),
            self.idle * 100.0
        );
        if let Some(first) = self.failures.first() {
            sentence += &format!("; {} mistakes seen, the first: {first}", self.failures.len());
        }
        sentence
    }
}
