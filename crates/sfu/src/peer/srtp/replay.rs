//! Which packet indices were taken already (RFC 3711 §3.3.2), and which index a 16-bit number stands for.

/// Indices remembered behind the highest: retransmissions come on their own source, so this only has to
/// cover reordering, of 20 ms at 6 000 packets a second.
const SIZE: u64 = 128;

/// The last [`SIZE`] indices of one source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    highest: Option<u64>,
    seen: u128,
}

impl Window {
    /// The index a sequence number stands for: the one nearest to the highest seen; at the beginning the
    /// rollover counter is zero.
    pub(super) fn guess(&self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else {
            return u64::from(sequence);
        };
        let distance = i64::from(sequence.wrapping_sub(highest as u16) as i16);
        let index = highest.saturating_add_signed(distance);
        if index as u16 == sequence {
            index
        } else {
            // Before the very first one: there is no lower rollover.
            u64::from(sequence)
        }
    }

    /// Not taken yet, as far as the window reaches; what lies behind it counts as taken.
    pub(super) fn is_new(&self, index: u64) -> bool {
        let Some(highest) = self.highest else {
            return true;
        };
        if index > highest {
            return true;
        }
        let behind = highest - index;
        behind < SIZE && self.seen >> behind & 1 == 0
    }

    /// Remembers an index as taken.
    pub(super) fn note(&mut self, index: u64) {
        match self.highest {
            Some(highest) if index <= highest => {
                let behind = highest - index;
                if behind < SIZE {
                    self.seen |= 1 << behind;
                }
            }
            previous => {
                let ahead = previous.map_or(SIZE, |highest| index - highest);
                self.seen = if ahead < SIZE { self.seen << ahead | 1 } else { 1 };
                self.highest = Some(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_is_known_and_reordering_is_not_a_replay() {
        let mut window = Window::default();
        for index in [10, 12, 11, 200] {
            assert!(window.is_new(index));
            window.note(index);
            assert!(!window.is_new(index));
        }
        assert!(window.is_new(199));
        assert!(!window.is_new(11), "behind the window");
    }

    #[test]
    fn the_rollover_is_guessed_in_both_directions() {
        let mut window = Window::default();
        window.note(65_535);
        assert_eq!(window.guess(2), 65_538);
        window.note(65_538);
        assert_eq!(window.guess(65_534), 65_534);
    }
}
