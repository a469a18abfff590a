//! What a panic about one peer does to the others: nothing.

use std::net::SocketAddr;

use super::*;
use crate::address::TransportAddress;
use crate::id::{Mid, PayloadType, SubscriptionId};
use crate::media::{
    Codec, ExtensionIds, Format, IceCredentials, KeyFrameRequest, MediaKind, Publication, ReceiveSection,
    Session, Subscribe, Wish,
};
use crate::peer::ice::tests::check;
use crate::peer::srtp::{Outbound, Profile, split_keying_material};
use crate::rtp::header::{self, Header, is_rtcp};
use crate::rtp::packet::PayloadInfo;
use tracks::Publisher;

const SOUND: Format = Format {
    payload_type: PayloadType(111),
    codec: Codec::Opus,
    rtx: None,
    key_frame_request: KeyFrameRequest::Pli,
};

const PICTURE: Format = Format {
    payload_type: PayloadType(96),
    codec: Codec::Vp8,
    rtx: None,
    key_frame_request: KeyFrameRequest::Pli,
};

/// The beginning of a VP8 picture that can be decoded alone.
const KEY_FRAME: &[u8] = &[0x10, 0, 1, 2];

/// A track that somebody on another shard publishes.
const FAR: TrackId = TrackId(99);

fn voice(person: u64) -> TrackId {
    TrackId(person)
}

fn camera(person: u64) -> TrackId {
    TrackId(10 + person)
}

/// Three people on one shard, connected, who hear each other.
struct Call {
    now: Instant,
    shard: Shard,
    clients: Vec<Outbound>,
    sequence: u64,
    ended: Vec<(PeerId, PeerEnd)>,
}

impl Call {
    fn new() -> Self {
        let certificate = Arc::new(Certificate::generate().unwrap());
        let mut call = Self {
            now: Instant::now(),
            shard: Shard::new(ShardId(0), ShardConfig { certificate }, 1).unwrap(),
            clients: Vec::new(),
            sequence: 1000,
            ended: Vec::new(),
        };
        for person in 1..=3 {
            call.enter(person);
            let receive = vec![
                section(voice(person), source(voice(person)), SOUND),
                section(camera(person), source(camera(person)), PICTURE),
            ];
            let extensions = ExtensionIds::default();
            call.command(person, PeerCommand::Configure(Session { extensions, receive }));
        }
        for viewer in 1..=3 {
            for publisher in (1..=3).filter(|publisher| *publisher != viewer) {
                call.watch(viewer, publisher, voice(publisher), SOUND);
            }
        }
        call.flush();
        call
    }

    /// Somebody connects.
    fn enter(&mut self, person: u64) {
        let credentials = IceCredentials {
            ufrag: format!("ufrag{person}"),
            password: "a-password-long-enough".to_owned(),
        };
        let mut request = check(&credentials, true);
        let seed = PeerSeed {
            id: PeerId(person),
            credentials,
            opens_channels: false,
        };
        self.shard.adopt(self.now, seed, Vec::new());
        self.shard.receive(self.now, address(person), &mut request);
        let material = vec![person as u8; 56];
        let (client, _) = split_keying_material(Profile::Gcm128, &material).unwrap();
        self.clients
            .push(Outbound::new(Profile::Gcm128, &client).unwrap());
        let now = self.now;
        self.peer(person)
            .transport
            .skip_handshake(now, Profile::Gcm128, material);
    }

    fn peer(&mut self, person: u64) -> &mut Peer {
        let slot = self.shard.by_id[&PeerId(person)];
        self.shard.peers[slot].as_mut().unwrap()
    }

    /// The next work on this one panics.
    fn trap(&mut self, person: u64) {
        self.peer(person).trap = true;
    }

    fn command(&mut self, person: u64, command: PeerCommand) {
        self.shard.command(self.now, PeerId(person), command);
    }

    fn mute(&mut self, person: u64, track: TrackId, muted: bool) {
        self.command(person, PeerCommand::Mute { track, muted });
    }

