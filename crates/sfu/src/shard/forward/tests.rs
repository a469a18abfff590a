//! Promises of rewriting: whatever is lost, late or switched, a viewer sees one unbroken stream.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::continuity::{Clocks, Continuity};
use crate::media::Codec;
use crate::rtp::packet::{Packet, PayloadInfo};
use crate::rtp::vp8::Descriptor;
use crate::shard::relay::ClockReport;

/// A layer of 30 pictures a second, two packets each, numbered from anywhere.
#[derive(Clone, Copy, Debug)]
struct Source {
    layer: u8,
    sequence: u64,
    timestamp: u32,
    picture: u16,
    tl0: u8,
}

fn packet(source: &Source, frame: u64, part: u64, key: bool, late: bool) -> Packet {
    let vp8 = Descriptor {
        key_frame_start: key && part == 0,
        frame_start: part == 0,
        picture_id_at: Some(2),
        picture_id_long: true,
        picture_id: source.picture.wrapping_add(frame as u16) & 0x7fff,
        tl0_at: Some(4),
        tl0: source.tl0.wrapping_add(frame as u8),
        length: 5,
        ..Descriptor::default()
    };
    Packet {
        sequence: source.sequence + frame * 2 + part,
        timestamp: source.timestamp.wrapping_add(frame as u32 * 3000),
        marker: part == 1,
        late,
        codec: Codec::Vp8,
        layer: source.layer,
        epoch: u32::from(source.layer) + 1,
        audio_level: None,
        orientation: None,
        info: PayloadInfo {
            key_frame_start: key && part == 0 && !late,
            vp8: Some(vp8),
        },
        payload: Box::from(&[0u8; 8][..]),
    }
}

fn source() -> impl Strategy<Value = Source> {
    (100_000u64..200_000, any::<u32>(), 0u16..0x8000, any::<u8>()).prop_map(
        |(sequence, timestamp, picture, tl0)| Source {
            layer: 0,
            sequence,
            timestamp,
            picture,
            tl0,
        },
    )
}

proptest! {
    /// Frames come in order but for neighbours that swap; some are lost; the layer changes at key frames. What
    /// comes out has unique numbers, pictures in the order of their numbers, and time that goes on.
    #[test]
    fn a_viewer_sees_one_stream_across_switches_losses_and_reordering(
        first in source(), second in source(), clocked in any::<bool>(),
        frames in prop::collection::vec((any::<bool>(), 0u8..10, 0u8..20), 20..120),
        start in any::<u16>(), beginning in any::<u32>(),
    ) {
        let sources = [first, Source { layer: 1, ..second }];
        let epoch = Instant::now();
        let mut clocks: Clocks = [None; 3];
        if clocked {
            for source in &sources {
                clocks[usize::from(source.layer)] =
                    Some(ClockReport { ntp: 5 << 32, rtp: source.timestamp, heard: epoch });
            }
        }
        let mut continuity = Continuity::new(start, beginning);
        let mut seen: BTreeMap<u64, (u32, u16)> = BTreeMap::new();
        let mut layer = 0usize;
        let mut opened = false;
        for (frame, &(switch, loss, swap)) in frames.iter().enumerate() {
            let now = epoch + Duration::from_millis(frame as u64 * 33);
            let frame = frame as u64;
            let switches = !opened || switch && frame.is_multiple_of(7);
            if opened && switches {
                layer = 1 - layer;
            }
            opened = true;
            let source = &sources[layer];
            let mut parts = vec![packet(source, frame, 0, switches, false), packet(source, frame, 1, false, false)];
            // The packet that begins a run is never the late one: ingest sees to that.
            if swap == 0 && !switches {
                parts.swap(0, 1);
            }
            if loss == 0 && !switches {
                parts.remove(0);
            }
            for packet in &parts {
                let Some(out) = continuity.place(now, packet, &clocks) else { continue };
                let patch = out.vp8.unwrap();
                prop_assert!(seen.insert(out.sequence, (out.timestamp, patch.picture_id)).is_none());
            }
        }
        prop_assert!(*seen.keys().next().unwrap() < 0x8000);
        let mut previous: Option<(u64, u32, u16)> = None;
        for (&sequence, &(timestamp, picture)) in &seen {
            if let Some((before, old_timestamp, old_picture)) = previous {
                let pictures = picture.wrapping_sub(old_picture) & 0x7fff;
                let ticks = timestamp.wrapping_sub(old_timestamp);
                prop_assert!(sequence - before <= 3, "a gap only where packets were lost");
                prop_assert!(pictures <= 2, "{old_picture} then {picture}");
                prop_assert_eq!(pictures == 0, ticks == 0);
                prop_assert!(ticks < 90_000, "time goes on and never leaps");
            }
            previous = Some((sequence, timestamp, picture));
        }
    }
}

#[test]
fn a_packet_from_before_the_switch_comes_too_late() {
    let now = Instant::now();
    let source = Source {
        layer: 0,
        sequence: 100_000,
        timestamp: 1,
        picture: 1,
        tl0: 1,
    };
    let mut continuity = Continuity::new(1, 1);
    assert!(
        continuity
            .place(now, &packet(&source, 4, 1, false, false), &[None; 3])
            .is_none()
    );
    let begun = continuity
        .place(now, &packet(&source, 5, 0, true, false), &[None; 3])
        .unwrap();
    assert!(begun.begins);
    assert!(
        continuity
            .place(now, &packet(&source, 4, 1, false, true), &[None; 3])
            .is_none()
    );
    let next = continuity
        .place(now, &packet(&source, 5, 1, false, false), &[None; 3])
        .unwrap();
    assert_eq!(next.sequence, begun.sequence + 1);
}

#[test]
fn a_closed_run_goes_on_without_a_gap_at_the_next_key_frame() {
    let now = Instant::now();
    let source = Source {
        layer: 0,
        sequence: 100_000,
        timestamp: 1,
        picture: 1,
        tl0: 1,
    };
    let mut continuity = Continuity::new(1, 1);
    let before = continuity
        .place(now, &packet(&source, 0, 0, true, false), &[None; 3])
        .unwrap();
    continuity.close();
    assert!(
        continuity
            .place(now, &packet(&source, 9, 1, false, false), &[None; 3])
            .is_none()
    );
    let later = now + Duration::from_secs(1);
    let after = continuity
        .place(later, &packet(&source, 30, 0, true, false), &[None; 3])
        .unwrap();
    assert_eq!(after.sequence, before.sequence + 1);
    assert_eq!(after.timestamp.wrapping_sub(before.timestamp), 90_000);
}
