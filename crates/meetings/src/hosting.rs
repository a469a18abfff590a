//! What hosts may do in a meeting, and to whom: one function, one table.

use serde::{Deserialize, Serialize};

use crate::door::Visitor;
use crate::people::{Role as PersonRole, Standing};
use crate::rooms::Tie;

/// What somebody is in a meeting, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Came as a guest.
    Guest,
    /// Belongs to the organisation.
    Member,
    /// Was made host of this meeting.
    Host,
    /// Hosts the room whatever meeting there is: its owner, a co-host, who runs the organisation.
    RoomHost,
}

/// What makes a rank.
#[derive(Clone, Copy, Debug)]
pub struct Ties {
    /// Of whoever is signed in.
    pub standing: Option<Standing>,
    /// What ties them to the room whatever meeting there is.
    pub tie: Tie,
    /// They were made a host of this meeting.
    pub promoted: bool,
}

impl Rank {
    /// The most that somebody's ties to the room make of them.
    pub fn of(ties: Ties) -> Self {
        let belongs = |standing: Standing| standing.active && standing.role >= PersonRole::Member;
        if ties.tie >= Tie::Host {
            Self::RoomHost
        } else if ties.promoted {
            Self::Host
        } else if ties.standing.is_some_and(belongs) {
            Self::Member
        } else {
            Self::Guest
        }
    }

    /// As whom they stand before the door.
    pub fn visitor(self) -> Visitor {
        match self {
            Self::Guest => Visitor::Stranger,
            Self::Member => Visitor::Member,
            Self::Host | Self::RoomHost => Visitor::Host,
        }
    }

    /// The role that everybody in the call sees.
    pub fn role(self) -> Role {
        match self {
            Self::Guest => Role::Guest,
            Self::Member => Role::Member,
            Self::Host | Self::RoomHost => Role::Host,
        }
    }
}

/// A [`Rank`] as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// No account, or one of their own room only.
    Guest,
    /// Of the organisation.
    Member,
    /// Answers knocks, mutes, removes.
    Host,
}

impl Role {
    /// Of somebody who was let in as such.
    pub fn of(visitor: Visitor) -> Self {
        match visitor {
            Visitor::Host => Self::Host,
            Visitor::Member => Self::Member,
            Visitor::Invited | Visitor::Stranger | Visitor::Operator => Self::Guest,
        }
    }

    /// The word of a participant's attribute `role`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Host => "host",
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Mute somebody's microphone.
    Mute,
    /// Stop somebody's camera and screen.
    StopVideo,
    /// Ask somebody to unmute; nobody else can do it for them.
    AskToUnmute,
    /// Take somebody's hand down.
    LowerHand,
    /// Make somebody a host of this meeting.
    Promote,
    /// Make somebody a host and stop being one.
    HandOver,
    /// Put somebody out for the rest of this meeting.
    Remove,
    /// Mute all but oneself.
    MuteAll,
    /// Take all hands down.
    LowerHands,
    /// End the meeting for all.
    End,
    /// Move the padlock.
    Padlock,
    /// Hear knocks and answer them.
    AnswerKnocks,
}

/// On whom it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// On the meeting, or on everybody.
    All,
    /// On whoever asks.
    Oneself,
    /// On somebody else.
    Other(Rank),
}

/// What stands around the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// What whoever asks is.
    pub by: Rank,
    /// What they ask for.
    pub act: Act,
    /// On whom.
    pub on: Target,
    /// The room lets members who are present answer knocks while no host is.
    pub members_answer: bool,
    /// A host is in the call.
    pub host_present: bool,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Hosts do this.
    #[error("only hosts do this")]
    HostsOnly,
    /// Nobody does this to themselves.
    #[error("this is for others: nobody does it to themselves")]
    NotOneself,
    /// Whoever was made host for a meeting cannot put out those whose room it is.
    #[error("a host of this meeting cannot remove a host of the room")]
    RoomHostStays,
}

