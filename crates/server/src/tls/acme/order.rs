//! One try to obtain a certificate: an account, an order, a proof, the certificate.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, CertificateIdentifier, ChallengeType, Error, Identifier, KeyAuthorization,
    NewAccount, NewOrder, Order, OrderStatus, RenewalInfo, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::super::certificate::{Certificate, CertificateError};
use super::super::plan::Acme;
use super::super::presenter::{Evidence, Presenter};
use super::client::{Client, with_causes};
use super::kept::Kept;
use super::trouble::{Proof, Trouble};

/// How long an authority has to look at a proof, and then to write the certificate.
const DECIDES: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));

/// An authority and what is kept of it.
pub(super) struct Authority {
    pub(super) acme: Acme,
    pub(super) kept: Kept,
}

impl Authority {
    /// Obtains a certificate by one way of proving, and keeps it. `renewed` is the one it takes the place of.
    pub(super) async fn obtain(
        &self,
        proof: Proof,
        presenter: &Presenter,
        renewed: Option<&Certificate>,
    ) -> Result<Certificate, Trouble> {
        let mut order = self.order(renewed).await?;
        let proven = self.prove(&mut order, proof, presenter).await;
        presenter.prove(None);
        proven?;
        let key = order.finalize().await.map_err(trouble)?;
        let chain = order.poll_certificate(&DECIDES).await.map_err(trouble)?;
        let certificate = Certificate::parse(chain.as_bytes(), key.as_bytes())?;
        let (kept, name) = (self.kept.clone(), self.acme.name.clone());
        aside(move || kept.keep_certificate(&name, &key, &chain)).await?;
        Ok(certificate)
    }

    /// When the authority wants this certificate renewed (RFC 9773), if it says so.
    pub(super) async fn renewal(&self, certificate: &Certificate) -> Option<RenewalInfo> {
        let id = CertificateIdentifier::try_from(certificate.end_entity()).ok()?;
        let account = self.account().await.ok()?;
        match account.renewal_info(&id).await {
            Ok((info, _)) => Some(info),
            Err(error) => {
                tracing::debug!(
                    error = with_causes(&error),
                    "the authority suggests no time for the renewal"
                );
                None
            }
        }
    }

    async fn order(&self, renewed: Option<&Certificate>) -> Result<Order, Trouble> {
        let account = self.account().await?;
        let names = [Identifier::Dns(self.acme.name.clone())];
        // That it is a renewal is worth being told, and nothing is lost where the authority does not want to know.
        if let Some(id) = renewed.and_then(|old| CertificateIdentifier::try_from(old.end_entity()).ok())
            && let Ok(order) = account.new_order(&NewOrder::new(&names).replaces(id)).await
        {
            return Ok(order);
        }
        let wanted = NewOrder::new(&names);
        match account.new_order(&wanted).await.map_err(trouble) {
            Err(trouble) if trouble.is_unknown_account() => {}
            order => return order,
        }
        let account = self.new_account().await?;
        account.new_order(&wanted).await.map_err(trouble)
    }

    async fn account(&self) -> Result<Account, Trouble> {
        let kept = self.kept.clone();
        match aside(move || Ok(kept.account())).await? {
            Some(credentials) => {
                let builder = Account::builder_with_http(Box::new(Client::new(&self.acme).await?));
                builder.from_credentials(credentials).await.map_err(trouble)
            }
            None => self.new_account().await,
        }
    }

    async fn new_account(&self) -> Result<Account, Trouble> {
        let contact = self
            .acme
            .contact
            .as_ref()
            .map(|address| format!("mailto:{address}"));
        let contact: Vec<_> = contact.iter().map(String::as_str).collect();
        let wanted = NewAccount {
            contact: &contact,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let builder = Account::builder_with_http(Box::new(Client::new(&self.acme).await?));
        let made = builder
            .create(&wanted, self.acme.directory.to_string(), None)
            .await;
        let (account, credentials) = made.map_err(trouble)?;
        let kept = self.kept.clone();
        aside(move || kept.keep_account(&credentials)).await?;
        Ok(account)
    }

    /// Shows the proof of each name that lacks one until the authority has decided.
    async fn prove(&self, order: &mut Order, proof: Proof, presenter: &Presenter) -> Result<(), Trouble> {
        let wanted = match proof {
            Proof::Tls => ChallengeType::TlsAlpn01,
            Proof::Http => ChallengeType::Http01,
        };
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.map_err(trouble)?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let mut challenge = authorization
                .challenge(wanted.clone())
                .ok_or(Trouble::NotOffered(proof))?;
            let answer = challenge.key_authorization();
            presenter.prove(Some(match proof {
                Proof::Tls => Evidence::Handshake(handshake(&self.acme.name, &answer)?),
                Proof::Http => Evidence::File {
                    token: challenge.token.clone(),
                    text: answer.as_str().to_owned(),
                },
            }));
            challenge.set_ready().await.map_err(trouble)?;
        }
        let decided = order.poll_ready(&DECIDES).await;
        match decided {
            Ok(OrderStatus::Ready) => Ok(()),
            Ok(_) | Err(Error::Api(_)) => Err(why_not(order, proof).await),
            Err(error) => Err(trouble(error)),
        }
    }
}

/// What the authority found wrong with a proof.
async fn why_not(order: &mut Order, proof: Proof) -> Trouble {
    let general = order.state().error.clone();
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let Ok(state) = authorization.refresh().await else {
            continue;
        };
        if let Some(problem) = state
            .challenges
            .iter()
            .find_map(|challenge| challenge.error.clone())
        {
            return Trouble::Unproven(proof, problem);
        }
    }
    match general {
        Some(problem) => Trouble::Refused(problem),
        None => Trouble::Silent("it refused the order and gave no reason".to_owned()),
    }
}

/// The certificate that carries an answer (RFC 8737 §3).
fn handshake(name: &str, answer: &KeyAuthorization) -> Result<Arc<CertifiedKey>, CertificateError> {
    let wrong = |error: rcgen::Error| CertificateError::Unreadable(error.to_string());
    let key = KeyPair::generate().map_err(wrong)?;
    let mut params = CertificateParams::new([name.to_owned()]).map_err(wrong)?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(answer.digest().as_ref())];
    let certificate = params.self_signed(&key).map_err(wrong)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // Not compared with its key: rustls does not read a certificate with this extension, which must be critical.
    let key = aws_lc_rs::default_provider().key_provider.load_private_key(key)?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key)))
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Api(problem) => Trouble::Refused(problem),
        other => Trouble::Silent(with_causes(&other)),
    }
}

/// Works with files where nothing waits.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
