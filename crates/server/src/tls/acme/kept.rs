//! What is kept of an authority: the account and the certificate, in files of the data folder that only their owner
//! may read. A backup does not hold them: they are obtained again.

use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use instant_acme::AccountCredentials;
use url::Url;

use super::super::certificate::{Certificate, CertificateError};

/// The folder of one authority: what a test authority gave is never taken for the real one's.
#[derive(Clone, Debug)]
pub(in crate::tls) struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// What is kept of the authority with this directory.
    pub(in crate::tls) fn of(data: &Path, directory: &Url) -> Self {
        let readable = |c: char| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        };
        let (_, rest) = directory.as_str().split_once("://").unwrap_or_default();
        let name: String = rest.trim_end_matches('/').chars().map(readable).collect();
        Self {
            folder: data.join("certificates").join(name),
        }
    }

    /// The certificate of `name`, when one is kept that can be read.
    pub(in crate::tls) fn certificate(&self, name: &str) -> Option<Certificate> {
        let path = self.certificate_path(name);
        let found =
            std::fs::read(&path).map_err(|error| (error.kind() == ErrorKind::NotFound, error.to_string()));
        let read = found.and_then(|pem| {
            Certificate::parse(&pem, &pem).map_err(|error: CertificateError| (false, error.to_string()))
        });
        match read {
            Ok(certificate) => Some(certificate),
            Err((true, _)) => None,
            Err((false, reason)) => {
                tracing::warn!("the certificate kept in {} is not used: {reason}", path.display());
                None
            }
        }
    }

    /// Keeps a certificate, its key first, in one file: both are always of one pair.
    pub(super) fn keep_certificate(&self, name: &str, key: &str, chain: &str) -> io::Result<()> {
        self.write(&self.certificate_path(name), format!("{key}{chain}").as_bytes())
    }

    /// The account, when one is kept.
    pub(super) fn account(&self) -> Option<AccountCredentials> {
        let text = std::fs::read(self.account_path()).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps the account.
    pub(super) fn keep_account(&self, account: &AccountCredentials) -> io::Result<()> {
        self.write(&self.account_path(), &serde_json::to_vec_pretty(account)?)
    }

    fn certificate_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pem"))
    }

    fn account_path(&self) -> PathBuf {
        self.folder.join("account.json")
    }

    /// Writes beside and moves into place, so that there is always a whole file.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let beside = path.with_extension("new");
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        std::fs::File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::super::certificate::tests::signed_by_itself;
    use super::*;

    #[test]
    fn a_certificate_is_kept_for_its_authority_and_its_owner_alone() {
        let data = tempfile::tempdir().expect("a folder");
        let of = |url: &str| Kept::of(data.path(), &url.parse().expect("a url"));
        let kept = of("https://acme.example.org/directory");
        assert!(kept.certificate("meet.example.org").is_none());
        let (chain, key) = signed_by_itself("meet.example.org");
        for _ in 0..2 {
            kept.keep_certificate("meet.example.org", &key, &chain)
                .expect("writes");
        }
        assert!(kept.certificate("meet.example.org").is_some());
        assert!(
            of("https://staging.example.org/directory")
                .certificate("meet.example.org")
                .is_none()
        );
        let folder = data.path().join("certificates/acme.example.org-directory");
        let mode = |path: &Path| path.metadata().expect("is there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("meet.example.org.pem")), 0o600);
        assert_eq!(std::fs::read_dir(&folder).expect("lists").count(), 1);
    }

    #[test]
    fn a_damaged_certificate_is_as_none() {
        let data = tempfile::tempdir().expect("a folder");
        let kept = Kept::of(data.path(), &"https://acme.example.org/".parse().expect("a url"));
        kept.keep_certificate("meet.example.org", "half a ", "file")
            .expect("writes");
        assert!(kept.certificate("meet.example.org").is_none());
    }
}
