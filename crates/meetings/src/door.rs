//! The door of a room: may this one come in now, and if not, why. The only place that decides it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The four positions of the padlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// All enter.
    Open,
    /// Members and invited people enter, others knock.
    Knock,
    /// Members enter, others are refused.
    Members,
    /// Everyone but hosts knocks.
    Locked,
}

/// Who stands before the door, as far as the room is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visitor {
    /// The owner of the room, or a host of it.
    Host,
    /// Somebody of the organisation.
    Member,
    /// Somebody who was invited to this meeting, known by sign-in or by their own link.
    Invited,
    /// Somebody with an account of their own room only, or with none.
    Stranger,
    /// A program or person with a token made from an API key: the operator's word.
    Operator,
}

/// What the meeting that is going on knows of them, from what weighs least to what weighs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Past {
    /// Nothing.
    Unknown,
    /// They were let in, and were there a moment ago: a lost connection, a page loaded again.
    Returning,
    /// A host let them in after they knocked.
    Admitted,
    /// A host refused or removed them.
    SentAway,
}

/// What a meeting keeps of one visit, from what weighs least to what weighs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// They were let in.
    Entered,
    /// A host let them in after they knocked.
    Admitted,
    /// A host refused or removed them.
    SentAway,
}

/// Somebody who was let in and is back after no longer than this was never gone: time to load a page again or to walk
/// from one network to the next, and too short for another to take their place at the same computer unseen.
pub const RETURNING_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// What is known of somebody from all their visits to the meeting that goes on, each with the time they were seen last.
/// Whoever was once sent away is, whatever another visit of theirs says.
pub fn past(visits: impl IntoIterator<Item = (Mark, Timestamp)>, now: Timestamp) -> Past {
    let of_one = |(mark, seen): (Mark, Timestamp)| match mark {
        Mark::SentAway => Past::SentAway,
        Mark::Admitted => Past::Admitted,
        Mark::Entered if now.duration_since(seen) <= RETURNING_WITHIN => Past::Returning,
        Mark::Entered => Past::Unknown,
    };
    visits.into_iter().map(of_one).max().unwrap_or(Past::Unknown)
}

/// What stands around the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The padlock.
    pub access: Access,
    /// Who.
    pub visitor: Visitor,
    /// What is known of them.
    pub past: Past,
    /// Somebody was removed from this meeting: a stranger may be the same one with an emptied browser.
    pub somebody_removed: bool,
    /// There is a place left.
    pub place: bool,
    /// The hour from which people may come in has come, for a meeting that has one.
    pub begun: bool,
}

/// The answer at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Come in.
    Enter,
    /// Knock, and a host will answer.
    Knock,
    /// Wait until somebody leaves.
    Full,
    /// Wait for the hour.
    NotOpen,
    /// No.
    Refused(Refusal),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A host refused or removed them from this meeting.
    SentAway,
    /// The room is for members.
    MembersOnly,
    /// The room is locked, and a token cannot knock.
    Locked,
}

/// What happens at the door.
///
/// Who was sent away stays away, even a host. The hour binds all but hosts and operators; then the padlock
/// decides; and a full room makes even those wait who would be let in, but nobody knocks in vain for a place.
pub fn decide(scene: Scene) -> Door {
    let Scene { visitor, past, .. } = scene;
    if past == Past::SentAway {
        return Door::Refused(Refusal::SentAway);
    }
    if !scene.begun && !matches!(visitor, Visitor::Host | Visitor::Operator) {
        return Door::NotOpen;
    }
    let answer = match past {
        Past::Returning | Past::Admitted => Door::Enter,
        _ => padlock(scene),
    };
    match answer {
        Door::Enter if !scene.place => Door::Full,
        other => other,
    }
}

/// What the padlock says of somebody nothing is known of.
fn padlock(scene: Scene) -> Door {
    match (scene.access, scene.visitor) {
        (_, Visitor::Host) => Door::Enter,
        (Access::Locked, Visitor::Operator) => Door::Refused(Refusal::Locked),
        (Access::Locked, _) => Door::Knock,
        (_, Visitor::Operator | Visitor::Member) => Door::Enter,
        (Access::Members, Visitor::Invited | Visitor::Stranger) => Door::Refused(Refusal::MembersOnly),
        (Access::Open | Access::Knock, Visitor::Invited) => Door::Enter,
        (Access::Open, Visitor::Stranger) if !scene.somebody_removed => Door::Enter,
        (Access::Open | Access::Knock, Visitor::Stranger) => Door::Knock,
    }
}

