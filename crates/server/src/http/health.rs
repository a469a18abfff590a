//! Whether the process lives and whether it takes work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::serve::App;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: it takes new work; 503 while it stops.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.stopping.is_cancelled() {
        false => (StatusCode::OK, "ready"),
        true => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    }
}
