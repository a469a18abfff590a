//! Webhooks: adding, changing and taking them away, telling them what happens, and telling it again.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::id::{DeliveryId, DeliveryKind, WebhookId, WebhookKind};
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use meetings::webhook::Event;
use serde::Serialize;
use serde_json::{Value, json};
use store::deliveries::{self, Delivery};
use store::webhooks::{self, Webhook};
use store::{Cut, Page, Read, Store, StoreError, Subject, Write, random};
use url::Url;

use super::caller::Caller;
use super::error::Error;
use super::trail::{self, Actor, Deed, note};
use crate::webhooks::{Carrier, Told, new_secret};

/// Webhooks at most: each change of a room is written for all of them in its transaction.
const MOST: usize = 50;

/// A webhook to add.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// What people call it.
    pub name: DisplayName,
    /// Where it is told.
    pub url: Url,
    /// Of what.
    pub events: Vec<Event>,
}

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What people call it.
    pub name: Option<DisplayName>,
    /// Where it is told.
    pub url: Option<Url>,
    /// Of what.
    pub events: Option<Vec<Event>>,
    /// It is told.
    pub enabled: Option<bool>,
}

async fn may(tx: &Read, caller: &Caller, scope: Scope) -> Result<(), Error> {
    caller.may(tx, scope, Right::ManageIntegrations).await?;
    Ok(())
}

async fn begin(store: &Store, caller: &Caller) -> Result<Write, Error> {
    let tx = store.begin_write().await?;
    may(&tx, caller, Scope::write(Noun::Connections)).await?;
    Ok(tx)
}

/// All of them.
pub async fn list(
    store: &Store,
    caller: &Caller,
    cut: Cut<WebhookKind>,
) -> Result<Page<Webhook, WebhookKind>, Error> {
    let tx = store.begin_read().await?;
    may(&tx, caller, Scope::read(Noun::Connections)).await?;
    Ok(webhooks::list(&tx, cut).await?)
}

/// Adds one, with a fresh secret.
pub async fn add(
    store: &Store,
    carrier: &Carrier,
    caller: &Caller,
    now: Timestamp,
    wanted: NewWebhook,
) -> Result<Webhook, Error> {
    let tx = begin(store, caller).await?;
    tx.alone_with("webhooks").await?;
    if webhooks::list(&tx, Cut::first(u16::try_from(MOST).unwrap_or(u16::MAX)))
        .await?
        .items
        .len()
        == MOST
    {
        let message = format!("there are {MOST} webhooks: take one away first");
        return Err(Error::wrong_state("too_many_webhooks", message).with(json!({ "most": MOST })));
    }
    let webhook = Webhook {
        id: random::id(now),
        name: wanted.name.as_str().to_owned(),
        url: allowed(carrier, &wanted.url)?,
        secret: new_secret(),
        events: wanted
            .events
            .iter()
            .map(|event| event.word().to_owned())
            .collect(),
        enabled: true,
        created: now,
    };
    webhooks::insert(&tx, &webhook).await?;
    let details = json!({ "events": webhook.events });
    noted(&tx, caller, now, "webhook.added", &webhook, details).await?;
    tx.commit().await?;
    Ok(webhook)
}

