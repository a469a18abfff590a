//! Telling other people's programs what happens here: what a delivery says, how it is
//! signed, and how it is carried there.

mod carrier;
mod payload;
mod signature;

pub use carrier::{Carrier, NotHeard, Parcel};
pub use payload::{MeetingNews, ParticipantNews, RoomNews, Told};
pub use signature::{BadSecret, SECRET_PREFIX, new_secret, sign};
