//! The beginning of a picture: which kind it is and how large, whatever follows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meetings::picture::{MAX_SIDE, Picture};

fuzz_target!(|bytes: &[u8]| {
    let read = Picture::read(bytes);
    if let Ok(picture) = read {
        assert!(
            [picture.width, picture.height]
                .iter()
                .all(|side| (1..=MAX_SIDE).contains(side))
        );
        assert_eq!(Picture::read(&[bytes, b"more"].concat()), read);
    }
});
