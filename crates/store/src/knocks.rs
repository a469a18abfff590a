//! Knocks: who stands before a room's door and asks to be let in, and what a host answers.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::id::{Id, KnockId, PersonId, RoomId};
use meetings::language::Language;
use meetings::sign_in::Digest;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use crate::columns::{self, Instant, Word, table};
use crate::error::StoreError;
use crate::page::MAX_LIMIT;
use crate::transaction::{Read, Write, maybe_uuid};

/// Somebody who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Which.
    pub id: KnockId,
    /// At which room's door.
    pub room: RoomId,
    /// Who, when they are signed in.
    pub person: Option<PersonId>,
    /// Of the secret of their browser.
    pub browser: Option<Digest>,
    /// The name they gave.
    pub name: DisplayName,
    /// What they read.
    pub language: Language,
    /// What came of it.
    pub state: State,
    /// When they knocked.
    pub created: Timestamp,
    /// When they were last certain to wait.
    pub seen: Timestamp,
    /// When somebody answered last.
    pub answered: Option<Timestamp>,
    /// Who, when they had an account and have it still.
    pub answered_by: Option<PersonId>,
    /// Under which identity they come in, once they are admitted.
    pub identity: Option<String>,
}

/// What came of a knock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has answered.
    Waiting,
    /// A host asked them to wait.
    Held,
    /// They may come in.
    Admitted,
    /// They may not.
    Refused,
    /// They went away before anybody answered.
    Expired,
}

impl Word for State {
    const COLUMN: &'static str = "knock.state";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Waiting, "waiting"),
        (Self::Held, "held"),
        (Self::Admitted, "admitted"),
        (Self::Refused, "refused"),
        (Self::Expired, "expired"),
    ];
}

/// The states in which somebody still stands before the door.
fn open() -> [&'static str; 2] {
    [State::Waiting.word(), State::Held.word()]
}

/// What a host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Wait a little.
    Hold,
    /// Come in, under this identity.
    Admit {
        /// New, or the one they had in this meeting before.
        identity: &'a str,
    },
    /// No.
    Refuse,
}

/// Keeps a new one under the digest of its secret, by which alone its answer is read.
pub async fn insert(tx: &Write, knock: &Knock, secret: &Digest) -> Result<(), StoreError> {
    let row = row::Model {
        id: knock.id.as_uuid(),
        secret: columns::bytes(secret),
        room: knock.room.as_uuid(),
        person: maybe_uuid(knock.person),
        browser: knock.browser.as_ref().map(columns::bytes),
        name: knock.name.as_str().to_owned(),
        language: knock.language.word().to_owned(),
        state: knock.state.word().to_owned(),
        created: knock.created.into(),
        seen: knock.seen.into(),
        answered: knock.answered.map(Into::into),
        answered_by: maybe_uuid(knock.answered_by),
        identity: knock.identity.clone(),
    };
    let insert = row::Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// One of them.
pub async fn by_id(tx: &Read, id: KnockId) -> Result<Option<Knock>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// The one with this secret.
pub async fn by_secret(tx: &Read, secret: &Digest) -> Result<Option<Knock>, StoreError> {
    let found = row::Entity::find().filter(row::Column::Secret.eq(columns::bytes(secret)));
    found.one(tx.connection()).await?.map(from_row).transpose()
}

/// Who stands before these rooms' doors, waiting or held, the first to come first; the first page of them.
pub async fn waiting_at(tx: &Read, rooms: &[RoomId]) -> Result<Vec<Knock>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Room.is_in(rooms.iter().map(|room| room.as_uuid())))
        .filter(row::Column::State.is_in(open()))
        .order_by_asc(row::Column::Id)
        .limit(u64::from(MAX_LIMIT))
        .all(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Somebody's knock at a room's door that nobody has answered for good, by person or by browser.
pub async fn open_of(
    tx: &Read,
    room: RoomId,
    person: Option<PersonId>,
    browser: Option<&Digest>,
) -> Result<Option<Knock>, StoreError> {
    let person = person.map(|person| row::Column::Person.eq(person.as_uuid()));
    let browser = browser.map(|browser| row::Column::Browser.eq(columns::bytes(browser)));
    let theirs = [person, browser].into_iter().flatten();
    let theirs = theirs.fold(Condition::any(), Condition::add);
    if theirs.is_empty() {
        return Ok(None);
    }
    let first = before_the_door_of(room)
        .filter(theirs)
        .order_by_asc(row::Column::Id);
    first.one(tx.connection()).await?.map(from_row).transpose()
}

/// How many stand before a room's door.
pub async fn count_of(tx: &Read, room: RoomId) -> Result<u64, StoreError> {
    Ok(before_the_door_of(room).count(tx.connection()).await?)
}

/// How many knocks of one browser are unanswered, at all doors.
pub async fn count_of_browser(tx: &Read, browser: &Digest) -> Result<u64, StoreError> {
    let theirs = row::Entity::find()
        .filter(row::Column::Browser.eq(columns::bytes(browser)))
        .filter(row::Column::State.is_in(open()));
    Ok(theirs.count(tx.connection()).await?)
}

/// Answers somebody who still stands before the door; whether anything changed. Of two hosts who answer at once the
/// first one's word holds, but "wait" may be followed by another.
pub async fn answer(
    tx: &Write,
    id: KnockId,
    answer: Answer<'_>,
    by: Option<PersonId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (state, identity) = match answer {
        Answer::Hold => (State::Held, None),
        Answer::Admit { identity } => (State::Admitted, Some(identity)),
        Answer::Refuse => (State::Refused, None),
    };
    let updated = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(state.word()))
        .col_expr(row::Column::Identity, Expr::value(identity.map(str::to_owned)))
        .col_expr(row::Column::Answered, Expr::value(Instant::from(now)))
        .col_expr(row::Column::AnsweredBy, Expr::value(maybe_uuid(by)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.is_in(open()))
        .filter(row::Column::State.ne(state.word()))
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Notes that they still wait; whether they do.
pub async fn touch(tx: &Write, id: KnockId, now: Timestamp) -> Result<bool, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::Seen, Expr::value(Instant::from(now)))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.is_in(open()))
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// How many who still stand before a door were not seen since `before`.
pub async fn silent_since(tx: &Read, before: Timestamp) -> Result<u64, StoreError> {
    let silent = row::Entity::find()
        .filter(row::Column::State.is_in(open()))
        .filter(row::Column::Seen.lt(Instant::from(before)));
    Ok(silent.count(tx.connection()).await?)
}

