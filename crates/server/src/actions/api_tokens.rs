//! API tokens: with one a program calls our API for a person.

use jiff::Timestamp;
use meetings::email::EmailAddress;
use meetings::id::ApiTokenId;
use meetings::scope::Scope;
use serde_json::json;
use store::api_tokens::{self, ApiToken};
use store::people::{self, Person};
use store::{Secret, Store, Subject, Write, random};

use super::caller::Caller;
use super::error::Error;
use super::sign_in::{SECRET_LENGTH, purpose};
use super::trail::{Actor, Deed, note};

/// How a token begins, so that people and scanners of leaked secrets recognise one.
pub const PREFIX: &str = "palabre_";

/// Characters in a token's name at most.
const MAX_NAME: usize = 64;

/// Makes a token for the person with this address, from the command line.
pub async fn add_from_command_line(
    store: &Store,
    now: Timestamp,
    email: &EmailAddress,
    name: &str,
    scopes: &[Scope],
) -> Result<Secret, Error> {
    let tx = store.begin_write().await?;
    let unknown = || {
        Error::missing(
            "unknown_person",
            format!("nobody has the address {email}: add them first"),
        )
    };
    let person = people::by_email(&tx, email).await?.ok_or_else(unknown)?;
    let (_, secret) = add(&tx, Actor::CommandLine, now, &person, name, scopes).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Good tokens somebody has at most: one for each of many programs, and all of them seen in one list.
const MOST: usize = 50;

/// Those that act for whoever asks and are good, the oldest first.
pub async fn list_own(store: &Store, caller: &Caller) -> Result<Vec<ApiToken>, Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_read().await?;
    Ok(api_tokens::good_of_person(&tx, person.id).await?)
}

/// Makes one that acts for whoever asks.
pub async fn add_own(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    name: &str,
    scopes: &[Scope],
) -> Result<(ApiToken, Secret), Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    if api_tokens::good_of_person(&tx, person.id).await?.len() >= MOST {
        let message = format!("somebody has at most {MOST} tokens: take one back first");
        return Err(Error::wrong_state("too_many_tokens", message).with(json!({ "most": MOST })));
    }
    let made = add(&tx, Actor::Caller(caller), now, person, name, scopes).await?;
    tx.commit().await?;
    Ok(made)
}

/// Takes back one that acts for whoever asks.
pub async fn take_back_own(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: ApiTokenId,
) -> Result<(), Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    let theirs = api_tokens::good_of_person(&tx, person.id).await?;
    let unknown = || Error::missing("unknown_token", "there is no such token");
    let token = theirs
        .into_iter()
        .find(|token| token.id == id)
        .ok_or_else(unknown)?;
    api_tokens::revoke(&tx, id, now).await?;
    let deed = Deed {
        action: "api_token.taken_back",
        subject: &token.name,
        id,
        details: json!({ "person": person.name.as_str() }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::ApiToken, id);
    tx.commit().await?;
    Ok(())
}

/// Makes a token; its secret is told once and never again.
pub async fn add(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    person: &Person,
    name: &str,
    scopes: &[Scope],
) -> Result<(ApiToken, Secret), Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let message = "a token's name has 1 to 64 characters";
        return Err(Error::invalid("invalid_token_name", message));
    }
    if scopes.is_empty() {
        let message = "a token needs at least one scope, as rooms:read";
        return Err(Error::invalid("invalid_scopes", message));
    }
    let secret = Secret::new(format!("{PREFIX}{}", random::text(SECRET_LENGTH)));
    let token = ApiToken {
        id: random::id(now),
        person: person.id,
        name: name.to_owned(),
        scopes: scopes.iter().map(Scope::to_string).collect(),
        created: now,
        seen: None,
        revoked: None,
    };
    let digest = tx
        .vault()
        .digest(purpose::API_TOKEN, &[secret.expose().as_bytes()]);
    api_tokens::insert(tx, &token, &digest).await?;
    let deed = Deed {
        action: "api_token.added",
        subject: &token.name,
        id: token.id,
        details: json!({ "person": person.name.as_str(), "scopes": token.scopes }),
    };
    note(tx, actor, now, deed).await?;
    tx.announce(Subject::ApiToken, token.id);
    Ok((token, secret))
}
