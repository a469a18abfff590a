//! Promises of reading and writing descriptions, on offers recorded from browsers.

use proptest::prelude::*;

use super::*;
use crate::address::TransportAddress;
use crate::id::{PayloadType, Rid, Ssrc};
use crate::media::{Codec, IceCredentials, KeyFrameRequest, MediaKind};
use crate::room::VideoCodec;

const CHROMIUM: &str = include_str!("../../test_data/offers/chromium-156.sdp");
const FIREFOX: &str = include_str!("../../test_data/offers/firefox-153.sdp");

fn policy() -> AcceptPolicy {
    AcceptPolicy {
        video: vec![VideoCodec::Vp8, VideoCodec::H264],
    }
}

#[test]
fn chromiums_offer_is_understood() {
    let offer = parse(CHROMIUM).expect("it parses");
    assert_eq!(offer.sections.len(), 9);
    assert!(!offer.ufrag.is_empty() && offer.password.len() >= 22);
    let camera = offer
        .sections
        .iter()
        .find(|it| !it.send_rids.is_empty())
        .expect("a camera in layers");
    assert_eq!(camera.send_rids, ["q", "h", "f"]);
    assert_eq!(camera.direction, Direction::SendOnly);
    assert!(camera.msid.is_some_and(|(_, track)| track.len() == 36));
    let microphone = offer
        .sections
        .iter()
        .find(|it| it.kind == SectionKind::Audio && it.direction.sends());
    assert_eq!(microphone.expect("a microphone").sources.len(), 1);
    assert_eq!(
        offer
            .sections
            .iter()
            .filter(|it| it.direction == Direction::ReceiveOnly)
            .count(),
        6
    );
    assert!(
        offer
            .sections
            .iter()
            .any(|it| it.kind == SectionKind::Data && !it.rejected)
    );
}

#[test]
fn firefoxs_offer_is_understood_with_parameters_before_their_codec() {
    let offer = parse(FIREFOX).expect("it parses");
    let camera = &offer.sections[1];
    let format = accept_for_sending(camera, &policy(), Codec::Vp8).expect("VP8 is offered");
    assert_eq!(
        (format.payload_type, format.rtx),
        (PayloadType(120), Some(PayloadType(124)))
    );
    assert_eq!(camera.sources, [(Ssrc(1184617859), Some(Ssrc(328790168)))]);
    assert!(
        offer.sections.iter().skip(2).all(|it| !it.rejected),
        "bundle-only sections are not rejected ones"
    );
    assert!(camera.msid.is_some_and(|(_, track)| track.starts_with('{')));
}

#[test]
fn key_frames_are_asked_for_in_the_way_the_client_agreed_to() {
    use KeyFrameRequest::{Fir, Pli};
    let pli = "nack pli";
    let fir = "ccm fir";
    for (missing, expected) in [
        (vec![], Pli),
        (vec![fir], Pli),
        (vec![pli], Fir),
        (vec![pli, fir], Pli),
    ] {
        let offered = |line: &&str| !missing.iter().any(|way| line.trim_end().ends_with(way));
        let text: Vec<&str> = CHROMIUM.lines().filter(offered).collect();
        let text = text.join("\r\n");
        let offer = parse(&text).expect("it parses");
        let camera = offer.sections.iter().find(|it| !it.send_rids.is_empty());
        let camera = camera.expect("a camera");
        let formats = accept_from_client(camera, &policy());
        assert!(!formats.is_empty());
        for format in formats {
            assert_eq!(format.key_frame_request, expected, "without {missing:?}");
            let answered = LocalFormat::answering(camera, format, None).feedback;
            assert!(missing.iter().all(|way| !answered.contains(way)));
        }
    }
}

#[test]
fn only_codecs_we_forward_are_accepted_and_h264_is_the_kind_all_can_decode() {
    let offer = parse(CHROMIUM).expect("it parses");
    let camera = offer
        .sections
        .iter()
        .find(|it| !it.send_rids.is_empty())
        .expect("a camera");
    let formats = accept_from_client(camera, &policy());
    assert_eq!(
        formats[0].codec,
        Codec::Vp8,
        "the client's own preference comes first"
    );
    for format in &formats {
        match format.codec {
            Codec::Vp8 => {}
            Codec::H264 {
                profile_level_id,
                packetization_mode,
            } => {
                assert_eq!((profile_level_id >> 16, packetization_mode), (0x42, 1));
            }
            Codec::Opus => panic!("sound in a picture"),
        }
        assert!(format.rtx.is_some(), "browsers offer retransmission for each");
    }
    let only_h264 = AcceptPolicy {
        video: vec![VideoCodec::H264],
    };
    assert!(
        accept_from_client(camera, &only_h264)
            .iter()
            .all(|it| it.codec != Codec::Vp8)
    );
}

#[test]
fn h264_finds_the_payload_type_of_its_profile() {
    let offer = parse(CHROMIUM).expect("it parses");
    let slot = offer
        .sections
        .iter()
        .find(|it| it.kind == SectionKind::Video)
        .expect("a picture slot");
    for profile_level_id in [0x42_e01f, 0x42_001f] {
        let wanted = Codec::H264 {
            profile_level_id,
            packetization_mode: 1,
        };
        let format = accept_for_sending(slot, &policy(), wanted).expect("H.264 is offered");
        let Codec::H264 {
            profile_level_id: found,
            packetization_mode,
        } = format.codec
        else {
            panic!("another codec");
        };
        assert_eq!((found >> 8, packetization_mode), (profile_level_id >> 8, 1));
    }
}

