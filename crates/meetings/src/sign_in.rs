//! Signing in by a six-digit code sent by e-mail: what a code is, when it is good, and how many are sent.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// A code is good for this long after it was asked for.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Wrong tries after which a code is dead.
pub const TRIES: u8 = 5;

/// Codes sent to one mailbox in an hour.
pub const MAILS_PER_MAILBOX: usize = 5;

/// Of those, at most so many for one network address: whoever floods a mailbox from theirs leaves some to its owner.
pub const MAILS_PER_MAILBOX_AND_ADDRESS: usize = 3;

/// Codes asked for from one network address in an hour.
pub const MAILS_PER_ADDRESS: usize = 20;

/// The time those are counted over.
pub const COUNTED_OVER: SignedDuration = SignedDuration::from_hours(1);

/// A browser stays signed in until nobody has used it for this long.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; 6]);

/// Not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct CodeError;

impl Code {
    /// The code of a random number; `None` for the few numbers that would make some codes likelier than others:
    /// draw again.
    pub fn draw(chance: u32) -> Option<Self> {
        const CODES: u32 = 1_000_000;
        let fair = u32::MAX - u32::MAX % CODES;
        if chance >= fair {
            return None;
        }
        let mut digits = [0; 6];
        let mut rest = chance % CODES;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Some(Self(digits))
    }

    /// Reads what somebody typed or pasted; spaces and hyphens between digits are theirs to choose.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let digits: Option<Vec<u8>> = typed
            .map(|c| c.to_digit(10).map(|digit| b'0' + digit as u8))
            .take(7)
            .collect();
        let digits = digits.and_then(|digits| digits.try_into().ok());
        digits.map(Self).ok_or(CodeError)
    }

    /// The digits, for the mail and for the keyed digest under which the code is kept.
    pub fn digits(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(……)")
    }
}

/// A keyed digest: of a code with its id, or of the secret a browser keeps. Printing it shows nothing.
#[derive(Clone, Copy, Eq)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

impl Digest {
    /// Whether both are one, in a time that tells nothing of where they differ.
    pub fn is(&self, other: &Digest) -> bool {
        let differing = self
            .0
            .iter()
            .zip(other.0)
            .fold(0, |found, (a, b)| found | (a ^ b));
        std::hint::black_box(differing) == 0
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

/// A code that was asked for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// Of the code; of nothing anybody knows when the mailbox belongs to nobody, so that both look alike.
    pub code: Digest,
    /// Of the secret in the browser that asked.
    pub browser: Digest,
    /// Wrong tries so far.
    pub tries: u8,
    /// It has let somebody in.
    pub used: bool,
}

/// What comes of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The right code in the right browser in time: it is used up now.
    SignedIn,
    /// Not the code; so many tries are left.
    Wrong {
        /// Tries left, 1 to 4.
        left: u8,
    },
    /// Too late, too often, used already, or in a browser that did not ask: a new code is needed.
    Dead,
}

/// Whether a code lets in. Costs a try unless the answer is [`Outcome::SignedIn`] or the code was dead before.
pub fn check(asked: &Asked, now: Timestamp, code: &Digest, browser: &Digest) -> Outcome {
    let in_time = now.duration_since(asked.at) <= GOOD_FOR;
    let alive = in_time && asked.tries < TRIES && !asked.used;
    if !alive || !asked.browser.is(browser) {
        return Outcome::Dead;
    }
    if asked.code.is(code) {
        return Outcome::SignedIn;
    }
    match TRIES - asked.tries - 1 {
        0 => Outcome::Dead,
        left => Outcome::Wrong { left },
    }
}

/// What was asked for lately, against which the next request is weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// When mails left to the mailbox.
    pub to_mailbox: Vec<Timestamp>,
    /// When those of them left that were asked for from the same network address.
    pub to_mailbox_from_address: Vec<Timestamp>,
    /// When codes were asked for from the network address, for whatever mailbox.
    pub from_address: Vec<Timestamp>,
}

/// What is done with a request for a code. The person sees the same answer each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// A mail leaves.
    Mail,
    /// No mail leaves: enough have. What is kept is a code that nobody knows.
    Nothing,
    /// The network address has asked so often that its requests are not even noted.
    Ignored,
}

