//! Telling every server that something changed: LISTEN and NOTIFY on PostgreSQL, a broadcast inside the one process on
//! SQLite.
//!
//! An announcement says what changed, never how: who hears it reads the rows. Nobody waits for a listener. One that is
//! slow, and one whose database was away, is told to [`Heard::Reload`] everything it holds; so is everybody when
//! another process (a command beside the server) has changed a SQLite file.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::broadcast::{self, error::RecvError};
use uuid::Uuid;

use crate::error::StoreError;

/// How many announcements wait for a listener: a busy second of a thousand people, at 64 bytes each. One that falls
/// further behind has better read everything again.
const CAPACITY: usize = 1024;

/// A SQLite file is looked at this often for changes of other processes: DESIGN §5 promises to see them within 1 s.
const LOOK: Duration = Duration::from_millis(250);

/// How long to wait before asking a database again that is away.
const AGAIN: Duration = Duration::from_secs(1);

const CHANNEL: &str = "palabre";

/// Announcements that go into one statement: of what changes many things at once, without a turn for each.
const TOLD_AT_ONCE: usize = 500;

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The organisation's name, policies or looks.
    Organisation,
    /// An establishment.
    Establishment,
    /// A person: role, name, activity.
    Person,
    /// A sign-in: revoked.
    SignIn,
    /// A LiveKit-compatible key.
    ApiKey,
    /// An API token.
    ApiToken,
    /// A room, its addresses, hosts or padlock.
    Room,
    /// A meeting that goes on.
    Meeting,
    /// A knock at a room's door, or the answer.
    Knock,
    /// Work to do now.
    Job,
    /// A webhook.
    Webhook,
    /// A service that signs people in for us.
    OidcProvider,
}

/// The words on PostgreSQL's wire.
const WORDS: [(Subject, &str); 12] = [
    (Subject::Organisation, "organisation"),
    (Subject::Establishment, "establishment"),
    (Subject::Person, "person"),
    (Subject::SignIn, "sign_in"),
    (Subject::ApiKey, "api_key"),
    (Subject::ApiToken, "api_token"),
    (Subject::Room, "room"),
    (Subject::Meeting, "meeting"),
    (Subject::Knock, "knock"),
    (Subject::Job, "job"),
    (Subject::Webhook, "webhook"),
    (Subject::OidcProvider, "oidc_provider"),
];

/// Something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Announcement {
    /// What kind of thing.
    pub subject: Subject,
    /// Which one.
    pub id: Uuid,
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This changed.
    Changed(Announcement),
    /// Anything may have changed: announcements were missed.
    Reload,
}

/// Hears every announcement from the moment it was made.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Heard>);

impl Listener {
    /// The next one; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<Heard> {
        match self.0.recv().await {
            Ok(heard) => Some(heard),
            Err(RecvError::Lagged(_)) => Some(Heard::Reload),
            Err(RecvError::Closed) => None,
        }
    }
}

/// Tells the listeners of this process.
#[derive(Clone, Debug)]
pub(crate) struct Announcer(broadcast::Sender<Heard>);

impl Announcer {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }

    pub(crate) fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }

    /// Tells this process; that nobody listens is no error.
    pub(crate) fn tell(&self, announcement: Announcement) {
        let _ = self.0.send(Heard::Changed(announcement));
    }

    /// Tells every server on this PostgreSQL, this one too: at commit when `database` is a transaction.
    pub(crate) async fn notify(
        database: &impl ConnectionTrait,
        announcements: &[Announcement],
    ) -> Result<(), StoreError> {
        for some in announcements.chunks(TOLD_AT_ONCE) {
            let places: Vec<_> = (2..some.len() + 2).map(|place| format!("(${place})")).collect();
            let sql = format!(
                "SELECT pg_notify($1, told) FROM (VALUES {}) AS waiting (told)",
                places.join(", ")
            );
            let values = [CHANNEL.to_owned()].into_iter().chain(some.iter().map(to_wire));
            let notify =
                Statement::from_sql_and_values(DbBackend::Postgres, sql, values.map(sea_orm::Value::from));
            database.execute_raw(notify).await?;
        }
        Ok(())
    }

    /// Hears what PostgreSQL is told, until its connections are closed. What comes out is to be spawned.
    pub(crate) async fn hear_postgres(
        self,
        pool: sqlx::PgPool,
    ) -> Result<impl Future<Output = ()> + use<>, sqlx::Error> {
        let mut listener = postgres_listener(&pool).await?;
        Ok(async move {
            loop {
                let heard = match listener.try_recv().await {
                    Ok(Some(notification)) => from_wire(&notification),
                    // The connection was lost, and is there again: what was told meanwhile is missed.
                    Ok(None) => Heard::Reload,
                    Err(error) => {
                        tracing::warn!(%error, "cannot hear other servers' announcements; trying again");
                        let Some(again) = listen_again(&pool).await else {
                            return;
                        };
                        listener = again;
                        Heard::Reload
                    }
                };
                let _ = self.0.send(heard);
            }
        })
    }

    /// Looks whether other processes changed a SQLite file: its `data_version` on our only writer changes with theirs,
    /// never with ours. What comes out is to be spawned; it knows the version of now.
    pub(crate) async fn watch_sqlite(
        self,
        writer: DatabaseConnection,
    ) -> Result<impl Future<Output = ()> + use<>, DbErr> {
        let mut known = data_version(&writer).await?;
        Ok(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                match data_version(&writer).await {
                    Ok(now) if now != known => {
                        known = now;
                        let _ = self.0.send(Heard::Reload);
                    }
                    Ok(_) => {}
                    Err(error) => tracing::debug!(%error, "cannot look for other processes' changes"),
                }
            }
        })
    }
}

async fn postgres_listener(pool: &sqlx::PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    // First connected again, then told that it was lost: nothing is missed after that.
    listener.eager_reconnect(true);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// A new connection that listens, as soon as there is one; `None` when the store is closed.
async fn listen_again(pool: &sqlx::PgPool) -> Option<PgListener> {
    while !pool.is_closed() {
        if let Ok(listener) = postgres_listener(pool).await {
            return Some(listener);
        }
        tokio::time::sleep(AGAIN).await;
    }
    None
}

async fn data_version(writer: &DatabaseConnection) -> Result<i64, DbErr> {
    let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA data_version");
    let row = writer.query_one_raw(ask).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// `room 01890a5d-ac96-774b-bcce-b302099a8057`.
fn to_wire(announcement: &Announcement) -> String {
    let found = WORDS.iter().find(|(subject, _)| *subject == announcement.subject);
    let word = found.map(|(_, word)| *word).expect("every subject has its word");
    format!("{word} {}", announcement.id)
}

/// A word that a newer server says is one we do not know: anything may have changed.
fn from_wire(notification: &PgNotification) -> Heard {
    let read = |payload: &str| {
        let (word, id) = payload.split_once(' ')?;
        let (subject, _) = WORDS.iter().find(|(_, known)| *known == word)?;
        let id = Uuid::try_parse(id).ok()?;
        Some(Announcement {
            subject: *subject,
            id,
        })
    };
    read(notification.payload()).map_or(Heard::Reload, Heard::Changed)
}
