//! Requests to an authority, by the HTTP client the rest of the server uses.

use std::pin::Pin;
use std::time::Duration;

use axum::http::{Request, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use url::Url;

use super::super::plan::Acme;
use super::trouble::Trouble;

/// An authority that has not answered a request by then will not.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer: chains of certificates are the longest, of some 10 KB.
const MAX_ANSWER: usize = 1 << 20;

/// See [`HttpClient`].
#[derive(Clone)]
pub(super) struct Client(reqwest::Client);

impl Client {
    /// A client that trusts what the system trusts, or the root of the settings alone.
    pub(super) async fn new(acme: &Acme) -> Result<Self, Trouble> {
        let mut builder = reqwest::Client::builder().https_only(true).timeout(PATIENCE);
        if let Some(path) = &acme.root {
            let wrong = |error: &dyn std::fmt::Display| Trouble::Root(format!("{}: {error}", path.display()));
            let pem = tokio::fs::read(path).await.map_err(|error| wrong(&error))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&error))?;
            builder = builder.tls_certs_only(roots);
        }
        let built = builder.build().map(Self);
        built.map_err(|error| Trouble::Silent(with_causes(&error)))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Ok(body) = body.collect().await;
            let url = Url::parse(&parts.uri.to_string()).map_err(other)?;
            let asked = client
                .request(parts.method, url)
                .headers(parts.headers)
                .body(body.to_bytes());
            let mut answer = asked.send().await.map_err(other)?;
            let mut bytes = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(other)? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > MAX_ANSWER {
                    return Err(Error::Str("an answer is longer than any certificate"));
                }
            }
            let mut response = Response::new(Full::new(bytes.freeze()));
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            Ok(response.into())
        })
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

/// An error and what caused it, in one line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}
