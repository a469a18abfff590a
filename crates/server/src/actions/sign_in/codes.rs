//! Signing in by a code sent by mail: asking for one, and trying it.
//!
//! Whoever asks learns nothing about who has an account: for a mailbox that may not sign in, and for one that has had
//! enough mails, a code is kept all the same, of which nobody knows the digits.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::SignInCodeId;
use meetings::language::Language;
use meetings::people::Role;
use meetings::sign_in::{Code, Digest, GOOD_FOR, Outcome, Sending, check, sending};
use meetings::sign_up::SignUp;
use serde_json::json;
use store::organisation::Organisation;
use store::people::{self, Person};
use store::sign_in_codes::{self, NewCode};
use store::{Store, Subject, Vault, Write, random};

use super::{Browser, How, SignedIn, open, purpose};
use crate::actions::error::Error;
use crate::actions::organisation;
use crate::actions::people::named_after;
use crate::actions::trail::{Actor, Deed, note};
use crate::mail::letter::{self, About, Letter};
use crate::mail::post::Post;

/// Somebody who asks for a code.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it is to be sent.
    pub email: EmailAddress,
    /// What they read, when their account does not say.
    pub language: Language,
    /// The browser in which the code will be good.
    pub browser: Digest,
    /// Where they ask from.
    pub network_address: Digest,
}

/// A code was asked for; whether it was sent is not said.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Its name, with which it is tried.
    pub id: SignInCodeId,
    /// It is good until then.
    pub good_until: Timestamp,
}

/// Asks for a code.
pub async fn ask(store: &Store, post: &Post, now: Timestamp, request: Request) -> Result<Asked, Error> {
    if !post.delivers() {
        return Err(Error::wrong_state(
            "mail_not_set_up",
            "this server sends no mail yet (--mail-url): ask for a sign-in link",
        ));
    }
    let asked = Asked {
        id: random::id(now),
        good_until: now + GOOD_FOR,
    };
    let tx = store.begin_write().await?;
    let organisation = organisation::known(&tx).await?;
    let known = people::by_email(&tx, &request.email).await?;
    let lets_in = lets_in(known.as_ref(), &organisation.sign_up, &request.email);
    let lately = sign_in_codes::lately(&tx, now, &request.email, &request.network_address).await?;
    let sending = sending(now, &lately);
    if sending == Sending::Ignored {
        return Ok(asked);
    }
    let code = lets_in.then(draw).filter(|_| sending == Sending::Mail);
    let digest = match &code {
        Some(code) => digest(tx.vault(), asked.id, code),
        None => Digest(random::bytes()),
    };
    let new = NewCode {
        id: asked.id,
        email: request.email.clone(),
        code: digest,
        browser: request.browser,
        network_address: request.network_address,
        asked: now,
        sent: code.is_some(),
    };
    sign_in_codes::insert(&tx, &new).await?;
    if let Some(code) = code {
        let letter = Letter {
            to: request.email,
            language: known.map_or(request.language, |person| person.language),
            about: About::SignInCode {
                code,
                organisation: organisation.name,
            },
        };
        letter::send(&tx, now, vec![letter]).await?;
    }
    sign_in_codes::purge(&tx, now).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Whether somebody with this address may sign in: whoever has an account that is active, or may make one.
fn lets_in(known: Option<&Person>, sign_up: &SignUp, email: &EmailAddress) -> bool {
    match known {
        Some(person) => person.active,
        None => sign_up.admits(email),
    }
}

fn draw() -> Code {
    loop {
        if let Some(code) = Code::draw(u32::from_ne_bytes(random::bytes())) {
            return code;
        }
    }
}

fn digest(vault: &Vault, id: SignInCodeId, code: &Code) -> Digest {
    let id = id.as_uuid();
    vault.digest(purpose::SIGN_IN_CODE, &[id.as_bytes(), code.digits().as_bytes()])
}

/// What somebody types to show that a mailbox is theirs.
#[derive(Clone, Debug)]
pub struct Try {
    /// Which code.
    pub id: SignInCodeId,
    /// What they typed.
    pub code: Code,
    /// The browser they typed it in.
    pub browser: Digest,
    /// What they are called, when an account is made for them; after their address without.
    pub name: Option<DisplayName>,
    /// What they read, then.
    pub language: Language,
}

/// Tries a code. The right one signs in, and makes an account for somebody new whom the organisation lets in.
pub async fn try_code(
    store: &Store,
    now: Timestamp,
    tried: Try,
    browser: Browser<'_>,
) -> Result<SignedIn, Error> {
    let tx = store.begin_write().await?;
    let Some((email, asked)) = sign_in_codes::to_try(&tx, tried.id).await? else {
        return Err(dead());
    };
    let outcome = check(
        &asked,
        now,
        &digest(tx.vault(), tried.id, &tried.code),
        &tried.browser,
    );
    sign_in_codes::record(&tx, tried.id, outcome).await?;
    let refusal = match outcome {
        Outcome::SignedIn => None,
        Outcome::Wrong { left } => {
            let message = format!("this is not the code that was sent; {left} tries are left");
            Some(Error::invalid("wrong_code", message).with(json!({ "left": left })))
        }
        Outcome::Dead => Some(dead()),
    };
    if let Some(refusal) = refusal {
        tx.commit().await?;
        return Err(refusal);
    }
    let (person, new) = match people::by_email(&tx, &email).await? {
        Some(person) => (person, false),
        None => {
            let organisation = organisation::known(&tx).await?;
            (sign_up(&tx, now, &organisation, email, tried).await?, true)
        }
    };
    if !person.active {
        // Deactivated since the code was asked for.
        return Err(dead());
    }
    let signed_in = open(&tx, now, person, browser, How::Code).await?;
    tx.commit().await?;
    Ok(SignedIn { new, ..signed_in })
}

fn dead() -> Error {
    Error::wrong_state("code_dead", "this code is good no more: ask for a new one")
}

/// Makes an account for somebody who has shown that the mailbox is theirs.
async fn sign_up(
    tx: &Write,
    now: Timestamp,
    organisation: &Organisation,
    email: EmailAddress,
    tried: Try,
) -> Result<Person, Error> {
    if !organisation.sign_up.admits(&email) {
        // The policy has changed since the code was asked for.
        return Err(dead());
    }
    let name = tried.name.unwrap_or_else(|| named_after(&email));
    let person = Person::new(email, name, Role::Individual, tried.language, now);
    people::insert(tx, &person).await?;
    let deed = Deed {
        action: "person.signed_up",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "role": person.role }),
    };
    note(tx, Actor::Person(&person), now, deed).await?;
    tx.announce(Subject::Person, person.id);
    Ok(person)
}
