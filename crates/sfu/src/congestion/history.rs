//! What was sent and what became of it.

use std::collections::VecDeque;

/// Packets remembered: two seconds of 4 000 packets each, more than any feedback comes late. At twelve bytes
/// each the history of a busy viewer takes 96 kB, of a quiet one what it sends in [`FORGET_AFTER_US`].
const CAPACITY: usize = 8192;

/// Packets are forgotten after this, whatever became of them: feedback that late tells of another network.
const FORGET_AFTER_US: u32 = 4_000_000;

/// A gap in the numbers larger than this begins a new history; smaller ones are numbers drawn but not sent.
const LARGEST_GAP: u64 = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Not sent, or not counted.
    Unsent,
    InFlight,
    Lost,
    Received,
}

#[derive(Clone, Copy)]
struct Packet {
    /// Microseconds on the estimator's clock, wrapping every 71 minutes: only differences count.
    sent_us: u32,
    bytes: u16,
    fate: Fate,
}

/// A packet that turned out to have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Received {
    pub(super) sent_us: i64,
    pub(super) bytes: u32,
    /// It had been reported lost before.
    pub(super) was_lost: bool,
}

/// Sent packets by their transport-wide sequence number.
pub(super) struct History {
    /// Number of the front packet.
    first: u64,
    packets: VecDeque<Packet>,
    /// The clock when the last packet was sent, unwrapped.
    last_sent_us: i64,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            first: 0,
            packets: VecDeque::new(),
            last_sent_us: 0,
        }
    }

    /// Remembers a packet. Numbers ascend; a number that does not is ignored.
    pub(super) fn on_sent(&mut self, sequence: u64, sent_us: i64, bytes: usize) {
        let next = self.first + self.packets.len() as u64;
        if self.packets.is_empty() || sequence > next + LARGEST_GAP {
            self.packets.clear();
            self.first = sequence;
        } else if sequence < next {
            return;
        } else {
            let unsent = Packet {
                sent_us: sent_us as u32,
                bytes: 0,
                fate: Fate::Unsent,
            };
            self.packets.extend((next..sequence).map(|_| unsent));
        }
        let bytes = u16::try_from(bytes).unwrap_or(u16::MAX);
        self.packets.push_back(Packet {
            sent_us: sent_us as u32,
            bytes,
            fate: Fate::InFlight,
        });
        self.last_sent_us = sent_us;
        while self.packets.len() > CAPACITY
            || self
                .packets
                .front()
                .is_some_and(|p| (sent_us as u32).wrapping_sub(p.sent_us) > FORGET_AFTER_US)
        {
            self.packets.pop_front();
            self.first += 1;
        }
    }

    /// The full number of a packet remembered, from its last 16 bits.
    pub(super) fn extend(&self, sequence: u16) -> Option<u64> {
        let last = self.first + (self.packets.len() as u64).checked_sub(1)?;
        let back = (last as u16).wrapping_sub(sequence);
        let extended = last.checked_sub(u64::from(back))?;
        (extended >= self.first).then_some(extended)
    }

    /// A packet arrived; `None` when it is not remembered or known to have arrived.
    pub(super) fn receive(&mut self, sequence: u64) -> Option<Received> {
        let last_sent_us = self.last_sent_us;
        let packet = self.packet(sequence)?;
        let was_lost = packet.fate == Fate::Lost;
        if !was_lost && packet.fate != Fate::InFlight {
            return None;
        }
        packet.fate = Fate::Received;
        let ago = (last_sent_us as u32).wrapping_sub(packet.sent_us);
        Some(Received {
            sent_us: last_sent_us - i64::from(ago),
            bytes: u32::from(packet.bytes),
            was_lost,
        })
    }

    /// A packet was reported missing; whether that is news.
    pub(super) fn lose(&mut self, sequence: u64) -> bool {
        match self.packet(sequence) {
            Some(packet) if packet.fate == Fate::InFlight => {
                packet.fate = Fate::Lost;
                true
            }
            _ => false,
        }
    }

    fn packet(&mut self, sequence: u64) -> Option<&mut Packet> {
        let index = usize::try_from(sequence.checked_sub(self.first)?).ok()?;
        self.packets.get_mut(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(sequences: impl IntoIterator<Item = u64>) -> History {
        let mut history = History::new();
        sequences
            .into_iter()
            .for_each(|sequence| history.on_sent(sequence, sequence as i64 * 1_000, 100));
        history
    }

    #[test]
    fn a_packet_arrives_once() {
        let mut history = history(0..10);
        assert_eq!(
            history.receive(3),
            Some(Received {
                sent_us: 3_000,
                bytes: 100,
                was_lost: false
            })
        );
        assert_eq!(history.receive(3), None);
        assert!(!history.lose(3), "and cannot be lost after that");
    }

    #[test]
    fn a_packet_reported_lost_may_still_arrive() {
        let mut history = history(0..10);
        assert!(history.lose(4));
        assert!(!history.lose(4), "it is lost once");
        assert_eq!(history.receive(4).map(|received| received.was_lost), Some(true));
    }

    #[test]
    fn numbers_are_found_across_the_wrap() {
        let history = history(65_000..66_000);
        assert_eq!(history.extend(65_100), Some(65_100));
        assert_eq!(history.extend(100), Some(65_636));
        assert_eq!(history.extend(64_000), None, "before what is remembered");
        assert_eq!(history.extend(500), None, "not sent yet");
    }

    #[test]
    fn numbers_never_sent_are_never_received() {
        let mut history = history([0, 1, 5]);
        assert_eq!((history.receive(3), history.lose(3)), (None, false));
        assert!(history.receive(5).is_some());
        assert_eq!(history.receive(6), None);
    }

    #[test]
    fn the_past_is_bounded_in_number_and_time() {
        let mut history = history(0..100_000);
        assert!(history.packets.len() <= CAPACITY);
        history.on_sent(100_000, 1_000_000_000, 100);
        assert_eq!(
            history.packets.len(),
            1,
            "after a long silence only the new packet is known"
        );
        assert!(history.receive(100_000).is_some());
    }

    #[test]
    fn a_jump_in_the_numbers_begins_anew() {
        let mut history = history((0..10).chain([1_000_000]));
        assert_eq!(history.receive(5), None);
        assert!(history.receive(1_000_000).is_some());
    }
}
