//! Tracks with holes, repetitions, switches and wrong rewriting, as a receiver judges them.

use super::*;
use crate::options::CameraLayer;
use crate::source::{Camera, Outgoing};

fn frames(layer: usize, milliseconds: u64) -> Vec<Outgoing> {
    let start = Instant::now();
    let shape = CameraLayer::usual().remove(layer);
    let mut camera = Camera::new(start, &[shape]);
    let mut out = Vec::new();
    (0..milliseconds).for_each(|at| camera.due(start, start + Duration::from_millis(at), &mut out));
    out
}

fn receive(reception: &mut Reception, packets: &[Outgoing]) -> bool {
    let mut wants_key = false;
    for packet in packets {
        wants_key = reception.packet(Instant::now(), 1, packet.sequence, packet.marker, &packet.payload);
    }
    wants_key
}

#[test]
fn a_whole_track_is_decodable() {
    let packets = frames(2, 1000);
    let mut reception = Reception::new(true, false);
    assert!(!receive(&mut reception, &packets));
    let counts = reception.counts();
    assert_eq!(
        (counts.complete_frames, counts.decodable_frames, counts.key_frames),
        (30, 30, 1)
    );
    assert_eq!(
        (
            counts.broken_frames,
            counts.undecodable_frames,
            counts.picture_jumps
        ),
        (0, 0, 0)
    );
    assert_eq!(reception.loss(), (0, packets.len() as u64));
    assert!(counts.delay.count() == packets.len() as u64);
}

#[test]
fn packets_out_of_order_are_put_in_order() {
    let mut packets = frames(2, 500);
    packets.swap(20, 22);
    packets.swap(40, 41);
    let mut reception = Reception::new(true, false);
    receive(&mut reception, &packets);
    assert_eq!(reception.counts().decodable_frames, 15);
    assert_eq!(reception.loss().0, 0);
}

#[test]
fn a_lost_packet_breaks_everything_until_the_next_key_frame() {
    let mut packets = frames(2, 1000);
    packets.remove(30);
    let mut reception = Reception::new(true, false);
    let start = Instant::now();
    let mut wants_key = false;
    for (number, packet) in packets.iter().enumerate() {
        let now = start + Duration::from_millis(6 * number as u64);
        wants_key = reception.packet(now, 1, packet.sequence, packet.marker, &packet.payload);
    }
    assert!(wants_key);
    assert_eq!(reception.loss().0, 1);
    let counts = reception.counts();
    assert_eq!(counts.broken_frames, 1);
    assert!(
        counts.undecodable_frames > 0 && counts.decodable_frames < 10,
        "{counts:?}"
    );
}

#[test]
fn repetitions_do_not_hide_losses() {
    let packets = frames(1, 300);
    let mut reception = Reception::new(true, false);
    receive(&mut reception, &packets);
    receive(&mut reception, &packets[..5]);
    assert_eq!(reception.counts().late_or_twice, 5);
    assert_eq!(reception.loss().0, 0);
}

#[test]
fn a_track_that_starts_without_a_key_frame_asks_for_one() {
    let packets = frames(0, 500);
    let mut reception = Reception::new(true, false);
    assert!(receive(&mut reception, &packets[4..]));
    assert_eq!(reception.counts().decodable_frames, 0);
    assert!(reception.counts().undecodable_frames > 0);
}

#[test]
fn a_frame_left_out_without_a_trace_is_found() {
    let packets = frames(0, 1000);
    let mut reception = Reception::new(true, false);
    // The layer has two packets a frame; numbers go on although the frame of packets 10 and 11 is missing.
    let mut sequence = 0;
    for packet in packets
        .iter()
        .filter(|packet| Stamp::read(&packet.payload).is_some_and(|stamp| stamp.frame != 6))
    {
        let mut bytes = packet.payload.to_vec();
        let picture = sequence_picture(&bytes, packet);
        bytes[2..4].copy_from_slice(&picture.to_be_bytes());
        sequence += 1;
        reception.packet(Instant::now(), 1, sequence, packet.marker, &bytes);
    }
    assert_eq!(reception.counts().hidden_gaps, 1);
    assert_eq!(reception.counts().picture_jumps, 0);
}

fn sequence_picture(bytes: &[u8], packet: &Outgoing) -> u16 {
    let picture = u16::from_be_bytes([bytes[2], bytes[3]]);
    let late = Stamp::read(&packet.payload).is_some_and(|stamp| stamp.frame > 6);
    if late { picture - 1 } else { picture }
}

#[test]
fn resetting_keeps_the_place() {
    let packets = frames(1, 1000);
    let (before, after) = packets.split_at(31);
    let mut reception = Reception::new(true, false);
    receive(&mut reception, before);
    reception.reset();
    receive(&mut reception, after);
    assert_eq!(reception.loss(), (0, after.len() as u64));
    assert_eq!(reception.counts().undecodable_frames, 0);
    assert_eq!(reception.counts().packets, after.len() as u64);
}

#[test]
fn a_light_receiver_still_counts_losses() {
    let mut packets = frames(2, 1000);
    packets.remove(50);
    let mut reception = Reception::new(true, true);
    receive(&mut reception, &packets);
    assert_eq!(reception.loss().0, 1);
    assert!(reception.counts().delay.count() > 0);
}
