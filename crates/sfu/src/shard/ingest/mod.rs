//! The publishing side of one peer: from decrypted packets to packets of tracks, with all a publisher is told
//! about them.

mod key_frames;
mod reception;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::id::{Mid, PayloadType, Rid, Ssrc, TrackId};
use crate::media::{AudioLevel, ExtensionIds, Format, MediaKind, PeerEvent, ReceiveSection, Session};
use crate::rtp::extensions::Extensions;
use crate::rtp::header::Header;
use crate::rtp::packet::MAX_LAYERS;
use crate::rtp::rtcp::{ReportBlock, SenderInfo, TransportFeedbackBuilder, Writer, compact_ntp};
use crate::shard::effect::Effect;
use crate::shard::relay::ClockReport;
use crate::shard::tracks::TrackSlot;
use crate::speakers::Microphone;
use stream::{Arrived, Stream};

/// Sources followed at once: ten tracks of three layers, and as many that were replaced. The longest silent
/// one makes room.
const MAX_STREAMS: usize = 64;

/// Packets named in one NACK message.
const MAX_NACKED: usize = 256;

/// A microphone is judged this long after its last packet: until its silence is told.
const LEVELS_LAST: Duration = Duration::from_secs(2);

/// Numbers of ours lie one lap above the wire's, so that there is room below the first.
const LAP: u64 = 0x1_0000;

struct Section {
    mid: Mid,
    kind: MediaKind,
    formats: Vec<Format>,
    rids: Vec<Rid>,
    sources: Vec<(Ssrc, Option<Ssrc>)>,
    layers: usize,
    track: Option<(TrackId, TrackSlot)>,
    muted: bool,
    started: bool,
    microphone: Option<Microphone>,
    heard: Option<Instant>,
    /// The same track as before: what is known of its sources stays.
    keeps_streams: bool,
}

/// Where a source leads.
#[derive(Clone, Copy)]
struct Route {
    ssrc: Ssrc,
    stream: usize,
    retransmission: bool,
}

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

/// How a source was recognised.
struct Found {
    section: usize,
    layer: u8,
    retransmission: bool,
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

    /// Recognises a new source and remembers it.
    fn learn(
        &mut self,
        now: Instant,
        header: &Header,
        extensions: &Extensions<'_>,
        sequence: u64,
    ) -> Option<Route> {
        let found = self.recognise(header, extensions)?;
        let stream = if found.retransmission {
            // Without its media stream a retransmission repairs nothing.
            let of_layer = |stream: &Stream| stream.section == found.section && stream.layer == found.layer;
            let announced = self.sections[found.section]
                .sources
                .iter()
                .find(|(_, rtx)| *rtx == Some(header.ssrc))
                .map(|(ssrc, _)| *ssrc);
            let mut newest = self
                .streams
                .iter()
                .enumerate()
                .filter(|(_, stream)| match announced {
                    Some(ssrc) => stream.ssrc == ssrc,
                    None => of_layer(stream),
                });
            let (at, _) = newest.by_ref().max_by_key(|(_, stream)| stream.epoch)?;
            self.streams[at].rtx = Some(header.ssrc);
            at
        } else {
            let kind = self.sections[found.section].kind;
            let source = (header.ssrc, sequence);
            let stream = Stream::new(now, source, found.section, found.layer, self.next_epoch, kind);
            self.next_epoch += 1;
            self.add_stream(stream)
        };
        let route = Route {
            ssrc: header.ssrc,
            stream,
            retransmission: found.retransmission,
        };
        self.routes.push(route);
        Some(route)
    }

    fn add_stream(&mut self, stream: Stream) -> usize {
        if self.streams.len() < MAX_STREAMS {
            self.streams.push(stream);
            return self.streams.len() - 1;
        }
        let oldest = self
            .streams
            .iter()
            .enumerate()
            .min_by_key(|(_, known)| known.last_packet);
        let at = oldest.map_or(0, |(at, _)| at);
        self.routes.retain(|route| route.stream != at);
        self.streams[at] = stream;
        at
    }

