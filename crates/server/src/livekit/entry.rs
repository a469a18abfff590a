//! What a client asks for when it opens its signalling socket: the query of `/rtc` and `/rtc/v1`.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use livekit_protocol as proto;
use prost::Message;
use proto::wrapped_join_request::Compression;
use sfu::id::ParticipantSid;
use sfu::signal::{AddTrack, Description, SyncState, Topology};
use url::form_urlencoded;

use super::from_proto::{self, Malformed};

/// A join request after decompression; a client's first offer has 14 to 18 KB, a resume of a full room some
/// hundreds.
pub const MAX_JOIN_REQUEST: usize = 1 << 20;

/// URL-safe base64, with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A query that cannot be used: 400 with this text. Some texts are LiveKit's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// `/rtc/v1` without it.
    #[error("join_request is required")]
    NoJoinRequest,
    /// Not base64.
    #[error("cannot base64 decode wrapped join request")]
    Base64,
    /// Not protobuf.
    #[error("cannot unmarshal wrapped join request")]
    Wrapper,
    /// Not gzip.
    #[error("cannot read decompressed join request")]
    Compression,
    /// Larger than [`MAX_JOIN_REQUEST`].
    #[error("join request too large")]
    TooLarge,
    /// Not protobuf.
    #[error("cannot unmarshal join request")]
    JoinRequest,
    /// Not base64 of a JSON object of texts.
    #[error("cannot decode attributes")]
    Attributes,
    /// Comes back without saying to which stay.
    #[error("participant sid cannot be empty")]
    NoSid,
    /// Something in it is too large.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// How a client wants to enter.
#[derive(Clone, Debug)]
pub struct Entry {
    /// One connection or two.
    pub topology: Topology,
    /// Watch everything unasked.
    pub auto_subscribe: bool,
    /// It manages sizes itself.
    pub adaptive_stream: bool,
    /// Pictures may be paused by congestion.
    pub allow_pause: Option<bool>,
    /// Instead of the token's; needs the right to change one's own.
    pub metadata: String,
    /// Added to the token's; needs the right to change one's own.
    pub attributes: BTreeMap<String, String>,
    /// As the client says.
    pub client_protocol: i32,
    /// As the client says.
    pub capabilities: Vec<i32>,
    /// Publishes with the join.
    pub add_tracks: Vec<AddTrack>,
    /// Offers with the join.
    pub offer: Option<Description>,
    /// Comes back to this stay.
    pub resume: Option<ParticipantSid>,
    /// What it remembers when it comes back.
    pub sync_state: Option<SyncState>,
    /// A second, publishing presence of the same person, under this suffix.
    pub publish: Option<String>,
    /// Which software, for the log.
    pub software: String,
}

/// Reads a query; `/rtc/v1` demands a join request, `/rtc` takes one too.
pub fn read(query: &str, join_request_required: bool) -> Result<Entry, EntryError> {
    let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    match query.get("join_request").filter(|text| !text.is_empty()) {
        Some(text) => single(unwrap(text)?),
        None if join_request_required => Err(EntryError::NoJoinRequest),
        None => dual(&query),
    }
}

fn unwrap(text: &str) -> Result<proto::JoinRequest, EntryError> {
    let wrapped = BASE64.decode(text).map_err(|_| EntryError::Base64)?;
    let wrapped = proto::WrappedJoinRequest::decode(&wrapped[..]).map_err(|_| EntryError::Wrapper)?;
    let bytes = match wrapped.compression() {
        Compression::None => wrapped.join_request,
        Compression::Gzip => {
            let mut bytes = Vec::new();
            let limit = MAX_JOIN_REQUEST as u64 + 1;
            let mut reader = flate2::read::GzDecoder::new(&wrapped.join_request[..]).take(limit);
            reader
                .read_to_end(&mut bytes)
                .map_err(|_| EntryError::Compression)?;
            bytes
        }
    };
    if bytes.len() > MAX_JOIN_REQUEST {
        return Err(EntryError::TooLarge);
    }
    proto::JoinRequest::decode(&bytes[..]).map_err(|_| EntryError::JoinRequest)
}

fn single(request: proto::JoinRequest) -> Result<Entry, EntryError> {
    let client = request.client_info.unwrap_or_default();
    let settings = request.connection_settings.unwrap_or_default();
    let mut add_tracks = Vec::new();
    for track in request.add_track_requests.iter().take(64) {
        // What is neither sound nor picture is refused later, when it is asked for on the socket.
        add_tracks.extend(from_proto::add_track(track)?);
    }
    let resume = match (request.reconnect, request.participant_sid) {
        (false, _) => None,
        (true, sid) if sid.is_empty() => return Err(EntryError::NoSid),
        (true, sid) => Some(ParticipantSid(from_proto::name(sid)?)),
    };
    Ok(Entry {
        topology: Topology::Single,
        auto_subscribe: settings.auto_subscribe,
        adaptive_stream: settings.adaptive_stream,
        allow_pause: settings.subscriber_allow_pause,
        metadata: from_proto::metadata(request.metadata)?,
        attributes: from_proto::attributes(request.participant_attributes)?,
        client_protocol: client.client_protocol,
        software: format!(
            "{} {}",
            client.sdk().as_str_name().to_ascii_lowercase(),
            client.version
        ),
        capabilities: client.capabilities,
        add_tracks,
        offer: request.publisher_offer.map(from_proto::description).transpose()?,
        resume,
        sync_state: request.sync_state.map(from_proto::sync_state).transpose()?,
        publish: None,
    })
}

