//! The envelope: a value sealed with a fresh data key, and that key sealed with the master key.
//!
//! Bytes: 1 (the form), the wrapped data key (nonce 12, key 32, tag 16), the value (nonce 12, text, tag 16).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::random;

/// The form of these bytes.
const FORM: u8 = 1;
const TAG: usize = 16;
const WRAPPED: usize = NONCE_LEN + 32 + TAG;

/// A key of AES-256-GCM.
pub(super) struct Key(LessSafeKey);

impl Key {
    pub(super) fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("the key has the algorithm's length");
        Self(LessSafeKey::new(key))
    }

    /// Nonces are drawn: 96 random bits repeat with a chance below 2⁻³² until 2³² values were sealed with one key
    /// (NIST SP 800-38D §8.3); the master key wraps one for each stored secret, a data key seals one value.
    fn seal(&self, context: &[u8], text: &[u8], out: &mut Vec<u8>) {
        let nonce: [u8; NONCE_LEN] = random::bytes();
        let mut sealed = text.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed,
            )
            .expect("the text is far below the algorithm's 64 GiB");
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
    }

    fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context), &mut text)
            .ok()?
            .len();
        text.truncate(length);
        Some(text)
    }
}

/// Seals `text` so that it opens with `master` and in `context` only.
pub(super) fn seal(master: &Key, context: &[u8], text: &[u8]) -> Vec<u8> {
    let data_key: [u8; 32] = random::bytes();
    let mut sealed = Vec::with_capacity(1 + WRAPPED + NONCE_LEN + text.len() + TAG);
    sealed.push(FORM);
    master.seal(context, &data_key, &mut sealed);
    Key::new(&data_key).seal(context, text, &mut sealed);
    sealed
}

/// Opens it again; `None` for anything else.
pub(super) fn open(master: &Key, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (form, rest) = sealed.split_first()?;
    if *form != FORM {
        return None;
    }
    let (wrapped, value) = rest.split_at_checked(WRAPPED)?;
    let data_key = master.open(context, wrapped)?.try_into().ok()?;
    Key::new(&data_key).open(context, value)
}
