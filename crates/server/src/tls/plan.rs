//! How pages reach browsers by these settings: as they are, with certificate files, or with a certificate obtained.

use std::net::SocketAddr;
use std::path::PathBuf;

use meetings::email::EmailAddress;
use url::{Host, Url};

use crate::config::{Settings, SettingsError};

/// The port on which browsers look for https.
pub const HTTPS_PORT: u16 = 443;

/// The port on which browsers look for http, and authorities for the answers they asked for.
pub const HTTP_PORT: u16 = 80;

/// What the web server speaks, and where its certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Plain http: on this machine alone, behind a proxy, or on a network where nobody minds.
    Plain,
    /// Https with certificate files of the operator.
    Files(Files),
    /// Https with a certificate obtained by ACME (RFC 8555).
    Acme(Acme),
}

/// Certificate files, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, followed by those that vouch for it.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// What is needed to obtain a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acme {
    /// For which host.
    pub name: String,
    /// The authority's directory.
    pub directory: Url,
    /// Where the authority may write to.
    pub contact: Option<EmailAddress>,
    /// A certificate that vouches for the authority's own, when no system knows it.
    pub root: Option<PathBuf>,
}

/// The plan of these settings. A certificate is obtained for a public https address when others can reach the web
/// server and neither a proxy nor files stand for it.
pub fn plan(settings: &Settings) -> Result<Plan, SettingsError> {
    let wrong = |sentence: &str| Err(SettingsError::Wrong(sentence.to_owned()));
    match (&settings.tls_certificate, &settings.tls_key) {
        (Some(certificate), Some(key)) => {
            if settings
                .public_url
                .as_ref()
                .is_some_and(|url| url.scheme() == "http")
            {
                return wrong("--tls-certificate makes pages https, and --public-url begins with http://");
            }
            return Ok(Plan::Files(Files {
                certificate: certificate.clone(),
                key: key.clone(),
            }));
        }
        (Some(_), None) => return wrong("--tls-certificate needs --tls-key beside it"),
        (None, Some(_)) => return wrong("--tls-key needs --tls-certificate beside it"),
        (None, None) => {}
    }
    let behind_proxy =
        settings.listen.ip().to_canonical().is_loopback() || !settings.trusted_proxy.is_empty();
    let Some(url) = settings
        .public_url
        .as_ref()
        .filter(|url| url.scheme() == "https" && !behind_proxy)
    else {
        if settings.http_listen.is_some() {
            return wrong("--http-listen leads people to https, and these settings make no https");
        }
        return Ok(Plan::Plain);
    };
    let Some(Host::Domain(name)) = url.host() else {
        return wrong(
            "certificates are obtained for names, and --public-url has an address: give a name, or your own \
             certificate with --tls-certificate and --tls-key",
        );
    };
    let contact = settings
        .acme_contact
        .as_deref()
        .map(EmailAddress::parse)
        .transpose();
    let Ok(contact) = contact else {
        return wrong("--acme-contact must be an e-mail address");
    };
    if settings.acme_directory.scheme() != "https" {
        return wrong("--acme-directory must begin with https://");
    }
    Ok(Plan::Acme(Acme {
        name: name.trim_end_matches('.').to_owned(),
        directory: settings.acme_directory.clone(),
        contact,
        root: settings.acme_root.clone(),
    }))
}

