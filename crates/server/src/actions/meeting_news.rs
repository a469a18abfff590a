//! Meetings that begin and end, and who comes and goes: each is noted once, whoever notices it, and webhooks are told
//! in the transaction that notes it.

use jiff::Timestamp;
use meetings::webhook::Event;
use sfu::id::RoomSid;
use store::attendance::{self, Attendance};
use store::room_meetings::{self, Meeting};
use store::rooms::Room;
use store::{StoreError, Write};

use super::webhooks::tell;
use crate::webhooks::{MeetingNews, ParticipantNews};

/// The meeting that goes on in a room whose people are in `media_room`; it begins when there is none. `None` when a host
/// ended that media room.
pub async fn open(
    tx: &Write,
    room: &Room,
    media_room: &RoomSid,
    now: Timestamp,
) -> Result<Option<Meeting>, StoreError> {
    let Some((meeting, begins)) = room_meetings::open(tx, room, media_room.as_str(), now).await? else {
        return Ok(None);
    };
    if begins {
        tell(tx, Event::MeetingStarted, now, MeetingNews::from(&meeting)).await?;
    }
    Ok(Some(meeting))
}

/// Somebody is in a meeting.
pub async fn came(tx: &Write, meeting: &Meeting, who: &Attendance, now: Timestamp) -> Result<(), StoreError> {
    if attendance::insert(tx, who).await? {
        let news = ParticipantNews::of(meeting, who);
        tell(tx, Event::ParticipantJoined, now, news).await?;
    }
    Ok(())
}

/// The device which came as `identity` at `joined` left at `at`.
pub async fn left(
    tx: &Write,
    meeting: &Meeting,
    (identity, joined): (&str, Timestamp),
    at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let gone = attendance::left(tx, meeting.id, identity, joined, at).await?;
    tell_left(tx, meeting, gone.as_slice(), now).await
}

/// Everybody left.
pub async fn all_left(tx: &Write, meeting: &Meeting, now: Timestamp) -> Result<(), StoreError> {
    let gone = attendance::all_left(tx, meeting.id, now).await?;
    tell_left(tx, meeting, &gone, now).await
}

/// A meeting is over, for everybody who is still there.
pub async fn end(tx: &Write, meeting: &Meeting, now: Timestamp) -> Result<(), StoreError> {
    all_left(tx, meeting, now).await?;
    if let Some(ended) = room_meetings::end(tx, meeting.id, now).await? {
        tell(tx, Event::MeetingEnded, now, MeetingNews::from(&ended)).await?;
    }
    Ok(())
}

/// Nobody has seen some since `before`: they left when they were seen last.
pub async fn close_stale(tx: &Write, before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    for gone in attendance::close_stale(tx, before).await? {
        if let Some(meeting) = room_meetings::by_id(tx, gone.meeting).await? {
            tell_left(tx, &meeting, &[gone], now).await?;
        }
    }
    Ok(())
}

/// Ends the meetings that nobody is in since `before`; which.
pub async fn end_deserted(tx: &Write, before: Timestamp, now: Timestamp) -> Result<Vec<Meeting>, StoreError> {
    let ended = room_meetings::end_deserted(tx, before).await?;
    for meeting in &ended {
        tell(tx, Event::MeetingEnded, now, MeetingNews::from(meeting)).await?;
    }
    Ok(ended)
}

async fn tell_left(
    tx: &Write,
    meeting: &Meeting,
    gone: &[Attendance],
    now: Timestamp,
) -> Result<(), StoreError> {
    for one in gone {
        let news = ParticipantNews::of(meeting, one);
        tell(tx, Event::ParticipantLeft, now, news).await?;
    }
    Ok(())
}
