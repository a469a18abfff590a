//! Knocking: somebody stands before the door, hears what happens there, and comes in when a host says so.

pub mod answering;

use jiff::{SignedDuration, Timestamp};
use meetings::display_name::DisplayName;
use meetings::door::{self, Door, Mark};
use meetings::id::{KnockId, RoomId};
use meetings::language::Language;
use store::knocks::{self, Answer, Knock, State};
use store::{Read, Secret, Store, StoreError, Subject, Vault, Write, people, rooms};

use super::door::scene::{Doorway, Who};
use super::door::{Pass, has_place, help_contact, new_identity};
use super::error::Error;
use super::presence::{self, Presence};
use super::sign_in::purpose;
use crate::backend::{Entrance, MediaBackend};

/// Knocks before one door at most: more than a host can look through, and enough for a class that comes at once.
pub const MAX_AT_A_DOOR: u64 = 20;

/// Doors one browser may stand before at once: a person waits at one, or at two in a hurry.
const MAX_OF_A_BROWSER: u64 = 5;

/// A knock that nobody has listened to for so long is given up: time to load the page again, or to change networks.
pub const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// By this somebody hears what comes of their knock: `<id>.<secret>`.
#[derive(Clone, Debug)]
pub struct Ticket(pub Secret);

impl Ticket {
    /// The secret is made of the id with our key, so that whoever knocks again gets the same.
    fn of(vault: &Vault, id: KnockId) -> Self {
        let drawn = vault.digest(purpose::KNOCK_TICKET, &[id.as_uuid().as_bytes()]);
        let secret: String = drawn.0.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(Secret::new(format!("{id}.{secret}")))
    }
}

/// The knock a path names by its ticket; an error for anything else, without telling what is wrong.
async fn by_ticket(tx: &Read, ticket: &Secret) -> Result<Knock, Error> {
    let digest = tx.vault().digest(purpose::KNOCK, &[ticket.expose().as_bytes()]);
    knocks::by_secret(tx, &digest).await?.ok_or_else(unknown)
}

/// The knock a path names by its id, alone or in a ticket: for hosts, who have shown that they may.
pub(super) async fn by_id(tx: &Read, name: &str) -> Result<Knock, Error> {
    let id = name.split('.').next().unwrap_or_default();
    let id = id.parse().map_err(|_| unknown())?;
    knocks::by_id(tx, id).await?.ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::missing("unknown_knock", "there is no such knock any more")
}

/// Somebody knocks, or goes on knocking.
pub(super) async fn knock(
    tx: &Write,
    door: &Doorway,
    who: &Who,
    name: DisplayName,
    language: Language,
    now: Timestamp,
) -> Result<Ticket, Error> {
    let room = door.room.id;
    // Two servers must not both count nineteen.
    tx.alone_with(&format!("door {room}")).await?;
    let person = who.whom().person;
    if let Some(known) = knocks::open_of(tx, room, person, who.browser.as_ref()).await? {
        knocks::touch(tx, known.id, now).await?;
        return Ok(Ticket::of(tx.vault(), known.id));
    }
    let of_browser = match &who.browser {
        Some(browser) => knocks::count_of_browser(tx, browser).await?,
        None => 0,
    };
    if knocks::count_of(tx, room).await? >= MAX_AT_A_DOOR || of_browser >= MAX_OF_A_BROWSER {
        let message = "too many people wait at this door: try again in a moment";
        return Err(Error::wrong_state("too_many_knocks", message));
    }
    let id: KnockId = store::random::id(now);
    let knock = Knock {
        id,
        room,
        person,
        browser: who.browser,
        name,
        language,
        state: State::Waiting,
        created: now,
        seen: now,
        answered: None,
        answered_by: None,
        identity: None,
    };
    let ticket = Ticket::of(tx.vault(), id);
    let digest = tx.vault().digest(purpose::KNOCK, &[ticket.0.expose().as_bytes()]);
    knocks::insert(tx, &knock, &digest).await?;
    tx.announce(Subject::Knock, room);
    Ok(ticket)
}

/// What somebody who knocked sees.
#[derive(Clone, Debug)]
pub enum View {
    /// They stand before the door; who could answer is told.
    Waiting {
        /// A host has asked them to wait.
        held: bool,
        /// Who is there to answer.
        presence: Presence,
    },
    /// They may come in, when somebody leaves.
    Full,
    /// They may come in.
    Admitted(Entrance),
    /// They may not; whom they can ask is told.
    Refused {
        /// As the organisation names it.
        help_contact: Option<String>,
    },
    /// They were given up, or the meeting is over.
    Expired,
}

