//! API keys: kept in the store, and held in memory by a running server, which sees a change within a second.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;
use store::{Cut, Heard, Listener, MAX_LIMIT, Read, Secret, Store, StoreError, Subject, api_keys, random};
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub use store::api_keys::ApiKey;

/// The name of the key with which the server signs its own join tokens.
pub const OWN_KEY: &str = "palabre";

/// What can go wrong with keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file of the first release cannot be taken over.
    #[error("the key file {} cannot be taken over into the store: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The name is not one.
    #[error("a key's name has 1 to 64 letters, digits, spaces, dots, hyphens or underscores")]
    Name,
}

/// Makes a key called `name`; a running server accepts it within a second.
pub async fn add(store: &Store, now: Timestamp, name: &str) -> Result<ApiKey, KeysError> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_');
    if name.trim().is_empty() || name.chars().count() > 64 || !name.chars().all(allowed) {
        return Err(KeysError::Name);
    }
    let key = draw(now, name);
    let tx = store.begin_write().await?;
    api_keys::insert(&tx, &key).await?;
    tx.announce(Subject::ApiKey, key.id);
    tx.commit().await?;
    Ok(key)
}

fn draw(now: Timestamp, name: &str) -> ApiKey {
    ApiKey {
        id: random::id(now),
        name: name.to_owned(),
        key: format!("API{}", random::text(12)),
        secret: Secret::new(random::text(43)),
        created: now,
    }
}

/// The keys a running server accepts.
#[derive(Debug)]
pub struct KeyRing {
    keys: watch::Receiver<Vec<ApiKey>>,
    keeping: AbortHandle,
}

impl Drop for KeyRing {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

impl KeyRing {
    /// Reads the keys, and from then on every change. Makes the server's own key when it is missing, and takes over
    /// the file in which the first release kept its keys.
    pub async fn open(store: &Store, now: Timestamp) -> Result<Self, KeysError> {
        let listener = store.listen();
        take_over(store, now).await?;
        let mut keys = load(store).await?;
        if !keys.iter().any(|key| key.name == OWN_KEY) {
            keys.push(add(store, now, OWN_KEY).await?);
        }
        let (told, keys) = watch::channel(keys);
        let keeping = tokio::spawn(keep(store.clone(), listener, told)).abort_handle();
        Ok(Self { keys, keeping })
    }

    /// The key whose public half is `key`.
    pub fn by_key(&self, key: &str) -> Option<ApiKey> {
        self.find(|candidate| candidate.key == key)
    }

    /// The key whose name or public half is `label`.
    pub fn by_label(&self, label: &str) -> Option<ApiKey> {
        self.find(|candidate| candidate.name == label || candidate.key == label)
    }

    /// The key of our own join tokens.
    pub fn own(&self) -> Option<ApiKey> {
        self.find(|candidate| candidate.name == OWN_KEY)
    }

    fn find(&self, wanted: impl Fn(&ApiKey) -> bool) -> Option<ApiKey> {
        let keys = self.keys.borrow();
        keys.iter().find(|key| wanted(key)).cloned()
    }
}

/// Reads the keys again whenever they may have changed.
async fn keep(store: Store, mut listener: Listener, told: watch::Sender<Vec<ApiKey>>) {
    while let Some(heard) = listener.next().await {
        if matches!(heard, Heard::Changed(change) if change.subject != Subject::ApiKey) {
            continue;
        }
        match load(&store).await {
            Ok(fresh) => {
                told.send_replace(fresh);
            }
            Err(error) => tracing::warn!(%error, "keeping the API keys read before"),
        }
    }
}

async fn load(store: &Store) -> Result<Vec<ApiKey>, StoreError> {
    let tx = store.begin_read().await?;
    all(&tx).await
}

async fn all(tx: &Read) -> Result<Vec<ApiKey>, StoreError> {
    let mut keys = Vec::new();
    let mut cut = Cut::first(MAX_LIMIT);
    loop {
        let page = api_keys::list(tx, cut).await?;
        keys.extend(page.items);
        match page.next {
            Some(after) => cut.after = Some(after),
            None => return Ok(keys),
        }
    }
}

#[derive(Deserialize)]
struct OldFile {
    #[serde(default, rename = "key")]
    keys: Vec<OldKey>,
}

#[derive(Deserialize)]
struct OldKey {
    name: String,
    key: String,
    secret: String,
}

/// Moves the keys of the first release's `keys.toml` into the store, where they are sealed; the file goes.
async fn take_over(store: &Store, now: Timestamp) -> Result<(), KeysError> {
    let file = store.folder().join("keys.toml");
    let wrong = |reason: String| KeysError::File {
        file: file.clone(),
        reason,
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    // The message alone: the text around it may hold a secret.
    let old: OldFile = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    let tx = store.begin_write().await?;
    let mut taken = 0;
    for OldKey { name, key, secret } in old.keys {
        if api_keys::by_key(&tx, &key).await?.is_some() {
            continue;
        }
        let drawn = draw(now, &name);
        let secret = Secret::new(secret);
        api_keys::insert(&tx, &ApiKey { key, secret, ..drawn }).await?;
        taken += 1;
    }
    tx.commit().await?;
    for gone in [file.clone(), store.folder().join("keys.lock")] {
        match fs::remove_file(&gone) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(wrong(error.to_string()));
            }
            _ => {}
        }
    }
    tracing::info!(taken, "the API keys of keys.toml are in the store now");
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::Location;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a time")
    }

    async fn open(folder: &std::path::Path) -> Store {
        let location = Location::in_folder(folder);
        Store::open(&location, folder)
            .await
            .expect("an empty folder opens")
    }

    #[tokio::test]
    async fn a_key_added_beside_a_running_server_is_seen_within_a_second() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(folder.path()).await;
        let mut ring = KeyRing::open(&store, now()).await.expect("opens");
        assert!(ring.own().is_some());
        // Another process has a store of its own.
        let added = add(&open(folder.path()).await, now(), "ci").await.expect("adds");
        let seen = ring
            .keys
            .wait_for(|keys| keys.iter().any(|key| key.key == added.key));
        let seen = tokio::time::timeout(std::time::Duration::from_secs(1), seen).await;
        assert!(seen.is_ok_and(|seen| seen.is_ok()), "within a second");
        assert_eq!(ring.by_key(&added.key).expect("seen").secret, added.secret);
    }

    #[tokio::test]
    async fn the_keys_of_the_first_release_are_taken_over_and_their_file_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.toml");
        let old = "[[key]]\nname = \"palabre\"\nkey = \"APIold\"\nsecret = \"hunter2\"\n";
        fs::write(&file, old).expect("writes");
        let store = open(folder.path()).await;
        let ring = KeyRing::open(&store, now()).await.expect("opens");
        assert_eq!(ring.own().expect("the old one").secret.expose(), "hunter2");
        assert!(!file.exists());
        drop(ring);
        let again = KeyRing::open(&store, now()).await.expect("opens again");
        assert_eq!(again.own().expect("still the old one").key, "APIold");
    }

    #[tokio::test]
    async fn a_damaged_file_is_named_without_its_secrets() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("keys.toml"), "[[key]]\nsecret = hunter2\n").expect("writes");
        let store = open(folder.path()).await;
        let error = KeyRing::open(&store, now())
            .await
            .expect_err("refuses")
            .to_string();
        assert!(
            error.contains("keys.toml") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
