//! Who was in a meeting, from the stays of their devices.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::id::PersonId;
use crate::search::folded;
use crate::sign_in::Digest;

/// One device in a meeting, from when it came until it left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// As the media server knows it.
    pub identity: String,
    /// Who was signed in.
    pub person: Option<PersonId>,
    /// Of the secret of the browser.
    pub browser: Option<Digest>,
    /// Under which name.
    pub name: String,
    /// What it was, in words ("Firefox, Linux").
    pub device: String,
    /// When it came.
    pub joined: Timestamp,
    /// When it left; `None` while it is there.
    pub left: Option<Timestamp>,
}

/// One of those who were there, with all their devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who, when they were signed in.
    pub person: Option<PersonId>,
    /// The name they had last.
    pub name: String,
    /// How long they were there; with two devices at once they were there once.
    pub total: SignedDuration,
    /// When their first device came.
    pub first_joined: Timestamp,
    /// When their last device left; `None` while one is there.
    pub last_left: Option<Timestamp>,
    /// Their devices, each named once, in alphabetical order.
    pub devices: Vec<String>,
}

/// By what stays are known to be of one and the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Same<'a> {
    Person(PersonId),
    Guest { browser: &'a [u8; 32], name: String },
    Identity(&'a str),
}

/// Everybody who was there, in the order in which they came.
///
/// Stays are of one and the same when the same person was signed in; without a sign-in, when they were in the same
/// browser under the same name; and a program with neither is known by its identity. Two who share a computer are two
/// in a list that may have to prove who came: somebody who signs in, or corrects their name, stands there twice instead.
/// Whoever is still there is counted until `now`.
pub fn merge(stays: &[Stay], now: Timestamp) -> Vec<Presence> {
    let mut groups: BTreeMap<Same<'_>, Vec<&Stay>> = BTreeMap::new();
    for stay in stays {
        let same = match (stay.person, &stay.browser) {
            (Some(person), _) => Same::Person(person),
            (None, Some(browser)) => Same::Guest {
                browser: &browser.0,
                name: folded(&stay.name),
            },
            (None, None) => Same::Identity(&stay.identity),
        };
        groups.entry(same).or_default().push(stay);
    }
    let mut present: Vec<_> = groups
        .into_values()
        .filter_map(|stays| presence(stays, now))
        .collect();
    present.sort_by(|a, b| (a.first_joined, &a.name).cmp(&(b.first_joined, &b.name)));
    present
}

/// The stays of one and the same as one; `None` for none.
fn presence(mut stays: Vec<&Stay>, now: Timestamp) -> Option<Presence> {
    stays.sort_by_key(|stay| stay.joined);
    let (first, last) = (stays.first()?, stays.last()?);
    let mut total = SignedDuration::ZERO;
    // All before this is counted.
    let mut counted = first.joined;
    for stay in &stays {
        let end = stay.left.unwrap_or(now);
        let begin = stay.joined.max(counted);
        if end > begin {
            total += end.duration_since(begin);
            counted = end;
        }
    }
    let left: Option<Vec<_>> = stays.iter().map(|stay| stay.left).collect();
    let devices: BTreeSet<_> = stays.iter().map(|stay| stay.device.as_str()).collect();
    Some(Presence {
        person: first.person,
        name: last.name.clone(),
        total,
        first_joined: first.joined,
        last_left: left.and_then(|left| left.into_iter().max()),
        devices: devices.into_iter().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).expect("a time")
    }

    fn person(byte: u8) -> Option<PersonId> {
        Some(PersonId::new(at(0), [byte; 10]))
    }

    /// Somebody nothing is known of, from minute to minute.
    fn stay(identity: &str, joined: i64, left: Option<i64>) -> Stay {
        Stay {
            identity: identity.to_owned(),
            person: None,
            browser: None,
            name: identity.to_owned(),
            device: "Firefox, Linux".to_owned(),
            joined: at(joined),
            left: left.map(at),
        }
    }

    /// Name, minutes in all, first minute, last minute.
    fn merged(stays: &[Stay]) -> Vec<(String, i64, i64, Option<i64>)> {
        let minute = |time: Timestamp| time.duration_since(at(0)).as_mins();
        let line = |one: Presence| {
            let times = (minute(one.first_joined), one.last_left.map(minute));
            (one.name, one.total.as_mins(), times.0, times.1)
        };
        merge(stays, at(60)).into_iter().map(line).collect()
    }

    #[test]
    fn stays_that_overlap_are_counted_once() {
        let name = || "zoe".to_owned();
        for (stays, minutes) in [
            (vec![(0, 10)], 10),
            (vec![(0, 10), (20, 25)], 15),
            (vec![(0, 10), (10, 20)], 20),
            (vec![(0, 10), (5, 20)], 20),
            (vec![(0, 30), (5, 10), (20, 40)], 40),
            (vec![(20, 40), (5, 10), (0, 30)], 40),
            (vec![(0, 30), (0, 30)], 30),
            (vec![(5, 5)], 0),
            (vec![(9, 3), (4, 12)], 8),
        ] {
            let first = stays.iter().map(|(joined, _)| *joined).min().expect("some");
            let last = stays.iter().map(|(_, left)| *left).max();
            let all: Vec<_> = stays
                .iter()
                .map(|(joined, left)| stay("zoe", *joined, Some(*left)))
                .collect();
            assert_eq!(merged(&all), [(name(), minutes, first, last)], "{stays:?}");
        }
    }

    #[test]
    fn who_is_there_is_counted_until_now() {
        let stays = [stay("zoe", 0, Some(10)), stay("zoe", 50, None)];
        assert_eq!(merged(&stays), [("zoe".to_owned(), 20, 0, None)]);
    }

    #[test]
    fn a_person_is_one_on_all_devices_and_a_guest_one_by_their_name_in_a_browser() {
        let browser = Some(Digest([7; 32]));
        let on = |device: &str, stay: Stay| Stay {
            device: device.to_owned(),
            ..stay
        };
        let of = |person, browser, stay| Stay {
            person,
            browser,
            ..stay
        };
        let stays = [
            of(person(1), browser, on("Firefox, Linux", stay("zoe", 0, Some(30)))),
            of(
                person(1),
                None,
                on("Safari, iPhone", stay("zoe on the way", 20, Some(40))),
            ),
            of(
                person(1),
                None,
                on("Safari, iPhone", stay("zoe at home", 45, Some(50))),
            ),
            of(person(2), browser, stay("ada", 1, Some(2))),
            of(None, browser, stay("guest", 2, Some(4))),
            of(None, browser, stay("Guest", 6, Some(8))),
            of(None, browser, stay("another at the same computer", 7, Some(9))),
            of(None, Some(Digest([8; 32])), stay("guest", 8, Some(9))),
            of(None, None, stay("robot", 3, Some(4))),
        ];
        let line = |name: &str, minutes, first, last| (name.to_owned(), minutes, first, Some(last));
        assert_eq!(
            merged(&stays),
            [
                line("zoe at home", 45, 0, 50),
                line("ada", 1, 1, 2),
                line("Guest", 4, 2, 8),
                line("robot", 1, 3, 4),
                line("another at the same computer", 2, 7, 9),
                line("guest", 1, 8, 9),
            ]
        );
        let zoe = &merge(&stays, at(60))[0];
        assert_eq!(zoe.person, person(1));
        assert_eq!(zoe.devices, ["Firefox, Linux", "Safari, iPhone"]);
    }

    #[test]
    fn nobody_makes_no_presence() {
        assert_eq!(merge(&[], at(0)), []);
    }
}
