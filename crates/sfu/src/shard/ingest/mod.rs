//! The publishing side of one peer: from decrypted packets to packets of tracks, with all a publisher is told
//! about them.

mod key_frames;
mod reception;
mod section;
mod sources;
mod stream;
mod telling;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use crate::id::{Mid, Ssrc, TrackId};
use crate::media::{ExtensionIds, MediaKind, PeerEvent, Session};
use crate::rtp::extensions::Extensions;
use crate::rtp::header::Header;
use crate::rtp::rtcp::{SenderInfo, TransportFeedbackBuilder, compact_ntp};
use crate::shard::effect::Effect;
use crate::shard::relay::ClockReport;
use crate::shard::tracks::TrackSlot;
use crate::speakers::Microphone;
use section::Section;
use sources::Route;
use stream::{Arrived, Stream};

/// Numbers of ours lie one lap above the wire's, so that there is room below the first.
const LAP: u64 = 0x1_0000;

/// What one client sends.
pub(crate) struct Ingest {
    extensions: ExtensionIds,
    sections: Vec<Section>,
    streams: Vec<Stream>,
    routes: Vec<Route>,
    feedback: TransportFeedbackBuilder,
    next_epoch: u32,
    lost: Vec<u16>,
}

impl Ingest {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            extensions: ExtensionIds::default(),
            sections: Vec::new(),
            streams: Vec::new(),
            routes: Vec::new(),
            feedback: TransportFeedbackBuilder::new(now),
            next_epoch: 1,
            lost: Vec::new(),
        }
    }

    /// Replaces what was agreed; `slot` gives each published track its place in the shard. Returns the tracks
    /// that are no longer carried.
    pub(crate) fn configure(
        &mut self,
        session: Session,
        mut slot: impl FnMut(TrackId) -> TrackSlot,
    ) -> Vec<TrackId> {
        self.extensions = session.extensions;
        let mut old = std::mem::take(&mut self.sections);
        let before: Vec<TrackId> = old.iter().filter_map(|section| Some(section.track?.0)).collect();
        let mids: Vec<Mid> = old.iter().map(|section| section.mid.clone()).collect();
        for description in session.receive {
            let known = old.iter().position(|section| section.mid == description.mid);
            let known = known.map(|at| old.swap_remove(at));
            self.sections.push(Section::new(description, known, &mut slot));
        }
        // Streams follow their section to its new place; those of a section that is gone, or that carries
        // another track now, are forgotten and learnt again.
        let mut kept = vec![None; self.streams.len()];
        let mut streams = Vec::with_capacity(self.streams.len());
        for (at, mut stream) in std::mem::take(&mut self.streams).into_iter().enumerate() {
            let mid = &mids[stream.section];
            let Some(section) = self.sections.iter().position(|section| section.mid == *mid) else {
                continue;
            };
            if !self.sections[section].keeps_streams {
                continue;
            }
            stream.section = section;
            kept[at] = Some(streams.len());
            streams.push(stream);
        }
        self.streams = streams;
        self.routes.retain_mut(|route| match kept[route.stream] {
            Some(stream) => {
                route.stream = stream;
                true
            }
            None => false,
        });
        let now_carried = |track: &TrackId| {
            let mut sections = self.sections.iter();
            sections.any(|section| section.track.is_some_and(|(known, _)| known == *track))
        };
        before.into_iter().filter(|track| !now_carried(track)).collect()
    }

    /// The tracks this peer publishes.
    pub(crate) fn tracks(&self) -> impl Iterator<Item = (TrackId, TrackSlot)> {
        self.sections.iter().filter_map(|section| section.track)
    }

    /// The publisher (un)muted; true when that is news.
    pub(crate) fn mute(&mut self, track: TrackId, muted: bool) -> bool {
        let mut sections = self.sections.iter_mut();
        let Some(section) = sections.find(|section| section.track.is_some_and(|(known, _)| known == track))
        else {
            return false;
        };
        let news = section.muted != muted;
        section.muted = muted;
        news
    }

    /// Takes a decrypted packet.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        header: &Header,
        index: u64,
        packet: &[u8],
        effects: &mut Vec<Effect>,
    ) {
        let extensions = Extensions::parse(header, packet, &self.extensions);
        if let Some(sequence) = extensions.transport_sequence {
            self.feedback.on_packet(now, header.ssrc, sequence);
        }
        let Some(payload) = header.payload(packet) else {
            return;
        };
        let sequence = index + LAP;
        let known = self
            .routes
            .iter()
            .find(|route| route.ssrc == header.ssrc)
            .copied();
        let Some(route) = known.or_else(|| self.learn(now, header, &extensions, sequence)) else {
            return;
        };
        let stream = &mut self.streams[route.stream];
        let section = &mut self.sections[stream.section];
        let Some((track, slot)) = section.track else {
            return;
        };
        let (sequence, payload_type, payload) = if route.retransmission {
            let Some((original, payload)) = payload.split_first_chunk::<2>() else {
                // Padding of a bandwidth probe.
                return;
            };
            let Some(format) = section.format_of_rtx(header.payload_type) else {
                return;
            };
            let sequence = stream.reception.extend(u16::from_be_bytes(*original));
            (sequence, format.payload_type, payload)
        } else {
            (sequence, header.payload_type, payload)
        };
        let mut formats = section.formats.iter();
        let Some(format) = formats.find(|format| format.payload_type == payload_type) else {
            return;
        };
        let codec = format.codec;
        stream.key_frames.agree(format.key_frame_request);
        if let Some(level) = extensions
            .audio_level
            .filter(|_| section.kind == MediaKind::Audio)
        {
            let microphone = section.microphone.get_or_insert_with(|| Microphone::new(now));
            microphone.on_packet(now, if section.muted { 127 } else { level & 0x7f });
            section.heard = Some(now);
        }
        let arrived = Arrived {
            header,
            extensions: &extensions,
            sequence,
            codec,
            payload,
            retransmission: route.retransmission,
            muted: section.muted,
        };
        let Some(packet) = stream.receive(now, &arrived) else {
            return;
        };
        if !section.started {
            section.started = true;
            effects.push(Effect::Event(PeerEvent::TrackStarted { track, codec }));
        }
        effects.push(Effect::Packet(slot, Arc::new(packet)));
    }

    /// A viewer needs a key frame of a layer.
    pub(crate) fn want_key_frame(&mut self, track: TrackId, layer: u8) {
        if let Some(stream) = self
            .newest_stream(track, layer)
            .filter(|stream| stream.kind == MediaKind::Video)
        {
            stream.key_frames.want();
        }
    }

    fn newest_stream(&mut self, track: TrackId, layer: u8) -> Option<&mut Stream> {
        let sections = &self.sections;
        let of_track = |stream: &&mut Stream| {
            sections[stream.section]
                .track
                .is_some_and(|(known, _)| known == track)
        };
        self.streams
            .iter_mut()
            .filter(of_track)
            .filter(|stream| stream.layer == layer)
            .max_by_key(|stream| stream.epoch)
    }

    /// Somebody begins to listen to a track.
    pub(crate) fn wake(&mut self, now: Instant, track: TrackId) {
        if let Some(stream) = self.newest_stream(track, 0) {
            stream.wake(now);
        }
    }

    /// The publisher reported a source's clock.
    pub(crate) fn note_sender_report(
        &mut self,
        now: Instant,
        ssrc: Ssrc,
        info: &SenderInfo,
        effects: &mut Vec<Effect>,
    ) {
        let Some(stream) = self.streams.iter_mut().find(|stream| stream.ssrc == ssrc) else {
            return;
        };
        stream.reception.note_sender_report(now, compact_ntp(info.ntp));
        if let Some((_, slot)) = self.sections[stream.section].track {
            let report = ClockReport {
                ntp: info.ntp,
                rtp: info.rtp,
                heard: now,
            };
            effects.push(Effect::Clock(slot, stream.layer, report));
        }
    }
}
