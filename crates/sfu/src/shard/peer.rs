//! One peer on its shard: the transport below, what it publishes, what it watches, and when to look at it.

use std::time::{Duration, Instant};

use super::effect::Effect;
use super::forward::{Egress, Outlet};
use super::ingest::Ingest;
use super::schedule::{Schedule, Timer};
use super::tracks::Tracks;
use super::transmit::TransmitBatch;
use crate::address::TransportAddress;
use crate::id::{PeerId, Ssrc};
use crate::media::{PeerEnd, PeerEvent, PeerSeed, PeerStats};
use crate::peer::data::DataEvent;
use crate::peer::transport::{Incoming, Shared, Transport, TransportEvent};
use crate::rtp::header::Header;
use crate::rtp::rtcp::{self, Rtcp, Writer};

/// Gaps are looked at this often while there are any.
const GAPS_EVERY: Duration = Duration::from_millis(15);

/// Arrivals are told this often while packets arrive: what libwebrtc's estimator is tuned for.
const ARRIVALS_EVERY: Duration = Duration::from_millis(60);

/// The first report comes soon, so that clients learn the round trip and clocks early.
const FIRST_REPORT: Duration = Duration::from_millis(250);

/// Reports come this often.
const REPORTS_EVERY: Duration = Duration::from_secs(1);

/// Loudness is told at most this often.
const LEVELS_EVERY: Duration = Duration::from_millis(100);

/// Figures are told this often.
const STATS_EVERY: Duration = Duration::from_secs(2);

/// Assumed before anything is measured.
const ROUND_TRIP_GUESS: Duration = Duration::from_millis(80);

/// Report blocks in one message.
const MAX_BLOCKS: usize = 31;

/// A peer and its timers.
pub(crate) struct Peer {
    pub(crate) id: PeerId,
    pub(crate) transport: Transport,
    pub(crate) ingest: Ingest,
    pub(crate) egress: Egress,
    pub(crate) schedule: Schedule,
    /// The deadline the shard's heap knows.
    pub(crate) armed: Option<Instant>,
    /// It is on the shard's list for the next flush.
    pub(crate) dirty: bool,
    us: Ssrc,
    reports: Vec<Vec<u8>>,
    /// The client told something that may call for packets: repetitions, probes, other layers.
    told: bool,
    /// The next work on it panics.
    #[cfg(test)]
    pub(super) trap: bool,
}

impl Peer {
    pub(crate) fn new(now: Instant, seed: &PeerSeed, us: Ssrc) -> Self {
        let transport = Transport::new(now, seed);
        let mut schedule = Schedule::default();
        schedule.set(Timer::Transport, Some(transport.poll_timeout()));
        Self {
            id: seed.id,
            transport,
            ingest: Ingest::new(now),
            egress: Egress::new(now),
            schedule,
            armed: None,
            dirty: false,
            us,
            reports: Vec::new(),
            told: false,
            #[cfg(test)]
            trap: false,
        }
    }

    #[cfg(test)]
    pub(super) fn trip(&self) {
        assert!(!self.trap, "a test wants this peer to panic");
    }

    /// A flush would have something to do.
    pub(crate) fn has_output(&mut self) -> bool {
        self.told || !self.transport.outbox().is_empty() || !self.reports.is_empty()
    }

