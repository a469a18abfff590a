//! Settling sections with a client that answers: the subscriber connection of the dual topology.

use std::collections::BTreeMap;

use super::connection::DownlinkSection;
use super::participant::Key;
use super::track::Place;
use super::{Now, Room};
use crate::id::{Mid, TrackId};
use crate::media::{ExtensionIds, IceCredentials, MediaKind, PeerCommand, RemoteTransport, Session};
use crate::sdp::{self, Direction, LocalDescription, LocalSection, MediaBody, Sources, offered_formats};
use crate::signal::{Description, DisconnectReason, LeaveAction, Response, SubscriptionError};

/// Extension ids on connections we offer on.
const EXTENSIONS: ExtensionIds = ExtensionIds {
    mid: Some(4),
    rid: None,
    repaired_rid: None,
    audio_level: None,
    transport_sequence: Some(3),
    absolute_send_time: None,
    playout_delay: None,
    orientation: None,
};
/// Tag of the data section, which comes first.
const DATA_MID: &str = "data";

impl Room {
    /// Offers what changed, unless an offer is still open: then the answer brings the next one.
    pub(super) fn offer(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(downlink) = &mut participant.downlink else {
            return;
        };
        if downlink.outstanding.is_some() || participant.socket.is_none() {
            downlink.changed = true;
            return;
        }
        participant.negotiated_at = Some(now.instant);
        self.give_sections(key);
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(downlink) = &mut participant.downlink else {
            return;
        };
        downlink.changed = false;
        downlink.version += 1;
        downlink.last_offer += 1;
        downlink.outstanding = Some(downlink.last_offer);
        let id = downlink.last_offer;
        let mut tracks = BTreeMap::new();
        let sdp = self.offer_text(key, &mut tracks);
        self.signal(
            key,
            Response::Offer {
                description: Description { sdp, id },
                tracks,
            },
        );
    }

