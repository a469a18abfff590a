//! `/api/v1/sign-in/ways`, and the way through a service that signs people in: there, and back.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use meetings::id::OidcProviderId;
use serde::{Deserialize, Serialize};
use store::Secret;
use url::Url;
use utoipa::{OpenApi, ToSchema};

use super::body::{Body, List, id};
use super::caller::{browser_of, device};
use super::cookies;
use super::error::ApiError;
use super::sender::{Sender, is_secure, page_root};
use crate::actions::caller::Caller;
use crate::actions::sign_in::Browser;
use crate::actions::sign_in::providers::{self, Leaving, Return};
use crate::serve::App;

#[derive(OpenApi)]
#[openapi(paths(ways, begin, connected))]
pub(super) struct Docs;

/// The routes of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/sign-in/ways", get(ways))
        .route("/api/v1/sign-in/providers/{id}/begin", post(begin))
        .route("/api/v1/sign-in/providers/{id}/callback", get(callback))
        .route("/api/v1/me/providers", get(connected))
}

/// Where a service sends people back to.
pub(super) fn redirect_of(app: &App, sender: &Sender, provider: OidcProviderId) -> Url {
    let root = page_root(app.settings.public_url.as_ref(), sender, app.address);
    let redirect = format!("{root}/api/v1/sign-in/providers/{provider}/callback");
    Url::parse(&redirect).expect("the root of our pages is an address")
}

/// How one may sign in here.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ways {
    /// Codes are sent by mail.
    mail: bool,
    /// Services that sign people in.
    providers: Vec<Way>,
}

/// A service that signs people in, as its button shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Way {
    /// Which.
    id: String,
    /// What stands on the button.
    #[schema(example = "Keycloak")]
    name: String,
}

/// How one may sign in here
#[utoipa::path(
    get,
    path = "/api/v1/sign-in/ways",
    tag = "sign-in",
    operation_id = "list_ways_to_sign_in",
    responses((status = 200, description = "The ways", body = Ways))
)]
async fn ways(State(app): State<Arc<App>>) -> Result<Json<Ways>, ApiError> {
    let usable = providers::usable(&app.store).await?;
    let providers = usable.into_iter().map(|provider| Way {
        id: provider.id.to_string(),
        name: provider.name,
    });
    Ok(Json(Ways {
        mail: app.post.delivers(),
        providers: providers.collect(),
    }))
}

/// The services one has connected an account of.
#[utoipa::path(
    get,
    path = "/api/v1/me/providers",
    tag = "sign-in",
    operation_id = "list_my_sign_in_providers",
    responses(
        (status = 200, description = "Their ids", body = List<Connected>),
        (status = 401, description = "`sign_in_needed`", body = ApiError),
        (status = 403, description = "`browser_needed`: a token cannot see them", body = ApiError),
    )
)]
async fn connected(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<List<Connected>>, ApiError> {
    let identities = providers::connected(&app.store, &caller).await?;
    let items = identities.into_iter().map(|identity| Connected {
        provider: identity.provider.to_string(),
        created: identity.created,
    });
    Ok(Json(List {
        items: items.collect(),
        next: None,
    }))
}

/// An account of a service that is connected to one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connected {
    /// Of which service.
    provider: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
}

/// Somebody wants to go to a service.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LeaveRequest {
    /// The path of ours to go to afterwards; the first page without.
    #[schema(example = "/settings/me")]
    next: Option<String>,
    /// One is signed in, and connects an account there to one's own.
    #[serde(default)]
    connect: bool,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct Leave {
    /// The browser goes there now.
    address: String,
}

/// Begin to sign in through a service
#[utoipa::path(
    post,
    path = "/api/v1/sign-in/providers/{id}/begin",
    tag = "sign-in",
    operation_id = "begin_sign_in_by_provider",
    params(("id" = String, Path, description = "From the ways to sign in")),
    request_body = LeaveRequest,
    responses(
        (status = 200, description = "Where the browser goes now", body = Leave),
        (status = 401, description = "`sign_in_needed`, to connect an account", body = ApiError),
        (status = 404, description = "`unknown_provider`", body = ApiError),
        (status = 429, description = "`too_many_requests`", body = ApiError),
        (status = 503, description = "`provider_unreachable` or `provider_wrong`", body = ApiError),
    )
)]
async fn begin(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    Path(which): Path<String>,
    Body(request): Body<LeaveRequest>,
) -> Result<Response, ApiError> {
    if !app.sign_ins.allow(sender.address, Instant::now()) {
        return Err(ApiError::too_many_requests());
    }
    let provider = id(&which)?;
    let (browser, cookie) = browser_of(&app, &caller, &sender);
    let leaving = Leaving {
        provider,
        redirect: redirect_of(&app, &sender, provider),
        browser,
        next: path_of_ours(request.next.as_deref()),
        connects: request.connect,
    };
    let to = providers::begin(&app.store, &caller, Timestamp::now(), leaving).await?;
    Ok((cookie.map(cookies::sent), Json(Leave { address: to.into() })).into_response())
}

