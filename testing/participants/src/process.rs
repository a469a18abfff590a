//! Processor time and memory of a process, and how idle the machine was, read from /proc.

use std::time::Duration;

/// What a process has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time since it started.
    pub processor: Duration,
    /// Resident memory in bytes.
    pub memory: u64,
}

/// Ticks a second in /proc, fixed by the kernel's interface on every platform we measure on.
const TICKS: u64 = 100;

/// Reads the usage of a process; `None` for the present one. Nothing when it has ended.
pub fn usage(process: Option<u32>) -> Option<Usage> {
    let folder = process.map_or("/proc/self".to_owned(), |process| format!("/proc/{process}"));
    let stat = std::fs::read_to_string(format!("{folder}/stat")).ok()?;
    let status = std::fs::read_to_string(format!("{folder}/status")).ok()?;
    parse(&stat, &status)
}

/// Ticks all processors spent so far: idle, and in all. A measurement is worth little when nothing was idle.
pub fn machine() -> Option<(u64, u64)> {
    parse_machine(&std::fs::read_to_string("/proc/stat").ok()?)
}

fn parse_machine(stat: &str) -> Option<(u64, u64)> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    Some((ticks.get(3)? + ticks.get(4)?, ticks.iter().take(8).sum()))
}

fn parse(stat: &str, status: &str) -> Option<Usage> {
    // The name, in parentheses, may contain spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = resident.split_whitespace().next()?.parse().ok()?;
    Some(Usage {
        processor: Duration::from_millis(ticks * 1000 / TICKS),
        memory: kilobytes * 1024,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ticks_and_memory_behind_a_name_with_spaces() {
        let stat = "12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0";
        let status = "Name:\ta\nVmRSS:\t  2048 kB\n";
        let expected = Usage {
            processor: Duration::from_secs(2),
            memory: 2 << 20,
        };
        assert_eq!(parse(stat, status), Some(expected));
        assert!(usage(None).is_some());
    }

    #[test]
    fn idle_includes_waiting_for_a_disk() {
        assert_eq!(
            parse_machine("cpu  10 0 5 80 5 0 0 0 0 0\ncpu0 1 1"),
            Some((85, 100))
        );
        assert!(machine().is_some());
    }
}
