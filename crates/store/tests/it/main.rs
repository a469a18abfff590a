//! What the store promises, on SQLite and on PostgreSQL, through its public face.

mod announcing;
mod backing_up;
mod everything;
mod idempotency;
mod knocking;
mod meeting;
mod migrating;
mod network;
mod people;
mod postgres;
mod recurring;
mod rooms;
mod secrets;
mod signing_in;
mod signing_in_elsewhere;
mod telling;
mod things;
mod transactions;
mod visiting;
mod working;
mod world;
