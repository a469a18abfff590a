//! Keeping who is in which meeting: what the media server tells becomes rows, and the rows are kept in step with it.

use jiff::{SignedDuration, Timestamp};
use meetings::address::RoomAddress;
use meetings::attendance::Stay;
use meetings::id::PersonId;
use sfu::id::RoomSid;
use sfu::signal::{ParticipantInfo, RoomInfo};
use store::attendance::{self, Attendance};
use store::rooms::Room;
use store::visits::{self, Visit};
use store::{Cut, Read, Store, StoreError, Subject, Write, random, room_meetings, rooms};

use super::door::again::{self, Bearer, Turned};
use super::door::is_drawn;
use super::door::scene::Doorway;
use super::meeting_news;
use crate::backend::is_person;

/// How often those who are there are seen again. A crash loses no more of anybody's attendance.
pub const BEAT: SignedDuration = SignedDuration::from_secs(10);

/// Whoever was not seen for so long is gone: their server died, for it misses no three beats in a row.
const STALE: SignedDuration = SignedDuration::from_secs(35);

/// A meeting in which nobody is, though it did not end, waits so long for its people: a server that starts again is
/// back by then.
const DESERTED: SignedDuration = meetings::door::RETURNING_WITHIN;

/// A media room, and who is in it.
#[derive(Clone, Debug)]
pub struct Running {
    /// The media room.
    pub room: RoomInfo,
    /// Everybody in it, machines too.
    pub participants: Vec<ParticipantInfo>,
}

/// Somebody is in a media room; `Some(false)` when the door would not have let them in. `None` for a media room that
/// is no room of ours or that a host ended, and for machines.
pub async fn came(
    store: &Store,
    now: Timestamp,
    media_room: &RoomInfo,
    who: &ParticipantInfo,
) -> Result<Option<bool>, StoreError> {
    let tx = store.begin_write().await?;
    let Some(room) = room_of(&tx, &media_room.name).await? else {
        return Ok(None);
    };
    if !is_person(who) {
        return Ok(None);
    }
    let known = visits::by_identity(&tx, room.id, who.identity.as_str()).await?;
    if !arrive(&tx, now, (&room, &media_room.sid), who, known.as_ref()).await? {
        return Ok(None);
    }
    tx.announce(Subject::Meeting, room.id);
    tx.commit().await?;
    let bearer = Bearer {
        room: &media_room.name,
        identity: who.identity.as_str(),
        ours: known.is_some() || is_drawn(who.identity.as_str()),
    };
    match again::ask(store, now, bearer).await {
        Ok(_) => Ok(Some(true)),
        Err(Turned::Store(error)) => Err(error),
        Err(_) => Ok(Some(false)),
    }
}

/// Somebody left a media room.
pub async fn left(
    store: &Store,
    now: Timestamp,
    name: &str,
    who: &ParticipantInfo,
) -> Result<(), StoreError> {
    let tx = store.begin_write().await?;
    let Some(room) = room_of(&tx, name).await? else {
        return Ok(());
    };
    if let Some(meeting) = room_meetings::running_of(&tx, room.id).await? {
        let which = (who.identity.as_str(), joined(who));
        meeting_news::left(&tx, &meeting, which, now, now).await?;
    }
    // Whoever waits for a place or for a host wants to know, too.
    tx.announce(Subject::Meeting, room.id);
    tx.commit().await
}

/// A media room is over, and the meeting with it, unless a host ended them before: then the next may have begun. With
/// `coming_back`, its people were told to come back to a fresh one, and the meeting waits.
pub async fn over(
    store: &Store,
    now: Timestamp,
    media_room: &RoomInfo,
    coming_back: bool,
) -> Result<(), StoreError> {
    let tx = store.begin_write().await?;
    let Some(room) = room_of(&tx, &media_room.name).await? else {
        return Ok(());
    };
    if room_meetings::media_room_ended(&tx, room.id, media_room.sid.as_str()).await? {
        return Ok(());
    }
    let Some(meeting) = room_meetings::running_of(&tx, room.id).await? else {
        return Ok(());
    };
    if coming_back {
        meeting_news::all_left(&tx, &meeting, now).await?;
    } else {
        meeting_news::end(&tx, &meeting, now).await?;
        visits::settle(&tx, room.id, now).await?;
    }
    tx.announce(Subject::Meeting, room.id);
    tx.commit().await
}

/// Whether there is anything to keep in step.
pub async fn goes_on(store: &Store) -> Result<bool, StoreError> {
    let tx = store.begin_read().await?;
    Ok(!room_meetings::running(&tx, Cut::first(1)).await?.items.is_empty())
}

