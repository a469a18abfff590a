//! API keys in `keys.toml` (mode 0600): made by `palabre keys add`, seen by a running server within a second.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// The name of the key with which the server signs its own join tokens.
pub const OWN_KEY: &str = "palabre";

/// A change of the file is seen at the latest this long after it.
const RECHECK: Duration = Duration::from_millis(250);

/// One pair of a public key and its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// What people call it.
    pub name: String,
    /// `API…`, stands in tokens as issuer.
    pub key: String,
    /// Signs tokens.
    pub secret: Secret,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct KeyFile {
    #[serde(default, rename = "key")]
    keys: Vec<ApiKey>,
}

/// What can go wrong with the key file.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder cannot be made or written.
    #[error("the folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be read or written.
    #[error("the key file {} cannot be used: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what we write.
    #[error("the key file {} is damaged: {reason}", file.display())]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where.
        reason: String,
    },
    /// The name is not one.
    #[error("a key's name has 1 to 64 letters, digits, spaces, dots, hyphens or underscores")]
    Name,
}

/// Adds a key called `name` to the folder's file.
pub fn add(folder: &Path, name: &str) -> Result<ApiKey, KeysError> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_');
    if name.trim().is_empty() || name.chars().count() > 64 || !name.chars().all(allowed) {
        return Err(KeysError::Name);
    }
    let _lock = lock(folder)?;
    let mut file = read(folder)?;
    let key = ApiKey {
        name: name.to_owned(),
        key: format!("API{}", random_text(12)),
        secret: Secret::new(random_text(43)),
    };
    file.keys.push(key.clone());
    write(folder, &file)?;
    Ok(key)
}

/// The keys a running server accepts; reads the file again when it changes.
#[derive(Debug)]
pub struct KeyRing {
    folder: PathBuf,
    state: Mutex<RingState>,
}

#[derive(Debug)]
struct RingState {
    keys: Vec<ApiKey>,
    stamp: Stamp,
    checked: Instant,
}

/// What tells one writing of the file from another.
type Stamp = Option<(u64, i64, i64, u64)>;

impl KeyRing {
    /// Opens the folder's keys, making the folder and the server's own key when they are missing.
    pub fn open(folder: &Path) -> Result<Self, KeysError> {
        let stamp = stamp(folder);
        let mut keys = {
            let _lock = lock(folder)?;
            read(folder)?.keys
        };
        if !keys.iter().any(|key| key.name == OWN_KEY) {
            keys.push(add(folder, OWN_KEY)?);
        }
        let state = RingState {
            keys,
            stamp,
            checked: Instant::now(),
        };
        Ok(Self {
            folder: folder.to_owned(),
            state: Mutex::new(state),
        })
    }

    /// The key whose public half is `key`.
    pub fn by_key(&self, key: &str) -> Option<ApiKey> {
        self.find(Instant::now(), |candidate| candidate.key == key)
    }

    /// The key whose name or public half is `label`.
    pub fn by_label(&self, label: &str) -> Option<ApiKey> {
        self.find(Instant::now(), |candidate| {
            candidate.name == label || candidate.key == label
        })
    }

    /// The key of our own join tokens.
    pub fn own(&self) -> Option<ApiKey> {
        self.find(Instant::now(), |candidate| candidate.name == OWN_KEY)
    }

    fn find(&self, now: Instant, wanted: impl Fn(&ApiKey) -> bool) -> Option<ApiKey> {
        let mut state = self.state.lock().unwrap_or_else(|poison| poison.into_inner());
        if now.saturating_duration_since(state.checked) >= RECHECK {
            state.checked = now;
            let stamp = stamp(&self.folder);
            if stamp != state.stamp {
                match read(&self.folder) {
                    Ok(file) => {
                        state.keys = file.keys;
                        state.stamp = stamp;
                    }
                    Err(error) => tracing::warn!(%error, "keeping the API keys read before"),
                }
            }
        }
        state.keys.iter().find(|key| wanted(key)).cloned()
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("keys.toml")
}

fn stamp(folder: &Path) -> Stamp {
    let meta = fs::metadata(path(folder)).ok()?;
    Some((meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.size()))
}

/// Makes the folder, and keeps other writers out until the result is dropped.
fn lock(folder: &Path) -> Result<File, KeysError> {
    let wrong = |source| KeysError::Folder {
        folder: folder.to_owned(),
        source,
    };
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(wrong)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(wrong)?;
    }
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(folder.join("keys.lock"))
        .map_err(wrong)?;
    lock.lock().map_err(wrong)?;
    Ok(lock)
}

fn read(folder: &Path) -> Result<KeyFile, KeysError> {
    let file = path(folder);
    match fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map_err(|error| KeysError::Damaged {
            // The message alone: the text around it may hold a secret.
            reason: error.message().to_owned(),
            file,
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(KeyFile::default()),
        Err(source) => Err(KeysError::File { file, source }),
    }
}

/// Writes beside and renames, so that a reader sees the old keys or the new ones, never half of them.
fn write(folder: &Path, keys: &KeyFile) -> Result<(), KeysError> {
    let file = path(folder);
    let wrong = |source| KeysError::File {
        file: file.clone(),
        source,
    };
    let text = toml::to_string(keys).map_err(|error| wrong(std::io::Error::other(error)))?;
    let beside = folder.join("keys.toml.new");
    let mut out = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&beside)
        .map_err(wrong)?;
    out.write_all(text.as_bytes()).map_err(wrong)?;
    out.sync_all().map_err(wrong)?;
    fs::rename(&beside, &file).map_err(wrong)
}

/// `length` letters and digits from the operating system's randomness.
pub fn random_text(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
        // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        text.extend(
            fair.take(length - text.len())
                .map(|byte| char::from(ALPHABET[usize::from(byte % 62)])),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_added_beside_a_running_server_is_seen_within_a_second() {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = KeyRing::open(folder.path()).expect("an empty folder opens");
        assert!(ring.own().is_some());
        let added = add(folder.path(), "ci").expect("adds");
        let a_second_later = Instant::now() + Duration::from_secs(1);
        let seen = ring.find(a_second_later, |candidate| candidate.key == added.key);
        assert_eq!(seen.expect("seen").secret, added.secret);
    }

    #[test]
    fn only_the_owner_may_read_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        add(folder.path(), "ci").expect("adds");
        let mode = fs::metadata(path(folder.path()))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_named_without_its_secrets() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(path(folder.path()), "[[key]]\nsecret = hunter2\n").expect("writes");
        let error = add(folder.path(), "ci").expect_err("refuses").to_string();
        assert!(
            error.contains("keys.toml") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
