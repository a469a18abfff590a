//! Carries a delivery to its webhook: a short call that follows nobody elsewhere, and reaches no machine beside this
//! server unless the settings allow it.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use url::Url;

use crate::outgoing::{OutgoingError, guarded, may_reach, number, root};

/// The longest a program may take to answer; the specification asks for 15 to 30 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// The most of an answer that is read, in bytes: its first lines say what is wrong.
const MAX_ANSWER: usize = 4096;

/// Why a webhook did not hear.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    /// It leads to a machine beside this server.
    #[error("this address leads to a private network, which is not allowed here")]
    Private,
    /// There was no answer.
    #[error("{0}")]
    NoAnswer(String),
}

/// What is carried.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// Header `webhook-id`.
    pub id: &'a str,
    /// Header `webhook-timestamp`, in seconds since 1970.
    pub seconds: i64,
    /// Header `webhook-signature`.
    pub signature: &'a str,
    /// The body.
    pub body: &'a str,
}

/// Carries deliveries.
#[derive(Clone, Debug)]
pub struct Carrier {
    http: Client,
    private: bool,
}

impl Carrier {
    /// `private`: machines beside this server may be called.
    pub fn new(private: bool) -> Self {
        let client = guarded(move |_, address| may_reach(address, private))
            .timeout(PATIENCE)
            .user_agent(concat!("Palabre/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            http: client.expect("these options always make a client"),
            private,
        }
    }

    /// Whether an address that is written with numbers may be called; names are looked at when they are resolved.
    pub fn may_call(&self, url: &Url) -> bool {
        number(url).is_none_or(|address| may_reach(address, self.private))
    }

    /// Carries one; the status and the beginning of the answer.
    pub async fn carry(&self, url: &Url, parcel: Parcel<'_>) -> Result<(StatusCode, String), NotHeard> {
        if !self.may_call(url) {
            return Err(NotHeard::Private);
        }
        let request = self
            .http
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", parcel.id)
            .header("webhook-timestamp", parcel.seconds)
            .header("webhook-signature", parcel.signature)
            .body(parcel.body.to_owned());
        // Its address may hold a secret.
        let mut answer = request
            .send()
            .await
            .map_err(|error| trouble(&error.without_url()))?;
        let mut said = Vec::new();
        while said.len() < MAX_ANSWER {
            match answer.chunk().await {
                Ok(Some(part)) => said.extend_from_slice(&part),
                // What the status says counts, whether or not the rest of the answer came.
                Ok(None) | Err(_) => break,
            }
        }
        said.truncate(MAX_ANSWER);
        Ok((answer.status(), String::from_utf8_lossy(&said).into_owned()))
    }
}

fn trouble(error: &reqwest::Error) -> NotHeard {
    if error.is_timeout() {
        return NotHeard::NoAnswer(format!("no answer within {} s", PATIENCE.as_secs()));
    }
    let reason = root(error);
    match reason.downcast_ref() {
        Some(OutgoingError::Inside(_)) => NotHeard::Private,
        _ => NotHeard::NoAnswer(reason.to_string()),
    }
}
