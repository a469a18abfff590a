//! Signing in through a service that knows the organisation's people: sending somebody there, and letting them in when
//! they come back. Somebody signed in connects an account of such a service to theirs in the same way.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::{OidcProviderId, PersonId};
use meetings::people::Role;
use meetings::provider_sign_in::{Account, Agreement, Arrival, Outcome, Refusal, decide};
use meetings::sign_in::Digest;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::oidc_identities::{self, OidcIdentity};
use store::oidc_providers::{self, OidcProvider};
use store::people::{self, Person};
use store::{Secret, Store, Subject, Write};
use url::Url;

use super::ceremonies::{self, Kind};
use super::{Browser, How, SignedIn, open};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::organisation;
use crate::actions::people::named_after;
use crate::actions::providers::{all, unknown};
use crate::actions::trail::{Actor, Deed, note};
use crate::oidc::{Arrived, OidcError, Service};

/// What is known again when somebody comes back.
#[derive(Serialize, Deserialize)]
struct Away {
    provider: OidcProviderId,
    nonce: String,
    verifier: String,
    /// Where they wanted to go: a path of ours.
    next: String,
    /// Who connects an account there to theirs; nobody when somebody signs in.
    connects: Option<PersonId>,
}

/// Somebody who wants to go to a service.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// To which.
    pub provider: OidcProviderId,
    /// Where they come back to.
    pub redirect: Url,
    /// The browser they leave with.
    pub browser: Digest,
    /// Where they want to go afterwards: a path of ours.
    pub next: String,
    /// They are signed in, and connect an account there to theirs.
    pub connects: bool,
}

/// Where a browser is sent so that the service says who sits before it.
pub async fn begin(store: &Store, caller: &Caller, now: Timestamp, leaving: Leaving) -> Result<Url, Error> {
    let connects = match leaving.connects {
        true => Some(caller.in_browser()?.0.id),
        false => None,
    };
    let provider = enabled(store, leaving.provider).await?;
    let service = Service::discover(&provider, &leaving.redirect).await;
    let service = service.map_err(|error| trouble(&provider, &error))?;
    let secret = ceremonies::secret();
    let departure = service.departure(&secret);
    let away = Away {
        provider: provider.id,
        nonce: departure.nonce.expose().to_owned(),
        verifier: departure.verifier.expose().to_owned(),
        next: leaving.next,
        connects,
    };
    let state = Secret::new(serde_json::to_string(&away).expect("texts are always JSON"));
    let tx = store.begin_write().await?;
    ceremonies::begin(&tx, now, Kind::Provider, leaving.browser, &secret, state).await?;
    tx.commit().await?;
    Ok(departure.to)
}

/// Somebody who comes back.
#[derive(Clone, Debug)]
pub struct Return {
    /// From which service.
    pub provider: OidcProviderId,
    /// Where they have come back to.
    pub redirect: Url,
    /// The browser they come back with.
    pub browser: Digest,
    /// What we gave them on their way.
    pub state: Secret,
    /// What the service gave them: a code, or the word for why it gave none.
    pub answer: Result<Secret, String>,
}

/// What came of it.
#[derive(Debug)]
pub struct Back {
    /// Where they wanted to go.
    pub next: String,
    /// They came to connect an account, not to sign in.
    pub connects: bool,
    /// Somebody signed in; nobody when an account was connected.
    pub outcome: Result<Option<SignedIn>, Error>,
}

/// Lets somebody in who comes back, or connects the account they show to theirs.
pub async fn finish(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    back: Return,
    browser: Browser<'_>,
) -> Result<Back, Error> {
    let state = ceremonies::end(store, now, Kind::Provider, &back.browser, &back.state).await?;
    let away: Away = serde_json::from_str(state.expose())
        .map_err(|error| Error::fault("fault", format!("a sign-in was kept in another form: {error}")))?;
    let outcome = arrive(store, caller, now, &away, back, browser).await;
    Ok(Back {
        next: away.next,
        connects: away.connects.is_some(),
        outcome,
    })
}

