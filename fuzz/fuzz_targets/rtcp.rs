//! RTCP as it stands after decryption.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| sfu::rtp::rtcp::fuzzing::fuzz_rtcp(bytes));