fn answer(offer: &SdpSession<'_>) -> String {
    let credentials = IceCredentials {
        ufrag: "ourname".to_owned(),
        password: "ourpassword".repeat(3),
    };
    let extensions = extension_ids(&offer.sections);
    let candidates = [
        TransportAddress::udp("192.0.2.7:7882".parse().expect("an address")),
        TransportAddress::udp("[2001:db8::7]:7882".parse().expect("one")),
        TransportAddress::tcp("192.0.2.7:7882".parse().expect("one")),
    ];
    let sections = offer.sections.iter().map(|section| match section.kind {
        SectionKind::Data => LocalSection::Data {
            mid: section.mid,
            protocol: section.protocol,
        },
        SectionKind::Other => LocalSection::Rejected {
            media: section.media,
            protocol: section.protocol,
            format_list: section.format_list,
            mid: section.mid,
        },
        SectionKind::Audio | SectionKind::Video => {
            let kind = if section.kind == SectionKind::Audio {
                MediaKind::Audio
            } else {
                MediaKind::Video
            };
            let formats = accept_from_client(section, &policy());
            let sends = section.direction.sends();
            LocalSection::Media {
                mid: section.mid,
                body: MediaBody {
                    kind,
                    direction: if sends {
                        Direction::ReceiveOnly
                    } else {
                        Direction::SendOnly
                    },
                    formats: formats
                        .iter()
                        .map(|it| LocalFormat::answering(section, *it, None))
                        .collect(),
                    extensions,
                    msid: (!sends).then(|| ("PA_a|TR_b".to_owned(), "TR_b".to_owned())),
                    sources: (!sends).then_some(Sources {
                        ssrc: Ssrc(1),
                        rtx: Some(Ssrc(2)),
                    }),
                    receive_rids: section.send_rids.iter().map(|rid| Rid::from(*rid)).collect(),
                },
            }
        }
    });
    let description = LocalDescription {
        session_id: 1,
        version: 2,
        credentials: &credentials,
        fingerprint: &[0xab; 32],
        candidates: &candidates,
        sections: sections.collect(),
    };
    description.to_text()
}

#[test]
fn our_answers_echo_payload_types_and_can_be_read_by_another_maker() {
    for text in [CHROMIUM, FIREFOX] {
        let offer = parse(text).expect("it parses");
        let answered = answer(&offer);
        let again = parse(&answered).expect("we read our own");
        assert_eq!(again.sections.len(), offer.sections.len());
        assert_eq!((again.ufrag, again.fingerprint), ("ourname", [0xab; 32]));
        for (ours, theirs) in again.sections.iter().zip(&offer.sections) {
            assert_eq!((ours.mid, ours.kind), (theirs.mid, theirs.kind));
            for format in &ours.formats {
                let same = theirs
                    .formats
                    .iter()
                    .find(|it| it.payload_type == format.payload_type);
                assert!(
                    same.is_some_and(|it| it.name.eq_ignore_ascii_case(format.name)),
                    "{format:?}"
                );
                let feedback = &same.expect("checked above").feedback;
                assert!(
                    format.feedback.iter().all(|it| feedback.contains(it)),
                    "feedback nobody offered"
                );
            }
            for (id, name) in &ours.extensions {
                assert!(
                    theirs.extensions.contains(&(*id, *name)),
                    "an extension nobody offered"
                );
            }
        }
        str0m::change::SdpAnswer::from_sdp_string(&answered).expect("another maker reads it");
    }
}

#[test]
fn orientation_is_left_to_the_sender() {
    assert_eq!(
        extension_ids(&parse(CHROMIUM).expect("it parses").sections).orientation,
        None
    );
}

#[test]
fn what_is_too_large_or_incomplete_is_refused() {
    assert_eq!(parse(&"a".repeat(2 << 20)), Err(ParseError::TooLarge));
    assert!(matches!(parse("v=0\r\n"), Err(ParseError::Missing(_))));
    assert!(matches!(parse("hello"), Err(ParseError::Missing(_))));
    let many = format!(
        "{}{}",
        CHROMIUM,
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x\r\n".repeat(600)
    );
    assert_eq!(parse(&many), Err(ParseError::TooLarge));
    let odd = CHROMIUM.replace(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "m=audio 9 UDP/TLS/RTP/SAVPF 999",
    );
    assert_eq!(parse(&odd), Err(ParseError::Malformed("payload type")));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~\r\n]{0,400}") {
        let _ = parse(&format!("v=0\r\n{text}"));
    }

    #[test]
    fn a_damaged_offer_never_makes_the_reader_panic(position in 0..CHROMIUM.len(), byte in 0x20_u8..0x7f) {
        let mut bytes = CHROMIUM.as_bytes().to_vec();
        bytes[position] = byte;
        if let Ok(text) = String::from_utf8(bytes)
            && let Ok(offer) = parse(&text)
        {
            answer(&offer);
        }
    }
}
