//! Writing the audit trail: one line in the transaction of what it tells.

use jiff::Timestamp;
use meetings::id::Id;
use serde_json::Value;
use store::audit::{self, AuditEntry};
use store::people::Person;
use store::{StoreError, Write, random};

use super::caller::Caller;

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// Whoever asked.
    Caller(&'a Caller),
    /// Somebody who has just shown who they are.
    Person(&'a Person),
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

/// Adds a line.
pub async fn note<K>(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    deed: Deed<'_, K>,
) -> Result<(), StoreError> {
    let (person, label) = match actor {
        Actor::Caller(caller) => (
            caller.signed.as_ref().map(|signed| signed.person.id),
            caller.label(),
        ),
        Actor::Person(person) => (Some(person.id), person.name.as_str().to_owned()),
        Actor::CommandLine => (None, "command line".to_owned()),
        Actor::Server => (None, "server".to_owned()),
    };
    let entry = AuditEntry {
        id: random::id(now),
        at: now,
        person,
        actor: label,
        action: deed.action.to_owned(),
        subject: deed.subject.to_owned(),
        subject_id: Some(deed.id.as_uuid()),
        details: deed.details,
    };
    audit::insert(tx, &entry).await
}
