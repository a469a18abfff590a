//! The handle tests hold: join, speak, send data, look at what came, leave.

use anyhow::{Context, Result};
use livekit_token::{AccessToken, VideoGrants};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::options::Options;
use crate::report::Report;
use crate::session::Session;

/// A data packet another participant sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedData {
    /// Identity of the sender, as the server stamped it.
    pub sender: String,
    /// Topic, if any.
    pub topic: Option<String>,
    /// What was sent.
    pub payload: Vec<u8>,
    /// Whether it came on the reliable channel.
    pub reliable: bool,
}

pub(crate) enum Command {
    SendData {
        reliable: bool,
        topic: Option<String>,
        payload: Vec<u8>,
        to: Vec<String>,
    },
    SetTalking(bool),
    Subscribe {
        track: String,
        subscribe: bool,
    },
    Report(oneshot::Sender<Report>),
    ResetCounts,
    Leave,
}

/// A simulated participant in a room.
#[derive(Debug)]
pub struct Participant {
    commands: mpsc::UnboundedSender<Command>,
    data: mpsc::UnboundedReceiver<ReceivedData>,
    task: JoinHandle<Report>,
}

/// A token that lets `identity` into `room` with every right of an ordinary participant.
pub fn token(key: &str, secret: &str, room: &str, identity: &str) -> Result<String> {
    let grants = VideoGrants {
        room_join: true,
        room: room.to_owned(),
        ..VideoGrants::default()
    };
    let token = AccessToken::with_api_key(key, secret)
        .with_identity(identity)
        .with_name(identity);
    Ok(token.with_grants(grants).to_jwt()?)
}

impl Participant {
    /// Joins and returns once media is connected; publishing and watching then go on in a task of its own.
    pub async fn join(url: &str, token: &str, options: Options) -> Result<Participant> {
        let (commands, inbox) = mpsc::unbounded_channel();
        let (data_sender, data) = mpsc::unbounded_channel();
        let (connected, ready) = oneshot::channel();
        let session = Session::connect(url, token, options, data_sender).await?;
        let task = tokio::spawn(session.run(inbox, connected));
        let participant = Participant { commands, data, task };
        match ready.await {
            Ok(Ok(())) => Ok(participant),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(anyhow::anyhow!("the participant ended before it was connected")),
        }
    }

    /// Sends bytes to the named identities, or to everyone.
    pub fn send_data(&self, reliable: bool, topic: Option<&str>, payload: &[u8], to: &[&str]) {
        self.command(Command::SendData {
            reliable,
            topic: topic.map(str::to_owned),
            payload: payload.to_vec(),
            to: to.iter().map(|identity| (*identity).to_owned()).collect(),
        });
    }

    /// The next data packet from another participant; `None` once the session has ended.
    pub async fn next_data(&mut self) -> Option<ReceivedData> {
        self.data.recv().await
    }

    /// Starts or ends speech on the microphone.
    pub fn set_talking(&self, talking: bool) {
        self.command(Command::SetTalking(talking));
    }

    /// Subscribes to a track, or ends the subscription.
    pub fn subscribe(&self, track: &str, subscribe: bool) {
        self.command(Command::Subscribe {
            track: track.to_owned(),
            subscribe,
        });
    }

    /// What the participant has seen so far.
    pub async fn report(&self) -> Result<Report> {
        let (answer, report) = oneshot::channel();
        self.command(Command::Report(answer));
        report.await.context("the participant has ended")
    }

    /// Starts all counts anew; times of joining stay.
    pub fn reset_counts(&self) {
        self.command(Command::ResetCounts);
    }

    /// Leaves, and tells what was seen.
    pub async fn leave(self) -> Result<Report> {
        self.command(Command::Leave);
        self.task.await.context("the participant's task")
    }

    fn command(&self, command: Command) {
        // A session that has ended takes no commands; its report says why it ended.
        let _ = self.commands.send(command);
    }
}
