//! One room at work: feeds an `sfu` room with what arrives and does what it asks.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sfu::id::{ParticipantSid, PeerId};
use sfu::media::PeerCommand;
use sfu::room::{Administer, Join, Resume, Room, RoomAnnouncement, RoomInput, RoomOutput, RoomView};
use sfu::signal::{DisconnectReason, LeaveAction, Response};
use tokio::sync::{mpsc, oneshot};

use super::socket::{SocketHandle, ToSocket};
use super::{RoomHandle, Rooms, Summary, locked, now};
use crate::livekit::data;
use crate::media::{EventSink, EventSource};

/// What reaches a room from sockets and the API.
#[derive(Debug)]
pub(super) enum Mail {
    Join(Box<Join>, SocketHandle),
    Resume(Box<Resume>, SocketHandle),
    Input(RoomInput),
    Administer(Administer, oneshot::Sender<RoomView>),
    View(oneshot::Sender<RoomView>),
    /// A fault in our code, made on purpose.
    #[cfg(test)]
    Fault,
}

/// A room with everything it speaks to. Dropping it closes its peers, lets go of
/// its sockets and takes its name out of the registry.
pub(super) struct RoomTask {
    room: Room,
    name: String,
    handle: RoomHandle,
    rooms: Arc<Rooms>,
    mail: mpsc::Receiver<Mail>,
    sink: EventSink,
    events: EventSource,
    sockets: HashMap<u64, SocketHandle>,
    peers: HashSet<PeerId>,
    hidden: HashSet<ParticipantSid>,
    finished: bool,
}

impl RoomTask {
    pub(super) fn new(
        room: Room,
        name: String,
        handle: RoomHandle,
        rooms: Arc<Rooms>,
        mail: mpsc::Receiver<Mail>,
        sink: EventSink,
        events: EventSource,
    ) -> Self {
        Self {
            room,
            name,
            handle,
            rooms,
            mail,
            sink,
            events,
            sockets: HashMap::new(),
            peers: HashSet::new(),
            hidden: HashSet::new(),
            finished: false,
        }
    }

