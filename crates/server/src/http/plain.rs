//! Plain http beside https: leads people to https, and answers whoever must be answered before there is a certificate.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use url::Url;

use super::error::ApiError;
use super::health;
use super::sender::Sender;
use crate::serve::App;
use crate::tls::plan::HTTPS_PORT;

/// The routes over `app`.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/.well-known/acme-challenge/{token}", get(proof))
        .fallback(lead)
        .with_state(app)
}

/// What an authority looks for before it gives a certificate.
async fn proof(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<String, ApiError> {
    let text = app.tls.as_ref().and_then(|tls| tls.proof(&token));
    text.ok_or_else(ApiError::not_found)
}

/// Everything else is found by https.
async fn lead(State(app): State<Arc<App>>, sender: Sender, uri: Uri) -> Response {
    let ready = app
        .tls
        .as_ref()
        .is_some_and(|tls| tls.status().borrow().good_until.is_some());
    if !ready {
        let message = "the certificate of this server is being obtained; try again in a minute";
        let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "no_certificate", message);
        // A browser tries again by itself.
        return ([(header::REFRESH, "5")], error).into_response();
    }
    let target = secure_address(
        app.settings.public_url.as_ref(),
        &sender,
        app.address.port(),
        &uri,
    );
    match target {
        Some(target) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response(),
        None => ApiError::not_found().into_response(),
    }
}

/// The same page by https: at the public address, or on the host that was asked.
fn secure_address(public_url: Option<&Url>, sender: &Sender, port: u16, uri: &Uri) -> Option<String> {
    let page = uri.path_and_query().map_or("/", |page| page.as_str());
    if let Some(origin) = public_url.map(|url| url.origin().ascii_serialization()) {
        return Some(format!("{origin}{page}"));
    }
    let host = sender.host_name()?;
    match port {
        HTTPS_PORT => Some(format!("https://{host}{page}")),
        _ => Some(format!("https://{host}:{port}{page}")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::super::proxies::Proxies;
    use super::*;

    fn led(public_url: Option<&str>, host: Option<&str>, port: u16, page: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.extend(host.map(|host| (header::HOST, host.parse().expect("ascii"))));
        let sender = Sender::of([192, 0, 2, 7].into(), false, &headers, &Proxies::default());
        let public_url = public_url.map(|url| url.parse().expect("a url"));
        secure_address(public_url.as_ref(), &sender, port, &page.parse().expect("a page"))
    }

    #[test]
    fn a_page_is_led_to_the_same_page_by_https() {
        let to = |url: &str| Some(url.to_owned());
        let public = Some("https://meet.example.org/");
        assert_eq!(
            led(public, Some("192.0.2.1"), 443, "/tree?a=b"),
            to("https://meet.example.org/tree?a=b")
        );
        assert_eq!(
            led(Some("https://meet.example.org:8443"), None, 443, "/"),
            to("https://meet.example.org:8443/")
        );
        assert_eq!(
            led(None, Some("meet.local:80"), 443, "/tree"),
            to("https://meet.local/tree")
        );
        assert_eq!(
            led(None, Some("[2001:db8::1]"), 8443, "/"),
            to("https://[2001:db8::1]:8443/")
        );
        assert_eq!(led(None, Some("evil/@x"), 443, "/"), None);
        assert_eq!(led(None, None, 443, "/"), None);
    }
}
