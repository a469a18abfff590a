//! When a job that failed runs again: later each time, and never all at once.

use jiff::SignedDuration;

/// How patient a kind of job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause after the first failure; it doubles with each.
    pub first: SignedDuration,
    /// It never grows beyond this.
    pub longest: SignedDuration,
    /// After so many attempts the job is dead.
    pub attempts: u32,
}

impl Patience {
    /// About a day and a half of a service that is away: 2 s, 4 s, … 34 min, then every hour.
    pub const USUAL: Self = Self {
        first: SignedDuration::from_secs(2),
        longest: SignedDuration::from_hours(1),
        attempts: 48,
    };

    /// The pause after attempt number `attempt` (from 1) failed; `None` when it was the last.
    ///
    /// Half of it is certain and half is chance (`chance` is any number), so that what failed together does not come
    /// back together.
    pub fn pause(self, attempt: u32, chance: u32) -> Option<SignedDuration> {
        if attempt >= self.attempts {
            return None;
        }
        let first = self.first.as_millis().max(1);
        let doubled = first
            .checked_shl(attempt.saturating_sub(1).min(64))
            .unwrap_or(i128::MAX);
        let whole = doubled.clamp(1, self.longest.as_millis().max(1));
        let by_chance = (whole / 2) * i128::from(chance) / i128::from(u32::MAX);
        let pause = whole - whole / 2 + by_chance;
        Some(SignedDuration::from_millis(
            i64::try_from(pause).unwrap_or(i64::MAX),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_then_end() {
        let least = |attempt| Patience::USUAL.pause(attempt, 0).map(|pause| pause.as_secs());
        assert_eq!(least(1), Some(1));
        assert_eq!(least(2), Some(2));
        assert_eq!(least(3), Some(4));
        assert_eq!(least(20), Some(1800));
        assert_eq!(least(47), Some(1800));
        assert_eq!(least(48), None);
    }

    #[test]
    fn chance_moves_a_pause_by_up_to_its_half() {
        let pause = |chance| {
            let pause = Patience::USUAL.pause(3, chance);
            pause.expect("not the last").as_millis()
        };
        assert_eq!(pause(0), 4000);
        assert_eq!(pause(u32::MAX / 2), 5999);
        assert_eq!(pause(u32::MAX), 8000);
    }

    #[test]
    fn no_numbers_break_it() {
        let endless = Patience {
            first: SignedDuration::MAX,
            longest: SignedDuration::MAX,
            attempts: u32::MAX,
        };
        assert!(endless.pause(u32::MAX - 1, u32::MAX).is_some());
        let none = Patience {
            first: SignedDuration::ZERO,
            longest: SignedDuration::ZERO,
            attempts: 2,
        };
        assert!(none.pause(1, 0).is_some());
    }
}
