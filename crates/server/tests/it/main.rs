//! The server as others meet it: over real sockets, each test with its own server on port 0.

mod backends;
mod backup;
mod callers;
mod codes;
mod commands;
mod entry;
mod establishments;
mod http;
mod https;
mod jobs;
mod limits;
mod mail;
mod people;
mod proxies;
mod recorded;
mod reference;
mod reserved;
mod room_changes;
mod room_lists;
mod room_service;
mod rooms;
mod sentences;
mod signalling;
mod stopping;
mod support;
mod webhooks;
