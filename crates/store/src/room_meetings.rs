//! Meetings: one occurrence of people being in a room. Of each room at most one goes on.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::{Id, MeetingId, MeetingKind, RoomId};
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::attendance;
use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::page::{self, Cut, MAX_LIMIT, Order, Page};
use crate::random;
use crate::rooms::Room;
use crate::transaction::{Read, Write, maybe_uuid};

/// How often [`open`] begins again because the meeting it found ended under its eyes: each time somebody else must
/// have opened and ended a whole meeting of the same room between two statements.
const TRIES: u8 = 3;

/// People being in a room once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Which.
    pub id: MeetingId,
    /// Where; `None` when the room is gone.
    pub room: Option<RoomId>,
    /// What the room was called then.
    pub room_name: String,
    /// The room's main address then.
    pub room_address: RoomAddress,
    /// When the first came.
    pub started: Timestamp,
    /// When the last left, or a host ended it; `None` while it goes on.
    pub ended: Option<Timestamp>,
    /// The media room that a host ended with it, by the media server's name for that one life of it.
    pub media_room: Option<String>,
}

/// The meeting that goes on in a room whose people are in `media_room`, and whether it begins with this call. It does
/// not end before this is committed; of two servers that open one at once, both get the same. `None` when a host ended
/// that media room, see [`end_media_room`].
pub async fn open(
    tx: &Write,
    room: &Room,
    media_room: &str,
    now: Timestamp,
) -> Result<Option<(Meeting, bool)>, StoreError> {
    let (meeting, begins) = find_or_begin(tx, room, now).await?;
    // Asked afterwards: none begins while another goes on, so whatever ended that one is seen from here.
    if !media_room_ended(tx, room.id, media_room).await? {
        return Ok(Some((meeting, begins)));
    }
    if begins {
        let begun = row::Entity::delete_by_id(meeting.id.as_uuid());
        begun.exec(tx.connection()).await?;
    }
    Ok(None)
}

async fn find_or_begin(tx: &Write, room: &Room, now: Timestamp) -> Result<(Meeting, bool), StoreError> {
    let new = Meeting {
        id: random::id(now),
        room: Some(room.id),
        room_name: room.name.clone(),
        room_address: room.address.clone(),
        started: now,
        ended: None,
        media_room: None,
    };
    for _ in 0..TRIES {
        let inserted = row::Entity::insert(to_row(&new))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx.connection())
            .await?;
        if inserted > 0 {
            // As it is read again: instants are kept to the millisecond.
            let started = Instant::from(now).timestamp();
            return Ok((Meeting { started, ..new }, true));
        }
        let going_on = running_in(room.id).lock(LockType::Share);
        if let Some(found) = going_on.one(tx.connection()).await? {
            return Ok((from_row(found)?, false));
        }
    }
    Err(StoreError::Busy)
}

/// Ends a meeting; as it is now, or `None` when it was over. What is known of its visitors is cleared apart, see
/// [`crate::visits`].
pub async fn end(tx: &Write, id: MeetingId, now: Timestamp) -> Result<Option<Meeting>, StoreError> {
    let mut ended = row::Entity::update_many()
        .col_expr(row::Column::Ended, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::Ended.is_null())
        .exec_with_returning(tx.connection())
        .await?;
    ended.pop().map(from_row).transpose()
}

/// Notes that a host ends a media room with its meeting. The media server is told afterwards, and what it said before
/// may be heard later still: nobody in that media room comes into a meeting again.
pub async fn end_media_room(tx: &Write, id: MeetingId, media_room: &str) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::MediaRoom, Expr::value(media_room))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Whether a host ended this media room of a room.
pub async fn media_room_ended(tx: &Read, room: RoomId, media_room: &str) -> Result<bool, StoreError> {
    let one = row::Entity::find()
        .filter(row::Column::MediaRoom.eq(media_room))
        .filter(row::Column::Room.eq(room.as_uuid()));
    Ok(one.one(tx.connection()).await?.is_some())
}