/// Changes one.
pub async fn change(
    store: &Store,
    carrier: &Carrier,
    caller: &Caller,
    now: Timestamp,
    id: WebhookId,
    change: Change,
) -> Result<Webhook, Error> {
    let tx = begin(store, caller).await?;
    let before = known(&tx, id).await?;
    let words = |events: Vec<Event>| events.iter().map(|event| event.word().to_owned()).collect();
    let after = Webhook {
        name: change
            .name
            .map_or(before.name.clone(), |name| name.as_str().to_owned()),
        url: match change.url {
            Some(url) => allowed(carrier, &url)?,
            None => before.url.clone(),
        },
        events: change.events.map_or(before.events.clone(), words),
        enabled: change.enabled.unwrap_or(before.enabled),
        ..before.clone()
    };
    if after != before {
        webhooks::update(&tx, &after).await?;
        // An address may hold a secret: only its host is told.
        let view = |of: &Webhook| {
            [
                ("name", json!(of.name)),
                ("host", json!(host(&of.url))),
                ("events", json!(of.events)),
                ("enabled", json!(of.enabled)),
            ]
        };
        let details = trail::differences(view(&before), view(&after));
        noted(&tx, caller, now, "webhook.changed", &after, details).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// Gives one a fresh secret; the one before signs nothing more.
pub async fn renew_secret(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: WebhookId,
) -> Result<Webhook, Error> {
    let tx = begin(store, caller).await?;
    let renewed = Webhook {
        secret: new_secret(),
        ..known(&tx, id).await?
    };
    webhooks::update(&tx, &renewed).await?;
    noted(&tx, caller, now, "webhook.secret_renewed", &renewed, json!({})).await?;
    tx.commit().await?;
    Ok(renewed)
}

/// Takes one away, with all that it was told.
pub async fn remove(store: &Store, caller: &Caller, now: Timestamp, id: WebhookId) -> Result<(), Error> {
    let tx = begin(store, caller).await?;
    let webhook = known(&tx, id).await?;
    webhooks::delete(&tx, id).await?;
    noted(&tx, caller, now, "webhook.removed", &webhook, json!({})).await?;
    Ok(tx.commit().await?)
}

/// What one was told, the newest first.
pub async fn told(
    store: &Store,
    caller: &Caller,
    id: WebhookId,
    cut: Cut<DeliveryKind>,
) -> Result<Page<Delivery, DeliveryKind>, Error> {
    let tx = store.begin_read().await?;
    may(&tx, caller, Scope::read(Noun::Connections)).await?;
    known(&tx, id).await?;
    Ok(deliveries::of_webhook(&tx, id, cut).await?)
}

/// Tells something again that is over, under the same id.
pub async fn replay(
    store: &Store,
    caller: &Caller,
    now: Timestamp,
    id: DeliveryId,
) -> Result<Delivery, Error> {
    let tx = begin(store, caller).await?;
    let missing = || {
        Error::missing(
            "no_such_delivery",
            "there is no such delivery: it may be forgotten",
        )
    };
    let delivery = deliveries::by_id(&tx, id).await?.ok_or_else(missing)?;
    if !deliveries::replay(&tx, id, now).await? {
        let message = "it is being delivered: wait for what comes of it";
        return Err(Error::wrong_state("delivery_waits", message));
    }
    let webhook = known(&tx, delivery.webhook).await?;
    let details = json!({ "event": delivery.event, "delivery": id.to_string() });
    noted(&tx, caller, now, "webhook.replayed", &webhook, details).await?;
    let again = deliveries::by_id(&tx, id).await?.ok_or_else(missing)?;
    tx.commit().await?;
    Ok(again)
}

/// Tells every webhook that asked, in the transaction of what happened.
pub async fn tell(tx: &Write, event: Event, now: Timestamp, data: impl Serialize) -> Result<(), StoreError> {
    let webhooks = webhooks::told_of(tx, event.word()).await?;
    if webhooks.is_empty() {
        return Ok(());
    }
    let told = Told {
        event: event.word(),
        timestamp: now,
        data,
    };
    let payload = serde_json::to_string(&told).expect("news are always JSON");
    for webhook in webhooks {
        deliveries::queue(tx, webhook, event.word(), payload.clone(), now).await?;
    }
    Ok(())
}

async fn known(tx: &Read, id: WebhookId) -> Result<Webhook, Error> {
    let missing = || Error::missing("no_such_webhook", "there is no such webhook");
    webhooks::by_id(tx, id).await?.ok_or_else(missing)
}

fn allowed(carrier: &Carrier, url: &Url) -> Result<String, Error> {
    if !carrier.may_call(url) {
        let message = "this address leads to a private network, which is not allowed here";
        return Err(Error::invalid("webhook_private", message));
    }
    Ok(url.to_string())
}

fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

async fn noted(
    tx: &Write,
    caller: &Caller,
    now: Timestamp,
    action: &str,
    webhook: &Webhook,
    details: Value,
) -> Result<(), Error> {
    let deed = Deed {
        action,
        subject: &webhook.name,
        id: webhook.id,
        details,
    };
    note(tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Webhook, webhook.id);
    Ok(())
}
