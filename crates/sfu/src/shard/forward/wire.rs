//! Writing one packet to one viewer: header, extensions, payload, seal.

use crate::address::TransportAddress;
use crate::id::{PayloadType, Ssrc};
use crate::media::ExtensionIds;
use crate::peer::srtp::Outbound;
use crate::rtp::packet::Packet;
use crate::rtp::vp8::Patch;
use crate::rtp::{extensions, header};
use crate::shard::transmit::TransmitBatch;

/// What a packet says besides its payload.
pub(super) struct Envelope<'a> {
    pub(super) ssrc: Ssrc,
    pub(super) payload_type: PayloadType,
    /// Extended: its low bits go into the header, all of it into the seal.
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) extensions: extensions::Outgoing<'a>,
}

/// What fills a packet.
pub(super) enum Filling<'a> {
    /// A packet of the track.
    Media(&'a Packet, Option<Patch>),
    /// The same, sent again under another source with its number in front (RFC 4588 §4).
    Again(&'a Packet, Option<Patch>, u16),
    /// Nothing but padding of this many bytes, at most 255.
    Padding(u8),
}

/// Where packets go and how they are sealed.
pub(super) struct Line<'a> {
    pub(super) destination: TransportAddress,
    pub(super) outbound: &'a Outbound,
    pub(super) ids: &'a ExtensionIds,
}

/// Appends a sealed packet to the batch; its length, or `None` when it could not be sealed.
pub(super) fn write(
    batch: &mut TransmitBatch,
    line: &Line<'_>,
    envelope: &Envelope<'_>,
    filling: &Filling<'_>,
) -> Option<usize> {
    let start = batch.begin();
    let buffer = batch.buffer();
    let outgoing = header::Outgoing {
        marker: envelope.marker,
        payload_type: envelope.payload_type,
        sequence: envelope.sequence as u16,
        timestamp: envelope.timestamp,
        ssrc: envelope.ssrc,
        padding: matches!(filling, Filling::Padding(_)),
    };
    header::write(buffer, &outgoing);
    extensions::write(buffer, start, &envelope.extensions, line.ids);
    let body = buffer.len() - start;
    match filling {
        Filling::Media(packet, patch) => put_payload(buffer, packet, *patch),
        Filling::Again(packet, patch, original) => {
            buffer.extend_from_slice(&original.to_be_bytes());
            put_payload(buffer, packet, *patch);
        }
        Filling::Padding(count) => {
            let count = (*count).max(1);
            buffer.resize(buffer.len() + usize::from(count), 0);
            if let Some(last) = buffer.last_mut() {
                *last = count;
            }
        }
    }
    let sealed = line
        .outbound
        .seal_rtp(buffer, start, body, envelope.ssrc, envelope.sequence);
    if !sealed {
        batch.cancel(start);
        return None;
    }
    let length = batch.begin() - start;
    batch.commit(line.destination, start);
    Some(length)
}

fn put_payload(buffer: &mut Vec<u8>, packet: &Packet, patch: Option<Patch>) {
    let at = buffer.len();
    buffer.extend_from_slice(&packet.payload);
    if let (Some(descriptor), Some(patch)) = (packet.info.vp8, patch) {
        descriptor.apply(&mut buffer[at..], patch);
    }
}
