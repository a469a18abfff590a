//! Delays in buckets about six per cent wide: a few hundred counters that can be added up and asked for a quantile.

/// Each power of two is cut into this many buckets.
const STEPS: usize = 16;
/// Enough for more than an hour in microseconds.
const BUCKETS: usize = STEPS * 30;

/// Counts of durations in microseconds.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
    highest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            counts: vec![0; BUCKETS],
            total: 0,
            highest: 0,
        }
    }
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, microseconds: u64) {
        self.counts[bucket(microseconds)] += 1;
        self.total += 1;
        self.highest = self.highest.max(microseconds);
    }

    /// Adds everything another histogram has counted.
    pub fn add(&mut self, other: &Histogram) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.highest = self.highest.max(other.highest);
    }

    /// How many durations were counted.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The longest duration, in microseconds.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// The duration below which the given share (0 to 1) of all lies, in microseconds; 0 when nothing was counted.
    pub fn quantile(&self, share: f64) -> u64 {
        let wanted = ((self.total as f64) * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted {
                return ceiling(index).min(self.highest);
            }
        }
        0
    }
}

fn bucket(value: u64) -> usize {
    if value < STEPS as u64 {
        return value as usize;
    }
    let power = value.ilog2() as usize;
    let step = (value >> (power - 4)) as usize & (STEPS - 1);
    ((power - 3) * STEPS + step).min(BUCKETS - 1)
}

/// The highest value that falls into a bucket.
fn ceiling(index: usize) -> u64 {
    if index < STEPS {
        return index as u64;
    }
    let (power, step) = (index / STEPS + 3, index % STEPS);
    (((STEPS + step + 1) as u64) << (power - 4)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_under_the_ceiling_of_its_bucket_and_not_far() {
        for value in (0..200_000u64).chain([1 << 30, (1 << 33) - 1]) {
            let top = ceiling(bucket(value));
            assert!(
                top >= value && top - value <= value / 16 + 1,
                "{value} in a bucket up to {top}"
            );
        }
    }

    #[test]
    fn quantiles_of_a_ramp() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|value| histogram.record(value));
        assert!(
            (480..=535).contains(&histogram.quantile(0.5)),
            "{}",
            histogram.quantile(0.5)
        );
        assert!((985..=1000).contains(&histogram.quantile(0.99)));
        assert_eq!(histogram.quantile(1.0), 1000);
        assert_eq!(histogram.highest(), 1000);
    }

    #[test]
    fn an_empty_histogram_answers_zero() {
        assert_eq!(Histogram::default().quantile(0.99), 0);
    }

    #[test]
    fn adding_is_counting_together() {
        let (mut one, mut two) = (Histogram::default(), Histogram::default());
        one.record(10);
        two.record(5000);
        one.add(&two);
        assert_eq!((one.count(), one.highest()), (2, 5000));
    }
}