    pub(super) async fn run(mut self) {
        tracing::info!(room = self.name, "the room opened");
        // What making the room already asked for (its first announcement).
        self.settle();
        while !self.finished {
            let deadline = self.room.poll_timeout().map(tokio::time::Instant::from_std);
            let alarm = async {
                match deadline {
                    Some(instant) => tokio::time::sleep_until(instant).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                mail = self.mail.recv() => match mail {
                    Some(mail) => self.guarded(|task| task.take(mail)),
                    None => break,
                },
                Some((peer, event)) = self.events.next() => {
                    self.guarded(|task| task.feed(RoomInput::Peer { peer, event }));
                }
                () = alarm => self.guarded(|task| task.feed(RoomInput::Timeout)),
            }
            if self.events.overflowed() && !self.finished {
                self.guarded(|task| task.give_up("it fell too far behind its media"));
            }
        }
        tracing::info!(room = self.name, "the room closed");
        self.pass_on_late_comers();
    }

    /// Works so that a fault in our code ends this room only, and its people come back to a fresh one.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_ok() {
            return;
        }
        metrics::counter!("palabre_room_faults_total").increment(1);
        if catch_unwind(AssertUnwindSafe(|| self.give_up("a fault in the server"))).is_err() {
            self.finished = true;
        }
    }

    fn take(&mut self, mail: Mail) {
        match mail {
            #[cfg(test)]
            Mail::Fault => panic!("a fault made on purpose"),
            Mail::Join(join, socket) => {
                self.sockets.insert(socket.id, socket);
                self.feed(RoomInput::Join(join));
            }
            Mail::Resume(resume, socket) => {
                self.sockets.insert(socket.id, socket);
                self.feed(RoomInput::Resume(resume));
            }
            Mail::Input(RoomInput::SocketClosed { participant, socket }) => {
                self.sockets.remove(&socket);
                self.feed(RoomInput::SocketClosed { participant, socket });
            }
            Mail::Input(input) => self.feed(input),
            Mail::Administer(administer, reply) => {
                self.feed(RoomInput::Administer(administer));
                self.summarize();
                // Whoever asked may have gone; the deed is done all the same.
                let _ = reply.send(self.room.view());
            }
            Mail::View(reply) => {
                let _ = reply.send(self.room.view());
            }
        }
    }

    fn feed(&mut self, input: RoomInput) {
        self.room.handle(now(), input);
        self.settle();
    }

    /// Does everything the room asks for until it asks no more.
    fn settle(&mut self) {
        let mut people_changed = false;
        while let Some(output) = self.room.poll_output() {
            match output {
                RoomOutput::Signal {
                    socket,
                    participant,
                    response,
                } => {
                    people_changed |= matches!(response, Response::Joined(_) | Response::Room(_));
                    self.say(socket, &participant, response);
                }
                RoomOutput::CloseSocket { socket } => {
                    if let Some(handle) = self.sockets.remove(&socket) {
                        handle.send(ToSocket::Close);
                    }
                }
                RoomOutput::Refused { socket, reason } => {
                    if let Some(handle) = self.sockets.remove(&socket) {
                        handle.send(ToSocket::Refused(reason));
                    }
                }
                RoomOutput::CreatePeer(seed) => {
                    self.peers.insert(seed.id);
                    self.rooms.media.create_peer(seed, self.sink.clone());
                }
                RoomOutput::Peer { peer, command } => {
                    if matches!(command, PeerCommand::Close) {
                        self.peers.remove(&peer);
                    }
                    self.rooms.media.command(peer, command);
                }
                RoomOutput::Data {
                    from,
                    identity,
                    agent,
                    channel,
                    bytes,
                } => {
                    let hidden = self.hidden.contains(&from);
                    match data::relay(
                        data::Sender {
                            sid: from,
                            identity,
                            agent,
                            hidden,
                        },
                        channel,
                        &bytes,
                    ) {
                        Ok(Some(relay)) => self.room.handle(now(), RoomInput::Relay(relay)),
                        Ok(None) => {}
                        Err(error) => {
                            metrics::counter!("palabre_data_refused_total").increment(1);
                            tracing::debug!(room = self.name, %error, "a data message was dropped");
                        }
                    }
                }
                RoomOutput::Announce(announcement) => {
                    people_changed = true;
                    self.announce(announcement);
                }
                RoomOutput::Finished => self.finished = true,
            }
        }
        if people_changed {
            self.summarize();
        }
    }

    fn say(&mut self, socket: u64, participant: &ParticipantSid, response: Response) {
        let Some(handle) = self.sockets.get(&socket) else {
            return;
        };
        if !handle.send(ToSocket::Response(Box::new(response))) {
            tracing::info!(room = self.name, %participant, "the socket of a client that does not read was cut");
            self.sockets.remove(&socket);
        }
    }

    fn announce(&self, announcement: RoomAnnouncement) {
        match &announcement {
            RoomAnnouncement::ParticipantJoined(_, who) => {
                tracing::info!(room = self.name, participant = %who.sid, identity = %who.identity, "somebody joined");
            }
            RoomAnnouncement::ParticipantLeft(_, who)
            | RoomAnnouncement::ParticipantConnectionAborted(_, who) => {
                tracing::info!(
                    room = self.name, participant = %who.sid, identity = %who.identity,
                    reason = ?who.disconnect_reason, "somebody left"
                );
            }
            _ => {}
        }
        // Nobody listening is fine.
        let _ = self.rooms.announcements.send(Arc::new(announcement));
    }

    fn summarize(&mut self) {
        let view = self.room.view();
        self.hidden = view
            .participants
            .iter()
            .filter(|p| p.permission.hidden)
            .map(|p| p.sid.clone())
            .collect();
        self.put(Summary::of(view));
    }

    fn put(&self, summary: Summary) {
        let mut held = locked(&self.handle.summary);
        self.rooms.count(held.people.len(), summary.people.len());
        *held = summary;
    }

    /// What the room believes may be wrong: everybody comes back to a fresh one.
    fn give_up(&mut self, why: &str) {
        tracing::error!(room = self.name, why, "the room starts afresh");
        for (_, socket) in self.sockets.drain() {
            let leave = Response::Leave {
                reason: DisconnectReason::StateMismatch,
                action: LeaveAction::Reconnect,
            };
            socket.send(ToSocket::Response(Box::new(leave)));
            socket.send(ToSocket::Close);
        }
        self.feed(RoomInput::Administer(Administer::End(
            DisconnectReason::StateMismatch,
        )));
        self.finished = true;
    }

    /// Joins that arrived while the room ended go to its successor.
    fn pass_on_late_comers(&mut self) {
        self.mail.close();
        self.rooms.forget(&self.name, self.handle.generation);
        while let Ok(mail) = self.mail.try_recv() {
            match mail {
                Mail::Join(join, socket) => {
                    let (rooms, name) = (self.rooms.clone(), self.name.clone());
                    tokio::spawn(async move {
                        let told = socket.clone();
                        if rooms
                            .join(&name, &Default::default(), *join, socket)
                            .await
                            .is_err()
                        {
                            told.send(ToSocket::Refused(DisconnectReason::ServerShutdown));
                        }
                    });
                }
                Mail::Resume(_, socket) => {
                    socket.send(ToSocket::Refused(DisconnectReason::StateMismatch));
                }
                Mail::Input(_) | Mail::Administer(..) | Mail::View(_) => {}
                #[cfg(test)]
                Mail::Fault => {}
            }
        }
    }
}

impl Drop for RoomTask {
    fn drop(&mut self) {
        for peer in self.peers.drain() {
            self.rooms.media.command(peer, PeerCommand::Close);
        }
        let nobody = Summary {
            people: Vec::new(),
            ..self.handle.summary()
        };
        self.put(nobody);
        self.rooms.forget(&self.name, self.handle.generation);
    }
}
