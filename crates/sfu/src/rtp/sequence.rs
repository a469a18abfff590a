//! Sequence numbers that never wrap: 16 bits on the wire, 64 inside.

/// Follows a 16-bit counter and gives each value its place on a line that only grows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extender {
    highest: Option<u64>,
}

impl Extender {
    /// The extended number nearest to the highest one seen so far. The first value lies one wrap above zero,
    /// so that earlier packets that come late still have a number.
    pub fn extend(&mut self, value: u16) -> u64 {
        let extended = self.peek(value);
        if self.highest.is_none_or(|highest| extended > highest) {
            self.highest = Some(extended);
        }
        extended
    }

    /// Like [`Extender::extend`] without remembering.
    pub fn peek(&self, value: u16) -> u64 {
        let Some(highest) = self.highest else {
            return 0x1_0000 + u64::from(value);
        };
        let distance = value.wrapping_sub(highest as u16) as i16;
        highest.saturating_add_signed(i64::from(distance))
    }

    /// The highest number seen.
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }
}

/// Numbers packets again so that those taken out leave no gap: silence and padding vanish without a viewer
/// taking them for lost.
#[derive(Clone, Debug, Default)]
pub struct Compactor {
    /// From this input number on, this many were taken out (and so many before it); oldest first.
    steps: std::collections::VecDeque<Step>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    from: u64,
    removed: u64,
    before: u64,
}

/// Steps kept for late packets: at 50 packets a second of alternating silence this is several seconds.
const COMPACTOR_STEPS: usize = 128;

impl Compactor {
    /// Where `sequence` lands.
    pub fn place(&self, sequence: u64) -> u64 {
        let step = self.steps.iter().rev().find(|step| sequence >= step.from);
        let removed = match (step, self.steps.front()) {
            (Some(step), _) => step.removed,
            (None, Some(oldest)) => oldest.before,
            (None, None) => 0,
        };
        sequence.saturating_sub(removed)
    }

    /// Takes `sequence` out: everything above it moves down by one. Only the newest packet may be taken out.
    pub fn remove(&mut self, sequence: u64) {
        let before = self.steps.back().map_or(0, |step| step.removed);
        match self.steps.back_mut() {
            // A run of removals is one step.
            Some(last) if last.from == sequence => {
                last.from = sequence + 1;
                last.removed += 1;
            }
            _ => self.steps.push_back(Step {
                from: sequence + 1,
                removed: before + 1,
                before,
            }),
        }
        while self.steps.len() > COMPACTOR_STEPS {
            self.steps.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_over_wraps_and_late_ones_fall_in_place() {
        let mut extender = Extender::default();
        let first = extender.extend(65_534);
        assert_eq!(extender.extend(65_535), first + 1);
        assert_eq!(extender.extend(1), first + 3);
        assert_eq!(extender.extend(0), first + 2);
        assert_eq!(extender.highest(), Some(first + 3));
    }

    #[test]
    fn removed_packets_leave_no_gap_and_late_ones_keep_their_place() {
        let mut compactor = Compactor::default();
        assert_eq!(compactor.place(100), 100);
        compactor.remove(102);
        compactor.remove(103);
        assert_eq!(compactor.place(104), 102);
        assert_eq!(compactor.place(101), 101);
        compactor.remove(106);
        assert_eq!(compactor.place(105), 103);
        assert_eq!(compactor.place(107), 104);
    }
}
