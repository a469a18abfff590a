//! Announced tracks joined with the sections that carry them, and told to the media plane.

use super::connection::Role;
use super::participant::Key;
use super::track::{Track, TrackStage};
use super::{Now, Room};
use crate::id::Rid;
use crate::media::{PeerCommand, ReceiveSection, Session};

impl Room {
    /// Joins announced tracks with sections on which their client sends; says whether any was joined.
    pub(super) fn bind_tracks(&mut self, key: Key) -> bool {
        let Some(participant) = self.participants.get_mut(&key) else {
            return false;
        };
        let mut bound = false;
        for section in &mut participant.uplink.sections {
            let (Role::Receive(carried @ None), Some(kind)) = (&mut section.role, section.kind) else {
                continue;
            };
            let free = |track: &Track| track.stage == TrackStage::Announced && track.info.kind == kind;
            let tracks = &mut participant.tracks;
            let named = |track: &Track| section.cid.as_ref().is_some_and(|cid| track.cids.contains(cid));
            let named = tracks.iter().position(|track| free(track) && named(track));
            // Some clients (pion) name tracks differently in their description: the oldest of the kind then.
            let unnamed = named.is_none() && !section.spent;
            let index = named.or_else(|| tracks.iter().position(|track| unnamed && free(track)));
            let track = index.map(|index| &mut tracks[index]);
            if let Some(track) = track {
                track.stage = TrackStage::Bound;
                track.mid = Some(section.mid.clone());
                track.info.mid = section.mid.0.clone();
                if let Some(format) = section.formats.first() {
                    track.info.mime = format.codec.mime().to_owned();
                    if let Some(codec) = track.info.codecs.first_mut() {
                        codec.mime = track.info.mime.clone();
                    }
                }
                *carried = Some(track.id);
                section.spent = true;
                bound = true;
            }
        }
        bound
    }

    /// Tells the media plane what the client sends, complete.
    pub(super) fn configure(&mut self, key: Key) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let receive = participant.uplink.sections.iter().filter_map(|section| {
            let Role::Receive(track) = section.role else {
                return None;
            };
            Some(ReceiveSection {
                mid: section.mid.clone(),
                kind: section.kind?,
                formats: section.formats.clone(),
                rids: lowest_first(&section.rids),
                sources: section.sources.clone(),
                publication: track
                    .and_then(|track| participant.track(track))
                    .map(Track::publication),
            })
        });
        let session = Session {
            extensions: participant.uplink.extensions,
            receive: receive.collect(),
        };
        let peer = participant.uplink.peer;
        self.command(peer, PeerCommand::Configure(session));
    }

    /// A track that begins muted sends nothing, so others learn of it as soon as it is bound.
    pub(super) fn begin_muted(&mut self, now: Now, key: Key) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let muted: Vec<_> = participant
            .tracks
            .iter()
            .filter(|track| track.stage == TrackStage::Bound && track.info.muted)
            .filter_map(|track| {
                let mid = track.mid.as_ref()?;
                let section = participant
                    .uplink
                    .sections
                    .iter()
                    .find(|section| section.mid == *mid)?;
                Some((track.id, section.formats.first()?.codec))
            })
            .collect();
        let peer = participant.uplink.peer;
        for (track, codec) in muted {
            self.command(peer, PeerCommand::Mute { track, muted: true });
            self.track_started(now, key, track, codec);
        }
    }
}

/// Layers by the names LiveKit's clients give them, whatever order they are offered in (Rust and Python begin
/// with the highest); other names keep the order of the offer.
fn lowest_first(rids: &[Rid]) -> Vec<Rid> {
    let mut rids = rids.to_vec();
    rids.sort_by_key(|rid| ["q", "h", "f"].iter().position(|name| rid.as_str() == *name));
    rids
}
