//! Prefixes: the rooms of an establishment are found under addresses that begin alike, and nobody else's are.
//!
//! The rule is asked when an address is chosen, for a new room, a new name or an alias; an address once given stays,
//! whatever becomes of establishments and their prefixes.

use crate::address::RoomAddress;

/// Whether an address begins with a prefix: `lyon` and `lyon-accueil` with `lyon`, `lyonnais` not.
fn begins(address: &RoomAddress, prefix: &RoomAddress) -> bool {
    let rest = address.as_str().strip_prefix(prefix.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The one whose rooms begin as this address does: of several (`lyon` and `lyon-est`) the one that says more.
pub fn holder<K: Copy>(address: &RoomAddress, prefixes: &[(K, RoomAddress)]) -> Option<K> {
    let fitting = prefixes.iter().filter(|(_, prefix)| begins(address, prefix));
    let longest = fitting.max_by_key(|(_, prefix)| prefix.as_str().len());
    longest.map(|(holder, _)| *holder)
}

/// An address with a prefix before it; `None` when it becomes too long to be one.
pub fn with_prefix(prefix: &RoomAddress, address: &RoomAddress) -> Option<RoomAddress> {
    RoomAddress::parse(&format!("{prefix}-{address}")).ok()
}

/// Why a room cannot have an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit<K> {
    /// Addresses that begin so are another's.
    Held(K),
    /// The addresses of its establishment's rooms begin so, and this one does not.
    Needs(RoomAddress),
}

/// To whom a room with this main address belongs: to `wanted`, or where the address says; `may_choose` tells whether
/// whoever asks may make rooms of establishments at all.
pub fn place<K: Copy + Eq>(
    address: &RoomAddress,
    wanted: Option<K>,
    may_choose: bool,
    prefixes: &[(K, RoomAddress)],
) -> Result<Option<K>, Misfit<K>> {
    let own = |wanted: K| prefixes.iter().find(|(holder, _)| *holder == wanted);
    match (wanted, holder(address, prefixes)) {
        (Some(wanted), Some(holder)) if wanted == holder => Ok(Some(wanted)),
        (None, Some(holder)) if may_choose => Ok(Some(holder)),
        (_, Some(holder)) => Err(Misfit::Held(holder)),
        (Some(wanted), None) => match own(wanted) {
            Some((_, prefix)) => Err(Misfit::Needs(prefix.clone())),
            None => Ok(Some(wanted)),
        },
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> RoomAddress {
        RoomAddress::parse(text).expect(text)
    }

    #[test]
    fn a_room_is_placed_by_its_address() {
        let prefixes = [
            (1, address("lyon")),
            (2, address("lyon-est")),
            (3, address("paris")),
        ];
        let without = 4;
        for (text, wanted, may_choose, expected) in [
            ("accueil", None, true, Ok(None)),
            ("lyonnais", None, true, Ok(None)),
            ("lyon-accueil", None, true, Ok(Some(1))),
            ("lyon", None, true, Ok(Some(1))),
            ("lyon-est-accueil", None, true, Ok(Some(2))),
            ("lyon-accueil", Some(1), true, Ok(Some(1))),
            ("accueil", Some(without), true, Ok(Some(without))),
            ("accueil", Some(1), true, Err(Misfit::Needs(address("lyon")))),
            ("paris-accueil", Some(1), true, Err(Misfit::Held(3))),
            ("lyon-est", Some(1), true, Err(Misfit::Held(2))),
            ("paris-accueil", Some(without), true, Err(Misfit::Held(3))),
            ("lyon-dupont", None, false, Err(Misfit::Held(1))),
            ("dupont", None, false, Ok(None)),
        ] {
            assert_eq!(
                place(&address(text), wanted, may_choose, &prefixes),
                expected,
                "{text} {wanted:?}"
            );
        }
    }

    #[test]
    fn an_address_gets_the_prefix_it_lacks() {
        let lyon = address("lyon");
        assert_eq!(
            with_prefix(&lyon, &address("accueil")),
            Some(address("lyon-accueil"))
        );
        assert_eq!(with_prefix(&lyon, &address(&"a".repeat(60))), None);
    }
}
