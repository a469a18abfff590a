//! What every backend is asked in the same words, whoever stands behind it.

use server::backend::{MediaBackend, NO_PARTICIPANT, ParticipantChange};
use server::rooms::RoomOptions;
use sfu::signal::{Permission, RoomInfo};

/// A room is made as it was asked for.
pub(crate) async fn makes_a_room(backend: &dyn MediaBackend, name: &str) -> RoomInfo {
    let options = RoomOptions {
        metadata: "m".to_owned(),
        max_participants: 3,
        ..Default::default()
    };
    let room = backend.create_room(name, &options).await.expect("creates");
    assert_eq!(
        (room.name.as_str(), room.metadata.as_str(), room.max_participants),
        (name, "m", 3)
    );
    room
}

/// The running room of that name.
pub(crate) async fn media_room(backend: &dyn MediaBackend, name: &str) -> RoomInfo {
    let found = backend.rooms(&[name.to_owned()]).await.expect("lists");
    found.into_iter().next().expect("it runs")
}

/// "ada", who is in the room, is changed as was asked for; "nobody" is not.
pub(crate) async fn changes_ada(backend: &dyn MediaBackend, room: &str) {
    let change = ParticipantChange {
        name: Some("Ada L.".to_owned()),
        metadata: Some("m".to_owned()),
        attributes: [("k".to_owned(), "v".to_owned())].into(),
        permission: Some(Permission {
            can_publish: false,
            ..Permission::default()
        }),
    };
    let changed = backend
        .update(room, "ada", change.clone())
        .await
        .expect("changes");
    assert_eq!(
        (changed.name.as_str(), changed.metadata.as_str()),
        ("Ada L.", "m")
    );
    assert_eq!(changed.attributes["k"], "v");
    assert!(!changed.permission.can_publish && changed.permission.can_subscribe);
    assert_eq!(backend.update(room, "nobody", change).await, Err(NO_PARTICIPANT));
}
