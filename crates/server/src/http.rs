//! The web face: routes, answers, the embedded client.

pub mod body;
pub mod caller;
pub mod cookies;
pub mod error;
pub mod establishments;
pub mod health;
pub mod language;
pub mod limiter;
pub mod listener;
pub mod mailbox;
pub mod me;
pub mod metrics;
pub mod openapi;
pub mod organisation;
pub mod page;
pub mod people;
pub mod people_import;
pub mod plain;
pub mod proxies;
pub mod rooms;
pub mod router;
pub mod sender;
pub mod sign_in;
pub mod sign_in_codes;
pub mod system;
pub mod web;
