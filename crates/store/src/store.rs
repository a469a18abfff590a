//! The store itself: opening it, and beginning transactions.
//!
//! SQLite has one writer. So has this: one connection whose transactions take the write lock when they begin (BEGIN
//! IMMEDIATE), and a pool of others that can only read. On PostgreSQL everything comes from one pool.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use meetings::id::Id;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions,
    TransactionTrait,
};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::task::AbortHandle;
use uuid::Uuid;

use crate::announcements::{Announcement, Announcer, Listener, Subject};
use crate::error::StoreError;
use crate::location::Location;
use crate::migrations;
use crate::secrets::{FILE_NAME, Place, Secret, SecretsError, Vault};
use crate::transaction::{Read, Write};

/// Connections that read a SQLite file side by side: a read takes microseconds, and the machines have 2 cores.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL, one of which listens: nine servers stay below its default limit of 100.
const POSTGRES_CONNECTIONS: u32 = 10;

/// How long SQLite waits for another process (a command beside the server) to finish writing.
const BUSY: Duration = Duration::from_secs(10);

/// How long a transaction waits for a connection before the request fails.
const ACQUIRE: Duration = Duration::from_secs(10);

/// An open store; cheap to clone. Closed when [`Store::close`] is called or the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    location: Location,
    folder: PathBuf,
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    vault: Vault,
    announcer: Announcer,
    hearing: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.hearing.abort();
    }
}

impl Store {
    /// Opens the store at `location`, whose key file and files lie in the folder `data`. Makes both when they are
    /// missing, and brings the tables to this program's version.
    pub async fn open(location: &Location, data: &Path) -> Result<Self, StoreError> {
        make_folder(data)?;
        let announcer = Announcer::new();
        let (writer, readers, hearing) = match location {
            Location::Sqlite(path) => {
                let writer = open_sqlite(path, location).await?;
                migrations::run(&writer, Some(path), migrations::ALL).await?;
                let readers = sqlite(path, SQLITE_READERS, true).await;
                let readers = readers.map_err(unreachable(location))?;
                let watch = announcer.clone().watch_sqlite(writer.clone()).await?;
                (writer, readers, tokio::spawn(watch))
            }
            Location::Postgres(url) => {
                let (database, pool) = open_postgres(url, location).await?;
                migrations::run(&database, None, migrations::ALL).await?;
                let hear = announcer.clone().hear_postgres(pool).await;
                let hear = hear.map_err(unreachable(location))?;
                (database.clone(), database, tokio::spawn(hear))
            }
        };
        let hearing = hearing.abort_handle();
        let vault = open_vault(&writer, data).await.inspect_err(|_| hearing.abort())?;
        Ok(Self(Arc::new(Inner {
            location: location.clone(),
            folder: data.to_owned(),
            writer,
            readers,
            vault,
            announcer,
            hearing,
        })))
    }

    /// Begins to read: all of the transaction sees the rows as of one moment.
    pub async fn begin_read(&self) -> Result<Read, StoreError> {
        let options = match self.0.location {
            Location::Sqlite(_) => TransactionOptions::default(),
            Location::Postgres(_) => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        let transaction = self.0.readers.begin_with_options(options).await?;
        Ok(Read::new(transaction, self.0.vault.clone()))
    }

    /// Begins to write. On SQLite writers come one after the other, also those of other processes: do nothing slow
    /// before the commit.
    pub async fn begin_write(&self) -> Result<Write, StoreError> {
        let transaction = begin_immediate(&self.0.writer).await?;
        let read = Read::new(transaction, self.0.vault.clone());
        Ok(Write::new(read, self.0.announcer.clone()))
    }

    /// Tells every server at once that something changed which is no row; [`Write::announce`] is for rows.
    pub async fn announce<K>(&self, subject: Subject, id: Id<K>) -> Result<(), StoreError> {
        let id = id.as_uuid();
        let announcement = Announcement { subject, id };
        match self.0.location {
            Location::Sqlite(_) => self.0.announcer.tell(announcement),
            Location::Postgres(_) => Announcer::notify(&self.0.writer, &[announcement]).await?,
        }
        Ok(())
    }

    /// The clock of the database server; `None` when the database is a file of this machine.
    pub async fn clock(&self) -> Result<Option<Timestamp>, StoreError> {
        match self.0.location {
            Location::Sqlite(_) => Ok(None),
            Location::Postgres(_) => {
                let ask = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now";
                let ask = Statement::from_string(DbBackend::Postgres, ask);
                let row = self.0.readers.query_one_raw(ask).await?;
                let milliseconds: Option<i64> = row.map(|row| row.try_get("", "now")).transpose()?;
                Ok(milliseconds.and_then(|now| Timestamp::from_millisecond(now).ok()))
            }
        }
    }

    /// Hears every announcement from now on. Listen first, then read what is there: nothing is missed between.
    pub fn listen(&self) -> Listener {
        self.0.announcer.listen()
    }

    /// What seals and opens secrets, and makes digests.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Where the rows are.
    pub fn location(&self) -> &Location {
        &self.0.location
    }

    /// The folder of the key file and the files.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Closes every connection; transactions that are open finish first.
    pub async fn close(self) -> Result<(), StoreError> {
        self.0.hearing.abort();
        self.0.readers.close_by_ref().await?;
        Ok(self.0.writer.close_by_ref().await?)
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }
}

/// Makes a folder for its owner alone.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.map_err(StoreError::file("making the folder", folder))
}

