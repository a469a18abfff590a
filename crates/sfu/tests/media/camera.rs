//! What clients show and see: a synthetic camera, a microphone, and a screen that checks all it gets.

use std::collections::BTreeMap;
use std::time::Duration;

use sfu::id::{Mid, PayloadType, PeerId, Rid, Ssrc, SubscriptionId, TrackId};
use sfu::media::{
    Codec, ExtensionIds, Format, KeyFrameRequest, MediaKind, Publication, ReceiveSection, Session, Subscribe,
    Wish,
};
use sfu::rtp::vp8::Descriptor;
use str0m::Event;
use str0m::rtp::{ExtensionValues, RtpWrite};

use crate::world::World;

/// str0m's usual numbers.
const EXTENSIONS: ExtensionIds = ExtensionIds {
    audio_level: Some(1),
    absolute_send_time: Some(2),
    transport_sequence: Some(3),
    mid: Some(4),
    rid: Some(10),
    repaired_rid: Some(11),
    orientation: Some(13),
    playout_delay: None,
};

const VP8: Format = Format {
    payload_type: PayloadType(96),
    codec: Codec::Vp8,
    rtx: Some(PayloadType(97)),
    key_frame_request: KeyFrameRequest::Pli,
};

const OPUS: Format = Format {
    payload_type: PayloadType(111),
    codec: Codec::Opus,
    rtx: None,
    key_frame_request: KeyFrameRequest::Pli,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    Low,
    Middle,
    High,
}

pub(crate) fn session(receive: Vec<ReceiveSection>) -> Session {
    Session {
        extensions: EXTENSIONS,
        receive,
    }
}

pub(crate) fn video_section(mid: &str, track: TrackId, simulcast: bool) -> ReceiveSection {
    let rids = if simulcast { vec!["q", "h", "f"] } else { vec![] };
    ReceiveSection {
        mid: Mid::from(mid),
        kind: MediaKind::Video,
        formats: vec![VP8],
        rids: rids.into_iter().map(Rid::from).collect(),
        sources: vec![],
        publication: Some(Publication {
            track,
            screen: false,
            layer_heights: if simulcast { vec![180, 360, 720] } else { vec![720] },
        }),
    }
}

pub(crate) fn audio_section(mid: &str, track: TrackId) -> ReceiveSection {
    ReceiveSection {
        mid: Mid::from(mid),
        kind: MediaKind::Audio,
        formats: vec![OPUS],
        rids: vec![],
        sources: vec![],
        publication: Some(Publication {
            track,
            screen: false,
            layer_heights: vec![],
        }),
    }
}

pub(crate) fn subscription(
    id: u64,
    track: TrackId,
    publisher: PeerId,
    kind: MediaKind,
    mid: &str,
    ssrc: u32,
) -> Subscribe {
    Subscribe {
        id: SubscriptionId(id),
        track,
        publisher,
        kind,
        screen: false,
        mid: Mid::from(mid),
        ssrc: Ssrc(ssrc),
        rtx: (kind == MediaKind::Video).then_some(Ssrc(ssrc + 1)),
        formats: vec![if kind == MediaKind::Video { VP8 } else { OPUS }],
        wish: Wish {
            enabled: true,
            max_layer: 2,
            area: 1280 * 720,
            priority: 0,
        },
    }
}

struct Stream {
    ssrc: u32,
    rid: Option<&'static str>,
    layer: Layer,
    packets: usize,
    sequence: u64,
    timestamp: u32,
    picture: u16,
    tl0: u8,
    key: bool,
}

/// A camera of 25 pictures a second in one or three layers.
pub(crate) struct Camera {
    client: usize,
    streams: Vec<Stream>,
    seen_events: usize,
    frame: u64,
}

