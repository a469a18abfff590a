//! What people can do. Knows nothing of the web: typed input comes in, an outcome or an [`error::Error`] goes out.

pub mod api_tokens;
pub mod asker;
pub mod attendance;
pub mod call;
pub mod caller;
pub mod doctor;
pub mod door;
pub mod error;
pub mod establishments;
pub mod failed_joins;
pub mod hosting;
pub mod knocks;
pub mod meetings;
pub mod once;
pub mod organisation;
pub mod people;
pub mod presence;
pub mod providers;
pub mod retention;
pub mod room_state;
pub mod rooms;
pub mod sign_in;
pub mod system;
pub mod trail;
pub mod webhooks;
pub mod welcome;
