//! `secret.key`: the master key, 64 hexadecimal digits in a file that only its owner may read.
//!
//! It lies in the data folder, and never in the database or a backup of it: who steals one has not the other. Servers
//! that share a PostgreSQL each have a copy.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::SecretsError;
use crate::random;

/// Its name in the data folder.
pub const FILE_NAME: &str = "secret.key";

/// The key of the folder; made when it is missing and nothing was sealed with it.
pub(super) fn read_or_make(folder: &Path, in_use: bool) -> Result<[u8; 32], SecretsError> {
    let path = folder.join(FILE_NAME);
    match read(&path) {
        Err(SecretsError::KeyFile { source, .. }) if source.kind() == ErrorKind::NotFound => {
            if in_use {
                return Err(SecretsError::KeyMissing(path));
            }
            make(folder, &path)?;
            // Read again: another process may have been quicker.
            read(&path)
        }
        other => other,
    }
}

fn read(path: &Path) -> Result<[u8; 32], SecretsError> {
    let wrong = |source| SecretsError::KeyFile {
        path: path.to_owned(),
        source,
    };
    let text = fs::read_to_string(path).map_err(wrong)?;
    let mode = fs::metadata(path).map_err(wrong)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(SecretsError::KeyExposed(path.to_owned()));
    }
    let key = from_hex(text.trim()).and_then(|bytes| bytes.try_into().ok());
    key.ok_or_else(|| SecretsError::KeyDamaged(path.to_owned()))
}

/// Writes beside and links into place, so that nobody reads half a key and nobody's key is replaced.
fn make(folder: &Path, path: &Path) -> Result<(), SecretsError> {
    let wrong = |source| SecretsError::KeyFile {
        path: path.to_owned(),
        source,
    };
    let beside = folder.join(format!("{FILE_NAME}.{}", random::text(8)));
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&beside)
        .map_err(wrong)?;
    let key = to_hex(&random::bytes::<32>());
    let written = file
        .write_all(format!("{key}\n").as_bytes())
        .and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&beside, path));
    fs::remove_file(&beside).map_err(wrong)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(wrong(error)),
        _ => fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(wrong),
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = read_or_make(folder.path(), false).expect("makes");
        assert_eq!(read_or_make(folder.path(), true).expect("reads"), made);
        let mode = fs::metadata(folder.path().join(FILE_NAME))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1);
    }

    #[test]
    fn a_missing_damaged_or_exposed_key_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        let error = || {
            read_or_make(folder.path(), true)
                .expect_err("refuses")
                .to_string()
        };
        assert!(error().contains("missing"), "{}", error());
        fs::write(&path, "hunter2").expect("writes");
        assert!(error().contains("chmod 600"), "{}", error());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("sets");
        assert!(
            error().contains("damaged") && !error().contains("hunter2"),
            "{}",
            error()
        );
    }
}