impl Camera {
    pub(crate) fn new(world: &mut World, client: usize, simulcast: bool) -> Self {
        let rids = if simulcast {
            vec![Some("q"), Some("h"), Some("f")]
        } else {
            vec![None]
        };
        let layers = [Layer::Low, Layer::Middle, Layer::High];
        let mut api = world.clients[client].rtc.direct_api();
        api.declare_media("cam".into(), str0m::media::MediaKind::Video);
        let mut streams = Vec::new();
        for (at, rid) in rids.into_iter().enumerate() {
            let ssrc = 1000 + at as u32 * 10;
            let rtx = Some((ssrc + 1).into());
            api.declare_stream_tx(ssrc.into(), rtx, "cam".into(), rid.map(Into::into));
            streams.push(Stream {
                ssrc,
                rid,
                layer: if simulcast { layers[at] } else { Layer::High },
                packets: if simulcast { [1, 2, 5][at] } else { 4 },
                sequence: 65_500 - at as u64 * 7,
                timestamp: 4_294_900_000u32.wrapping_add(at as u32 * 1_000_000),
                picture: 32_700 + at as u16 * 11,
                tl0: 250,
                key: true,
            });
        }
        Self {
            client,
            streams,
            seen_events: 0,
            frame: 0,
        }
    }

    /// Films for a while; keys are made when asked for, with a frame's delay.
    pub(crate) fn film(&mut self, world: &mut World, span: Duration) {
        let until = world.now + span;
        while world.now < until {
            self.shoot(world);
            world.run(Duration::from_millis(40));
        }
    }

    /// One picture.
    pub(crate) fn shoot(&mut self, world: &mut World) {
        self.answer(world);
        self.picture(world);
    }

    fn answer(&mut self, world: &World) {
        let events = &world.clients[self.client].events;
        for event in &events[self.seen_events..] {
            if let Event::KeyframeRequest(request) = event {
                let rid = request.rid.map(|rid| rid.to_string());
                for stream in &mut self.streams {
                    stream.key |= stream.rid.map(str::to_owned) == rid;
                }
            }
        }
        self.seen_events = events.len();
    }

    fn picture(&mut self, world: &mut World) {
        let now = world.now;
        self.frame += 1;
        for stream in &mut self.streams {
            let key = std::mem::take(&mut stream.key);
            let packets = if key { stream.packets + 2 } else { stream.packets };
            stream.timestamp = stream.timestamp.wrapping_add(3600);
            stream.picture = (stream.picture + 1) & 0x7fff;
            stream.tl0 = stream.tl0.wrapping_add(1);
            for packet in 0..packets {
                let mut payload = vec![stream.layer as u8; 900 + packet];
                let picture = (stream.picture | 0x8000).to_be_bytes();
                let head = [
                    if packet == 0 { 0x90 } else { 0x80 },
                    0xe0,
                    picture[0],
                    picture[1],
                    stream.tl0,
                    0,
                    u8::from(!key),
                ];
                payload[..7].copy_from_slice(&head);
                payload[7] = stream.layer as u8;
                let mut api = world.clients[self.client].rtc.direct_api();
                let Some(tx) = api.stream_tx(&stream.ssrc.into()) else {
                    continue;
                };
                let write = RtpWrite::new(
                    96.into(),
                    stream.sequence.into(),
                    stream.timestamp,
                    now,
                    &payload[..],
                )
                .marker(packet + 1 == packets)
                .nackable(true);
                tx.write_rtp(write);
                stream.sequence += 1;
            }
        }
    }
}

/// A microphone of 20 ms packets.
pub(crate) struct Microphone {
    client: usize,
    sequence: u64,
    timestamp: u32,
}

impl Microphone {
    pub(crate) fn new(world: &mut World, client: usize) -> Self {
        let mut api = world.clients[client].rtc.direct_api();
        api.declare_media("mic".into(), str0m::media::MediaKind::Audio);
        api.declare_stream_tx(77.into(), None, "mic".into(), None);
        Self {
            client,
            sequence: 100,
            timestamp: 1,
        }
    }

