//! Bodies and queries of requests, read into types.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::Id;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use store::{Cut, Page};
use utoipa::{IntoParams, ToSchema};

use super::error::ApiError;
use crate::actions::error::Error;

/// A JSON body, whatever its content type says. An empty one is an empty object: an action without parameters needs
/// no body.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            ApiError::new(
                error.status(),
                "malformed",
                "the body is too large or was cut off",
            )
        })?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let read = serde_json::from_slice(text);
        read.map(Self)
            .map_err(|error| malformed(format!("the body: {error}")))
    }
}

/// A query, whose mistakes are answered as all others are.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        let query = query.map_err(|error| malformed(format!("the query: {error}")))?;
        Ok(Self(query.0))
    }
}

/// Items a page of a list holds unless asked otherwise.
const PAGE: u16 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Items at most, 1 to 500; 100 without
    limit: Option<u16>,
    /// What `next` of the page before said
    after: Option<String>,
}

/// Which page of a list is asked for: `?limit=100&after=…`.
#[derive(Clone, Copy, Debug)]
pub struct Which<K>(pub Cut<K>);

impl<K> IntoParams for Which<K> {
    fn into_params(
        _parameter_in_provider: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        // Beside a part of the path utoipa would take these for parts of the path, too.
        PageQuery::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query))
    }
}

impl<S: Send + Sync, K> FromRequestParts<S> for Which<K> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::<PageQuery>::from_request_parts(parts, state).await?;
        let after = query.after.as_deref().map(id).transpose()?;
        let limit = query.limit.unwrap_or(PAGE);
        Ok(Self(Cut { after, limit }))
    }
}

/// Part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// What this page holds.
    pub items: Vec<T>,
    /// Ask with `?after=` this for what comes next; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A page as it is written.
    pub fn of<U, K>(page: Page<U, K>, write: impl FnMut(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(write).collect(),
            next: page.next.map(|next| next.to_string()),
        }
    }
}

/// A time as it is written: to the millisecond, as it is kept.
pub fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Reads an id of a path or query.
pub fn id<K>(text: &str) -> Result<Id<K>, ApiError> {
    text.parse().map_err(malformed)
}

/// Reads what somebody or something is called.
pub fn name(text: &str) -> Result<DisplayName, Error> {
    DisplayName::parse(text).map_err(|error| Error::invalid("invalid_name", error))
}

/// Reads an e-mail address.
pub fn email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|error| Error::invalid("invalid_email", error))
}

/// For a field that may be absent, `null` or a value, each of which means something else.
pub fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// What was sent is not of the form.
pub fn malformed(why: impl ToString) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "malformed", why)
}