/// Which room's door a ticket is for: what happens there is worth another [`look`].
pub async fn room_of(store: &Store, ticket: &Secret) -> Result<RoomId, Error> {
    let tx = store.begin_read().await?;
    Ok(by_ticket(&tx, ticket).await?.room)
}

/// Notes that whoever holds a ticket still listens.
pub async fn listen_on(store: &Store, now: Timestamp, ticket: &Secret) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let knock = by_ticket(&tx, ticket).await?;
    knocks::touch(&tx, knock.id, now).await?;
    Ok(tx.commit().await?)
}

/// Whoever holds a ticket looks what came of it. When the padlock was turned so that nobody need knock any more, they
/// come in; admitted, they get their way in.
pub async fn look(
    store: &Store,
    backend: &dyn MediaBackend,
    now: Timestamp,
    ticket: &Secret,
    device: &str,
    seen_at: &str,
) -> Result<View, Error> {
    let tx = store.begin_read().await?;
    let knock = by_ticket(&tx, ticket).await?;
    let Some((door, who)) = before(&tx, &knock).await? else {
        return Ok(View::Expired);
    };
    let open = match knock.state {
        State::Refused => return refused(&tx).await,
        State::Expired => return Ok(View::Expired),
        State::Waiting | State::Held => true,
        State::Admitted => false,
    };
    let rank = who.rank(&tx, &door.room).await?;
    let scene = who.before(&tx, &door.room, rank.visitor(), true, now).await?;
    match (door::decide(scene), open) {
        (Door::Enter | Door::Full, _) => {}
        (Door::Refused(door::Refusal::SentAway), false) => return refused(&tx).await,
        // The meeting they were admitted to is over.
        (_, false) => return Ok(View::Expired),
        (_, true) => {
            let presence = presence::of(&tx, &door.room).await?;
            let held = knock.state == State::Held;
            return Ok(View::Waiting { held, presence });
        }
    }
    drop(tx);
    if !has_place(backend, &door).await? {
        return Ok(View::Full);
    }
    let tx = store.begin_write().await?;
    // Whoever need not knock any more is let in by the door itself; if a host was quicker, their word holds.
    let drawn = new_identity(&who);
    let answer = Answer::Admit { identity: &drawn };
    if knocks::answer(&tx, knock.id, answer, None, now).await? {
        tx.announce(Subject::Knock, door.room.id);
    }
    let knock = by_ticket(&tx, ticket).await?;
    let Some(identity) = knock
        .identity
        .as_deref()
        .filter(|_| knock.state == State::Admitted)
    else {
        return refused(&tx).await;
    };
    let pass = Pass {
        door: &door,
        who: &who,
        identity,
        name: knock.name.as_str(),
        device,
        rank,
        mark: Mark::Entered,
    };
    pass.note(&tx, now).await?;
    tx.commit().await?;
    Ok(View::Admitted(pass.open(backend, seen_at)?))
}

async fn refused(tx: &Read) -> Result<View, Error> {
    let help_contact = help_contact(tx).await?;
    Ok(View::Refused { help_contact })
}

/// Whoever holds a ticket goes away.
pub async fn go_away(store: &Store, ticket: &Secret) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let knock = by_ticket(&tx, ticket).await?;
    if knocks::give_up(&tx, knock.id).await? {
        tx.announce(Subject::Knock, knock.room);
    }
    Ok(tx.commit().await?)
}

/// Gives up those nobody listens for any more, and tells the hosts.
pub async fn give_up_silent(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let before = now - GIVEN_UP_AFTER;
    // Nearly always there is nobody, and nothing to write.
    if knocks::silent_since(&store.begin_read().await?, before).await? == 0 {
        return Ok(());
    }
    let tx = store.begin_write().await?;
    for knock in knocks::expire(&tx, before).await? {
        tx.announce(Subject::Knock, knock.room);
    }
    tx.commit().await
}

/// The door somebody knocked at, and who they are; `None` when the room or their account is gone.
pub(super) async fn before(tx: &Read, knock: &Knock) -> Result<Option<(Doorway, Who)>, StoreError> {
    let Some(room) = rooms::by_id(tx, knock.room).await? else {
        return Ok(None);
    };
    let person = match knock.person {
        Some(id) => match people::by_id(tx, id).await?.filter(|person| person.active) {
            None => return Ok(None),
            found => found,
        },
        None => None,
    };
    let who = Who {
        person,
        browser: knock.browser,
        identity: knock.identity.clone(),
    };
    Ok(Some((Doorway::of(tx, room).await?, who)))
}
