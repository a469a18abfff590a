//! `/mailbox`: the letters a server without a mail server would have sent, for whoever develops on this machine.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use meetings::language::Language;
use store::{Cut, mail};
use url::Host;

use super::error::ApiError;
use super::language::preferred;
use super::sender::Sender;
use crate::mail::letter;
use crate::mail::post::Post;
use crate::outgoing::is_this_machine;
use crate::sentences::sentence;
use crate::serve::App;

/// Letters shown: what one tries out in a morning.
const SHOWN: u16 = 50;

/// Letters hold codes and links: nothing of this page is kept, or shown inside another.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; \
     form-action 'none'";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color:#18211d;background:#f7f5f0;max-width:44rem;\
     margin:0 auto;padding:1.5rem}article{background:#fff;border:1px solid #e0dace;border-radius:16px;padding:1rem \
     1.25rem;margin:1rem 0}h2{font-size:1.1rem;margin:0 0 .25rem}p{margin:0;color:#4d5852}pre{font:inherit;\
     white-space:pre-wrap;overflow-wrap:anywhere;margin:.75rem 0 0}@media(prefers-color-scheme:dark){body{color:#eef3f0;\
     background:#0e1512}article{background:#17201c;border-color:#2c3832}p{color:#b4c0b9}}";

/// The route of this file.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/mailbox", get(show))
}

async fn show(State(app): State<Arc<App>>, sender: Sender, headers: HeaderMap) -> Result<Response, ApiError> {
    if !matches!(*app.post, Post::Mailbox) || !is_from_this_machine(&sender, &headers) {
        return Err(ApiError::not_found());
    }
    let tx = app.store.begin_read().await?;
    let mails = mail::list(&tx, Cut::first(SHOWN)).await?.items;
    let mut page = Html(page(preferred(&headers), &mails)).into_response();
    let out = page.headers_mut();
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(page)
}

/// Asked for on this machine, by a name of this machine, and by nobody in between: a proxy here would ask for others,
/// and a page of elsewhere can have its name lead here (DNS rebinding).
fn is_from_this_machine(sender: &Sender, headers: &HeaderMap) -> bool {
    let between = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    let asked = sender.host_name().and_then(|name| Host::parse(name).ok());
    let named_here = asked.is_some_and(is_this_machine);
    sender.address.is_loopback() && named_here && !between.iter().any(|name| headers.contains_key(*name))
}

fn page(language: Language, mails: &[mail::Mail]) -> String {
    let say = |part: &str| sentence(language, &format!("mail:mailbox.{part}"), |_| None).unwrap_or_default();
    let (title, about) = (say("title"), say("about"));
    let mut body = String::new();
    for mail in mails {
        let Some(words) = letter::words(mail) else {
            continue;
        };
        let (to, when) = (escaped(mail.to.as_str()), mail.created);
        let (subject, text) = (escaped(&words.subject), escaped(&words.text));
        let (kind, lang) = (escaped(&mail.kind), mail.language.code());
        let _ = write!(
            body,
            "<article data-kind=\"{kind}\" lang=\"{lang}\"><h2>{subject}</h2><p>{to} · <time>{when:.0}</time></p>\
             <pre>{text}</pre></article>"
        );
    }
    if body.is_empty() {
        body = format!("<article>{}</article>", escaped(&say("empty")));
    }
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"5\"><title>{title} · Palabre</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{about}</p>{body}</main></body></html>",
        language.code()
    )
}

/// For text and for values between double quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_letter_says_is_text_and_never_markup() {
        assert_eq!(escaped("<b title=\"&\">"), "&lt;b title=&quot;&amp;&quot;&gt;");
    }
}
