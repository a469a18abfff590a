//! A throw-away PostgreSQL for all tests of this run, with a database for each. The server's tests share this file.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Its input stays open as long as this is there, or this process lives; it takes itself away afterwards.
pub(crate) struct Server {
    /// One asks at a time: a line for a database, and its address is the answer.
    asked: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _process: Child,
}

impl Server {
    /// Starts one; what the arguments mean, `scripts/postgres` says.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");
        let mut process = Command::new(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/postgres runs");
        let input = process.stdin.take().expect("piped above");
        let output = process.stdout.take().expect("piped above");
        Self {
            asked: Mutex::new((input, BufReader::new(output))),
            _process: process,
        }
    }

    /// The address of a new and empty database.
    pub(crate) fn new_database(&self) -> String {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, output) = &mut *asked;
        let mut address = String::new();
        // That it has gone already is seen by the answer.
        let _ = input.write_all(b"\n");
        output.read_line(&mut address).expect("the script says something");
        assert!(
            !address.is_empty(),
            "PostgreSQL did not start, see above; to install it: sudo apt-get install --no-install-recommends postgresql"
        );
        address.trim().to_owned()
    }
}

static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

/// The address of a new and empty database of the one server for all.
pub(crate) fn new_database() -> String {
    SERVER.new_database()
}
