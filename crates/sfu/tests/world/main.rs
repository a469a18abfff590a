//! Promises of the media room, kept in a simulated world: virtual time, seeded loss, delay, reordering and rate
//! limits, and another maker's WebRTC at the other end. Every test names its promise; its seed replays the run
//! (`WORLD_LOG=1` prints what peers tell their room).

// A test binary has no outside: `pub` marks what one file offers the others.
#![allow(unreachable_pub, missing_docs)]

mod network;
mod person;
mod world;

mod hearing;
mod joining;
mod messages;
mod narrow;
mod resuming;
mod seeing;