/// Gives up those who were not seen since `before`; who they were, to tell the hosts.
pub async fn expire(tx: &Write, before: Timestamp) -> Result<Vec<Knock>, StoreError> {
    let rows = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(State::Expired.word()))
        .filter(row::Column::State.is_in(open()))
        .filter(row::Column::Seen.lt(Instant::from(before)))
        .exec_with_returning(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Gives up somebody who went away; whether they still waited.
pub async fn give_up(tx: &Write, id: KnockId) -> Result<bool, StoreError> {
    let updated = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(State::Expired.word()))
        .filter(row::Column::Id.eq(id.as_uuid()))
        .filter(row::Column::State.is_in(open()))
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Forgets knocks that came before `before` and are over; how many.
pub async fn purge(tx: &Write, before: Timestamp) -> Result<u64, StoreError> {
    let old = row::Entity::delete_many()
        .filter(row::Column::Created.lt(Instant::from(before)))
        .filter(row::Column::State.is_not_in(open()));
    Ok(old.exec(tx.connection()).await?.rows_affected)
}

fn before_the_door_of(room: RoomId) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Room.eq(room.as_uuid()))
        .filter(row::Column::State.is_in(open()))
}

table!("knock", key { id: Uuid }, {
    secret: Vec<u8>,
    room: Uuid,
    person: Option<Uuid>,
    browser: Option<Vec<u8>>,
    name: String,
    language: String,
    state: String,
    created: crate::columns::Instant,
    seen: crate::columns::Instant,
    answered: Option<crate::columns::Instant>,
    answered_by: Option<Uuid>,
    identity: Option<String>,
});

fn from_row(row: row::Model) -> Result<Knock, StoreError> {
    Ok(Knock {
        id: Id::from(row.id),
        room: Id::from(row.room),
        person: row.person.map(Id::from),
        browser: columns::maybe_digest(row.browser, "knock.browser")?,
        name: columns::name(&row.name, "knock.name")?,
        language: Language::read(&row.language)?,
        state: State::read(&row.state)?,
        created: row.created.timestamp(),
        seen: row.seen.timestamp(),
        answered: columns::maybe(row.answered),
        answered_by: row.answered_by.map(Id::from),
        identity: row.identity,
    })
}
