//! Rooms: who may make one, who may change what about it, and what it may hold.

use crate::people::{Right, Role, Standing};

/// People in a room at once, unless somebody says otherwise.
pub const USUAL_PEOPLE: u16 = 50;

/// The most people a room may be made for, ten times the usual: whoever speaks to more wants an audience, not a room.
pub const MAX_PEOPLE: u16 = 500;

/// Characters in a welcome at most: two screens of a phone.
pub const MAX_WELCOME: usize = 2_000;

/// What somebody is to a room, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// Nothing.
    None,
    /// They were made a host of it: they run what happens in it.
    Host,
    /// It is theirs, or they manage all rooms: they decide about it.
    Manager,
}

/// A part of a room that may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The padlock.
    Access,
    /// What everybody reads before they join.
    Welcome,
    /// Whether members answer knocks while no host is there.
    MembersAnswer,
    /// What it is called.
    Name,
    /// Under which addresses it is found.
    Addresses,
    /// Where it belongs.
    Establishment,
    /// People at once.
    PeopleLimit,
    /// Who hosts it.
    Hosts,
    /// Whose it is.
    Owner,
    /// That it is there at all.
    Existence,
}

/// What ties somebody to a room. Managers host it, too.
pub fn tie(standing: Standing, owns: bool, made_host: bool) -> Tie {
    if !standing.active {
        return Tie::None;
    }
    match (owns || standing.has(Right::ManageRooms), made_host) {
        (true, _) => Tie::Manager,
        (false, true) => Tie::Host,
        (false, false) => Tie::None,
    }
}

impl Tie {
    /// Whether they may change it. Hosts change what a meeting may need while it goes on; what outlasts it is for those
    /// whose room it is.
    pub fn may_change(self, part: Part) -> bool {
        match part {
            Part::Access | Part::Welcome | Part::MembersAnswer => self >= Self::Host,
            _ => self >= Self::Manager,
        }
    }
}

/// Why somebody may not make a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnother {
    /// They lack [`Right::CreateRooms`].
    Right,
    /// An individual has one room, and this one has it.
    HasOne,
}

/// Whether somebody who owns so many rooms may make one more.
pub fn may_make(standing: Standing, owned: usize) -> Result<(), NotAnother> {
    match standing {
        _ if standing.has(Right::CreateRooms) => Ok(()),
        Standing { active: false, .. } => Err(NotAnother::Right),
        Standing {
            role: Role::Individual,
            ..
        } if owned == 0 => Ok(()),
        _ => Err(NotAnother::HasOne),
    }
}

/// Whether a room may be handed over to somebody: an individual keeps the one they made, and gets no other.
pub fn may_be_given(standing: Standing) -> bool {
    standing.has(Right::CreateRooms)
}

/// Not a limit a room may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a room here is for 1 to {most} people")]
pub struct LimitError {
    /// The most that may be asked for.
    pub most: u16,
}

/// The most people a room may be made for where the installation allows so many in a room (0: no limit).
pub fn most_people(installation: u32) -> u16 {
    match u16::try_from(installation) {
        Ok(limit) if limit > 0 => limit.min(MAX_PEOPLE),
        _ => MAX_PEOPLE,
    }
}

/// The limit of a room of whom nobody said one, or the one that was asked for.
pub fn people_limit(wanted: Option<u16>, installation: u32) -> Result<u16, LimitError> {
    let most = most_people(installation);
    match wanted {
        None => Ok(USUAL_PEOPLE.min(most)),
        Some(wanted) if (1..=most).contains(&wanted) => Ok(wanted),
        Some(_) => Err(LimitError { most }),
    }
}

/// What everybody reads before they join: paragraphs of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome(String);

/// Not a welcome that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WelcomeError {
    /// Longer than [`MAX_WELCOME`].
    #[error("a welcome has at most {MAX_WELCOME} characters")]
    TooLong,
    /// Control characters, or marks that turn the direction of the text after them.
    #[error("a welcome cannot hold control characters or direction marks")]
    Forbidden,
}

