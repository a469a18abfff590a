//! The web client, inside the binary: its files, and its one page for every address that is not a file.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use url::Url;

use super::error::ApiError;
use super::page::dressed;
use super::sender::{Sender, seen_at};
use crate::actions::organisation;
use crate::config::Settings;
use crate::serve::App;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Files;

/// What a page may do besides its own scripts: nothing but ask for devices and the screen.
pub const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), \
     picture-in-picture=(self), screen-wake-lock=(self), autoplay=(self), clipboard-write=(self), geolocation=(), \
     payment=(), usb=(), midi=()";

/// Where pages may load from and connect to: this server, as `seen_at` the browser sees its sockets, and whoever
/// carries media for it.
pub fn content_security_policy(settings: &Settings, seen_at: &str) -> String {
    let mut connect = vec!["'self'".to_owned()];
    // Some browsers do not take sockets of the same host for "self".
    connect.extend(Url::parse(seen_at).iter().flat_map(origins));
    connect.extend(settings.livekit_url.iter().flat_map(origins));
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         media-src 'self' blob:; worker-src 'self' blob:; connect-src {}; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'self'",
        connect.join(" ")
    )
}

/// Requests and sockets of one server.
fn origins(url: &Url) -> Vec<String> {
    let Some(host) = url.host_str() else {
        return Vec::new();
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let schemes = match url.scheme() {
        "https" | "wss" => ["https", "wss"],
        _ => ["http", "ws"],
    };
    schemes
        .iter()
        .map(|scheme| format!("{scheme}://{host}{port}"))
        .collect()
}

/// `GET` of everything no other route answers.
pub async fn page_or_file(
    State(app): State<Arc<App>>,
    sender: Sender,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = (!path.is_empty()).then(|| Files::get(path)).flatten() {
        let content = Content {
            path,
            kind: file.metadata.mimetype(),
            hash: file.metadata.sha256_hash(),
            bytes: file.data,
        };
        return answer(&app, content, &sender, &headers);
    }
    // A name with a dot is a file we do not have; anything else is a page of the client's own router.
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains('.')
        || ["api", "assets", "rtc", "twirp"]
            .iter()
            .any(|ours| path.split('/').next() == Some(ours))
    {
        return ApiError::not_found().into_response();
    }
    let Some(page) = page() else {
        return ApiError::not_found().into_response();
    };
    // Before the first run there is no organisation, and a page without its looks is better than none.
    let page = match organisation::read(&app.store).await {
        Ok(shown) => dressed(&page, &shown),
        Err(_) => page,
    };
    let content = Content {
        path: "index.html",
        kind: "text/html",
        hash: sha256(page.as_bytes()),
        bytes: page.into_bytes().into(),
    };
    answer(&app, content, &sender, &headers)
}

/// The one page, as it was built.
pub(super) fn page() -> Option<String> {
    let file = Files::get("index.html")?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Whether whoever asks has what this tag stands for already.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    known.is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let hash = digest(&SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// What is answered with.
struct Content<'a> {
    path: &'a str,
    /// Its media type.
    kind: &'a str,
    hash: [u8; 32],
    bytes: Cow<'static, [u8]>,
}

fn answer(app: &App, content: Content<'_>, sender: &Sender, headers: &HeaderMap) -> Response {
    // Weak, because what goes over the wire may be compressed.
    let hash: String = content.hash[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("W/\"{hash}\"");
    // Built files carry their hash in their name; everything else is asked for again each time.
    let caching = match content.path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut answer = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = match content.kind {
            "text/html" => "text/html; charset=utf-8",
            kind => kind,
        };
        let kind = HeaderValue::from_str(kind).expect("media types are ASCII");
        ([(header::CONTENT_TYPE, kind)], content.bytes.into_owned()).into_response()
    };
    let out = answer.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if content.path.ends_with(".html") {
        let seen_at = seen_at(app.settings.public_url.as_ref(), sender, app.address);
        if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&app.settings, &seen_at)) {
            out.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        out.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS_POLICY));
        out.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_connects_to_its_server_and_to_the_cluster_and_to_nobody_else() {
        let mut settings = Settings::defaults();
        let policy = content_security_policy(&settings, "wss://meet.example.org");
        assert!(
            policy.contains("connect-src 'self' https://meet.example.org wss://meet.example.org;"),
            "{policy}"
        );
        settings.livekit_url = Some("wss://media.example.org:7443".parse().expect("a url"));
        let policy = content_security_policy(&settings, "ws://127.0.0.1:8080");
        assert!(
            policy
                .contains("ws://127.0.0.1:8080 https://media.example.org:7443 wss://media.example.org:7443;")
        );
    }
}
