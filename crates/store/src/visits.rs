//! Visits: who was given a way into the meeting that goes on in a room, or was sent away from it.
//!
//! Somebody is recognised by person, by browser or by identity, whatever fits; all their visits count together, and
//! `meetings::door::past` says what they come to. When the meeting ends they are forgotten.

use jiff::Timestamp;
use meetings::door::{self, Mark, Past, Visitor};
use meetings::id::{Id, PersonId, RoomId, VisitId};
use meetings::sign_in::Digest;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
};

use crate::columns::{self, Instant, Word, table};
use crate::error::StoreError;
use crate::page::MAX_LIMIT;
use crate::room_meetings;
use crate::transaction::{Read, Write, maybe_uuid};

/// A way into a room's present meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Which.
    pub id: VisitId,
    /// Into which room.
    pub room: RoomId,
    /// As the media server knows them; in a room each visit has its own. Somebody refused at the door never had one:
    /// give them a new one that nobody is told.
    pub identity: String,
    /// Who, when they were signed in.
    pub person: Option<PersonId>,
    /// Of the secret of their browser.
    pub browser: Option<Digest>,
    /// Under which name.
    pub name: String,
    /// With what, in words ("Firefox, Linux"); empty when nobody can tell.
    pub device: String,
    /// What they are to the room in this meeting.
    pub role: Visitor,
    /// What is kept of them.
    pub mark: Mark,
    /// When they were first given it.
    pub created: Timestamp,
    /// When they were seen last, in the call or on their way to it.
    pub seen: Timestamp,
}

/// By what somebody is recognised. Of an identity be certain: everybody in the call sees it, so only a token that we
/// signed, or a host who points at somebody, names one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whom<'a> {
    /// Who is signed in.
    pub person: Option<PersonId>,
    /// Of the secret of the browser.
    pub browser: Option<&'a Digest>,
    /// As the media server knows them.
    pub identity: Option<&'a str>,
}

impl Whom<'_> {
    /// Their visits to a room; `None` for whom nothing is known of.
    fn visits_to(&self, room: RoomId) -> Option<Condition> {
        let person = self.person.map(|person| row::Column::Person.eq(person.as_uuid()));
        let browser = self
            .browser
            .map(|browser| row::Column::Browser.eq(columns::bytes(browser)));
        let identity = self.identity.map(|identity| row::Column::Identity.eq(identity));
        let any = [person, browser, identity].into_iter().flatten();
        let any = any.fold(Condition::any(), Condition::add);
        let room = row::Column::Room.eq(room.as_uuid());
        (!any.is_empty()).then(|| Condition::all().add(room).add(any))
    }
}

/// Keeps a visit. Of an identity that is known it changes the person, browser, name, device and role, and sees them
/// now; the mark only to one that weighs more: who was sent away comes back by no new token.
pub async fn upsert(tx: &Write, visit: &Visit) -> Result<(), StoreError> {
    let changed = [
        row::Column::Person,
        row::Column::Browser,
        row::Column::Name,
        row::Column::Device,
        row::Column::Role,
        row::Column::Seen,
    ];
    let known = [row::Column::Room, row::Column::Identity];
    row::Entity::insert(to_row(visit))
        .on_conflict(OnConflict::columns(known).update_columns(changed).to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    let lighter = Mark::WORDS.iter().filter(|(mark, _)| *mark < visit.mark);
    let lighter: Vec<_> = lighter.map(|(_, word)| *word).collect();
    if !lighter.is_empty() {
        of(visit.room, &[&visit.identity])
            .col_expr(row::Column::Past, Expr::value(visit.mark.word()))
            .filter(row::Column::Past.is_in(lighter))
            .exec(tx.connection())
            .await?;
    }
    Ok(())
}

/// The visit of an identity.
pub async fn by_identity(tx: &Read, room: RoomId, identity: &str) -> Result<Option<Visit>, StoreError> {
    let one = row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Identity.eq(identity));
    one.one(tx.connection()).await?.map(from_row).transpose()
}

