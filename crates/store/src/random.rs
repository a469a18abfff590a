//! What nobody can guess, from the operating system.

use jiff::Timestamp;
use meetings::id::Id;

/// Random bytes.
pub fn bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// The id of something born now.
pub fn id<K>(now: Timestamp) -> Id<K> {
    Id::new(now, bytes())
}

/// `length` letters and digits, for secrets that people copy.
pub fn text(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
        let fair = bytes::<64>().into_iter().filter(|byte| *byte < 248);
        text.extend(
            fair.take(length - text.len())
                .map(|byte| char::from(ALPHABET[usize::from(byte % 62)])),
        );
    }
    text
}