    fn watch(&mut self, viewer: u64, publisher: u64, track: TrackId, format: Format) {
        let wish = Wish {
            enabled: true,
            max_layer: 0,
            area: 1,
            priority: 0,
        };
        let subscribe = Subscribe {
            id: SubscriptionId(track.0),
            track,
            publisher: PeerId(publisher),
            kind: format.codec.kind(),
            screen: false,
            mid: Mid(format!("{}", track.0)),
            ssrc: source(track),
            rtx: None,
            formats: vec![format],
            wish,
        };
        self.command(viewer, PeerCommand::Subscribe(subscribe));
    }

    fn speak(&mut self, person: u64) {
        self.send(person, voice(person), SOUND, b"hello");
    }

    fn film(&mut self, person: u64) {
        self.send(person, camera(person), PICTURE, KEY_FRAME);
    }

    /// A client sends a packet of its track.
    fn send(&mut self, person: u64, track: TrackId, format: Format, payload: &[u8]) {
        self.now += Duration::from_millis(20);
        self.sequence += 1;
        let outgoing = header::Outgoing {
            marker: true,
            payload_type: format.payload_type,
            sequence: self.sequence as u16,
            timestamp: self.sequence as u32 * 960,
            ssrc: source(track),
            padding: false,
        };
        let mut datagram = Vec::new();
        header::write(&mut datagram, &outgoing);
        let body = datagram.len();
        datagram.extend_from_slice(payload);
        let client = &self.clients[person as usize - 1];
        assert!(client.seal_rtp(&mut datagram, 0, body, source(track), self.sequence));
        self.shard.receive(self.now, address(person), &mut datagram);
    }

    /// Sends what waits; who got a packet of which track.
    fn flush(&mut self) -> Vec<(TransportAddress, Ssrc)> {
        let mut batch = TransmitBatch::new();
        self.shard.flush(self.now, &mut batch);
        while let Some(output) = self.shard.poll_output() {
            if let ShardOutput::Event(peer, PeerEvent::Ended(end)) = output {
                self.ended.push((peer, end));
            }
        }
        let media = batch.datagrams().filter(|(_, bytes)| !is_rtcp(bytes));
        let headers = media.filter_map(|(to, bytes)| Some((to, Header::parse(bytes)?.ssrc)));
        headers.collect()
    }

    fn hears(&mut self, viewer: u64, publisher: u64) -> bool {
        self.speak(publisher);
        self.flush()
            .contains(&(address(viewer), source(voice(publisher))))
    }

    /// Only this one was ended, and packets flow between the two others.
    fn only_ended(mut self, broken: u64) {
        self.flush();
        assert_eq!(self.ended, [(PeerId(broken), PeerEnd::Fault)]);
        assert_eq!(self.shard.len(), 2);
        let others: Vec<u64> = (1..=3).filter(|person| *person != broken).collect();
        assert!(self.hears(others[0], others[1]) && self.hears(others[1], others[0]));
        assert_eq!(self.ended.len(), 1);
    }
}

fn address(person: u64) -> TransportAddress {
    TransportAddress::udp(SocketAddr::from(([192, 0, 2, person as u8], 5000)))
}

fn source(track: TrackId) -> Ssrc {
    Ssrc(track.0 as u32)
}

fn section(track: TrackId, source: Ssrc, format: Format) -> ReceiveSection {
    let kind = format.codec.kind();
    let heights = if kind == MediaKind::Video {
        vec![720]
    } else {
        vec![]
    };
    ReceiveSection {
        mid: Mid(format!("{}", track.0)),
        kind,
        formats: vec![format],
        rids: vec![],
        sources: vec![(source, None)],
        publication: Some(Publication {
            track,
            screen: false,
            layer_heights: heights,
        }),
    }
}

#[test]
fn a_peer_that_panics_over_a_packet_of_its_own_is_dropped_alone() {
    let mut call = Call::new();
    call.trap(2);
    call.speak(2);
    call.only_ended(2);
}

#[test]
fn a_peer_that_panics_when_its_time_has_come_is_dropped_alone() {
    let mut call = Call::new();
    (1..=3).for_each(|person| call.speak(person));
    call.flush();
    call.trap(2);
    call.now += Duration::from_secs(1);
    call.shard.timeout(call.now);
    call.only_ended(2);
}