/// Makes a database file for its owner alone; the files SQLite puts beside it get the same mode.
fn make_file(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let opened = options.append(true).create(true).mode(0o600).open(path);
    opened.map(drop).map_err(StoreError::file("opening", path))
}

pub(crate) async fn begin_immediate(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    writer.begin_with_options(immediate).await
}

/// The one connection that writes a SQLite file; makes the file when it is missing.
pub(crate) async fn open_sqlite(path: &Path, location: &Location) -> Result<DatabaseConnection, StoreError> {
    make_file(path)?;
    sqlite(path, 1, false).await.map_err(unreachable(location))
}

/// Connections to a SQLite file. FULL: what is committed survives the loss of power.
async fn sqlite(path: &Path, connections: u32, reading: bool) -> Result<DatabaseConnection, sqlx::Error> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging();
    if reading {
        options = options.pragma("query_only", "on");
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Connections to PostgreSQL, as both libraries want them.
pub(crate) async fn open_postgres(
    url: &str,
    location: &Location,
) -> Result<(DatabaseConnection, sqlx::PgPool), StoreError> {
    let options = PgConnectOptions::from_str(url)
        // The library's error may repeat the address with its password.
        .map_err(|_| StoreError::Unreachable {
            location: location.to_string(),
            reason: "its address is not of the form postgres://user:password@host/name".to_owned(),
        })?
        .application_name("palabre")
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await
        .map_err(unreachable(location))?;
    let database = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
    Ok((database, pool))
}

fn unreachable<E: ToString>(location: &Location) -> impl FnOnce(E) -> StoreError {
    let location = location.to_string();
    move |error| StoreError::Unreachable {
        location,
        reason: error.to_string(),
    }
}

/// The one row that tells whether a key file belongs to a database.
const CHECK: Place = Place {
    column: "secret_check.value",
    row: Uuid::nil(),
};

/// Opens the vault, and makes sure that its key is the one this database is sealed with.
async fn open_vault(writer: &DatabaseConnection, data: &Path) -> Result<Vault, StoreError> {
    let tx = begin_immediate(writer).await?;
    let vault = Vault::open(data, check(&tx).await?.is_some())?;
    // Of two servers that begin at once, the second finds the first one's value and compares with it.
    let value = vault.seal(CHECK, &Secret::new("palabre"));
    let insert = "INSERT INTO secret_check (id, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let values = [CHECK.row.into(), value.into()];
    tx.execute_raw(Statement::from_sql_and_values(
        tx.get_database_backend(),
        insert,
        values,
    ))
    .await?;
    let sealed = check(&tx).await?.unwrap_or_default();
    let opened = vault.unseal(CHECK, &sealed);
    opened.map_err(|_| SecretsError::KeyWrong(data.join(FILE_NAME)))?;
    tx.commit().await?;
    Ok(vault)
}

async fn check(tx: &DatabaseTransaction) -> Result<Option<Vec<u8>>, DbErr> {
    let ask = Statement::from_string(tx.get_database_backend(), "SELECT value FROM secret_check");
    let row = tx.query_one_raw(ask).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}
