//! Palabre's server: rooms in the browser, on your own machine.

pub mod actions;
pub mod backend;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod http;
pub mod jobs;
pub mod keeper;
pub mod keys;
pub mod livekit;
pub mod mail;
pub mod media;
pub mod oidc;
pub mod outgoing;
pub mod passkeys;
pub mod rooms;
pub mod sentences;
pub mod serve;
pub mod tls;
pub mod webhooks;
