//! Rooms for the tests, straight into the rows: how people make them is tested elsewhere.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::door::Access;
use meetings::id::RoomId;
use store::rooms::{self, Room};
use store::{Subject, random};

use super::Server;

/// Who owns every room of the tests.
pub(crate) const OWNER: &str = "claire@example.org";

impl Server {
    /// A room of an organisation whose owner is [`OWNER`].
    pub(crate) async fn room(&self, address: &str, access: Access) -> RoomId {
        self.room_with(address, |room| room.access = access).await
    }

    /// A room that differs from the usual one.
    pub(crate) async fn room_with(&self, address: &str, change: impl FnOnce(&mut Room)) -> RoomId {
        let (owner, _) = self.person(OWNER, "Claire Martin").await;
        let now = Timestamp::now();
        let mut room = Room {
            id: random::id(now),
            address: RoomAddress::parse(address).expect("an address"),
            name: format!("Salle {address}"),
            access: Access::Open,
            owner,
            establishment: None,
            people_limit: 50,
            welcome: None,
            members_answer: false,
            created: now,
        };
        change(&mut room);
        let tx = self.running.app.store.begin_write().await.expect("begins");
        rooms::insert(&tx, &room).await.expect("inserts");
        tx.commit().await.expect("commits");
        room.id
    }

    /// Changes a room as its page would.
    pub(crate) async fn change_room(&self, id: RoomId, change: impl FnOnce(&mut Room)) {
        let tx = self.running.app.store.begin_write().await.expect("begins");
        let mut room = rooms::by_id(&tx, id).await.expect("reads").expect("there");
        change(&mut room);
        rooms::update(&tx, &room).await.expect("updates");
        tx.announce(Subject::Room, id);
        tx.commit().await.expect("commits");
    }

    /// The browser of the owner.
    pub(crate) async fn host(&self) -> super::Browser {
        self.signed_in(OWNER, "Claire Martin").await
    }
}
