//! Session keys from a master key (RFC 3711 §4.3, with RFC 7714 §11 for the longer keys).

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

/// What a session key is for; the numbers are RFC 3711's labels, RTCP's lie three above.
#[derive(Clone, Copy, Debug)]
pub(super) enum Label {
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// A counter-mode key of 16 or 32 bytes.
pub(super) fn counter_key(key: &[u8]) -> Option<EncryptingKey> {
    let algorithm = if key.len() == 32 { &AES_256 } else { &AES_128 };
    EncryptingKey::ctr(UnboundCipherKey::new(algorithm, key).ok()?).ok()
}

/// Encrypts (or decrypts: it is the same) in place with the counter beginning at `iv`.
pub(super) fn counter_apply(key: &EncryptingKey, iv: [u8; 16], bytes: &mut [u8]) -> bool {
    key.less_safe_encrypt(bytes, EncryptionContext::Iv128(FixedLength::from(iv)))
        .is_ok()
}

/// Derives `N` bytes for a purpose. `salt` is 14 bytes, or 12 which count as 14 with two zeroes behind.
pub(super) fn derive<const N: usize>(master_key: &[u8], salt: &[u8], label: Label) -> Option<[u8; N]> {
    let mut iv = [0u8; 16];
    iv[..salt.len()].copy_from_slice(salt);
    // The label stands above the 48 bits of the (unused) key derivation index: byte 7 of 14.
    iv[7] ^= label as u8;
    let mut out = [0u8; N];
    counter_apply(&counter_key(master_key)?, iv, &mut out).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn keys_match_rfc_3711_appendix_b3() {
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6");
        let cipher: [u8; 16] = derive(&key, &salt, Label::RtpEncryption).unwrap();
        assert_eq!(cipher.to_vec(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
        let session_salt: [u8; 14] = derive(&key, &salt, Label::RtpSalt).unwrap();
        assert_eq!(session_salt.to_vec(), hex("30CBBC08863D8C85D49DB34A9AE1"));
        let authentication: [u8; 20] = derive(&key, &salt, Label::RtpAuthentication).unwrap();
        assert_eq!(
            authentication.to_vec(),
            hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
        );
    }

    #[test]
    fn keystream_matches_rfc_3711_appendix_b2() {
        let key = counter_key(&hex("2B7E151628AED2A6ABF7158809CF4F3C")).unwrap();
        let mut iv = [0u8; 16];
        iv.copy_from_slice(&hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"));
        let mut bytes = [0u8; 32];
        assert!(counter_apply(&key, iv, &mut bytes));
        assert_eq!(
            bytes.to_vec(),
            hex("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB")
        );
    }
}