/// The visits of somebody, those seen last first; the first page of them.
pub async fn of_whom(tx: &Read, room: RoomId, whom: Whom<'_>) -> Result<Vec<Visit>, StoreError> {
    let Some(theirs) = whom.visits_to(room) else {
        return Ok(Vec::new());
    };
    let rows = row::Entity::find()
        .filter(theirs)
        .order_by_desc(row::Column::Seen)
        .order_by_desc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .all(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What the meeting that goes on knows of somebody who comes.
pub async fn past_of(tx: &Read, room: RoomId, whom: Whom<'_>, now: Timestamp) -> Result<Past, StoreError> {
    let Some(theirs) = whom.visits_to(room) else {
        return Ok(Past::Unknown);
    };
    // Of each mark the latest: however many visits there are, none that counts is left out.
    let latest: Vec<(String, Instant)> = row::Entity::find()
        .select_only()
        .column(row::Column::Past)
        .column_as(row::Column::Seen.max(), "latest")
        .filter(theirs)
        .group_by(row::Column::Past)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let read = |(past, seen): (String, Instant)| Ok((Mark::read(&past)?, seen.timestamp()));
    let visits = latest
        .into_iter()
        .map(read)
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(door::past(visits, now))
}

/// Whether a host sent somebody away from the meeting that goes on.
pub async fn somebody_removed(tx: &Read, room: RoomId) -> Result<bool, StoreError> {
    let one = row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Past.eq(Mark::SentAway.word()));
    Ok(one.one(tx.connection()).await?.is_some())
}

/// Sets the mark of all visits of somebody; how many there are.
pub async fn set_mark(tx: &Write, room: RoomId, whom: Whom<'_>, mark: Mark) -> Result<u64, StoreError> {
    let Some(theirs) = whom.visits_to(room) else {
        return Ok(0);
    };
    let set = row::Entity::update_many()
        .col_expr(row::Column::Past, Expr::value(mark.word()))
        .filter(theirs);
    Ok(set.exec(tx.connection()).await?.rows_affected)
}

/// Makes somebody something else to the room, for this meeting; whether there is such a visit.
pub async fn set_role(tx: &Write, room: RoomId, identity: &str, role: Visitor) -> Result<bool, StoreError> {
    let set = of(room, &[identity]).col_expr(row::Column::Role, Expr::value(role.word()));
    Ok(set.exec(tx.connection()).await?.rows_affected > 0)
}

/// Notes that these are still there; how many are known.
pub async fn touch(tx: &Write, room: RoomId, identities: &[&str], now: Timestamp) -> Result<u64, StoreError> {
    let seen = of(room, identities).col_expr(row::Column::Seen, Expr::value(Instant::from(now)));
    Ok(seen.exec(tx.connection()).await?.rows_affected)
}

/// The visits of a person, to whatever rooms, in no order.
pub async fn of_person(tx: &Read, person: PersonId) -> Result<Vec<Visit>, StoreError> {
    let theirs = row::Entity::find().filter(row::Column::Person.eq(person.as_uuid()));
    let rows = theirs.all(tx.connection()).await?;
    rows.into_iter().map(from_row).collect()
}

/// The visits of these identities, in no order.
pub async fn of_identities(tx: &Read, room: RoomId, identities: &[&str]) -> Result<Vec<Visit>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Identity.is_in(identities.iter().copied()))
        .all(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The last has left, and the meeting is over: who was there a moment ago may come back as after a lost connection,
/// a guest as what guests are; everybody else, also who was sent away, is unknown to the next meeting.
pub async fn settle(tx: &Write, room: RoomId, now: Timestamp) -> Result<(), StoreError> {
    let a_moment_ago = Instant::from(now - door::RETURNING_WITHIN);
    let its = row::Column::Room.eq(room.as_uuid());
    let over = Condition::any()
        .add(row::Column::Past.eq(Mark::SentAway.word()))
        .add(row::Column::Seen.lt(a_moment_ago));
    let forgotten = row::Entity::delete_many().filter(its.clone()).filter(over);
    forgotten.exec(tx.connection()).await?;
    row::Entity::update_many()
        .col_expr(row::Column::Past, Expr::value(Mark::Entered.word()))
        .filter(its.clone())
        .exec(tx.connection())
        .await?;
    row::Entity::update_many()
        .col_expr(row::Column::Role, Expr::value(Visitor::Stranger.word()))
        .filter(its)
        .filter(row::Column::Person.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Forgets visits to rooms in which no meeting goes on, of people not seen since `before`; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many()
        .filter(row::Column::Seen.lt(Instant::from(before)))
        .filter(row::Column::Room.not_in_subquery(room_meetings::rooms_in_use()));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

/// Forgets all visits to a room: a host ended its meeting for all, and everybody is unknown to the next one. How many.
pub async fn clear(tx: &Write, room: RoomId) -> Result<u64, StoreError> {
    let all = row::Entity::delete_many().filter(row::Column::Room.eq(room.as_uuid()));
    Ok(all.exec(tx.connection()).await?.rows_affected)
}

fn of(room: RoomId, identities: &[&str]) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::Identity.is_in(identities.iter().copied()))
}

table!("visit", key { id: Uuid }, {
    room: Uuid,
    identity: String,
    person: Option<Uuid>,
    browser: Option<Vec<u8>>,
    name: String,
    device: String,
    role: String,
    past: String,
    created: crate::columns::Instant,
    seen: crate::columns::Instant,
});

fn to_row(visit: &Visit) -> row::ActiveModel {
    let row = row::Model {
        id: visit.id.as_uuid(),
        room: visit.room.as_uuid(),
        identity: visit.identity.clone(),
        person: maybe_uuid(visit.person),
        browser: visit.browser.as_ref().map(columns::bytes),
        name: visit.name.clone(),
        device: visit.device.clone(),
        role: visit.role.word().to_owned(),
        past: visit.mark.word().to_owned(),
        created: visit.created.into(),
        seen: visit.seen.into(),
    };
    row.into_active_model().reset_all()
}

fn from_row(row: row::Model) -> Result<Visit, StoreError> {
    Ok(Visit {
        id: Id::from(row.id),
        room: Id::from(row.room),
        identity: row.identity,
        person: row.person.map(Id::from),
        browser: columns::maybe_digest(row.browser, "visit.browser")?,
        name: row.name,
        device: row.device,
        role: Visitor::read(&row.role)?,
        mark: Mark::read(&row.past)?,
        created: row.created.timestamp(),
        seen: row.seen.timestamp(),
    })
}
