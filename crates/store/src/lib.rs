//! What Palabre remembers: rows in SQLite or PostgreSQL through one code path, and files beside them.
//!
//! EDGE: knows how things are kept, decides nothing. A [`Store`] gives transactions; a noun's functions work on one:
//!
//! ```no_run
//! # async fn example(store: store::Store, person: store::people::Person) -> Result<(), store::StoreError> {
//! use store::people;
//! let tx = store.begin_write().await?;
//! people::insert(&tx, &person).await?;
//! tx.announce(store::Subject::Person, person.id);
//! tx.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Dropping a transaction undoes it. `now` is an argument everywhere; instants are kept to the millisecond. Functions
//! that read take [`Read`], those that change take [`Write`], which can read too. What a person can cause (an e-mail
//! address in use, a room's address taken) comes back as [`StoreError::Conflict`] and leaves the transaction usable; so does [`StoreError::Linked`] where a function names it.

pub mod announcements;
pub mod api_keys;
pub mod api_tokens;
pub mod attendance;
pub mod audit;
pub mod backup;
pub mod ceremonies;
pub mod chat_messages;
mod columns;
pub mod deliveries;
mod error;
pub mod establishments;
pub mod failed_joins;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod knocks;
mod location;
pub mod mail;
mod migrations;
pub mod oidc_identities;
pub mod oidc_providers;
pub mod organisation;
pub mod organisation_logo;
mod page;
pub mod passkeys;
pub mod people;
pub mod random;
pub mod room_addresses;
pub mod room_hosts;
pub mod room_meetings;
pub mod rooms;
pub mod secrets;
pub mod sign_in_codes;
pub mod sign_ins;
mod store;
mod transaction;
pub mod visits;
pub mod webhooks;

pub use announcements::{Announcement, Heard, Listener, Subject};
pub use error::{Conflict, StoreError};
pub use location::Location;
pub use page::{Cut, MAX_LIMIT, Page};
pub use secrets::{Secret, Vault};
pub use store::Store;
pub use transaction::{Read, Write};