/// Whether a mail leaves for a request.
pub fn sending(now: Timestamp, lately: &Lately) -> Sending {
    let count = |times: &[Timestamp]| {
        let counted = times.iter().filter(|at| now.duration_since(**at) < COUNTED_OVER);
        counted.count()
    };
    if count(&lately.from_address) >= MAILS_PER_ADDRESS {
        return Sending::Ignored;
    }
    let full = count(&lately.to_mailbox) >= MAILS_PER_MAILBOX
        || count(&lately.to_mailbox_from_address) >= MAILS_PER_MAILBOX_AND_ADDRESS;
    if full { Sending::Nothing } else { Sending::Mail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    const RIGHT: Digest = Digest([1; 32]);
    const WRONG: Digest = Digest([2; 32]);
    const HERE: Digest = Digest([3; 32]);
    const ELSEWHERE: Digest = Digest([4; 32]);

    fn asked() -> Asked {
        Asked {
            at: at(0),
            code: RIGHT,
            browser: HERE,
            tries: 0,
            used: false,
        }
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_typed() {
        assert_eq!(Code::draw(42).expect("fair").digits(), "000042");
        assert_eq!(Code::draw(u32::MAX), None);
        for typed in ["123456", " 123 456 ", "123-456", "12 34 56"] {
            assert_eq!(Code::parse(typed).expect(typed).digits(), "123456");
        }
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(Code::parse(bad), Err(CodeError), "{bad}");
        }
        assert!(!format!("{:?}", Code::draw(123_456)).contains("123456"));
    }

    #[test]
    fn the_right_code_in_the_right_browser_in_time_signs_in() {
        assert_eq!(check(&asked(), at(600), &RIGHT, &HERE), Outcome::SignedIn);
    }

    #[test]
    fn a_code_dies_after_ten_minutes_five_tries_or_one_use() {
        assert_eq!(check(&asked(), at(601), &RIGHT, &HERE), Outcome::Dead);
        let tried = |tries| Asked { tries, ..asked() };
        assert_eq!(check(&tried(5), at(1), &RIGHT, &HERE), Outcome::Dead);
        assert_eq!(check(&tried(4), at(1), &RIGHT, &HERE), Outcome::SignedIn);
        let used = Asked {
            used: true,
            ..asked()
        };
        assert_eq!(check(&used, at(1), &RIGHT, &HERE), Outcome::Dead);
    }

    #[test]
    fn a_code_stolen_to_another_browser_is_worth_nothing() {
        assert_eq!(check(&asked(), at(1), &RIGHT, &ELSEWHERE), Outcome::Dead);
    }

    #[test]
    fn a_wrong_code_says_how_many_tries_are_left() {
        let left = |tries| check(&Asked { tries, ..asked() }, at(1), &WRONG, &HERE);
        assert_eq!(left(0), Outcome::Wrong { left: 4 });
        assert_eq!(left(3), Outcome::Wrong { left: 1 });
        assert_eq!(left(4), Outcome::Dead);
    }

    #[test]
    fn mails_are_counted_by_mailbox_and_by_network_address_over_an_hour() {
        let times = |count: usize| vec![at(0); count];
        let table = [
            // to the mailbox, of those from the address, from the address; what follows
            (4, 2, 19, Sending::Mail),
            (5, 0, 0, Sending::Nothing),
            (3, 3, 3, Sending::Nothing),
            (0, 0, 20, Sending::Ignored),
            (5, 3, 20, Sending::Ignored),
        ];
        for (to_mailbox, both, from_address, expected) in table {
            let lately = Lately {
                to_mailbox: times(to_mailbox),
                to_mailbox_from_address: times(both),
                from_address: times(from_address),
            };
            assert_eq!(sending(at(3599), &lately), expected, "{lately:?}");
            assert_eq!(sending(at(3600), &lately), Sending::Mail, "an hour later");
        }
    }

    #[test]
    fn one_network_address_cannot_use_up_a_mailbox() {
        let flooded = Lately {
            to_mailbox: vec![at(0); MAILS_PER_MAILBOX_AND_ADDRESS],
            ..Lately::default()
        };
        assert_eq!(
            sending(at(1), &flooded),
            Sending::Mail,
            "its owner asks from elsewhere"
        );
    }
}
