//! What other people's programs are told of.

/// Something that happens, and that webhooks may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A room was made.
    RoomCreated,
    /// A room's name, address, padlock, owner or limit changed.
    RoomChanged,
    /// A room was taken away.
    RoomDeleted,
    /// The first person came into a room.
    MeetingStarted,
    /// The last person left.
    MeetingEnded,
    /// Somebody came in.
    ParticipantJoined,
    /// Somebody left.
    ParticipantLeft,
}

const WORDS: [(Event, &str); 7] = [
    (Event::RoomCreated, "room.created"),
    (Event::RoomChanged, "room.changed"),
    (Event::RoomDeleted, "room.deleted"),
    (Event::MeetingStarted, "meeting.started"),
    (Event::MeetingEnded, "meeting.ended"),
    (Event::ParticipantJoined, "participant.joined"),
    (Event::ParticipantLeft, "participant.left"),
];

/// No event is called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such event")]
pub struct NoSuchEvent;

impl Event {
    /// Each of them.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.into_iter().map(|(event, _)| event)
    }

    /// What it is called in payloads and settings.
    pub fn word(self) -> &'static str {
        let found = WORDS.iter().find(|(event, _)| *event == self);
        found.map(|(_, word)| *word).expect("each event has its word")
    }

    /// Reads one.
    pub fn parse(word: &str) -> Result<Self, NoSuchEvent> {
        let found = WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(event, _)| *event).ok_or(NoSuchEvent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_read_as_it_is_written() {
        for (event, word) in WORDS {
            assert_eq!((Event::parse(word), event.word()), (Ok(event), word));
        }
        assert_eq!(Event::parse("room"), Err(NoSuchEvent));
    }
}
