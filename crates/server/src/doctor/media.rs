//! Where browsers are told to send sound and picture, beside where the public name leads.

use std::net::IpAddr;

use meetings::reach::{Reach, reach};

use super::{Check, Finding, Verdict};
use crate::config::Settings;
use crate::media;

/// `known`: where the public name leads.
pub(super) fn look(settings: &Settings, known: Option<&[IpAddr]>) -> Finding {
    if let Some(cluster) = &settings.livekit_url {
        return Finding::new(Check::MediaAddress, Verdict::Note, "media_by_cluster").with("url", cluster);
    }
    judge(&media::told_to_clients(settings), known, settings.media_port)
}

fn judge(told: &[IpAddr], known: Option<&[IpAddr]>, port: u16) -> Finding {
    let finding = |verdict, code| {
        Finding::new(Check::MediaAddress, verdict, code)
            .with("told", list(told))
            .with("port", port)
    };
    let Some(known) = known else {
        return match told.is_empty() {
            true => finding(Verdict::Bad, "media_nowhere"),
            false => finding(Verdict::Note, "media_told"),
        };
    };
    let meet = told.iter().any(|address| known.contains(&address.to_canonical()));
    // A proxy may stand before the pages only: then media comes by another address, which is well when everybody
    // reaches that one too.
    let private = |address: &IpAddr| reach(*address) != Reach::Everywhere;
    let finding = match (meet, known.iter().all(private), told.iter().all(private)) {
        (true, ..) => return finding(Verdict::Good, "media_good"),
        (false, false, true) => finding(Verdict::Bad, "media_private"),
        (false, ..) => finding(Verdict::Warning, "media_elsewhere"),
    };
    let first = known.iter().find(|address| !private(address)).or(known.first());
    finding
        .with("known", list(known))
        .with("advised", first.map(IpAddr::to_string).unwrap_or_default())
}

fn list(addresses: &[IpAddr]) -> String {
    let each: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
    each.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(told: &[&str], known: Option<&[&str]>) -> &'static str {
        let parse = |addresses: &[&str]| -> Vec<IpAddr> {
            let each = addresses.iter().map(|address| address.parse());
            each.collect::<Result<_, _>>().expect("addresses")
        };
        let known = known.map(parse);
        judge(&parse(told), known.as_deref(), 7882).code
    }

    #[test]
    fn media_and_the_public_name_must_lead_to_where_the_same_people_can_go() {
        assert_eq!(code(&["203.0.113.5"], Some(&["203.0.113.5"])), "media_good");
        assert_eq!(code(&["10.0.0.4"], Some(&["10.0.0.4"])), "media_good");
        assert_eq!(code(&["10.0.0.4"], Some(&["203.0.113.5"])), "media_private");
        assert_eq!(
            code(&["100.64.3.1", "fd00::4"], Some(&["2001:db8::5"])),
            "media_private"
        );
        assert_eq!(code(&["203.0.113.9"], Some(&["203.0.113.5"])), "media_elsewhere");
        assert_eq!(code(&["192.168.1.2"], Some(&["10.0.0.4"])), "media_elsewhere");
        assert_eq!(code(&["192.168.1.2"], None), "media_told");
        assert_eq!(code(&[], None), "media_nowhere");
    }

    #[test]
    fn the_address_advised_is_one_that_everybody_reaches() {
        let known: [IpAddr; 2] = ["10.0.0.1", "203.0.113.5"].map(|address| address.parse().expect("one"));
        let told = ["10.0.0.4".parse().expect("one")];
        assert_eq!(judge(&told, Some(&known), 7882).fields["advised"], "203.0.113.5");
    }
}