    pub(crate) fn talk(&mut self, world: &mut World, span: Duration, level: i8) {
        let until = world.now + span;
        while world.now < until {
            let values = ExtensionValues {
                audio_level: Some(level),
                voice_activity: Some(level > -60),
                ..ExtensionValues::default()
            };
            let now = world.now;
            let mut api = world.clients[self.client].rtc.direct_api();
            let tx = api.stream_tx(&77.into()).unwrap();
            let write = RtpWrite::new(
                111.into(),
                self.sequence.into(),
                self.timestamp,
                now,
                &[1u8; 60][..],
            );
            tx.write_rtp(write.ext_vals(values));
            self.sequence += 1;
            self.timestamp += 960;
            world.run(Duration::from_millis(20));
        }
    }
}

/// What a viewer saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) packets: usize,
    pub(crate) frames: usize,
    pub(crate) missing: usize,
    pub(crate) gaps: usize,
    pub(crate) duplicates: usize,
    pub(crate) backward_timestamps: usize,
    pub(crate) broken_restarts: usize,
    pub(crate) starts_with_key_frame: bool,
    pub(crate) last_layer: Option<Layer>,
}

/// One section of a viewer.
pub(crate) struct Screen {
    client: usize,
    ssrc: u32,
    video: bool,
}

impl Screen {
    pub(crate) fn new(world: &mut World, client: usize, mid: &str, kind: MediaKind, ssrc: u32) -> Self {
        let video = kind == MediaKind::Video;
        let mut api = world.clients[client].rtc.direct_api();
        let theirs = if video {
            str0m::media::MediaKind::Video
        } else {
            str0m::media::MediaKind::Audio
        };
        api.declare_media(mid.into(), theirs);
        let rtx = video.then(|| (ssrc + 1).into());
        api.expect_stream_rx(ssrc.into(), rtx, mid.into(), None);
        Self { client, ssrc, video }
    }

    /// Judges everything that came so far, in the order of sequence numbers.
    pub(crate) fn look(&self, world: &World) -> Seen {
        let mut seen = Seen::default();
        let mut packets: BTreeMap<u64, (u32, Vec<u8>)> = BTreeMap::new();
        for event in world.client_events(self.client) {
            let Event::RtpPacket(packet) = event else { continue };
            if *packet.header.ssrc != self.ssrc || packet.payload.is_empty() {
                continue;
            }
            let value = (packet.header.timestamp, packet.payload.to_vec());
            if packets.insert(*packet.seq_no, value).is_some() {
                seen.duplicates += 1;
            }
        }
        seen.packets = packets.len();
        let Some((&first, (_, payload))) = packets.iter().next() else {
            return seen;
        };
        let last = packets.keys().next_back().copied().unwrap_or(first);
        seen.missing = (last - first + 1) as usize - packets.len();
        seen.starts_with_key_frame =
            !self.video || Descriptor::parse(payload).is_some_and(|found| found.key_frame_start);
        let mut previous: Option<(u64, u32, Option<Descriptor>, u8)> = None;
        for (&sequence, (timestamp, payload)) in &packets {
            let descriptor = self.video.then(|| Descriptor::parse(payload)).flatten();
            let layer = payload.get(7).copied().unwrap_or(0);
            if let Some((before, old_timestamp, old, old_layer)) = previous {
                seen.gaps += usize::from(sequence != before + 1);
                let backward =
                    timestamp.wrapping_sub(old_timestamp) as i32 > 0 || *timestamp == old_timestamp;
                seen.backward_timestamps += usize::from(!backward);
                if let (Some(new), Some(old)) = (descriptor, old) {
                    let step = new.picture_id.wrapping_sub(old.picture_id) & 0x7fff;
                    let new_picture = *timestamp != old_timestamp;
                    seen.gaps += usize::from(sequence == before + 1 && step != u16::from(new_picture));
                    let switched = layer != old_layer;
                    seen.broken_restarts += usize::from(switched && !new.key_frame_start);
                }
            }
            if descriptor.is_some_and(|found| found.frame_start) {
                seen.frames += 1;
                seen.last_layer = Some([Layer::Low, Layer::Middle, Layer::High][usize::from(layer.min(2))]);
            }
            previous = Some((sequence, *timestamp, descriptor, layer));
        }
        seen
    }
}
