//! How sources are recognised, by the habits of each kind of client.

use std::time::Duration;

use super::*;
use crate::id::{PayloadType, Rid};
use crate::media::{Codec, Format, KeyFrameRequest, Publication, ReceiveSection};
use crate::rtp::rtcp::{self, Rtcp};
use crate::rtp::{extensions, header};

const IDS: ExtensionIds = ExtensionIds {
    mid: Some(4),
    rid: Some(10),
    repaired_rid: Some(11),
    audio_level: Some(1),
    transport_sequence: Some(3),
    absolute_send_time: None,
    playout_delay: None,
    orientation: None,
};

const VIDEO: Format = Format {
    payload_type: PayloadType(96),
    codec: Codec::Vp8,
    rtx: Some(PayloadType(97)),
    key_frame_request: KeyFrameRequest::Pli,
};

const SOUND: Format = Format {
    payload_type: PayloadType(111),
    codec: Codec::Opus,
    rtx: None,
    key_frame_request: KeyFrameRequest::Pli,
};

fn section(mid: &str, track: u64, format: Format) -> ReceiveSection {
    let kind = format.codec.kind();
    ReceiveSection {
        mid: Mid::from(mid),
        kind,
        formats: vec![format],
        rids: vec![],
        sources: vec![],
        publication: Some(Publication {
            track: TrackId(track),
            screen: false,
            layer_heights: if kind == MediaKind::Video {
                vec![720]
            } else {
                vec![]
            },
        }),
    }
}

fn simulcast(mid: &str, track: u64) -> ReceiveSection {
    let mut section = section(mid, track, VIDEO);
    section.rids = ["q", "h", "f"].map(Rid::from).to_vec();
    section.publication.as_mut().unwrap().layer_heights = vec![180, 360, 720];
    section
}

struct Bench {
    ingest: Ingest,
    now: Instant,
    effects: Vec<Effect>,
}

impl Bench {
    fn new(sections: Vec<ReceiveSection>) -> Self {
        let now = Instant::now();
        let mut ingest = Ingest::new(now);
        let session = Session {
            extensions: IDS,
            receive: sections,
        };
        ingest.configure(session, |track| track.0 as TrackSlot);
        Self {
            ingest,
            now,
            effects: Vec::new(),
        }
    }

    /// Gives a packet; the track, layer and number of what is passed on.
    fn give(
        &mut self,
        ssrc: u32,
        sequence: u16,
        kind: u8,
        says: Says<'_>,
        payload: &[u8],
    ) -> Vec<(TrackSlot, u8, u64)> {
        let mut bytes = Vec::new();
        let outgoing = header::Outgoing {
            marker: false,
            payload_type: PayloadType(kind),
            sequence,
            timestamp: u32::from(sequence) * 3000,
            ssrc: Ssrc(ssrc),
            padding: false,
        };
        header::write(&mut bytes, &outgoing);
        // The writer only knows our own extensions: a client's rid is written under the mid's form.
        let (values, ids) = match says {
            Says::Nothing => (extensions::Outgoing::default(), IDS),
            Says::Mid(mid) => (with_mid(mid), IDS),
            Says::Rid(rid) => (with_mid(rid), ExtensionIds { mid: IDS.rid, ..IDS }),
            Says::Repaired(rid) => (
                with_mid(rid),
                ExtensionIds {
                    mid: IDS.repaired_rid,
                    ..IDS
                },
            ),
        };
        extensions::write(&mut bytes, 0, &values, &ids);
        bytes.extend_from_slice(payload);
        self.give_bytes(&bytes)
    }

    fn give_bytes(&mut self, bytes: &[u8]) -> Vec<(TrackSlot, u8, u64)> {
        let header = Header::parse(bytes).unwrap();
        let index = u64::from(header.sequence);
        self.ingest
            .receive(self.now, &header, index, bytes, &mut self.effects);
        let effects = self.effects.drain(..);
        let packets = effects.filter_map(|effect| match effect {
            Effect::Packet(slot, packet) => Some((slot, packet.layer, packet.sequence - LAP)),
            _ => None,
        });
        packets.collect()
    }
}