fn dual(query: &BTreeMap<String, String>) -> Result<Entry, EntryError> {
    let text = |name: &str| {
        query
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let flag = |name: &str| text(name).map(|value| matches!(value, "1" | "true"));
    let attributes = match text("attributes") {
        Some(encoded) => {
            let bytes = BASE64.decode(encoded).map_err(|_| EntryError::Attributes)?;
            serde_json::from_slice::<BTreeMap<String, String>>(&bytes).map_err(|_| EntryError::Attributes)?
        }
        None => BTreeMap::new(),
    };
    let capabilities = text("capabilities").unwrap_or_default().split(',');
    let resume = match (flag("reconnect").unwrap_or(false), text("sid")) {
        (false, _) => None,
        (true, None) => return Err(EntryError::NoSid),
        (true, Some(sid)) => Some(ParticipantSid(from_proto::name(sid.to_owned())?)),
    };
    Ok(Entry {
        topology: Topology::Dual,
        auto_subscribe: flag("auto_subscribe").unwrap_or(true),
        adaptive_stream: flag("adaptive_stream").unwrap_or(false),
        allow_pause: flag("subscriber_allow_pause"),
        metadata: String::new(),
        attributes: from_proto::attributes(attributes)?,
        client_protocol: text("client_protocol")
            .and_then(|number| number.parse().ok())
            .unwrap_or(0),
        capabilities: capabilities
            .filter_map(|name| proto::client_info::Capability::from_str_name(name.trim()))
            .map(i32::from)
            .collect(),
        add_tracks: Vec::new(),
        offer: None,
        resume,
        sync_state: None,
        publish: text("publish")
            .map(|suffix| from_proto::name(suffix.to_owned()))
            .transpose()?,
        software: format!(
            "{} {}",
            text("sdk").unwrap_or("unknown"),
            text("version").unwrap_or_default()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn encoded(compression: Compression, join_request: Vec<u8>) -> String {
        let wrapped = proto::WrappedJoinRequest {
            compression: compression.into(),
            join_request,
        };
        format!("join_request={}", BASE64.encode(wrapped.encode_to_vec()))
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn request() -> proto::JoinRequest {
        proto::JoinRequest {
            connection_settings: Some(proto::ConnectionSettings {
                auto_subscribe: true,
                ..Default::default()
            }),
            publisher_offer: Some(proto::SessionDescription {
                sdp: "v=0\r\n".to_owned(),
                id: 1,
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn a_join_request_is_read_plain_and_compressed() {
        let bytes = request().encode_to_vec();
        for query in [
            encoded(Compression::None, bytes.clone()),
            encoded(Compression::Gzip, gzip(&bytes)),
        ] {
            for required in [true, false] {
                let entry = read(&query, required).expect("reads");
                assert_eq!(entry.topology, Topology::Single);
                assert_eq!(entry.offer.as_ref().map(|offer| offer.id), Some(1));
                assert_eq!(entry.allow_pause, None, "absent is not false");
            }
        }
    }

    #[test]
    fn a_small_request_that_unfolds_into_a_huge_one_is_refused() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert_eq!(
            read(&encoded(Compression::Gzip, bomb), true).expect_err("refused"),
            EntryError::TooLarge
        );
    }

    #[test]
    fn every_kind_of_rubbish_has_its_own_answer() {
        let refused = |query: &str| read(query, true).expect_err("refused");
        assert_eq!(refused(""), EntryError::NoJoinRequest);
        assert_eq!(refused("join_request=%21%21"), EntryError::Base64);
        assert_eq!(refused("join_request=____"), EntryError::Wrapper);
        assert_eq!(
            refused(&encoded(Compression::Gzip, vec![1, 2, 3])),
            EntryError::Compression
        );
        assert_eq!(
            refused(&encoded(Compression::None, vec![0xff; 5])),
            EntryError::JoinRequest
        );
        let coming_back = proto::JoinRequest {
            reconnect: true,
            ..Default::default()
        };
        assert_eq!(
            refused(&encoded(Compression::None, coming_back.encode_to_vec())),
            EntryError::NoSid
        );
    }

    #[test]
    fn without_a_join_request_the_old_query_counts() {
        let entry = read("auto_subscribe=0&sdk=go&version=2.18.2&protocol=17", false).expect("reads");
        assert_eq!(entry.topology, Topology::Dual);
        assert!(!entry.auto_subscribe);
        let entry = read("reconnect=1&sid=PA_x", false).expect("reads");
        assert_eq!(entry.resume, Some("PA_x".into()));
        assert!(entry.auto_subscribe);
    }
}
