//! Secrets that must be kept and read again (keys, tokens of outside services): sealed in the database, opened by a
//! key that lies outside it.
//!
//! Envelope encryption: each value is sealed with a data key of its own, and that data key with the master key in
//! `secret.key` (AES-256-GCM both). What is sealed is bound to its table, column and row: moved elsewhere it does not
//! open. Secrets that need only be recognised (codes, links, tokens) are not kept at all, but their keyed digest.

mod envelope;
mod key_file;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::{hkdf, hmac};
use meetings::sign_in::Digest;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

pub use key_file::FILE_NAME;
pub(crate) use key_file::{from_hex, to_hex};

/// A text that must never reach a log: printing it shows nothing.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; whoever calls this shows that it is read.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

/// For the layers of settings, which hand a secret on among themselves; nothing else writes one out.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What can go wrong with secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The database holds sealed secrets, but their key is gone.
    #[error(
        "the key file {} is missing, and the database holds secrets sealed with it: put the file back (backups do not hold it)",
        .0.display()
    )]
    KeyMissing(PathBuf),
    /// The key is of another database.
    #[error(
        "the key file {} is not the one that this database's secrets were sealed with: put the right file in its place",
        .0.display()
    )]
    KeyWrong(PathBuf),
    /// The file is not one of ours.
    #[error("the key file {} is damaged: it should hold 64 hexadecimal digits", .0.display())]
    KeyDamaged(PathBuf),
    /// Others could read the key.
    #[error("the key file {} can be read by others: chmod 600 it", .0.display())]
    KeyExposed(PathBuf),
    /// The file cannot be read or written.
    #[error("the key file {} cannot be used: {source}", path.display())]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A value that this key does not open in this place.
    #[error("a stored secret ({0}) does not open: it was changed, or moved from another place")]
    Sealed(&'static str),
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// `table.column`.
    pub column: &'static str,
    /// The row.
    pub row: Uuid,
}

/// Seals and opens; cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    /// Wraps data keys.
    master: envelope::Key,
    /// Makes digests.
    digests: hmac::Key,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Reads the key file of a data folder. Makes one when there is none, unless `in_use` says that a database is
    /// sealed with the one that is gone.
    pub(crate) fn open(folder: &Path, in_use: bool) -> Result<Self, SecretsError> {
        Ok(Self::from_key(&key_file::read_or_make(folder, in_use)?))
    }

    fn from_key(key: &[u8; 32]) -> Self {
        let derived = |purpose: &[u8]| {
            let mut bytes = [0; 32];
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"palabre")
                .extract(key)
                .expand(&[purpose], hkdf::HKDF_SHA256)
                .and_then(|expanded| expanded.fill(&mut bytes))
                .expect("32 bytes are what the function gives");
            bytes
        };
        Self(Arc::new(Keys {
            master: envelope::Key::new(&derived(b"wrapping")),
            digests: hmac::Key::new(hmac::HMAC_SHA256, &derived(b"digests")),
        }))
    }

    /// Seals a text for its place.
    pub fn seal(&self, place: Place, secret: &Secret) -> Vec<u8> {
        envelope::seal(&self.0.master, &context(place), secret.expose().as_bytes())
    }

    /// Opens what was sealed for this place.
    pub fn unseal(&self, place: Place, sealed: &[u8]) -> Result<Secret, SecretsError> {
        let opened = envelope::open(&self.0.master, &context(place), sealed);
        let text = opened.and_then(|bytes| String::from_utf8(bytes).ok());
        text.map(Secret).ok_or(SecretsError::Sealed(place.column))
    }

    /// The keyed digest under which something is recognised without being kept. `purpose` keeps digests of different
    /// things apart, and `parts` cannot run into each other.
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> Digest {
        let mut context = hmac::Context::with_key(&self.0.digests);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        Digest(tag.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
    }
}

/// What binds a sealed value to its place.
fn context(place: Place) -> Vec<u8> {
    let mut context = b"palabre 1 ".to_vec();
    context.extend_from_slice(place.column.as_bytes());
    context.push(0);
    context.extend_from_slice(place.row.as_bytes());
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMN: &str = "api_key.secret";

    fn place(row: u128) -> Place {
        Place {
            column: COLUMN,
            row: Uuid::from_u128(row),
        }
    }

    #[test]
    fn a_sealed_secret_opens_in_its_place_only() {
        let vault = Vault::from_key(&[7; 32]);
        let sealed = vault.seal(place(1), &Secret::new("hunter2"));
        assert_eq!(
            vault.unseal(place(1), &sealed).expect("opens").expose(),
            "hunter2"
        );
        assert!(vault.unseal(place(2), &sealed).is_err(), "another row");
        let column = "api_token.secret";
        let elsewhere = Place { column, ..place(1) };
        assert!(vault.unseal(elsewhere, &sealed).is_err(), "another column");
        let other = Vault::from_key(&[8; 32]);
        assert!(other.unseal(place(1), &sealed).is_err(), "another key");
    }

    #[test]
    fn a_changed_or_cut_secret_does_not_open() {
        let vault = Vault::from_key(&[7; 32]);
        let sealed = vault.seal(place(1), &Secret::new("hunter2"));
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(vault.unseal(place(1), &changed).is_err(), "byte {position}");
            assert!(vault.unseal(place(1), &sealed[..position]).is_err(), "cut");
        }
    }

    #[test]
    fn one_secret_sealed_twice_looks_different() {
        let vault = Vault::from_key(&[7; 32]);
        let seal = || vault.seal(place(1), &Secret::new("hunter2"));
        assert_ne!(seal(), seal());
    }

    #[test]
    fn digests_of_different_things_differ() {
        let vault = Vault::from_key(&[7; 32]);
        let code = vault.digest("code", &[b"12", b"3456"]);
        assert!(code.is(&vault.digest("code", &[b"12", b"3456"])));
        assert!(!code.is(&vault.digest("code", &[b"123", b"456"])));
        assert!(!code.is(&vault.digest("link", &[b"12", b"3456"])));
    }

    #[test]
    fn printing_a_secret_shows_nothing() {
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
