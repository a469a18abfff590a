//! What hosts do in a meeting: decided by `meetings::hosting`, kept in the rows, and carried out in the media server.

use jiff::Timestamp;
use meetings::door::{Access, Mark, Visitor};
use meetings::hosting::{Act, Role, Target};
use meetings::id::{Id, RoomKind};
use serde_json::json;
use sfu::id::Identity;
use sfu::media::Channel;
use sfu::signal::{ParticipantInfo, RoomInfo, Source};
use store::rooms::{self, Room};
use store::visits::{self, Visit};
use store::{Store, Subject, Write, random, room_meetings};

use super::asker::{Asker, Standing};
use super::call::set_attribute;
use super::door::scene::Doorway;
use super::door::whom_of;
use super::error::Error;
use super::meeting_news;
use super::room_state;
use super::trail::{Deed, note};
use crate::backend::{BackendError, HAND, MediaBackend, ROLE, ServerMessage};

/// The topic of data messages that ask somebody for something.
pub const ASK_TOPIC: &str = "palabre.ask";

/// Asks a participant to unmute.
const ASK_TO_UNMUTE: &[u8] = br#"{"ask":"unmute"}"#;

const MICROPHONE: &[Source] = &[Source::Microphone];
const PICTURES: &[Source] = &[Source::Camera, Source::ScreenShare, Source::ScreenShareAudio];

/// Done to somebody; see [`Act`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are acts, and described there")]
pub enum ToOne {
    Mute,
    StopVideo,
    AskToUnmute,
    LowerHand,
    Promote,
    HandOver,
    Remove,
}

/// Done to everybody; see [`Act`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are acts, and described there")]
pub enum ToAll {
    Mute,
    LowerHands,
    End,
}

/// What hosts do works on.
#[derive(Clone, Copy)]
pub struct Hosting<'a> {
    /// The rows.
    pub store: &'a Store,
    /// Whoever carries the media.
    pub backend: &'a dyn MediaBackend,
    /// When.
    pub now: Timestamp,
    /// Who asks.
    pub asker: &'a Asker,
}

