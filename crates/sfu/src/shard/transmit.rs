//! Datagrams ready to be sent, laid out so that the kernel can cut a run of equal ones itself (UDP GSO).

use crate::address::TransportAddress;

/// Segments the kernel takes in one send (`UDP_MAX_SEGMENTS`).
pub const MAX_SEGMENTS: usize = 64;

/// Bytes one send may carry: an IP packet's length has 16 bits, headers included.
pub const MAX_RUN_BYTES: usize = 64_000;

/// Datagrams of equal length to one destination; the last may be shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where they go.
    pub destination: TransportAddress,
    /// Where their bytes begin in [`TransmitBatch::bytes`].
    pub start: usize,
    /// Where their bytes end.
    pub end: usize,
    /// Length of every datagram but perhaps the last.
    pub segment_size: usize,
    /// How many datagrams.
    pub count: usize,
}

/// What one flush of a shard sends, in order.
#[derive(Debug, Default)]
pub struct TransmitBatch {
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

impl TransmitBatch {
    /// An empty batch; keep it and [`TransmitBatch::clear`] it, so that nothing is allocated again.
    pub fn new() -> Self {
        Self::default()
    }

    /// The runs, in the order to send.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The bytes of a run.
    pub fn bytes(&self, run: &Run) -> &[u8] {
        &self.bytes[run.start..run.end]
    }

    /// Every datagram alone, for sockets without GSO and for simulations.
    pub fn datagrams(&self) -> impl Iterator<Item = (TransportAddress, &[u8])> {
        self.runs.iter().flat_map(|run| {
            self.bytes(run)
                .chunks(run.segment_size.max(1))
                .map(|datagram| (run.destination, datagram))
        })
    }

    /// Nothing is to be sent.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Forgets what was sent and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.runs.clear();
    }

    /// Appends a finished datagram.
    pub(crate) fn push(&mut self, destination: TransportAddress, datagram: &[u8]) {
        let start = self.begin();
        self.bytes.extend_from_slice(datagram);
        self.commit(destination, start);
    }

    /// Where the next datagram begins in [`TransmitBatch::buffer`].
    pub(crate) fn begin(&self) -> usize {
        self.bytes.len()
    }

    /// The buffer to write the next datagram to, at its end.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Takes back what was written since `start`.
    pub(crate) fn cancel(&mut self, start: usize) {
        self.bytes.truncate(start);
    }

    /// What was written since `start` is a datagram to `destination`.
    pub(crate) fn commit(&mut self, destination: TransportAddress, start: usize) {
        let end = self.bytes.len();
        let length = end - start;
        if let Some(run) = self.runs.last_mut() {
            // Bytes that a panic left between are nobody's.
            let full = run.end == start && run.end - run.start == run.segment_size * run.count;
            let fits = full
                && run.destination == destination
                && length <= run.segment_size
                && length > 0
                && run.count < MAX_SEGMENTS
                && end - run.start <= MAX_RUN_BYTES;
            if fits {
                run.end = end;
                run.count += 1;
                return;
            }
        }
        self.runs.push(Run {
            destination,
            start,
            end,
            segment_size: length,
            count: 1,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn address(port: u16) -> TransportAddress {
        TransportAddress::udp(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    #[test]
    fn equal_datagrams_to_one_destination_are_one_run_and_a_shorter_one_ends_it() {
        let mut batch = TransmitBatch::new();
        for length in [10, 10, 8, 8, 9] {
            batch.push(address(1), &vec![1; length]);
        }
        batch.push(address(2), &[1; 9]);
        let shape: Vec<_> = batch
            .runs()
            .iter()
            .map(|run| (run.segment_size, run.count))
            .collect();
        assert_eq!(shape, [(10, 3), (8, 1), (9, 1), (9, 1)]);
        let lengths: Vec<_> = batch.datagrams().map(|(_, bytes)| bytes.len()).collect();
        assert_eq!(lengths, [10, 10, 8, 8, 9, 9]);
    }

    #[test]
    fn a_datagram_left_half_written_is_never_sent() {
        let mut batch = TransmitBatch::new();
        batch.push(address(1), &[1; 10]);
        batch.buffer().extend_from_slice(&[2; 3]);
        batch.push(address(1), &[3; 10]);
        let sent: Vec<_> = batch.datagrams().map(|(_, bytes)| bytes.to_vec()).collect();
        assert_eq!(sent, [[1; 10], [3; 10]]);
    }

    #[test]
    fn a_run_never_exceeds_what_the_kernel_takes() {
        let mut batch = TransmitBatch::new();
        for _ in 0..200 {
            batch.push(address(1), &[0; 1200]);
        }
        assert!(
            batch
                .runs()
                .iter()
                .all(|run| run.count <= MAX_SEGMENTS && run.end - run.start <= MAX_RUN_BYTES)
        );
        assert_eq!(batch.datagrams().count(), 200);
    }
}
