//! The mail server of the settings: how it is reached, and in whose name letters leave.

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::time::Duration;
use store::Secret;
use url::{Host, Url};

use crate::config::Settings;
use crate::outgoing::is_this_machine;

/// A mail server that does not answer a command by then is away; RFC 5321 §4.5.3.2 is more patient, but people wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    /// From the first byte (`smtps`).
    Always,
    /// After STARTTLS, or not at all (`starttls`).
    Insisting,
    /// After STARTTLS where the server offers it (`smtp`).
    WhereOffered,
}

/// A mail server that takes our letters.
#[derive(Clone, Debug)]
pub struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<(String, Secret)>,
    /// In whose name letters leave; its name may be missing.
    pub from: Mailbox,
}

impl MailServer {
    /// The one of the settings, if there is one; what is wrong with them, in one sentence that repeats no password.
    pub fn of(settings: &Settings) -> Result<Option<Self>, String> {
        let Some(url) = &settings.mail_url else {
            return Ok(None);
        };
        let form = "--mail-url is of the form smtps://user:password@host, starttls://… or smtp://host:port";
        let url = Url::parse(url.expose()).map_err(|_| form)?;
        let (encryption, usual_port) = match url.scheme() {
            "smtps" => (Encryption::Always, 465),
            "starttls" => (Encryption::Insisting, 587),
            "smtp" => (Encryption::WhereOffered, 25),
            _ => return Err(form.to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(form)?;
        let decoded = |text: &str| {
            let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
            decoded.map(|text| text.into_owned()).map_err(|_| form)
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some((decoded(user)?, Secret::new(decoded(password)?)))
            }
            _ => {
                return Err(
                    "--mail-url names a user without a password, or a password without a user".into(),
                );
            }
        };
        let here = Host::parse(host).is_ok_and(is_this_machine);
        if credentials.is_some() && encryption == Encryption::WhereOffered && !here {
            return Err(
                "--mail-url: with smtp:// the password could travel unencrypted; write smtps:// or starttls://"
                    .to_owned(),
            );
        }
        Ok(Some(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(usual_port),
            encryption,
            credentials,
            from: sender(settings)?,
        }))
    }

    /// What speaks to it; nothing is connected yet.
    pub fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
        let tls = TlsParameters::new(self.host.clone())?;
        let tls = match self.encryption {
            Encryption::Always => Tls::Wrapper(tls),
            Encryption::Insisting => Tls::Required(tls),
            Encryption::WhereOffered => Tls::Opportunistic(tls),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &self.credentials {
            let password = password.expose().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(transport.build())
    }
}

fn sender(settings: &Settings) -> Result<Mailbox, String> {
    if let Some(from) = &settings.mail_from {
        return from.parse().map_err(|_| {
            "--mail-from is an address, as palabre@example.org or Palabre <palabre@example.org>".into()
        });
    }
    let host = settings.public_url.as_ref().and_then(Url::domain);
    let address = host.and_then(|host| format!("palabre@{host}").parse().ok());
    address.ok_or_else(|| "--mail-url needs --mail-from beside it: in whose name letters leave".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(url: &str) -> Result<Option<MailServer>, String> {
        let settings = Settings {
            mail_url: Some(Secret::new(url)),
            mail_from: Some("Palabre <palabre@example.org>".to_owned()),
            ..Settings::defaults()
        };
        MailServer::of(&settings)
    }

    #[test]
    fn an_address_says_how_the_way_is_encrypted() {
        let read = |url: &str| {
            let server = with(url).expect(url).expect("a server");
            (server.host, server.port, server.encryption)
        };
        let host = || "mail.example.org".to_owned();
        assert_eq!(
            read("smtps://mail.example.org"),
            (host(), 465, Encryption::Always)
        );
        assert_eq!(
            read("starttls://mail.example.org"),
            (host(), 587, Encryption::Insisting)
        );
        assert_eq!(
            read("smtp://mail.example.org"),
            (host(), 25, Encryption::WhereOffered)
        );
        assert_eq!(read("smtp://mail.example.org:2525").1, 2525);
    }

    #[test]
    fn user_and_password_may_hold_any_sign() {
        let server = with("smtps://claire%40example.org:p%3Aa%2Fss@mail.example.org").expect("reads");
        let (user, password) = server.expect("a server").credentials.expect("credentials");
        assert_eq!(
            (user.as_str(), password.expose()),
            ("claire@example.org", "p:a/ss")
        );
    }

    #[test]
    fn a_password_does_not_travel_unencrypted_to_another_machine() {
        assert!(with("smtp://user:pass@mail.example.org").is_err());
        for url in [
            "smtp://user:pass@127.0.0.1:25",
            "smtp://user:pass@localhost",
            "smtp://user:pass@[::1]",
        ] {
            assert!(with(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in [
            "mail.example.org",
            "http://mail.example.org",
            "smtps://hush@mail.example.org",
            "smtps://",
        ] {
            let sentence = with(url).expect_err(url);
            assert!(!sentence.contains("hush"), "{sentence}");
        }
    }

    #[test]
    fn letters_leave_in_the_name_of_the_public_host_unless_told_otherwise() {
        let mut settings = Settings {
            mail_url: Some(Secret::new("smtp://mail.example.org")),
            ..Settings::defaults()
        };
        assert!(MailServer::of(&settings).is_err());
        settings.public_url = Some("https://meet.example.org".parse().expect("a url"));
        let from = MailServer::of(&settings).expect("reads").expect("a server").from;
        assert_eq!(from.to_string(), "palabre@meet.example.org");
    }
}