/// Sees everybody again who is there, notes who came or left without news of it, and ends what a crash left open.
/// Returns the media rooms that a host ended.
pub async fn beat<'a>(
    store: &Store,
    now: Timestamp,
    running: &'a [Running],
) -> Result<Vec<&'a RoomInfo>, StoreError> {
    let tx = store.begin_write().await?;
    let mut over = Vec::new();
    for Running {
        room: media_room,
        participants,
    } in running
    {
        let Some(room) = room_of(&tx, &media_room.name).await? else {
            continue;
        };
        match room_meetings::media_room_ended(&tx, room.id, media_room.sid.as_str()).await? {
            true => over.push(media_room),
            false => see(&tx, now, (&room, &media_room.sid), participants).await?,
        }
    }
    meeting_news::close_stale(&tx, now - STALE, now).await?;
    for meeting in meeting_news::end_deserted(&tx, now - DESERTED, now).await? {
        if let Some(room) = meeting.room {
            visits::settle(&tx, room, now).await?;
            tx.announce(Subject::Meeting, room);
        }
    }
    tx.commit().await?;
    Ok(over)
}

/// Where somebody may be in a call who may not sign in any more; nobody when they may.
pub async fn calls_of_deactivated(
    store: &Store,
    person: PersonId,
) -> Result<Vec<(RoomAddress, String)>, StoreError> {
    let tx = store.begin_read().await?;
    let active = store::people::by_id(&tx, person)
        .await?
        .is_some_and(|person| person.active);
    let mut calls = Vec::new();
    if !active {
        for visit in visits::of_person(&tx, person).await? {
            if let Some(room) = rooms::by_id(&tx, visit.room).await? {
                let media_room = Doorway::of(&tx, room).await?.media_room;
                calls.push((media_room, visit.identity));
            }
        }
    }
    Ok(calls)
}

async fn room_of(tx: &Read, name: &str) -> Result<Option<Room>, StoreError> {
    match RoomAddress::parse(name) {
        Ok(address) => Ok(rooms::by_address(tx, &address).await?.map(|(room, _)| room)),
        Err(_) => Ok(None),
    }
}

/// When a stay began: every server learns it alike from the media server.
fn joined(who: &ParticipantInfo) -> Timestamp {
    Timestamp::from_millisecond(who.joined_at_ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Notes that somebody is in the meeting of a room; whether they are, for a host may have ended their media room.
async fn arrive(
    tx: &Write,
    now: Timestamp,
    (room, media_room): (&Room, &RoomSid),
    who: &ParticipantInfo,
    known: Option<&Visit>,
) -> Result<bool, StoreError> {
    let Some(meeting) = meeting_news::open(tx, room, media_room, now).await? else {
        return Ok(false);
    };
    let identity = who.identity.as_str();
    let stay = Stay {
        identity: identity.to_owned(),
        person: known.and_then(|visit| visit.person),
        browser: known.and_then(|visit| visit.browser),
        name: who.name.clone(),
        device: known.map(|visit| visit.device.clone()).unwrap_or_default(),
        joined: joined(who),
        left: None,
    };
    let attendance = Attendance {
        id: random::id(now),
        meeting: meeting.id,
        stay,
        seen: now,
    };
    meeting_news::came(tx, &meeting, &attendance, now).await?;
    visits::touch(tx, room.id, &[identity], now).await?;
    Ok(true)
}

async fn see(
    tx: &Write,
    now: Timestamp,
    (room, media_room): (&Room, &RoomSid),
    there: &[ParticipantInfo],
) -> Result<(), StoreError> {
    let there: Vec<_> = there.iter().filter(|who| is_person(who)).collect();
    let identities: Vec<_> = there.iter().map(|who| who.identity.as_str()).collect();
    let meeting = room_meetings::running_of(tx, room.id).await?;
    let noted = match &meeting {
        Some(meeting) => attendance::present(tx, meeting.id).await?,
        None => Vec::new(),
    };
    let is = |who: &ParticipantInfo, one: &Attendance| {
        one.stay.identity == who.identity.as_str() && one.stay.joined == joined(who)
    };
    let gone = |one: &&Attendance| !there.iter().any(|who| is(who, one));
    let mut news = noted.iter().any(|one| gone(&one));
    if let Some(meeting) = &meeting {
        for one in noted.iter().filter(gone) {
            // Nobody can tell more exactly when.
            let which = (one.stay.identity.as_str(), one.stay.joined);
            meeting_news::left(tx, meeting, which, one.seen, now).await?;
        }
    }
    for who in there.iter().filter(|who| !noted.iter().any(|one| is(who, one))) {
        let known = visits::by_identity(tx, room.id, who.identity.as_str()).await?;
        news |= arrive(tx, now, (room, media_room), who, known.as_ref()).await?;
    }
    if let Some(meeting) = meeting {
        attendance::beat(tx, meeting.id, &identities, now).await?;
        visits::touch(tx, room.id, &identities, now).await?;
    }
    if news {
        tx.announce(Subject::Meeting, room.id);
    }
    Ok(())
}
