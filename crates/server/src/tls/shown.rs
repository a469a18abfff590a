//! What is shown and what is known about it: written by whoever keeps the certificate, read by whoever asks.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use super::certificate::Certificate;
use super::presenter::Presenter;

/// How the certificate is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Until when the certificate that is shown is good; `None` as long as there is none.
    pub good_until: Option<Timestamp>,
    /// What last went wrong, in words with what to do, until it goes well again.
    pub trouble: Option<String>,
}

/// The one place where a certificate is put on show.
pub(super) struct Shown {
    presenter: Arc<Presenter>,
    status: watch::Sender<Status>,
    /// The host people ask, when the settings name it.
    host: Option<String>,
}

impl Shown {
    pub(super) fn new(presenter: Arc<Presenter>, host: Option<String>) -> Self {
        Self {
            presenter,
            status: watch::Sender::default(),
            host,
        }
    }

    /// Follows what is told.
    pub(super) fn follow(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// From the next handshake on this one is shown.
    pub(super) fn show(&self, certificate: &Certificate) {
        self.presenter.show(certificate);
        let end = certificate.not_after;
        tracing::info!("https is served with a certificate that is good until {end}");
        if let Some(host) = self.host.as_deref().filter(|host| !certificate.covers(host)) {
            tracing::warn!("the certificate is not for {host}: browsers will refuse it there");
        }
        self.status.send_replace(Status {
            good_until: Some(end),
            trouble: None,
        });
    }

    /// Something went wrong; what was shown before still is.
    pub(super) fn trouble(&self, sentence: String) {
        tracing::error!("{sentence}");
        self.status.send_modify(|status| status.trouble = Some(sentence));
    }

    /// See [`Status::good_until`].
    pub(super) fn good_until(&self) -> Option<Timestamp> {
        self.status.borrow().good_until
    }

    /// Where proofs for an authority are shown.
    pub(super) fn presenter(&self) -> &Presenter {
        &self.presenter
    }
}