impl Hosting<'_> {
    /// Does something to somebody in the call.
    pub async fn act_on(self, room: &str, act: ToOne, identity: &str) -> Result<(), Error> {
        let door = self.door(room).await?;
        let media_room = door.media_room.as_str();
        let info = self.backend.participant(media_room, identity).await?;
        let tx = self.store.begin_write().await?;
        let standing = self.asker.toward(&tx, &door.room).await?;
        let visit = visits::by_identity(&tx, door.room.id, identity).await?;
        let target = standing.sees(&tx, &door.room, identity, visit.as_ref()).await?;
        standing.may(&tx, &door.room, act.into(), target).await?;
        let visit = visit.unwrap_or_else(|| self.of_an_operator(&door, &info));
        match act {
            ToOne::Promote => self.promote(tx, &door, visit).await,
            ToOne::HandOver => self.hand_over(tx, &door, &standing, visit).await,
            ToOne::Remove => self.remove(tx, &door, visit).await,
            ToOne::Mute | ToOne::StopVideo | ToOne::AskToUnmute | ToOne::LowerHand => {
                // Nothing of this is kept.
                drop(tx);
                match act {
                    ToOne::Mute => self.mute(media_room, &info, MICROPHONE).await,
                    ToOne::StopVideo => self.mute(media_room, &info, PICTURES).await,
                    ToOne::LowerHand => self.lower_hand(media_room, &info).await,
                    _ => self.ask_to_unmute(media_room, identity).await,
                }
            }
        }
    }

    /// Does something to everybody in the call.
    pub async fn act_on_all(self, room: &str, act: ToAll) -> Result<(), Error> {
        let door = self.door(room).await?;
        let running = match act {
            ToAll::End => self.backend.rooms(&[door.media_room.to_string()]).await?.pop(),
            ToAll::Mute | ToAll::LowerHands => None,
        };
        let tx = self.store.begin_write().await?;
        let standing = self.asker.toward(&tx, &door.room).await?;
        standing.may(&tx, &door.room, act.into(), Target::All).await?;
        if act == ToAll::End {
            return self.end(tx, &door, running).await;
        }
        let own = standing.own_visits(&tx, &door.room).await?;
        drop(tx);
        let media_room = door.media_room.as_str();
        for info in self.backend.participants(media_room).await? {
            let oneself = own.iter().any(|visit| visit.identity == info.identity.as_str());
            match act {
                ToAll::Mute if !oneself => self.mute(media_room, &info, MICROPHONE).await?,
                ToAll::LowerHands => self.lower_hand(media_room, &info).await?,
                ToAll::Mute | ToAll::End => {}
            }
        }
        Ok(())
    }

    /// Moves the padlock of the room, which stays so after the meeting.
    pub async fn padlock(self, room: &str, access: Access) -> Result<Room, Error> {
        let tx = self.store.begin_write().await?;
        let door = Doorway::named(&tx, room).await?;
        let standing = self.asker.toward(&tx, &door.room).await?;
        standing.may(&tx, &door.room, Act::Padlock, Target::All).await?;
        let mut room = door.room;
        if room.access == access {
            return Ok(room);
        }
        let deed = Deed {
            action: "room.changed",
            subject: &room.name,
            id: room.id,
            details: json!({ "access": [room.access, access] }),
        };
        note(&tx, self.asker.actor(), self.now, deed).await?;
        room.access = access;
        rooms::update(&tx, &room).await?;
        tx.announce(Subject::Room, room.id);
        tx.commit().await?;
        room_state::tell(self.backend, &room).await;
        Ok(room)
    }

    async fn door(&self, room: &str) -> Result<Doorway, Error> {
        let tx = self.store.begin_read().await?;
        Doorway::named(&tx, room).await
    }

    /// Who came with an operator's token has no visit until a host does something that is to be kept.
    fn of_an_operator(&self, door: &Doorway, info: &ParticipantInfo) -> Visit {
        Visit {
            id: random::id(self.now),
            room: door.room.id,
            identity: info.identity.to_string(),
            person: None,
            browser: None,
            name: info.name.clone(),
            device: String::new(),
            role: Visitor::Operator,
            mark: Mark::Entered,
            created: self.now,
            seen: self.now,
        }
    }

    async fn mute(&self, room: &str, info: &ParticipantInfo, sources: &[Source]) -> Result<(), Error> {
        let loud = |source| sources.contains(&source);
        for track in info
            .tracks
            .iter()
            .filter(|track| !track.muted && loud(track.source))
        {
            let identity = info.identity.as_str();
            let muted = self.backend.mute(room, identity, &track.sid, true).await;
            unless_gone(muted.map(drop))?;
        }
        Ok(())
    }

    async fn lower_hand(&self, room: &str, info: &ParticipantInfo) -> Result<(), Error> {
        match info.attributes.contains_key(HAND) {
            true => set_attribute(self.backend, room, info.identity.as_str(), HAND, String::new()).await,
            false => Ok(()),
        }
    }

    async fn ask_to_unmute(&self, room: &str, identity: &str) -> Result<(), Error> {
        let message = ServerMessage {
            channel: Channel::Reliable,
            payload: ASK_TO_UNMUTE.to_vec(),
            topic: Some(ASK_TOPIC.to_owned()),
            to: vec![Identity::from(identity)],
            to_sids: Vec::new(),
        };
        Ok(self.backend.send_data(room, message).await?)
    }

    async fn promote(&self, tx: Write, door: &Doorway, visit: Visit) -> Result<(), Error> {
        self.make_host(&tx, door, &visit).await?;
        self.note(&tx, "participant.promoted", &visit.name, door).await?;
        tx.commit().await?;
        self.show(door, &visit.identity, Role::Host).await
    }

    async fn hand_over(
        &self,
        tx: Write,
        door: &Doorway,
        standing: &Standing,
        visit: Visit,
    ) -> Result<(), Error> {
        self.make_host(&tx, door, &visit).await?;
        let after = standing.rank_without_hosting();
        let own = standing.own_visits(&tx, &door.room).await?;
        for mine in &own {
            visits::set_role(&tx, door.room.id, &mine.identity, after.visitor()).await?;
        }
        self.note(&tx, "host.handed_over", &visit.name, door).await?;
        tx.commit().await?;
        self.show(door, &visit.identity, Role::Host).await?;
        for mine in &own {
            self.show(door, &mine.identity, after.role()).await?;
        }
        Ok(())
    }

    async fn make_host(&self, tx: &Write, door: &Doorway, visit: &Visit) -> Result<(), Error> {
        let host = Visit {
            role: Visitor::Host,
            ..visit.clone()
        };
        visits::upsert(tx, &host).await?;
        // Whether somebody can answer knocks may have changed.
        tx.announce(Subject::Meeting, door.room.id);
        Ok(())
    }

    /// Shows everybody in the call what somebody is now; whoever is not there any more is shown to nobody.
    async fn show(&self, door: &Doorway, identity: &str, role: Role) -> Result<(), Error> {
        let room = door.media_room.as_str();
        match self.backend.participant(room, identity).await {
            Ok(_) => set_attribute(self.backend, room, identity, ROLE, role.word().to_owned()).await,
            Err(BackendError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts somebody out with all their devices. First it is kept that they may not come back, then they go: no
    /// client is quick enough to come back between the two.
    async fn remove(&self, tx: Write, door: &Doorway, visit: Visit) -> Result<(), Error> {
        let room = door.room.id;
        let removed = Visit {
            mark: Mark::SentAway,
            ..visit
        };
        visits::upsert(&tx, &removed).await?;
        visits::set_mark(&tx, room, whom_of(&removed), Mark::SentAway).await?;
        let theirs = visits::of_whom(&tx, room, whom_of(&removed)).await?;
        self.note(&tx, "participant.removed", &removed.name, door).await?;
        tx.commit().await?;
        for visit in theirs {
            unless_gone(
                self.backend
                    .remove(door.media_room.as_str(), &visit.identity)
                    .await,
            )?;
        }
        Ok(())
    }

    /// Ends the meeting and puts everybody out. The rows come first: whoever was in it is unknown to the next, and in
    /// no other meeting until the media server is done with them.
    async fn end(&self, tx: Write, door: &Doorway, running: Option<RoomInfo>) -> Result<(), Error> {
        let room = door.room.id;
        if let Some(meeting) = room_meetings::running_of(&tx, room).await? {
            if let Some(running) = running {
                room_meetings::end_media_room(&tx, meeting.id, running.sid.as_str()).await?;
            }
            meeting_news::end(&tx, &meeting, self.now).await?;
        }
        visits::clear(&tx, room).await?;
        self.note(&tx, "meeting.ended", &door.room.name, door).await?;
        tx.announce(Subject::Meeting, room);
        tx.commit().await?;
        Ok(unless_gone(
            self.backend.end_room(door.media_room.as_str()).await,
        )?)
    }

    async fn note(&self, tx: &Write, action: &str, subject: &str, door: &Doorway) -> Result<(), Error> {
        let id: Id<RoomKind> = door.room.id;
        let deed = Deed {
            action,
            subject,
            id,
            details: json!({ "room": door.room.address }),
        };
        Ok(note(tx, self.asker.actor(), self.now, deed).await?)
    }
}

/// Whoever or whatever left meanwhile needs nothing done any more.
fn unless_gone(done: Result<(), BackendError>) -> Result<(), BackendError> {
    match done {
        Err(BackendError::NotFound(_)) => Ok(()),
        other => other,
    }
}

impl From<ToOne> for Act {
    fn from(act: ToOne) -> Self {
        match act {
            ToOne::Mute => Self::Mute,
            ToOne::StopVideo => Self::StopVideo,
            ToOne::AskToUnmute => Self::AskToUnmute,
            ToOne::LowerHand => Self::LowerHand,
            ToOne::Promote => Self::Promote,
            ToOne::HandOver => Self::HandOver,
            ToOne::Remove => Self::Remove,
        }
    }
}

impl From<ToAll> for Act {
    fn from(act: ToAll) -> Self {
        match act {
            ToAll::Mute => Self::MuteAll,
            ToAll::LowerHands => Self::LowerHands,
            ToAll::End => Self::End,
        }
    }
}
