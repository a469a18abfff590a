//! The media plane against another maker's WebRTC, in memory and virtual time.

mod camera;
mod world;

use std::time::Duration;

use camera::{Camera, Layer, audio_section, session, subscription, video_section};
use sfu::id::{PeerId, SubscriptionId, TrackId};
use sfu::media::{Channel, KeyFrameRequest, MediaKind, PeerCommand, PeerEnd, PeerEvent};
use str0m::Event;
use str0m::channel::{ChannelConfig, Reliability};
use str0m::media::KeyframeRequestKind;
use world::World;

const TRACK: TrackId = TrackId(7);

fn connected(world: &World, peer: u64) -> bool {
    world
        .events_of(PeerId(peer))
        .any(|event| matches!(event, PeerEvent::Connected))
}

fn reliable() -> ChannelConfig {
    ChannelConfig {
        label: "_reliable".to_owned(),
        ..ChannelConfig::default()
    }
}

#[test]
fn a_foreign_peer_connects_and_exchanges_messages_large_and_small() {
    let mut world = World::new(1);
    let client = world.add_client(0, false);
    let channel = world.clients[client]
        .rtc
        .direct_api()
        .create_data_channel(reliable());
    world.clients[client]
        .rtc
        .direct_api()
        .create_data_channel(ChannelConfig {
            label: "_lossy".to_owned(),
            ordered: false,
            reliability: Reliability::MaxRetransmits { retransmits: 0 },
            ..ChannelConfig::default()
        });
    world.run(Duration::from_secs(3));
    assert!(connected(&world, 1));
    let opened = world
        .events_of(PeerId(1))
        .filter(|event| matches!(event, PeerEvent::ChannelOpen(_)));
    assert_eq!(opened.count(), 2);

    let large: Vec<u8> = (0..60_000u32).map(|byte| byte as u8).collect();
    world.clients[client]
        .rtc
        .channel(channel)
        .unwrap()
        .write(true, &large)
        .unwrap();
    for message in [&b"hello"[..], &large] {
        let command = PeerCommand::SendData {
            channel: Channel::Reliable,
            bytes: message.into(),
        };
        world.command(PeerId(1), command);
    }
    world.run(Duration::from_secs(3));
    let came = world.events_of(PeerId(1)).find_map(|event| match event {
        PeerEvent::Data { channel, bytes } => Some((*channel, bytes.clone())),
        _ => None,
    });
    assert_eq!(came, Some((Channel::Reliable, large.clone())));
    let back: Vec<_> = world
        .client_events(client)
        .filter_map(|event| match event {
            Event::ChannelData(data) => Some(data.data.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(back, [b"hello".to_vec(), large]);
}

#[test]
fn the_server_opens_the_channels_where_it_is_asked_to() {
    let mut world = World::new(1);
    let client = world.add_client(0, true);
    world.run(Duration::from_secs(3));
    let mut labels: Vec<_> = world
        .client_events(client)
        .filter_map(|event| match event {
            Event::ChannelOpen(_, label) => Some(label.clone()),
            _ => None,
        })
        .collect();
    labels.sort();
    assert_eq!(labels, ["_data_track", "_lossy", "_reliable"]);
    let opened = world
        .events_of(PeerId(1))
        .filter(|event| matches!(event, PeerEvent::ChannelOpen(_)));
    assert_eq!(opened.count(), 3);
}

#[test]
fn a_wrong_certificate_ends_the_peer_before_any_media() {
    let mut world = World::new(1);
    let client = world.add_client(0, false);
    let connect = sfu::media::RemoteTransport {
        credentials: sfu::media::IceCredentials {
            ufrag: "x".to_owned(),
            password: "y".to_owned(),
        },
        fingerprint: [0; 32],
    };
    let peer = world.clients[client].peer;
    world.command(peer, PeerCommand::Connect(connect));
    world.run(Duration::from_secs(3));
    let ended = world
        .events_of(peer)
        .any(|event| matches!(event, PeerEvent::Ended(PeerEnd::Handshake)));
    assert!(ended && !connected(&world, 1));
}

#[test]
fn a_peer_that_falls_silent_is_ended() {
    let mut world = World::new(1);
    world.add_client(0, false);
    world.run(Duration::from_secs(3));
    world.loss = 1000;
    world.run(Duration::from_secs(20));
    let ended = world
        .events_of(PeerId(1))
        .any(|event| matches!(event, PeerEvent::Ended(PeerEnd::Silent)));
    assert!(ended);
    assert!(world.shards[0].is_empty());
}

/// A publisher on the first shard and a viewer on the last one, both connected.
fn broadcast(shards: u16, simulcast: bool) -> (World, Camera, usize) {
    let mut world = World::new(shards);
    let publisher = world.add_client(0, false);
    let viewer = world.add_client(usize::from(shards) - 1, false);
    let camera = Camera::new(&mut world, publisher, simulcast);
    let section = video_section("cam", TRACK, simulcast);
    world.command(PeerId(1), PeerCommand::Configure(session(vec![section])));
    world.command(PeerId(2), PeerCommand::Configure(session(vec![])));
    world.run(Duration::from_secs(1));
    (world, camera, viewer)
}

fn watch(world: &mut World, viewer: usize) -> camera::Screen {
    let screen = camera::Screen::new(world, viewer, "s1", MediaKind::Video, 5001);
    let subscribe = subscription(1, TRACK, PeerId(1), MediaKind::Video, "s1", 5001);
    world.command(PeerId(2), PeerCommand::Subscribe(subscribe));
    screen
}

#[test]
fn a_publisher_that_agreed_to_full_intra_requests_only_is_asked_in_that_way_alone() {
    for (way, expected) in [
        (KeyFrameRequest::Fir, KeyframeRequestKind::Fir),
        (KeyFrameRequest::Pli, KeyframeRequestKind::Pli),
    ] {
        let (mut world, mut camera, viewer) = broadcast(1, false);
        let mut section = video_section("cam", TRACK, false);
        section.formats[0].key_frame_request = way;
        world.command(PeerId(1), PeerCommand::Configure(session(vec![section])));
        camera.film(&mut world, Duration::from_secs(1));
        let screen = watch(&mut world, viewer);
        camera.film(&mut world, Duration::from_secs(2));
        assert!(screen.look(&world).starts_with_key_frame);
        let asked = world.client_events(0).filter_map(|event| match event {
            Event::KeyframeRequest(request) => Some(request.kind),
            _ => None,
        });
        let asked: Vec<_> = asked.collect();
        assert!(
            !asked.is_empty() && asked.iter().all(|kind| *kind == expected),
            "{asked:?}"
        );
    }
}

#[test]
fn pictures_reach_a_viewer_whole_on_the_same_shard_and_on_another() {
    for shards in [1, 2] {
        let (mut world, mut camera, viewer) = broadcast(shards, true);
        camera.film(&mut world, Duration::from_secs(1));
        let screen = watch(&mut world, viewer);
        camera.film(&mut world, Duration::from_secs(8));
        let seen = screen.look(&world);
        assert!(seen.starts_with_key_frame, "{shards} shards");
        assert_eq!(seen.gaps, 0, "sequence numbers and picture ids are continuous");
        assert_eq!(seen.duplicates, 0);
        assert_eq!(seen.backward_timestamps, 0);
        assert_eq!(seen.last_layer, Some(Layer::High), "the best layer fits by then");
        assert!(seen.frames > 150, "{} frames", seen.frames);
        let started = world.events_of(PeerId(1));
        assert!(
            started
                .into_iter()
                .any(|event| matches!(event, PeerEvent::TrackStarted { .. }))
        );
        let mut told = world.events_of(PeerId(2));
        assert!(told.any(|event| matches!(event, PeerEvent::SubscriptionStarted(SubscriptionId(1)))));
    }
}

#[test]
fn lost_packets_are_repaired_on_both_ways() {
    let (mut world, mut camera, viewer) = broadcast(1, false);
    let screen = watch(&mut world, viewer);
    camera.film(&mut world, Duration::from_secs(2));
    world.loss = 50;
    camera.film(&mut world, Duration::from_secs(8));
    world.loss = 0;
    camera.film(&mut world, Duration::from_secs(2));
    let seen = screen.look(&world);
    assert!(seen.packets > 500);
    assert!(
        seen.missing * 200 <= seen.packets,
        "{} of {} packets missing after repair of 5 % twice",
        seen.missing,
        seen.packets
    );
    assert_eq!(seen.duplicates, 0);
}

/// What a viewer without retransmissions was sent: each number of each source with all bytes it was sent with.
fn sent_without_retransmissions(loss: u64) -> std::collections::BTreeMap<(u32, u16), Vec<Vec<u8>>> {
    let (mut world, mut camera, viewer) = broadcast(1, false);
    camera::Screen::new(&mut world, viewer, "s1", MediaKind::Video, 5001);
    let mut subscribe = subscription(1, TRACK, PeerId(1), MediaKind::Video, "s1", 5001);
    for format in &mut subscribe.formats {
        format.rtx = None;
    }
    world.command(PeerId(2), PeerCommand::Subscribe(subscribe));
    camera.film(&mut world, Duration::from_secs(2));
    world.loss = loss;
    camera.film(&mut world, Duration::from_secs(6));
    let mut sent = std::collections::BTreeMap::<_, Vec<_>>::new();
    for datagram in &world.written[&world.clients[viewer].address] {
        let number = u16::from_be_bytes([datagram[2], datagram[3]]);
        let source = u32::from_be_bytes([datagram[8], datagram[9], datagram[10], datagram[11]]);
        sent.entry((source, number)).or_default().push(datagram.clone());
    }
    assert!(sent.len() > 500, "{} packets", sent.len());
    sent
}

#[test]
fn a_viewer_without_retransmissions_is_not_probed_with_packets_it_has() {
    let sent = sent_without_retransmissions(0);
    let twice = sent.values().filter(|copies| copies.len() > 1).count();
    assert_eq!(twice, 0, "packets sent more than once although none was lost");
}

/// Two texts under one number would be sealed with one nonce, which gives the key of the tag away (RFC 7714 §9.1).
#[test]
fn a_number_of_a_source_never_seals_two_texts() {
    let sent = sent_without_retransmissions(50);
    let again = sent.values().filter(|copies| copies.len() > 1).count();
    assert!(again > 5, "{again} packets repeated");
    let changed = sent
        .values()
        .filter(|copies| copies.iter().any(|copy| copy != &copies[0]));
    assert_eq!(changed.count(), 0, "repetitions that differ from the first time");
}

#[test]
fn a_muted_picture_is_dark_and_comes_back_with_a_key_frame() {
    let (mut world, mut camera, viewer) = broadcast(2, false);
    let screen = watch(&mut world, viewer);
    camera.film(&mut world, Duration::from_secs(2));
    let mute = |muted| PeerCommand::Mute { track: TRACK, muted };
    world.command(PeerId(1), mute(true));
    camera.film(&mut world, Duration::from_millis(100));
    let before = screen.look(&world).packets;
    camera.film(&mut world, Duration::from_secs(1));
    assert_eq!(screen.look(&world).packets, before);
    world.command(PeerId(1), mute(false));
    camera.film(&mut world, Duration::from_secs(2));
    let seen = screen.look(&world);
    assert!(seen.packets > before + 30);
    assert_eq!((seen.gaps, seen.broken_restarts), (0, 0));
}

#[test]
fn a_narrow_way_gets_a_small_picture() {
    let (mut world, mut camera, viewer) = broadcast(1, true);
    let screen = watch(&mut world, viewer);
    camera.film(&mut world, Duration::from_secs(6));
    assert_eq!(screen.look(&world).last_layer, Some(Layer::High));
    let limit = PeerCommand::LimitBandwidth(Some(sfu::id::Bitrate::kilobits(300)));
    world.command(PeerId(2), limit);
    camera.film(&mut world, Duration::from_secs(2));
    let seen = screen.look(&world);
    assert_eq!(seen.last_layer, Some(Layer::Low));
    assert_eq!((seen.gaps, seen.backward_timestamps), (0, 0));
}

#[test]
fn silence_is_not_forwarded_and_leaves_no_gap() {
    let mut world = World::new(1);
    let publisher = world.add_client(0, false);
    let viewer = world.add_client(0, false);
    let mut microphone = camera::Microphone::new(&mut world, publisher);
    world.command(
        PeerId(1),
        PeerCommand::Configure(session(vec![audio_section("mic", TRACK)])),
    );
    world.command(PeerId(2), PeerCommand::Configure(session(vec![])));
    world.run(Duration::from_secs(1));
    let screen = camera::Screen::new(&mut world, viewer, "a1", MediaKind::Audio, 6001);
    let subscribe = subscription(1, TRACK, PeerId(1), MediaKind::Audio, "a1", 6001);
    world.command(PeerId(2), PeerCommand::Subscribe(subscribe));
    microphone.talk(&mut world, Duration::from_secs(2), -20);
    microphone.talk(&mut world, Duration::from_secs(2), -127);
    world.run(Duration::from_millis(200));
    let quiet = screen.look(&world).packets;
    assert!(
        (100..=125).contains(&quiet),
        "{quiet} packets: sound and the hangover"
    );
    microphone.talk(&mut world, Duration::from_secs(1), -20);
    world.run(Duration::from_millis(200));
    let seen = screen.look(&world);
    assert_eq!(seen.packets, quiet + 50);
    assert_eq!(seen.gaps, 0);
    let spoke = world.events_of(PeerId(1)).any(|event| match event {
        PeerEvent::Levels(levels) => levels.iter().any(|level| level.active && level.track == TRACK),
        _ => false,
    });
    assert!(spoke);
}

#[test]
fn garbage_harms_nobody() {
    let (mut world, mut camera, viewer) = broadcast(1, false);
    let screen = watch(&mut world, viewer);
    camera.film(&mut world, Duration::from_secs(1));
    let from = world.clients[0].address;
    for round in 0..500u32 {
        for first in [0u8, 1, 22, 23, 128, 144, 200, 255] {
            let mut bytes = vec![first; (round % 90) as usize + 1];
            if let Some(second) = bytes.get_mut(1) {
                *second = round as u8;
            }
            world.inject(from, bytes);
        }
    }
    let before = screen.look(&world).packets;
    camera.film(&mut world, Duration::from_secs(2));
    assert!(screen.look(&world).packets > before + 30);
    assert_eq!(screen.look(&world).gaps, 0);
}

#[test]
fn clocks_of_the_publisher_reach_the_viewer_and_tell_the_round_trip() {
    for shards in [1, 2] {
        let (mut world, mut camera, viewer) = broadcast(shards, true);
        watch(&mut world, viewer);
        camera.film(&mut world, Duration::from_secs(12));
        let told = world.client_events(viewer).any(|event| match event {
            Event::RtpPacket(packet) => packet.last_sender_info.is_some(),
            _ => false,
        });
        assert!(told, "{shards} shards");
        let measured = world.events_of(PeerId(2)).filter_map(|event| match event {
            PeerEvent::Stats(stats) => stats.round_trip,
            _ => None,
        });
        let last = measured.last().unwrap();
        let expected = world::LATENCY * 2;
        assert!(
            last >= expected && last < expected + Duration::from_millis(8),
            "{last:?}"
        );
    }
}

/// Not a promise but a figure; run with `--release -- --ignored --nocapture fan_out`.
#[test]
#[ignore = "a measurement"]
fn fan_out_of_fifty_with_twenty_five_pictures_each() {
    const PEOPLE: u64 = 50;
    const PICTURES: u64 = 25;
    let mut world = World::new(1);
    let mut cameras = Vec::new();
    let mut screens = Vec::new();
    for person in 0..PEOPLE {
        let client = world.add_client(0, false);
        cameras.push(Camera::new(&mut world, client, true));
        let section = video_section("cam", TrackId(person), true);
        world.command(PeerId(person + 1), PeerCommand::Configure(session(vec![section])));
    }
    world.run(Duration::from_secs(2));
    for person in 0..PEOPLE {
        for picture in 1..=PICTURES {
            let other = (person + picture) % PEOPLE;
            let (mid, ssrc) = (format!("s{picture}"), 10_000 + picture as u32 * 2);
            screens.push(camera::Screen::new(
                &mut world,
                person as usize,
                &mid,
                MediaKind::Video,
                ssrc,
            ));
            let mut subscribe = subscription(
                picture,
                TrackId(other),
                PeerId(other + 1),
                MediaKind::Video,
                &mid,
                ssrc,
            );
            subscribe.wish.max_layer = if picture == 1 { 2 } else { 0 };
            world.command(PeerId(person + 1), PeerCommand::Subscribe(subscribe));
        }
    }
    let film = |world: &mut World, cameras: &mut Vec<Camera>, frames: usize| {
        for _ in 0..frames {
            cameras.iter_mut().for_each(|camera| camera.shoot(world));
            world.run(Duration::from_millis(40));
        }
    };
    film(&mut world, &mut cameras, 250);
    (world.sent, world.sends, world.spent) = (0, 0, Duration::ZERO);
    film(&mut world, &mut cameras, 100);
    let micros = world.spent.as_secs_f64() * 1e6 / world.sent as f64;
    println!(
        "{} datagrams in {} sends, {micros:.2} us each, {:.1} % of a core",
        world.sent,
        world.sends,
        world.spent.as_secs_f64() / 4.0 * 100.0
    );
    let whole = screens
        .iter()
        .map(|screen| screen.look(&world))
        .filter(|seen| seen.frames > 0);
    println!("{} of {} pictures seen", whole.count(), screens.len());
}