#[test]
fn a_peer_that_panics_while_it_is_written_to_is_dropped_alone() {
    let mut call = Call::new();
    call.speak(1);
    call.trap(2);
    assert_eq!(call.flush(), [(address(3), source(voice(1)))]);
    call.only_ended(2);
}

#[test]
fn a_viewer_that_panics_over_a_packet_does_not_take_its_publisher_down() {
    let mut call = Call::new();
    call.trap(2);
    call.speak(1);
    assert_eq!(call.flush(), [(address(3), source(voice(1)))]);
    call.only_ended(2);
}

#[test]
fn a_viewer_that_panics_over_a_packet_of_another_shard_is_dropped_alone() {
    let mut call = Call::new();
    call.watch(2, 4, FAR, SOUND);
    call.watch(3, 4, FAR, SOUND);
    call.flush();
    let packet = Packet {
        sequence: 1,
        timestamp: 0,
        marker: true,
        late: false,
        codec: Codec::Opus,
        layer: 0,
        epoch: 1,
        audio_level: None,
        orientation: None,
        info: PayloadInfo {
            key_frame_start: true,
            vp8: None,
        },
        payload: b"hello"[..].into(),
    };
    call.trap(2);
    let packets = RelayMessage::Packets(vec![(FAR, Arc::new(packet))]);
    call.shard.relay(call.now, packets);
    assert_eq!(call.flush(), [(address(3), source(FAR))]);
    call.only_ended(2);
}

#[test]
fn a_viewer_that_panics_over_a_mute_does_not_take_its_publisher_down() {
    for muted in [true, false] {
        let mut call = Call::new();
        call.mute(1, voice(1), !muted);
        call.trap(2);
        call.mute(1, voice(1), muted);
        if muted {
            call.flush();
            call.mute(1, voice(1), false);
        }
        call.only_ended(2);
    }
}

#[test]
fn a_publisher_that_panics_does_not_take_down_who_begins_to_watch_it() {
    let mut call = Call::new();
    call.trap(1);
    call.watch(2, 1, camera(1), PICTURE);
    call.only_ended(1);
}

#[test]
fn a_publisher_that_panics_does_not_take_down_who_asks_it_for_a_key_frame() {
    let mut call = Call::new();
    call.film(1);
    call.watch(2, 1, camera(1), PICTURE);
    call.trap(1);
    call.only_ended(1);
}

#[test]
fn a_publisher_that_panics_over_another_shards_wish_is_dropped_alone() {
    let watch = RelayMessage::Watch {
        track: voice(1),
        shard: ShardId(1),
    };
    let key_frame = RelayMessage::KeyFrame {
        track: camera(1),
        layer: 0,
    };
    for message in [watch, key_frame] {
        let mut call = Call::new();
        call.trap(1);
        call.shard.relay(call.now, message);
        call.only_ended(1);
    }
}

#[test]
fn a_peer_that_panics_while_its_room_closes_it_is_gone_and_the_others_go_on() {
    let mut call = Call::new();
    call.trap(2);
    call.command(2, PeerCommand::Close);
    assert_eq!(call.shard.len(), 2);
    assert!(call.hears(1, 3) && call.hears(3, 1));
    assert_eq!(call.ended, []);
}

#[test]
fn the_place_of_a_peer_whose_panic_cost_it_everything_is_free_of_its_tracks_and_claims() {
    let mut call = Call::new();
    let us = Ssrc(1);
    let seed = PeerSeed {
        id: PeerId(2),
        credentials: IceCredentials {
            ufrag: "ufrag2".to_owned(),
            password: "a-password-long-enough".to_owned(),
        },
        opens_channels: false,
    };
    let place = call.shard.by_id[&PeerId(2)];
    // As if it had panicked while its lists were being rewritten.
    *call.peer(2) = Peer::new(call.now, &seed, us);
    call.trap(2);
    call.shard.guarded(call.now, place, |_| panic!("half done"));
    call.enter(4);
    assert_eq!(call.shard.by_id[&PeerId(4)], place);
    let left = call
        .shard
        .tracks
        .slot(voice(2))
        .and_then(|slot| call.shard.tracks.get(slot));
    assert!(left.is_some_and(|track| track.publisher == Publisher::Unknown));
    call.speak(1);
    assert_eq!(call.flush(), [(address(3), source(voice(1)))]);
}
