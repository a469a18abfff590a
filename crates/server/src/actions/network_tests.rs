//! Trying out the way to the media server, in a media room of one's own that nobody else can enter.

use meetings::hosting::Role;
use store::random;

use super::door::new_identity;
use super::door::scene::Who;
use super::error::Error;
use crate::backend::{Entrance, Invitation, MediaBackend};

/// How the media rooms of tests begin: no room of the organisation has an address like it.
const PREFIX: &str = "_test-";

/// Letters and digits that nobody can guess.
const LENGTH: usize = 16;

/// Opens a media room for one test. Nothing is kept of it: it ends when whoever tests has left.
pub fn begin(backend: &dyn MediaBackend, seen_at: &str) -> Result<Entrance, Error> {
    let room = format!("{PREFIX}{}", random::text(LENGTH));
    let invitation = Invitation {
        room: &room,
        identity: &new_identity(&Who::default()),
        name: "",
        role: Role::Guest,
        metadata: "",
        seen_at,
    };
    Ok(backend.invite(&invitation)?)
}

/// Whether a media room is one of a test.
pub fn is_of_a_test(media_room: &str) -> bool {
    media_room.starts_with(PREFIX)
}
