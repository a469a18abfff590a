//! Who a request comes from: a person by the cookie of their browser or by a token, a guest by their browser's mark.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use meetings::sign_in::{Digest, KEPT_FOR};
use store::{Secret, StoreError, api_tokens, people, random, sign_ins};

use super::cookies;
use super::error::ApiError;
use super::sender::{Sender, is_secure, seen_at};
use crate::actions::caller::{By, Caller, Signed};
use crate::actions::sign_in::{SECRET_LENGTH, purpose};
use crate::serve::App;

/// A sign-in or token that is used is noted again only after this: rows are not written at every request.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Ok(sender) = Sender::from_request_parts(parts, app).await;
        let (headers, now) = (&parts.headers, Timestamp::now());
        let browser = cookies::read(headers, cookies::BROWSER);
        let browser = browser.map(|secret| digest(app, purpose::BROWSER, &secret));
        if let Some(token) = bearer(headers)? {
            let signed = by_token(app, &token, now).await?;
            let signed = Some(signed.ok_or_else(invalid_token)?);
            return Ok(Self { signed, browser });
        }
        let sign_in = cookies::read(headers, cookies::SIGN_IN);
        if (sign_in.is_some() || browser.is_some()) && !is_ours(app, &sender, &parts.method, headers) {
            let message = "a page of another site asked for this in your name";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "foreign_origin", message));
        }
        let signed = match sign_in {
            Some(secret) => by_cookie(app, &secret, now).await?,
            None => None,
        };
        Ok(Self { signed, browser })
    }
}

/// The mark of the browser that asks; a new one with the cookie that carries it when it has none yet.
pub fn browser_of(app: &App, caller: &Caller, sender: &Sender) -> (Digest, Option<HeaderValue>) {
    match caller.browser {
        Some(known) => (known, None),
        None => {
            let secret = Secret::new(random::text(SECRET_LENGTH));
            let cookie = cookies::browser(&secret, is_secure(app.settings.public_url.as_ref(), sender));
            (digest(app, purpose::BROWSER, &secret), Some(cookie))
        }
    }
}

/// What somebody would recognise their browser by: "Firefox, Linux".
pub fn device(headers: &HeaderMap) -> String {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    device_of(text.unwrap_or_default())
}

fn device_of(agent: &str) -> String {
    // The first that fits: each browser also names those it wants to be taken for.
    let pick = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    let browser = pick(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = pick(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    let parts: Vec<_> = [browser, system].into_iter().flatten().collect();
    parts.join(", ")
}

fn digest(app: &App, purpose: &str, secret: &Secret) -> Digest {
    app.store.vault().digest(purpose, &[secret.expose().as_bytes()])
}

/// The token of `Authorization: Bearer …`; another kind of authorization is not ours.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<Secret>, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    Ok(Some(Secret::new(text.ok_or_else(invalid_token)?)))
}

fn invalid_token() -> ApiError {
    let message = "this API token is not one of ours, or was taken back";
    ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token", message)
}

async fn by_token(app: &Arc<App>, token: &Secret, now: Timestamp) -> Result<Option<Signed>, StoreError> {
    let tx = app.store.begin_read().await?;
    let Some(token) = api_tokens::by_secret(&tx, &digest(app, purpose::API_TOKEN, token)).await? else {
        return Ok(None);
    };
    let person = people::by_id(&tx, token.person)
        .await?
        .filter(|person| person.active);
    if token
        .seen
        .is_none_or(|seen| now.duration_since(seen) > NOTED_EVERY)
    {
        let (app, id) = (app.clone(), token.id);
        note(async move {
            let tx = app.store.begin_write().await?;
            api_tokens::touch(&tx, id, now).await?;
            tx.commit().await
        });
    }
    let by = By::Token {
        id: token.id,
        // A scope that this version does not know gives nothing.
        scopes: token
            .scopes
            .iter()
            .filter_map(|scope| scope.parse().ok())
            .collect(),
        name: token.name,
    };
    Ok(person.map(|person| Signed { person, by }))
}

async fn by_cookie(app: &Arc<App>, secret: &Secret, now: Timestamp) -> Result<Option<Signed>, StoreError> {
    let tx = app.store.begin_read().await?;
    let found = sign_ins::by_secret(&tx, &digest(app, purpose::SIGN_IN, secret)).await?;
    let Some(sign_in) = found.filter(|found| now.duration_since(found.seen) <= KEPT_FOR) else {
        return Ok(None);
    };
    let person = people::by_id(&tx, sign_in.person)
        .await?
        .filter(|person| person.active);
    if now.duration_since(sign_in.seen) > NOTED_EVERY {
        let (app, id) = (app.clone(), sign_in.id);
        note(async move {
            let tx = app.store.begin_write().await?;
            sign_ins::touch(&tx, id, now).await?;
            tx.commit().await
        });
    }
    let by = By::SignIn(sign_in.id);
    Ok(person.map(|person| Signed { person, by }))
}

/// Notes that something was used; nobody waits for it, and the next use notes it again should it fail.
fn note(work: impl Future<Output = Result<(), StoreError>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = work.await {
            tracing::debug!(%error, "a use was not noted");
        }
    });
}

/// Whether a request that carries our cookies comes from a page of ours (or changes nothing): browsers say which page
/// asks in `Origin`, or at least whether it is one of the same site in `Sec-Fetch-Site`.
fn is_ours(app: &App, sender: &Sender, method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some(origin) => {
            let ours = seen_at(app.settings.public_url.as_ref(), sender, app.address);
            authority(origin) == authority(&ours)
        }
        None => text("sec-fetch-site") == Some("same-origin"),
    }
}

/// Host and port of an address; pages behind a proxy that changes the scheme stay ours.
fn authority(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_its_owner_would() {
        let named = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.0", ""),
        ];
        for (agent, device) in named {
            assert_eq!(device_of(agent), device, "{agent}");
        }
    }
}
