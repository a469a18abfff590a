//! The conversation with a service that signs people in (OpenID Connect Core 1.0, with PKCE): the only file that knows
//! the library.

use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode,
    Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Secret;
use store::oidc_providers::OidcProvider;
use url::Url;

use crate::outgoing::{Outgoing, OutgoingError};

/// Groups that are read of somebody: more says nothing about a role here.
const MAX_GROUPS: usize = 1000;

/// The longest name a service has for somebody (OpenID Connect Core 1.0 §2).
const MAX_SUBJECT: usize = 255;

/// The signatures that are believed, where a service says that it makes them: those of a key that only the service has
/// (RFC 7518 §3.1, RFC 8037), and that the library can check. What is keyed with the client's secret (HS256 and so on)
/// proves only that somebody knows a secret which stands in settings on either side.
const BELIEVED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a service signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// It does not answer.
    #[error("{0}")]
    Unreachable(String),
    /// It answers, and not as it should.
    #[error("{0}")]
    Wrong(String),
    /// It does not know us, or not with this secret.
    #[error("{0}")]
    ClientRefused(String),
}

/// What somebody's browser is sent away with, and what must be known again.
pub struct Departure {
    /// Where it is sent.
    pub to: Url,
    /// Ties the answer to this question.
    pub nonce: Secret,
    /// Shows that whoever brings the answer's code is who asked (RFC 7636).
    pub verifier: Secret,
}

/// Whom a service says it has before it. Nothing of it is checked but that the service said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its own name for them, which stays when everything else about them changes.
    pub subject: String,
    /// Their address.
    pub email: Option<String>,
    /// It vouches for the address.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
    /// The groups they are in; `None` when it does not say, or was not asked.
    pub groups: Option<Vec<String>>,
}