/// Where plain http is listened for beside https, and whether it must be: the default port may be another program's.
pub fn plain_listener(plan: &Plan, settings: &Settings) -> Option<(SocketAddr, bool)> {
    if let Some(address) = settings.http_listen {
        return Some((address, true));
    }
    let wanted = match plan {
        Plan::Plain => false,
        Plan::Files(_) => settings.listen.port() == HTTPS_PORT,
        Plan::Acme(_) => true,
    };
    wanted.then(|| (SocketAddr::new(settings.listen.ip(), HTTP_PORT), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(listen: &str, public_url: Option<&str>) -> Settings {
        Settings {
            listen: listen.parse().expect("an address"),
            public_url: public_url.map(|url| url.parse().expect("a url")),
            ..Settings::defaults()
        }
    }

    fn name_of(plan: Result<Plan, SettingsError>) -> String {
        match plan {
            Ok(Plan::Plain) => "plain".to_owned(),
            Ok(Plan::Files(_)) => "files".to_owned(),
            Ok(Plan::Acme(acme)) => acme.name,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_certificate_is_obtained_for_a_public_name_that_others_reach_without_a_proxy() {
        let public = Some("https://meet.example.org/");
        for (listen, url, expected) in [
            ("127.0.0.1:8080", None, "plain"),
            ("127.0.0.1:8080", public, "plain"),
            ("[::1]:8080", public, "plain"),
            ("0.0.0.0:8080", None, "plain"),
            ("0.0.0.0:8080", Some("http://meet.example.org"), "plain"),
            ("0.0.0.0:443", public, "meet.example.org"),
            (
                "[::]:8443",
                Some("https://Réunions.example.org:8443"),
                "xn--runions-bya.example.org",
            ),
            (
                "192.0.2.1:443",
                Some("https://meet.example.org./"),
                "meet.example.org",
            ),
        ] {
            assert_eq!(
                name_of(plan(&settings(listen, url))),
                expected,
                "{listen} {url:?}"
            );
        }
        let mut behind = settings("0.0.0.0:8080", public);
        behind.trusted_proxy = vec!["10.0.0.1".parse().expect("a network")];
        assert_eq!(name_of(plan(&behind)), "plain");
    }

    #[test]
    fn files_come_before_everything_and_go_in_pairs() {
        let mut both = settings("127.0.0.1:8443", Some("https://meet.example.org/"));
        both.tls_certificate = Some("chain.pem".into());
        assert!(plan(&both).is_err());
        both.tls_key = Some("key.pem".into());
        assert_eq!(name_of(plan(&both)), "files");
        both.public_url = Some("http://meet.example.org/".parse().expect("a url"));
        assert!(plan(&both).is_err());
        both.tls_certificate = None;
        assert!(plan(&both).is_err());
    }

    #[test]
    fn an_address_is_no_name_and_authorities_speak_https() {
        let told = name_of(plan(&settings("0.0.0.0:443", Some("https://192.0.2.1/"))));
        assert!(told.contains("--tls-certificate"), "{told}");
        let mut plain = settings("0.0.0.0:443", Some("https://meet.example.org/"));
        plain.acme_directory = "http://ca.example.org/dir".parse().expect("a url");
        assert!(name_of(plan(&plain)).contains("--acme-directory"));
        let mut nobody = settings("0.0.0.0:443", Some("https://meet.example.org/"));
        nobody.acme_contact = Some("nobody".to_owned());
        assert!(name_of(plan(&nobody)).contains("--acme-contact"));
    }

    #[test]
    fn plain_http_is_listened_for_beside_https_at_its_usual_port() {
        let at = |settings: &Settings| {
            let plan = plan(settings).expect("a plan");
            plain_listener(&plan, settings).map(|(address, required)| (address.to_string(), required))
        };
        assert_eq!(at(&settings("0.0.0.0:8080", None)), None);
        let mut acme = settings("192.0.2.1:8443", Some("https://meet.example.org/"));
        assert_eq!(at(&acme), Some(("192.0.2.1:80".to_owned(), false)));
        acme.http_listen = Some("0.0.0.0:8080".parse().expect("an address"));
        assert_eq!(at(&acme), Some(("0.0.0.0:8080".to_owned(), true)));
        let mut files = settings("0.0.0.0:8443", None);
        (files.tls_certificate, files.tls_key) = (Some("c".into()), Some("k".into()));
        assert_eq!(at(&files), None);
        files.listen.set_port(443);
        assert_eq!(at(&files), Some(("0.0.0.0:80".to_owned(), false)));
        let mut none = settings("0.0.0.0:8080", None);
        none.http_listen = Some("0.0.0.0:80".parse().expect("an address"));
        assert!(plan(&none).is_err());
    }
}