/// Whether somebody may do this.
pub fn decide(scene: Scene) -> Result<(), Refusal> {
    let Scene { by, act, on, .. } = scene;
    if on == Target::Oneself {
        return match act {
            Act::Mute | Act::StopVideo | Act::LowerHand => Ok(()),
            _ if by < Rank::Host => Err(Refusal::HostsOnly),
            _ => Err(Refusal::NotOneself),
        };
    }
    if by < Rank::Host {
        let stands_in = scene.members_answer && !scene.host_present && by == Rank::Member;
        return match act {
            Act::AnswerKnocks if stands_in => Ok(()),
            _ => Err(Refusal::HostsOnly),
        };
    }
    match (act, on) {
        (Act::Remove, Target::Other(Rank::RoomHost)) if by < Rank::RoomHost => Err(Refusal::RoomHostStays),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANKS: [Rank; 4] = [Rank::Guest, Rank::Member, Rank::Host, Rank::RoomHost];

    fn letter(answer: Result<(), Refusal>) -> char {
        match answer {
            Ok(()) => '+',
            Err(Refusal::HostsOnly) => 'h',
            Err(Refusal::NotOneself) => 's',
            Err(Refusal::RoomHostStays) => 'r',
        }
    }

    /// For guest, member, host and room host: on oneself, then on each of the four.
    fn on_somebody(act: Act) -> String {
        let line = |by| {
            let targets = [Target::Oneself].into_iter().chain(RANKS.map(Target::Other));
            let answer = |on| {
                letter(decide(Scene {
                    by,
                    act,
                    on,
                    members_answer: true,
                    host_present: false,
                }))
            };
            targets.map(answer).collect::<String>()
        };
        RANKS.map(line).join(" ")
    }

    /// For guest, member, host and room host.
    fn on_all(act: Act, members_answer: bool, host_present: bool) -> String {
        let answer = |by| {
            letter(decide(Scene {
                by,
                act,
                on: Target::All,
                members_answer,
                host_present,
            }))
        };
        RANKS.map(answer).iter().collect()
    }

    #[test]
    fn every_act_on_somebody_has_its_answer() {
        for (act, answers) in [
            (Act::Mute, "+hhhh +hhhh +++++ +++++"),
            (Act::StopVideo, "+hhhh +hhhh +++++ +++++"),
            (Act::LowerHand, "+hhhh +hhhh +++++ +++++"),
            (Act::AskToUnmute, "hhhhh hhhhh s++++ s++++"),
            (Act::Promote, "hhhhh hhhhh s++++ s++++"),
            (Act::HandOver, "hhhhh hhhhh s++++ s++++"),
            (Act::Remove, "hhhhh hhhhh s+++r s++++"),
        ] {
            assert_eq!(on_somebody(act), answers, "{act:?}");
        }
    }

    #[test]
    fn every_act_on_all_has_its_answer() {
        for act in [Act::MuteAll, Act::LowerHands, Act::End, Act::Padlock] {
            for (members_answer, host_present) in [(false, false), (false, true), (true, false), (true, true)]
            {
                assert_eq!(on_all(act, members_answer, host_present), "hh++", "{act:?}");
            }
        }
        assert_eq!(on_all(Act::AnswerKnocks, false, false), "hh++");
        assert_eq!(on_all(Act::AnswerKnocks, false, true), "hh++");
        assert_eq!(on_all(Act::AnswerKnocks, true, false), "h+++");
        assert_eq!(on_all(Act::AnswerKnocks, true, true), "hh++");
    }

    #[test]
    fn a_rank_is_the_most_that_ties_make_of_somebody() {
        let standing = |role, active| {
            Some(Standing {
                role,
                manages_integrations: false,
                active,
            })
        };
        let roles = [
            None,
            standing(PersonRole::Individual, true),
            standing(PersonRole::Member, true),
            standing(PersonRole::Admin, true),
            standing(PersonRole::Owner, true),
            standing(PersonRole::Owner, false),
        ];
        let line = |tie, promoted| {
            let letter = |standing| match Rank::of(Ties {
                standing,
                tie,
                promoted,
            }) {
                Rank::Guest => 'g',
                Rank::Member => 'm',
                Rank::Host => 'h',
                Rank::RoomHost => 'R',
            };
            roles.map(letter).iter().collect::<String>()
        };
        assert_eq!(line(Tie::None, false), "ggmmmg");
        assert_eq!(line(Tie::None, true), "hhhhhh");
        for tie in [Tie::Host, Tie::Manager] {
            for promoted in [false, true] {
                assert_eq!(line(tie, promoted), "RRRRRR");
            }
        }
    }

    #[test]
    fn everybody_sees_one_of_three_roles() {
        let words = RANKS.map(|rank| rank.role().word());
        assert_eq!(words, ["guest", "member", "host", "host"]);
    }
}
