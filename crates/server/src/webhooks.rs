//! Telling other people's programs what happens here: how a delivery is signed, and how it is carried there.

mod carrier;
mod signature;

pub use carrier::{Carrier, NotHeard, Parcel};
pub use signature::{BadSecret, SECRET_PREFIX, new_secret, sign};
