//! What people can do, without a word about HTTP.

pub mod address;
pub mod admission;
pub mod display_name;
pub mod join;
