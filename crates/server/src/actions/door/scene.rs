//! What stands around a door: the room, who is before it, and what the meeting that goes on knows of them.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::door::{Scene, Visitor};
use meetings::hosting::{Rank, Ties};
use meetings::rooms::Tie;
use meetings::sign_in::Digest;
use store::people::{self, Person};
use store::rooms::Room;
use store::visits::{self, Visit, Whom};
use store::{Read, StoreError, room_meetings};

use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::organisation::known;
use crate::actions::rooms;

/// A room, and where its media is.
#[derive(Clone, Debug)]
pub struct Doorway {
    /// The room.
    pub room: Room,
    /// What the media server calls it. A room that is renamed keeps its media room until the meeting ends: people in
    /// the same room meet.
    pub media_room: RoomAddress,
}

impl Doorway {
    /// The door of a room.
    pub async fn of(tx: &Read, room: Room) -> Result<Self, StoreError> {
        let meeting = room_meetings::running_of(tx, room.id).await?;
        let media_room = meeting.map_or_else(|| room.address.clone(), |meeting| meeting.room_address);
        Ok(Self { room, media_room })
    }

    /// The door of the room that answers to an address.
    pub async fn at(tx: &Read, address: &RoomAddress) -> Result<Option<Self>, StoreError> {
        match store::rooms::by_address(tx, address).await? {
            Some((room, _)) => Self::of(tx, room).await.map(Some),
            None => Ok(None),
        }
    }

    /// The door of the room that a path names by one of its addresses, or by its id.
    pub async fn named(tx: &Read, name: &str) -> Result<Self, Error> {
        match rooms::find(tx, name).await? {
            Some((room, _)) => Ok(Self::of(tx, room).await?),
            None => {
                known(tx).await?;
                Err(Error::missing("unknown_room", "there is no room of this address"))
            }
        }
    }

    /// The same, for somebody who may be offered to make it when there is none.
    pub async fn before(tx: &Read, caller: &Caller, name: &str) -> Result<Self, Error> {
        let (room, _) = rooms::named(tx, caller, name).await?;
        Ok(Self::of(tx, room).await?)
    }
}

/// Somebody, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Who is signed in.
    pub person: Option<Person>,
    /// The mark of their browser.
    pub browser: Option<Digest>,
    /// As the media server knows them, when a token that we signed says so.
    pub identity: Option<String>,
}

impl Who {
    /// Whoever a visit is of; `None` when their account was deactivated since.
    pub async fn of_visit(tx: &Read, visit: &Visit) -> Result<Option<Self>, StoreError> {
        let person = match visit.person {
            Some(id) => match people::by_id(tx, id).await?.filter(|person| person.active) {
                None => return Ok(None),
                found => found,
            },
            None => None,
        };
        Ok(Some(Self {
            person,
            browser: visit.browser,
            identity: Some(visit.identity.clone()),
        }))
    }

    /// By what the store recognises them.
    pub fn whom(&self) -> Whom<'_> {
        Whom {
            person: self.person.as_ref().map(|person| person.id),
            browser: self.browser.as_ref(),
            identity: self.identity.as_deref(),
        }
    }

    /// Whether a visit is theirs.
    pub fn is_of(&self, visit: &Visit) -> bool {
        let same_person = self
            .person
            .as_ref()
            .is_some_and(|person| visit.person == Some(person.id));
        let same_browser = self.browser.is_some() && visit.browser == self.browser;
        same_person || same_browser || self.identity.as_ref() == Some(&visit.identity)
    }

    /// What they are in the meeting of this room.
    pub async fn rank(&self, tx: &Read, room: &Room) -> Result<Rank, StoreError> {
        let tie = match &self.person {
            Some(person) => rooms::tie_of(tx, room, person).await?,
            None => Tie::None,
        };
        let visits = visits::of_whom(tx, room.id, self.whom()).await?;
        Ok(Rank::of(Ties {
            standing: self.person.as_ref().map(Person::standing),
            tie,
            promoted: visits.iter().any(|visit| visit.role == Visitor::Host),
        }))
    }

    /// Everything the door asks about, when there is a place for them or not.
    pub async fn before(
        &self,
        tx: &Read,
        room: &Room,
        visitor: Visitor,
        place: bool,
        now: Timestamp,
    ) -> Result<Scene, StoreError> {
        Ok(Scene {
            access: room.access,
            visitor,
            past: visits::past_of(tx, room.id, self.whom(), now).await?,
            somebody_removed: visits::somebody_removed(tx, room.id).await?,
            place,
            // No meeting has an hour yet.
            begun: true,
        })
    }
}
