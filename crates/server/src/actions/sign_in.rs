//! Signing in and out: the links that let somebody in once, and the browsers they stay signed in with.

pub mod ceremonies;
pub mod codes;
pub mod devices;
pub mod passkeys;
pub mod providers;

use jiff::{SignedDuration, Timestamp};
use meetings::id::PersonId;
use serde_json::json;
use store::invitations::{self, Invitation, Purpose};
use store::people::{self, Person};
use store::sign_ins::{self, SignIn};
use store::{Secret, Store, Subject, Write, random};

use super::caller::{By, Signed};
use super::error::Error;
use super::trail::{Actor, Deed, note};

/// Letters and digits of the secrets that let somebody in: 256 bits.
pub const SECRET_LENGTH: usize = 43;

/// A link printed by a command is for the person at the keyboard: it is good for a day.
pub const LINK_GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What digests of secrets are made for; digests of different things cannot be taken for each other.
pub mod purpose {
    /// The cookie of a browser that is signed in.
    pub const SIGN_IN: &str = "sign_in";
    /// The cookie by which a guest's browser is recognised.
    pub const BROWSER: &str = "browser";
    /// A link that lets somebody in once.
    pub const INVITATION: &str = "invitation";
    /// A code sent by mail, with its id.
    pub const SIGN_IN_CODE: &str = "sign_in_code";
    /// The second step of a sign-in in two steps.
    pub const CEREMONY: &str = "ceremony";
    /// Where codes are asked for from.
    pub const NETWORK_ADDRESS: &str = "network_address";
    /// What somebody who knocks shows to hear the answer.
    pub const KNOCK: &str = "knock";
    /// Of what that is made.
    pub const KNOCK_TICKET: &str = "knock_ticket";
    /// An API token.
    pub const API_TOKEN: &str = "api_token";
}

/// The browser somebody signs in with.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    /// What its owner would recognise it by.
    pub device: &'a str,
    /// Who was signed in with it so far: that ends.
    pub before: Option<&'a Signed>,
}

/// How somebody has shown who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// With a link that works once.
    Link,
    /// With a code sent by mail.
    Code,
    /// With a key in their device.
    Passkey,
    /// Through a service that knows them.
    Provider,
}

impl How {
    /// As the audit trail names it.
    fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }
}

/// A browser is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Their account was made just now.
    pub new: bool,
    /// What the browser keeps.
    pub secret: Secret,
}

/// Makes a link that lets a person (or, for the welcome link, nobody yet) in once; what is told is its secret.
pub async fn make_link(
    tx: &Write,
    now: Timestamp,
    what: Purpose,
    person: Option<PersonId>,
    good_for: SignedDuration,
) -> Result<Secret, Error> {
    let mut secrets = make_links(tx, now, what, vec![person], good_for).await?;
    Ok(secrets.pop().expect("one for each"))
}

/// Makes a link for each of these, some hundreds at most, as [`make_link`] does; their secrets in the same order.
pub async fn make_links(
    tx: &Write,
    now: Timestamp,
    what: Purpose,
    people: Vec<Option<PersonId>>,
    good_for: SignedDuration,
) -> Result<Vec<Secret>, Error> {
    let made = people.into_iter().map(|person| {
        let secret = Secret::new(random::text(SECRET_LENGTH));
        let invitation = Invitation {
            id: random::id(now),
            purpose: what,
            person,
            created: now,
            expires: now + good_for,
            used: None,
        };
        let secret_bytes = [secret.expose().as_bytes()];
        let digest = tx.vault().digest(purpose::INVITATION, &secret_bytes);
        (secret, (invitation, digest))
    });
    let (secrets, invitations): (Vec<_>, Vec<_>) = made.unzip();
    invitations::insert(tx, &invitations).await?;
    Ok(secrets)
}

/// Signs the person of a link in; the link is used up.
pub async fn by_link(
    store: &Store,
    now: Timestamp,
    secret: &Secret,
    browser: Browser<'_>,
) -> Result<SignedIn, Error> {
    let tx = store.begin_write().await?;
    let link = used_up(&tx, secret, now).await?;
    let person = match link.person {
        Some(id) => people::by_id(&tx, id).await?,
        None => None,
    };
    let person = person.filter(|person| person.active).ok_or_else(dead_link)?;
    let signed_in = open(&tx, now, person, browser, How::Link).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// The link with this secret, used up when the transaction is committed.
pub(super) async fn used_up(tx: &Write, secret: &Secret, now: Timestamp) -> Result<Invitation, Error> {
    let digest = tx
        .vault()
        .digest(purpose::INVITATION, &[secret.expose().as_bytes()]);
    invitations::use_up(tx, &digest, now).await?.ok_or_else(dead_link)
}

pub(super) fn dead_link() -> Error {
    let message = "this link was used before, or is too old: ask for a new one";
    Error::wrong_state("link_dead", message)
}

/// Signs a person in with a browser, after they have shown who they are.
pub async fn open(
    tx: &Write,
    now: Timestamp,
    person: Person,
    browser: Browser<'_>,
    how: How,
) -> Result<SignedIn, Error> {
    if let Some(Signed {
        person,
        by: By::SignIn(id),
    }) = browser.before
        && sign_ins::revoke(tx, person.id, *id, now).await?
    {
        tx.announce(Subject::SignIn, *id);
    }
    let secret = Secret::new(random::text(SECRET_LENGTH));
    let sign_in = SignIn {
        id: random::id(now),
        person: person.id,
        device: browser.device.to_owned(),
        created: now,
        seen: now,
        revoked: None,
    };
    let digest = tx.vault().digest(purpose::SIGN_IN, &[secret.expose().as_bytes()]);
    sign_ins::insert(tx, &sign_in, &digest).await?;
    let deed = Deed {
        action: "sign_in.opened",
        subject: person.name.as_str(),
        id: sign_in.id,
        details: json!({ "by": how.word(), "device": sign_in.device }),
    };
    note(tx, Actor::Person(&person), now, deed).await?;
    tx.announce(Subject::SignIn, sign_in.id);
    Ok(SignedIn {
        person,
        new: false,
        secret,
    })
}
