//! The first datagram of an address: does it name one of our peers?
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    sfu::peer::ice::named_ufrag(bytes);
});
