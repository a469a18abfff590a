//! The door asked again when a client connects: a token tells who was let in when it was signed, and things change.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::door::{self, Door, Refusal, Visitor};
use meetings::hosting::Role;
use store::{Store, StoreError, visits};

use super::scene::{Doorway, Who};
use crate::actions::network_tests::is_of_a_test;

/// Whoever holds a valid token.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'a> {
    /// The room it is for.
    pub room: &'a str,
    /// Who, for machines.
    pub identity: &'a str,
    /// We signed it when we let them in; otherwise it is an operator's word.
    pub ours: bool,
}

/// Where somebody goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What the media server calls the room.
    pub media_room: String,
    /// People at once in it; 0: as many as the media server takes.
    pub limit: u32,
    /// What everybody sees them as now; `None`: what their token says.
    pub role: Option<Role>,
    /// The room is the operator's own: its tokens alone say who is who there. In ours everybody is known by the one
    /// identity by which hosts put them out and a place is counted.
    pub of_operator: bool,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Turned {
    /// We let nobody in under that name, or the meeting is over.
    #[error("this token is not good any more: ask to join again")]
    Unknown,
    /// A host removed them.
    #[error("a host removed this participant from the meeting")]
    SentAway,
    /// The padlock was turned since.
    #[error("the room is locked")]
    Locked,
    /// The rows cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether whoever holds this token may come in now, apart from whether there is a place.
pub async fn ask(store: &Store, now: Timestamp, bearer: Bearer<'_>) -> Result<Passage, Turned> {
    let tx = store.begin_read().await?;
    let address = RoomAddress::parse(bearer.room).ok();
    let door = match &address {
        Some(address) => Doorway::at(&tx, address).await?,
        None => None,
    };
    let Some(door) = door else {
        // A media room that is no room of the organisation belongs to the operator, or to whoever tests their network.
        let limit = match (bearer.ours, is_of_a_test(bearer.room)) {
            (true, false) => return Err(Turned::Unknown),
            (true, true) => 1,
            (false, _) => 0,
        };
        return Ok(Passage {
            media_room: bearer.room.to_owned(),
            limit,
            role: None,
            of_operator: !bearer.ours,
        });
    };
    let visit = visits::by_identity(&tx, door.room.id, bearer.identity).await?;
    let (who, visitor) = match (&visit, bearer.ours) {
        (Some(visit), true) => {
            let who = Who::of_visit(&tx, visit).await?.ok_or(Turned::Unknown)?;
            let visitor = who.rank(&tx, &door.room).await?.visitor();
            (who, visitor)
        }
        (None, true) => return Err(Turned::Unknown),
        (_, false) => {
            let who = Who {
                identity: Some(bearer.identity.to_owned()),
                ..Who::default()
            };
            (who, Visitor::Operator)
        }
    };
    let scene = who.before(&tx, &door.room, visitor, true, now).await?;
    match door::decide(scene) {
        Door::Enter => Ok(Passage {
            media_room: door.media_room.to_string(),
            limit: u32::from(door.room.people_limit),
            role: visit.map(|visit| Role::of(visit.role)),
            of_operator: false,
        }),
        Door::Refused(Refusal::SentAway) => Err(Turned::SentAway),
        Door::Refused(Refusal::Locked | Refusal::MembersOnly) => Err(Turned::Locked),
        Door::Knock | Door::NotOpen | Door::Full => Err(Turned::Unknown),
    }
}
