//! A certificate with its key, read and found to belong together.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What is shown to browsers, and for how long it is good.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    pub(super) key: Arc<CertifiedKey>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

/// Why a certificate cannot be used, for the operator who made it.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// There is none.
    #[error("there is no certificate in it: it must be PEM, with BEGIN CERTIFICATE")]
    Missing,
    /// The text is broken.
    #[error("it is not PEM: {0}")]
    Pem(String),
    /// The key.
    #[error(
        "there is no key in it that can be read: it must be PEM, with BEGIN PRIVATE KEY, and not encrypted"
    )]
    Key,
    /// They do not belong together, or one cannot be used.
    #[error("certificate and key cannot be used together: {0}")]
    Pair(#[from] rustls::Error),
    /// The certificate.
    #[error("the certificate cannot be read: {0}")]
    Unreadable(String),
}

impl Certificate {
    /// Reads a chain (the server's own certificate first) and the key of its first certificate.
    pub(super) fn parse(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, pem::Error>>()
            .map_err(|error| CertificateError::Pem(error.to_string()))?;
        let Some(first) = chain.first() else {
            return Err(CertificateError::Missing);
        };
        let (not_before, not_after) = validity(first)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateError::Key)?;
        let key = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?;
        Ok(Self {
            key: Arc::new(key),
            not_before,
            not_after,
        })
    }

    /// The server's own certificate.
    pub(super) fn end_entity(&self) -> &CertificateDer<'static> {
        &self.key.cert[0]
    }

    /// Whether browsers take it for this host.
    pub(super) fn covers(&self, host: &str) -> bool {
        let Ok(name) = ServerName::try_from(host) else {
            return false;
        };
        let parsed = rustls::server::ParsedCertificate::try_from(self.end_entity());
        parsed.is_ok_and(|parsed| rustls::client::verify_server_name(&parsed, &name).is_ok())
    }
}

fn validity(certificate: &CertificateDer<'_>) -> Result<(Timestamp, Timestamp), CertificateError> {
    let wrong = |error: &dyn std::fmt::Display| CertificateError::Unreadable(error.to_string());
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(|error| wrong(&error))?;
    let at = |time: x509_parser::time::ASN1Time| {
        Timestamp::from_second(time.timestamp()).map_err(|error| wrong(&error))
    };
    Ok((
        at(parsed.validity().not_before)?,
        at(parsed.validity().not_after)?,
    ))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A certificate for `name` signed by nobody, and its key, in PEM.
    pub(in crate::tls) fn signed_by_itself(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn a_pair_is_read_with_its_names_and_dates() {
        let (chain, key) = signed_by_itself("meet.example.org");
        let certificate = Certificate::parse(chain.as_bytes(), key.as_bytes()).expect("a pair");
        assert!(certificate.covers("meet.example.org"));
        assert!(!certificate.covers("example.org"));
        assert!(!certificate.covers("not a host"));
        assert!(certificate.not_before < certificate.not_after);
    }

    #[test]
    fn what_cannot_be_used_is_told_in_words() {
        let (chain, key) = signed_by_itself("a.example.org");
        let (_, foreign) = signed_by_itself("a.example.org");
        let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (chain, key, words) in [
            ("", key.as_str(), "no certificate"),
            (&key, &key, "no certificate"),
            (&chain, "", "no key"),
            (&chain, &encrypted, "not encrypted"),
            (&chain, &foreign, "together"),
            (broken, &key, "cannot be read"),
            ("-----BEGIN CERTIFICATE-----\nAAAA", &key, "not PEM"),
        ] {
            let error = Certificate::parse(chain.as_bytes(), key.as_bytes()).expect_err("refused");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
