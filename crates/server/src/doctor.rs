//! The server's examination of itself, for whoever runs it: what stands between people and a call, in words.
//!
//! Each part gathers facts, and a pure function judges them. The sentences stand in `locales/{fr,en}/doctor.json`.

mod certificate;
mod media;
mod ports;
mod public;
mod storage;

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::Timestamp;
use meetings::language::Language;
use serde::Serialize;
use store::{Store, StoreError};
use utoipa::ToSchema;

use crate::config::Settings;
use crate::mail::post::{Post, PostError};
use crate::sentences::sentence;
use crate::tls;

/// What is looked at, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The database answers.
    Database,
    /// The data folder can be written, and has room.
    Folder,
    /// This machine's time.
    Clock,
    /// The ports of pages and media.
    Ports,
    /// The address people type.
    PublicUrl,
    /// What makes pages secure.
    Certificate,
    /// Where people's browsers are told to send sound and picture.
    MediaAddress,
    /// Letters leave.
    Mail,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Well.
    Good,
    /// Nothing is wrong; whoever reads may want to know.
    Note,
    /// Something will go wrong, or does for some.
    Warning,
    /// It does not work.
    Bad,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How it is.
    pub verdict: Verdict,
    /// Stable; its sentence stands in the catalogue `doctor` under `finding`.
    pub code: &'static str,
    /// What goes into the sentence.
    pub fields: BTreeMap<&'static str, String>,
}

impl Finding {
    fn new(check: Check, verdict: Verdict, code: &'static str) -> Self {
        Self {
            check,
            verdict,
            code,
            fields: BTreeMap::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.fields.insert(name, value.to_string());
        self
    }

    /// Its sentence.
    pub fn sentence(&self, language: Language) -> String {
        let field = |name: &str| self.fields.get(name).map(String::as_str);
        sentence(language, &format!("doctor:finding.{}", self.code), field).unwrap_or_default()
    }
}

/// Where the examination is made.
pub enum Place {
    /// In the server that runs.
    Server {
        /// How its certificate is, when it has one of its own.
        certificate: Option<tls::Status>,
    },
    /// On the command line: a server may run beside, or none.
    CommandLine,
}

/// What is examined.
pub struct Patient<'a> {
    /// As resolved.
    pub settings: &'a Settings,
    /// What is remembered, or why it could not be opened.
    pub store: Result<&'a Store, &'a StoreError>,
    /// Where the examination is made.
    pub place: Place,
}

/// Looks at everything at once; takes some seconds when something does not answer. What was found, in the order of
/// [`Check`].
pub async fn examine(patient: &Patient<'_>, now: Timestamp) -> Vec<Finding> {
    let Patient { settings, store, .. } = patient;
    let (ports, runs) = match &patient.place {
        Place::Server { .. } => (vec![ports::in_use(settings)], true),
        Place::CommandLine => ports::look(settings).await,
    };
    let certificate = match &patient.place {
        Place::Server { certificate } => certificate.as_ref().map(|status| certificate::judge(status, now)),
        Place::CommandLine => None,
    };
    let (database, folder, clock, (public, known), mail) = tokio::join!(
        storage::database(*store),
        storage::folder(&settings.data),
        storage::clock(*store),
        public::look(settings, runs),
        mail(settings),
    );
    let mut found = vec![database, folder, clock];
    found.extend(ports);
    found.push(public);
    found.extend(certificate);
    found.push(media::look(settings, known.as_deref()));
    found.push(mail);
    found
}

async fn mail(settings: &Settings) -> Finding {
    let finding = |verdict, code| Finding::new(Check::Mail, verdict, code);
    match Post::of(settings, settings.listen) {
        Err(reason) => finding(Verdict::Bad, "mail_refused").with("reason", reason),
        Ok(Post::Mailbox) => finding(Verdict::Note, "mail_mailbox"),
        Ok(Post::Nobody) => finding(Verdict::Warning, "mail_nobody"),
        Ok(post @ Post::Server { .. }) => match post.greet().await {
            Ok(()) => finding(Verdict::Good, "mail_good"),
            Err(PostError::Later(reason) | PostError::Never(reason)) => {
                finding(Verdict::Bad, "mail_refused").with("reason", reason)
            }
        },
    }
}
