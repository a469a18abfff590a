//! Writing our session descriptions: answers to what clients offer, and offers of our own (dual topology).

use std::fmt::Write;

use super::description::{Direction, RtpMap, Section};
use super::uri;
use crate::address::{Protocol, TransportAddress};
use crate::id::{PayloadType, Rid, Ssrc};
use crate::media::{Codec, ExtensionIds, Format, IceCredentials, KeyFrameRequest, MediaKind};
use crate::room::VideoCodec;

/// Feedback we act on, as written after `a=rtcp-fb:<pt>`.
const VIDEO_FEEDBACK: [&str; 4] = ["transport-cc", "ccm fir", "nack", "nack pli"];
/// Sound needs no key frames; a lost packet is worth asking for again where the client agrees.
const AUDIO_FEEDBACK: [&str; 2] = ["transport-cc", "nack"];
/// Longest message we take on a data channel, as announced (RFC 8841 §6).
pub const MAX_MESSAGE: u32 = 262_144;

/// One payload type as we write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFormat {
    /// What it is.
    pub format: Format,
    /// Value of `a=fmtp`, empty when none.
    pub parameters: String,
    /// Values of `a=rtcp-fb`.
    pub feedback: Vec<&'static str>,
}

impl LocalFormat {
    /// In an answer: the offer's parameters come back, feedback is what both sides know. `receiving` asks the
    /// client's encoder for silence suppression (unless `dtx` is false) and two channels when `stereo`.
    pub fn answering(section: &Section<'_>, format: Format, receiving: Option<OpusWish>) -> Self {
        let offered = section
            .formats
            .iter()
            .find(|map| map.payload_type == format.payload_type);
        let known: &[&'static str] = match format.codec.kind() {
            MediaKind::Audio => &AUDIO_FEEDBACK,
            MediaKind::Video => &VIDEO_FEEDBACK,
        };
        let feedback = known
            .iter()
            .copied()
            .filter(|name| offered.is_some_and(|map| map.feedback.contains(name)));
        Self {
            format,
            parameters: answered_parameters(format.codec, offered, receiving),
            feedback: feedback.collect(),
        }
    }
}

/// What we ask of a client's Opus encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpusWish {
    /// Stop sending in silence.
    pub dtx: bool,
    /// Two channels.
    pub stereo: bool,
}

fn answered_parameters(codec: Codec, offered: Option<&RtpMap<'_>>, receiving: Option<OpusWish>) -> String {
    match codec {
        Codec::Opus => {
            let mut text = "minptime=10;useinbandfec=1".to_owned();
            if let Some(wish) = receiving {
                if wish.dtx {
                    text.push_str(";usedtx=1");
                }
                if wish.stereo {
                    text.push_str(";stereo=1;maxaveragebitrate=510000");
                }
            }
            text
        }
        Codec::Vp8 => String::new(),
        Codec::H264 { .. } => offered.map(|map| map.parameters.to_owned()).unwrap_or_default(),
    }
}

/// The formats of a section we offer ourselves, with payload types of our own.
pub fn offered_formats(kind: MediaKind, video: &[VideoCodec]) -> Vec<LocalFormat> {
    let format = |payload_type, codec, rtx: Option<u8>, parameters: &str| LocalFormat {
        format: Format {
            payload_type: PayloadType(payload_type),
            codec,
            rtx: rtx.map(PayloadType),
            key_frame_request: KeyFrameRequest::Pli,
        },
        parameters: parameters.to_owned(),
        feedback: match codec.kind() {
            MediaKind::Audio => AUDIO_FEEDBACK.to_vec(),
            MediaKind::Video => VIDEO_FEEDBACK.to_vec(),
        },
    };
    if kind == MediaKind::Audio {
        return vec![format(111, Codec::Opus, None, "minptime=10;useinbandfec=1")];
    }
    let mut formats = Vec::new();
    for codec in video {
        match codec {
            VideoCodec::Vp8 => formats.push(format(96, Codec::Vp8, Some(97), "")),
            VideoCodec::H264 => {
                for (payload_type, profile) in [
                    (125, 0x42_e01f),
                    (108, 0x42_001f),
                    (123, 0x64_0032),
                    (127, 0x4d_001f),
                ] {
                    let codec = Codec::H264 {
                        profile_level_id: profile,
                        packetization_mode: 1,
                    };
                    let parameters = format!(
                        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile:06x}"
                    );
                    formats.push(format(payload_type, codec, Some(payload_type - 1), &parameters));
                }
            }
        }
    }
    formats
}

