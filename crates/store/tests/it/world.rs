//! Places to open a store in, one for each test, and the macro that keeps each promise on both databases.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use store::{Location, Store};
use tempfile::TempDir;

/// Runs each promise in a new place of either kind.
macro_rules! on_both {
    ($($promise:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    super::$promise(crate::world::Place::sqlite()).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    super::$promise(crate::world::Place::postgres()).await;
                }
            )+
        }
    };
}
pub(crate) use on_both;

/// An empty data folder and an empty database.
pub(crate) struct Place {
    pub(crate) location: Location,
    data: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let location = Location::in_folder(data.path());
        Self { location, data }
    }

    /// A database that is there, with an empty data folder.
    pub(crate) fn in_file(path: PathBuf) -> Self {
        let location = Location::Sqlite(path);
        let data = tempfile::tempdir().expect("a folder");
        Self { location, data }
    }

    pub(crate) fn postgres() -> Self {
        Self {
            location: Location::Postgres(crate::postgres::new_database()),
            data: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Another empty place of the same kind.
    pub(crate) fn another(&self) -> Self {
        match self.location {
            Location::Sqlite(_) => Self::sqlite(),
            Location::Postgres(_) => Self::postgres(),
        }
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// A server here. Opened again it is another server: of another process on SQLite, of another machine with a copy
    /// of the key file on PostgreSQL.
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.location, self.data()).await.expect("opens")
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn sql(&self, statement: &str) {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        match &self.location {
            Location::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let pool = sqlx::SqlitePool::connect_with(options).await.expect("connects");
                sqlx::raw_sql(statement).execute(&pool).await.expect("runs");
                pool.close().await;
            }
            Location::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.expect("connects");
                sqlx::raw_sql(statement).execute(&pool).await.expect("runs");
                pool.close().await;
            }
        }
    }
}

/// So many seconds after the tests began, in 2027.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time") + SignedDuration::from_secs(second)
}
