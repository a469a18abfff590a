//! A room's address: the word after the slash that one can say aloud.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::search::folded;

/// The longest address; also the longest label in a host name, so an address may become one.
pub const MAX_LENGTH: usize = 63;

/// First words of our own routes, now and as DESIGN §5 plans them, and words that stand in the API where an address
/// would (`/api/v1/rooms/import`): no room may be called so.
pub const RESERVED: [&str; 26] = [
    "api",
    "assets",
    "calendar",
    "dav",
    "events",
    "favicon",
    "fonts",
    "healthz",
    "hooks",
    "ics",
    "import",
    "index",
    "legal",
    "locales",
    "mailbox",
    "metrics",
    "p",
    "readyz",
    "recordings",
    "rtc",
    "settings",
    "sign-in",
    "test",
    "twirp",
    "welcome",
    "well-known",
];

/// A letter or digit, then letters, digits and hyphens; all in lower case, and not one of [`RESERVED`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomAddress(String);

/// Not the address of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form.
    #[error(
        "a room's address has 1 to 63 letters a to z, digits and hyphens, and begins with a letter or a digit"
    )]
    Form,
    /// One of ours.
    #[error("this address is used by the server itself")]
    Reserved,
}

impl RoomAddress {
    /// Reads an address exactly; [`RoomAddress::meant`] makes one of what people write.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let address = Self::given(text)?;
        if RESERVED.contains(&text) {
            return Err(AddressError::Reserved);
        }
        Ok(address)
    }

    /// The address meant by words: of "Équipe produit" it makes `equipe-produit`, of what holds nothing that could
    /// stand in one [`AddressError::Form`]. The web client does the same while somebody types
    /// (`web/src/api/address.ts`); `testing/addresses.json` holds the two together.
    pub fn meant(words: &str) -> Result<Self, AddressError> {
        let mut address = String::new();
        let mut apart = false;
        for c in folded(words).chars() {
            match c {
                'a'..='z' | '0'..='9' => {
                    if apart && !address.is_empty() {
                        address.push('-');
                    }
                    apart = false;
                    address.push(c);
                }
                '-' | '_' | '\'' | '’' | '.' | ',' | '+' | '&' => apart = true,
                c => apart |= c.is_whitespace(),
            }
        }
        address.truncate(MAX_LENGTH);
        Self::parse(address.trim_end_matches('-'))
    }

    /// Reads an address that a room was given once: a word that became one of ours since is still its address.
    pub fn given(text: &str) -> Result<Self, AddressError> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let formed = !text.is_empty()
            && text.len() <= MAX_LENGTH
            && text.bytes().all(allowed)
            && !text.starts_with('-');
        if !formed {
            return Err(AddressError::Form);
        }
        Ok(Self(text.to_owned()))
    }

    /// What to call a room that nobody gave a name: `equipe-produit` is spoken "Equipe produit".
    pub fn spoken(&self) -> String {
        let words = self.0.replace('-', " ");
        let words = words.trim_end();
        let (first, rest) = words.split_at(1);
        first.to_ascii_uppercase() + rest
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stays of it when hyphens and characters that look alike are not told apart (Unicode technical standard
    /// 39 §4, as far as these few characters go): two rooms with one skeleton would be taken for each other.
    pub fn skeleton(&self) -> String {
        let letters = self.0.replace('-', "");
        letters
            .replace("rn", "m")
            .replace("vv", "w")
            .replace('0', "o")
            .replace('1', "l")
    }

    /// Other addresses to propose when this one is taken: the name with a number, the shortest first.
    pub fn alternatives(&self) -> impl Iterator<Item = RoomAddress> + '_ {
        (2..100).filter_map(move |number| {
            let suffix = format!("-{number}");
            let kept = self.0.len().min(MAX_LENGTH - suffix.len());
            let other = format!("{}{suffix}", self.0[..kept].trim_end_matches('-'));
            // The longest may end in this very number.
            RoomAddress::parse(&other).ok().filter(|other| other != self)
        })
    }
}

impl TryFrom<String> for RoomAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<RoomAddress> for String {
    fn from(address: RoomAddress) -> Self {
        address.0
    }
}

impl fmt::Display for RoomAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_word_one_can_say() {
        for good in ["groupimo", "a", "7", "salle-12", "x-", &"a".repeat(63)] {
            assert!(RoomAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "Été", "A", "a b", "a/b", "a.b", "..", &"a".repeat(64)] {
            assert_eq!(RoomAddress::parse(bad), Err(AddressError::Form), "{bad}");
        }
    }

    #[test]
    fn words_mean_the_address_that_the_web_client_proposes() {
        let table = include_str!("../../../testing/addresses.json");
        let table: Vec<(String, Option<String>)> = serde_json::from_str(table).expect("pairs");
        assert!(table.len() > 20);
        for (words, expected) in table {
            let meant = RoomAddress::meant(&words).ok().map(String::from);
            assert_eq!(meant, expected, "{words}");
        }
        assert_eq!(RoomAddress::meant("Réglages !"), RoomAddress::parse("reglages"));
        assert_eq!(RoomAddress::meant("Settings"), Err(AddressError::Reserved));
    }

    #[test]
    fn a_room_without_a_name_is_called_by_its_address() {
        let spoken = |text| RoomAddress::parse(text).expect(text).spoken();
        assert_eq!(spoken("equipe-produit"), "Equipe produit");
        assert_eq!(spoken("7-"), "7");
    }

    #[test]
    fn rooms_that_would_be_taken_for_each_other_have_one_skeleton() {
        let skeleton = |text| RoomAddress::parse(text).expect(text).skeleton();
        for (one, other) in [
            ("lumiere", "1umiere"),
            ("salle-12", "salle12"),
            ("forum", "forurn"),
            ("wagon", "vvagon"),
            ("bureau-0", "bureau-o"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
        assert_ne!(skeleton("groupimo-gestion"), skeleton("groupimo-syndic"));
    }

    #[test]
    fn a_taken_address_has_alternatives_that_are_addresses() {
        let long = RoomAddress::parse(&"a".repeat(63)).expect("an address");
        let first = long.alternatives().next().expect("one");
        assert_eq!(first.as_str(), format!("{}-2", "a".repeat(61)));
        let short = RoomAddress::parse("groupimo").expect("an address");
        let proposed: Vec<_> = short.alternatives().take(2).map(String::from).collect();
        assert_eq!(proposed, ["groupimo-2", "groupimo-3"]);
        let numbered = RoomAddress::parse(&format!("{}-2", "a".repeat(61))).expect("an address");
        assert!(
            numbered.alternatives().all(|other| other != numbered),
            "the taken one is none, though there is no room for another sign"
        );
    }

    #[test]
    fn our_own_routes_are_no_rooms() {
        for reserved in RESERVED {
            assert_eq!(
                RoomAddress::parse(reserved),
                Err(AddressError::Reserved),
                "{reserved}"
            );
            assert!(
                RoomAddress::given(reserved).is_ok(),
                "a room may have been called so before"
            );
        }
    }
}
