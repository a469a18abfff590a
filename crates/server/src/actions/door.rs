//! Joining a room: what stands around its door is gathered, `meetings::door` decides, and the answer is carried out.

pub mod again;
pub mod scene;

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::door::{self, Door, Mark, Refusal};
use meetings::hosting::{Rank, Role};
use meetings::id::RoomId;
use meetings::language::Language;
use meetings::scope::{Noun, Scope};
use meetings::sign_in::Digest;
use serde_json::json;
use store::people::Person;
use store::visits::{self, Visit, Whom};
use store::{Read, Store, StoreError, Write, organisation, random, rooms};

use super::caller::Caller;
use super::error::Error;
use super::knocks::{self, Ticket};
use super::room_state;
use crate::backend::{BackendError, Entrance, Invitation, MediaBackend};
use scene::{Doorway, Who};

/// Somebody asks to join.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The mark of their browser; programs have none.
    pub browser: Option<Digest>,
    /// Under which name; whoever has an account is called by theirs without.
    pub name: Option<&'a str>,
    /// They know that they are in the call from another device, and want to be twice.
    pub again: bool,
    /// What their device is in words.
    pub device: &'a str,
    /// What they read.
    pub language: Language,
    /// Where they see the server.
    pub seen_at: &'a str,
}

/// What came of it, unless they were refused.
#[derive(Clone, Debug)]
pub enum Answer {
    /// They may go in.
    Admitted(Entrance),
    /// They stand before the door.
    Knocking(Ticket),
}

/// Lets somebody in, or has them knock.
pub async fn join(
    store: &Store,
    backend: &dyn MediaBackend,
    now: Timestamp,
    room: &str,
    arrival: Arrival<'_>,
) -> Result<Answer, Error> {
    let person = match &arrival.caller.signed {
        Some(_) => Some(arrival.caller.person(Scope::read(Noun::Rooms))?.clone()),
        None => None,
    };
    let name = name_of(person.as_ref(), arrival.name)?;
    let who = Who {
        person,
        browser: arrival.browser,
        identity: None,
    };
    let tx = store.begin_read().await?;
    let door = Doorway::before(&tx, arrival.caller, room).await?;
    let elsewhere = other_devices(&who, visits::of_whom(&tx, door.room.id, who.whom()).await?);
    drop(tx);
    // The media server is asked outside the transaction that writes: it may be another machine.
    if !arrival.again && !elsewhere.is_empty() {
        not_here_yet(backend, &door, &elsewhere).await?;
    }
    let place = has_place(backend, &door).await?;

    let tx = store.begin_write().await?;
    let door = Doorway::before(&tx, arrival.caller, room).await?;
    let rank = who.rank(&tx, &door.room).await?;
    let scene = who.before(&tx, &door.room, rank.visitor(), place, now).await?;
    match door::decide(scene) {
        Door::Enter => {
            let identity = new_identity(&who);
            let pass = Pass {
                door: &door,
                who: &who,
                identity: &identity,
                name: name.as_str(),
                device: arrival.device,
                rank,
                mark: Mark::Entered,
            };
            pass.note(&tx, now).await?;
            tx.commit().await?;
            Ok(Answer::Admitted(pass.open(backend, arrival.seen_at)?))
        }
        Door::Knock => {
            let ticket = knocks::knock(&tx, &door, &who, name, arrival.language, now).await?;
            tx.commit().await?;
            Ok(Answer::Knocking(ticket))
        }
        Door::Full => Err(full()),
        Door::NotOpen => Err(Error::wrong_state("not_open", "the meeting has not begun yet")),
        Door::Refused(refusal) => Err(refused(refusal, help_contact(&tx).await?)),
    }
}

/// Which room a path names.
pub async fn room_of(store: &Store, name: &str) -> Result<RoomId, Error> {
    let tx = store.begin_read().await?;
    Ok(Doorway::named(&tx, name).await?.room.id)
}

/// Whether there is a place in a room.
pub async fn place_in(store: &Store, backend: &dyn MediaBackend, room: RoomId) -> Result<bool, Error> {
    let tx = store.begin_read().await?;
    let gone = || Error::missing("unknown_room", "this room does not exist");
    let room = rooms::by_id(&tx, room).await?.ok_or_else(gone)?;
    let door = Doorway::of(&tx, room).await?;
    drop(tx);
    has_place(backend, &door).await
}

