//! Where things are: the workspace, the binary to measure, the records; and how long windows are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The record of the last run, below the workspace.
pub(crate) const LATEST: &str = "target/bench/latest.json";
/// The record later runs are compared with, below the workspace.
const BASELINE: &str = "bench/baseline.json";

/// Everything a measurement must know about its surroundings.
pub(crate) struct Place {
    /// The binary `palabre`.
    pub(crate) binary: PathBuf,
    /// The root of the workspace.
    pub(crate) workspace: PathBuf,
    /// Shorter windows, fewer repetitions.
    pub(crate) quick: bool,
}

impl Place {
    /// The server is the one beside this program unless another is named; the workspace is around this program,
    /// or the current folder.
    pub(crate) fn find(server: Option<PathBuf>, quick: bool) -> Result<Place> {
        let own = std::env::current_exe().context("finding this program's own file")?;
        let binary = server.unwrap_or_else(|| own.with_file_name("palabre"));
        if !binary.is_file() {
            bail!(
                "{} is missing: build it with `make bench` or name one with --server",
                binary.display()
            );
        }
        let binary = binary.canonicalize()?;
        let here = std::env::current_dir()?;
        let is_workspace = |folder: &&Path| folder.join("bench/Cargo.toml").is_file();
        let workspace = own.ancestors().find(is_workspace);
        let workspace = workspace.or_else(|| here.ancestors().find(is_workspace));
        Ok(Place {
            binary,
            workspace: workspace.unwrap_or(&here).to_owned(),
            quick,
        })
    }

    /// File of the record of this run.
    pub(crate) fn latest(&self) -> PathBuf {
        self.workspace.join(LATEST)
    }

    /// File of the record later runs are compared with.
    pub(crate) fn baseline(&self) -> PathBuf {
        self.workspace.join(BASELINE)
    }

    /// So many seconds, or about a third of them in a quick run.
    pub(crate) fn seconds(&self, seconds: u64) -> Duration {
        Duration::from_millis(if self.quick { seconds * 350 } else { seconds * 1000 })
    }

    /// So many repetitions, or a third of them in a quick run, and an odd number for the sake of the median.
    pub(crate) fn times(&self, times: usize) -> usize {
        if self.quick { (times / 3) | 1 } else { times }
    }
}
