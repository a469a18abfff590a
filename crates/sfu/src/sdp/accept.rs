//! Choosing among what a client offers: codecs, retransmission and header extensions we can work with.

use super::description::{RtpMap, Section, SectionKind};
use super::uri;
use crate::id::PayloadType;
use crate::media::{Codec, ExtensionIds, Format, KeyFrameRequest};
use crate::room::VideoCodec;

/// Which picture codecs may be used, preference first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptPolicy {
    /// See above.
    pub video: Vec<VideoCodec>,
}

fn codec(map: &RtpMap<'_>) -> Option<Codec> {
    if map.name.eq_ignore_ascii_case("opus") && map.clock_rate == 48_000 {
        Some(Codec::Opus)
    } else if map.name.eq_ignore_ascii_case("VP8") {
        Some(Codec::Vp8)
    } else if map.name.eq_ignore_ascii_case("H264") {
        // RFC 6184 §8.1: absent means Baseline level 1, mode 0.
        let profile = map
            .parameter("profile-level-id")
            .and_then(|text| u32::from_str_radix(text, 16).ok());
        Some(Codec::H264 {
            profile_level_id: profile.unwrap_or(0x42000a) & 0xff_ffff,
            packetization_mode: map
                .parameter("packetization-mode")
                .and_then(|mode| mode.parse().ok())
                .unwrap_or(0),
        })
    } else {
        None
    }
}

fn allowed(policy: &AcceptPolicy, codec: Codec) -> bool {
    match codec {
        Codec::Opus => true,
        Codec::Vp8 => policy.video.contains(&VideoCodec::Vp8),
        Codec::H264 { .. } => policy.video.contains(&VideoCodec::H264),
    }
}

fn retransmission(section: &Section<'_>, of: PayloadType) -> Option<PayloadType> {
    section
        .formats
        .iter()
        .find(|map| {
            map.name.eq_ignore_ascii_case("rtx")
                && map.parameter("apt").and_then(|apt| apt.parse::<u8>().ok()) == Some(of.0)
        })
        .map(|map| map.payload_type)
}

fn key_frame_request(map: &RtpMap<'_>) -> KeyFrameRequest {
    let agreed = |way| map.feedback.contains(&way);
    if agreed("ccm fir") && !agreed("nack pli") {
        KeyFrameRequest::Fir
    } else {
        KeyFrameRequest::Pli
    }
}

fn supported(section: &Section<'_>, policy: &AcceptPolicy) -> Vec<Format> {
    section
        .formats
        .iter()
        .filter_map(|map| {
            let codec = codec(map).filter(|codec| allowed(policy, *codec))?;
            Some(Format {
                payload_type: map.payload_type,
                codec,
                rtx: retransmission(section, map.payload_type),
                key_frame_request: key_frame_request(map),
            })
        })
        .collect()
}

/// Constrained Baseline and Baseline in mode 1: the H.264 every browser can decode.
fn plain_h264(codec: Codec) -> bool {
    matches!(codec, Codec::H264 { profile_level_id, packetization_mode: 1 } if profile_level_id >> 16 == 0x42)
}

/// What a client may send on a section, in its own order of preference. H.264 is narrowed to what every
/// viewer can decode where the offer allows it.
pub fn accept_from_client(section: &Section<'_>, policy: &AcceptPolicy) -> Vec<Format> {
    let mut formats = supported(section, policy);
    if formats.iter().any(|format| plain_h264(format.codec)) {
        formats.retain(|format| !matches!(format.codec, Codec::H264 { .. }) || plain_h264(format.codec));
    }
    formats
}

/// The payload type on which a viewer takes a track of this codec; H.264 of the same profile first.
pub fn accept_for_sending(section: &Section<'_>, policy: &AcceptPolicy, wanted: Codec) -> Option<Format> {
    let formats = supported(section, policy);
    best_format(&formats, wanted)
}

/// See [`accept_for_sending`].
fn best_format(formats: &[Format], wanted: Codec) -> Option<Format> {
    let rank = |format: &Format| match (format.codec, wanted) {
        (Codec::Opus, Codec::Opus) | (Codec::Vp8, Codec::Vp8) => Some(0),
        (
            Codec::H264 {
                profile_level_id: theirs,
                packetization_mode: their_mode,
            },
            Codec::H264 {
                profile_level_id: ours,
                packetization_mode: our_mode,
            },
        ) => {
            let profile = if theirs >> 8 == ours >> 8 {
                0
            } else if theirs >> 16 == ours >> 16 {
                1
            } else {
                2
            };
            // A mode 0 receiver cannot take fragments (RFC 6184 §6.2).
            (their_mode >= our_mode).then_some(profile)
        }
        _ => None,
    };
    formats
        .iter()
        .filter_map(|format| Some((rank(format)?, *format)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, format)| format)
}

/// Extension ids of a whole offer: one id means one thing across the bundle (RFC 8843 §9.2). Orientation is
/// left out, so that phones turn their pictures themselves and viewers need not.
pub fn extension_ids(sections: &[Section<'_>]) -> ExtensionIds {
    let mut ids = ExtensionIds::default();
    for section in sections {
        if !matches!(section.kind, SectionKind::Audio | SectionKind::Video) {
            continue;
        }
        for (id, name) in &section.extensions {
            let slot = match *name {
                uri::MID => &mut ids.mid,
                uri::RID => &mut ids.rid,
                uri::REPAIRED_RID => &mut ids.repaired_rid,
                uri::AUDIO_LEVEL => &mut ids.audio_level,
                uri::TRANSPORT_SEQUENCE => &mut ids.transport_sequence,
                _ => continue,
            };
            slot.get_or_insert(*id);
        }
    }
    ids
}