/// Whether there is a place behind a door.
pub(super) async fn has_place(backend: &dyn MediaBackend, door: &Doorway) -> Result<bool, Error> {
    let limit = u32::from(door.room.people_limit);
    match backend.has_place(door.media_room.as_str(), limit).await {
        Ok(()) => Ok(true),
        Err(BackendError::Full(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A way in for somebody the door has let in.
pub(super) struct Pass<'a> {
    pub(super) door: &'a Doorway,
    pub(super) who: &'a Who,
    pub(super) identity: &'a str,
    pub(super) name: &'a str,
    pub(super) device: &'a str,
    pub(super) rank: Rank,
    pub(super) mark: Mark,
}

impl Pass<'_> {
    /// Keeps who it was given to: nobody comes in by a token of ours without a visit.
    pub(super) async fn note(&self, tx: &Write, now: Timestamp) -> Result<(), Error> {
        let visit = Visit {
            id: random::id(now),
            room: self.door.room.id,
            identity: self.identity.to_owned(),
            person: self.who.person.as_ref().map(|person| person.id),
            browser: self.who.browser,
            name: self.name.to_owned(),
            device: self.device.to_owned(),
            role: self.rank.visitor(),
            mark: self.mark,
            created: now,
            seen: now,
        };
        Ok(visits::upsert(tx, &visit).await?)
    }

    /// What a client connects with.
    pub(super) fn open(&self, backend: &dyn MediaBackend, seen_at: &str) -> Result<Entrance, Error> {
        let invitation = Invitation {
            room: self.door.media_room.as_str(),
            identity: self.identity,
            name: self.name,
            role: Role::of(self.rank.visitor()),
            metadata: &room_state::metadata(&self.door.room),
            seen_at,
        };
        Ok(backend.invite(&invitation)?)
    }
}

/// Letters and digits of an identity that nobody can guess.
const IDENTITY_LENGTH: usize = 16;

/// A name for machines that nobody can guess, and that tells whether somebody with an account is behind it.
pub(super) fn new_identity(who: &Who) -> String {
    let kind = if who.person.is_some() { PERSON } else { GUEST };
    format!("{kind}{}", random::text(IDENTITY_LENGTH))
}

/// How identities of people with an account begin, and those of guests.
const PERSON: &str = "p-";
const GUEST: &str = "guest-";

/// Whether an identity has the form of those that we draw; operators choose others.
pub(super) fn is_drawn(identity: &str) -> bool {
    let kinds = [PERSON, GUEST].into_iter();
    let rest = kinds.filter_map(|kind| identity.strip_prefix(kind)).next();
    rest.is_some_and(|rest| {
        rest.len() == IDENTITY_LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn name_of(person: Option<&Person>, said: Option<&str>) -> Result<DisplayName, Error> {
    match (said, person) {
        (Some(said), _) => DisplayName::parse(said).map_err(|error| Error::invalid("invalid_name", error)),
        (None, Some(person)) => Ok(person.name.clone()),
        (None, None) => Err(Error::invalid("invalid_name", "a guest needs a name")),
    }
}

/// Visits of the same person from other browsers.
fn other_devices(who: &Who, visits: Vec<Visit>) -> Vec<Visit> {
    let person = who.whom().person;
    let other = |visit: &Visit| {
        person.is_some() && visit.person == person && (who.browser.is_none() || visit.browser != who.browser)
    };
    visits.into_iter().filter(other).collect()
}

/// An error when one of these visits is in the call now.
async fn not_here_yet(backend: &dyn MediaBackend, door: &Doorway, visits: &[Visit]) -> Result<(), Error> {
    let present = backend.participants(door.media_room.as_str()).await?;
    let here = |visit: &&Visit| present.iter().any(|one| one.identity.as_str() == visit.identity);
    let devices: Vec<_> = visits
        .iter()
        .filter(here)
        .map(|visit| visit.device.as_str())
        .collect();
    match devices.is_empty() {
        true => Ok(()),
        false => {
            let message =
                "you are in this call from another device: ask again with \"again\": true to be twice";
            Err(Error::wrong_state("already_here", message).with(json!({ "devices": devices })))
        }
    }
}

/// There is no place.
fn full() -> Error {
    Error::wrong_state("full", "the room is full: /place tells when somebody leaves")
}

/// Whom the organisation names for questions: everybody who is turned away is told.
pub(super) async fn help_contact(tx: &Read) -> Result<Option<String>, StoreError> {
    let organisation = organisation::load(tx).await?;
    Ok(organisation.and_then(|organisation| organisation.help_contact))
}

/// The door says no.
fn refused(refusal: Refusal, help_contact: Option<String>) -> Error {
    let (reason, message) = match refusal {
        Refusal::SentAway => ("sent_away", "a host refused or removed you from this meeting"),
        Refusal::MembersOnly => ("members_only", "this room is for members of the organisation"),
        Refusal::Locked => ("locked", "the room is locked"),
    };
    Error::forbidden("refused", message).with(json!({ "reason": reason, "help_contact": help_contact }))
}

/// Whether a visit belongs to whoever this is; for those who point at somebody.
pub(super) fn whom_of(visit: &Visit) -> Whom<'_> {
    Whom {
        person: visit.person,
        browser: visit.browser.as_ref(),
        identity: Some(&visit.identity),
    }
}
