//! RTP headers, their extensions, and the first bytes of VP8 and H.264.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sfu::media::ExtensionIds;
use sfu::rtp::{extensions, h264, header, vp8};

fuzz_target!(|bytes: &[u8]| {
    let Some(read) = header::Header::parse(bytes) else { return };
    let ids = ExtensionIds {
        mid: Some(4),
        rid: Some(10),
        repaired_rid: Some(11),
        audio_level: Some(1),
        transport_sequence: Some(3),
        absolute_send_time: Some(2),
        playout_delay: Some(5),
        orientation: Some(13),
    };
    extensions::Extensions::parse(&read, bytes, &ids);
    if let Some(payload) = read.payload(bytes) {
        h264::Units::parse(payload);
        vp8::Descriptor::parse(payload);
    }
});
