//! Who asks for what hosts do: whoever a cookie or an API token names, or a participant by the token of their call.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::caller::bearer;
use super::error::ApiError;
use crate::actions::api_tokens::PREFIX;
use crate::actions::asker::Asker;
use crate::actions::call::Participant;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::serve::App;

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let of_a_call = bearer(&parts.headers)?.filter(|token| !token.expose().starts_with(PREFIX));
        match of_a_call {
            Some(_) => Participant::from_request_parts(parts, app)
                .await
                .map(Self::Participant),
            None => Caller::from_request_parts(parts, app).await.map(Self::Caller),
        }
    }
}

impl FromRequestParts<Arc<App>> for Participant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let missing = || Error::not_signed_in("invalid_token", "send the token of the call as Bearer");
        let token = bearer(&parts.headers)?.ok_or_else(missing)?;
        Ok(Self::recognise(&app.store, app.backend.as_ref(), &token).await?)
    }
}
