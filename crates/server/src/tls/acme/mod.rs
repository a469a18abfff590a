//! A certificate obtained and renewed by itself (ACME, RFC 8555), for as long as the server runs.

mod client;
mod kept;
mod order;
mod schedule;
mod trouble;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::random;

use super::certificate::Certificate;
use super::plan::Acme;
use super::shown::Shown;
use order::Authority;
use trouble::{Proof, Trouble};

pub(super) use kept::Kept;
pub(super) use trouble::{Ports, host};

/// The clock is looked at this often: machines sleep, and clocks are set.
const LOOKS_EVERY: Duration = Duration::from_secs(3600);

/// The authority is asked this often whether it wants the certificate renewed (RFC 9773 §4.3.2 suggests six hours).
const ASKS_EVERY: SignedDuration = SignedDuration::from_hours(6);

/// Whoever keeps one name's certificate fresh.
pub(super) struct Renewal {
    authority: Authority,
    ports: Ports,
    shown: Shown,
    current: Option<Certificate>,
    /// When the authority wants it renewed, and when it was last asked.
    suggested: Option<Timestamp>,
    asked: Option<Timestamp>,
}

impl Renewal {
    /// Of a certificate that is kept, or of none.
    pub(super) fn new(acme: Acme, kept: Kept, ports: Ports, shown: Shown) -> Self {
        let current = kept.certificate(&acme.name);
        if let Some(certificate) = &current {
            shown.show(certificate);
        }
        Self {
            authority: Authority { acme, kept },
            ports,
            shown,
            current,
            suggested: None,
            asked: None,
        }
    }

    /// Obtains and renews for ever. What is shown is never worse than before.
    pub(super) async fn keep(mut self) {
        let mut failures = 0;
        loop {
            self.ask_when().await;
            let now = Timestamp::now();
            let due = self.current.as_ref().map_or(now, |certificate| {
                schedule::renew_at(certificate.not_before, certificate.not_after, self.suggested)
            });
            let Ok(left @ 1..) = u64::try_from(due.duration_since(now).as_millis()) else {
                match self.round().await {
                    Ok(certificate) => {
                        failures = 0;
                        self.shown.show(&certificate);
                        (self.current, self.suggested, self.asked) = (Some(certificate), None, None);
                    }
                    Err(troubles) => {
                        failures += 1;
                        let wait = self.tell(&troubles, failures);
                        tokio::time::sleep(wait).await;
                    }
                }
                continue;
            };
            tokio::time::sleep(Duration::from_millis(left).min(LOOKS_EVERY)).await;
        }
    }

    /// Asks the authority, now and then, when it wants the certificate renewed, and draws a moment of the time it says.
    async fn ask_when(&mut self) {
        let now = Timestamp::now();
        let Some(certificate) = &self.current else { return };
        if self
            .asked
            .is_some_and(|asked| now.duration_since(asked) < ASKS_EVERY)
        {
            return;
        }
        self.asked = Some(now);
        let Some(info) = self.authority.renewal(certificate).await else {
            return;
        };
        let window = [info.suggested_window.start, info.suggested_window.end].map(|at| at.unix_timestamp());
        let drawn = u32::from_ne_bytes(random::bytes());
        self.suggested = schedule::within(window, self.suggested, drawn);
    }

    /// Tries one way of proving after the other.
    async fn round(&self) -> Result<Certificate, Vec<Trouble>> {
        let (name, authority) = (&self.authority.acme.name, host(&self.authority.acme));
        tracing::info!("obtaining a certificate for {name} from {authority}");
        let by_http = self.ports.http.map(|_| Proof::Http);
        let mut troubles = Vec::new();
        for proof in std::iter::once(Proof::Tls).chain(by_http) {
            let presenter = self.shown.presenter();
            match self
                .authority
                .obtain(proof, presenter, self.current.as_ref())
                .await
            {
                Ok(certificate) => return Ok(certificate),
                Err(trouble) => {
                    let another = trouble.is_about_the_way();
                    troubles.push(trouble);
                    if !another {
                        break;
                    }
                }
            }
        }
        Err(troubles)
    }

    /// Says what went wrong, what to do and when it is tried again; how long until then.
    fn tell(&self, troubles: &[Trouble], failures: usize) -> Duration {
        let wait = schedule::wait_after(failures, troubles.iter().any(Trouble::is_limit));
        let words: Vec<_> = troubles
            .iter()
            .map(|trouble| trouble.words(&self.authority.acme, self.ports))
            .collect();
        let next = Timestamp::now().saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.shown.trouble(format!(
            "no certificate was obtained: {}. It is tried again at {next:.0}, or when the server is started again",
            words.join("; and ")
        ));
        wait.unsigned_abs()
    }
}
