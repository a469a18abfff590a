//! Changing people: what they are, what they may, and whether they may come in at all.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::id::{EstablishmentId, PersonId};
use meetings::language::Language;
use meetings::people::{self as rules, ChangeRefused, Right, Role};
use meetings::scope::{Noun, Scope};
use serde_json::{Value, json};
use store::people::{self, Person};
use store::{MAX_LIMIT, Read, Store, StoreError, Subject, api_tokens, invitations, sign_ins};

use super::{Listed, known, known_to_change, listed};
use crate::actions::caller::{Caller, GIVERS, right_missing};
use crate::actions::error::Error;
use crate::actions::establishments::must_exist;
use crate::actions::trail::{self, Actor, Deed, note};

/// What is to change about somebody; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What they are called.
    pub name: Option<DisplayName>,
    /// What they are.
    pub role: Option<Role>,
    /// Where they belong, if anywhere.
    pub establishment: Option<Option<EstablishmentId>>,
    /// Whether they manage integrations.
    pub manages_integrations: Option<bool>,
    /// Whether they may sign in.
    pub active: Option<bool>,
    /// What they read.
    pub language: Option<Language>,
}

impl Change {
    /// What somebody is after it.
    fn applied(self, before: &Person, now: Timestamp) -> Person {
        let role = self.role.unwrap_or(before.role);
        let active = self.active.unwrap_or(before.active);
        // Who leaves the organisation leaves its integrations, without being told to.
        let keeps = before.manages_integrations && role > Role::Individual;
        Person {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            role,
            establishment: self.establishment.unwrap_or(before.establishment),
            manages_integrations: self.manages_integrations.unwrap_or(keeps),
            language: self.language.unwrap_or(before.language),
            active,
            deactivated: match active {
                true => None,
                false => before.deactivated.or(Some(now)),
            },
            ..before.clone()
        }
    }
}

/// Changes somebody. Who is deactivated is signed out everywhere at once, and their tokens and links are void.
pub async fn change(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: PersonId,
    change: Change,
) -> Result<Listed, Error> {
    let tx = store.begin_write().await?;
    // From here on nobody else changes what anybody is.
    let owners = people::active_owners(&tx).await?;
    let by = caller
        .may(&tx, Scope::write(Noun::People), Right::ManagePeople)
        .await?;
    // As of now: somebody may have changed them since they asked.
    let by = known(&tx, by.id).await?;
    let before = known_to_change(&tx, id).await?;
    if let Some(Some(establishment)) = change.establishment {
        must_exist(&tx, establishment).await?;
    }
    let after = change.applied(&before, now);
    let others = owners.iter().filter(|owner| **owner != id).count();
    if let Err(refused) = rules::change(by.standing(), before.standing(), after.standing(), others) {
        return Err(refusal(&tx, refused).await?);
    }
    if before == after {
        return listed(&tx, after).await;
    }
    people::update(&tx, &after).await?;
    if before.active && !after.active {
        sign_ins::revoke_all(&tx, id, now).await?;
        api_tokens::revoke_all(&tx, id, now).await?;
        invitations::void_of(&tx, id, now).await?;
    }
    let action = match (before.active, after.active) {
        (true, false) => "person.deactivated",
        (false, true) => "person.reactivated",
        _ => "person.changed",
    };
    let deed = Deed {
        action,
        subject: after.name.as_str(),
        id,
        details: differences(&before, &after),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Person, id);
    let listed = listed(&tx, after).await?;
    tx.commit().await?;
    Ok(listed)
}

/// Changes one's own name or language, for which no right is needed.
pub async fn change_oneself(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    name: Option<DisplayName>,
    language: Option<Language>,
) -> Result<Person, Error> {
    let tx = store.begin_write().await?;
    let id = caller.person(Scope::write(Noun::People))?.id;
    let before = known_to_change(&tx, id).await?;
    let change = Change {
        name,
        language,
        ..Change::default()
    };
    let after = change.applied(&before, now);
    if before == after {
        return Ok(after);
    }
    people::update(&tx, &after).await?;
    let deed = Deed {
        action: "person.changed",
        subject: after.name.as_str(),
        id,
        details: differences(&before, &after),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Person, id);
    tx.commit().await?;
    Ok(after)
}

/// Why people stay as they are, as an error; for what only some may do, they are named.
pub(super) async fn refusal(tx: &Read, refused: ChangeRefused) -> Result<Error, StoreError> {
    Ok(match refused {
        ChangeRefused::NotAllowed => right_missing(tx, Right::ManagePeople).await?,
        ChangeRefused::OwnersOnly => {
            let managers = people::managers(tx, u64::from(MAX_LIMIT)).await?;
            let owners = managers.iter().filter(|manager| manager.role == Role::Owner);
            let names: Vec<_> = owners.take(GIVERS).map(|owner| owner.name.as_str()).collect();
            Error::forbidden("owners_only", refused).with(json!({ "givers": names }))
        }
        ChangeRefused::LastOwner => Error::wrong_state("last_owner", refused),
        ChangeRefused::NotForIndividuals => Error::invalid("not_for_individuals", refused),
    })
}

/// What changed, from what to what, for the audit trail.
fn differences(before: &Person, after: &Person) -> Value {
    let view = |person: &Person| {
        [
            ("name", json!(person.name.as_str())),
            ("role", json!(person.role)),
            (
                "establishment",
                json!(person.establishment.map(|id| id.to_string())),
            ),
            ("manages_integrations", json!(person.manages_integrations)),
            ("language", json!(person.language)),
            ("active", json!(person.active)),
        ]
    };
    trail::differences(view(before), view(after))
}
