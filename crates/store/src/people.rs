//! People with an account.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::{EstablishmentId, Id, PersonId, PersonKind};
use meetings::language::Language;
use meetings::people::{Role, Standing};
use meetings::search::Search;
use sea_orm::sea_query::{LockType, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::columns::{self, Word, table};
use crate::error::{Conflict, StoreError, changed_one, is_duplicate};
use crate::page::{self, Cut, MAX_LIMIT, Order, Page};
use crate::random;
use crate::transaction::{Read, Write, maybe_uuid};

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// By which they sign in; nobody else has it.
    pub email: EmailAddress,
    /// How they are called.
    pub name: DisplayName,
    /// What they are in the organisation.
    pub role: Role,
    /// They were given the right by name.
    pub manages_integrations: bool,
    /// Where they belong.
    pub establishment: Option<EstablishmentId>,
    /// What they read.
    pub language: Language,
    /// They may sign in.
    pub active: bool,
    /// When the account was made.
    pub created: Timestamp,
    /// When it was deactivated.
    pub deactivated: Option<Timestamp>,
}

impl Person {
    /// Somebody new: they may sign in, belong to no establishment and manage no integrations.
    pub fn new(
        email: EmailAddress,
        name: DisplayName,
        role: Role,
        language: Language,
        now: Timestamp,
    ) -> Self {
        Self {
            id: random::id(now),
            email,
            name,
            role,
            manages_integrations: false,
            establishment: None,
            language,
            active: true,
            created: now,
            deactivated: None,
        }
    }

    /// What decides about their rights.
    pub fn standing(&self) -> Standing {
        Standing {
            role: self.role,
            manages_integrations: self.manages_integrations,
            active: self.active,
        }
    }
}

/// Keeps a new person; [`Conflict::EmailTaken`] when somebody has the address, [`StoreError::Linked`] when the
/// establishment does not exist.
pub async fn insert(tx: &Write, person: &Person) -> Result<(), StoreError> {
    let step = tx.step().await?;
    let inserted = row::Entity::insert(to_row(person))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&step)
        .await?;
    step.commit().await?;
    match inserted {
        0 => Err(Conflict::EmailTaken.into()),
        _ => Ok(()),
    }
}

/// Keeps new people at once, all but those whose address somebody has; who was kept. No more than some hundreds go into
/// one statement. [`StoreError::Linked`] when one of their establishments does not exist: then this transaction is over.
pub async fn insert_all(tx: &Write, people: &[Person]) -> Result<HashSet<PersonId>, StoreError> {
    // In one order: of two who add the same people one waits for the other, and never both.
    let mut people: Vec<_> = people.iter().collect();
    people.sort_unstable_by_key(|person| person.email.as_str());
    let kept = row::Entity::insert_many(people.into_iter().map(to_row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_with_returning_keys(tx.connection())
        .await?;
    Ok(kept.into_iter().map(Id::from).collect())
}

/// Saves everything about a person; [`Conflict::EmailTaken`] when somebody else has the address,
/// [`StoreError::Linked`] when the establishment does not exist.
pub async fn update(tx: &Write, person: &Person) -> Result<(), StoreError> {
    let step = tx.step().await?;
    let updated = row::Entity::update(to_row(person));
    match updated.exec_without_returning(&step).await {
        Err(error) if is_duplicate(&error, "person", "email") => Err(Conflict::EmailTaken.into()),
        updated => {
            changed_one(updated, "person")?;
            Ok(step.commit().await?)
        }
    }
}

/// One of them.
pub async fn by_id(tx: &Read, id: PersonId) -> Result<Option<Person>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).one(tx.connection()).await?;
    found.map(from_row).transpose()
}

/// Several of them, for a page that shows their names: give the ids of one page. Those that are gone are missing.
pub async fn by_ids(tx: &Read, ids: &[PersonId]) -> Result<HashMap<PersonId, Person>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Id.is_in(ids.iter().map(|id| id.as_uuid())))
        .all(tx.connection())
        .await?;
    let read = |row| from_row(row).map(|person| (person.id, person));
    rows.into_iter().map(read).collect()
}

/// People who are not of the organisation, for a condition.
pub(crate) fn individuals() -> SelectStatement {
    Query::select()
        .column(row::Column::Id)
        .from(row::Entity)
        .and_where(row::Column::Role.eq(Role::Individual.word()))
        .to_owned()
}

/// One of them, to be changed: nobody else changes them before this is committed.
pub async fn by_id_to_change(tx: &Write, id: PersonId) -> Result<Option<Person>, StoreError> {
    let found = row::Entity::find_by_id(id.as_uuid()).lock(LockType::Update);
    found.one(tx.connection()).await?.map(from_row).transpose()
}

