//! The description of our API, from the types that are served.

use axum::Json;
use utoipa::OpenApi;

use super::error::ApiError;
use super::rooms;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palabre",
        description = "Rooms one joins by their address. LiveKit's own API is at `/twirp`, and not described here.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(rooms::read, rooms::join),
    components(schemas(ApiError)),
    tags((name = "rooms", description = "Permanent places with an address"))
)]
struct Api;

/// `docs/reference/openapi.json`
pub fn document() -> String {
    let mut text = Api::openapi()
        .to_pretty_json()
        .expect("the description is always JSON");
    text.push('\n');
    text
}

/// `GET /api/openapi.json`
pub async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
