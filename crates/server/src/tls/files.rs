//! Certificate files of the operator: read at the start, and again whenever they change.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::certificate::{Certificate, CertificateError};
use super::plan::Files;
use super::shown::Shown;

/// Files are looked at this often; two looks must agree, so that nobody's half-written pair is read.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

/// A certificate that ends before this is told about: whoever renews it has had since half of its life.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// And told again after this.
const TOLD_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Files that cannot be used, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// One cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What is in them.
    #[error("{} with the key {}: {source}", certificate.display(), key.display())]
    Unusable {
        /// `--tls-certificate`.
        certificate: PathBuf,
        /// `--tls-key`.
        key: PathBuf,
        /// Why.
        source: CertificateError,
    },
}

/// How both files looked; equal as long as nobody wrote them. Links are followed: renewals often only turn them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Looks([Option<(SystemTime, u64, u64)>; 2]);

impl Files {
    /// Reads them.
    pub(super) async fn read(&self) -> Result<Certificate, FilesError> {
        let (chain, key) = (contents(&self.certificate).await?, contents(&self.key).await?);
        Certificate::parse(&chain, &key).map_err(|source| FilesError::Unusable {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            source,
        })
    }

    /// Looks at them.
    pub(super) async fn look(&self) -> Looks {
        Looks([look(&self.certificate).await, look(&self.key).await])
    }
}

/// Shows what is in the files whenever they change from how they looked when they were `read`; what cannot be used is
/// told, and the certificate before it stays.
pub(super) async fn keep(files: Files, shown: Shown, mut read: Looks) {
    let mut last = read.clone();
    let mut told: Option<Timestamp> = None;
    loop {
        tokio::time::sleep(LOOKED_AT_EVERY).await;
        let now = Timestamp::now();
        let ending = shown
            .good_until()
            .filter(|end| end.duration_since(now) < ENDS_SOON);
        if let Some(end) = ending
            && told.is_none_or(|told| now.duration_since(told) >= TOLD_EVERY)
        {
            told = Some(now);
            tracing::warn!(
                "the certificate in {} ends on {end}: put a new one in its place",
                files.certificate.display()
            );
        }
        let looks = files.look().await;
        let settled = looks == last;
        last = looks.clone();
        if !settled || looks == read {
            continue;
        }
        read = looks;
        match files.read().await {
            Ok(certificate) => {
                told = None;
                shown.show(&certificate);
            }
            Err(error) => shown.trouble(format!(
                "the new certificate is not used, the one before stays: {error}"
            )),
        }
    }
}

async fn contents(path: &Path) -> Result<Vec<u8>, FilesError> {
    let read = tokio::fs::read(path).await;
    read.map_err(|source| FilesError::Unreadable {
        file: path.to_owned(),
        source,
    })
}

async fn look(path: &Path) -> Option<(SystemTime, u64, u64)> {
    let found = tokio::fs::metadata(path).await.ok()?;
    Some((found.modified().ok()?, found.len(), found.ino()))
}