/// The one with this address, active or not.
pub async fn by_email(tx: &Read, email: &EmailAddress) -> Result<Option<Person>, StoreError> {
    let found = row::Entity::find().filter(row::Column::Email.eq(email.as_str()));
    found.one(tx.connection()).await?.map(from_row).transpose()
}

/// Addresses asked for in one statement: databases take some thousands of values, and statements are kept prepared.
const AT_ONCE: usize = 500;

/// Those who have one of these addresses, by it.
pub async fn by_emails(
    tx: &Read,
    addresses: &[EmailAddress],
) -> Result<HashMap<EmailAddress, Person>, StoreError> {
    let mut found = HashMap::new();
    for some in addresses.chunks(AT_ONCE) {
        let rows = row::Entity::find()
            .filter(row::Column::Email.is_in(some.iter().map(EmailAddress::as_str)))
            .all(tx.connection())
            .await?;
        for row in rows {
            let person = from_row(row)?;
            found.insert(person.email.clone(), person);
        }
    }
    Ok(found)
}

/// All of them, the oldest account first.
pub async fn list(tx: &Read, cut: Cut<PersonKind>) -> Result<Page<Person, PersonKind>, StoreError> {
    let item = |row| from_row(row).map(|person| (person.id, person));
    page::read(
        tx,
        row::Entity::find(),
        row::Column::Id,
        Order::OldestFirst,
        cut,
        item,
    )
    .await
}

/// Those whom a search finds by name or e-mail address, the oldest account first. Every row is looked at: neither
/// database folds accents by itself, and organisations have thousands of people, not millions.
pub async fn search(
    tx: &Read,
    search: &Search,
    cut: Cut<PersonKind>,
) -> Result<Page<Person, PersonKind>, StoreError> {
    let limit = usize::from(cut.limit.clamp(1, MAX_LIMIT));
    let mut found: Vec<Person> = Vec::new();
    let mut after = cut.after;
    loop {
        let page = list(
            tx,
            Cut {
                after,
                limit: MAX_LIMIT,
            },
        )
        .await?;
        let fits = |person: &Person| search.finds(&[person.name.as_str(), person.email.as_str()]);
        found.extend(page.items.into_iter().filter(fits));
        after = page.next;
        if after.is_none() || found.len() > limit {
            break;
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|person| person.id);
    Ok(Page { items: found, next })
}

/// Active owners, for the rule that one must stay: nobody else changes people's standing before this is committed.
pub async fn active_owners(tx: &Write) -> Result<Vec<PersonId>, StoreError> {
    tx.alone_with("owners").await?;
    let owners: Vec<uuid::Uuid> = row::Entity::find()
        .select_only()
        .column(row::Column::Id)
        .filter(row::Column::Role.eq(Role::Owner.word()))
        .filter(row::Column::Active.eq(true))
        .order_by_asc(row::Column::Id)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(owners.into_iter().map(Id::from).collect())
}

/// Active people who run the organisation, owners and administrators, the oldest account first: those whom others are
/// told to ask. At most `limit`.
pub async fn managers(tx: &Read, limit: u64) -> Result<Vec<Person>, StoreError> {
    let rows = row::Entity::find()
        .filter(row::Column::Role.is_in([Role::Owner.word(), Role::Admin.word()]))
        .filter(row::Column::Active.eq(true))
        .order_by_asc(row::Column::Id)
        .limit(limit)
        .all(tx.connection())
        .await?;
    rows.into_iter().map(from_row).collect()
}

table!("person", key { id: Uuid }, {
    email: String,
    name: String,
    role: String,
    manages_integrations: bool,
    establishment: Option<Uuid>,
    language: String,
    active: bool,
    created: crate::columns::Instant,
    deactivated: Option<crate::columns::Instant>,
});

fn to_row(person: &Person) -> row::ActiveModel {
    let row = row::Model {
        id: person.id.as_uuid(),
        email: person.email.as_str().to_owned(),
        name: person.name.as_str().to_owned(),
        role: person.role.word().to_owned(),
        manages_integrations: person.manages_integrations,
        establishment: maybe_uuid(person.establishment),
        language: person.language.word().to_owned(),
        active: person.active,
        created: person.created.into(),
        deactivated: person.deactivated.map(Into::into),
    };
    row.into_active_model().reset_all()
}

fn from_row(row: row::Model) -> Result<Person, StoreError> {
    Ok(Person {
        id: Id::from(row.id),
        email: columns::email(&row.email, "person.email")?,
        name: columns::name(&row.name, "person.name")?,
        role: Role::read(&row.role)?,
        manages_integrations: row.manages_integrations,
        establishment: row.establishment.map(Id::from),
        language: Language::read(&row.language)?,
        active: row.active,
        created: row.created.timestamp(),
        deactivated: columns::maybe(row.deactivated),
    })
}
