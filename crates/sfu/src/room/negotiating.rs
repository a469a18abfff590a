//! Settling sections with a client that offers (the publisher connection, and the only one in the single
//! topology): its offer comes in, our answer goes out, and it is asked for more sections when claims wait.

use std::collections::BTreeMap;
use std::time::Duration;

use super::connection::{Asked, Role, UplinkSection};
use super::participant::Key;
use super::track::Place;
use super::{Now, Room};
use crate::id::{Mid, Rid, TrackId};
use crate::media::{MediaKind, PeerCommand, RemoteTransport};
use crate::sdp::{self, SdpSession, SectionKind};
use crate::signal::{Description, DisconnectReason, LeaveAction, Response, SubscriptionError, Topology};

/// First change after a quiet time is settled after this; LiveKit's value.
const FIRST_DELAY: Duration = Duration::from_millis(10);
/// Later ones wait for company, so that a crowd arriving costs few rounds.
const DELAY: Duration = Duration::from_millis(150);
/// A client that was asked for sections and did not offer is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(3);

impl Room {
    /// Plans a round with this client.
    pub(super) fn negotiate_soon(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant.negotiate_at.is_some() {
            return;
        }
        let quiet = participant
            .negotiated_at
            .is_none_or(|at| at + DELAY <= now.instant);
        participant.negotiate_at = Some(now.instant + if quiet { FIRST_DELAY } else { DELAY });
    }

    /// A planned round is due.
    pub(super) fn negotiate(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.negotiate_at = None;
        participant.negotiated_at = Some(now.instant);
        match participant.topology {
            Topology::Single => self.ask_for_sections(now, key),
            Topology::Dual => self.offer(now, key),
        }
    }

    /// Asks for as many sections as claims lack, or only for an offer when free ones exist. The client adds
    /// what it is asked for each time, so nothing is asked while an earlier question is open.
    fn ask_for_sections(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        if participant.socket.is_none() || participant.uplink.remote.is_none() {
            return;
        }
        if let Some(asked) = participant.asked {
            participant.negotiate_at = Some((asked.at + ASK_AGAIN).max(now.instant + DELAY));
            if asked.at + ASK_AGAIN > now.instant {
                return;
            }
        }
        let mut missing = [0_usize; 2];
        let mut free = [0_usize; 2];
        let mut slots = [0_usize; 2];
        for section in &participant.uplink.sections {
            if let (Role::Slot(taken), Some(kind)) = (&section.role, section.kind) {
                slots[kind as usize] += 1;
                free[kind as usize] += usize::from(taken.is_none());
            }
        }
        for subscription in participant
            .subscriptions
            .values()
            .filter(|subscription| subscription.waits())
        {
            missing[subscription.kind as usize] += 1;
        }
        let more = |kind: MediaKind| missing[kind as usize].saturating_sub(free[kind as usize]);
        let (audio, video) = (more(MediaKind::Audio), more(MediaKind::Video));
        participant.asked = Some(Asked {
            audio: slots[MediaKind::Audio as usize] + audio,
            video: slots[MediaKind::Video as usize] + video,
            at: now.instant,
        });
        participant.negotiate_at = Some(now.instant + ASK_AGAIN);
        self.signal(
            key,
            Response::MediaSections {
                audio: audio as u32,
                video: video as u32,
            },
        );
    }

    /// The client offers.
    pub(super) fn offered(&mut self, now: Now, key: Key, description: Description) {
        let offer = match sdp::parse(&description.sdp) {
            Ok(offer) => offer,
            Err(error) => {
                tracing::debug!(%error, room = %self.config.name, "an offer was not understood");
                self.put_out(now, key, DisconnectReason::MediaFailure, LeaveAction::Disconnect);
                return;
            }
        };
        self.meet(key, &offer);
        let ended = self.take_sections(key, &offer);
        for track in ended {
            self.unpublish(now, key, track);
        }
        self.bind_tracks(key);
        self.configure(key);
        let placed = self.place_claims(key, &offer);
        self.answer(key, &offer, description.id);
        for track in placed {
            self.begin_forwarding(key, track);
        }
        self.begin_muted(now, key);
        self.settled(now, key);
    }

    /// Learns their transport; new ICE secrets on a known connection are an ICE restart (RFC 8839 §4.4.1.1.1).
    fn meet(&mut self, key: Key, offer: &SdpSession<'_>) {
        let remote = RemoteTransport {
            credentials: crate::media::IceCredentials {
                ufrag: offer.ufrag.to_owned(),
                password: offer.password.to_owned(),
            },
            fingerprint: offer.fingerprint,
        };
        let fresh = self.new_credentials();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let uplink = &mut participant.uplink;
        if uplink.remote.as_ref() == Some(&remote) {
            return;
        }
        let (peer, restart) = (uplink.peer, uplink.remote.is_some());
        uplink.remote = Some(remote.clone());
        if restart {
            uplink.credentials = fresh.clone();
            self.command(peer, PeerCommand::RestartIce(fresh));
        }
        self.command(peer, PeerCommand::Connect(remote));
    }

