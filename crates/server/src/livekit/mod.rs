//! Everything LiveKit: the only module that knows its messages.

pub mod data;
pub mod entry;
pub mod from_proto;
pub mod signal_socket;
pub mod to_proto;
pub mod token;
pub mod twirp;
pub mod webhooks;
pub mod webhooks_in;