/// Our source on a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Media.
    pub ssrc: Ssrc,
    /// Retransmission.
    pub rtx: Option<Ssrc>,
}

/// A section of sound or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaBody {
    /// Sound or picture.
    pub kind: MediaKind,
    /// In our eyes.
    pub direction: Direction,
    /// At least one.
    pub formats: Vec<LocalFormat>,
    /// What is in use on the connection.
    pub extensions: ExtensionIds,
    /// Stream and track when we send.
    pub msid: Option<(String, String)>,
    /// Our source when we send.
    pub sources: Option<Sources>,
    /// Layers we receive, empty without simulcast.
    pub receive_rids: Vec<Rid>,
}

/// One section of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalSection<'a> {
    /// Not wanted, or stopped by the client.
    Rejected {
        /// As offered.
        media: &'a str,
        /// As offered.
        protocol: &'a str,
        /// As offered.
        format_list: &'a str,
        /// As offered; may be empty.
        mid: &'a str,
    },
    /// Data channels.
    Data {
        /// As offered, or ours.
        mid: &'a str,
        /// As offered, or ours.
        protocol: &'a str,
    },
    /// Sound or picture.
    Media {
        /// As offered, or ours.
        mid: &'a str,
        /// The rest.
        body: MediaBody,
    },
}

/// A description of ours.
#[derive(Clone, Debug)]
pub struct LocalDescription<'a> {
    /// The same for all descriptions of a connection (RFC 9429 §5.2.1).
    pub session_id: u64,
    /// One more each time.
    pub version: u64,
    /// Our ICE secrets.
    pub credentials: &'a IceCredentials,
    /// SHA-256 of our certificate.
    pub fingerprint: &'a [u8; 32],
    /// Where to send.
    pub candidates: &'a [TransportAddress],
    /// In order.
    pub sections: Vec<LocalSection<'a>>,
}

/// One host candidate; those before it are preferred. By TCP clients come to us (RFC 6544 §4.5), and only where UDP
/// does not pass: what is late is repeated there although nobody wants it any more.
fn write_candidate(out: &mut String, index: usize, candidate: TransportAddress) -> std::fmt::Result {
    let TransportAddress { protocol, address } = candidate;
    let (ip, port, place) = (address.ip(), address.port(), index as u32);
    let foundation = index + 1;
    match protocol {
        Protocol::Udp => {
            // RFC 8445 §5.1.2.1: the type preference of a host candidate is 126.
            let priority = (126 << 24) | ((65_535 - place) << 8) | 255;
            write!(
                out,
                "a=candidate:{foundation} 1 udp {priority} {ip} {port} typ host\r\n"
            )
        }
        Protocol::Tcp => {
            // Below every UDP candidate; RFC 6544 §4.2: a passive host has the
            // direction preference 4, of three bits.
            let priority = (90 << 24) | (((4 << 13) | (8191 - place)) << 8) | 255;
            write!(
                out,
                "a=candidate:{foundation} 1 tcp {priority} {ip} {port} typ host tcptype passive\r\n"
            )
        }
    }
}

