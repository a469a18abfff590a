//! Letters that leave the house: what they say, and who carries them.

pub mod letter;
pub mod post;
pub mod server;