/// What a service adds to the address it sends people back to (RFC 6749 §4.1.2).
#[derive(Deserialize)]
struct Answer {
    state: Option<Secret>,
    code: Option<Secret>,
    error: Option<String>,
}

/// `GET /api/v1/sign-in/providers/{id}/callback`: not for programs, so it is not described; whatever happens, a page
/// follows.
async fn callback(
    State(app): State<Arc<App>>,
    caller: Caller,
    sender: Sender,
    headers: HeaderMap,
    Path(which): Path<String>,
    Query(answer): Query<Answer>,
) -> Result<Response, ApiError> {
    let provider = id(&which)?;
    let (browser, _) = browser_of(&app, &caller, &sender);
    let back = Return {
        provider,
        redirect: redirect_of(&app, &sender, provider),
        browser,
        state: answer.state.unwrap_or_else(|| Secret::new("")),
        answer: answer
            .code
            .ok_or_else(|| answer.error.unwrap_or_else(|| "nothing".to_owned())),
    };
    let entering = Browser {
        device: &device(&headers),
        before: caller.signed.as_ref(),
    };
    let finished = providers::finish(&app.store, &caller, Timestamp::now(), back, entering).await;
    let (next, connects, outcome) = match finished {
        Ok(back) => (back.next, back.connects, back.outcome),
        Err(error) => ("/".to_owned(), false, Err(error)),
    };
    Ok(match outcome {
        Ok(signed_in) => {
            let secure = is_secure(app.settings.public_url.as_ref(), &sender);
            let cookie =
                signed_in.map(|signed_in| cookies::sent(cookies::sign_in(&signed_in.secret, secure)));
            (
                StatusCode::SEE_OTHER,
                cookie,
                [(header::LOCATION, location(&next))],
            )
                .into_response()
        }
        Err(error) => {
            let page = match connects {
                true => with_query(&next, &[("problem", error.code)]),
                false => with_query("/sign-in", &[("problem", error.code), ("next", &next)]),
            };
            (StatusCode::SEE_OTHER, [(header::LOCATION, location(&page))]).into_response()
        }
    })
}

/// A path with something more in its query.
fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://here").expect("an address");
    url = url.join(path).unwrap_or(url);
    url.query_pairs_mut().extend_pairs(pairs);
    url[url::Position::BeforePath..].to_owned()
}

fn location(path: &str) -> HeaderValue {
    HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"))
}

/// A path of our own pages, from what a page asked for; the first page for everything else.
fn path_of_ours(asked: Option<&str>) -> String {
    let here = Url::parse("http://here").expect("an address");
    let target = asked
        .filter(|text| text.starts_with('/'))
        .and_then(|text| here.join(text).ok())
        .filter(|target| target.origin() == here.origin());
    let path = target.map(|target| target[url::Position::BeforePath..].to_owned());
    path.unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn afterwards_one_is_on_a_page_of_ours() {
        for ours in ["/", "/equipe", "/settings/me?tab=a#b"] {
            assert_eq!(path_of_ours(Some(ours)), ours);
        }
        for elsewhere in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "/\t/evil.example/",
            "equipe",
            "",
        ] {
            assert_eq!(path_of_ours(Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(path_of_ours(None), "/");
    }

    #[test]
    fn a_problem_stands_beside_what_is_there() {
        let page = with_query("/settings/me?tab=a", &[("problem", "provider_wrong")]);
        assert_eq!(page, "/settings/me?tab=a&problem=provider_wrong");
        let page = with_query("/sign-in", &[("problem", "x"), ("next", "/a?b=c&d")]);
        assert_eq!(page, "/sign-in?problem=x&next=%2Fa%3Fb%3Dc%26d");
    }
}
