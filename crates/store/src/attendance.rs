//! Attendance: which device was in which meeting from when to when. What is made of it is `meetings::attendance`'s.
//!
//! A stay is known by meeting, identity and the time it began, which every server learns alike from the media server:
//! news of it may come twice, and from another server than before. Whoever is there is seen again and again; a stay
//! that nobody sees any more, because its server died, is closed at the time it was seen last.

use jiff::Timestamp;
use meetings::attendance::Stay;
use meetings::id::{AttendanceId, AttendanceKind, Id, MeetingId};
use sea_orm::sea_query::{Expr, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QuerySelect, Select,
    UpdateMany,
};
use uuid::Uuid;

use crate::columns::{self, Instant, table};
use crate::error::StoreError;
use crate::page::{self, Cut, Order, Page};
use crate::transaction::{Read, Write, maybe_uuid};

/// A stay in a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Which.
    pub id: AttendanceId,
    /// In which meeting.
    pub meeting: MeetingId,
    /// Who, with which device, from when to when.
    pub stay: Stay,
    /// When it was last certain that they are there.
    pub seen: Timestamp,
}

/// Notes that somebody came; whether that is news.
pub async fn insert(tx: &Write, attendance: &Attendance) -> Result<bool, StoreError> {
    let stay = &attendance.stay;
    let row = row::Model {
        id: attendance.id.as_uuid(),
        meeting: attendance.meeting.as_uuid(),
        identity: stay.identity.clone(),
        person: maybe_uuid(stay.person),
        browser: stay.browser.as_ref().map(columns::bytes),
        name: stay.name.clone(),
        device: stay.device.clone(),
        joined: stay.joined.into(),
        departed: stay.left.map(Into::into),
        seen: attendance.seen.into(),
    };
    let known = [row::Column::Meeting, row::Column::Identity, row::Column::Joined];
    let inserted = row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::columns(known).do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(inserted > 0)
}

/// Notes that the device which came as `identity` at `joined` left at `at`; `None` when it was not there any more.
pub async fn left(
    tx: &Write,
    meeting: MeetingId,
    identity: &str,
    joined: Timestamp,
    at: Timestamp,
) -> Result<Option<Attendance>, StoreError> {
    let theirs = open_in(meeting)
        .col_expr(row::Column::Departed, Expr::value(Instant::from(at)))
        .filter(row::Column::Identity.eq(identity))
        .filter(row::Column::Joined.eq(Instant::from(joined)));
    Ok(closed(tx, theirs).await?.pop())
}

/// Notes that all are gone, as when the meeting ends; who was there.
pub async fn all_left(tx: &Write, meeting: MeetingId, at: Timestamp) -> Result<Vec<Attendance>, StoreError> {
    let all = open_in(meeting).col_expr(row::Column::Departed, Expr::value(Instant::from(at)));
    closed(tx, all).await
}

/// Notes that these are still there: a heartbeat for all of a meeting at once. How many are.
pub async fn beat(
    tx: &Write,
    meeting: MeetingId,
    identities: &[&str],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let seen = open_in(meeting)
        .col_expr(row::Column::Seen, Expr::value(Instant::from(now)))
        .filter(row::Column::Identity.is_in(identities.iter().copied()));
    Ok(seen.exec(tx.connection()).await?.rows_affected)
}

/// Closes stays that nobody has seen since `before`, at the time they were seen last; which.
pub async fn close_stale(tx: &Write, before: Timestamp) -> Result<Vec<Attendance>, StoreError> {
    let stale = row::Entity::update_many()
        .col_expr(row::Column::Departed, Expr::col(row::Column::Seen))
        .filter(row::Column::Departed.is_null())
        .filter(row::Column::Seen.lt(Instant::from(before)));
    closed(tx, stale).await
}

/// The stays of a meeting, in the order in which they were noted.
pub async fn of_meeting(
    tx: &Read,
    meeting: MeetingId,
    cut: Cut<AttendanceKind>,
) -> Result<Page<Attendance, AttendanceKind>, StoreError> {
    let item = |row| from_row(row).map(|attendance| (attendance.id, attendance));
    let its = of(meeting.as_uuid());
    page::read(tx, its, row::Column::Id, Order::OldestFirst, cut, item).await
}

/// The stays of some meetings, in no order.
pub async fn of_meetings(tx: &Read, meetings: &[MeetingId]) -> Result<Vec<Attendance>, StoreError> {
    let theirs = meetings.iter().map(|meeting| meeting.as_uuid());
    let theirs = row::Entity::find().filter(row::Column::Meeting.is_in(theirs));
    let rows = theirs.all(tx.connection()).await?;
    rows.into_iter().map(from_row).collect()
}

/// Who is in a meeting now: the stays that have not ended, in no order.
pub async fn present(tx: &Read, meeting: MeetingId) -> Result<Vec<Attendance>, StoreError> {
    let there = of(meeting.as_uuid()).filter(row::Column::Departed.is_null());
    let rows = there.all(tx.connection()).await?;
    rows.into_iter().map(from_row).collect()
}

/// Forgets stays that ended before `before`; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many().filter(row::Column::Departed.lt(Instant::from(before)));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

/// The meetings in which somebody is, for a condition.
pub(crate) fn with_somebody() -> SelectStatement {
    Query::select()
        .column(row::Column::Meeting)
        .from(row::Entity)
        .and_where(row::Column::Departed.is_null())
        .to_owned()
}

/// How many stays of a meeting are open, and when the last of the others ended.
pub(crate) async fn open_and_last(tx: &Read, meeting: Uuid) -> Result<(i64, Option<Instant>), StoreError> {
    let open = row::Column::Id.count().sub(row::Column::Departed.count());
    let found = of(meeting)
        .select_only()
        .column_as(open, "open")
        .column_as(row::Column::Departed.max(), "last")
        .into_tuple()
        .one(tx.connection())
        .await?;
    Ok(found.unwrap_or((0, None)))
}

fn of(meeting: Uuid) -> Select<row::Entity> {
    row::Entity::find().filter(row::Column::Meeting.eq(meeting))
}

fn open_in(meeting: MeetingId) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .filter(row::Column::Meeting.eq(meeting.as_uuid()))
        .filter(row::Column::Departed.is_null())
}

/// Carries out what closes stays. Of two servers that close the same one, it is told to one.
async fn closed(tx: &Write, update: UpdateMany<row::Entity>) -> Result<Vec<Attendance>, StoreError> {
    let rows = update.exec_with_returning(tx.connection()).await?;
    rows.into_iter().map(from_row).collect()
}

table!("attendance", key { id: Uuid }, {
    meeting: Uuid,
    identity: String,
    person: Option<Uuid>,
    browser: Option<Vec<u8>>,
    name: String,
    device: String,
    joined: crate::columns::Instant,
    departed: Option<crate::columns::Instant>,
    seen: crate::columns::Instant,
});

fn from_row(row: row::Model) -> Result<Attendance, StoreError> {
    Ok(Attendance {
        id: Id::from(row.id),
        meeting: Id::from(row.meeting),
        stay: Stay {
            identity: row.identity,
            person: row.person.map(Id::from),
            browser: columns::maybe_digest(row.browser, "attendance.browser")?,
            name: row.name,
            device: row.device,
            joined: row.joined.timestamp(),
            left: columns::maybe(row.departed),
        },
        seen: row.seen.timestamp(),
    })
}
