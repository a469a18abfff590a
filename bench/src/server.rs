//! One server under measurement: started with an empty folder on free ports of the loopback, ended with its folder.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use palabre_participants::process;
use serde_json::Value;
use tempfile::TempDir;

use crate::machine;
use crate::place::Place;

/// A server that takes longer to be ready has failed.
const START_PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to say goodbye.
const STOP_PATIENCE: Duration = Duration::from_secs(8);

/// A folder with an API key in it.
pub(crate) struct Data {
    folder: TempDir,
    key: String,
    secret: String,
}

impl Data {
    /// Makes a folder and a key.
    pub(crate) fn new(place: &Place) -> Result<Data> {
        let folder = tempfile::Builder::new().prefix("palabre-bench-").tempdir()?;
        let key = palabre(place, &folder, &["keys", "add", "bench"])?;
        let text = |name: &str| Some(key[name].as_str()?.to_owned());
        let (key, secret) = text("key")
            .zip(text("secret"))
            .context("palabre keys add prints key and secret")?;
        Ok(Data { folder, key, secret })
    }

    /// Makes an organisation, and a token with which a program makes rooms in the name of its owner.
    pub(crate) fn owner(&self, place: &Place) -> Result<String> {
        const OWNER: &str = "owner@bench.example";
        palabre(place, &self.folder, &["people", "add", OWNER])?;
        let command = ["tokens", "add", OWNER, "bench", "--scope", "rooms:write"];
        let token = palabre(place, &self.folder, &command)?;
        let token = token["token"]
            .as_str()
            .context("palabre tokens add prints a token")?;
        Ok(token.to_owned())
    }
}

/// Runs a command on a folder's data; what it prints.
fn palabre(place: &Place, folder: &TempDir, command: &[&str]) -> Result<Value> {
    let what = command[..2].join(" ");
    let done = Command::new(&place.binary)
        .args(command)
        .args(["--json", "--data"])
        .arg(folder.path().join("data"))
        .current_dir(folder.path())
        .output()
        .with_context(|| format!("starting palabre {what}"))?;
    if !done.status.success() {
        bail!("palabre {what} failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    serde_json::from_slice(&done.stdout).with_context(|| format!("palabre {what} prints JSON"))
}

/// A running server; dropping it ends it.
pub(crate) struct Server {
    child: Child,
    data: Option<Data>,
    address: SocketAddr,
    /// From the start of the process to the first answer that it is ready.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts a server with an empty folder; on one processor only when one is named.
    pub(crate) fn start(place: &Place, core: Option<usize>) -> Result<Server> {
        Server::start_on(place, Data::new(place)?, core)
    }

    /// Starts a server on a folder.
    pub(crate) fn start_on(place: &Place, data: Data, core: Option<usize>) -> Result<Server> {
        let web = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let media = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
        let folder = data.folder.path();
        let mut command = Command::new(&place.binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(folder.join("data"))
            .args(["--listen", &web.to_string()])
            .args(["--media-port", &media.port().to_string()])
            .args(["--media-address", "127.0.0.1"])
            .args(["--max-participants-per-room", "0", "--max-participants", "0"])
            .args(["--joins-per-minute", "100000"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("log"))?);
        if core.is_some() {
            command.args(["--workers", "1"]);
        }
        let started = Instant::now();
        let child = spawn_on(command, core)?;
        let mut server = Server {
            child,
            data: Some(data),
            address: web,
            ready_after: Duration::ZERO,
        };
        server.wait_until_ready(started)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, started: Instant) -> Result<()> {
        while !answers_ready(self.address) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended before it was ready ({status}): {}", self.log());
            }
            if started.elapsed() > START_PATIENCE {
                bail!(
                    "the server is not ready after {} s: {}",
                    START_PATIENCE.as_secs(),
                    self.log()
                );
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.ready_after = started.elapsed();
        Ok(())
    }

    /// Address of its web server and signalling.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A token that lets somebody into a room.
    pub(crate) fn token(&self, room: &str, identity: &str) -> Result<String> {
        let data = self.data.as_ref().context("the server runs")?;
        palabre_participants::token(&data.key, &data.secret, room, identity)
    }

    /// Processor time used since it started.
    pub(crate) fn processor_time(&mut self) -> Result<Duration> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended ({status}): {}", self.log());
        }
        machine::processor_time_of(self.child.id())
    }

    /// Resident memory, in megabytes.
    pub(crate) fn memory(&self) -> Result<f64> {
        let usage = process::usage(Some(self.child.id())).context("the server has ended")?;
        Ok(usage.memory as f64 / 1e6)
    }

    /// Ends it and hands its folder back.
    pub(crate) fn stop(mut self) -> Result<Data> {
        self.end();
        self.data
            .take()
            .ok_or_else(|| anyhow!("the folder was taken before"))
    }

    /// The last lines it wrote.
    fn log(&self) -> String {
        let file = self.data.as_ref().map(|data| data.folder.path().join("log"));
        let text = file
            .and_then(|file| fs::read_to_string(file).ok())
            .unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
    }

    fn end(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM);
        let asked = Instant::now();
        while asked.elapsed() < STOP_PATIENCE {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts a process from a thread that is pinned already: the process is from its first instant on.
fn spawn_on(mut command: Command, core: Option<usize>) -> Result<Child> {
    let child = std::thread::scope(|scope| {
        let spawn = || {
            core.map_or(Ok(()), machine::pin)?;
            command.spawn().context("starting the server")
        };
        scope.spawn(spawn).join()
    });
    child.map_err(|_| anyhow!("the thread that starts the server panicked"))?
}

fn answers_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// Size of a file, in megabytes.
pub(crate) fn megabytes(file: &Path) -> Result<f64> {
    let size = fs::metadata(file)
        .with_context(|| format!("looking at {}", file.display()))?
        .len();
    Ok(size as f64 / 1e6)
}
