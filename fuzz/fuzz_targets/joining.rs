//! Join requests as `/rtc/v1` takes them: any bytes inside the envelope, compressed or not.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use libfuzzer_sys::fuzz_target;
use livekit_protocol::WrappedJoinRequest;
use palabre_server::livekit::entry;
use prost::Message;

fuzz_target!(|bytes: &[u8]| {
    for compression in [0, 1] {
        let wrapped = WrappedJoinRequest { compression, join_request: bytes.to_vec() };
        let query = format!("join_request={}", URL_SAFE.encode(wrapped.encode_to_vec()).replace('=', "%3D"));
        let _ = entry::read(&query, true);
    }
});
