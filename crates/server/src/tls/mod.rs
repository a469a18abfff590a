//! Https without another program: where the certificate comes from, how it is shown, and what is known about it.

mod acceptor;
mod acme;
pub mod advice;
mod certificate;
mod files;
pub mod plan;
mod presenter;
mod shown;

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub(crate) use acceptor::Accepted;
pub use files::FilesError;
pub use shown::Status;

use crate::config::Settings;
use acceptor::Acceptor;
use acme::{Kept, Ports, Renewal};
use plan::Plan;
use presenter::Presenter;
use shown::Shown;

/// What the web server needs to speak https. Its certificate is kept fresh until it is dropped.
pub struct Tls {
    acceptor: Acceptor,
    presenter: Arc<Presenter>,
    status: watch::Receiver<Status>,
    keeping: AbortHandle,
}

impl Tls {
    /// Begins as planned; `None` when pages are plain. `https` and `http` are the ports listened at.
    pub async fn start(
        plan: &Plan,
        settings: &Settings,
        https: u16,
        http: Option<u16>,
    ) -> Result<Option<Self>, FilesError> {
        let host = settings
            .public_url
            .as_ref()
            .and_then(|url| url.host_str())
            .map(str::to_owned);
        let presenter = Arc::new(Presenter::default());
        let shown = Shown::new(presenter.clone(), host);
        let status = shown.follow();
        let keeping = match plan {
            Plan::Plain => return Ok(None),
            Plan::Files(files) => {
                let looks = files.look().await;
                shown.show(&files.read().await?);
                tokio::spawn(files::keep(files.clone(), shown, looks))
            }
            Plan::Acme(acme) => {
                let kept = Kept::of(&settings.data, &acme.directory);
                let renewal = Renewal::new(acme.clone(), kept, Ports { https, http }, shown);
                tokio::spawn(renewal.keep())
            }
        };
        Ok(Some(Self {
            acceptor: Acceptor::new(presenter.clone()),
            presenter,
            status,
            keeping: keeping.abort_handle(),
        }))
    }

    /// How the certificate is; changes can be awaited.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Brings a new connection to where requests can be read from it; `None` when it came to nothing.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Option<Accepted> {
        self.acceptor.accept(stream).await
    }

    /// The text an authority looks for under a token, to see that the name is ours (RFC 8555 §8.3).
    pub(crate) fn proof(&self, token: &str) -> Option<String> {
        self.presenter.file(token)
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}
