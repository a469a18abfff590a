//! What can go wrong with the store, in words that say what was attempted.

use std::path::PathBuf;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, UpdateResult};

use crate::secrets::SecretsError;

/// Something went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A person asked for what cannot be, because something else is so already.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// It is not there, or not any more.
    #[error("this {0} does not exist")]
    Missing(&'static str),
    /// Another row is meant that does not exist, or a row is still meant by others.
    #[error("a thing this refers to does not exist any more, or others still refer to it")]
    Linked,
    /// The database cannot be reached.
    #[error("the database {location} cannot be opened: {reason}")]
    Unreachable {
        /// Which, without its password.
        location: String,
        /// Why.
        reason: String,
    },
    /// A newer program has changed the tables; this one would read them wrongly.
    #[error(
        "the database is of version {found}, made by Palabre {program}; this program knows versions up to {known}: start the newer program, or restore a backup made before it"
    )]
    Newer {
        /// The database's.
        found: i64,
        /// Ours.
        known: i64,
        /// The program that changed it.
        program: String,
    },
    /// A step of the tables from one version to the next failed; nothing was changed.
    #[error("the database could not be brought to version {version} ({name}), and stays as it was: {reason}")]
    Migration {
        /// The version that was not reached.
        version: i64,
        /// What the step is called.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// The key that opens the stored secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A row holds what this program never writes.
    #[error("the database holds a {column} that is none: it was changed by hand, or is damaged")]
    Damaged {
        /// Table and column.
        column: &'static str,
    },
    /// The work was taken over by another worker, or is done.
    #[error("this job is not this worker's any more")]
    LeaseLost,
    /// A file or folder.
    #[error("{attempted} {} failed: {source}", path.display())]
    File {
        /// What was attempted.
        attempted: &'static str,
        /// With which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A backup that cannot be restored, or a place it cannot go to.
    #[error("{0}")]
    Backup(String),
    /// Others were writing for so long that the wait was given up; nothing was changed, and it may be tried again.
    #[error("the database is busy: try again in a moment")]
    Busy,
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(DbErr),
}

/// What a person can ask for that cannot be, the same on both databases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody has this e-mail address.
    #[error("somebody has this e-mail address already")]
    EmailTaken,
    /// A room has this address, or had it and still answers to it.
    #[error("a room has this address already")]
    AddressTaken,
    /// A room has an address that would be taken for this one.
    #[error("this address would be taken for {of}, which is another room")]
    AddressLooksAlike {
        /// The other room's address.
        of: String,
    },
    /// The room has this address in another use.
    #[error("this is the room's main address: give it another one first")]
    MainAddress,
    /// An establishment has this name.
    #[error("an establishment has this name already")]
    EstablishmentNameTaken,
    /// An establishment's rooms begin so.
    #[error("the addresses of another establishment's rooms begin so already")]
    PrefixTaken,
    /// Somebody signs in with this passkey.
    #[error("this passkey is registered already")]
    PasskeyKnown,
    /// There is one organisation, and it is made.
    #[error("the organisation exists already")]
    OrganisationExists,
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Linked,
            _ if is_busy(&error) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// Whether the same would have worked at another moment: no connection came free, SQLite's lock did not (5, and 517
/// when somebody wrote first), or PostgreSQL ended a transaction for another's sake (40001, 40P01).
fn is_busy(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(|error| error.code());
            matches!(code.as_deref(), Some("5" | "517" | "40001" | "40P01"))
        }
        _ => false,
    }
}

impl StoreError {
    /// For the map of errors of a file or folder.
    pub(crate) fn file(
        attempted: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::File {
            attempted,
            path,
            source,
        }
    }
}

/// Whether the error says that a value of this column (`table.column`) exists already. PostgreSQL names the index,
/// which we call `table_column`; SQLite names the column.
pub(crate) fn is_duplicate(error: &DbErr, table: &str, column: &str) -> bool {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(message)) => {
            message.contains(&format!("\"{table}_{column}\""))
                || message.contains(&format!("{table}.{column}"))
        }
        _ => false,
    }
}

/// What comes of changing one row.
pub(crate) fn changed_one(
    updated: Result<UpdateResult, DbErr>,
    what: &'static str,
) -> Result<(), StoreError> {
    match updated {
        Ok(updated) if updated.rows_affected > 0 => Ok(()),
        Ok(_) | Err(DbErr::RecordNotUpdated) => Err(StoreError::Missing(what)),
        Err(error) => Err(error.into()),
    }
}
