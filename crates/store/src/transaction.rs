//! Transactions: all of it or nothing, and a view of the rows that does not change while it is read.

use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use meetings::id::Id;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, TransactionTrait};
use uuid::Uuid;

use crate::announcements::{Announcement, Announcer, Subject};
use crate::error::StoreError;
use crate::secrets::Vault;

/// A transaction that reads.
#[derive(Debug)]
pub struct Read {
    transaction: DatabaseTransaction,
    vault: Vault,
}

/// A transaction that changes rows; gone without a trace unless it is committed.
#[derive(Debug)]
pub struct Write {
    read: Read,
    announcer: Announcer,
    /// Told when the rows are there for others to see.
    announcements: Mutex<Vec<Announcement>>,
}

impl Read {
    pub(crate) fn new(transaction: DatabaseTransaction, vault: Vault) -> Self {
        Self { transaction, vault }
    }

    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.transaction.get_database_backend() == DbBackend::Postgres
    }

    /// What opens stored secrets.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Runs a statement in plain SQL, for the few things one database has and the other needs not.
    pub(crate) async fn execute(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = sea_orm::Value> + Send,
    ) -> Result<u64, StoreError> {
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(self.transaction.execute_raw(statement).await?.rows_affected())
    }
}

impl Write {
    pub(crate) fn new(read: Read, announcer: Announcer) -> Self {
        Self {
            read,
            announcer,
            announcements: Mutex::default(),
        }
    }

    /// Tells every server, this one included, that something changed: when this is committed, and only then.
    pub fn announce<K>(&self, subject: Subject, id: Id<K>) {
        let mut waiting = self.announcements.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(Announcement {
            subject,
            id: id.as_uuid(),
        });
    }

    /// A step of its own: committed it is part of this, dropped it alone is undone. What refuses a row would leave the
    /// whole transaction unusable on PostgreSQL otherwise.
    pub(crate) async fn step(&self) -> Result<DatabaseTransaction, StoreError> {
        Ok(self.read.transaction.begin().await?)
    }

    /// Waits until nobody else, on any server, is between this call and their commit for the same `matter`: for
    /// rules that count before they write (codes to one mailbox, owners left).
    ///
    /// Take matters in one order everywhere, or two writers may wait for each other.
    pub async fn alone_with(&self, matter: &str) -> Result<(), StoreError> {
        // On SQLite a writer is alone with everything.
        if self.is_postgres() {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            self.execute(lock, [matter.into()]).await?;
        }
        Ok(())
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<(), StoreError> {
        let announcements = self.announcements.into_inner();
        let announcements = announcements.unwrap_or_else(PoisonError::into_inner);
        if self.read.is_postgres() {
            Announcer::notify(&self.read.transaction, &announcements).await?;
        }
        let postgres = self.read.is_postgres();
        self.read.transaction.commit().await?;
        if !postgres {
            announcements
                .into_iter()
                .for_each(|told| self.announcer.tell(told));
        }
        Ok(())
    }

    /// Undoes it, and waits until it is undone; dropping does the same without waiting.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.read.transaction.rollback().await?)
    }
}

impl Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

/// The id of a row for a column.
pub(crate) fn maybe_uuid<K>(id: Option<Id<K>>) -> Option<Uuid> {
    id.map(Id::as_uuid)
}
