//! A participant's task: one loop over the signalling socket, the media connections, the sources and the commands.

mod arriving;
mod commands;
mod room;
mod signalling;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use livekit_protocol::leave_request::Action;
use livekit_protocol::{LeaveRequest, signal_request};
use str0m::channel::ChannelId;
use str0m::media::Mid;
use tokio::sync::{mpsc, oneshot};

use crate::negotiation::{Negotiation, Publication};
use crate::options::{Options, Topology};
use crate::participant::{Command, ReceivedData};
use crate::report::Report;
use crate::signal::Signal;
use crate::source::{Camera, Microphone, Outgoing};
use crate::transport::Transport;
use crate::writing::write;
use room::Room;

/// How long joining may take.
const JOIN_PATIENCE: Duration = Duration::from_secs(15);
/// Sources are asked this much early, so that one waking serves several.
const EARLY: Duration = Duration::from_millis(1);

/// The connection an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Publisher,
    Subscriber,
}

pub(crate) struct Session {
    options: Options,
    started: Instant,
    signal: Signal,
    publisher: Transport,
    subscriber: Option<Transport>,
    negotiation: Negotiation,
    publications: Vec<Publication>,
    microphone: Option<Microphone>,
    camera: Option<Camera>,
    muted: Vec<String>,
    published: HashMap<String, String>,
    room: Room,
    channels: HashMap<(Side, ChannelId), bool>,
    sequence: u32,
    ping_every: Duration,
    next_ping: Instant,
    next_read: Option<Instant>,
    welcomed: bool,
    subscriber_primary: bool,
    outbox: Vec<signal_request::Message>,
    packets: Vec<Outgoing>,
    report: Report,
    data: mpsc::UnboundedSender<ReceivedData>,
}

impl Session {
    /// Opens the sockets and asks to be let in.
    pub(crate) async fn connect(
        url: &str,
        token: &str,
        options: Options,
        data: mpsc::UnboundedSender<ReceivedData>,
    ) -> Result<Session> {
        let started = Instant::now();
        let mut publisher = Transport::open(options.bind, options.loss).await?;
        let mut negotiation = Negotiation::default();
        let single = options.topology == Topology::Single;
        let first = match single {
            true => Some(negotiation.begin(&mut publisher.rtc, true)?),
            false => None,
        };
        let subscriber = match single {
            true => None,
            false => Some(Transport::open(options.bind, options.loss).await?),
        };
        let signal = Signal::connect(url, token, first, options.automatic_subscription).await?;
        Ok(Session {
            room: Room::new(
                options.watch.clone(),
                options.automatic_subscription,
                options.light_receiver,
            ),
            options,
            started,
            signal,
            publisher,
            subscriber,
            negotiation,
            publications: Vec::new(),
            microphone: None,
            camera: None,
            muted: Vec::new(),
            published: HashMap::new(),
            channels: HashMap::new(),
            sequence: 0,
            ping_every: Duration::from_secs(5),
            next_ping: started + Duration::from_secs(5),
            next_read: None,
            welcomed: false,
            subscriber_primary: !single,
            outbox: Vec::new(),
            packets: Vec::new(),
            report: Report::default(),
            data,
        })
    }

