//! Inviting people: an account, and a letter with a link that signs in once.

use jiff::{SignedDuration, Timestamp};
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::{EstablishmentId, PersonId};
use meetings::language::Language;
use meetings::people::{ChangeRefused, Right, Role, Standing, change};
use meetings::scope::{Noun, Scope};
use serde_json::json;
use store::invitations::{self, Purpose};
use store::organisation::Organisation;
use store::people::{self, Person};
use store::{Secret, Store, Subject, Write, sign_ins};

use super::changing::refusal;
use super::named_after;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::establishments::must_exist;
use crate::actions::organisation;
use crate::actions::sign_in::make_links;
use crate::actions::trail::{Actor, Deed, note};
use crate::config::Settings;
use crate::mail::letter::{self, About, Letter};

/// People are on holiday, and still find a link that works; after that they sign in by a code.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody to invite.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// By which they will sign in.
    pub email: EmailAddress,
    /// What they are called; after their address without.
    pub name: Option<DisplayName>,
    /// What they will be.
    pub role: Role,
    /// Where they belong.
    pub establishment: Option<EstablishmentId>,
    /// What they read; the organisation's language without.
    pub language: Option<Language>,
}

/// Makes an account and sends a link.
pub async fn invite(
    store: &Store,
    settings: &Settings,
    caller: &Caller,
    now: Timestamp,
    newcomer: Newcomer,
) -> Result<Person, Error> {
    let tx = store.begin_write().await?;
    let by = caller
        .may(&tx, Scope::write(Noun::People), Right::ManagePeople)
        .await?;
    let organisation = organisation::known(&tx).await?;
    if let Some(establishment) = newcomer.establishment {
        must_exist(&tx, establishment).await?;
    }
    let person = add(&tx, by, &organisation, now, newcomer).await?;
    send(
        &tx,
        settings,
        by,
        &organisation,
        now,
        std::slice::from_ref(&person),
    )
    .await?;
    let deed = Deed {
        action: "person.invited",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "role": person.role }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.commit().await?;
    Ok(person)
}

/// Sends the link again; the one before is void.
pub async fn invite_again(
    store: &Store,
    settings: &Settings,
    caller: &Caller,
    now: Timestamp,
    id: PersonId,
) -> Result<Person, Error> {
    let tx = store.begin_write().await?;
    let by = caller
        .may(&tx, Scope::write(Noun::People), Right::ManagePeople)
        .await?;
    let person = super::known(&tx, id).await?;
    if !person.active {
        let message = "this person is deactivated: let them back in first";
        return Err(Error::wrong_state("person_inactive", message));
    }
    if sign_ins::have_signed_in(&tx, &[id]).await?.contains(&id) {
        let message = "this person has signed in before and needs no invitation";
        return Err(Error::wrong_state("has_signed_in", message));
    }
    // A link makes whoever opens it that person: who may not make owners may not send it to one either.
    let standing = person.standing();
    if let Err(refused) = change(by.standing(), standing, standing, 1) {
        return Err(refusal(&tx, refused).await?);
    }
    let organisation = organisation::known(&tx).await?;
    invitations::void_of(&tx, id, now).await?;
    send(
        &tx,
        settings,
        by,
        &organisation,
        now,
        std::slice::from_ref(&person),
    )
    .await?;
    let deed = Deed {
        action: "person.invited_again",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({}),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.commit().await?;
    Ok(person)
}

/// Makes the account, when `by` may make one of this role.
async fn add(
    tx: &Write,
    by: &Person,
    organisation: &Organisation,
    now: Timestamp,
    newcomer: Newcomer,
) -> Result<Person, Error> {
    let person = account(tx, by, organisation, now, newcomer).await?;
    people::insert(tx, &person).await?;
    tx.announce(Subject::Person, person.id);
    Ok(person)
}

/// Makes those accounts whose address nobody has, each when `by` may make one of its role; some hundreds at most.
pub(super) async fn add_all(
    tx: &Write,
    by: &Person,
    organisation: &Organisation,
    now: Timestamp,
    newcomers: Vec<Newcomer>,
) -> Result<Vec<Person>, Error> {
    let mut people = Vec::new();
    for newcomer in newcomers {
        people.push(account(tx, by, organisation, now, newcomer).await?);
    }
    let added = people::insert_all(tx, &people).await?;
    people.retain(|person| added.contains(&person.id));
    for person in &people {
        tx.announce(Subject::Person, person.id);
    }
    Ok(people)
}

/// The account of a newcomer, which is not kept yet.
async fn account(
    tx: &Write,
    by: &Person,
    organisation: &Organisation,
    now: Timestamp,
    newcomer: Newcomer,
) -> Result<Person, Error> {
    if let Err(refused) = may_make(by, newcomer.role) {
        return Err(refusal(tx, refused).await?);
    }
    let name = newcomer.name.unwrap_or_else(|| named_after(&newcomer.email));
    let language = newcomer.language.unwrap_or(organisation.language);
    Ok(Person {
        establishment: newcomer.establishment,
        ..Person::new(newcomer.email, name, newcomer.role, language, now)
    })
}

/// Whether `by` may make accounts of this role: the rule about changing people, from nobody to this.
pub(super) fn may_make(by: &Person, role: Role) -> Result<(), ChangeRefused> {
    let nobody = Standing {
        role: Role::Individual,
        manages_integrations: false,
        active: false,
    };
    let somebody = Standing {
        role,
        active: true,
        ..nobody
    };
    change(by.standing(), nobody, somebody, 0)
}

/// Writes each of them a letter with a fresh link; some hundreds at most.
pub(super) async fn send(
    tx: &Write,
    settings: &Settings,
    by: &Person,
    organisation: &Organisation,
    now: Timestamp,
    people: &[Person],
) -> Result<(), Error> {
    let ids = people.iter().map(|person| Some(person.id)).collect();
    let secrets = make_links(tx, now, Purpose::Invite, ids, GOOD_FOR).await?;
    let letter = |(person, secret): (&Person, Secret)| Letter {
        to: person.email.clone(),
        language: person.language,
        about: About::Invitation {
            link: settings.link("sign-in", &secret),
            organisation: organisation.name.clone(),
            inviter: by.name.as_str().to_owned(),
            name: person.name.as_str().to_owned(),
            expires: now + GOOD_FOR,
        },
    };
    let letters = people.iter().zip(secrets).map(letter).collect();
    letter::send(tx, now, letters).await?;
    Ok(())
}
