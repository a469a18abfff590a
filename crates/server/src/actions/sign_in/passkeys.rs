//! Passkeys: making one, signing in with one, and taking one away.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::id::{Id, PasskeyId, PersonId};
use meetings::sign_in::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::passkeys::{self, Passkey};
use store::people;
use store::{Secret, Store, Subject, Write, random};
use url::Url;

use super::ceremonies::{self, Kind};
use super::{Browser, How, SignedIn, open};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::organisation;
use crate::actions::trail::{Actor, Deed, note};
use crate::passkeys::{PasskeyError, Site};

/// Passkeys somebody has at most: one for each device, and a few keys on a ring.
const MOST: usize = 20;

/// What a page needs for the first half, and the secret that ends it.
#[derive(Clone, Debug)]
pub struct Begun {
    /// For `navigator.credentials`.
    pub options: Value,
    /// Sent back with the answer.
    pub ceremony: Secret,
}

/// What is known again when a passkey was made.
#[derive(Serialize, Deserialize)]
struct Making {
    person: PersonId,
    state: String,
}

/// Those of whoever asks, the oldest first.
pub async fn list(store: &Store, caller: &Caller) -> Result<Vec<Passkey>, Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_read().await?;
    Ok(passkeys::of_person(&tx, person.id).await?)
}

/// Begins to make one for whoever asks.
pub async fn begin_making(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    browser: Digest,
    origin: &Url,
) -> Result<Begun, Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    let site = site(&tx, origin).await?;
    let known = passkeys::of_person(&tx, person.id).await?;
    if known.len() >= MOST {
        let message = format!("somebody has at most {MOST} passkeys: take one away first");
        return Err(Error::wrong_state("too_many_passkeys", message).with(json!({ "most": MOST })));
    }
    let known: Vec<_> = known.into_iter().map(|passkey| passkey.credential).collect();
    let (email, name) = (person.email.as_str(), person.name.as_str());
    let begun = site
        .begin_making(person.id.as_uuid(), email, name, &known)
        .map_err(refused)?;
    let making = Making {
        person: person.id,
        state: begun.state.expose().to_owned(),
    };
    let state = Secret::new(serde_json::to_string(&making).expect("texts are always JSON"));
    let ceremony = ceremonies::secret();
    ceremonies::begin(&tx, now, Kind::NewPasskey, browser, &ceremony, state).await?;
    tx.commit().await?;
    Ok(Begun {
        options: begun.options,
        ceremony,
    })
}

/// Somebody's browser has made one.
pub struct NewPasskey {
    /// What began it.
    pub ceremony: Secret,
    /// What they call it.
    pub name: DisplayName,
    /// What the browser answered.
    pub answer: Value,
}

/// Keeps one that was made.
pub async fn keep(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    browser: &Digest,
    origin: &Url,
    new: NewPasskey,
) -> Result<Passkey, Error> {
    let (person, _) = caller.in_browser()?;
    let state = ceremonies::end(store, now, Kind::NewPasskey, browser, &new.ceremony).await?;
    let making: Making = serde_json::from_str(state.expose()).map_err(|error| refused(error.into()))?;
    if making.person != person.id {
        // Begun by who was signed in here before.
        return Err(refused_by_rule());
    }
    let tx = store.begin_write().await?;
    let site = site(&tx, origin).await?;
    let made = site
        .made(new.answer, &Secret::new(making.state))
        .map_err(refused)?;
    let passkey = Passkey {
        id: random::id(now),
        person: person.id,
        credential: made.credential,
        data: made.data,
        name: new.name.as_str().to_owned(),
        created: now,
        seen: None,
    };
    passkeys::insert(&tx, &passkey).await?;
    let deed = Deed {
        action: "passkey.added",
        subject: &passkey.name,
        id: passkey.id,
        details: json!({ "person": person.name.as_str() }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Person, person.id);
    tx.commit().await?;
    Ok(passkey)
}

/// Takes away one of whoever asks.
pub async fn take_away(store: &Store, caller: &Caller, now: Timestamp, id: PasskeyId) -> Result<(), Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    let theirs = passkeys::of_person(&tx, person.id).await?;
    let unknown = || Error::missing("unknown_passkey", "there is no such passkey");
    let passkey = theirs
        .into_iter()
        .find(|passkey| passkey.id == id)
        .ok_or_else(unknown)?;
    passkeys::delete(&tx, person.id, id).await?;
    let deed = Deed {
        action: "passkey.taken_away",
        subject: &passkey.name,
        id,
        details: json!({ "person": person.name.as_str() }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Person, person.id);
    tx.commit().await?;
    Ok(())
}

/// Begins to sign somebody in, whoever it will be.
pub async fn begin_sign_in(
    store: &Store,
    now: Timestamp,
    browser: Digest,
    origin: &Url,
) -> Result<Begun, Error> {
    let tx = store.begin_write().await?;
    let begun = site(&tx, origin).await?.begin_sign_in().map_err(refused)?;
    let ceremony = ceremonies::secret();
    ceremonies::begin(&tx, now, Kind::Passkey, browser, &ceremony, begun.state).await?;
    tx.commit().await?;
    Ok(Begun {
        options: begun.options,
        ceremony,
    })
}

/// Signs in whoever holds the passkey of an answer.
pub async fn sign_in(
    store: &Store,
    now: Timestamp,
    mark: &Digest,
    origin: &Url,
    (ceremony, answer): (&Secret, Value),
    browser: Browser<'_>,
) -> Result<SignedIn, Error> {
    let state = ceremonies::end(store, now, Kind::Passkey, mark, ceremony).await?;
    let tx = store.begin_write().await?;
    let site = site(&tx, origin).await?;
    let claimed = site.claimed(&answer).map_err(refused)?;
    let unknown = || Error::invalid("passkey_unknown", "this passkey is nobody's here");
    let passkey = passkeys::by_credential(&tx, &claimed.credential)
        .await?
        .filter(|passkey| passkey.person == Id::from(claimed.person))
        .ok_or_else(unknown)?;
    let data = site.proven(answer, &state, &passkey.data).map_err(refused)?;
    let person = people::by_id(&tx, passkey.person)
        .await?
        .filter(|person| person.active)
        .ok_or_else(unknown)?;
    passkeys::used(&tx, passkey.id, &data, now).await?;
    let signed_in = open(&tx, now, person, browser, How::Passkey).await?;
    tx.commit().await?;
    Ok(signed_in)
}

async fn site(tx: &Write, origin: &Url) -> Result<Site, Error> {
    let organisation = organisation::known(tx).await?;
    Site::at(origin, &organisation.name).map_err(refused)
}

fn refused(error: PasskeyError) -> Error {
    match error {
        PasskeyError::Unavailable => Error::wrong_state("passkeys_unavailable", error),
        PasskeyError::Malformed(_) | PasskeyError::Refused(_) => {
            tracing::info!(%error, "a passkey was refused");
            refused_by_rule()
        }
    }
}

fn refused_by_rule() -> Error {
    Error::invalid("passkey_refused", "the passkey does not prove what it should")
}