/// Whether somebody of whom nothing more is known reads what a room says to those who come: whoever may enter or knock,
/// except strangers before a locked door, which may hide what is agreed behind it.
pub fn reads_welcome(access: Access, visitor: Visitor) -> bool {
    match access {
        Access::Open | Access::Knock => true,
        Access::Members => matches!(visitor, Visitor::Host | Visitor::Member | Visitor::Operator),
        Access::Locked => matches!(visitor, Visitor::Host | Visitor::Member | Visitor::Invited),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESSES: [Access; 4] = [Access::Open, Access::Knock, Access::Members, Access::Locked];
    const VISITORS: [Visitor; 5] = [
        Visitor::Host,
        Visitor::Member,
        Visitor::Invited,
        Visitor::Stranger,
        Visitor::Operator,
    ];
    const PASTS: [Past; 4] = [Past::Unknown, Past::Returning, Past::Admitted, Past::SentAway];

    #[test]
    fn a_past_is_the_weightiest_of_all_visits() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).expect("a time");
        let now = at(1_000);
        let (lately, long_ago) = (at(880), at(879));
        assert_eq!(past([], now), Past::Unknown);
        assert_eq!(past([(Mark::Entered, lately)], now), Past::Returning);
        assert_eq!(past([(Mark::Entered, long_ago)], now), Past::Unknown);
        let ahead = at(1_003);
        assert_eq!(
            past([(Mark::Entered, ahead)], now),
            Past::Returning,
            "another server's clock"
        );
        let admitted = [(Mark::Entered, lately), (Mark::Admitted, long_ago)];
        assert_eq!(past(admitted, now), Past::Admitted);
        let removed = [
            (Mark::SentAway, long_ago),
            (Mark::Admitted, lately),
            (Mark::Entered, lately),
        ];
        assert_eq!(past(removed, now), Past::SentAway);
    }

    fn letter(door: Door) -> char {
        match door {
            Door::Enter => 'E',
            Door::Knock => 'K',
            Door::Full => 'F',
            Door::NotOpen => 'H',
            Door::Refused(Refusal::SentAway) => 'S',
            Door::Refused(Refusal::MembersOnly) => 'M',
            Door::Refused(Refusal::Locked) => 'L',
        }
    }

    /// One line for each padlock: unknown | returning | admitted | sent away, each of host, member, invited,
    /// stranger and operator.
    fn table(somebody_removed: bool, place: bool, begun: bool) -> Vec<String> {
        let line = |access| {
            let cell = |past| {
                let answer = |visitor| {
                    letter(decide(Scene {
                        access,
                        visitor,
                        past,
                        somebody_removed,
                        place,
                        begun,
                    }))
                };
                VISITORS.map(answer).iter().collect::<String>()
            };
            PASTS.map(cell).join(" ")
        };
        ACCESSES.map(line).to_vec()
    }

    #[test]
    fn a_welcome_is_read_by_those_who_may_come_and_behind_a_lock_by_no_stranger() {
        let readers = ACCESSES.map(|access| VISITORS.map(|visitor| reads_welcome(access, visitor)));
        assert_eq!(
            readers,
            [
                [true, true, true, true, true],
                [true, true, true, true, true],
                [true, true, false, false, true],
                [true, true, true, false, false],
            ]
        );
    }

    #[test]
    fn every_combination_has_its_answer() {
        let calm = [
            "EEEEE EEEEE EEEEE SSSSS",
            "EEEKE EEEEE EEEEE SSSSS",
            "EEMME EEEEE EEEEE SSSSS",
            "EKKKL EEEEE EEEEE SSSSS",
        ];
        assert_eq!(table(false, true, true), calm);
        let after_a_removal = [
            "EEEKE EEEEE EEEEE SSSSS",
            "EEEKE EEEEE EEEEE SSSSS",
            "EEMME EEEEE EEEEE SSSSS",
            "EKKKL EEEEE EEEEE SSSSS",
        ];
        assert_eq!(table(true, true, true), after_a_removal);
        let full = [
            "FFFFF FFFFF FFFFF SSSSS",
            "FFFKF FFFFF FFFFF SSSSS",
            "FFMMF FFFFF FFFFF SSSSS",
            "FKKKL FFFFF FFFFF SSSSS",
        ];
        assert_eq!(table(false, false, true), full);
        let full_after_a_removal = [
            "FFFKF FFFFF FFFFF SSSSS",
            "FFFKF FFFFF FFFFF SSSSS",
            "FFMMF FFFFF FFFFF SSSSS",
            "FKKKL FFFFF FFFFF SSSSS",
        ];
        assert_eq!(table(true, false, true), full_after_a_removal);
        let early = [
            "EHHHE EHHHE EHHHE SSSSS",
            "EHHHE EHHHE EHHHE SSSSS",
            "EHHHE EHHHE EHHHE SSSSS",
            "EHHHL EHHHE EHHHE SSSSS",
        ];
        assert_eq!(table(false, true, false), early);
        assert_eq!(table(true, true, false), early);
        let early_and_full = [
            "FHHHF FHHHF FHHHF SSSSS",
            "FHHHF FHHHF FHHHF SSSSS",
            "FHHHF FHHHF FHHHF SSSSS",
            "FHHHL FHHHF FHHHF SSSSS",
        ];
        assert_eq!(table(false, false, false), early_and_full);
        assert_eq!(table(true, false, false), early_and_full);
    }
}