/// Ends meetings in which nobody is any more, when `attendance::close_stale` has closed the stays that a crash left
/// open; also those whose room is gone. They ended when the last left, or when they began if nobody ever came. Those
/// that began or were left after `before` are left alone: somebody may be on the way, or on the way back. Returns them
/// as they are now.
pub async fn end_deserted(tx: &Write, before: Timestamp) -> Result<Vec<Meeting>, StoreError> {
    let deserted = row::Entity::find()
        .filter(row::Column::Ended.is_null())
        .filter(row::Column::Started.lt(Instant::from(before)))
        .filter(row::Column::Id.not_in_subquery(attendance::with_somebody()))
        .order_by_asc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .lock(LockType::Update)
        .all(tx.connection())
        .await?;
    let mut ended = Vec::new();
    for row in deserted {
        // Looked at again under the lock: somebody may have come while it was waited for.
        let (open, last_left) = attendance::open_and_last(tx, row.id).await?;
        let at = last_left.unwrap_or(row.started);
        let long_ago = at < Instant::from(before);
        if open == 0 && long_ago {
            ended.extend(end(tx, Id::from(row.id), at.timestamp()).await?);
        }
    }
    Ok(ended)
}

/// One of them.
pub async fn by_id(tx: &Read, id: MeetingId) -> Result<Option<Meeting>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// The one that goes on in a room.
pub async fn running_of(tx: &Read, room: RoomId) -> Result<Option<Meeting>, StoreError> {
    let found = running_in(room).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// Those of a room, the newest first.
pub async fn of_room(
    tx: &Read,
    room: RoomId,
    cut: Cut<MeetingKind>,
) -> Result<Page<Meeting, MeetingKind>, StoreError> {
    of_rooms(tx, &[room], cut).await
}

/// Those of some rooms, the newest first.
pub async fn of_rooms(
    tx: &Read,
    rooms: &[RoomId],
    cut: Cut<MeetingKind>,
) -> Result<Page<Meeting, MeetingKind>, StoreError> {
    let theirs = rooms.iter().map(|room| room.as_uuid());
    let its = row::Entity::find().filter(row::Column::Room.is_in(theirs));
    page::read(tx, its, row::Column::Id, Order::NewestFirst, cut, item).await
}

/// All of them, also those whose room is gone, the newest first.
pub async fn list(tx: &Read, cut: Cut<MeetingKind>) -> Result<Page<Meeting, MeetingKind>, StoreError> {
    page::read(
        tx,
        row::Entity::find(),
        row::Column::Id,
        Order::NewestFirst,
        cut,
        item,
    )
    .await
}

/// Those that go on, the newest first.
pub async fn running(tx: &Read, cut: Cut<MeetingKind>) -> Result<Page<Meeting, MeetingKind>, StoreError> {
    let running = row::Entity::find().filter(row::Column::Ended.is_null());
    page::read(tx, running, row::Column::Id, Order::NewestFirst, cut, item).await
}

/// The rooms in which a meeting goes on, for a condition.
pub(crate) fn rooms_in_use() -> SelectStatement {
    Query::select()
        .column(row::Column::Room)
        .from(row::Entity)
        .and_where(row::Column::Ended.is_null())
        .and_where(row::Column::Room.is_not_null())
        .to_owned()
}

fn running_in(room: RoomId) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Ended.is_null())
}

table!("meeting", key { id: Uuid }, {
    room: Option<Uuid>,
    room_name: String,
    room_address: String,
    started: crate::columns::Instant,
    ended: Option<crate::columns::Instant>,
    media_room: Option<String>,
});

fn to_row(meeting: &Meeting) -> row::ActiveModel {
    let row = row::Model {
        id: meeting.id.as_uuid(),
        room: maybe_uuid(meeting.room),
        room_name: meeting.room_name.clone(),
        room_address: meeting.room_address.as_str().to_owned(),
        started: meeting.started.into(),
        ended: meeting.ended.map(Into::into),
        media_room: meeting.media_room.clone(),
    };
    row.into_active_model().reset_all()
}

fn item(row: row::Model) -> Result<(MeetingId, Meeting), StoreError> {
    from_row(row).map(|meeting| (meeting.id, meeting))
}

fn from_row(row: row::Model) -> Result<Meeting, StoreError> {
    let column = "meeting.room_address";
    Ok(Meeting {
        id: Id::from(row.id),
        room: row.room.map(Id::from),
        room_name: row.room_name,
        room_address: RoomAddress::given(&row.room_address).map_err(|_| StoreError::Damaged { column })?,
        started: row.started.timestamp(),
        ended: columns::maybe(row.ended),
        media_room: row.media_room,
    })
}
