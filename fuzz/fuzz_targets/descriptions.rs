//! Session descriptions of clients: reading and answering any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sfu::media::Codec;
use sfu::room::VideoCodec;
use sfu::sdp::{AcceptPolicy, accept_for_sending, accept_from_client, extension_ids, parse};

fuzz_target!(|text: &str| {
    let Ok(offer) = parse(text) else { return };
    let policy = AcceptPolicy { video: vec![VideoCodec::Vp8, VideoCodec::H264] };
    extension_ids(&offer.sections);
    for section in &offer.sections {
        accept_from_client(section, &policy);
        accept_for_sending(section, &policy, Codec::Vp8);
    }
});
