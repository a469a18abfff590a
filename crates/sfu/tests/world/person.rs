//! One simulated person: another maker's WebRTC (str0m) in virtual time, speaking the room's own words.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use palabre_participants::CameraLayer;
use palabre_participants::reception::Reception;
use palabre_participants::source::{Camera, Microphone};
use palabre_participants::writing::write;
use sfu::id::TrackSid;
use sfu::media::MediaKind;
use sfu::signal::{
    AddTrack, Description, ParticipantInfo, Quality, Request, Response, Source, TrackCodec, VideoLayer,
};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::media::{Direction, KeyframeRequestKind, Mid, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// Key frames are asked for again after this when a picture cannot be decoded.
const ASK_KEY_AGAIN: std::time::Duration = std::time::Duration::from_millis(300);

/// A track a person publishes.
struct Published {
    cid: String,
    mid: Option<Mid>,
    layers: Vec<CameraLayer>,
    sid: Option<TrackSid>,
}

/// Someone in the simulated world.
pub struct Person {
    pub name: String,
    pub address: SocketAddr,
    pub rtc: Rtc,
    pending: Option<(SdpPendingOffer, u32)>,
    last_offer: u32,
    receiving: Vec<Mid>,
    published: Vec<Published>,
    wanted: (u32, u32),
    offer_again: bool,
    pub microphone: Option<Microphone>,
    pub camera: Option<Camera>,
    camera_layers: usize,
    /// What is received, by track.
    pub receptions: BTreeMap<TrackSid, Reception>,
    section_track: BTreeMap<String, TrackSid>,
    asked_key: BTreeMap<TrackSid, Instant>,
    pub others: BTreeMap<String, ParticipantInfo>,
    /// Everything the room said, oldest first.
    pub heard: Vec<Response>,
    pub channels: BTreeMap<String, ChannelId>,
    pub data: Vec<(bool, Vec<u8>)>,
    pub connected: bool,
    pub next: Instant,
    /// Key frames the server asked for.
    pub key_requests: u64,
    /// What reached it, padding included.
    pub datagrams_in: u64,
    pub bytes_in: u64,
    pub answers: u64,
    leaving: Vec<Vec<u8>>,
}

impl Person {
    pub fn new(name: &str, address: SocketAddr, now: Instant) -> Self {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_stats_interval(None)
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a valid address"));
        Self {
            name: name.to_owned(),
            address,
            rtc,
            pending: None,
            last_offer: 0,
            receiving: Vec::new(),
            published: Vec::new(),
            wanted: (0, 0),
            offer_again: false,
            microphone: None,
            camera: None,
            camera_layers: 0,
            receptions: BTreeMap::new(),
            section_track: BTreeMap::new(),
            asked_key: BTreeMap::new(),
            others: BTreeMap::new(),
            heard: Vec::new(),
            channels: BTreeMap::new(),
            data: Vec::new(),
            connected: false,
            next: now,
            key_requests: 0,
            datagrams_in: 0,
            bytes_in: 0,
            answers: 0,
            leaving: Vec::new(),
        }
    }

    /// The offer that goes with the join: three sections to receive of each kind, and the data channels.
    pub fn first_offer(&mut self) -> Description {
        let mut changes = self.rtc.sdp_api();
        for kind in [str0m::media::MediaKind::Audio, str0m::media::MediaKind::Video] {
            for _ in 0..3 {
                self.receiving
                    .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
            }
        }
        let lossy = ChannelConfig {
            label: "_lossy".into(),
            ordered: false,
            reliability: Reliability::MaxRetransmits { retransmits: 0 },
            ..ChannelConfig::default()
        };
        let reliable = ChannelConfig {
            label: "_reliable".into(),
            ..ChannelConfig::default()
        };
        self.channels
            .insert("_lossy".into(), changes.add_channel_with_config(lossy));
        self.channels
            .insert("_reliable".into(), changes.add_channel_with_config(reliable));
        let (offer, pending) = changes.apply().expect("there is something to offer");
        self.sent(offer.to_sdp_string(), pending)
    }

    fn sent(&mut self, sdp: String, pending: SdpPendingOffer) -> Description {
        self.last_offer += 1;
        self.pending = Some((pending, self.last_offer));
        Description {
            sdp,
            id: self.last_offer,
        }
    }

    /// Asks to publish a microphone.
    pub fn publish_microphone(&mut self, now: Instant, talking: bool) -> Request {
        self.microphone = Some(Microphone::new(now, talking));
        self.publish(MediaKind::Audio, Source::Microphone, Vec::new())
    }

    /// Asks to publish a camera of three layers.
    pub fn publish_camera(&mut self, now: Instant) -> Request {
        let layers = CameraLayer::usual();
        self.camera = Some(Camera::new(now, &layers));
        self.camera_layers = layers.len();
        self.publish(MediaKind::Video, Source::Camera, layers)
    }

    fn publish(&mut self, kind: MediaKind, source: Source, layers: Vec<CameraLayer>) -> Request {
        let cid = format!("{}-{source:?}", self.name);
        let qualities = [Quality::Low, Quality::Medium, Quality::High];
        let video_layers: Vec<_> = layers
            .iter()
            .zip(qualities)
            .map(|(layer, quality)| VideoLayer {
                quality,
                width: layer.width.into(),
                height: layer.height.into(),
                bitrate: layer.bitrate,
                ssrc: 0,
                rid: layer.rid.to_owned(),
            })
            .collect();
        let (width, height) = layers
            .last()
            .map_or((0, 0), |layer| (layer.width.into(), layer.height.into()));
        self.published.push(Published {
            cid: cid.clone(),
            mid: None,
            layers,
            sid: None,
        });
        Request::AddTrack(Box::new(AddTrack {
            codecs: vec![TrackCodec {
                mime: if kind == MediaKind::Audio { "opus" } else { "vp8" }.to_owned(),
                cid: cid.clone(),
                layers: Vec::new(),
            }],
            cid,
            name: format!("{source:?}"),
            kind,
            source,
            width,
            height,
            muted: false,
            disable_dtx: false,
            stereo: false,
            disable_red: true,
            layers: video_layers,
            sid: None,
            encryption: Default::default(),
            stream: String::new(),
            audio_features: Vec::new(),
            backup_codec_policy: 0,
        }))
    }

    /// The room spoke.
    pub fn hear(&mut self, now: Instant, response: Response) -> Vec<Request> {
        let mut requests = Vec::new();
        match &response {
            Response::Joined(joined) => {
                for other in &joined.others {
                    self.others.insert(other.sid.0.clone(), other.clone());
                }
            }
            Response::Update(infos) => {
                for info in infos.iter().filter(|info| info.identity.as_str() != self.name) {
                    if info.state == sfu::signal::ParticipantState::Disconnected {
                        self.others.remove(&info.sid.0);
                    } else {
                        self.others.insert(info.sid.0.clone(), info.clone());
                    }
                }
            }
            Response::TrackPublished { cid, track } => {
                for published in self
                    .published
                    .iter_mut()
                    .filter(|published| published.cid == *cid)
                {
                    published.sid = Some(track.sid.clone());
                }
                self.offer_again = true;
            }
            Response::Answer { description, tracks } => {
                let (pending, id) = self.pending.take().expect("an answer follows an offer");
                assert_eq!(
                    id, description.id,
                    "{}: the answer is to another offer",
                    self.name
                );
                let answer = SdpAnswer::from_sdp_string(&description.sdp).expect("our answers parse");
                self.rtc
                    .sdp_api()
                    .accept_answer(pending, answer)
                    .expect("our answers are acceptable");
                self.section_track = tracks
                    .iter()
                    .map(|(mid, track)| (mid.0.clone(), track.clone()))
                    .collect();
                self.answers += 1;
            }
            Response::MediaSections { audio, video } => {
                self.wanted.0 += audio;
                self.wanted.1 += video;
                self.offer_again = true;
            }
            Response::SubscribedQuality(update) => {
                if let Some(camera) = &mut self.camera {
                    for (layer, (_, enabled)) in update.qualities.iter().enumerate() {
                        camera.set_enabled(now, layer, *enabled);
                    }
                }
            }
            _ => {}
        }
        self.heard.push(response);
        if let Some(offer) = self.next_offer() {
            requests.push(Request::Offer(offer));
        }
        requests
    }

    fn next_offer(&mut self) -> Option<Description> {
        if !std::mem::take(&mut self.offer_again) {
            return None;
        }
        if self.pending.is_some() {
            self.offer_again = true;
            return None;
        }
        let mut changes = self.rtc.sdp_api();
        for published in self
            .published
            .iter_mut()
            .filter(|published| published.mid.is_none())
        {
            if published.sid.is_none() {
                continue;
            }
            let (kind, simulcast) = if published.layers.is_empty() {
                (str0m::media::MediaKind::Audio, None)
            } else {
                let mut simulcast = Simulcast::new();
                for layer in &published.layers {
                    simulcast.add_send_layer(SimulcastLayer::new(layer.rid));
                }
                (str0m::media::MediaKind::Video, Some(simulcast))
            };
            let stream = format!("stream-{}", published.cid);
            let cid = published.cid.clone();
            published.mid =
                Some(changes.add_media(kind, Direction::SendOnly, Some(stream), Some(cid), simulcast));
        }
        let (audio, video) = std::mem::take(&mut self.wanted);
        for _ in 0..audio {
            let kind = str0m::media::MediaKind::Audio;
            self.receiving
                .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
        }
        for _ in 0..video {
            let kind = str0m::media::MediaKind::Video;
            self.receiving
                .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
        }
        for mid in &self.receiving {
            changes.set_direction(*mid, Direction::RecvOnly);
        }
        if !changes.has_changes() {
            // str0m offers only a change; one more section stands for the browser's bare offer.
            let kind = str0m::media::MediaKind::Audio;
            self.receiving
                .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
        }
        let (offer, pending) = changes.apply()?;
        Some(self.sent(offer.to_sdp_string(), pending))
    }

    /// A datagram arrived.
    pub fn receive(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        self.datagrams_in += 1;
        self.bytes_in += bytes.len() as u64;
        if let Ok(receive) = Receive::new(Protocol::Udp, source, self.address, bytes) {
            self.rtc
                .handle_input(Input::Receive(now, receive))
                .expect("a sane datagram");
            // str0m wants to be drained after each change.
            let mut out = std::mem::take(&mut self.leaving);
            self.drain(now, &mut out);
            self.leaving = out;
        }
    }

    /// Sends what is due and collects what leaves.
    pub fn turn(&mut self, now: Instant, out: &mut Vec<Vec<u8>>) {
        out.append(&mut self.leaving);
        if self.connected {
            self.send_media(now, out);
        }
        self.drain(now, out);
    }

    fn send_media(&mut self, now: Instant, out: &mut Vec<Vec<u8>>) {
        let mut packets = Vec::new();
        if let Some(microphone) = &mut self.microphone {
            microphone.due(now, now, &mut packets);
        }
        if let Some(camera) = &mut self.camera {
            camera.due(now, now, &mut packets);
        }
        for packet in packets {
            let sound = packet.rid.is_none();
            let published = self
                .published
                .iter()
                .find(|published| published.layers.is_empty() == sound);
            if let Some(mid) = published.and_then(|published| published.mid) {
                write(&mut self.rtc, now, mid, &packet);
                // str0m wants to be drained after each change.
                self.drain(now, out);
            }
        }
    }

    fn drain(&mut self, now: Instant, out: &mut Vec<Vec<u8>>) {
        // str0m may ask for the present moment again and again; nobody else must wait for that.
        self.next = now + std::time::Duration::from_millis(1);
        for _ in 0..1000 {
            match self.rtc.poll_output().expect("the person's own peer works") {
                Output::Transmit(transmit) => out.push(transmit.contents.to_vec()),
                Output::Event(event) => self.event(now, event),
                Output::Timeout(at) if at <= now => {
                    self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
                }
                Output::Timeout(at) => {
                    self.next = at;
                    break;
                }
            }
        }
        if self.connected {
            let due = self.microphone.as_ref().map(Microphone::next);
            let due = due.into_iter().chain(self.camera.as_ref().and_then(Camera::next));
            self.next = due.chain([self.next]).min().unwrap_or(self.next);
        }
    }

    fn event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Connected => self.connected = true,
            Event::RtpPacket(packet) => {
                let mut direct = self.rtc.direct_api();
                let Some(stream) = direct.stream_rx(&packet.header.ssrc) else {
                    return;
                };
                let mid = stream.mid();
                let Some(track) = self.section_track.get(&mid.to_string()).cloned() else {
                    return;
                };
                let video = self
                    .rtc
                    .media(mid)
                    .is_some_and(|media| media.kind() == str0m::media::MediaKind::Video);
                let reception = self
                    .receptions
                    .entry(track.clone())
                    .or_insert_with(|| Reception::new(video, false));
                let ssrc = *packet.header.ssrc;
                let asks = reception.packet(now, ssrc, *packet.seq_no, packet.header.marker, &packet.payload);
                let again = self
                    .asked_key
                    .get(&track)
                    .is_none_or(|at| *at + ASK_KEY_AGAIN <= now);
                if asks && again {
                    self.asked_key.insert(track, now);
                    let mut direct = self.rtc.direct_api();
                    if let Some(stream) = direct.stream_rx(&packet.header.ssrc) {
                        stream.request_keyframe(KeyframeRequestKind::Pli);
                    }
                }
            }
            Event::KeyframeRequest(request) => {
                self.key_requests += 1;
                let rid = request.rid.map(|rid: Rid| rid.to_string());
                if let Some(camera) = &mut self.camera {
                    camera.request_key_frame(rid.as_deref());
                }
            }
            Event::ChannelData(data) => self.data.push((data.binary, data.data)),
            _ => {}
        }
    }

    /// Sends a message on a channel.
    pub fn send_data(&mut self, label: &str, bytes: &[u8]) -> bool {
        let Some(id) = self.channels.get(label).copied() else {
            return false;
        };
        self.rtc
            .channel(id)
            .is_some_and(|mut channel| channel.write(true, bytes).unwrap_or(false))
    }

    /// Restarts ICE: the offer to send.
    pub fn restart_ice(&mut self) -> Description {
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(true);
        let (offer, pending) = changes.apply().expect("a restart is a change");
        self.sent(offer.to_sdp_string(), pending)
    }

    /// The tracks it publishes, as the room named them.
    pub fn track(&self, source: Source) -> Option<TrackSid> {
        let name = format!("{}-{source:?}", self.name);
        self.published
            .iter()
            .find(|published| published.cid == name)?
            .sid
            .clone()
    }
}
