//! Reads from a session description which section carries whose track.

/// One media section as the other side describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The section's `mid`.
    pub mid: String,
    /// `audio`, `video` or `application`.
    pub kind: String,
    /// Stream id of `a=msid`, `PA_…|TR_…` for a track of a room.
    pub stream: String,
    /// Whether the describing side sends.
    pub sends: bool,
}

impl Section {
    /// The track's identifier: the part of the stream id that starts with `TR_`.
    pub fn track(&self) -> Option<&str> {
        self.stream.split('|').find(|part| part.starts_with("TR_"))
    }
}

/// All sections of a description, in order.
pub fn read(description: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in description.lines() {
        if let Some(rest) = line.strip_prefix("m=") {
            let kind = rest.split(' ').next().unwrap_or_default().to_owned();
            sections.push(Section {
                kind,
                sends: true,
                ..Section::default()
            });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        if let Some(mid) = line.strip_prefix("a=mid:") {
            section.mid = mid.trim().to_owned();
        } else if let Some(msid) = line.strip_prefix("a=msid:") {
            section.stream = msid.split(' ').next().unwrap_or_default().trim().to_owned();
        } else if matches!(line.trim(), "a=inactive" | "a=recvonly") {
            section.sends = false;
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_mid_kind_stream_and_direction() {
        let description = "v=0\r\na=msid-semantic: WMS *\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=inactive\r\n\
            m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v1\r\na=sendonly\r\na=msid:PA_x|TR_y TR_y\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n";
        let sections = read(description);
        assert_eq!(sections.len(), 3);
        assert_eq!(
            (sections[0].mid.as_str(), sections[0].sends, sections[0].track()),
            ("0", false, None)
        );
        assert_eq!(
            (sections[1].mid.as_str(), sections[1].sends, sections[1].track()),
            ("v1", true, Some("TR_y"))
        );
        assert_eq!(sections[2].kind, "application");
    }
}
