//! Signatures of deliveries as the Standard Webhooks specification (1.0.0, "Webhook signatures") wants them.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use store::{Secret, random};

/// How a secret begins, so that people and scanners of leaked secrets recognise one.
pub const SECRET_PREFIX: &str = "whsec_";

/// Bytes of a secret: the specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// A secret that was kept is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret of this webhook cannot be read: make a new one")]
pub struct BadSecret;

/// A fresh secret.
pub fn new_secret() -> Secret {
    let bytes = random::bytes::<SECRET_BYTES>();
    Secret::new(format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(bytes)))
}

/// The header `webhook-signature` of a delivery: `v1,` and HMAC-SHA256 over its id, the time of the attempt in seconds
/// since 1970, and the body, between dots.
pub fn sign(secret: &Secret, id: &str, seconds: i64, body: &str) -> Result<String, BadSecret> {
    let encoded = secret.expose().strip_prefix(SECRET_PREFIX).ok_or(BadSecret)?;
    let key = BASE64_STANDARD.decode(encoded).map_err(|_| BadSecret)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(signed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_signed_as_the_specification_says() {
        // The example of the specification's own reference libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signature.as_deref(),
            Ok("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
    }

    #[test]
    fn no_two_secrets_are_alike_and_what_is_none_signs_nothing() {
        assert_ne!(new_secret().expose(), new_secret().expose());
        assert!(sign(&new_secret(), "a", 0, "{}").is_ok());
        for bad in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_é"] {
            assert_eq!(sign(&Secret::new(bad), "a", 0, "{}"), Err(BadSecret));
        }
    }
}
