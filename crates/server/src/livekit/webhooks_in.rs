//! Webhooks of an external LiveKit cluster: the event stream of that backend.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use livekit_api::webhooks::WebhookReceiver;
use livekit_token::TokenVerifier;

use crate::http::error::ApiError;
use crate::serve::App;

/// `POST /hooks/livekit`
pub async fn receive(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, ApiError> {
    let (Some(cluster), Some(key), Some(secret)) = (
        &app.cluster,
        &app.settings.livekit_key,
        &app.settings.livekit_secret,
    ) else {
        return Err(ApiError::not_found());
    };
    let text = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let token = text.strip_prefix("Bearer ").unwrap_or(text);
    let receiver = WebhookReceiver::new(TokenVerifier::with_api_key(key, secret.expose()));
    let event = receiver
        .receive(&body, token)
        .map_err(|error| ApiError::new(StatusCode::UNAUTHORIZED, "invalid_signature", error))?;
    cluster.take_webhook(event);
    Ok(StatusCode::OK)
}
