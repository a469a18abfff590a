//! Our two cookies: the browser of somebody signed in, and the mark by which a guest's browser is recognised.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::AppendHeaders;
use meetings::sign_in::KEPT_FOR;
use store::Secret;

/// Holds the secret of a sign-in.
pub const SIGN_IN: &str = "palabre_sign_in";

/// Holds the secret by which a browser is recognised.
pub const BROWSER: &str = "palabre_browser";

/// How long browsers keep cookies at most (RFC 6265bis §5.5): 400 days.
const LONGEST: i64 = 400 * 86_400;

/// The value of one of our cookies, when the request has it.
pub fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let all = headers.get_all(header::COOKIE).into_iter();
    let pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.into_iter().find(|(its, _)| *its == name);
    found
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
        .map(Secret::new)
}

/// Has the browser keep the secret of a sign-in, for as long as it would be good unused.
pub fn sign_in(secret: &Secret, secure: bool) -> HeaderValue {
    set(SIGN_IN, secret.expose(), KEPT_FOR.as_secs(), secure)
}

/// Has the browser forget it.
pub fn signed_out(secure: bool) -> HeaderValue {
    set(SIGN_IN, "", 0, secure)
}

/// Has the browser keep the mark by which it is recognised.
pub fn browser(secret: &Secret, secure: bool) -> HeaderValue {
    set(BROWSER, secret.expose(), LONGEST, secure)
}

/// A cookie as part of an answer.
pub fn sent(cookie: HeaderValue) -> AppendHeaders<[(HeaderName, HeaderValue); 1]> {
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

/// Neither scripts nor other sites get at it; links from other sites bring it along, for people follow them to rooms.
fn set(name: &str, value: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::from_str(&text).expect("secrets are letters and digits");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            "theme=dark; palabre_sign_in=abc".parse().expect("text"),
        );
        headers.append(header::COOKIE, "palabre_browser=def".parse().expect("text"));
        assert_eq!(read(&headers, SIGN_IN).expect("there").expose(), "abc");
        assert_eq!(read(&headers, BROWSER).expect("there").expose(), "def");
        assert!(read(&headers, "palabre").is_none());
    }

    #[test]
    fn scripts_and_other_sites_get_no_cookie_of_ours() {
        let text = sign_in(&Secret::new("abc"), true);
        let text = text.to_str().expect("text");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(signed_out(false).to_str().expect("text").contains("Max-Age=0"));
    }
}