#[derive(Clone, Copy)]
enum Says<'a> {
    Nothing,
    Mid(&'a str),
    Rid(&'a str),
    Repaired(&'a str),
}

fn with_mid(mid: &str) -> extensions::Outgoing<'_> {
    extensions::Outgoing {
        mid: Some(mid),
        ..extensions::Outgoing::default()
    }
}

const KEY: &[u8] = &[0x10, 0, 1, 2];

/// Not a key frame: after one, nothing older is asked for or taken any more.
const DELTA: &[u8] = &[0x10, 1, 1, 2];

#[test]
fn a_source_told_once_by_its_section_is_known_from_then_on() {
    let mut bench = Bench::new(vec![section("0", 1, VIDEO), section("1", 2, VIDEO)]);
    assert!(
        bench.give(5, 1, 96, Says::Nothing, KEY).is_empty(),
        "two sections fit"
    );
    assert_eq!(bench.give(5, 2, 96, Says::Mid("1"), KEY), [(2, 0, 2)]);
    assert_eq!(bench.give(5, 3, 96, Says::Nothing, KEY), [(2, 0, 3)]);
}

#[test]
fn a_source_is_known_by_its_announcement_or_by_the_only_section_that_fits() {
    let mut announced = section("1", 2, VIDEO);
    announced.sources = vec![(Ssrc(70), Some(Ssrc(71)))];
    let mut bench = Bench::new(vec![section("0", 1, SOUND), announced, section("2", 3, VIDEO)]);
    assert_eq!(bench.give(70, 1, 96, Says::Nothing, KEY), [(2, 0, 1)]);
    assert_eq!(bench.give(9, 1, 111, Says::Nothing, &[1]), [(1, 0, 1)]);
}

#[test]
fn simulcast_layers_are_told_by_their_rids_and_repaired_on_their_own_sources() {
    let mut with_mid_in_session = simulcast("0", 1);
    with_mid_in_session.sources = vec![(Ssrc(30), Some(Ssrc(31)))];
    let mut bench = Bench::new(vec![with_mid_in_session]);
    // Without a mid a rid alone does not name a section, unless there is only one.
    assert_eq!(bench.give(30, 1, 96, Says::Mid("0"), KEY), [(1, 0, 1)]);
    assert_eq!(bench.give(30, 3, 96, Says::Nothing, DELTA), [(1, 0, 3)]);
    let again = [&[0, 2], KEY].concat();
    assert_eq!(bench.give(31, 900, 97, Says::Repaired("q"), &again), [(1, 0, 2)]);
    assert!(
        bench.give(31, 901, 97, Says::Nothing, &again).is_empty(),
        "once is enough"
    );
    assert!(
        bench.give(40, 1, 96, Says::Rid("x"), KEY).is_empty(),
        "no such layer"
    );
}

#[test]
fn probes_before_any_media_are_passed_over() {
    let mut bench = Bench::new(vec![section("0", 1, VIDEO)]);
    assert!(bench.give(31, 900, 97, Says::Mid("0"), &[]).is_empty());
    assert_eq!(bench.give(30, 1, 96, Says::Mid("0"), KEY), [(1, 0, 1)]);
    assert_eq!(bench.give(30, 3, 96, Says::Nothing, DELTA), [(1, 0, 3)]);
    let again = [&[0, 2], KEY].concat();
    assert_eq!(bench.give(31, 901, 97, Says::Mid("0"), &again), [(1, 0, 2)]);
}

#[test]
fn padding_leaves_no_gap() {
    let mut bench = Bench::new(vec![section("0", 1, VIDEO)]);
    assert_eq!(bench.give(30, 1, 96, Says::Mid("0"), KEY), [(1, 0, 1)]);
    assert!(bench.give(30, 2, 96, Says::Nothing, &[]).is_empty());
    assert!(bench.give(30, 3, 96, Says::Nothing, &[]).is_empty());
    assert_eq!(bench.give(30, 4, 96, Says::Nothing, KEY), [(1, 0, 2)]);
}

#[test]
fn another_track_on_the_same_section_begins_anew() {
    let mut bench = Bench::new(vec![section("0", 1, VIDEO)]);
    assert_eq!(bench.give(30, 1, 96, Says::Mid("0"), KEY), [(1, 0, 1)]);
    let session = Session {
        extensions: IDS,
        receive: vec![section("5", 9, SOUND), section("0", 2, VIDEO)],
    };
    let ended = bench.ingest.configure(session, |track| track.0 as TrackSlot);
    assert_eq!(ended, [TrackId(1)]);
    assert_eq!(bench.give(44, 7, 96, Says::Mid("0"), KEY), [(2, 0, 7)]);
}

#[test]
fn every_full_intra_request_has_a_number_of_its_own() {
    let asks = |track: u64| {
        let mut section = section("a", track, VIDEO);
        section.formats[0].key_frame_request = KeyFrameRequest::Fir;
        section
    };
    let mut bench = Bench::new(vec![asks(1)]);
    let mut numbers = Vec::new();
    for (round, track) in [1, 1, 2].into_iter().enumerate() {
        // The same source carries another track at last, and is learnt anew.
        let session = Session {
            extensions: IDS,
            receive: vec![asks(track)],
        };
        bench.ingest.configure(session, |track| track.0 as TrackSlot);
        bench.give(1, 100 + round as u16, 96, Says::Mid("a"), KEY);
        bench.ingest.want_key_frame(TrackId(track), 0);
        // Asked twice, since nothing comes.
        for _ in 0..2 {
            bench.now += Duration::from_secs(1);
            let mut out = Vec::new();
            bench
                .ingest
                .write_key_frame_requests(bench.now, Ssrc(9), &mut out);
            let asked = rtcp::parse(&out).unwrap();
            let [
                Rtcp::Fir {
                    media: Ssrc(1),
                    sequence,
                    ..
                },
            ] = asked[..]
            else {
                panic!("{asked:?}");
            };
            numbers.push(sequence);
        }
    }
    let rising = numbers[..4]
        .windows(2)
        .all(|pair| pair[1] == pair[0].wrapping_add(1));
    assert!(rising, "{numbers:?}");
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 6);
}

proptest::proptest! {
    #[test]
    fn any_packet_of_a_client_is_read_without_harm(
        packets in proptest::collection::vec(proptest::collection::vec(0u8..=255, 12..60), 1..40),
    ) {
        let mut bench = Bench::new(vec![simulcast("0", 1), section("1", 2, SOUND), section("2", 3, VIDEO)]);
        for mut bytes in packets {
            bytes[0] = 0x80 | bytes[0] & 0x3f;
            bytes[1] = [96, 97, 111][usize::from(bytes[1] % 3)];
            bytes[8..11].fill(0);
            if Header::parse(&bytes).is_some() {
                bench.give_bytes(&bytes);
            }
            bench.ingest.write_nacks(bench.now, Ssrc(1), Duration::from_millis(20), &mut Vec::new());
        }
    }
}
