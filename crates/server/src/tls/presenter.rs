//! What is shown to whoever comes: the server's certificate to browsers, to an authority the proof it asked for.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::certificate::Certificate;

/// The protocol by which an authority asks for a proof (RFC 8737); nobody else speaks it.
pub(super) const PROOF_PROTOCOL: &[u8] = b"acme-tls/1";

/// What proves to an authority that a name is ours.
#[derive(Clone, Debug)]
pub(super) enum Evidence {
    /// A certificate with its challenge inside.
    Handshake(Arc<CertifiedKey>),
    /// A text at the path that ends with the token.
    File {
        /// The authority chose it.
        token: String,
        /// It expects this.
        text: String,
    },
}

/// What is shown at present.
#[derive(Debug, Default)]
pub(super) struct Presenter {
    own: RwLock<Option<Arc<CertifiedKey>>>,
    evidence: RwLock<Option<Evidence>>,
}

impl Presenter {
    /// Shows this certificate from the next handshake on.
    pub(super) fn show(&self, certificate: &Certificate) {
        write(&self.own, Some(certificate.key.clone()));
    }

    /// Shows this to the authority; `None`: nothing any more.
    pub(super) fn prove(&self, evidence: Option<Evidence>) {
        write(&self.evidence, evidence);
    }

    /// The text an authority looks for under a token.
    pub(super) fn file(&self, wanted: &str) -> Option<String> {
        match read(&self.evidence)? {
            Evidence::File { token, text } if token == wanted => Some(text),
            _ => None,
        }
    }
}

impl ResolvesServerCert for Presenter {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asks_for_proof = hello
            .alpn()
            .is_some_and(|mut protocols| protocols.any(|protocol| protocol == PROOF_PROTOCOL));
        if !asks_for_proof {
            return read(&self.own);
        }
        match read(&self.evidence)? {
            Evidence::Handshake(certificate) => Some(certificate),
            Evidence::File { .. } => None,
        }
    }
}

fn write<T>(place: &RwLock<T>, value: T) {
    *place.write().unwrap_or_else(PoisonError::into_inner) = value;
}

fn read<T: Clone>(place: &RwLock<T>) -> T {
    place.read().unwrap_or_else(PoisonError::into_inner).clone()
}
