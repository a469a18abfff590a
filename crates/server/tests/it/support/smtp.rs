//! A mail server for tests: takes letters over a real socket, or refuses them.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

/// A letter as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Header and body, decoded from quoted-printable.
    pub(crate) text: String,
}

impl Taken {
    /// The six digits in it.
    pub(crate) fn code(&self) -> String {
        let line = self.text.lines().map(str::trim);
        let code = line.map(|line| line.replace(' ', ""));
        let found = code
            .into_iter()
            .find(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
        found.expect("the letter holds a code")
    }
}

/// A mail server that runs.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    taken: mpsc::UnboundedReceiver<Taken>,
    /// What `RCPT TO` is answered.
    pub(crate) recipients: watch::Sender<&'static str>,
    accepting: AbortHandle,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address")).await
    }

    pub(crate) async fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (out, taken) = mpsc::unbounded_channel();
        let (recipients, answer) = watch::channel("250 ok");
        let accepting = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(speak(socket, out.clone(), answer.clone()));
            }
        });
        Self {
            address,
            taken,
            recipients,
            accepting: accepting.abort_handle(),
        }
    }

    pub(crate) fn url(&self) -> store::Secret {
        store::Secret::new(format!("smtp://{}", self.address))
    }

    /// The next letter.
    pub(crate) async fn letter(&mut self) -> Taken {
        let next = tokio::time::timeout(super::SOON, self.taken.recv()).await;
        next.expect("a letter comes soon").expect("the server runs")
    }

    /// Every letter that has come and was not looked at.
    pub(crate) fn so_far(&mut self) -> Vec<Taken> {
        std::iter::from_fn(|| self.taken.try_recv().ok()).collect()
    }
}

/// One conversation (RFC 5321).
async fn speak(
    socket: TcpStream,
    out: mpsc::UnboundedSender<Taken>,
    recipients: watch::Receiver<&'static str>,
) -> Option<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut from, mut to) = (String::new(), String::new());
    write.write_all(b"220 test\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let upper = line.to_ascii_uppercase();
        let answer = if upper.starts_with("EHLO") {
            "250 test"
        } else if upper.starts_with("MAIL FROM:") {
            from = between(&line);
            "250 ok"
        } else if upper.starts_with("RCPT TO:") {
            to = between(&line);
            *recipients.borrow()
        } else if upper == "DATA" {
            write.write_all(b"354 go on\r\n").await.ok()?;
            let mut raw = String::new();
            while let Some(line) = lines.next_line().await.ok()? {
                if line == "." {
                    break;
                }
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                raw.push('\n');
            }
            let text = quoted_printable(&raw);
            let taken = Taken {
                from: from.clone(),
                to: to.clone(),
                text,
            };
            let _ = out.send(taken);
            "250 taken"
        } else if upper == "QUIT" {
            write.write_all(b"221 bye\r\n").await.ok()?;
            return None;
        } else {
            "250 ok"
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    None
}

fn between(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// RFC 2045 §6.7.
fn quoted_printable(raw: &str) -> String {
    let joined = raw.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'=').then(|| after.get(..2)).flatten();
        let decoded = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match decoded {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
