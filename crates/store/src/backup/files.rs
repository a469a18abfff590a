//! A folder of files, copied whole.

use std::fs;
use std::path::Path;

use crate::error::StoreError;
use crate::store::make_folder;

/// Copies what is in `from`, which may be missing, to `to`; how many files. What vanishes meanwhile was deleted, and
/// is left out. Links are not followed: Palabre makes none.
pub(super) fn copy(from: &Path, to: &Path) -> Result<u64, StoreError> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(StoreError::file("reading the folder", from))?,
    };
    make_folder(to)?;
    let mut copied = 0;
    for entry in entries {
        let entry = entry.map_err(StoreError::file("reading the folder", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = match entry.file_type() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            kind => kind.map_err(StoreError::file("reading", &source))?,
        };
        if kind.is_dir() {
            copied += copy(&source, &target)?;
        } else if kind.is_file() {
            match fs::copy(&source, &target) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                done => done.map_err(StoreError::file("copying", &source))?,
            };
            copied += 1;
        }
    }
    Ok(copied)
}
