//! The web face: routes, answers, the embedded client.

pub mod client_address;
pub mod error;
pub mod health;
pub mod limiter;
pub mod listener;
pub mod metrics;
pub mod openapi;
pub mod rooms;
pub mod router;
pub mod web;
