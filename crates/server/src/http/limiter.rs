//! How often one network address, or somebody in a call, may do something: a bucket of tokens each, refilled over a
//! minute.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

/// Addresses or people remembered at once. When more ask within a minute, those that have asked least are forgotten; a
/// flood from that many is not stopped by counting them.
const MAX_REMEMBERED: usize = 20_000;

/// A limit for each network address, or for each of something else.
#[derive(Debug)]
pub struct Limiter<K = IpAddr> {
    per_minute: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Limiter {
    /// Counts one request of this address; false when it has asked too often.
    pub fn allow(&self, address: IpAddr, now: Instant) -> bool {
        self.count(subscriber(address), now)
    }
}

impl<K: Eq + Hash> Limiter<K> {
    /// So many each minute, all at once if need be.
    pub fn per_minute(count: u32) -> Self {
        Self {
            per_minute: f64::from(count.max(1)),
            buckets: Mutex::default(),
        }
    }

    /// Counts one request of whoever this is; false when they have asked too often.
    pub fn count(&self, who: K, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(|poison| poison.into_inner());
        if buckets.len() >= MAX_REMEMBERED && !buckets.contains_key(&who) {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.per_minute - 1.0);
            if buckets.len() >= MAX_REMEMBERED {
                buckets.clear();
            }
        }
        let full = Bucket {
            tokens: self.per_minute,
            seen: now,
        };
        let bucket = buckets.entry(who).or_insert(full);
        let tokens = self.filled(*bucket, now);
        let allowed = tokens >= 1.0;
        *bucket = Bucket {
            tokens: if allowed { tokens - 1.0 } else { tokens },
            seen: now,
        };
        allowed
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> f64 {
        let waited = now.saturating_duration_since(bucket.seen).as_secs_f64();
        (bucket.tokens + waited * self.per_minute / 60.0).min(self.per_minute)
    }
}

/// What one subscriber has: an IPv4 address, or an IPv6 network of 64 bits.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_address_that_asks_too_often_waits_and_others_do_not() {
        let limiter = Limiter::per_minute(3);
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let now = Instant::now();
        assert!((0..3).all(|_| limiter.allow(one, now)));
        assert!(!limiter.allow(one, now));
        assert!(limiter.allow(other, now));
        assert!(limiter.allow(one, now + Duration::from_secs(21)));
        assert!(!limiter.allow(one, now + Duration::from_secs(22)));
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let limiter = Limiter::per_minute(1);
        let now = Instant::now();
        assert!(limiter.allow("2001:db8::1".parse().expect("an address"), now));
        assert!(!limiter.allow("2001:db8::2".parse().expect("an address"), now));
        assert!(limiter.allow("2001:db8:0:1::1".parse().expect("an address"), now));
    }
}
