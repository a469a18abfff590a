//! Published vectors, and what both ends of a connection promise each other.

use super::cipher::Cipher;
use super::*;
use crate::id::PayloadType;
use crate::rtp::header;
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, LessSafeKey, UnboundKey};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// RFC 7714's vectors give session keys, not master keys.
fn gcm(key: &str, salt: &str) -> Cipher {
    let key = hex(key);
    let algorithm = if key.len() == 32 {
        &AES_256_GCM
    } else {
        &AES_128_GCM
    };
    let make = || LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap());
    let salt: [u8; 12] = hex(salt).try_into().unwrap();
    Cipher::Gcm {
        rtp: make(),
        rtp_salt: salt,
        rtcp: make(),
        rtcp_salt: salt,
    }
}

const SALT: &str = "517569642070726f2071756f";
const KEY_128: &str = "000102030405060708090a0b0c0d0e0f";
const KEY_256: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PACKET: &str = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e6973206469766973
    6120696e207061727465732074726573";

#[test]
fn rtp_matches_rfc_7714_section_16() {
    for (key, sealed) in [
        (
            KEY_128,
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf
             8833899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            KEY_256,
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799
             b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ] {
        let cipher = gcm(key, SALT);
        let mut buffer = hex(PACKET);
        assert!(cipher.seal_rtp(&mut buffer, 0, 12, 0x5501_a0b2, 0xf17b));
        assert_eq!(buffer, hex(sealed));
        let length = cipher.open_rtp(&mut buffer, 12, 0x5501_a0b2, 0xf17b).unwrap();
        assert_eq!(buffer[..length], hex(PACKET));
    }
}

#[test]
fn rtcp_matches_rfc_7714_section_17() {
    let clear = "81c8000d4d6172734e5450314e545032525450200000042a0000e930
        4c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    let cipher = gcm(KEY_128, SALT);
    let mut buffer = hex(clear);
    assert!(cipher.seal_rtcp(&mut buffer, 0, 0x4d61_7273, 0x5d4));
    let sealed = "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda
        4ce09b468 6303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4";
    assert_eq!(buffer, hex(sealed));
    let (index, length) = cipher.open_rtcp(&mut buffer).unwrap();
    assert_eq!((index, &buffer[..length]), (0x5d4, &hex(clear)[..]));
}

fn packet(sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut buffer = Vec::new();
    let outgoing = header::Outgoing {
        marker: false,
        payload_type: PayloadType(96),
        sequence,
        timestamp: 1,
        ssrc: Ssrc(42),
        padding: false,
    };
    header::write(&mut buffer, &outgoing);
    buffer.extend_from_slice(payload);
    buffer
}

const PROFILES: [Profile; 3] = [Profile::Gcm128, Profile::Gcm256, Profile::CounterSha1];

fn pair(profile: Profile) -> (Outbound, Inbound) {
    let material: Vec<u8> = (0..88).collect();
    let (client, _) = split_keying_material(profile, &material).unwrap();
    (
        Outbound::new(profile, &client).unwrap(),
        Inbound::new(profile, &client).unwrap(),
    )
}

#[test]
fn every_profile_opens_what_it_sealed_across_a_rollover_and_never_twice() {
    for profile in PROFILES {
        let (outbound, mut inbound) = pair(profile);
        for index in 65_530u64..65_545 {
            let mut bytes = packet(index as u16, b"picture");
            assert!(outbound.seal_rtp(&mut bytes, 0, 12, Ssrc(42), index));
            let mut again = bytes.clone();
            let header = Header::parse(&bytes).unwrap();
            let (opened, length) = inbound.open_rtp(&mut bytes, &header).unwrap();
            assert_eq!((opened, &bytes[12..length]), (index, &b"picture"[..]));
            assert!(inbound.open_rtp(&mut again, &header).is_none(), "replay");
        }
    }
}

#[test]
fn a_changed_bit_is_refused() {
    for profile in PROFILES {
        let (mut outbound, mut inbound) = pair(profile);
        let mut bytes = packet(1, b"picture");
        assert!(outbound.seal_rtp(&mut bytes, 0, 12, Ssrc(42), 1));
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            if let Some(header) = Header::parse(&forged) {
                assert!(inbound.open_rtp(&mut forged, &header).is_none());
            }
        }
        let mut report = hex("80c900010000002a");
        report.extend_from_slice(&[1, 2, 3, 4]);
        let clear = report.clone();
        assert!(outbound.seal_rtcp(&mut report, 0));
        for bit in 0..report.len() * 8 {
            let mut forged = report.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(inbound.open_rtcp(&mut forged).is_none());
        }
        let mut again = report.clone();
        let length = inbound.open_rtcp(&mut report).unwrap();
        assert_eq!(report[..length], clear);
        assert!(inbound.open_rtcp(&mut again).is_none(), "replay");
    }
}

#[test]
fn each_source_of_reports_counts_for_itself() {
    for profile in PROFILES {
        let (mut outbound, mut inbound) = pair(profile);
        let (mut other, _) = pair(profile);
        let mut first = hex("80c900010000002a");
        let mut second = hex("80c900010000002b");
        assert!(outbound.seal_rtcp(&mut first, 0) && other.seal_rtcp(&mut second, 0));
        assert!(inbound.open_rtcp(&mut first).is_some());
        assert!(
            inbound.open_rtcp(&mut second).is_some(),
            "the same index of another source is no replay"
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_without_harm(mut bytes in proptest::collection::vec(0u8..=255, 0..100)) {
        for profile in PROFILES {
            let (_, mut inbound) = pair(profile);
            if let Some(header) = Header::parse(&bytes) {
                proptest::prop_assert!(inbound.open_rtp(&mut bytes, &header).is_none());
            }
            proptest::prop_assert!(inbound.open_rtcp(&mut bytes).is_none());
        }
    }
}