async fn arrive(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    away: &Away,
    back: Return,
    browser: Browser<'_>,
) -> Result<Option<SignedIn>, Error> {
    let provider = enabled(store, away.provider).await?;
    if away.provider != back.provider {
        return Err(trouble(
            &provider,
            &OidcError::Wrong("somebody came back from another service".to_owned()),
        ));
    }
    let code = back.answer.map_err(|word| match word.as_str() {
        "access_denied" => Error::forbidden("provider_denied", "the service did not let them in"),
        other => trouble(&provider, &OidcError::Wrong(format!("it answered {other}"))),
    })?;
    let (nonce, verifier) = (Secret::new(&*away.nonce), Secret::new(&*away.verifier));
    let trouble = |error: OidcError| trouble(&provider, &error);
    let service = Service::discover(&provider, &back.redirect)
        .await
        .map_err(trouble)?;
    let arrived = service.arrival(&code, &nonce, &verifier).await.map_err(trouble)?;
    let tx = store.begin_write().await?;
    let signed_in = match away.connects {
        Some(person) => {
            connect(&tx, caller, now, &provider, &arrived, person).await?;
            None
        }
        None => Some(let_in(&tx, now, &provider, arrived, browser).await?),
    };
    tx.commit().await?;
    Ok(signed_in)
}

/// The account of the service belongs to who asks from now on.
async fn connect(
    tx: &Write,
    caller: &Caller,
    now: Timestamp,
    provider: &OidcProvider,
    arrived: &Arrived,
    person: PersonId,
) -> Result<(), Error> {
    let (asks, _) = caller.in_browser()?;
    if asks.id != person {
        let message = "somebody else is signed in here by now: begin again";
        return Err(Error::wrong_state("ceremony_dead", message));
    }
    keep(tx, Actor::Caller(caller), now, provider, arrived, asks).await
}

/// Somebody is known by the service's name for them from now on.
async fn keep(
    tx: &Write,
    actor: Actor<'_>,
    now: Timestamp,
    provider: &OidcProvider,
    arrived: &Arrived,
    person: &Person,
) -> Result<(), Error> {
    let identity = OidcIdentity {
        provider: provider.id,
        subject: arrived.subject.clone(),
        person: person.id,
        created: now,
    };
    if !oidc_identities::insert(tx, &identity).await? {
        let message = "this account of the service is connected to somebody already";
        return Err(Error::wrong_state("provider_account_taken", message));
    }
    let deed = Deed {
        action: "person.connected",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "provider": provider.name }),
    };
    note(tx, actor, now, deed).await?;
    Ok(())
}

async fn let_in(
    tx: &Write,
    now: Timestamp,
    provider: &OidcProvider,
    arrived: Arrived,
    browser: Browser<'_>,
) -> Result<SignedIn, Error> {
    let known = match oidc_identities::find(tx, provider.id, &arrived.subject).await? {
        Some(person) => people::by_id(tx, person).await?,
        None => None,
    };
    let email = arrived
        .email
        .as_deref()
        .and_then(|text| EmailAddress::parse(text).ok());
    let by_email = match &email {
        Some(email) => people::by_email(tx, email).await?,
        None => None,
    };
    let account = |person: &Person| Account {
        role: person.role,
        active: person.active,
    };
    let arrival = Arrival {
        known: known.as_ref().map(account),
        by_email: by_email.as_ref().map(account),
        email_verified: email.is_some() && arrived.email_verified,
        groups: arrived.groups.clone(),
    };
    let agreement = Agreement {
        group_roles: provider.group_roles.clone(),
        default_role: provider.default_role,
        creates_people: provider.creates_people,
    };
    let (person, new) = match (decide(&agreement, &arrival), known, by_email, email) {
        (Outcome::SignIn(role), Some(person), ..) => {
            (with_role(tx, now, provider, person, role).await?, false)
        }
        (Outcome::Link(role), _, Some(person), _) => {
            keep(tx, Actor::Server, now, provider, &arrived, &person).await?;
            (with_role(tx, now, provider, person, role).await?, false)
        }
        (Outcome::Create(role), _, _, Some(email)) => {
            let person = create(tx, now, provider, &arrived, email, role).await?;
            keep(tx, Actor::Server, now, provider, &arrived, &person).await?;
            (person, true)
        }
        (Outcome::Refused(refusal), ..) => return Err(refused(refusal)),
        _ => return Err(refused(Refusal::Unknown)),
    };
    let signed_in = open(tx, now, person, browser, How::Provider).await?;
    Ok(SignedIn { new, ..signed_in })
}