/// All claims beyond the standard ones.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Claims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Claims {}

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Asker = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl<'c> AsyncHttpClient<'c> for Outgoing {
    type Error = OutgoingError;
    type Future = BoxFuture<'c, Result<HttpResponse, OutgoingError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// A service that has said what it can do.
pub struct Service {
    asker: Asker,
    outgoing: Outgoing,
    scopes: Vec<Scope>,
    group_claim: Option<String>,
}

impl Service {
    /// Asks a service what it can do. Nothing is kept of it: it may change its keys at any time, and signing in is rare.
    pub async fn discover(provider: &OidcProvider, redirect: &Url) -> Result<Self, OidcError> {
        let wrong = |error: &dyn std::fmt::Display| OidcError::Wrong(error.to_string());
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|error| wrong(&error))?;
        let outgoing = Outgoing::to(issuer.url());
        let metadata = CoreProviderMetadata::discover_async(issuer, &outgoing).await;
        let metadata = metadata.map_err(|error| told(&error))?;
        if metadata.token_endpoint().is_none() {
            return Err(OidcError::Wrong("it names no token endpoint".to_owned()));
        }
        let mut signs_by = metadata.id_token_signing_alg_values_supported().clone();
        signs_by.retain(|algorithm| BELIEVED.contains(algorithm));
        if signs_by.is_empty() {
            let message = "it signs its tokens by no algorithm with a public key that is known here";
            return Err(OidcError::Wrong(message.to_owned()));
        }
        let metadata = metadata.set_id_token_signing_alg_values_supported(signs_by);
        let by_body = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let secret = Some(provider.client_secret.expose())
            .filter(|secret| !secret.is_empty())
            .map(|secret| ClientSecret::new(secret.to_owned()));
        let client = ClientId::new(provider.client_id.clone());
        let redirect = RedirectUrl::from_url(redirect.clone());
        let mut asker = Asker::from_provider_metadata(metadata, client, secret).set_redirect_uri(redirect);
        if by_body {
            asker = asker.set_auth_type(AuthType::RequestBody);
        }
        Ok(Self {
            asker,
            outgoing,
            scopes: provider.scopes.iter().cloned().map(Scope::new).collect(),
            group_claim: provider.group_claim.clone(),
        })
    }

    /// Sends somebody there; `state` comes back with the answer.
    pub fn departure(&self, state: &Secret) -> Departure {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let state = CsrfToken::new(state.expose().to_owned());
        let mut request = self.asker.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            || state,
            Nonce::new_random,
        );
        // The library asks for `openid` itself.
        for scope in self.scopes.iter().filter(|scope| scope.as_str() != "openid") {
            request = request.add_scope(scope.clone());
        }
        let (to, _, nonce) = request.set_pkce_challenge(challenge).url();
        Departure {
            to,
            nonce: Secret::new(nonce.secret().as_str()),
            verifier: Secret::new(verifier.secret().as_str()),
        }
    }

    /// Whom the service has before it, for the code that came back.
    pub async fn arrival(
        &self,
        code: &Secret,
        nonce: &Secret,
        verifier: &Secret,
    ) -> Result<Arrived, OidcError> {
        let code = AuthorizationCode::new(code.expose().to_owned());
        let exchange = self.asker.exchange_code(code).map_err(|error| told(&error))?;
        let tokens = exchange
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
            .request_async(&self.outgoing)
            .await
            .map_err(not_exchanged)?;
        let token = tokens.id_token();
        let token = token.ok_or_else(|| OidcError::Wrong("it gave no ID token".to_owned()))?;
        let checker = self.asker.id_token_verifier();
        let nonce = Nonce::new(nonce.expose().to_owned());
        let claims = token.claims(&checker, &nonce).map_err(|error| told(&error))?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&checker).map_err(|error| told(&error))?;
            let algorithm = token.signing_alg().map_err(|error| told(&error))?;
            let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if found.map_err(|error| told(&error))? != *expected {
                return Err(OidcError::Wrong(
                    "its two tokens do not belong together".to_owned(),
                ));
            }
        }
        if claims.subject().len() > MAX_SUBJECT {
            return Err(OidcError::Wrong("its name for somebody is too long".to_owned()));
        }
        let mut arrived = Arrived {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified() == Some(true) || is_owned(claims.additional_claims()),
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string()),
            groups: self.groups(claims.additional_claims()),
        };
        // What a token leaves out, many services tell when they are asked.
        let lacking = arrived.email.is_none() || (arrived.groups.is_none() && self.group_claim.is_some());
        let subject = Some(claims.subject().clone());
        if lacking && let Ok(request) = self.asker.user_info(tokens.access_token().clone(), subject) {
            let more = request.request_async(&self.outgoing).await;
            let more: UserInfoClaims<Claims, CoreGenderClaim> = more.map_err(|error| told(&error))?;
            if arrived.email.is_none() {
                arrived.email = more.email().map(|email| email.to_string());
                arrived.email_verified =
                    more.email_verified() == Some(true) || is_owned(more.additional_claims());
            }
            let name = more.name().and_then(|name| name.get(None));
            arrived.name = arrived.name.or(name.map(|name| name.to_string()));
            arrived.groups = arrived.groups.or_else(|| self.groups(more.additional_claims()));
        }
        Ok(arrived)
    }

    /// The groups of the claim that was agreed on: a list of texts, or one text.
    fn groups(&self, claims: &Claims) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match claims.all.get(self.group_claim.as_deref()?)? {
            Value::Array(groups) => Some(groups.iter().take(MAX_GROUPS).filter_map(text).collect()),
            one => text(one).map(|group| vec![group]),
        }
    }
}

/// Microsoft's word for an address that its directory owns (`xms_edov`), since it never says `email_verified`.
fn is_owned(claims: &Claims) -> bool {
    match claims.all.get("xms_edov") {
        Some(Value::Bool(owned)) => *owned,
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        Some(Value::String(text)) => text == "1" || text == "true",
        _ => false,
    }
}

/// Why a code gave no tokens.
fn not_exchanged(
    error: RequestTokenError<OutgoingError, StandardErrorResponse<CoreErrorResponseType>>,
) -> OidcError {
    use CoreErrorResponseType::{InvalidClient, UnauthorizedClient};
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            InvalidClient | UnauthorizedClient => OidcError::ClientRefused(answer.to_string()),
            _ => OidcError::Wrong(answer.to_string()),
        },
        other => told(&other),
    }
}

/// What went wrong, in one line for administrators: the library's words, and those of what they came from.
fn told<E: std::error::Error + 'static>(error: &E) -> OidcError {
    let mut line = error.to_string();
    let mut inner = error.source();
    while let Some(source) = inner {
        match source.downcast_ref() {
            Some(OutgoingError::Silent { .. }) => return OidcError::Unreachable(source.to_string()),
            Some(other) => return OidcError::Wrong(other.to_string()),
            None => line = format!("{line}: {source}"),
        }
        inner = source.source();
    }
    OidcError::Wrong(line)
}
