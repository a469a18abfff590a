//! LiveKit's signalling: any frame, and any join request in an address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livekit_protocol::SignalRequest;
use palabre_server::livekit::{entry, from_proto};
use prost::Message;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(frame) = SignalRequest::decode(bytes) {
        let _ = from_proto::request(frame);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = entry::read(text, true);
        let _ = entry::read(text, false);
    }
});