/// Gives somebody the role that their groups say.
async fn with_role(
    tx: &Write,
    now: Timestamp,
    provider: &OidcProvider,
    person: Person,
    role: Role,
) -> Result<Person, Error> {
    if person.role == role {
        return Ok(person);
    }
    let deed = Deed {
        action: "person.changed",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "role": [person.role, role], "provider": provider.name }),
    };
    note(tx, Actor::Server, now, deed).await?;
    tx.announce(Subject::Person, person.id);
    let person = Person {
        role,
        manages_integrations: person.manages_integrations && role > Role::Individual,
        ..person
    };
    people::update(tx, &person).await?;
    Ok(person)
}

async fn create(
    tx: &Write,
    now: Timestamp,
    provider: &OidcProvider,
    arrived: &Arrived,
    email: EmailAddress,
    role: Role,
) -> Result<Person, Error> {
    let organisation = organisation::known(tx).await?;
    let said = arrived
        .name
        .as_deref()
        .and_then(|name| DisplayName::parse(name).ok());
    let name = said.unwrap_or_else(|| named_after(&email));
    let person = Person::new(email, name, role, organisation.language, now);
    people::insert(tx, &person).await?;
    let deed = Deed {
        action: "person.added",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "role": role, "provider": provider.name }),
    };
    note(tx, Actor::Server, now, deed).await?;
    tx.announce(Subject::Person, person.id);
    Ok(person)
}

/// Services that may be used, the oldest first.
pub async fn usable(store: &Store) -> Result<Vec<OidcProvider>, Error> {
    let tx = store.begin_read().await?;
    let mut all = all(&tx).await?;
    all.retain(|provider| provider.enabled);
    Ok(all)
}

/// The services that whoever asks has connected an account of.
pub async fn connected(store: &Store, caller: &Caller) -> Result<Vec<OidcIdentity>, Error> {
    let (person, _) = caller.in_browser()?;
    let tx = store.begin_read().await?;
    Ok(oidc_identities::of_person(&tx, person.id).await?)
}

async fn enabled(store: &Store, id: OidcProviderId) -> Result<OidcProvider, Error> {
    let tx = store.begin_read().await?;
    let found = oidc_providers::by_id(&tx, id).await?;
    found.filter(|provider| provider.enabled).ok_or_else(unknown)
}

/// What went wrong with a service: its administrators find the reason in the log, readers one of three sentences.
pub fn trouble(provider: &OidcProvider, error: &OidcError) -> Error {
    tracing::warn!(provider = provider.name, issuer = provider.issuer, %error, "a sign-in service failed");
    let details = json!({ "provider": provider.name });
    let (code, message) = match error {
        OidcError::Unreachable(_) => ("provider_unreachable", "the sign-in service does not answer"),
        OidcError::Wrong(_) => (
            "provider_wrong",
            "the sign-in service does not answer as it should",
        ),
        OidcError::ClientRefused(_) => (
            "provider_client",
            "the sign-in service does not accept this server",
        ),
    };
    Error::unavailable(code, message).with(details)
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Inactive => Error::forbidden("provider_inactive", "this account is deactivated"),
        Refusal::EmailUnverified => Error::forbidden(
            "provider_unverified",
            "the service does not vouch for the e-mail address",
        ),
        Refusal::Owner => {
            let message = "an owner connects the service in their own settings first";
            Error::forbidden("provider_owner", message)
        }
        Refusal::Unknown => {
            Error::forbidden("provider_unknown_person", "nobody here has this e-mail address")
        }
    }
}
