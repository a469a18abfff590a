//! Whether the process lives and whether it takes work.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use crate::serve::App;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// A database that takes longer to begin a transaction is as good as away.
const DATABASE_PATIENCE: Duration = Duration::from_secs(2);

/// `GET /readyz`: it takes new work; 503 while it stops, and while its database does not answer.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match tokio::time::timeout(DATABASE_PATIENCE, app.store.begin_read()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