    /// Gives every waiting claim a section: a free one of its kind, or a new one.
    fn give_sections(&mut self, key: Key) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let waiting: Vec<(TrackId, MediaKind)> = participant
            .subscriptions
            .iter()
            .filter(|(_, subscription)| subscription.waits())
            .map(|(track, subscription)| (*track, subscription.kind))
            .collect();
        for (track, kind) in waiting {
            let (ssrc, rtx) = (self.new_ssrc(), self.new_ssrc());
            let Some(participant) = self.participants.get_mut(&key) else {
                return;
            };
            let Some(downlink) = &mut participant.downlink else {
                return;
            };
            let free = downlink
                .sections
                .iter()
                .position(|it| it.kind == kind && it.subscription.is_none() && it.rested);
            let index = free.unwrap_or_else(|| {
                let mid = Mid(downlink.sections.len().to_string());
                downlink.sections.push(DownlinkSection {
                    mid,
                    kind,
                    subscription: None,
                    rested: false,
                });
                downlink.sections.len() - 1
            });
            let section = &mut downlink.sections[index];
            section.subscription = Some(track);
            section.rested = false;
            let rtx = (kind == MediaKind::Video).then_some(rtx);
            let place = Place {
                mid: section.mid.clone(),
                ssrc,
                rtx,
                format: None,
            };
            if let Some(subscription) = participant.subscriptions.get_mut(&track) {
                subscription.place = Some(place);
            }
        }
    }

    fn offer_text(&self, key: Key, tracks: &mut BTreeMap<Mid, crate::id::TrackSid>) -> String {
        let participant = &self.participants[&key];
        let Some(downlink) = &participant.downlink else {
            return String::new();
        };
        let mut sections = vec![LocalSection::Data {
            mid: DATA_MID,
            protocol: "UDP/DTLS/SCTP",
        }];
        for section in &downlink.sections {
            let claim = section.subscription.and_then(|id| {
                let subscription = participant.subscriptions.get(&id)?;
                let publisher = self.participants.get(&subscription.publisher)?;
                let track = publisher.track(id)?;
                Some((publisher.sid.clone(), track, subscription.place.as_ref()?))
            });
            let mut formats = offered_formats(section.kind, &self.config.video_codecs);
            let mut body = MediaBody {
                kind: section.kind,
                direction: Direction::Inactive,
                formats: Vec::new(),
                extensions: EXTENSIONS,
                msid: None,
                sources: None,
                receive_rids: Vec::new(),
            };
            match claim {
                Some((publisher, track, place)) => {
                    let codec = track.codec;
                    formats
                        .retain(|local| codec.is_none_or(|codec| codec.mime() == local.format.codec.mime()));
                    let sid = track.info.sid.clone();
                    tracks.insert(section.mid.clone(), sid.clone());
                    body.direction = Direction::SendOnly;
                    body.msid = Some((format!("{publisher}|{sid}"), sid.0));
                    body.sources = Some(Sources {
                        ssrc: place.ssrc,
                        rtx: place.rtx,
                    });
                }
                None => formats.truncate(1),
            }
            body.formats = formats;
            sections.push(LocalSection::Media {
                mid: section.mid.as_str(),
                body,
            });
        }
        let description = LocalDescription {
            session_id: downlink.session_id,
            version: downlink.version,
            credentials: &downlink.credentials,
            fingerprint: &self.config.transport.fingerprint,
            candidates: &self.config.transport.candidates,
            sections,
        };
        description.to_text()
    }

    /// The client answers our offer. Some clients leave the number at 0: the open offer is meant then.
    pub(super) fn answered(&mut self, now: Now, key: Key, description: Description) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(downlink) = &mut participant.downlink else {
            return;
        };
        let open = downlink.outstanding;
        if open.is_none() || (description.id != 0 && open != Some(description.id)) {
            return;
        }
        downlink.outstanding = None;
        let answer = match sdp::parse(&description.sdp) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(%error, room = %self.config.name, "an answer was not understood");
                self.put_out(now, key, DisconnectReason::MediaFailure, LeaveAction::Disconnect);
                return;
            }
        };
        let remote = RemoteTransport {
            credentials: IceCredentials {
                ufrag: answer.ufrag.to_owned(),
                password: answer.password.to_owned(),
            },
            fingerprint: answer.fingerprint,
        };
        for section in downlink
            .sections
            .iter_mut()
            .filter(|section| section.subscription.is_none())
        {
            let agreed = answer.sections.iter().find(|it| it.mid == section.mid.as_str());
            section.rested |= agreed.is_some_and(|it| it.direction == Direction::Inactive);
        }
        let peer = downlink.peer;
        let met = downlink.remote.as_ref() == Some(&remote);
        downlink.remote = Some(remote.clone());
        let extensions = sdp::extension_ids(&answer.sections);
        if !met {
            self.command(peer, PeerCommand::Connect(remote));
        }
        self.command(
            peer,
            PeerCommand::Configure(Session {
                extensions,
                receive: Vec::new(),
            }),
        );
        self.agree(now, key, &answer);
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant
            .downlink
            .as_ref()
            .is_some_and(|downlink| downlink.changed)
        {
            self.negotiate_soon(now, key);
        }
    }

    /// Takes the payload types the client accepted, and begins to send on new sections.
    fn agree(&mut self, now: Now, key: Key, answer: &sdp::SdpSession<'_>) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let new: Vec<_> = participant
            .subscriptions
            .iter()
            .filter_map(|(id, subscription)| {
                let place = subscription
                    .place
                    .as_ref()
                    .filter(|place| place.format.is_none())?;
                let track = self.participants.get(&subscription.publisher)?.track(*id)?;
                Some((
                    *id,
                    place.mid.clone(),
                    track.codec?,
                    track.info.sid.clone(),
                    subscription.publisher,
                ))
            })
            .collect();
        for (id, mid, codec, sid, publisher) in new {
            let Some(section) = answer.sections.iter().find(|section| section.mid == mid.as_str()) else {
                continue;
            };
            let format = if section.rejected || !section.direction.receives() {
                None
            } else {
                sdp::accept_for_sending(section, &self.policy, codec)
            };
            let Some(participant) = self.participants.get_mut(&key) else {
                return;
            };
            let Some(subscription) = participant.subscriptions.get_mut(&id) else {
                continue;
            };
            match (format, &mut subscription.place) {
                (Some(format), Some(place)) => {
                    place.format = Some(format);
                    if format.rtx.is_none() {
                        place.rtx = None;
                    }
                    self.begin_forwarding(key, id);
                }
                _ => {
                    subscription.refused = true;
                    subscription.place = None;
                    if let Some(downlink) = &mut participant.downlink {
                        for section in downlink
                            .sections
                            .iter_mut()
                            .filter(|it| it.subscription == Some(id))
                        {
                            section.subscription = None;
                            downlink.changed = true;
                        }
                    }
                    let error = SubscriptionError::CodecUnsupported;
                    self.signal(key, Response::SubscriptionRefused { track: sid, error });
                    self.layers_wanted(now, publisher, id);
                }
            }
        }
    }

    /// New ICE secrets on the subscriber connection, offered at once.
    pub(super) fn restart_downlink(&mut self, now: Now, key: Key) {
        let credentials = self.new_credentials();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(downlink) = &mut participant.downlink else {
            return;
        };
        downlink.credentials = credentials.clone();
        downlink.outstanding = None;
        let peer = downlink.peer;
        self.command(peer, PeerCommand::RestartIce(credentials));
        self.offer(now, key);
    }
}