impl LocalDescription<'_> {
    /// The text.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(512 + 400 * self.sections.len());
        self.write(&mut text).expect("writing to a String cannot fail");
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        write!(
            out,
            "v=0\r\no=- {} {} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
            self.session_id, self.version
        )?;
        out.push_str("a=ice-lite\r\na=fingerprint:sha-256 ");
        for (index, byte) in self.fingerprint.iter().enumerate() {
            write!(out, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
        }
        out.push_str("\r\na=group:BUNDLE");
        for section in &self.sections {
            if let LocalSection::Data { mid, .. } | LocalSection::Media { mid, .. } = section {
                write!(out, " {mid}")?;
            }
        }
        out.push_str("\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\n");
        let mut first = true;
        for section in &self.sections {
            match section {
                LocalSection::Rejected {
                    media,
                    protocol,
                    format_list,
                    mid,
                } => {
                    write!(
                        out,
                        "m={media} 0 {protocol} {format_list}\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n"
                    )?;
                    if !mid.is_empty() {
                        write!(out, "a=mid:{mid}\r\n")?;
                    }
                }
                LocalSection::Data { mid, protocol } => {
                    write!(
                        out,
                        "m=application 9 {protocol} webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
                    )?;
                    self.transport(out, mid, &mut first)?;
                    write!(out, "a=sctp-port:5000\r\na=max-message-size:{MAX_MESSAGE}\r\n")?;
                }
                LocalSection::Media { mid, body } => self.media(out, mid, body, &mut first)?,
            }
        }
        Ok(())
    }

    /// The client always begins DTLS, in our offers too: pion answers an ICE-lite peer that leaves the choice with
    /// `passive`, and then both would wait.
    fn transport(&self, out: &mut String, mid: &str, first: &mut bool) -> std::fmt::Result {
        let IceCredentials { ufrag, password } = self.credentials;
        write!(
            out,
            "a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\na=setup:passive\r\na=mid:{mid}\r\n"
        )?;
        // Candidates belong to the bundle; its first section carries them (RFC 8843 §7.1.3).
        if std::mem::take(first) {
            for (index, candidate) in self.candidates.iter().enumerate() {
                write_candidate(out, index, *candidate)?;
            }
            out.push_str("a=end-of-candidates\r\n");
        }
        Ok(())
    }

    fn media(&self, out: &mut String, mid: &str, body: &MediaBody, first: &mut bool) -> std::fmt::Result {
        let kind = match body.kind {
            MediaKind::Audio => "audio",
            MediaKind::Video => "video",
        };
        write!(out, "m={kind} 9 UDP/TLS/RTP/SAVPF")?;
        for local in &body.formats {
            write!(out, " {}", local.format.payload_type.0)?;
            if let Some(rtx) = local.format.rtx {
                write!(out, " {}", rtx.0)?;
            }
        }
        out.push_str("\r\nc=IN IP4 0.0.0.0\r\n");
        self.transport(out, mid, first)?;
        out.push_str(match body.direction {
            Direction::SendReceive => "a=sendrecv\r\n",
            Direction::SendOnly => "a=sendonly\r\n",
            Direction::ReceiveOnly => "a=recvonly\r\n",
            Direction::Inactive => "a=inactive\r\n",
        });
        out.push_str("a=rtcp-mux\r\na=rtcp-rsize\r\n");
        extensions(out, body)?;
        for local in &body.formats {
            let PayloadType(number) = local.format.payload_type;
            let encoding = match local.format.codec {
                Codec::Opus => "opus/48000/2",
                Codec::Vp8 => "VP8/90000",
                Codec::H264 { .. } => "H264/90000",
            };
            write!(out, "a=rtpmap:{number} {encoding}\r\n")?;
            if !local.parameters.is_empty() {
                write!(out, "a=fmtp:{number} {}\r\n", local.parameters)?;
            }
            for feedback in &local.feedback {
                write!(out, "a=rtcp-fb:{number} {feedback}\r\n")?;
            }
            if let Some(PayloadType(rtx)) = local.format.rtx {
                write!(out, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={number}\r\n")?;
            }
        }
        if !body.receive_rids.is_empty() {
            for rid in &body.receive_rids {
                write!(out, "a=rid:{rid} recv\r\n")?;
            }
            out.push_str("a=simulcast:recv ");
            for (index, rid) in body.receive_rids.iter().enumerate() {
                write!(out, "{}{rid}", if index == 0 { "" } else { ";" })?;
            }
            out.push_str("\r\n");
        }
        if let Some((stream, track)) = &body.msid {
            write!(out, "a=msid:{stream} {track}\r\n")?;
        }
        if let Some(Sources { ssrc, rtx }) = &body.sources {
            if let Some(rtx) = rtx {
                write!(out, "a=ssrc-group:FID {} {}\r\n", ssrc.0, rtx.0)?;
            }
            for source in std::iter::once(ssrc).chain(rtx) {
                write!(out, "a=ssrc:{} cname:palabre\r\n", source.0)?;
                if let Some((stream, track)) = &body.msid {
                    write!(out, "a=ssrc:{} msid:{stream} {track}\r\n", source.0)?;
                }
            }
        }
        Ok(())
    }
}

fn extensions(out: &mut String, body: &MediaBody) -> std::fmt::Result {
    let ids = &body.extensions;
    let video = body.kind == MediaKind::Video;
    // What a section offers is answered whatever its direction is today: libwebrtc refuses its own later offer
    // of layers when an earlier answer left the layer names out.
    let used = [
        (ids.mid, uri::MID, true),
        (ids.transport_sequence, uri::TRANSPORT_SEQUENCE, true),
        (ids.audio_level, uri::AUDIO_LEVEL, !video),
        (ids.rid, uri::RID, video),
        (ids.repaired_rid, uri::REPAIRED_RID, video),
    ];
    for (id, name, applies) in used {
        if let Some(id) = id.filter(|_| applies) {
            write!(out, "a=extmap:{id} {name}\r\n")?;
        }
    }
    Ok(())
}