    /// Runs until told to leave, or until the server or the connection ends it.
    pub(crate) async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        connected: oneshot::Sender<Result<()>>,
    ) -> Report {
        let mut connected = Some(connected);
        let mut buffer = vec![0; 2048];
        let sleep = tokio::time::sleep_until(self.started.into());
        tokio::pin!(sleep);
        loop {
            let deadline = self.deadline();
            if sleep.deadline().into_std() != deadline {
                sleep.as_mut().reset(deadline.into());
            }
            let mut leaving = false;
            let subscriber = self.subscriber.as_ref();
            let may_read = self.may_read();
            tokio::select! {
                () = self.publisher.readable(), if may_read => self.read(&mut buffer),
                () = readable(subscriber), if may_read => self.read(&mut buffer),
                message = self.signal.next() => match message {
                    Ok(message) => self.handle(message),
                    Err(error) => self.end(error.to_string()),
                },
                command = commands.recv() => leaving = self.obey(command),
                () = &mut sleep => {}
            }
            self.step(Instant::now());
            for message in std::mem::take(&mut self.outbox) {
                if let Err(error) = self.signal.send(message).await {
                    self.end(error.to_string());
                    break;
                }
            }
            if self.report.connected_after.is_some()
                && let Some(connected) = connected.take()
            {
                let _ = connected.send(Ok(()));
            }
            let ended = self.report.ended.clone();
            let reason = match &ended {
                None if connected.is_some() && self.started.elapsed() > JOIN_PATIENCE => Some(self.stuck()),
                _ => ended,
            };
            if let (Some(reason), Some(connected)) = (&reason, connected.take_if(|_| reason.is_some())) {
                let _ = connected.send(Err(anyhow!("{reason}")));
            }
            if leaving || reason.is_some() {
                if self.report.ended.is_none() && !leaving {
                    let goodbye = LeaveRequest {
                        action: Action::Disconnect as i32,
                        ..LeaveRequest::default()
                    };
                    let _ = self.signal.send(signal_request::Message::Leave(goodbye)).await;
                }
                self.signal.close().await;
                return self.snapshot(Instant::now());
            }
        }
    }

    fn stuck(&self) -> String {
        let reached = match (self.welcomed, self.publisher.connected) {
            (false, _) => "no welcome from the server",
            (true, false) => "welcomed, but the publishing connection is not up",
            (true, true) => "welcomed and publishing, but the receiving connection is not up",
        };
        let report = self.snapshot(Instant::now());
        let (read, sent) = report.datagrams;
        let answered = report.negotiations;
        format!(
            "not connected after {} s: {reached}; {answered} descriptions agreed, {read} datagrams read, {sent} sent{}",
            JOIN_PATIENCE.as_secs(),
            report
                .failures
                .iter()
                .map(|failure| format!("; {failure}"))
                .collect::<String>()
        )
    }

    /// While connecting everything is read at once; afterwards what comes may be gathered.
    fn may_read(&self) -> bool {
        self.next_read.is_none_or(|next| Instant::now() >= next)
    }

    fn read(&mut self, buffer: &mut [u8]) {
        self.publisher.read(buffer);
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.read(buffer);
        }
        if !self.options.gather.is_zero() && self.report.connected_after.is_some() {
            self.next_read = Some(Instant::now() + self.options.gather);
        }
    }

    fn deadline(&self) -> Instant {
        let mut deadline = self.publisher.next().min(self.next_ping);
        if let Some(next) = self.next_read
            && !self.may_read()
        {
            deadline = deadline.min(next);
        }
        if let Some(subscriber) = &self.subscriber {
            deadline = deadline.min(subscriber.next());
        }
        if self.publisher.connected {
            let sources = self.microphone.as_ref().map(Microphone::next);
            let cameras = self.camera.as_ref().and_then(Camera::next);
            for next in sources.into_iter().chain(cameras) {
                deadline = deadline.min(next);
            }
        }
        if self.report.connected_after.is_none() {
            deadline = deadline.min(Instant::now() + Duration::from_secs(1));
        }
        deadline
    }

    /// Everything that follows from time passing and datagrams having come.
    fn step(&mut self, now: Instant) {
        self.publish(now);
        self.publisher.tick(now);
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.tick(now);
        }
        self.look(now, Side::Publisher);
        self.look(now, Side::Subscriber);
        if self.welcomed && self.report.connected_after.is_none() {
            let primary = match &self.subscriber {
                Some(subscriber) if self.subscriber_primary => subscriber.connected,
                _ => self.publisher.connected,
            };
            if primary {
                self.report.connected_after = Some(now - self.started);
            }
        }
        self.offer_if_due();
        self.room.ask(&mut self.outbox);
        if now >= self.next_ping {
            self.next_ping = now + self.ping_every;
            self.ping();
        }
    }

    fn publish(&mut self, now: Instant) {
        if !self.publisher.connected {
            return;
        }
        let due = now + EARLY;
        let mut wrote = false;
        for publication in &self.publications {
            let Some(mid) = publication.mid else { continue };
            let is_video = !publication.layers.is_empty();
            match (is_video, &mut self.microphone, &mut self.camera) {
                (true, _, Some(camera)) => camera.due(now, due, &mut self.packets),
                (false, Some(microphone), _) => microphone.due(now, due, &mut self.packets),
                _ => continue,
            }
            let muted = self
                .published
                .get(&publication.cid)
                .is_some_and(|track| self.muted.contains(track));
            for packet in self.packets.drain(..).filter(|_| !muted) {
                if write(&mut self.publisher.rtc, now, mid, &packet) {
                    self.report.packets_written += 1;
                    wrote = true;
                }
            }
        }
        if wrote {
            self.publisher.drain(now);
        }
    }

    fn transport(&mut self, side: Side) -> Option<&mut Transport> {
        match side {
            Side::Publisher => Some(&mut self.publisher),
            Side::Subscriber => self.subscriber.as_mut(),
        }
    }

    fn end(&mut self, reason: String) {
        self.report.ended.get_or_insert(reason);
    }

    fn offer_if_due(&mut self) {
        let room = &self.room;
        let finished = |mid: Mid| room.is_finished(mid);
        let publications = &mut self.publications;
        let offer = self
            .negotiation
            .next_offer(&mut self.publisher.rtc, publications, finished);
        if let Some(offer) = offer {
            self.outbox.push(signal_request::Message::Offer(offer));
        }
    }

    fn snapshot(&self, now: Instant) -> Report {
        let mut report = self.report.clone();
        report.tracks = self.room.reports(now);
        report.first_picture_after = self.room.first_picture().map(|at| at - self.started);
        report.unattributed = self.room.unattributed();
        report.negotiations += self.negotiation.completed;
        report.sections = match &self.subscriber {
            Some(_) => self.room.sections(),
            None => self.negotiation.sections(),
        };
        for transport in [Some(&self.publisher), self.subscriber.as_ref()]
            .into_iter()
            .flatten()
        {
            report.datagrams.0 += transport.datagrams_in;
            report.datagrams.1 += transport.datagrams_out;
        }
        report
    }
}

async fn readable(transport: Option<&Transport>) {
    match transport {
        Some(transport) => transport.readable().await,
        None => std::future::pending().await,
    }
}
