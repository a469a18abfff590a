//! What a run is measured on: processors, kernel, memory and what else they are busy with; clocks and pinning.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::time::ClockId;
use nix::unistd::Pid;
use rustix::process::setpriority_process;
use serde_json::{Value, json};

/// Up to this load for each processor, other programs do not disturb a measurement much.
const QUIET: f64 = 0.25;

/// The machine as it was at one moment.
pub(crate) struct Machine {
    processor: String,
    /// Processors this program may use.
    pub(crate) cores: usize,
    kernel: String,
    memory: u64,
    load: String,
}

impl Machine {
    /// Reads it from /proc.
    pub(crate) fn look() -> Machine {
        let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once(':'));
            value
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kilobytes = memory.split(' ').next().and_then(|number| number.parse().ok());
        Machine {
            processor: field(&read("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            memory: kilobytes.unwrap_or(0u64) * 1024,
            load: read("/proc/loadavg")
                .split(' ')
                .take(3)
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    /// For people.
    pub(crate) fn sentence(&self) -> String {
        format!(
            "{} × {}, Linux {}, {} GB, load {}",
            self.cores,
            self.processor,
            self.kernel,
            self.memory >> 30,
            self.load
        )
    }

    /// Load averages over 1, 5 and 15 minutes.
    pub(crate) fn load(&self) -> &str {
        &self.load
    }

    /// A warning when other programs kept the processors busy before the run.
    pub(crate) fn warning(&self) -> Option<String> {
        let load: f64 = self.load.split(' ').next()?.parse().ok()?;
        (load > self.cores as f64 * QUIET).then(|| {
            format!(
                "Other programs were busy on this machine (load {load} on {} processors): costs are too high, rates too \
                 low, and delays far too long.",
                self.cores
            )
        })
    }

    /// For the record.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "processor": self.processor,
            "cores": self.cores,
            "kernel": self.kernel,
            "memory_gigabytes": self.memory >> 30,
        })
    }
}

/// Lets the calling thread, and what it starts from now on, run on one processor only.
pub(crate) fn pin(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core).context("there is no such processor")?;
    sched_setaffinity(Pid::from_raw(0), &set).context("pinning a thread to a processor")
}

/// Lets the calling thread run before others of its processor, where this program may (as root).
pub(crate) fn go_first() -> Result<()> {
    const AHEAD: i32 = -15;
    setpriority_process(None, AHEAD).context("putting a thread ahead of others")
}

/// Processor time another process has used, in user and kernel: as in its /proc/…/stat, finer.
pub(crate) fn processor_time_of(process: u32) -> Result<Duration> {
    let clock =
        ClockId::pid_cpu_clock_id(Pid::from_raw(process as i32)).context("finding the server's clock")?;
    Ok(clock.now().context("reading the server's clock")?.into())
}

/// Processor time this program has used.
pub(crate) fn own_processor_time() -> Duration {
    ClockId::CLOCK_PROCESS_CPUTIME_ID
        .now()
        .map_or(Duration::ZERO, Duration::from)
}

/// Processor time the calling thread has used.
pub(crate) fn thread_processor_time() -> Duration {
    ClockId::CLOCK_THREAD_CPUTIME_ID
        .now()
        .map_or(Duration::ZERO, Duration::from)
}

/// Ticks all processors spent so far: idle, and in all.
pub(crate) fn idle_ticks() -> Result<(u64, u64)> {
    let stat = fs::read_to_string("/proc/stat").context("reading /proc/stat")?;
    let ticks: Vec<u64> = stat
        .lines()
        .next()
        .into_iter()
        .flat_map(|line| line.split_whitespace().skip(1).take(8))
        .filter_map(|field| field.parse().ok())
        .collect();
    // The fourth is idle, the fifth waits for a disk.
    let idle = ticks
        .get(3)
        .zip(ticks.get(4))
        .map(|(idle, waiting)| idle + waiting);
    Ok((
        idle.context("/proc/stat begins with all processors")?,
        ticks.iter().sum(),
    ))
}

/// The value in the middle; of an even number of values the upper one. `None` without values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_does_not_depend_on_order() {
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn processor_time_passes_while_working() {
        let before = (own_processor_time(), thread_processor_time());
        let mut sum = 0u64;
        for number in 0..3_000_000u64 {
            sum = std::hint::black_box(sum ^ number.wrapping_mul(0x9e37_79b9));
        }
        assert!(
            own_processor_time() > before.0 && thread_processor_time() > before.1,
            "{sum}"
        );
        assert!(processor_time_of(std::process::id()).expect("our own clock") > before.0);
    }
}
