//! Backups: a folder with all rows and files as of one moment, made while the server runs.
//!
//! What lies in it: `manifest.json` (written last: a folder without it is no backup); the rows, as `palabre.sqlite` (a
//! whole database) when they came from SQLite, or as `rows/TABLE.jsonl` (see [`rows`]) when they came from PostgreSQL;
//! and `files/`. Either restores to either database, which is how one moves from one to the other. The key file is not
//! in it: who finds a backup reads no secret, and who restores one needs the key file too.

mod files;
mod rows;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, SqlxSqliteConnector, TransactionTrait};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::error::StoreError;
use crate::location::{FILE_NAME, Location};
use crate::migrations;
use crate::secrets;
use crate::store::{self, Store};

const MANIFEST: &str = "manifest.json";
const ROWS: &str = "rows";
const FILES: &str = "files";

/// What whoever makes a backup must know; also written into it.
const README: &str = "This is a backup of Palabre: its rows and its files.\n\n\
    The key file (secret.key, in the data folder) is NOT in it. Keep a copy of it in another place: without it the\n\
    secrets in this backup (API keys, connections) cannot be read, and with it anybody can read them.\n\n\
    Restore into an empty place: put secret.key into the new data folder, then `palabre restore` this folder.\n";

/// What a backup says of itself.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// Of these folders; 1.
    form: u32,
    /// Of the tables.
    version: i64,
    /// That made it.
    program: String,
    /// When.
    made: String,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where.
    pub folder: PathBuf,
    /// How many files went with the rows.
    pub files: u64,
    /// What is not in it, and must be kept apart.
    pub key_file: PathBuf,
}

/// Makes a backup in `folder`, which must not exist or be empty. Others read and write meanwhile.
pub async fn backup(store: &Store, folder: &Path, now: Timestamp) -> Result<Backup, StoreError> {
    if !is_empty(folder)? {
        return Err(refused(
            folder,
            "is not empty: a backup needs a folder of its own",
        ));
    }
    store::make_folder(folder)?;
    let version = migrations::current(store.writer()).await?;
    match store.location() {
        Location::Sqlite(path) => {
            // A connection of its own: readers and the writer go on meanwhile.
            let reader = store::open_sqlite(path, store.location()).await?;
            migrations::vacuum_into(&reader, &folder.join(FILE_NAME)).await?;
            reader.close().await?;
            sync(&folder.join(FILE_NAME))?;
        }
        Location::Postgres(_) => {
            let read = store.begin_read().await?;
            rows::write(&read, &folder.join(ROWS)).await?;
        }
    }
    // After the rows: a file without a row is harmless, a row without its file is not.
    let (from, to) = (store.folder().join(FILES), folder.join(FILES));
    let files = blocking(move || files::copy(&from, &to)).await?;
    let manifest = Manifest {
        form: 1,
        version,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made: now.to_string(),
    };
    write(&folder.join("README.txt"), README.as_bytes())?;
    let text = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain values");
    write(&folder.join(MANIFEST), &text)?;
    Ok(Backup {
        folder: folder.to_owned(),
        files,
        key_file: store.folder().join(secrets::FILE_NAME),
    })
}

