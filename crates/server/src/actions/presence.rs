//! Who is in a room's call now, as the rows say: every server knows it, whoever carries the media.

use meetings::door::Visitor;
use store::rooms::Room;
use store::visits::{self, Visit};
use store::{Read, StoreError, attendance, room_meetings};

/// Who is there to answer a knock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// A host is.
    pub hosts: bool,
    /// Somebody is who may answer: a host, or a member where the room lets them.
    pub answerers: bool,
}

/// The visits of those who are in the call.
pub async fn visits_here(tx: &Read, room: &Room) -> Result<Vec<Visit>, StoreError> {
    let Some(meeting) = room_meetings::running_of(tx, room.id).await? else {
        return Ok(Vec::new());
    };
    let present = attendance::present(tx, meeting.id).await?;
    let identities: Vec<_> = present.iter().map(|one| one.stay.identity.as_str()).collect();
    visits::of_identities(tx, room.id, &identities).await
}

/// Who of a room's hosts and members is there.
pub async fn of(tx: &Read, room: &Room) -> Result<Presence, StoreError> {
    let here = visits_here(tx, room).await?;
    let hosts = here.iter().any(|visit| visit.role == Visitor::Host);
    let members = here.iter().any(|visit| visit.role == Visitor::Member);
    Ok(Presence {
        hosts,
        answerers: hosts || room.members_answer && members,
    })
}
