//! Writing our answer to a client's offer: what each of its sections is for.

use std::collections::BTreeMap;

use super::Room;
use super::connection::{Role, UplinkSection};
use super::participant::Key;
use crate::id::{Mid, TrackId, TrackSid};
use crate::media::MediaKind;
use crate::sdp::{
    self, Direction, LocalDescription, LocalFormat, LocalSection, MediaBody, OpusWish, SdpSession, Section,
    Sources,
};
use crate::signal::{Description, Response};

impl Room {
    pub(super) fn answer(&mut self, key: Key, offer: &SdpSession<'_>, id: u32) {
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.uplink.version += 1;
        }
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let mut tracks = BTreeMap::new();
        let sections = participant
            .uplink
            .sections
            .iter()
            .zip(&offer.sections)
            .map(|(section, offered)| match &section.role {
                Role::Rejected => LocalSection::Rejected {
                    media: offered.media,
                    protocol: offered.protocol,
                    format_list: offered.format_list,
                    mid: offered.mid,
                },
                Role::Data => LocalSection::Data {
                    mid: offered.mid,
                    protocol: offered.protocol,
                },
                Role::Receive(track) => {
                    let track = track.and_then(|track| participant.track(track));
                    if let Some(track) = track {
                        tracks.insert(section.mid.clone(), track.info.sid.clone());
                    }
                    let wish = OpusWish {
                        dtx: track.is_none_or(|track| !track.info.disable_dtx),
                        stereo: track.is_some_and(|track| track.info.stereo),
                    };
                    LocalSection::Media {
                        mid: offered.mid,
                        body: self.receiving(section, offered, wish),
                    }
                }
                Role::Slot(Some(track)) => {
                    let body = self.sending(key, section, offered, *track, &mut tracks);
                    LocalSection::Media {
                        mid: offered.mid,
                        body,
                    }
                }
                Role::Slot(None) | Role::Idle => LocalSection::Media {
                    mid: offered.mid,
                    body: self.idle(section, offered),
                },
            });
        let sections = sections.collect();
        let description = LocalDescription {
            session_id: participant.uplink.session_id,
            version: participant.uplink.version,
            credentials: &participant.uplink.credentials,
            fingerprint: &self.config.transport.fingerprint,
            candidates: &self.config.transport.candidates,
            sections,
        };
        let sdp = description.to_text();
        self.signal(
            key,
            Response::Answer {
                description: Description { sdp, id },
                tracks,
            },
        );
    }

    fn receiving(&self, section: &UplinkSection, offered: &Section<'_>, wish: OpusWish) -> MediaBody {
        let formats = section.formats.iter();
        MediaBody {
            kind: section.kind.unwrap_or(MediaKind::Audio),
            direction: Direction::ReceiveOnly,
            formats: formats
                .map(|format| LocalFormat::answering(offered, *format, Some(wish)))
                .collect(),
            extensions: sdp::extension_ids(std::slice::from_ref(offered)),
            msid: None,
            sources: None,
            receive_rids: section.rids.clone(),
        }
    }

    fn sending(
        &self,
        key: Key,
        section: &UplinkSection,
        offered: &Section<'_>,
        id: TrackId,
        tracks: &mut BTreeMap<Mid, TrackSid>,
    ) -> MediaBody {
        let participant = &self.participants[&key];
        let claim = participant.subscriptions.get(&id).and_then(|subscription| {
            let publisher = self.participants.get(&subscription.publisher)?;
            let place = subscription.place.as_ref()?;
            Some((
                publisher.sid.clone(),
                publisher.track(id)?.info.sid.clone(),
                place,
                place.format?,
            ))
        });
        let Some((publisher, track, place, format)) = claim else {
            return self.idle(section, offered);
        };
        tracks.insert(section.mid.clone(), track.clone());
        MediaBody {
            kind: section.kind.unwrap_or(MediaKind::Audio),
            direction: Direction::SendOnly,
            formats: vec![LocalFormat::answering(offered, format, None)],
            extensions: sdp::extension_ids(std::slice::from_ref(offered)),
            msid: Some((format!("{publisher}|{track}"), track.0)),
            sources: Some(Sources {
                ssrc: place.ssrc,
                rtx: place.rtx,
            }),
            receive_rids: Vec::new(),
        }
    }

    fn idle(&self, section: &UplinkSection, offered: &Section<'_>) -> MediaBody {
        let formats = section
            .formats
            .first()
            .map(|format| LocalFormat::answering(offered, *format, None));
        MediaBody {
            kind: section.kind.unwrap_or(MediaKind::Audio),
            direction: Direction::Inactive,
            formats: formats.into_iter().collect(),
            extensions: sdp::extension_ids(std::slice::from_ref(offered)),
            msid: None,
            sources: None,
            receive_rids: Vec::new(),
        }
    }
}
