//! What the body of a delivery says.

use jiff::Timestamp;
use meetings::door::Access;
use serde::Serialize;
use store::attendance::Attendance;
use store::{room_meetings, rooms};
use utoipa::ToSchema;

/// What a webhook is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told<D> {
    /// The event, as the webhook asked for it.
    #[serde(rename = "type")]
    #[schema(example = "meeting.started")]
    pub event: &'static str,
    /// When this server noticed it.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// What happened, to what.
    pub data: D,
}

/// Something happened to a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomNews {
    room: ToldRoom,
}

/// A meeting began or ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingNews {
    meeting: ToldMeeting,
}

/// Somebody came into a meeting, or left it. Who comes with two devices, or comes back after a break, comes twice.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantNews {
    meeting: ToldMeeting,
    participant: ToldParticipant,
}

/// A room, as it is after the event.
#[derive(Debug, Serialize, ToSchema)]
struct ToldRoom {
    /// Which.
    id: String,
    /// Its main address.
    #[schema(example = "groupimo")]
    address: String,
    /// What it is called.
    name: String,
    /// Who comes in: `open`, `knock`, `members` or `locked`.
    #[schema(value_type = String, example = "knock")]
    access: Access,
    /// Whose it is: the id of a person.
    owner: String,
    /// How many may be in it at once.
    people_limit: u16,
}

/// One occurrence of people being in a room.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ToldMeeting {
    /// Which.
    id: String,
    /// In which room; `null` when it is gone.
    room: Option<String>,
    /// The room's address then.
    #[schema(example = "groupimo")]
    room_address: String,
    /// What the room was called then.
    room_name: String,
    /// When the first came.
    #[schema(value_type = String, format = DateTime)]
    started: Timestamp,
    /// When it ended; `null` while it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended: Option<Timestamp>,
}

/// Somebody in a meeting, with one device.
#[derive(Debug, Serialize, ToSchema)]
struct ToldParticipant {
    /// As the media server knows them.
    identity: String,
    /// The name they gave.
    #[schema(example = "Claire Martin")]
    name: String,
    /// Who, when they were signed in: the id of a person.
    person: Option<String>,
    /// When they came.
    #[schema(value_type = String, format = DateTime)]
    joined: Timestamp,
    /// When they left; `null` while they are there.
    #[schema(value_type = Option<String>, format = DateTime)]
    left: Option<Timestamp>,
}

impl From<&rooms::Room> for RoomNews {
    fn from(room: &rooms::Room) -> Self {
        Self {
            room: ToldRoom {
                id: room.id.to_string(),
                address: room.address.to_string(),
                name: room.name.clone(),
                access: room.access,
                owner: room.owner.to_string(),
                people_limit: room.people_limit,
            },
        }
    }
}

impl From<&room_meetings::Meeting> for ToldMeeting {
    fn from(meeting: &room_meetings::Meeting) -> Self {
        Self {
            id: meeting.id.to_string(),
            room: meeting.room.map(|room| room.to_string()),
            room_address: meeting.room_address.to_string(),
            room_name: meeting.room_name.clone(),
            started: meeting.started,
            ended: meeting.ended,
        }
    }
}

impl From<&room_meetings::Meeting> for MeetingNews {
    fn from(meeting: &room_meetings::Meeting) -> Self {
        Self {
            meeting: meeting.into(),
        }
    }
}

impl ParticipantNews {
    /// Of somebody in a meeting.
    pub fn of(meeting: &room_meetings::Meeting, attendance: &Attendance) -> Self {
        let stay = &attendance.stay;
        Self {
            meeting: meeting.into(),
            participant: ToldParticipant {
                identity: stay.identity.clone(),
                name: stay.name.clone(),
                person: stay.person.map(|person| person.to_string()),
                joined: stay.joined,
                left: stay.left,
            },
        }
    }
}
