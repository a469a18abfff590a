//! How fast bytes pass, over a sliding half second.

/// Width of a bucket.
const BUCKET_US: i64 = 10_000;

/// Buckets in the window: half a second sees about fifteen pictures, so that one picture more or less changes
/// the rate by a few percent only.
const BUCKETS: usize = 50;

/// A rate over less than this is a guess.
const SHORTEST_US: i64 = 150_000;

/// Bytes by the time they passed, on any one clock.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    buckets: [u32; BUCKETS],
    sum: u64,
    /// Number of the newest bucket since the clock's zero.
    newest: i64,
    /// When counting began.
    since: Option<i64>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            buckets: [0; BUCKETS],
            sum: 0,
            newest: 0,
            since: None,
        }
    }

    /// Counts bytes that passed at `at_us`; what is older than the window is too late to count.
    pub(super) fn add(&mut self, at_us: i64, bytes: u32) {
        if at_us.div_euclid(BUCKET_US) - self.newest >= BUCKETS as i64 {
            // After a silence as long as the window, counting begins anew.
            self.since = Some(at_us);
        }
        self.since.get_or_insert(at_us);
        self.advance(at_us);
        let bucket = at_us.div_euclid(BUCKET_US);
        if bucket > self.newest - BUCKETS as i64 {
            self.buckets[bucket.rem_euclid(BUCKETS as i64) as usize] += bytes;
            self.sum += u64::from(bytes);
        }
    }

    /// Bits per second up to `at_us`; `None` as long as too little time was seen.
    pub(super) fn rate(&mut self, at_us: i64) -> Option<f64> {
        self.advance(at_us);
        let seen = at_us - self.since?;
        let window = seen.min(BUCKET_US * BUCKETS as i64);
        (window >= SHORTEST_US).then(|| self.sum as f64 * 8e6 / window as f64)
    }

    fn advance(&mut self, at_us: i64) {
        let bucket = at_us.div_euclid(BUCKET_US);
        let steps = bucket - self.newest;
        if steps <= 0 {
            return;
        }
        if steps >= BUCKETS as i64 {
            self.buckets = [0; BUCKETS];
            self.sum = 0;
        } else {
            for number in self.newest + 1..=bucket {
                let bytes = std::mem::take(&mut self.buckets[number.rem_euclid(BUCKETS as i64) as usize]);
                self.sum -= u64::from(bytes);
            }
        }
        self.newest = bucket;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_measured_within_a_few_percent() {
        let mut meter = Meter::new();
        for packet in 0..300 {
            meter.add(packet * 9_600, 1_200);
        }
        let rate = meter.rate(299 * 9_600).expect("seen long enough");
        assert!((950_000.0..1_050_000.0).contains(&rate), "{rate}");
    }

    #[test]
    fn a_rate_is_not_guessed_from_the_first_packets() {
        let mut meter = Meter::new();
        meter.add(0, 1_200);
        meter.add(100_000, 1_200);
        assert_eq!(meter.rate(100_000), None);
    }

    #[test]
    fn silence_counts_as_silence() {
        let mut meter = Meter::new();
        (0..100).for_each(|packet| meter.add(packet * 10_000, 1_000));
        assert_eq!(meter.rate(2_000_000), Some(0.0));
    }

    #[test]
    fn a_silence_does_not_water_down_what_follows_it() {
        let mut meter = Meter::new();
        meter.add(0, 1_200);
        (0..=20).for_each(|packet| meter.add(10_000_000 + packet * 9_600, 1_200));
        let rate = meter.rate(10_192_000).expect("seen long enough");
        assert!((900_000.0..1_100_000.0).contains(&rate), "{rate}");
    }

    #[test]
    fn what_comes_too_late_is_not_counted() {
        let mut meter = Meter::new();
        meter.add(1_000_000, 1_000);
        meter.add(1_200_000, 1_000);
        meter.add(100_000, 50_000);
        let rate = meter.rate(1_200_000).expect("seen long enough");
        assert!(rate < 100_000.0, "{rate}");
    }
}
