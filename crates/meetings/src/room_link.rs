//! Links of other products: which room one means, and what to call it.
//!
//! The room is the last part of the path that could be spoken; what stands behind it (passwords, keys of hosts) is never
//! read.

use percent_encoding::percent_decode_str;

use crate::address::{AddressError, RoomAddress};
use crate::display_name::{DisplayName, MAX_CHARACTERS};

/// What other products write behind the name of a room.
const STEPS: [&str; 2] = ["join", "start"];

/// The path of a link, with or without `https://`, and without what stands behind it; `None` for what is no link.
pub(crate) fn path(text: &str) -> Option<&str> {
    if let Some((_, place)) = text.split_once("://") {
        let (_, path) = place.split_once('/').unwrap_or_default();
        return Some(without_query(path));
    }
    let (host, path) = text.split_once('/')?;
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let one_word = !name.is_empty() && !host.contains(char::is_whitespace);
    let is_host = one_word && (name.contains('.') || !port.is_empty());
    is_host.then(|| without_query(path))
}

fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The words by which a link, or what stands where one would, names its room.
pub(crate) fn words(link: &str) -> String {
    let link = link.trim_matches(['<', '>']);
    let path = match path(link) {
        Some(path) => path,
        // A title may hold every sign.
        None if link.contains(char::is_whitespace) => return link.to_owned(),
        None => without_query(link),
    };
    let parts: Vec<String> = path
        .split('/')
        .map(|part| match percent_decode_str(part).decode_utf8() {
            Ok(decoded) => decoded.into_owned(),
            Err(_) => part.to_owned(),
        })
        .collect();
    let address = |part: &String| match RoomAddress::meant(part) {
        Err(AddressError::Form) => 0,
        // The one letter by which some products tell a personal room from a meeting.
        Ok(address) if address.as_str().len() == 1 || STEPS.contains(&address.as_str()) => 1,
        Ok(_) | Err(AddressError::Reserved) => 2,
    };
    let named = parts.iter().max_by_key(|part| address(part));
    named.cloned().unwrap_or_default()
}

/// What to call a room of which only these words are known.
pub(crate) fn called(words: &str, address: &RoomAddress) -> DisplayName {
    let spaced = words.replace(['-', '_'], " ");
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut characters = spaced.chars().take(MAX_CHARACTERS);
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let name: String = first.chain(characters).collect();
    let name = DisplayName::parse(&name).or_else(|_| DisplayName::parse(&address.spoken()));
    name.expect("an address is short, and holds letters or digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_another_product_names_its_room() {
        for (link, expected, name) in [
            ("https://whereby.com/groupimo", "groupimo", "Groupimo"),
            (
                "https://whereby.com/groupimogestion",
                "groupimogestion",
                "Groupimogestion",
            ),
            (
                "https://whereby.com/groupimo-syndic?roomKey=eyJhbGci",
                "groupimo-syndic",
                "Groupimo syndic",
            ),
            ("https://groupimo.whereby.com/gestion/", "gestion", "Gestion"),
            ("whereby.com/dupont", "dupont", "Dupont"),
            (
                "https://meet.jit.si/Réunion%20Syndic",
                "reunion-syndic",
                "Réunion Syndic",
            ),
            (
                "https://meet.jit.si/R%C3%A9union%20Syndic#config.prejoin=false",
                "reunion-syndic",
                "Réunion Syndic",
            ),
            (
                "https://meet.jit.si/Réunion Syndic",
                "reunion-syndic",
                "Réunion Syndic",
            ),
            ("https://8x8.vc/acme/DailyMeeting", "dailymeeting", "DailyMeeting"),
            ("https://zoom.us/my/dupont", "dupont", "Dupont"),
            (
                "https://us02web.zoom.us/j/86412345678?pwd=Secret",
                "86412345678",
                "86412345678",
            ),
            (
                "https://zoom.us/wc/86412345678/join",
                "86412345678",
                "86412345678",
            ),
            (
                "https://meet.google.com/abc-defg-hij",
                "abc-defg-hij",
                "Abc defg hij",
            ),
            ("https://acme.webex.com/meet/j.dupont", "j-dupont", "J.dupont"),
            ("https://bbb.example.org/rooms/abc-def/join", "abc-def", "Abc def"),
            ("https://example.org/join", "join", "Join"),
            ("https://example.org/a", "a", "A"),
            ("localhost:8080/salle_12", "salle-12", "Salle 12"),
            ("Compta : https://whereby.com/compta", "compta", "Compta"),
            ("<https://whereby.com/compta>", "compta", "Compta"),
            ("groupimogestion", "groupimogestion", "Groupimogestion"),
            ("/equipe/lyon", "lyon", "Lyon"),
            ("Équipe d’été", "equipe-d-ete", "Équipe d’été"),
            ("Direction / RH ?", "direction-rh", "Direction / RH ?"),
            ("https://example.org/100%", "100", "100%"),
            ("https://example.org/a%00b%E9", "a00be9", "A%00b%E9"),
            ("https://example.org/ab%00cd", "abcd", "Abcd"),
        ] {
            let words = words(link);
            let address = RoomAddress::meant(&words).expect(link);
            assert_eq!(
                (address.as_str(), called(&words, &address).as_str()),
                (expected, name),
                "{link}"
            );
        }
    }

    #[test]
    fn a_link_without_a_room_names_none() {
        for link in [
            "https://whereby.com",
            "https://whereby.com/?room=x",
            "https://",
            "/",
            "",
        ] {
            assert_eq!(
                RoomAddress::meant(&words(link)),
                Err(AddressError::Form),
                "{link}"
            );
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        let long = "é".repeat(200);
        let address = RoomAddress::meant(&long).expect("an address");
        assert_eq!(called(&long, &address).as_str(), format!("É{}", "é".repeat(63)));
    }
}
