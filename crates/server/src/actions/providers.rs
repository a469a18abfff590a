//! The services that sign the organisation's people in: adding, changing, trying and removing them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::id::OidcProviderId;
use meetings::people::{Right, Role};
use meetings::scope::{Noun, Scope};
use serde_json::json;
use store::oidc_providers::{self, OidcProvider};
use store::{Cut, MAX_LIMIT, Read, Secret, Store, StoreError, Subject, Write, random};
use url::Url;

use super::caller::Caller;
use super::error::Error;
use super::organisation;
use super::sign_in::providers::trouble;
use super::trail::{Actor, Deed, note};
use crate::oidc::Service;
use crate::outgoing::is_this_machine;

/// Services an organisation has at most: each is a button on the sign-in page.
const MOST: usize = 10;

/// Characters of an issuer's address, a client's id or secret, or a claim's name at most.
const MAX_TEXT: usize = 500;

/// Groups that give a role, at most.
const MAX_GROUPS: usize = 100;

/// What is said of a service; what is `None` stays as it is, or is the usual for a new one.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What stands on its button.
    pub name: Option<DisplayName>,
    /// Its address.
    pub issuer: Option<String>,
    /// As what it knows us.
    pub client_id: Option<String>,
    /// By what it knows us; empty for a service that knows us without.
    pub client_secret: Option<Secret>,
    /// What it is asked for besides `openid`.
    pub scopes: Option<Vec<String>>,
    /// Which of its claims names groups, if any.
    pub group_claim: Option<Option<String>>,
    /// Which role a group gives.
    pub group_roles: Option<BTreeMap<String, Role>>,
    /// Whether it makes accounts.
    pub creates_people: Option<bool>,
    /// The role of those whose groups give none.
    pub default_role: Option<Role>,
    /// Whether it may be used.
    pub enabled: Option<bool>,
}

impl Change {
    /// A service as it is after it.
    fn applied(self, before: OidcProvider) -> Result<OidcProvider, Error> {
        let after = OidcProvider {
            name: self.name.map_or(before.name, |name| name.as_str().to_owned()),
            issuer: self.issuer.map_or(Ok(before.issuer), |text| issuer(&text))?,
            client_id: self
                .client_id
                .map_or(before.client_id, |text| text.trim().to_owned()),
            client_secret: self.client_secret.unwrap_or(before.client_secret),
            scopes: self.scopes.unwrap_or(before.scopes),
            group_claim: self.group_claim.unwrap_or(before.group_claim),
            group_roles: self.group_roles.unwrap_or(before.group_roles),
            creates_people: self.creates_people.unwrap_or(before.creates_people),
            default_role: self.default_role.unwrap_or(before.default_role),
            enabled: self.enabled.unwrap_or(before.enabled),
            ..before
        };
        checked(after)
    }
}

fn checked(provider: OidcProvider) -> Result<OidcProvider, Error> {
    let invalid = |message: &str| Err(Error::invalid("invalid_provider", message));
    let short =
        |text: &str| !text.is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
    // Who registers us there needs the address we come back to first, which a service has once it is added.
    if provider.enabled && provider.client_id.is_empty() {
        return invalid("a service without a client id cannot be enabled");
    }
    if !provider.client_id.is_empty() && !short(&provider.client_id) {
        return invalid("the client id has at most 500 characters");
    }
    if provider.client_secret.expose().len() > MAX_TEXT {
        return invalid("the client secret has at most 500 characters");
    }
    let word = |text: &String| short(text) && !text.contains(char::is_whitespace);
    if provider.scopes.len() > MAX_GROUPS || !provider.scopes.iter().all(word) {
        return invalid("scopes are words without spaces");
    }
    if provider.group_claim.as_ref().is_some_and(|claim| !short(claim)) {
        return invalid("the claim that names groups has 1 to 500 characters");
    }
    if provider.group_roles.len() > MAX_GROUPS || !provider.group_roles.keys().all(|group| short(group)) {
        return invalid("at most 100 groups give a role, each with a name of 1 to 500 characters");
    }
    let given = provider.group_roles.values().chain([&provider.default_role]);
    if given.into_iter().any(|role| *role == Role::Owner) {
        return Err(Error::invalid(
            "provider_makes_no_owners",
            "a sign-in service gives the roles individual, member or admin",
        ));
    }
    Ok(provider)
}

/// An issuer's address as it identifies itself: kept as typed, for it is compared letter by letter.
fn issuer(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let form = || {
        Error::invalid(
            "invalid_issuer",
            "an issuer is an address that begins with https://",
        )
    };
    let url = Url::parse(text).map_err(|_| form())?;
    let host = url.host().ok_or_else(form)?;
    let encrypted = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(host));
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if text.len() > MAX_TEXT || !encrypted || !bare {
        return Err(form());
    }
    Ok(text.to_owned())
}

