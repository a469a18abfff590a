//! The certificate of a server that speaks https itself.

use jiff::{SignedDuration, Timestamp};

use super::{Check, Finding, Verdict};
use crate::tls::Status;

/// A certificate is renewed a month before it ends (or at two thirds of a shorter life): one that is this near its end
/// has not been renewed for weeks.
const NEAR_ITS_END: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How the certificate is.
pub(super) fn judge(status: &Status, now: Timestamp) -> Finding {
    let finding = |verdict, code| Finding::new(Check::Certificate, verdict, code);
    let Some(end) = status.good_until else {
        return match &status.trouble {
            Some(trouble) => finding(Verdict::Bad, "certificate_missing").with("reason", trouble),
            None => finding(Verdict::Note, "certificate_awaited"),
        };
    };
    let day = end.strftime("%F");
    let left = end.duration_since(now);
    match &status.trouble {
        _ if left <= SignedDuration::ZERO => finding(Verdict::Bad, "certificate_over").with("day", day),
        Some(trouble) => finding(Verdict::Warning, "certificate_trouble")
            .with("day", day)
            .with("reason", trouble),
        None if left < NEAR_ITS_END => finding(Verdict::Warning, "certificate_ends").with("day", day),
        None => finding(Verdict::Good, "certificate_good").with("day", day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_good_until_its_last_week_unless_renewing_it_fails() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
        let code = |days: Option<i64>, trouble: Option<&str>| {
            let status = Status {
                good_until: days.map(|days| now + SignedDuration::from_hours(24 * days)),
                trouble: trouble.map(str::to_owned),
            };
            judge(&status, now).code
        };
        assert_eq!(code(Some(60), None), "certificate_good");
        assert_eq!(code(Some(6), None), "certificate_ends");
        assert_eq!(code(Some(60), Some("port 80 is closed")), "certificate_trouble");
        assert_eq!(code(Some(-1), Some("port 80 is closed")), "certificate_over");
        assert_eq!(code(None, Some("port 80 is closed")), "certificate_missing");
        assert_eq!(code(None, None), "certificate_awaited");
    }
}