impl Welcome {
    /// Reads a welcome; `None` when nothing is said.
    pub fn parse(text: &str) -> Result<Option<Self>, WelcomeError> {
        let lines = text.replace("\r\n", "\n");
        let said = lines.trim_matches(char::is_whitespace);
        let forbidden = |c: char| c != '\n' && c != '\t' && crate::display_name::disturbs(c);
        if said.chars().any(forbidden) {
            return Err(WelcomeError::Forbidden);
        }
        if said.chars().count() > MAX_WELCOME {
            return Err(WelcomeError::TooLong);
        }
        Ok((!said.is_empty()).then(|| Self(said.to_owned())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(role: Role) -> Standing {
        Standing {
            role,
            manages_integrations: false,
            active: true,
        }
    }

    #[test]
    fn a_room_is_managed_by_its_owner_and_by_administrators_and_run_by_its_hosts() {
        use Role::{Admin, Individual, Member, Owner};
        for (role, owns, made_host, expected) in [
            (Member, false, false, Tie::None),
            (Member, false, true, Tie::Host),
            (Member, true, false, Tie::Manager),
            (Member, true, true, Tie::Manager),
            (Individual, true, false, Tie::Manager),
            (Individual, false, true, Tie::Host),
            (Admin, false, false, Tie::Manager),
            (Owner, false, true, Tie::Manager),
        ] {
            assert_eq!(
                tie(standing(role), owns, made_host),
                expected,
                "{role:?} {owns} {made_host}"
            );
        }
        let gone = Standing {
            active: false,
            ..standing(Owner)
        };
        assert_eq!(tie(gone, true, true), Tie::None);
    }

    #[test]
    fn hosts_change_what_a_meeting_needs_and_nothing_that_outlasts_it() {
        let parts = [
            Part::Access,
            Part::Welcome,
            Part::MembersAnswer,
            Part::Name,
            Part::Addresses,
            Part::Establishment,
            Part::PeopleLimit,
            Part::Hosts,
            Part::Owner,
            Part::Existence,
        ];
        let changes = |tie: Tie| parts.into_iter().filter(|&part| tie.may_change(part)).count();
        assert_eq!([Tie::None, Tie::Host, Tie::Manager].map(changes), [0, 3, 10]);
    }

    #[test]
    fn members_make_rooms_and_an_individual_makes_one() {
        assert_eq!(may_make(standing(Role::Member), 400), Ok(()));
        assert_eq!(may_make(standing(Role::Individual), 0), Ok(()));
        assert_eq!(may_make(standing(Role::Individual), 1), Err(NotAnother::HasOne));
        let gone = |role| Standing {
            active: false,
            ..standing(role)
        };
        assert_eq!(may_make(gone(Role::Individual), 0), Err(NotAnother::Right));
        assert_eq!(may_make(gone(Role::Owner), 0), Err(NotAnother::Right));
        assert!(may_be_given(standing(Role::Member)));
        assert!(!may_be_given(standing(Role::Individual)));
        assert!(!may_be_given(gone(Role::Member)));
    }

    #[test]
    fn a_limit_stays_within_the_installations() {
        assert_eq!(people_limit(None, 0), Ok(50));
        assert_eq!(people_limit(None, 12), Ok(12));
        assert_eq!(people_limit(Some(500), 0), Ok(500));
        assert_eq!(people_limit(Some(501), 0), Err(LimitError { most: 500 }));
        assert_eq!(people_limit(Some(0), 0), Err(LimitError { most: 500 }));
        assert_eq!(people_limit(Some(51), 50), Err(LimitError { most: 50 }));
        assert_eq!(people_limit(Some(500), 100_000), Ok(500));
    }

    #[test]
    fn a_welcome_is_plain_paragraphs() {
        let said = |text: &str| Welcome::parse(text).map(|welcome| welcome.map(|kept| kept.0));
        assert_eq!(
            said("  Bonjour,\r\n\r\nentrez ! \n"),
            Ok(Some("Bonjour,\n\nentrez !".to_owned()))
        );
        assert_eq!(said(" \n "), Ok(None));
        assert_eq!(
            said("<b>é</b>"),
            Ok(Some("<b>é</b>".to_owned())),
            "text, never markup"
        );
        assert_eq!(said("a\u{202e}b"), Err(WelcomeError::Forbidden));
        assert_eq!(said("a\0b"), Err(WelcomeError::Forbidden));
        assert_eq!(said(&"é".repeat(2_001)), Err(WelcomeError::TooLong));
        assert!(said(&"é".repeat(2_000)).is_ok());
    }
}
