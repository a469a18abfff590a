//! When a certificate is renewed, and when a failed try is repeated.

use jiff::{SignedDuration, Timestamp};

/// After a failed try. Authorities count failures: Let's Encrypt takes five an hour for a name and gives one back
/// every twelve minutes, and a try costs two, one for each way of proving.
const AFTER_FAILURES: [SignedDuration; 3] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
];

/// After a day of failures.
const AFTER_MANY: SignedDuration = SignedDuration::from_hours(6);

/// Failures in a day, at the rate above.
const MANY: usize = 26;

/// When the authority says that it was asked too often: its windows are of an hour or longer.
const AFTER_LIMIT: SignedDuration = SignedDuration::from_hours(3);

/// When a certificate is to be renewed: when the authority suggests it, else at two thirds of its life; never so late
/// that a failed try could not be repeated.
pub(super) fn renew_at(
    not_before: Timestamp,
    not_after: Timestamp,
    suggested: Option<Timestamp>,
) -> Timestamp {
    let life = not_after.duration_since(not_before);
    match suggested {
        Some(suggested) => suggested.min(not_before + life / 10 * 9),
        None => not_before + life / 3 * 2,
    }
}

/// A moment of the time (Unix seconds, from and until) in which an authority wants a renewal: the one known before when
/// it still is in it, else as far into it as was `drawn`.
pub(super) fn within(window: [i64; 2], known: Option<Timestamp>, drawn: u32) -> Option<Timestamp> {
    let [start, end] = window;
    let still = known.filter(|known| (start..=end).contains(&known.as_second()));
    still.or_else(|| {
        let length = end.saturating_sub(start).max(0);
        let into = (length as f64 * f64::from(drawn) / f64::from(u32::MAX)) as i64;
        Timestamp::from_second(start.saturating_add(into)).ok()
    })
}

/// How long to wait after so many failures in a row, the last of which was for asking too often or not.
pub(super) fn wait_after(failures: usize, limited: bool) -> SignedDuration {
    let wait = if failures > MANY {
        AFTER_MANY
    } else {
        AFTER_FAILURES[failures.saturating_sub(1).min(AFTER_FAILURES.len() - 1)]
    };
    if limited { wait.max(AFTER_LIMIT) } else { wait }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_certificate_is_renewed_at_two_thirds_or_when_the_authority_suggests_it() {
        assert_eq!(renew_at(at(0), at(90), None), at(60));
        assert_eq!(renew_at(at(0), at(90), Some(at(50))), at(50));
        assert_eq!(renew_at(at(0), at(90), Some(at(70))), at(70));
        assert_eq!(
            renew_at(at(0), at(90), Some(at(90))),
            at(81),
            "too late to try twice"
        );
    }

    #[test]
    fn a_moment_is_drawn_from_the_authority_s_time_and_stays_while_it_is_in_it() {
        let second = |second| Some(Timestamp::from_second(second).expect("a time"));
        assert_eq!(within([100, 200], None, 0), second(100));
        assert_eq!(within([100, 200], None, u32::MAX), second(200));
        assert_eq!(within([100, 200], second(150), 0), second(150));
        assert_eq!(within([300, 400], second(150), u32::MAX / 2), second(349));
        assert_eq!(
            within([200, 100], None, u32::MAX),
            second(200),
            "a window turned round"
        );
    }

    #[test]
    fn failures_never_use_up_what_authorities_allow() {
        // A bucket of five that fills by one every twelve minutes, two taken by each try.
        let (mut tokens, mut failures) = (5.0, 0);
        for _ in 0..60 {
            tokens -= 2.0;
            assert!(tokens >= 0.0, "after {failures} failures");
            failures += 1;
            let minutes = wait_after(failures, false).as_secs_f64() / 60.0;
            tokens = (tokens + minutes / 12.0).min(5.0);
        }
        assert_eq!(wait_after(60, false), AFTER_MANY);
        assert_eq!(wait_after(1, true), AFTER_LIMIT);
    }
}
