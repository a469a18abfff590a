//! Reading a client's session description (RFC 8866): only what a media server must know, borrowed from the
//! text, bounded in size.

use super::description::{Direction, ParseError, RtpMap, SdpSession, Section, SectionKind};
use crate::id::{PayloadType, Ssrc};

/// Longest description accepted: a hundred sections of a browser's full codec list are about 250 KB.
pub(super) const MAX_TEXT: usize = 1 << 20;
/// Most sections accepted; a connection of 100 people with sound and picture has about 200.
pub(super) const MAX_SECTIONS: usize = 512;
/// Most payload types a section may list: there are only 128 numbers.
const MAX_FORMATS: usize = 128;
/// Most sources a section may announce: three layers with retransmission make six.
const MAX_SOURCES: usize = 16;

#[derive(Default)]
struct Transport<'a> {
    ufrag: Option<&'a str>,
    password: Option<&'a str>,
    fingerprint: Option<[u8; 32]>,
}

#[derive(Default)]
struct Draft<'a> {
    feedback: Vec<(Option<u8>, &'a str)>,
    rids: Vec<&'a str>,
    simulcast: Option<&'a str>,
    sources: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    bundle_only: bool,
    port_zero: bool,
    has_mid: bool,
}

/// Reads a description.
pub fn parse(text: &str) -> Result<SdpSession<'_>, ParseError> {
    if text.len() > MAX_TEXT {
        return Err(ParseError::TooLarge);
    }
    if !text.starts_with("v=0") {
        return Err(ParseError::Missing("version line"));
    }
    let mut transport = Transport::default();
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut draft = Draft::default();
    let mut session_direction = Direction::SendReceive;
    for line in text.lines() {
        let line = line.trim_end();
        let Some((key, value)) = line.split_once('=') else {
            if line.is_empty() {
                continue;
            }
            return Err(ParseError::Malformed("line"));
        };
        match key {
            "m" => {
                if let Some(section) = sections.last_mut() {
                    finish(section, std::mem::take(&mut draft))?;
                }
                if sections.len() >= MAX_SECTIONS {
                    return Err(ParseError::TooLarge);
                }
                let (mut section, port_zero) = media_line(value)?;
                section.direction = session_direction;
                draft.port_zero = port_zero;
                sections.push(section);
            }
            "a" => {
                let (name, value) = value.split_once(':').unwrap_or((value, ""));
                if transport_attribute(&mut transport, name, value)? {
                    continue;
                }
                match sections.last_mut() {
                    Some(section) => attribute(section, &mut draft, name, value)?,
                    None => {
                        if let Some(direction) = direction(name) {
                            session_direction = direction;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(section) = sections.last_mut() {
        finish(section, draft)?;
    }
    Ok(SdpSession {
        ufrag: transport.ufrag.ok_or(ParseError::Missing("ICE user fragment"))?,
        password: transport.password.ok_or(ParseError::Missing("ICE password"))?,
        fingerprint: transport
            .fingerprint
            .ok_or(ParseError::Missing("SHA-256 fingerprint"))?,
        sections,
    })
}

fn media_line(value: &str) -> Result<(Section<'_>, bool), ParseError> {
    let mut words = value.splitn(4, ' ');
    let (Some(media), Some(port), Some(protocol), Some(format_list)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(ParseError::Malformed("media line"));
    };
    let kind = match media {
        "audio" => SectionKind::Audio,
        "video" => SectionKind::Video,
        "application" if protocol.contains("SCTP") => SectionKind::Data,
        _ => SectionKind::Other,
    };
    let mut formats = Vec::new();
    if matches!(kind, SectionKind::Audio | SectionKind::Video) {
        for number in format_list.split(' ').filter(|word| !word.is_empty()) {
            let number: u8 = number
                .parse()
                .map_err(|_| ParseError::Malformed("payload type"))?;
            if number > 127 {
                return Err(ParseError::Malformed("payload type"));
            }
            if formats.len() >= MAX_FORMATS {
                return Err(ParseError::TooLarge);
            }
            formats.push(RtpMap {
                payload_type: PayloadType(number),
                name: "",
                clock_rate: 0,
                parameters: "",
                feedback: Vec::new(),
            });
        }
    }
    let section = Section {
        kind,
        media,
        protocol,
        format_list,
        rejected: false,
        mid: "",
        direction: Direction::SendReceive,
        formats,
        extensions: Vec::new(),
        msid: None,
        send_rids: Vec::new(),
        sources: Vec::new(),
    };
    Ok((section, port == "0"))
}

fn direction(name: &str) -> Option<Direction> {
    Some(match name {
        "sendrecv" => Direction::SendReceive,
        "sendonly" => Direction::SendOnly,
        "recvonly" => Direction::ReceiveOnly,
        "inactive" => Direction::Inactive,
        _ => return None,
    })
}

/// Transport attributes are the same for the whole bundle: the first of each kind counts.
fn transport_attribute<'a>(
    transport: &mut Transport<'a>,
    name: &str,
    value: &'a str,
) -> Result<bool, ParseError> {
    match name {
        "ice-ufrag" => {
            if value.len() > 256 {
                return Err(ParseError::Malformed("ICE user fragment"));
            }
            transport.ufrag.get_or_insert(value);
        }
        "ice-pwd" => {
            if value.len() > 256 {
                return Err(ParseError::Malformed("ICE password"));
            }
            transport.password.get_or_insert(value);
        }
        "fingerprint" => {
            if let Some((hash, hex)) = value.split_once(' ')
                && hash.eq_ignore_ascii_case("sha-256")
                && transport.fingerprint.is_none()
            {
                transport.fingerprint = Some(fingerprint(hex)?);
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn fingerprint(hex: &str) -> Result<[u8; 32], ParseError> {
    let mut bytes = [0; 32];
    let mut count = 0;
    for pair in hex.trim().split(':') {
        let slot = bytes.get_mut(count).ok_or(ParseError::Malformed("fingerprint"))?;
        *slot = u8::from_str_radix(pair, 16).map_err(|_| ParseError::Malformed("fingerprint"))?;
        count += 1;
    }
    if count == 32 {
        Ok(bytes)
    } else {
        Err(ParseError::Malformed("fingerprint"))
    }
}

fn attribute<'a>(
    section: &mut Section<'a>,
    draft: &mut Draft<'a>,
    name: &'a str,
    value: &'a str,
) -> Result<(), ParseError> {
    if let Some(direction) = direction(name) {
        section.direction = direction;
        return Ok(());
    }
    match name {
        "mid" => {
            if value.is_empty() || value.len() > 32 {
                return Err(ParseError::Malformed("section tag"));
            }
            section.mid = value;
            draft.has_mid = true;
        }
        "bundle-only" => draft.bundle_only = true,
        "rtpmap" => {
            let (number, encoding) = numbered(value).ok_or(ParseError::Malformed("rtpmap"))?;
            let mut parts = encoding.split('/');
            if let Some(format) = format(section, number) {
                format.name = parts.next().unwrap_or("");
                format.clock_rate = parts.next().and_then(|rate| rate.parse().ok()).unwrap_or(0);
            }
        }
        "fmtp" => {
            if let Some((number, parameters)) = numbered(value)
                && let Some(format) = format(section, number)
            {
                format.parameters = parameters;
            }
        }
        "rtcp-fb" => {
            if let Some((number, what)) = value.split_once(' ') {
                if draft.feedback.len() >= 8 * MAX_FORMATS {
                    return Err(ParseError::TooLarge);
                }
                draft.feedback.push((number.parse().ok(), what));
            }
        }
        "extmap" => {
            if let Some((id, rest)) = value.split_once(' ') {
                let id = id.split('/').next().and_then(|id| id.parse::<u8>().ok());
                let name = rest.split(' ').next().unwrap_or("");
                if let Some(id) = id.filter(|id| (1..=254).contains(id))
                    && section.extensions.len() < 64
                {
                    section.extensions.push((id, name));
                }
            }
        }
        "msid" => {
            let mut words = value.split(' ').filter(|word| !word.is_empty());
            if let Some(stream) = words.next() {
                section.msid = Some((stream, words.next().unwrap_or("")));
            }
        }
        "rid" => {
            let mut words = value.split(' ');
            if let (Some(rid), Some("send")) = (words.next(), words.next())
                && draft.rids.len() < 8
            {
                draft.rids.push(rid);
            }
        }
        "simulcast" => draft.simulcast = Some(value),
        "ssrc" => {
            let source = value.split(' ').next().and_then(|word| word.parse().ok());
            if let Some(source) = source
                && !draft.sources.contains(&source)
            {
                if draft.sources.len() >= MAX_SOURCES {
                    return Err(ParseError::TooLarge);
                }
                draft.sources.push(source);
            }
        }
        "ssrc-group" => {
            if let Some(pair) = value.strip_prefix("FID ") {
                let mut words = pair.split(' ').filter_map(|word| word.parse().ok());
                if let (Some(media), Some(repair)) = (words.next(), words.next())
                    && draft.pairs.len() < MAX_SOURCES
                {
                    draft.pairs.push((media, repair));
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn numbered(value: &str) -> Option<(u8, &str)> {
    let (number, rest) = value.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

fn format<'s, 'a>(section: &'s mut Section<'a>, number: u8) -> Option<&'s mut RtpMap<'a>> {
    section
        .formats
        .iter_mut()
        .find(|format| format.payload_type.0 == number)
}

fn finish<'a>(section: &mut Section<'a>, draft: Draft<'a>) -> Result<(), ParseError> {
    section.rejected = draft.port_zero && !draft.bundle_only;
    if !draft.has_mid && !section.rejected {
        return Err(ParseError::Missing("section tag"));
    }
    for (number, what) in draft.feedback {
        for format in &mut section.formats {
            if number.is_none_or(|number| format.payload_type.0 == number) {
                format.feedback.push(what);
            }
        }
    }
    // `a=simulcast:send q;h;f` gives the order; without it the `a=rid` lines do.
    let listed = draft.simulcast.and_then(|value| {
        let mut words = value.split(' ');
        while let Some(word) = words.next() {
            let list = words.next()?;
            if word == "send" {
                return Some(list);
            }
        }
        None
    });
    section.send_rids = match listed {
        Some(list) => {
            let wanted = list.split(';').filter_map(|rid| rid.split(',').next());
            wanted
                .map(|rid| rid.trim_start_matches('~'))
                .filter(|rid| draft.rids.contains(rid))
                .collect()
        }
        None => draft.rids,
    };
    let repairs: Vec<u32> = draft.pairs.iter().map(|pair| pair.1).collect();
    for source in draft
        .sources
        .into_iter()
        .filter(|source| !repairs.contains(source))
    {
        let repair = draft
            .pairs
            .iter()
            .find(|pair| pair.0 == source)
            .map(|pair| Ssrc(pair.1));
        section.sources.push((Ssrc(source), repair));
    }
    Ok(())
}