    /// By the extensions a packet carries, else by announced sources, else by the only section that fits.
    fn recognise(&self, header: &Header, extensions: &Extensions<'_>) -> Option<Found> {
        let payload_type = header.payload_type;
        if let Some(mid) = extensions.mid {
            let section = self
                .sections
                .iter()
                .position(|section| section.mid.as_str() == mid)?;
            return self.sections[section].place(section, header, extensions);
        }
        for (at, section) in self.sections.iter().enumerate() {
            for (layer, &(ssrc, rtx)) in section.sources.iter().enumerate() {
                let retransmission = rtx == Some(header.ssrc);
                if ssrc == header.ssrc || retransmission {
                    let layer = if section.layers > 1 {
                        layer.min(MAX_LAYERS - 1)
                    } else {
                        0
                    };
                    return Some(Found {
                        section: at,
                        layer: layer as u8,
                        retransmission,
                    });
                }
            }
        }
        let mut fitting = self.sections.iter().enumerate().filter(|(_, section)| {
            let carries = section.track.is_some() && section.rids.is_empty();
            carries && (section.has_format(payload_type) || section.format_of_rtx(payload_type).is_some())
        });
        let (at, section) = fitting.next()?;
        if fitting.next().is_some() {
            return None;
        }
        section.place(at, header, extensions)
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

    /// There are gaps to look at in a moment.
    pub(crate) fn has_gaps(&self) -> bool {
        self.streams.iter().any(|stream| stream.reception.has_gaps())
    }

    /// Arrivals wait to be told.
    pub(crate) fn has_feedback(&self) -> bool {
        self.feedback.is_fresh()
    }

    /// When a key frame is to be asked for next.
    pub(crate) fn key_frame_at(&self, now: Instant) -> Option<Instant> {
        let nexts = self.streams.iter().filter_map(|stream| stream.key_frames.next());
        nexts.map(|next| next.unwrap_or(now)).min()
    }

    /// Some microphone's level may change.
    pub(crate) fn has_levels(&self, now: Instant) -> bool {
        let lately = |at: Instant| now.saturating_duration_since(at) < LEVELS_LAST;
        self.sections
            .iter()
            .any(|section| section.heard.is_some_and(lately))
    }

    /// Asks for packets that did not come.
    pub(crate) fn write_nacks(&mut self, now: Instant, us: Ssrc, round_trip: Duration, out: &mut Vec<u8>) {
        for stream in &mut self.streams {
            self.lost.clear();
            stream.reception.due(now, round_trip, &mut self.lost);
            for part in self.lost.chunks(MAX_NACKED) {
                Writer::new(out).nack(us, stream.ssrc, part);
            }
        }
    }

    /// Asks for key frames that are wanted.
    pub(crate) fn write_key_frame_requests(&mut self, now: Instant, us: Ssrc, out: &mut Vec<u8>) {
        for stream in &mut self.streams {
            if stream.key_frames.due(now) {
                Writer::new(out).pli(us, stream.ssrc);
            }
        }
    }

    /// Tells when packets arrived.
    pub(crate) fn write_feedback(&mut self, us: Ssrc, out: &mut Vec<u8>) {
        while let Some(feedback) = self.feedback.build(us) {
            Writer::new(out).transport_feedback(&feedback);
        }
    }

    /// Appends what is to be reported of each source.
    pub(crate) fn reports(&mut self, now: Instant, blocks: &mut Vec<ReportBlock>) {
        for stream in &mut self.streams {
            blocks.extend(stream.reception.report(now, stream.ssrc));
        }
    }

    /// Packets expected and lost for good since the last call.
    pub(crate) fn take_loss(&mut self) -> (u64, u64) {
        let losses = self.streams.iter_mut().map(|stream| stream.reception.take_loss());
        losses.fold((0, 0), |sum, loss| (sum.0 + loss.0, sum.1 + loss.1))
    }

    /// Levels that changed.
    pub(crate) fn take_levels(&mut self, now: Instant) -> Vec<AudioLevel> {
        let sections = self.sections.iter_mut();
        let changes = sections.filter_map(|section| {
            let (track, _) = section.track.filter(|_| section.kind == MediaKind::Audio)?;
            let (level, active) = section.microphone.as_mut()?.poll(now)?;
            Some(AudioLevel { track, level, active })
        });
        changes.collect()
    }
}

impl Section {
    fn new(
        description: ReceiveSection,
        known: Option<Section>,
        slot: &mut impl FnMut(TrackId) -> TrackSlot,
    ) -> Self {
        let layers = description.publication.as_ref().map_or(1, |publication| {
            publication
                .layer_heights
                .len()
                .max(description.rids.len())
                .clamp(1, MAX_LAYERS)
        });
        let track = description
            .publication
            .map(|publication| (publication.track, slot(publication.track)));
        let same = known.filter(|section| section.track.map(|(id, _)| id) == track.map(|(id, _)| id));
        let keeps_streams = same.is_some();
        let (muted, started, microphone, heard) = same
            .map(|section| (section.muted, section.started, section.microphone, section.heard))
            .unwrap_or_default();
        Self {
            mid: description.mid,
            kind: description.kind,
            formats: description.formats,
            rids: description.rids,
            sources: description.sources,
            layers,
            track,
            muted,
            started,
            microphone,
            heard,
            keeps_streams,
        }
    }

    fn has_format(&self, payload_type: PayloadType) -> bool {
        self.formats
            .iter()
            .any(|format| format.payload_type == payload_type)
    }

    fn format_of_rtx(&self, payload_type: PayloadType) -> Option<&Format> {
        self.formats
            .iter()
            .find(|format| format.rtx == Some(payload_type))
    }

    /// Layer and role of a source of this section.
    fn place(&self, section: usize, header: &Header, extensions: &Extensions<'_>) -> Option<Found> {
        let layer_of = |rid: &str| {
            let position = self.rids.iter().position(|known| known.as_str() == rid)?;
            (position < MAX_LAYERS).then_some(position as u8)
        };
        let retransmission = self.format_of_rtx(header.payload_type).is_some();
        let layer = match extensions.repaired_rid.or(extensions.rid) {
            Some(rid) if !self.rids.is_empty() => layer_of(rid)?,
            // Simulcast without saying which layer: announced sources tell, or the next packet does.
            None if self.rids.len() > 1 => {
                let by_source =
                    |(ssrc, rtx): &(Ssrc, Option<Ssrc>)| *ssrc == header.ssrc || *rtx == Some(header.ssrc);
                let position = self.sources.iter().position(by_source)?;
                (position < MAX_LAYERS).then_some(position as u8)?
            }
            _ => {
                let position = self
                    .sources
                    .iter()
                    .position(|(ssrc, rtx)| *ssrc == header.ssrc || *rtx == Some(header.ssrc));
                if self.layers > 1 {
                    position.unwrap_or(0).min(MAX_LAYERS - 1) as u8
                } else {
                    0
                }
            }
        };
        Some(Found {
            section,
            layer,
            retransmission,
        })
    }
}
