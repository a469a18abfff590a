//! Whose packets these are: a source is recognised once, by what it says or by what was announced, and
//! remembered.

use std::time::Instant;

use super::Ingest;
use super::stream::Stream;
use crate::id::Ssrc;
use crate::rtp::extensions::Extensions;
use crate::rtp::header::Header;
use crate::rtp::packet::MAX_LAYERS;

/// Sources followed at once: ten tracks of three layers, and as many that were replaced. The longest silent
/// one makes room.
const MAX_STREAMS: usize = 64;

/// Where a source leads.
#[derive(Clone, Copy)]
pub(super) struct Route {
    pub(super) ssrc: Ssrc,
    pub(super) stream: usize,
    pub(super) retransmission: bool,
}

/// How a source was recognised.
pub(super) struct Found {
    pub(super) section: usize,
    pub(super) layer: u8,
    pub(super) retransmission: bool,
}

impl Ingest {
    /// Recognises a new source and remembers it.
    pub(super) fn learn(
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
}
