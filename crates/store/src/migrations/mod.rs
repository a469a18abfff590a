//! The tables, and how they came to be: steps that only go forward, all of them in one transaction.
//!
//! A step is a text of SQL in this folder that never changes once it is released. An older program never opens a
//! database that a newer one has changed. Before an existing SQLite file is changed it is copied beside itself; who
//! runs PostgreSQL has copies of their own.

use std::path::Path;

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::error::StoreError;

/// One step. Its version is its place in the list, from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// The file's name without number and ending.
    name: &'static str,
    sql: &'static str,
}

/// All steps.
pub(crate) const ALL: &[Migration] = &[
    Migration {
        name: "people and rooms",
        sql: include_str!("0001_people_and_rooms.sql"),
    },
    Migration {
        name: "meetings and connections",
        sql: include_str!("0002_meetings_and_connections.sql"),
    },
];

/// The number of the advisory lock that one PostgreSQL server holds while it migrates: "palabre" in ASCII.
const LOCK: i64 = 0x70_61_6c_61_62_72_65;

/// Brings a database to the last of `steps`; `file` is the SQLite file, to be copied first.
pub(crate) async fn run(
    database: &DatabaseConnection,
    file: Option<&Path>,
    steps: &[Migration],
) -> Result<(), StoreError> {
    let before = version(database, steps).await?;
    let known = i64::try_from(steps.len()).expect("migrations are few");
    if before == known {
        return Ok(());
    }
    if let Some(file) = file.filter(|_| before > 0) {
        copy_beside(database, file, known).await?;
    }
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = database.begin_with_options(immediate).await?;
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    if postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    // Another server may have been quicker.
    let before = version(&tx, steps).await?;
    if before == 0 {
        tx.execute_unprepared(&dialect(HISTORY, postgres)).await?;
    }
    for (step, version) in steps.iter().zip(1..).filter(|(_, version)| *version > before) {
        apply(&tx, step, version, postgres).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What was done when, and by which program.
const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migration (
  version BIG NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  program TEXT NOT NULL,
  applied INSTANT NOT NULL
)";

async fn apply(
    tx: &DatabaseTransaction,
    step: &Migration,
    version: i64,
    postgres: bool,
) -> Result<(), StoreError> {
    let wrong = |error: sea_orm::DbErr| StoreError::Migration {
        version,
        name: step.name,
        reason: error.to_string(),
    };
    tx.execute_unprepared(&dialect(step.sql, postgres))
        .await
        .map_err(wrong)?;
    let note = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "INSERT INTO migration (version, name, program, applied) VALUES ($1, $2, $3, $4)",
        [
            version.into(),
            step.name.into(),
            env!("CARGO_PKG_VERSION").into(),
            Timestamp::now().as_millisecond().into(),
        ],
    );
    tx.execute_raw(note).await.map_err(wrong)?;
    Ok(())
}

/// The database's version, 0 for an empty one; refuses one that is newer than `steps`.
async fn version(database: &impl ConnectionTrait, steps: &[Migration]) -> Result<i64, StoreError> {
    let backend = database.get_database_backend();
    let there = match backend {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass('migration') IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    };
    let there = database
        .query_one_raw(Statement::from_string(backend, there))
        .await?;
    if there.is_none() {
        return Ok(0);
    }
    let last = "SELECT version, program FROM migration ORDER BY version DESC LIMIT 1";
    let Some(row) = database
        .query_one_raw(Statement::from_string(backend, last))
        .await?
    else {
        return Ok(0);
    };
    let found: i64 = row.try_get_by_index(0)?;
    let known = i64::try_from(steps.len()).expect("migrations are few");
    if found > known {
        let program = row.try_get_by_index(1)?;
        return Err(StoreError::Newer {
            found,
            known,
            program,
        });
    }
    Ok(found)
}

/// The version of an open database.
pub(crate) async fn current(database: &impl ConnectionTrait) -> Result<i64, StoreError> {
    version(database, ALL).await
}

/// `palabre.sqlite` becomes `palabre.sqlite.before-2`; one of that name, left by a try that failed, is replaced.
async fn copy_beside(database: &DatabaseConnection, file: &Path, version: i64) -> Result<(), StoreError> {
    let whole = file.with_added_extension(format!("before-{version}"));
    let partial = whole.with_added_extension("partial");
    match std::fs::remove_file(&partial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::file("removing", partial)(error));
        }
        _ => {}
    }
    vacuum_into(database, &partial).await?;
    std::fs::rename(&partial, &whole).map_err(StoreError::file("renaming", partial))?;
    tracing::info!(copy = %whole.display(), "copied the database before changing its tables");
    Ok(())
}

/// Writes a whole and compact copy of a SQLite database, as of one moment, while others read and write.
pub(crate) async fn vacuum_into(database: &DatabaseConnection, copy: &Path) -> Result<(), StoreError> {
    let copy = copy.to_str().ok_or_else(|| {
        StoreError::Backup(format!(
            "the path {} holds characters that are no text",
            copy.display()
        ))
    })?;
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [copy.into()]);
    database.execute_raw(statement).await?;
    Ok(())
}

/// The text in a database's own words: types stand in capitals, and SQLite holds us to them (STRICT).
fn dialect(sql: &str, postgres: bool) -> String {
    let type_of = |word| match (word, postgres) {
        ("ID", true) => "uuid",
        ("BYTES", true) => "bytea",
        ("ID" | "BYTES", false) => "BLOB",
        ("INSTANT" | "BIG", true) => "bigint",
        ("NUMBER", true) => "integer",
        ("FLAG", true) => "boolean",
        ("INSTANT" | "BIG" | "NUMBER" | "FLAG", false) => "INTEGER",
        (other, _) => other,
    };
    let mut text = String::with_capacity(sql.len());
    for line in sql.lines() {
        let words = line.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
        for piece in words {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            text.push_str(type_of(word));
            text.push_str(&piece[word.len()..]);
        }
        if line.starts_with(')') && !postgres {
            text = text.trim_end_matches(';').to_owned() + " STRICT;";
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