    /// Takes a datagram.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        source: TransportAddress,
        datagram: &mut [u8],
        shared: &Shared,
        events: &mut Vec<TransportEvent>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), PeerEnd> {
        #[cfg(test)]
        self.trip();
        match self.transport.receive(now, source, datagram, shared, events)? {
            Incoming::Rtp {
                header,
                sequence,
                length,
            } => self.receive_rtp(now, &header, sequence, &datagram[..length], effects),
            Incoming::Rtcp { length } => self.receive_rtcp(now, &datagram[..length], effects),
            Incoming::Done => self.note_transport(now, events, effects),
        }
        Ok(())
    }

    /// What the transport brought, told on; its deadline renewed. Address events are left to the shard.
    pub(crate) fn note_transport(
        &mut self,
        now: Instant,
        events: &mut Vec<TransportEvent>,
        effects: &mut Vec<Effect>,
    ) {
        self.schedule
            .set(Timer::Transport, Some(self.transport.poll_timeout()));
        events.retain_mut(|event| match event {
            TransportEvent::Connected => {
                self.schedule.ensure(Timer::Stats, now + STATS_EVERY);
                effects.push(Effect::Event(PeerEvent::Connected));
                false
            }
            TransportEvent::Data(DataEvent::Open(channel)) => {
                effects.push(Effect::Event(PeerEvent::ChannelOpen(*channel)));
                false
            }
            TransportEvent::Data(DataEvent::Message(channel, bytes)) => {
                effects.push(Effect::Event(PeerEvent::Data {
                    channel: *channel,
                    bytes: std::mem::take(bytes),
                }));
                false
            }
            TransportEvent::Address(_) | TransportEvent::Forget(_) => true,
        });
    }

    fn receive_rtp(
        &mut self,
        now: Instant,
        header: &Header,
        sequence: u64,
        packet: &[u8],
        effects: &mut Vec<Effect>,
    ) {
        self.ingest.receive(now, header, sequence, packet, effects);
        if self.ingest.has_feedback() {
            self.schedule.ensure(Timer::Arrivals, now + ARRIVALS_EVERY);
        }
        if self.ingest.has_gaps() {
            self.schedule.ensure(Timer::Gaps, now + GAPS_EVERY);
        }
        if self.ingest.has_levels(now) {
            self.schedule.ensure(Timer::Levels, now + LEVELS_EVERY);
        }
        self.schedule.ensure(Timer::Reports, now + FIRST_REPORT);
    }

    fn receive_rtcp(&mut self, now: Instant, compound: &[u8], effects: &mut Vec<Effect>) {
        let Ok(packets) = rtcp::parse(compound) else {
            return;
        };
        self.told = true;
        for packet in packets {
            match packet {
                Rtcp::SenderReport { ssrc, info, blocks } => {
                    self.ingest.note_sender_report(now, ssrc, &info, effects);
                    blocks.iter().for_each(|block| self.egress.on_report(now, block));
                }
                Rtcp::ReceiverReport { blocks, .. } => {
                    blocks.iter().for_each(|block| self.egress.on_report(now, block));
                }
                Rtcp::Nack { media, lost, .. } => {
                    self.egress.on_nack(media, &lost);
                }
                Rtcp::Pli { media, .. } | Rtcp::Fir { media, .. } => {
                    self.egress.on_picture_lost(media, effects);
                }
                Rtcp::TransportFeedback(feedback) => self.egress.on_transport_feedback(now, &feedback),
                Rtcp::Remb { bitrate, .. } => self.egress.on_receiver_estimate(bitrate),
                Rtcp::SourceDescription(_) | Rtcp::Bye(_) | Rtcp::Other { .. } => {}
            }
        }
    }

    /// A key frame is wanted from this publisher: asked for at the next flush, or when the throttle allows.
    pub(crate) fn want_key_frame(&mut self, now: Instant, track: crate::id::TrackId, layer: u8) {
        self.ingest.want_key_frame(track, layer);
        self.write_key_frame_requests(now);
    }

    fn write_key_frame_requests(&mut self, now: Instant) {
        let mut out = Vec::new();
        self.ingest.write_key_frame_requests(now, self.us, &mut out);
        self.post(out);
        self.schedule.set(Timer::KeyFrames, self.ingest.key_frame_at(now));
    }

    fn post(&mut self, report: Vec<u8>) {
        if !report.is_empty() {
            self.reports.push(report);
        }
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        tracks: &Tracks,
        events: &mut Vec<TransportEvent>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), PeerEnd> {
        #[cfg(test)]
        self.trip();
        if self.schedule.take(Timer::Transport, now) {
            self.transport.handle_timeout(now, events)?;
            self.note_transport(now, events, effects);
        }
        if self.schedule.take(Timer::Gaps, now) {
            let round_trip = self.egress.round_trip.unwrap_or(ROUND_TRIP_GUESS);
            let mut out = Vec::new();
            self.ingest.write_nacks(now, self.us, round_trip, &mut out);
            self.post(out);
            if self.ingest.has_gaps() {
                self.schedule.ensure(Timer::Gaps, now + GAPS_EVERY);
            }
        }
        if self.schedule.take(Timer::Arrivals, now) {
            let mut out = Vec::new();
            self.ingest.write_feedback(self.us, &mut out);
            self.post(out);
        }
        if self.schedule.take(Timer::KeyFrames, now) {
            self.write_key_frame_requests(now);
        }
        if self.schedule.take(Timer::Levels, now) {
            let levels = self.ingest.take_levels(now);
            if !levels.is_empty() {
                effects.push(Effect::Event(PeerEvent::Levels(levels)));
            }
            if self.ingest.has_levels(now) {
                self.schedule.ensure(Timer::Levels, now + LEVELS_EVERY);
            }
        }
        if self.schedule.take(Timer::Reports, now) {
            self.write_reports(now, tracks);
        }
        if self.schedule.take(Timer::Bandwidth, now) {
            self.egress.handle_timeout(now, tracks, effects);
        }
        if self.schedule.take(Timer::Stats, now) {
            self.schedule.ensure(Timer::Stats, now + STATS_EVERY);
            effects.push(Effect::Event(PeerEvent::Stats(self.stats())));
        }
        Ok(())
    }

    fn write_reports(&mut self, now: Instant, tracks: &Tracks) {
        let mut blocks = Vec::new();
        self.ingest.reports(now, &mut blocks);
        let mut out = Vec::new();
        for blocks in blocks.chunks(MAX_BLOCKS) {
            Writer::new(&mut out).receiver_report(self.us, blocks);
        }
        let reports = &mut self.reports;
        self.egress
            .write_reports(now, tracks, &mut out, |full| reports.push(std::mem::take(full)));
        self.post(out);
        if !blocks.is_empty() || self.egress.has_reports() {
            self.schedule.ensure(Timer::Reports, now + REPORTS_EVERY);
        }
    }

    fn stats(&mut self) -> PeerStats {
        let (expected, lost) = self.ingest.take_loss();
        let (loss_down, estimate, constrained) = self.egress.take_stats();
        PeerStats {
            loss_up: if expected == 0 {
                0.0
            } else {
                lost as f32 / expected as f32
            },
            loss_down,
            round_trip: self.egress.round_trip,
            estimate,
            expected_up: expected.min(u64::from(u32::MAX)) as u32,
            constrained,
        }
    }

    /// Writes everything that waits.
    pub(crate) fn flush(
        &mut self,
        now: Instant,
        tracks: &Tracks,
        batch: &mut TransmitBatch,
        effects: &mut Vec<Effect>,
    ) {
        self.told = false;
        for (destination, datagram) in self.transport.outbox().drain(..) {
            batch.push(destination, &datagram);
        }
        #[cfg(test)]
        self.trip();
        if let Some((destination, outbound)) = self.transport.sender() {
            for report in self.reports.drain(..) {
                let start = batch.begin();
                batch.buffer().extend_from_slice(&report);
                if outbound.seal_rtcp(batch.buffer(), start) {
                    batch.commit(destination, start);
                } else {
                    batch.cancel(start);
                }
            }
            let mut outlet = Outlet {
                destination,
                outbound,
                tracks,
                batch,
                effects,
            };
            self.egress.flush(now, &mut outlet);
            if self.egress.has_reports() {
                self.schedule.ensure(Timer::Reports, now + FIRST_REPORT);
            }
        }
        // Before the handshake is done nothing can be sent, so nothing about bandwidth is due either.
        let able = self.transport.sender().is_some();
        let bandwidth = if able { self.egress.poll_timeout() } else { None };
        self.schedule.set(Timer::Bandwidth, bandwidth);
    }
}