/// All of them, the oldest first.
pub async fn list(store: &Store, caller: &Caller) -> Result<Vec<OidcProvider>, Error> {
    let tx = store.begin_read().await?;
    caller
        .may(&tx, Scope::read(Noun::People), Right::ManageOrganisation)
        .await?;
    Ok(all(&tx).await?)
}

/// All of them, the oldest first: no more than a page, see [`MOST`].
pub(super) async fn all(tx: &Read) -> Result<Vec<OidcProvider>, StoreError> {
    Ok(oidc_providers::list(tx, Cut::first(MAX_LIMIT)).await?.items)
}

/// Adds one.
pub async fn add(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    change: Change,
) -> Result<OidcProvider, Error> {
    let tx = changing(store, caller).await?;
    organisation::known(&tx).await?;
    if all(&tx).await?.len() >= MOST {
        let message = format!("an organisation has at most {MOST} sign-in services");
        return Err(Error::wrong_state("too_many_providers", message).with(json!({ "most": MOST })));
    }
    let missing = |field| Error::malformed("malformed", format!("the body: `{field}` is missing"));
    change.name.as_ref().ok_or_else(|| missing("name"))?;
    change.issuer.as_ref().ok_or_else(|| missing("issuer"))?;
    let usual = OidcProvider {
        id: random::id(now),
        name: String::new(),
        issuer: String::new(),
        client_id: String::new(),
        client_secret: Secret::new(""),
        scopes: ["email", "profile"].map(str::to_owned).into(),
        group_claim: None,
        group_roles: BTreeMap::new(),
        creates_people: false,
        default_role: Role::Member,
        enabled: change.client_id.is_some(),
        created: now,
    };
    let provider = change.applied(usual)?;
    oidc_providers::insert(&tx, &provider).await?;
    done(tx, caller, now, "provider.added", &provider).await?;
    Ok(provider)
}

/// Changes one.
pub async fn change(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: OidcProviderId,
    change: Change,
) -> Result<OidcProvider, Error> {
    let tx = changing(store, caller).await?;
    let before = known(&tx, id).await?;
    let issuer = before.issuer.clone();
    let provider = change.applied(before)?;
    if provider.issuer != issuer {
        // Its names for people mean others at another issuer.
        let message = "a service stays at its issuer: add another one";
        return Err(Error::invalid("issuer_fixed", message));
    }
    oidc_providers::update(&tx, &provider).await?;
    done(tx, caller, now, "provider.changed", &provider).await?;
    Ok(provider)
}

/// Removes one; who signed in with it signs in another way.
pub async fn remove(store: &Store, caller: &Caller, now: Timestamp, id: OidcProviderId) -> Result<(), Error> {
    let tx = changing(store, caller).await?;
    let provider = known(&tx, id).await?;
    oidc_providers::delete(&tx, id).await?;
    done(tx, caller, now, "provider.removed", &provider).await
}

/// Asks one what it can do, without signing anybody in; what is wrong comes with its reason.
pub async fn check(store: &Store, caller: &Caller, id: OidcProviderId, redirect: &Url) -> Result<(), Error> {
    let tx = store.begin_read().await?;
    caller
        .may(&tx, Scope::read(Noun::People), Right::ManageOrganisation)
        .await?;
    let provider = known(&tx, id).await?;
    drop(tx);
    match Service::discover(&provider, redirect).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let details = json!({ "provider": provider.name, "reason": error.to_string() });
            Err(trouble(&provider, &error).with(details))
        }
    }
}

async fn changing(store: &Store, caller: &Caller) -> Result<Write, Error> {
    let tx = store.begin_write().await?;
    caller
        .may(&tx, Scope::write(Noun::People), Right::ManageOrganisation)
        .await?;
    Ok(tx)
}

async fn known(tx: &Read, id: OidcProviderId) -> Result<OidcProvider, Error> {
    oidc_providers::by_id(tx, id).await?.ok_or_else(unknown)
}

pub(super) fn unknown() -> Error {
    Error::missing("unknown_provider", "there is no such sign-in service")
}

async fn done(
    tx: Write,
    caller: &Caller,
    now: Timestamp,
    action: &str,
    provider: &OidcProvider,
) -> Result<(), Error> {
    let deed = Deed {
        action,
        subject: &provider.name,
        id: provider.id,
        details: json!({
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "creates_people": provider.creates_people,
            "default_role": provider.default_role,
            "group_roles": provider.group_roles,
            "enabled": provider.enabled,
        }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Organisation, provider.id);
    tx.commit().await?;
    Ok(())
}