    /// Reads what every section is for; returns tracks that are no longer sent.
    fn take_sections(&mut self, key: Key, offer: &SdpSession<'_>) -> Vec<TrackId> {
        let Some(participant) = self.participants.get_mut(&key) else {
            return Vec::new();
        };
        participant.uplink.extensions = sdp::extension_ids(&offer.sections);
        let mut ended = Vec::new();
        let mut old: BTreeMap<Mid, UplinkSection> = std::mem::take(&mut participant.uplink.sections)
            .into_iter()
            .map(|section| (section.mid.clone(), section))
            .collect();
        let mut sections = Vec::with_capacity(offer.sections.len());
        for (index, offered) in offer.sections.iter().enumerate() {
            // A rejected section may have lost its tag; it keeps its place in the list.
            let mid = if offered.mid.is_empty() {
                Mid(format!("-{index}"))
            } else {
                Mid::from(offered.mid)
            };
            let section = old.remove(&mid);
            let cid = offered.msid.map(|(_, track)| track.to_owned());
            let spent = section
                .as_ref()
                .is_some_and(|section| section.spent && section.cid == cid);
            let before = section.map(|section| section.role);
            let kind = match offered.kind {
                SectionKind::Audio => Some(MediaKind::Audio),
                SectionKind::Video => Some(MediaKind::Video),
                _ => None,
            };
            let formats = sdp::accept_from_client(offered, &self.policy);
            let role = match offered.kind {
                SectionKind::Data if !offered.rejected => Role::Data,
                SectionKind::Audio | SectionKind::Video if !offered.rejected && !formats.is_empty() => {
                    if offered.direction.sends() {
                        match before {
                            Some(Role::Receive(track)) => Role::Receive(track),
                            _ => Role::Receive(None),
                        }
                    } else if offered.direction.receives() {
                        match before {
                            Some(Role::Slot(track)) => Role::Slot(track),
                            _ => Role::Slot(None),
                        }
                    } else {
                        Role::Idle
                    }
                }
                _ => Role::Rejected,
            };
            if let Some(Role::Receive(Some(track))) = before
                && !matches!(role, Role::Receive(_))
            {
                ended.push(track);
            }
            if let Some(Role::Slot(Some(track))) = before
                && !matches!(role, Role::Slot(_))
                && let Some(subscription) = participant.subscriptions.get_mut(&track)
            {
                subscription.place = None;
                let peer = participant.uplink.peer;
                let command = PeerCommand::Unsubscribe(subscription.id);
                self.outputs.push_back(super::RoomOutput::Peer { peer, command });
            }
            sections.push(UplinkSection {
                mid,
                kind,
                role,
                formats,
                rids: offered.send_rids.iter().map(|rid| Rid::from(*rid)).collect(),
                sources: offered.sources.clone(),
                cid,
                spent,
            });
        }
        participant.uplink.sections = sections;
        ended
    }

    /// Finds sections for claims that wait; returns those that found one.
    fn place_claims(&mut self, key: Key, offer: &SdpSession<'_>) -> Vec<TrackId> {
        let Some(participant) = self.participants.get(&key) else {
            return Vec::new();
        };
        // Some clients offer to receive here even though they have a connection for that (Rust, Python).
        if participant.downlink.is_some() {
            return Vec::new();
        }
        let waiting: Vec<_> = participant
            .subscriptions
            .iter()
            .filter(|(_, subscription)| subscription.waits())
            .filter_map(|(id, subscription)| {
                let track = self.participants.get(&subscription.publisher)?.track(*id)?;
                Some((*id, subscription.kind, track.codec?, track.info.sid.clone()))
            })
            .collect();
        let mut free: BTreeMap<MediaKind, Vec<usize>> = BTreeMap::new();
        for (index, section) in participant.uplink.sections.iter().enumerate().rev() {
            if let (Role::Slot(None), Some(kind)) = (&section.role, section.kind) {
                free.entry(kind).or_default().push(index);
            }
        }
        let mut placed = Vec::new();
        for (id, kind, codec, sid) in waiting {
            let Some(&index) = free.get(&kind).and_then(|indexes| indexes.last()) else {
                continue;
            };
            let format = sdp::accept_for_sending(&offer.sections[index], &self.policy, codec);
            let (ssrc, rtx_ssrc) = (self.new_ssrc(), self.new_ssrc());
            let Some(participant) = self.participants.get_mut(&key) else {
                break;
            };
            let Some(subscription) = participant.subscriptions.get_mut(&id) else {
                continue;
            };
            let Some(format) = format else {
                subscription.refused = true;
                let error = SubscriptionError::CodecUnsupported;
                self.signal(key, Response::SubscriptionRefused { track: sid, error });
                continue;
            };
            free.entry(kind).or_default().pop();
            let section = &mut participant.uplink.sections[index];
            section.role = Role::Slot(Some(id));
            let rtx = format.rtx.map(|_| rtx_ssrc);
            subscription.place = Some(Place {
                mid: section.mid.clone(),
                ssrc,
                rtx,
                format: Some(format),
            });
            placed.push(id);
        }
        placed
    }

    /// After an answer: is the open question answered, and does anything still wait?
    fn settled(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        participant.negotiated_at = Some(now.instant);
        let count = |wanted: MediaKind| {
            let slots = participant
                .uplink
                .sections
                .iter()
                .filter(|section| matches!(section.role, Role::Slot(_)));
            slots.filter(|section| section.kind == Some(wanted)).count()
        };
        let (audio, video) = (count(MediaKind::Audio), count(MediaKind::Video));
        if participant
            .asked
            .is_some_and(|asked| audio >= asked.audio && video >= asked.video)
        {
            participant.asked = None;
            participant.negotiate_at = None;
        }
        let waits = participant
            .subscriptions
            .values()
            .any(|subscription| subscription.waits());
        if waits && participant.topology == Topology::Single {
            self.negotiate_soon(now, key);
        }
    }
}
