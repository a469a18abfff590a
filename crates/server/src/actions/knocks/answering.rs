//! Answering knocks: who stands before a door as hosts see it, and what they say.

use jiff::Timestamp;
use meetings::door::Mark;
use meetings::hosting::{Act, Target};
use meetings::id::RoomId;
use meetings::scope::{Noun, Scope};
use serde::Deserialize;
use serde_json::json;
use store::knocks::{self, Answer, Knock, State};
use store::rooms::{self, Room};
use store::{Cut, MAX_LIMIT, Store, Subject, Write, room_hosts};

use super::{before, by_id};
use crate::actions::asker::Asker;
use crate::actions::door::scene::Doorway;
use crate::actions::door::{Pass, new_identity};
use crate::actions::error::Error;
use crate::actions::trail::{Deed, note};

/// What is said to somebody who knocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Come in.
    Admit,
    /// Wait a little.
    Hold,
    /// No, for the whole meeting.
    Refuse,
}

/// A door as those see it who may answer there.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The room.
    pub room: Room,
    /// Whether who looks may answer now.
    pub may_answer: bool,
    /// Who stands there, the first to come first; nobody for who may not answer.
    pub knocks: Vec<Knock>,
}

/// Looks at the door of a room: its padlock, and who stands there.
pub async fn watch(store: &Store, asker: &Asker, room: RoomId) -> Result<Outlook, Error> {
    let tx = store.begin_read().await?;
    let room = rooms::by_id(&tx, room).await?.ok_or_else(gone)?;
    let standing = asker.toward(&tx, &room).await?;
    let may = standing.may(&tx, &room, Act::AnswerKnocks, Target::All).await;
    let may_answer = match may {
        Ok(()) => true,
        // Where members may stand in for a host, one who is there hears when they do.
        Err(_) if room.members_answer && standing.here => false,
        Err(error) => return Err(error),
    };
    let knocks = match may_answer {
        true => knocks::waiting_at(&tx, &[room.id]).await?,
        false => Vec::new(),
    };
    Ok(Outlook {
        room,
        may_answer,
        knocks,
    })
}

/// Who stands before the doors of all rooms that a person owns or hosts, with the room of each.
pub async fn watch_all(store: &Store, asker: &Asker) -> Result<Vec<(Room, Vec<Knock>)>, Error> {
    let Asker::Caller(caller) = asker else {
        return Err(gone());
    };
    let person = caller.person(Scope::read(Noun::Rooms))?;
    let tx = store.begin_read().await?;
    let mut theirs = rooms::of_owner(&tx, person.id, Cut::first(MAX_LIMIT))
        .await?
        .items;
    for id in room_hosts::of_person(&tx, person.id).await? {
        theirs.extend(rooms::by_id(&tx, id).await?);
    }
    let ids: Vec<_> = theirs.iter().map(|room| room.id).collect();
    let knocks = knocks::waiting_at(&tx, &ids).await?;
    let with = |room: Room| {
        let here: Vec<_> = knocks
            .iter()
            .filter(|knock| knock.room == room.id)
            .cloned()
            .collect();
        (!here.is_empty()).then_some((room, here))
    };
    Ok(theirs.into_iter().filter_map(with).collect())
}

/// Answers somebody who knocks; what has become of them.
pub async fn answer(
    store: &Store,
    now: Timestamp,
    asker: &Asker,
    knock: &str,
    decision: Decision,
) -> Result<Knock, Error> {
    let tx = store.begin_write().await?;
    let knock = by_id(&tx, knock).await?;
    let room = rooms::by_id(&tx, knock.room).await?.ok_or_else(gone)?;
    let standing = asker.toward(&tx, &room).await?;
    standing.may(&tx, &room, Act::AnswerKnocks, Target::All).await?;
    say(&tx, now, asker, &knock, decision).await?;
    let answered = by_id(&tx, &knock.id.to_string()).await?;
    tx.commit().await?;
    Ok(answered)
}

/// Lets everybody in who stands before a door; how many.
pub async fn admit_all(store: &Store, now: Timestamp, asker: &Asker, room: &str) -> Result<usize, Error> {
    let tx = store.begin_write().await?;
    let room = Doorway::named(&tx, room).await?.room;
    let standing = asker.toward(&tx, &room).await?;
    standing.may(&tx, &room, Act::AnswerKnocks, Target::All).await?;
    let waiting = knocks::waiting_at(&tx, &[room.id]).await?;
    for knock in &waiting {
        say(&tx, now, asker, knock, Decision::Admit).await?;
    }
    tx.commit().await?;
    Ok(waiting.len())
}

/// Of two hosts who answer at once the first is heard; the other learns what was said, unless they say the same.
async fn say(
    tx: &Write,
    now: Timestamp,
    asker: &Asker,
    knock: &Knock,
    decision: Decision,
) -> Result<(), Error> {
    let (door, who) = before(tx, knock).await?.ok_or_else(gone)?;
    let identity = new_identity(&who);
    let (answer, state, action) = match decision {
        Decision::Admit => (
            Answer::Admit { identity: &identity },
            State::Admitted,
            "knock.admitted",
        ),
        Decision::Hold => (Answer::Hold, State::Held, "knock.held"),
        Decision::Refuse => (Answer::Refuse, State::Refused, "knock.refused"),
    };
    if !knocks::answer(tx, knock.id, answer, asker.person(), now).await? {
        let found = by_id(tx, &knock.id.to_string()).await?.state;
        if found == state {
            return Ok(());
        }
        let message = "this knock has been answered already, or was given up";
        let known = json!({ "state": word(found) });
        return Err(Error::wrong_state("already_answered", message).with(known));
    }
    let mark = match decision {
        Decision::Admit => Some(Mark::Admitted),
        Decision::Refuse => Some(Mark::SentAway),
        Decision::Hold => None,
    };
    if let Some(mark) = mark {
        let pass = Pass {
            door: &door,
            who: &who,
            identity: &identity,
            name: knock.name.as_str(),
            // Known when they come in.
            device: "",
            rank: who.rank(tx, &door.room).await?,
            mark,
        };
        pass.note(tx, now).await?;
    }
    let deed = Deed {
        action,
        subject: knock.name.as_str(),
        id: knock.id,
        details: json!({ "room": door.room.address }),
    };
    note(tx, asker.actor(), now, deed).await?;
    tx.announce(Subject::Knock, door.room.id);
    Ok(())
}

/// As the API names a state.
pub fn word(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Held => "held",
        State::Admitted => "admitted",
        State::Refused => "refused",
        State::Expired => "expired",
    }
}

fn gone() -> Error {
    Error::missing("unknown_knock", "there is no such knock any more")
}
