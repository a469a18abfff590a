//! What each message of the server means to a participant, and what it answers.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use livekit_protocol::{
    AddTrackRequest, JoinResponse, LeaveRequest, Ping, SessionDescription, SignalTarget, SubscribedQuality,
    SubscribedQualityUpdate, TrackSource, TrackType, VideoLayer, VideoQuality, leave_request, signal_request,
    signal_response::Message,
};
use str0m::change::SdpOffer;

use super::Session;
use crate::negotiation::Publication;
use crate::sections;
use crate::source::{Camera, Microphone};

impl Session {
    pub(super) fn handle(&mut self, message: Message) {
        match message {
            Message::Join(join) => self.welcome(&join),
            Message::Answer(answer) => self.answered(&answer),
            Message::Offer(offer) => self.offered(&offer),
            Message::Trickle(trickle) => {
                let subscriber = trickle.target == SignalTarget::Subscriber as i32;
                match (subscriber, &mut self.subscriber) {
                    (true, Some(transport)) => transport.trickle(&trickle.candidate_init),
                    _ => self.publisher.trickle(&trickle.candidate_init),
                }
            }
            Message::Update(update) => {
                update
                    .participants
                    .iter()
                    .for_each(|person| self.room.update(person));
            }
            Message::TrackPublished(published) => {
                if let Some(track) = published.track {
                    self.published.insert(published.cid, track.sid);
                }
            }
            Message::MediaSectionsRequirement(requirement) => self.negotiation.require(&requirement),
            Message::SubscribedQualityUpdate(update) => self.qualities(&update),
            Message::Mute(mute) => {
                self.muted.retain(|track| *track != mute.sid);
                if mute.muted {
                    self.muted.push(mute.sid.clone());
                }
                self.outbox.push(signal_request::Message::Mute(mute));
            }
            Message::SpeakersChanged(_) => self.report.speaker_updates += 1,
            Message::StreamStateUpdate(_) => self.report.stream_state_updates += 1,
            Message::RequestResponse(response) if response.reason != 0 => {
                self.report
                    .failures
                    .push(format!("a request was refused: {}", response.message));
            }
            Message::SubscriptionResponse(response) if response.err != 0 => {
                let (track, error) = (response.track_sid, response.err);
                self.report
                    .failures
                    .push(format!("subscription to {track} failed: {error}"));
            }
            Message::Leave(leave) => {
                let action = leave.action().as_str_name();
                self.end(format!(
                    "the server said leave: {action}, {}",
                    leave.reason().as_str_name()
                ));
            }
            _ => {}
        }
    }

    fn welcome(&mut self, join: &JoinResponse) {
        let now = Instant::now();
        self.welcomed = true;
        self.report.welcomed_after = Some(now - self.started);
        self.ping_every = Duration::from_secs(join.ping_interval.max(1) as u64);
        self.next_ping = now + self.ping_every;
        if self.subscriber.is_some() {
            self.subscriber_primary = join.subscriber_primary;
        }
        match &join.participant {
            Some(own) => {
                self.report.identity.clone_from(&own.identity);
                self.room.set_own(&own.sid);
            }
            None => self
                .report
                .failures
                .push("the welcome names no participant".into()),
        }
        join.other_participants
            .iter()
            .for_each(|person| self.room.update(person));
        self.announce_publications(now);
        if self.subscriber.is_some() {
            match self.negotiation.begin(&mut self.publisher.rtc, false) {
                Ok(offer) => self.outbox.push(signal_request::Message::Offer(offer)),
                Err(error) => self.end(format!("{error:#}")),
            }
        }
    }

