//! What people can do. Knows nothing of the web: typed input comes in, an outcome or an [`error::Error`] goes out.

pub mod admission;
pub mod api_tokens;
pub mod caller;
pub mod error;
pub mod establishments;
pub mod join;
pub mod once;
pub mod organisation;
pub mod people;
pub mod providers;
pub mod room_state;
pub mod rooms;
pub mod sign_in;
pub mod system;
pub mod trail;
pub mod welcome;
