//! People of the organisation: finding, adding and changing them.

pub mod changing;
pub mod importing;
pub mod inviting;

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::{PersonId, PersonKind};
use meetings::language::Language;
use meetings::people::{Right, Role};
use meetings::scope::{Noun, Scope};
use meetings::search::Search;
use serde_json::json;
use store::invitations::{self, Purpose};
use store::organisation::{self, Organisation, SignUp};
use store::people::{self, Person};
use store::{Cut, Page, Read, Secret, Store, Subject, Write, random, sign_ins};

use super::caller::Caller;
use super::error::Error;
use super::sign_in::{LINK_GOOD_FOR, make_link};
use super::trail::{Actor, Deed, note};

/// Somebody as lists show them.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Who.
    pub person: Person,
    /// They have signed in at least once.
    pub has_signed_in: bool,
}

/// People of the organisation, or those that a search finds, the oldest account first.
pub async fn list(
    store: &Store,
    caller: &Caller,
    search: Option<&Search>,
    cut: Cut<PersonKind>,
) -> Result<Page<Listed, PersonKind>, Error> {
    let tx = store.begin_read().await?;
    caller
        .may(&tx, Scope::read(Noun::People), Right::SeeDirectory)
        .await?;
    let page = match search {
        Some(search) => people::search(&tx, search, cut).await?,
        None => people::list(&tx, cut).await?,
    };
    let ids: Vec<_> = page.items.iter().map(|person| person.id).collect();
    let known = sign_ins::have_signed_in(&tx, &ids).await?;
    let listed = page.items.into_iter().map(|person| Listed {
        has_signed_in: known.contains(&person.id),
        person,
    });
    Ok(Page {
        items: listed.collect(),
        next: page.next,
    })
}

/// One of them.
pub async fn read(store: &Store, caller: &Caller, id: PersonId) -> Result<Listed, Error> {
    let tx = store.begin_read().await?;
    caller
        .may(&tx, Scope::read(Noun::People), Right::SeeDirectory)
        .await?;
    listed(&tx, known(&tx, id).await?).await
}

/// Somebody with what lists show besides.
pub async fn listed(tx: &Read, person: Person) -> Result<Listed, Error> {
    let known = sign_ins::have_signed_in(tx, &[person.id]).await?;
    Ok(Listed {
        has_signed_in: known.contains(&person.id),
        person,
    })
}

/// Somebody who must be there.
async fn known(tx: &Read, id: PersonId) -> Result<Person, Error> {
    people::by_id(tx, id).await?.ok_or_else(no_such_person)
}

/// Somebody who must be there, and whom nobody else changes meanwhile.
async fn known_to_change(tx: &Write, id: PersonId) -> Result<Person, Error> {
    people::by_id_to_change(tx, id).await?.ok_or_else(no_such_person)
}

fn no_such_person() -> Error {
    Error::missing("no_such_person", "there is no such person")
}

/// Somebody to add from the command line.
#[derive(Clone, Debug)]
pub struct Addition {
    /// By which they sign in.
    pub email: EmailAddress,
    /// What they are called; the part before the `@` without.
    pub name: Option<DisplayName>,
    /// What they are: without, the first person becomes owner, others members, and somebody known stays what they are.
    pub role: Option<Role>,
}

/// Adds somebody, or finds them, and makes a link that signs them in once. Makes the organisation, named by the
/// address' domain, when there is none; the welcome link is void then.
pub async fn add_from_command_line(
    store: &Store,
    now: Timestamp,
    addition: Addition,
) -> Result<(PersonId, Secret), Error> {
    let tx = store.begin_write().await?;
    let known = organisation::load(&tx).await?;
    let language = known.as_ref().map_or(Language::Fr, |known| known.language);
    let first = known.is_none();
    if first {
        make_organisation(&tx, now, addition.email.domain(), language).await?;
    }
    let person = match people::by_email(&tx, &addition.email).await? {
        Some(known) => {
            let person = Person {
                role: addition.role.unwrap_or(known.role),
                name: addition.name.unwrap_or(known.name),
                active: true,
                deactivated: None,
                ..known
            };
            people::update(&tx, &person).await?;
            person
        }
        None => {
            let default = if first { Role::Owner } else { Role::Member };
            let role = addition.role.unwrap_or(default);
            let name = addition.name.unwrap_or_else(|| named_after(&addition.email));
            let person = Person::new(addition.email, name, role, language, now);
            people::insert(&tx, &person).await?;
            person
        }
    };
    let deed = Deed {
        action: "person.added",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "role": person.role }),
    };
    note(&tx, Actor::CommandLine, now, deed).await?;
    let link = make_link(&tx, now, Purpose::SignIn, Some(person.id), LINK_GOOD_FOR).await?;
    tx.announce(Subject::Person, person.id);
    tx.commit().await?;
    Ok((person.id, link))
}

/// Makes the organisation; whoever held a welcome link is too late.
pub async fn make_organisation(
    tx: &Write,
    now: Timestamp,
    name: &str,
    language: Language,
) -> Result<Organisation, Error> {
    let made = Organisation {
        id: random::id(now),
        name: name.to_owned(),
        language,
        sign_up: SignUp::Members,
        legal_notice: None,
        privacy_notice: None,
        help_contact: None,
        accent: None,
        chat_days: None,
        attendance_days: None,
        created: now,
    };
    organisation::insert(tx, &made).await?;
    invitations::void(tx, Purpose::Welcome, now).await?;
    tx.announce(Subject::Organisation, made.id);
    Ok(made)
}

/// A name for somebody of whom only the address is known: `jerome.blanc@…` is called Jerome Blanc until they say.
pub fn named_after(email: &EmailAddress) -> DisplayName {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let local = local.split('+').next().unwrap_or_default();
    let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty());
    let capitalised = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    });
    let name = capitalised.collect::<Vec<_>>().join(" ");
    // A local part has at most 64 characters, and none that a name may not have; only one of signs alone shows nothing.
    DisplayName::parse(&name)
        .or_else(|_| DisplayName::parse(email.as_str()))
        .or_else(|_| DisplayName::parse(email.domain()))
        .unwrap_or_else(|_| DisplayName::parse("?").expect("a question mark is a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_called_by_their_address_until_they_say_otherwise() {
        let named = |text| named_after(&EmailAddress::parse(text).expect("an address"));
        assert_eq!(named("jerome.blanc+visio@example.org").as_str(), "Jerome Blanc");
        assert_eq!(named("éloïse_martin@example.org").as_str(), "Éloïse Martin");
        assert_eq!(named("ada@example.org").as_str(), "Ada");
        assert_eq!(named("-@example.org").as_str(), "-@example.org");
    }
}
