//! What we write is read back the same, what browsers write is understood, and no bytes make us panic.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use super::fuzzing::fuzz_rtcp;
use super::*;

const US: Ssrc = Ssrc(0x0102_0304);
const THEM: Ssrc = Ssrc(0xfffe_fdfc);

fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut Writer::new(&mut out));
    assert_eq!(out.len() % 4, 0, "RTCP comes in whole words");
    out
}

fn read_back(write: impl FnOnce(&mut Writer<'_>)) -> Vec<Rtcp> {
    parse(&written(write)).expect("what we write has a sound frame")
}

fn feedback(packets: Vec<(u16, Option<i64>)>) -> TransportFeedback {
    TransportFeedback {
        sender: US,
        media: THEM,
        feedback_count: 7,
        packets,
    }
}

fn any_block() -> impl Strategy<Value = ReportBlock> {
    (any::<(u32, u8, u32, u32, u32, u32)>(), -0x80_0000..0x80_0000).prop_map(|(fields, lost)| ReportBlock {
        ssrc: Ssrc(fields.0),
        fraction_lost: fields.1,
        lost,
        highest_sequence: fields.2,
        jitter: fields.3,
        last_report: fields.4,
        delay: fields.5,
    })
}

/// Arrivals as a network makes them: mostly close together, some lost, some late, now and then a long pause.
fn any_arrivals() -> impl Strategy<Value = Vec<(u16, Option<i64>)>> {
    let step = prop_oneof![8 => 0..256i64, 2 => -40..2_000i64, 1 => 0..30_000i64];
    let packet = (prop::bool::weighted(0.8), step);
    (any::<u16>(), 0..100_000i64, vec(packet, 1..300)).prop_map(|(base, start, mut packets)| {
        packets[0] = (true, 0);
        let mut ticks = start;
        let tell = |(i, (arrived, step)): (usize, (bool, i64))| {
            ticks += if arrived { step } else { 0 };
            (base.wrapping_add(i as u16), arrived.then_some(ticks * 250))
        };
        packets.into_iter().enumerate().map(tell).collect()
    })
}

proptest! {
    #[test]
    fn reports_are_read_as_written(
        ssrc: u32, ntp: u64, rtp: u32, packets: u32, bytes: u32, blocks in vec(any_block(), 0..31),
    ) {
        let (ssrc, info) = (Ssrc(ssrc), SenderInfo { ntp, rtp, packets, bytes });
        let read = read_back(|writer| {
            writer.sender_report(ssrc, info, &blocks).receiver_report(ssrc, &blocks);
        });
        let sender = Rtcp::SenderReport { ssrc, info, blocks: blocks.clone() };
        prop_assert_eq!(read, vec![sender, Rtcp::ReceiverReport { ssrc, blocks }]);
    }

    #[test]
    fn names_and_goodbyes_are_read_as_written(ssrc: u32, name in "[a-z0-9]{0,200}", gone in vec(any::<u32>(), 0..31)) {
        let gone: Vec<_> = gone.into_iter().map(Ssrc).collect();
        let read = read_back(|writer| { writer.source_description(Ssrc(ssrc), &name).bye(&gone); });
        prop_assert_eq!(read, vec![Rtcp::SourceDescription(vec![(Ssrc(ssrc), name)]), Rtcp::Bye(gone)]);
    }

    #[test]
    fn lost_packets_are_asked_for_as_written(first: u16, gaps in vec(1u16..40, 0..150)) {
        let lost: Vec<_> = std::iter::once(first)
            .chain(gaps.iter().scan(first, |at, gap| { *at = at.wrapping_add(*gap); Some(*at) }))
            .collect();
        let read = read_back(|writer| { writer.nack(US, THEM, &lost); });
        prop_assert_eq!(read, vec![Rtcp::Nack { sender: US, media: THEM, lost }]);
    }

    #[test]
    fn an_estimate_is_read_within_the_18_bits_it_has(bitrate: u64, sources in vec(any::<u32>(), 0..20)) {
        let sources: Vec<_> = sources.into_iter().map(Ssrc).collect();
        let read = read_back(|writer| { writer.remb(US, Bitrate(bitrate), &sources); });
        let [Rtcp::Remb { bitrate: Bitrate(read), sources: told, .. }] = &read[..] else {
            return Err(TestCaseError::fail(format!("{read:?}")));
        };
        prop_assert_eq!(told, &sources);
        prop_assert!(*read <= bitrate && bitrate - read <= bitrate >> 17);
    }

    #[test]
    fn arrivals_are_read_as_written(packets in any_arrivals()) {
        let told = feedback(packets);
        let read = read_back(|writer| { writer.transport_feedback(&told); });
        prop_assert_eq!(read, vec![Rtcp::TransportFeedback(told)]);
    }

    #[test]
    fn no_bytes_make_us_panic(data in vec(any::<u8>(), 0..400)) {
        fuzz_rtcp(&data);
    }

    #[test]
    fn no_body_of_a_known_type_makes_us_panic(
        packet_type in 200u8..208, format in 0u8..64, body in vec(any::<u8>(), 0..200),
    ) {
        let mut data = written(|writer| { writer.packet(packet_type, 0, |out| out.extend_from_slice(&body)); });
        data[0] = 0x80 | format;
        fuzz_rtcp(&data);
    }

    #[test]
    fn the_builder_tells_every_arrival_once_when_nothing_is_late(
        first: u16, packets in vec((prop::bool::weighted(0.9), 0u64..20_000), 1..1500), every in 1usize..700,
    ) {
        let start = Instant::now();
        let (mut now, mut sequence) = (start, first);
        let mut builder = TransportFeedbackBuilder::new(start);
        let (mut sent, mut told) = (Vec::new(), Vec::new());
        for (index, (arrives, pause)) in packets.into_iter().enumerate() {
            now += Duration::from_micros(pause);
            if arrives || index == 0 {
                builder.on_packet(now, THEM, sequence);
                sent.push(sequence);
            }
            sequence = sequence.wrapping_add(1);
            if index % every == 0 {
                told.extend(drain(&mut builder));
            }
        }
        told.extend(drain(&mut builder));
        let arrived: Vec<_> = told.iter().filter(|packet| packet.1.is_some()).map(|packet| packet.0).collect();
        prop_assert_eq!(arrived, sent);
    }
}

fn drain(builder: &mut TransportFeedbackBuilder) -> Vec<(u16, Option<i64>)> {
    let mut told = Vec::new();
    while let Some(feedback) = builder.build(US) {
        let mut out = Vec::new();
        Writer::new(&mut out).transport_feedback(&feedback);
        assert!(
            out.len() < 1150,
            "a feedback fits a datagram with room for the rest"
        );
        assert_eq!(parse(&out), Ok(vec![Rtcp::TransportFeedback(feedback.clone())]));
        told.extend(feedback.packets);
    }
    told
}

#[test]
fn a_compound_as_chrome_sends_it_is_understood() {
    // Receiver report with one block, then transport feedback of four packets with two bytes of padding.
    let bytes = [
        0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0x40, 0xff, 0xff, 0xfe, 0, 0, 0x12, 0x34, 0, 0, 0, 9, 0, 0,
        0, 0, 0, 0, 0, 0, //
        0xaf, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe, 0, 4, 0, 0, 2, 5, 0xd4, 0x40, 0x10, 0x04, 0x00,
        0x08, 0, 2,
    ];
    let read = parse(&bytes).expect("sound");
    let Rtcp::ReceiverReport { blocks, .. } = &read[0] else {
        panic!("{read:?}")
    };
    assert_eq!(
        (
            blocks[0].fraction_lost,
            blocks[0].lost,
            blocks[0].highest_sequence
        ),
        (64, -2, 0x1234)
    );
    let Rtcp::TransportFeedback(told) = &read[1] else {
        panic!("{read:?}")
    };
    // Two-bit vector 01 01 00 01 00…: wrapping numbers, the third lost.
    let base = 2 * 64_000;
    assert_eq!(told.feedback_count, 5);
    assert_eq!(
        told.packets,
        [
            (0xfffe, Some(base + 4_000)),
            (0xffff, Some(base + 5_000)),
            (0, None),
            (1, Some(base + 5_000))
        ]
    );
}

#[test]
fn a_broken_frame_is_an_error_that_says_so() {
    assert_eq!(parse(&[]), Err(RtcpError::Truncated));
    assert_eq!(parse(&[0x80, 201, 0]), Err(RtcpError::Truncated));
    assert_eq!(parse(&[0x80, 201, 0, 2, 0, 0, 0, 1]), Err(RtcpError::Truncated));
    assert_eq!(parse(&[0x40, 201, 0, 0]), Err(RtcpError::Version(1)));
    assert_eq!(RtcpError::Version(1).to_string(), "RTCP version is 1, not 2");
}

#[test]
fn unknown_types_do_not_hide_what_follows() {
    let mut bytes = vec![0x80, 207, 0, 1, 0, 0, 0, 1];
    Writer::new(&mut bytes).pli(US, THEM);
    let read = parse(&bytes).expect("sound");
    assert_eq!(
        read,
        [
            Rtcp::Other {
                packet_type: 207,
                format: 0
            },
            Rtcp::Pli {
                sender: US,
                media: THEM
            }
        ]
    );
}

#[test]
fn a_few_bytes_cannot_claim_more_packets_than_the_bound() {
    let mut body = vec![0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0xff, 0xff, 0, 0, 0, 0];
    body.extend([0x1f, 0xff].repeat(9));
    let bytes = written(|writer| {
        writer.packet(TRANSPORT_LAYER_FEEDBACK, FORMAT_TRANSPORT_CC, |out| {
            out.extend(&body)
        });
    });
    assert_eq!(
        parse(&bytes),
        Ok(vec![Rtcp::Other {
            packet_type: 205,
            format: 15
        }])
    );
}

#[test]
fn one_datagram_gives_a_bounded_number_of_packets() {
    let bytes = written(|writer| (0..300).for_each(|_| _ = writer.pli(US, THEM)));
    assert_eq!(parse(&bytes).expect("sound").len(), MAX_PACKETS);
}

#[test]
fn each_source_of_a_full_intra_request_is_asked() {
    let bytes = written(|writer| {
        writer.packet(PAYLOAD_FEEDBACK, FORMAT_FIR, |out| {
            out.extend([
                0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 9, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0,
            ]);
        });
    });
    let fir = |media, sequence| Rtcp::Fir {
        sender: Ssrc(1),
        media: Ssrc(media),
        sequence,
    };
    assert_eq!(parse(&bytes), Ok(vec![fir(2, 9), fir(3, 4)]));
}

#[test]
fn a_late_packet_is_told_again_with_those_after_it() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut builder = TransportFeedbackBuilder::new(start);
    for sequence in [10, 11, 13, 14] {
        builder.on_packet(at(1), THEM, sequence);
    }
    let told: Vec<_> = drain(&mut builder)
        .into_iter()
        .map(|(sequence, at)| (sequence, at.is_some()))
        .collect();
    assert_eq!(
        told,
        [(10, true), (11, true), (12, false), (13, true), (14, true)]
    );
    builder.on_packet(at(50), THEM, 12);
    assert!(builder.is_fresh());
    let told = drain(&mut builder);
    assert_eq!(told, [(12, Some(50_000)), (13, Some(1_000)), (14, Some(1_000))]);
    builder.on_packet(at(60), THEM, 12);
    assert!(!builder.is_fresh(), "a duplicate is nothing new");
}

#[test]
fn a_pause_too_long_for_a_delta_begins_another_feedback() {
    let start = Instant::now();
    let mut builder = TransportFeedbackBuilder::new(start);
    builder.on_packet(start, THEM, 1);
    builder.on_packet(start + Duration::from_secs(20), THEM, 2);
    let first = builder.build(US).expect("the one before the pause");
    let second = builder.build(US).expect("the one after the pause");
    assert_eq!((first.packets.len(), second.packets.len()), (1, 1));
    assert_eq!(second.feedback_count, first.feedback_count + 1);
    assert!(builder.build(US).is_none());
}

#[test]
fn the_round_trip_is_what_the_reporter_did_not_wait() {
    let mut block = ReportBlock {
        ssrc: US,
        fraction_lost: 0,
        lost: 0,
        highest_sequence: 0,
        jitter: 0,
        last_report: 0x0001_0000,
        delay: 0x8000,
    };
    assert_eq!(block.round_trip(0x0001_c000), Some(Duration::from_millis(250)));
    assert_eq!(
        block.round_trip(0x0001_4000),
        None,
        "it cannot have waited longer than it took"
    );
    block.last_report = 0;
    assert_eq!(block.round_trip(1), None);
}