/// Restores the backup in `folder` to an empty `location` and a data folder without files. Opening the store there
/// brings the tables to this program's version, and asks for the key file if it is missing.
pub async fn restore(folder: &Path, location: &Location, data: &Path) -> Result<(), StoreError> {
    let manifest = manifest(folder)?;
    let known = i64::try_from(migrations::ALL.len()).expect("migrations are few");
    if manifest.version > known {
        return Err(StoreError::Newer {
            found: manifest.version,
            known,
            program: manifest.program,
        });
    }
    if !is_empty(&data.join(FILES))? {
        return Err(refused(
            &data.join(FILES),
            "is not empty: restore into a new data folder",
        ));
    }
    store::make_folder(data)?;
    let whole = folder.join(FILE_NAME);
    match (location, whole.exists()) {
        (Location::Sqlite(path), true) => {
            refuse_used(path)?;
            store::make_folder(path.parent().unwrap_or(data))?;
            let partial = path.with_added_extension("partial");
            fs::copy(&whole, &partial).map_err(StoreError::file("copying", &whole))?;
            sync(&partial)?;
            fs::rename(&partial, path).map_err(StoreError::file("renaming", partial))?;
        }
        (location, true) => {
            let passing = data.join("restore.partial");
            let _ = fs::remove_dir_all(&passing);
            export(&whole, &passing).await?;
            import(&passing, location, manifest.version).await?;
            fs::remove_dir_all(&passing).map_err(StoreError::file("removing", passing))?;
        }
        (location, false) => import(&folder.join(ROWS), location, manifest.version).await?,
    }
    let (from, to) = (folder.join(FILES), data.join(FILES));
    blocking(move || files::copy(&from, &to)).await?;
    Ok(())
}

/// The rows of a SQLite file that nobody writes, as lines.
async fn export(file: &Path, to: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .immutable(true)
        .read_only(true);
    let pool = SqlitePoolOptions::new().connect_with(options).await;
    let pool = pool.map_err(|error| refused(file, &format!("cannot be opened: {error}")))?;
    let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    rows::write_from(&database.begin().await?, to).await?;
    Ok(database.close().await?)
}

/// Rows as lines to an empty database, at the version of the tables that they were of.
async fn import(from: &Path, location: &Location, version: i64) -> Result<(), StoreError> {
    let database: DatabaseConnection = match location {
        Location::Sqlite(path) => {
            refuse_used(path)?;
            store::open_sqlite(path, location).await?
        }
        Location::Postgres(url) => store::open_postgres(url, location).await?.0,
    };
    let steps = usize::try_from(version).unwrap_or(0);
    migrations::run(&database, None, &migrations::ALL[..steps]).await?;
    let tx = store::begin_immediate(&database).await?;
    if !rows::are_empty(&tx).await? {
        return Err(StoreError::Backup(format!(
            "the database {location} holds rows already: restore into an empty one"
        )));
    }
    rows::read_into(&tx, from).await?;
    tx.commit().await?;
    Ok(database.close().await?)
}

fn manifest(folder: &Path) -> Result<Manifest, StoreError> {
    let path = folder.join(MANIFEST);
    let text = match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(refused(
                folder,
                "holds no manifest.json: it is no backup, or one that was not finished",
            ));
        }
        read => read.map_err(StoreError::file("reading", &path))?,
    };
    let manifest: Result<Manifest, _> = serde_json::from_slice(&text);
    match manifest {
        Ok(manifest) if manifest.form == 1 && manifest.version > 0 => Ok(manifest),
        Ok(_) => Err(refused(
            &path,
            "is of a form that this program does not know: use a newer one",
        )),
        Err(error) => Err(refused(&path, &format!("is damaged: {error}"))),
    }
}

fn refuse_used(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(there) if there.len() > 0 => Err(refused(
            path,
            "exists already: restore into a new data folder, nothing is overwritten",
        )),
        _ => Ok(()),
    }
}

fn refused(path: &Path, why: &str) -> StoreError {
    StoreError::Backup(format!("{} {why}", path.display()))
}

/// Whether a folder does not exist, or holds nothing.
fn is_empty(folder: &Path) -> Result<bool, StoreError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(StoreError::file("reading the folder", folder)(error)),
    }
}

fn write(path: &Path, text: &[u8]) -> Result<(), StoreError> {
    fs::write(path, text).map_err(StoreError::file("writing", path))?;
    sync(path)
}

fn sync(path: &Path) -> Result<(), StoreError> {
    let file = fs::File::open(path).and_then(|file| file.sync_all());
    file.map_err(StoreError::file("writing", path))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Backup(format!("copying files ended early: {error}")))?
}
