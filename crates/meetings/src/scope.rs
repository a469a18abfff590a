//! What an API token may touch: a noun, to read or to write.

use std::fmt;
use std::str::FromStr;

/// A part of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noun {
    /// Rooms, their addresses, hosts, meetings and doors.
    Rooms,
    /// People, establishments and the organisation.
    People,
    /// The library.
    Recordings,
    /// Calendars.
    Events,
    /// Connections, configurations, sources, effects, imports and webhooks.
    Connections,
    /// Programmes, sessions and registrations.
    Programmes,
}

const NOUNS: [(Noun, &str); 6] = [
    (Noun::Rooms, "rooms"),
    (Noun::People, "people"),
    (Noun::Recordings, "recordings"),
    (Noun::Events, "events"),
    (Noun::Connections, "connections"),
    (Noun::Programmes, "programmes"),
];

/// One thing a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// To what.
    pub noun: Noun,
    /// Change it; otherwise look at it only.
    pub write: bool,
}

impl Scope {
    /// To look at it.
    pub const fn read(noun: Noun) -> Self {
        Self { noun, write: false }
    }

    /// To change it, which includes looking.
    pub const fn write(noun: Noun) -> Self {
        Self { noun, write: true }
    }

    /// Whether who was given this may do `wanted`.
    pub fn covers(self, wanted: Scope) -> bool {
        self.noun == wanted.noun && (self.write || !wanted.write)
    }
}

/// Not a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a scope is rooms, people, recordings, events, connections or programmes with :read or :write, as in rooms:write"
)]
pub struct ScopeError;

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let (noun, access) = text.split_once(':').ok_or(ScopeError)?;
        let found = NOUNS.iter().find(|(_, word)| *word == noun);
        let write = match access {
            "read" => false,
            "write" => true,
            _ => return Err(ScopeError),
        };
        found.map(|&(noun, _)| Self { noun, write }).ok_or(ScopeError)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = NOUNS.iter().find(|(noun, _)| *noun == self.noun);
        let noun = found.map_or("", |(_, word)| word);
        write!(f, "{noun}:{}", if self.write { "write" } else { "read" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_write_includes_to_read_and_nothing_else() {
        let all: Vec<_> = NOUNS
            .iter()
            .flat_map(|&(noun, _)| [Scope::read(noun), Scope::write(noun)])
            .collect();
        for granted in &all {
            let covered: Vec<_> = all.iter().filter(|wanted| granted.covers(**wanted)).collect();
            assert_eq!(covered.len(), if granted.write { 2 } else { 1 }, "{granted}");
            assert!(covered.iter().all(|wanted| wanted.noun == granted.noun));
        }
    }

    #[test]
    fn scopes_survive_text() {
        for (noun, _) in NOUNS {
            for scope in [Scope::read(noun), Scope::write(noun)] {
                assert_eq!(scope.to_string().parse(), Ok(scope));
            }
        }
        for bad in [
            "",
            "rooms",
            "rooms:",
            "rooms:admin",
            "Rooms:read",
            "rooms:read:write",
        ] {
            assert_eq!(bad.parse::<Scope>(), Err(ScopeError), "{bad}");
        }
    }
}
