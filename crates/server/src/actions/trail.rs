//! Writing the audit trail: one line in the transaction of what it tells.

use jiff::Timestamp;
use meetings::id::Id;
use serde_json::{Value, json};
use store::audit::{self, AuditEntry};
use store::people::Person;
use store::{StoreError, Write, random};

use super::call::Participant;
use super::caller::Caller;

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// Whoever asked.
    Caller(&'a Caller),
    /// Somebody who has just shown who they are.
    Person(&'a Person),
    /// Somebody in a call, known by their token.
    Participant(&'a Participant),
    /// Somebody with a shell on the machine.
    CommandLine,
    /// The server by itself.
    Server,
}

/// What was done to what.
#[derive(Clone, Debug)]
pub struct Deed<'a, K> {
    /// `room.created`
    pub action: &'a str,
    /// In words that stay when it is gone.
    pub subject: &'a str,
    /// Which.
    pub id: Id<K>,
    /// More; never a secret.
    pub details: Value,
}

/// What changed, from what to what: of two views of a thing, field by field, those that differ.
pub fn differences<const FIELDS: usize>(
    before: [(&str, Value); FIELDS],
    after: [(&str, Value); FIELDS],
) -> Value {
    let pairs = before.into_iter().zip(after);
    let changed = pairs.filter(|((_, was), (_, is))| was != is);
    let told = changed.map(|((field, was), (_, is))| (field.to_owned(), json!({ "from": was, "to": is })));
    Value::Object(told.collect())
}

/// Adds a line.
pub async fn note<K>(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    deed: Deed<'_, K>,
) -> Result<(), StoreError> {
    note_all(tx, actor, now, vec![deed]).await
}

/// Adds a line for each of the deeds of one request, some hundreds at most.
pub async fn note_all<K>(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    deeds: Vec<Deed<'_, K>>,
) -> Result<(), StoreError> {
    let (person, label) = match actor {
        Actor::Caller(caller) => (
            caller.signed.as_ref().map(|signed| signed.person.id),
            caller.label(),
        ),
        Actor::Person(person) => (Some(person.id), person.name.as_str().to_owned()),
        Actor::Participant(who) => (who.person, format!("{}, in the call", who.name)),
        Actor::CommandLine => (None, "command line".to_owned()),
        Actor::Server => (None, "server".to_owned()),
    };
    let entry = |deed: Deed<'_, K>| AuditEntry {
        id: random::id(now),
        at: now,
        person,
        actor: label.clone(),
        action: deed.action.to_owned(),
        subject: deed.subject.to_owned(),
        subject_id: Some(deed.id.as_uuid()),
        details: deed.details,
    };
    let entries: Vec<_> = deeds.into_iter().map(entry).collect();
    audit::insert(tx, &entries).await
}
