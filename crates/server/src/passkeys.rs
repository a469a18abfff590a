//! Passkeys as browsers speak of them (WebAuthn), behind values of our own: the only file that knows the library.
//!
//! A passkey belongs to a host name. Where nothing says the public one, it is the name by which a request saw us; an
//! address of numbers cannot have passkeys.

use serde_json::Value;
use store::Secret;
use url::Url;

use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PasskeyRegistration, Uuid, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::{PublicKeyCredential, RegisterPublicKeyCredential, ResidentKeyRequirement};

/// Why a passkey does nothing, for the log: what the reader is told is the same each time.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// Pages at an address of numbers, or without encryption, cannot use them.
    #[error("passkeys need a host name and https")]
    Unavailable,
    /// What came from the browser is not of the form.
    #[error("the browser's answer is not of the form: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It does not prove what it should.
    #[error("the browser's answer proves nothing: {0}")]
    Refused(#[from] WebauthnError),
}

/// The site that passkeys are made for.
pub struct Site(Webauthn);

/// The first half of a ceremony.
pub struct Begun {
    /// For `navigator.credentials`, with every buffer in base64url.
    pub options: Value,
    /// To be known again when the answer comes.
    pub state: Secret,
}

/// A passkey that was made.
pub struct Made {
    /// What its device calls it.
    pub credential: Vec<u8>,
    /// What is kept of it.
    pub data: Value,
}

/// Whose passkey a browser's answer says it is, before anything is proven.
pub struct Claimed {
    /// The person its maker had in mind.
    pub person: Uuid,
    /// What its device calls it.
    pub credential: Vec<u8>,
}

impl Site {
    /// The site at `origin` (`https://meet.example.org`), called `name`.
    pub fn at(origin: &Url, name: &str) -> Result<Self, PasskeyError> {
        let host = origin.domain().ok_or(PasskeyError::Unavailable)?;
        if origin.scheme() != "https" && host != "localhost" {
            return Err(PasskeyError::Unavailable);
        }
        let site = WebauthnBuilder::new(host, origin)?.rp_name(name).build()?;
        Ok(Self(site))
    }

    /// Begins to make one for somebody; devices that hold one of `known` are told so, and make no second.
    pub fn begin_making(
        &self,
        person: Uuid,
        email: &str,
        name: &str,
        known: &[Vec<u8>],
    ) -> Result<Begun, PasskeyError> {
        let begun = self
            .0
            .start_passkey_registration(person, email, name, Some(known.to_vec()));
        let (mut options, state) = begun?;
        // The device keeps who it is for, so that one signs in without typing an address.
        if let Some(wanted) = &mut options.public_key.authenticator_selection {
            wanted.resident_key = Some(ResidentKeyRequirement::Required);
            wanted.require_resident_key = true;
        }
        Ok(Begun {
            options: serde_json::to_value(options.public_key)?,
            state: Secret::new(serde_json::to_string(&state)?),
        })
    }

    /// What a browser made.
    pub fn made(&self, answer: Value, state: &Secret) -> Result<Made, PasskeyError> {
        let answer: RegisterPublicKeyCredential = serde_json::from_value(answer)?;
        let state: PasskeyRegistration = serde_json::from_str(state.expose())?;
        let passkey = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(Made {
            credential: passkey.cred_id().to_vec(),
            data: serde_json::to_value(passkey)?,
        })
    }

    /// Begins to sign somebody in, whoever it will be.
    pub fn begin_sign_in(&self) -> Result<Begun, PasskeyError> {
        let (options, state) = self.0.start_discoverable_authentication()?;
        Ok(Begun {
            options: serde_json::to_value(options.public_key)?,
            state: Secret::new(serde_json::to_string(&state)?),
        })
    }

    /// Whose passkey an answer is.
    pub fn claimed(&self, answer: &Value) -> Result<Claimed, PasskeyError> {
        let answer: PublicKeyCredential = serde_json::from_value(answer.clone())?;
        let (person, credential) = self.0.identify_discoverable_authentication(&answer)?;
        Ok(Claimed {
            person,
            credential: credential.to_vec(),
        })
    }

    /// Whether an answer proves that a passkey was there; what is kept of it from now on.
    pub fn proven(&self, answer: Value, state: &Secret, data: &Value) -> Result<Value, PasskeyError> {
        let answer: PublicKeyCredential = serde_json::from_value(answer)?;
        let state: DiscoverableAuthentication = serde_json::from_str(state.expose())?;
        let mut passkey: Passkey = serde_json::from_value(data.clone())?;
        let proof = self
            .0
            .finish_discoverable_authentication_v2(&answer, state, &passkey)?;
        passkey.update_credential(&proof);
        Ok(serde_json::to_value(passkey)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(origin: &str) -> Result<Site, PasskeyError> {
        Site::at(&origin.parse().expect("a url"), "Groupimo")
    }

    #[test]
    fn a_site_has_a_name_and_https() {
        for good in [
            "https://meet.example.org",
            "https://meet.example.org:8443",
            "http://localhost:8080",
        ] {
            assert!(site(good).is_ok(), "{good}");
        }
        for bad in [
            "http://meet.example.org",
            "https://192.0.2.1",
            "http://127.0.0.1:8080",
            "https://[::1]",
        ] {
            assert!(matches!(site(bad), Err(PasskeyError::Unavailable)), "{bad}");
        }
    }

    #[test]
    fn a_passkey_is_asked_for_that_knows_whose_it_is() {
        let site = site("https://meet.example.org").expect("a site");
        let begun = site.begin_making(Uuid::from_u128(7), "zoe@example.org", "Zoé", &[vec![1, 2, 3]]);
        let options = begun.expect("begins").options;
        assert_eq!(options["rp"]["id"], "meet.example.org");
        assert_eq!(options["rp"]["name"], "Groupimo");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["excludeCredentials"][0]["id"], "AQID");
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let site = site("https://meet.example.org").expect("a site");
        let state = site.begin_sign_in().expect("begins").state;
        for answer in [
            Value::Null,
            serde_json::json!({}),
            serde_json::json!({ "id": "AQID" }),
        ] {
            assert!(matches!(site.claimed(&answer), Err(PasskeyError::Malformed(_))));
            assert!(site.proven(answer.clone(), &state, &Value::Null).is_err());
            assert!(site.made(answer, &state).is_err());
        }
    }
}
