//! The offers a participant makes: which sections exist, which offer is under way, what the next one must add.

use anyhow::{Context, Result, bail};
use livekit_protocol::{MediaSectionsRequirement, SessionDescription};
use str0m::Rtc;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, Reliability};
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};

use crate::options::CameraLayer;

/// Receiving sections of each kind in the first offer of a single connection.
const FIRST_SECTIONS: u32 = 3;

/// A track this participant publishes.
pub(crate) struct Publication {
    pub(crate) cid: String,
    pub(crate) layers: Vec<CameraLayer>,
    /// Its section, once offered.
    pub(crate) mid: Option<Mid>,
}

#[derive(Default)]
pub(crate) struct Negotiation {
    pending: Option<SdpPendingOffer>,
    last_id: u32,
    receiving: Vec<Mid>,
    wanted: MediaSectionsRequirement,
    /// Another offer is due once the present one is answered, even if nothing is to be added.
    again: bool,
    pub(crate) completed: u64,
}

impl Negotiation {
    /// The first offer: data channels and, on a single connection, free sections to receive.
    pub(crate) fn begin(&mut self, rtc: &mut Rtc, receive: bool) -> Result<SessionDescription> {
        let mut changes = rtc.sdp_api();
        if receive {
            for kind in [MediaKind::Audio, MediaKind::Video] {
                for _ in 0..FIRST_SECTIONS {
                    self.receiving
                        .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
                }
            }
        }
        changes.add_channel_with_config(ChannelConfig {
            label: "_lossy".into(),
            ordered: false,
            reliability: Reliability::MaxRetransmits { retransmits: 0 },
            ..ChannelConfig::default()
        });
        changes.add_channel_with_config(ChannelConfig {
            label: "_reliable".into(),
            ..ChannelConfig::default()
        });
        let (offer, pending) = changes.apply().context("the first offer changes nothing")?;
        Ok(self.sent(offer.to_sdp_string(), pending))
    }

    /// Notes that the server needs more sections, or just another offer.
    pub(crate) fn require(&mut self, requirement: &MediaSectionsRequirement) {
        self.wanted.num_audios += requirement.num_audios;
        self.wanted.num_videos += requirement.num_videos;
        self.again = true;
    }

    /// Notes that something is to be published.
    pub(crate) fn request(&mut self) {
        self.again = true;
    }

    /// The next offer, if one is due and none is under way. `finished` tells sections whose track has ended.
    pub(crate) fn next_offer(
        &mut self,
        rtc: &mut Rtc,
        publications: &mut [Publication],
        finished: impl Fn(Mid) -> bool,
    ) -> Option<SessionDescription> {
        if !self.again || self.pending.is_some() {
            return None;
        }
        self.again = false;
        let mut changes = rtc.sdp_api();
        for publication in publications
            .iter_mut()
            .filter(|publication| publication.mid.is_none())
        {
            let stream = format!("stream-{}", publication.cid);
            let mut simulcast = Simulcast::new();
            for layer in &publication.layers {
                simulcast.add_send_layer(SimulcastLayer::new(layer.rid));
            }
            let (kind, simulcast) = match publication.layers.is_empty() {
                true => (MediaKind::Audio, None),
                false => (MediaKind::Video, Some(simulcast)),
            };
            let cid = Some(publication.cid.clone());
            publication.mid =
                Some(changes.add_media(kind, Direction::SendOnly, Some(stream), cid, simulcast));
        }
        let wanted = std::mem::take(&mut self.wanted);
        let kinds = [
            (MediaKind::Audio, wanted.num_audios),
            (MediaKind::Video, wanted.num_videos),
        ];
        for (kind, count) in kinds {
            for _ in 0..count {
                self.receiving
                    .push(changes.add_media(kind, Direction::RecvOnly, None, None, None));
            }
        }
        // The answer made the free ones inactive; a client goes on offering to receive on them.
        for mid in &self.receiving {
            changes.set_direction(*mid, Direction::RecvOnly);
        }
        if !changes.has_changes() {
            // Nothing to add, yet the server wants to be offered the same again: str0m needs a change to offer.
            match self.receiving.iter().find(|mid| finished(**mid)) {
                Some(mid) => {
                    changes.set_direction(*mid, Direction::Inactive);
                    changes.set_direction(*mid, Direction::RecvOnly);
                }
                None if self.receiving.is_empty() => return None,
                None => {
                    let mid = changes.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
                    self.receiving.push(mid);
                }
            }
        }
        let (offer, pending) = changes.apply()?;
        Some(self.sent(offer.to_sdp_string(), pending))
    }

    fn sent(&mut self, sdp: String, pending: SdpPendingOffer) -> SessionDescription {
        self.pending = Some(pending);
        self.last_id += 1;
        SessionDescription {
            r#type: "offer".into(),
            sdp,
            id: self.last_id,
            ..SessionDescription::default()
        }
    }

    /// Takes the server's answer.
    pub(crate) fn answered(&mut self, rtc: &mut Rtc, answer: &SessionDescription) -> Result<()> {
        if answer.id != 0 && answer.id != self.last_id {
            bail!(
                "answer to offer {} while offer {} is under way",
                answer.id,
                self.last_id
            );
        }
        let Some(pending) = self.pending.take() else {
            bail!("an answer without an offer under way")
        };
        let parsed = SdpAnswer::from_sdp_string(&answer.sdp).context("parsing the answer")?;
        rtc.sdp_api()
            .accept_answer(pending, parsed)
            .context("accepting the answer")?;
        self.completed += 1;
        Ok(())
    }

    /// Sections made to receive.
    pub(crate) fn sections(&self) -> usize {
        self.receiving.len()
    }
}
