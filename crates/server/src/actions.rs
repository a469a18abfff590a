//! What people can do, without a word about HTTP.

pub mod admission;
pub mod join;