    fn announce_publications(&mut self, now: Instant) {
        // Nobody's first packet falls on the same instant as everybody's.
        let shift = Duration::from_micros(u64::from(now.elapsed().subsec_nanos()) % 33_000);
        let identity = self.report.identity.clone();
        let start = now + shift;
        if self.options.microphone {
            self.microphone = Some(Microphone::new(start, self.options.talking));
            let cid = format!("microphone-{identity}");
            self.outbox
                .push(signal_request::Message::AddTrack(AddTrackRequest {
                    cid: cid.clone(),
                    name: "microphone".into(),
                    r#type: TrackType::Audio as i32,
                    source: TrackSource::Microphone as i32,
                    disable_red: true,
                    ..AddTrackRequest::default()
                }));
            self.publications.push(Publication {
                cid,
                layers: Vec::new(),
                mid: None,
            });
        }
        if let Some(largest) = self.options.camera.last() {
            self.camera = Some(Camera::new(start, &self.options.camera));
            let cid = format!("camera-{identity}");
            let layer = |(number, layer): (usize, &crate::CameraLayer)| VideoLayer {
                quality: number as i32,
                width: u32::from(layer.width),
                height: u32::from(layer.height),
                bitrate: layer.bitrate,
                rid: layer.rid.into(),
                ..VideoLayer::default()
            };
            self.outbox
                .push(signal_request::Message::AddTrack(AddTrackRequest {
                    cid: cid.clone(),
                    name: "camera".into(),
                    r#type: TrackType::Video as i32,
                    source: TrackSource::Camera as i32,
                    width: u32::from(largest.width),
                    height: u32::from(largest.height),
                    layers: self.options.camera.iter().enumerate().map(layer).collect(),
                    ..AddTrackRequest::default()
                }));
            self.publications.push(Publication {
                cid,
                layers: self.options.camera.clone(),
                mid: None,
            });
        }
        if !self.publications.is_empty() {
            self.negotiation.request();
        }
    }

    fn answered(&mut self, answer: &SessionDescription) {
        if let Err(error) = self.negotiation.answered(&mut self.publisher.rtc, answer) {
            self.report.failures.push(format!("{error:#}"));
        }
        if self.subscriber.is_none() {
            self.set_mids(&answer.sdp, &answer.mid_to_track_id);
        }
        self.publisher.drain(Instant::now());
    }

    /// An offer for the receiving connection of a pair.
    fn offered(&mut self, offer: &SessionDescription) {
        let Some(subscriber) = &mut self.subscriber else {
            self.report
                .failures
                .push("an offer on a single connection".into());
            return;
        };
        // Browsers begin DTLS when they may choose, as the standard advises; str0m would wait for it.
        let description = offer.sdp.replace("a=setup:actpass", "a=setup:passive");
        let answer = SdpOffer::from_sdp_string(&description)
            .map_err(|error| error.to_string())
            .and_then(|parsed| {
                subscriber
                    .rtc
                    .sdp_api()
                    .accept_offer(parsed)
                    .map_err(|error| error.to_string())
            });
        match answer {
            Ok(answer) => {
                self.report.negotiations += 1;
                let sdp = answer.to_sdp_string();
                let answer = SessionDescription {
                    r#type: "answer".into(),
                    sdp,
                    id: offer.id,
                    ..Default::default()
                };
                self.outbox.push(signal_request::Message::Answer(answer));
                subscriber.drain(Instant::now());
                self.set_mids(&offer.sdp, &offer.mid_to_track_id);
            }
            Err(error) => self
                .report
                .failures
                .push(format!("an offer could not be accepted: {error}")),
        }
    }

    /// The stream names in a description say whose track a section carries; the map beside it says the same.
    fn set_mids(&mut self, description: &str, map: &HashMap<String, String>) {
        let mut mids = map.clone();
        for section in sections::read(description).iter().filter(|section| section.sends) {
            let Some(track) = section.track() else { continue };
            if let Some(other) = mids.insert(section.mid.clone(), track.to_owned())
                && other != track
            {
                let mid = &section.mid;
                self.report
                    .failures
                    .push(format!("section {mid}: {track} in the SDP, {other} in the map"));
            }
        }
        self.room.set_mids(mids);
    }

    fn qualities(&mut self, update: &SubscribedQualityUpdate) {
        let video = |quality: &SubscribedQuality| quality.quality != VideoQuality::Off as i32;
        let codec = update
            .subscribed_codecs
            .iter()
            .find(|codec| codec.codec.to_lowercase().ends_with("vp8"));
        let (Some(camera), Some(codec)) = (&mut self.camera, codec) else {
            return;
        };
        for quality in codec.qualities.iter().filter(|quality| video(quality)) {
            camera.set_enabled(Instant::now(), quality.quality as usize, quality.enabled);
        }
    }

    pub(super) fn ping(&mut self) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis() as i64;
        self.outbox.push(signal_request::Message::Ping(now));
        self.outbox.push(signal_request::Message::PingReq(Ping {
            timestamp: now,
            rtt: 0,
        }));
    }

    pub(super) fn say_goodbye(&mut self) {
        let action = leave_request::Action::Disconnect as i32;
        self.outbox.push(signal_request::Message::Leave(LeaveRequest {
            action,
            ..LeaveRequest::default()
        }));
    }
}
