//! Our DTLS certificate: self-signed, one for the whole process, known to clients by its fingerprint.

use dimpl::DtlsCertificate;

/// A key pair with the certificate clients see.
#[derive(Clone)]
pub struct Certificate {
    pub(crate) inner: DtlsCertificate,
    fingerprint: [u8; 32],
}

/// No certificate could be made: the system gave no randomness or the crypto library refused.
#[derive(Debug)]
pub struct CertificateFailure(String);

impl std::fmt::Display for CertificateFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "making the DTLS certificate failed: {}", self.0)
    }
}

impl std::error::Error for CertificateFailure {}

impl Certificate {
    /// Makes a new one (ECDSA P-256, a year).
    pub fn generate() -> Result<Self, CertificateFailure> {
        let inner = dimpl::certificate::generate_self_signed_certificate()
            .map_err(|error| CertificateFailure(error.to_string()))?;
        let fingerprint = fingerprint(&inner.certificate);
        Ok(Self { inner, fingerprint })
    }

    /// SHA-256 of the certificate, as descriptions carry it.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({:02x?}…)", &self.fingerprint[..4])
    }
}

/// SHA-256 of a certificate in DER.
pub(crate) fn fingerprint(der: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
