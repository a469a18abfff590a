//! The address people type: does its name lead anywhere, and does this server answer there, securely.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use super::{Check, Finding, Verdict};
use crate::config::Settings;
use crate::http::openapi;
use crate::outgoing::{is_this_machine, root};

/// Long enough for a slow name server and a handshake; somebody waits.
const PATIENCE: Duration = Duration::from_secs(8);

/// The description of the API is a tenth of this; whoever else answers is not read to the end.
const LONGEST: usize = 4 << 20;

/// What asking the public address told.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// This program answered.
    Ours,
    /// Somebody else did.
    Stranger,
    /// Its certificate is not to be trusted, and why.
    Certificate(String),
    /// Nobody did, and why.
    Silent(String),
}

/// Looks at the public address; also the IP addresses its name leads to. `runs`: a server is there to answer.
pub(super) async fn look(settings: &Settings, runs: bool) -> (Finding, Option<Vec<IpAddr>>) {
    let finding = |verdict, code| Finding::new(Check::PublicUrl, verdict, code);
    let Some(url) = &settings.public_url else {
        let (verdict, code) = match settings.listen.ip().to_canonical().is_loopback() {
            true => (Verdict::Note, "public_url_local"),
            false => (Verdict::Warning, "public_url_missing"),
        };
        return (finding(verdict, code).with("address", settings.listen), None);
    };
    let known = match addresses(url).await {
        Ok(known) if !known.is_empty() => known,
        _ => {
            let host = url.host_str().unwrap_or_default();
            return (
                finding(Verdict::Bad, "public_name_unknown").with("host", host),
                None,
            );
        }
    };
    if !runs {
        return (
            finding(Verdict::Note, "public_url_not_asked").with("url", url),
            Some(known),
        );
    }
    (judge(url, ask(url).await), Some(known))
}

async fn addresses(url: &Url) -> io::Result<Vec<IpAddr>> {
    match url.host() {
        Some(Host::Ipv4(address)) => Ok(vec![address.into()]),
        Some(Host::Ipv6(address)) => Ok(vec![address.into()]),
        Some(Host::Domain(name)) => {
            let port = url.port_or_known_default().unwrap_or_default();
            let looked_up = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, port)));
            let found = looked_up.await.map_err(io::Error::other)??;
            let mut found: Vec<IpAddr> = found.map(|found| found.ip().to_canonical()).collect();
            found.sort_unstable();
            found.dedup();
            Ok(found)
        }
        None => Ok(Vec::new()),
    }
}

async fn ask(url: &Url) -> Asked {
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
    let (Ok(client), Ok(asked)) = (client, url.join("api/openapi.json")) else {
        return Asked::Silent("the address cannot be asked".to_owned());
    };
    let answer = match client.get(asked).send().await {
        Ok(answer) => answer,
        Err(error) => return why_not(&error),
    };
    match read(answer).await {
        Ok(body) if is_ours(&body) => Asked::Ours,
        Ok(_) => Asked::Stranger,
        Err(error) => why_not(&error),
    }
}

async fn read(mut answer: reqwest::Response) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            break;
        }
    }
    Ok(body)
}

/// The description of our API begins with whose it is.
fn is_ours(body: &[u8]) -> bool {
    let document: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    document.is_some_and(|document| document["info"]["title"] == openapi::TITLE)
}

fn why_not(error: &reqwest::Error) -> Asked {
    let cause = root(error);
    let tls = cause.downcast_ref::<rustls::Error>().or_else(|| {
        let inner = cause.downcast_ref::<io::Error>()?.get_ref()?;
        inner.downcast_ref::<rustls::Error>()
    });
    match tls {
        Some(tls) => Asked::Certificate(tls.to_string()),
        None => Asked::Silent(cause.to_string()),
    }
}

fn judge(url: &Url, asked: Asked) -> Finding {
    let finding = |verdict, code| Finding::new(Check::PublicUrl, verdict, code).with("url", url);
    match asked {
        // Browsers give camera and microphone to secure pages only, and to this machine's own.
        Asked::Ours if url.scheme() == "http" && !url.host().is_some_and(is_this_machine) => {
            finding(Verdict::Bad, "public_url_not_secure")
        }
        Asked::Ours => finding(Verdict::Good, "public_url_good"),
        Asked::Stranger => finding(Verdict::Bad, "public_url_stranger"),
        Asked::Certificate(reason) => finding(Verdict::Bad, "public_url_certificate").with("reason", reason),
        // Many routers lead nobody from inside to their own outer address.
        Asked::Silent(reason) => finding(Verdict::Warning, "public_url_silent").with("reason", reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().expect("a url")
    }

    #[test]
    fn a_public_page_that_is_not_secure_is_of_no_use_for_calls() {
        let good = |text: &str| judge(&url(text), Asked::Ours).code;
        assert_eq!(good("https://meet.example.org/"), "public_url_good");
        assert_eq!(good("http://meet.example.org/"), "public_url_not_secure");
        assert_eq!(good("http://localhost:8080/"), "public_url_good");
    }

    #[tokio::test]
    async fn without_a_public_address_it_matters_who_can_reach_the_server() {
        let mut settings = Settings::defaults();
        assert_eq!(look(&settings, true).await.0.code, "public_url_local");
        settings.listen = "0.0.0.0:8080".parse().expect("an address");
        assert_eq!(look(&settings, true).await.0.code, "public_url_missing");
    }

    #[tokio::test]
    async fn a_name_that_leads_nowhere_is_said_to() {
        let settings = Settings {
            public_url: Some(url("https://meet.invalid/")),
            ..Settings::defaults()
        };
        assert_eq!(look(&settings, true).await.0.code, "public_name_unknown");
    }
}
