//! A certificate authority for one test: Debian's `pebble`, with a name server that leads every name to this machine.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::SOON;

/// An authority that runs until it is dropped.
pub(crate) struct Authority {
    processes: Vec<Child>,
    ports: Ports,
    folder: tempfile::TempDir,
}

/// How an authority behaves.
#[derive(Clone, Copy)]
pub(crate) struct Behaviour<'a> {
    /// Where it looks for a proof in a handshake; nobody listens there when it is `None`.
    pub(crate) tls_port: Option<u16>,
    /// Where it looks for a proof in a file.
    pub(crate) http_port: Option<u16>,
    /// Names it refuses.
    pub(crate) refused: &'a [&'a str],
    /// For how many seconds its certificates are good.
    pub(crate) seconds: u64,
}

impl Default for Behaviour<'_> {
    fn default() -> Self {
        Self {
            tls_port: None,
            http_port: None,
            refused: &[],
            seconds: 3600,
        }
    }
}

#[derive(Clone, Copy)]
struct Ports {
    directory: u16,
    management: u16,
    names: u16,
}

/// Ports that are free now.
pub(crate) fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let held: [TcpListener; COUNT] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("some port is free"));
    held.map(|listener| listener.local_addr().expect("bound").port())
}

impl Authority {
    pub(crate) async fn start(behaviour: Behaviour<'_>) -> Self {
        let [directory, management, names] = free_ports();
        let ports = Ports {
            directory,
            management,
            names,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        write(&folder, "cert.pem", &own.cert.pem());
        write(&folder, "key.pem", &own.signing_key.serialize_pem());
        Self::start_in(folder, behaviour, ports).await
    }

    /// The same authority begun again: it has forgotten everything, accounts too.
    pub(crate) async fn again(mut self, behaviour: Behaviour<'_>) -> Self {
        self.stop();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder"));
        Self::start_in(folder, behaviour, self.ports).await
    }

    async fn start_in(folder: tempfile::TempDir, behaviour: Behaviour<'_>, ports: Ports) -> Self {
        let [closed_tls, closed_http] = free_ports();
        let config = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{}", ports.directory),
            "managementListenAddress": format!("127.0.0.1:{}", ports.management),
            "certificate": folder.path().join("cert.pem"),
            "privateKey": folder.path().join("key.pem"),
            "tlsPort": behaviour.tls_port.unwrap_or(closed_tls),
            "httpPort": behaviour.http_port.unwrap_or(closed_http),
            "domainBlocklist": behaviour.refused,
            "certificateValidityPeriod": behaviour.seconds,
        }});
        write(&folder, "pebble.json", &config.to_string());

        let at = |port: u16| format!("127.0.0.1:{port}");
        let [unused] = free_ports();
        let (names, unused, config) = (at(ports.names), at(unused), folder.path().join("pebble.json"));
        let all_names = ["-dns01", &names, "-management", &unused, "-defaultIPv6", ""];
        let no_answers = ["-http01", "", "-https01", "", "-tlsalpn01", ""];
        let config = config.to_str().expect("a path in UTF-8");
        let processes = vec![
            begun(
                "pebble-challtestsrv",
                &[all_names, no_answers].concat(),
                "Starting management server",
            )
            .await,
            begun(
                "pebble",
                &["-config", config, "-dnsserver", &names],
                "Listening on",
            )
            .await,
        ];
        Self {
            processes,
            ports,
            folder,
        }
    }

    /// Ends it; what it said of itself stays.
    pub(crate) fn stop(&mut self) {
        for mut process in self.processes.drain(..) {
            drop(process.stdin.take());
            let _ = process.wait();
        }
    }

    /// `--acme-directory`.
    pub(crate) fn directory(&self) -> String {
        format!("https://localhost:{}/dir", self.ports.directory)
    }

    /// `--acme-root`.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The certificate (PEM) that vouches for those it gives.
    pub(crate) async fn issuer(&self) -> Vec<u8> {
        let own = std::fs::read(self.root()).expect("the authority's own certificate");
        let own = reqwest::Certificate::from_pem(&own).expect("PEM");
        let client = reqwest::Client::builder()
            .tls_certs_only([own])
            .build()
            .expect("a client");
        let url = format!("https://localhost:{}/roots/0", self.ports.management);
        let answer = client.get(url).send().await.expect("an answer");
        answer.bytes().await.expect("a body").to_vec()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        self.stop();
    }
}

fn write(folder: &tempfile::TempDir, name: &str, text: &str) {
    std::fs::write(folder.path().join(name), text).expect("writes");
}

/// Starts a program and waits for what it says when it is ready. It ends with its input, hence also with a test that
/// is killed.
async fn begun(program: &str, arguments: &[&str], ready: &'static str) -> Child {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#""$@" & read -r _; kill $!; wait"#, "sh", program])
        .args(arguments);
    command
        .env("PEBBLE_VA_NOSLEEP", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = command.stderr(Stdio::null()).spawn().expect("a shell");
    let output = BufReader::new(process.stdout.take().expect("a pipe"));
    let (said, heard) = tokio::sync::oneshot::channel();
    // Reads on for as long as the program speaks, so that it never waits for a reader.
    std::thread::spawn(move || {
        let mut said = Some(said);
        for line in output.lines().map_while(Result::ok) {
            if line.contains(ready)
                && let Some(said) = said.take()
            {
                let _ = said.send(());
            }
        }
    });
    let heard = tokio::time::timeout(SOON, heard).await;
    assert!(
        matches!(heard, Ok(Ok(()))),
        "{program} did not start; if it is missing, please type: sudo apt-get install pebble"
    );
    process
}

/// A certificate for `name` in two files of `folder`.
pub(crate) fn write_pair(folder: &tempfile::TempDir, name: &str) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    write(folder, "chain.pem", &made.cert.pem());
    write(folder, "key.pem", &made.signing_key.serialize_pem());
    made.cert.pem().into_bytes()
}
