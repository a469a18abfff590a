//! Who carries letters: the mail server of the settings, or, while somebody develops, the mailbox page.

use std::net::SocketAddr;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::Error as SmtpError;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use store::mail::Mail;

use super::letter::Written;
use super::server::MailServer;
use crate::config::Settings;
use crate::outgoing::is_this_machine;

/// Who carries letters.
#[derive(Debug)]
pub enum Post {
    /// A mail server.
    Server {
        /// What speaks to it.
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// In whose name letters leave.
        from: Mailbox,
    },
    /// The page `/mailbox`, for whoever develops on this machine.
    Mailbox,
    /// Nobody: this server is for others, and has no mail server.
    Nobody,
}

/// Why a letter did not leave, in words that hold nothing of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It may leave later.
    #[error("{0}")]
    Later(String),
    /// It never will: the other side refuses this mailbox.
    #[error("{0}")]
    Never(String),
}

impl Post {
    /// Who carries the letters of a server that listens on `address`.
    pub fn of(settings: &Settings, address: SocketAddr) -> Result<Self, String> {
        let Some(server) = MailServer::of(settings)? else {
            return Ok(match is_development(settings, address) {
                true => Self::Mailbox,
                false => Self::Nobody,
            });
        };
        let transport = server.transport().map_err(|error| error.to_string())?;
        Ok(Self::Server {
            transport: Box::new(transport),
            from: server.from,
        })
    }

    /// Whether a letter reaches anybody.
    pub fn delivers(&self) -> bool {
        !matches!(self, Self::Nobody)
    }

    /// Whether the mail server answers, and takes our name and password; yes when there is none to ask.
    pub async fn greet(&self) -> Result<(), PostError> {
        let Self::Server { transport, .. } = self else {
            return Ok(());
        };
        match transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(PostError::Later(
                "the mail server does not answer as one".to_owned(),
            )),
            Err(error) => Err(trouble(&error)),
        }
    }

    /// Has the mail server take a letter. `name` is the sender's when the settings name none.
    pub async fn take(&self, mail: &Mail, words: &Written, name: &str) -> Result<(), PostError> {
        let Self::Server { transport, from } = self else {
            return Err(PostError::Later("no mail server is set (--mail-url)".to_owned()));
        };
        let message = message(mail, words, from, name)?;
        transport
            .send(message)
            .await
            .map(drop)
            .map_err(|error| trouble(&error))
    }
}

/// Nobody else reaches this server: it listens on this machine only, and has no public address.
fn is_development(settings: &Settings, address: SocketAddr) -> bool {
    let public = settings.public_url.as_ref().and_then(url::Url::host);
    address.ip().is_loopback() && public.is_none_or(is_this_machine)
}

fn message(mail: &Mail, words: &Written, from: &Mailbox, name: &str) -> Result<Message, PostError> {
    let never =
        |error: &dyn std::fmt::Display| PostError::Never(format!("the letter cannot be written: {error}"));
    let to: Address = mail.to.as_str().parse().map_err(|error| never(&error))?;
    let host = from.email.domain();
    Message::builder()
        // A letter that leaves twice, because a server stopped between, is recognised as one.
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .from(Mailbox::new(
            from.name.clone().or_else(|| Some(name.to_owned())),
            from.email.clone(),
        ))
        .to(Mailbox::new(None, to))
        .subject(&words.subject)
        // Answering machines keep quiet (RFC 3834 §5).
        .raw_header(lettre::message::header::HeaderValue::new(
            lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .header(ContentType::TEXT_PLAIN)
        .body(words.text.clone())
        .map_err(|error| never(&error))
}

/// Answers about the mailbox (RFC 3463 §3.2, RFC 5321 §4.2.3: 550 to 553) will not change; wrong credentials, a policy
/// or a full disk may be mended by whoever runs the mail server.
fn trouble(error: &SmtpError) -> PostError {
    let code = error.status().map(u16::from);
    let text = match code {
        Some(code) => format!("the mail server answered {code}: {error}"),
        None if error.is_timeout() => "the mail server does not answer in time".to_owned(),
        None => format!("the mail server cannot be reached: {error}"),
    };
    match code {
        Some(550..=553) => PostError::Never(text),
        _ => PostError::Later(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mailbox_page_is_for_a_server_nobody_else_reaches() {
        let mut settings = Settings::defaults();
        let at = |text: &str| text.parse().expect("an address");
        let development = |settings: &Settings, address| is_development(settings, at(address));
        assert!(development(&settings, "127.0.0.1:8080"));
        assert!(development(&settings, "[::1]:8080"));
        assert!(!development(&settings, "0.0.0.0:8080"));
        assert!(!development(&settings, "192.168.1.7:8080"));
        settings.public_url = Some("http://localhost:8080".parse().expect("a url"));
        assert!(development(&settings, "127.0.0.1:8080"));
        settings.public_url = Some("https://meet.example.org".parse().expect("a url"));
        assert!(
            !development(&settings, "127.0.0.1:8080"),
            "a proxy stands before it"
        );
    }
}
