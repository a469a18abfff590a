//! Links of other products: which room each means, and that what stands behind its path is never read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meetings::address::RoomAddress;
use meetings::room_list::{Entry, Known, Outcome, judge, meant};

fuzz_target!(|text: &str| {
    let entry = |link: String| Entry {
        line: 1,
        link,
        ..Entry::default()
    };
    let link = entry(text.to_owned());
    if let [Outcome::Make(candidate)] = judge(std::slice::from_ref(&link), &Known::default()).as_slice() {
        assert_eq!(meant(&link).as_ref(), Some(&candidate.address));
        assert_eq!(
            RoomAddress::parse(candidate.address.as_str()).as_ref(),
            Ok(&candidate.address)
        );
    }
    if text.contains(['?', '#', '<', '>']) {
        return;
    }
    let plain = meant(&entry(format!("https://example.org/{text}")));
    for secret in ["?pwd=kodiak", "#kodiak", "?roomKey=a/kodiak", "#/kodiak?x"] {
        assert_eq!(
            meant(&entry(format!("https://example.org/{text}{secret}"))),
            plain
        );
    }
});
