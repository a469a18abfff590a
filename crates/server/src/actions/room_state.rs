//! What everybody in a call knows of their room: its metadata in the media server.

use meetings::address::RoomAddress;
use serde_json::json;
use store::rooms::Room;

use crate::backend::{BackendError, MediaBackend, NO_ROOM};

/// A room as its participants see it: for the options with which its media room is opened, and for every change.
pub fn metadata(room: &Room) -> String {
    let state = json!({
        "palabre": 1,
        "access": room.access,
        "name": room.name,
        "welcome": room.welcome,
        "members_answer": room.members_answer,
    });
    state.to_string()
}

/// Tells who is in a room how it is now; nobody, when nobody is.
pub async fn tell(backend: &dyn MediaBackend, room: &Room) {
    let told = backend
        .set_room_metadata(room.address.as_str(), &metadata(room))
        .await;
    done(told.map(drop), "a change of a room did not reach its meeting");
}

/// Ends the meeting at an address that leads to no media room any more.
pub async fn close(backend: &dyn MediaBackend, address: &RoomAddress) {
    done(
        backend.end_room(address.as_str()).await,
        "the meeting of a room did not end",
    );
}

/// The rows are changed already: what the media server does not take is only said in the log.
fn done(outcome: Result<(), BackendError>, what: &'static str) {
    match outcome {
        Ok(()) => {}
        Err(missing) if missing == NO_ROOM => {}
        Err(error) => tracing::warn!(%error, "{what}"),
    }
}
