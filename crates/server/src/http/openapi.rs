//! The description of our API, from the types that are served.

use axum::Json;
use utoipa::OpenApi;

use super::error::ApiError;
use super::{
    call, devices, doctor, door, establishments, failed_joins, hosting, knocks, me, meetings, my_tokens,
    network_tests, organisation, passkeys, people, people_import, providers, rooms, sign_in, sign_in_codes,
    sign_in_providers, system, webhook_news, webhooks, welcome,
};

/// Whose description it is.
pub const TITLE: &str = "Palabre";

#[derive(OpenApi)]
#[openapi(
    info(
        title = TITLE,
        description = "Rooms one joins by their address. LiveKit's own API is at `/twirp`, and not described here.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ApiError))
)]
struct Api;

/// Everything that is described, part by part.
fn described() -> utoipa::openapi::OpenApi {
    let parts = [
        rooms::Docs::openapi(),
        sign_in::Docs::openapi(),
        sign_in_providers::Docs::openapi(),
        providers::Docs::openapi(),
        passkeys::Docs::openapi(),
        welcome::Docs::openapi(),
        my_tokens::Docs::openapi(),
        network_tests::Docs::openapi(),
        devices::Docs::openapi(),
        sign_in_codes::Docs::openapi(),
        me::Docs::openapi(),
        organisation::Docs::openapi(),
        people::Docs::openapi(),
        people_import::Docs::openapi(),
        establishments::Docs::openapi(),
        system::Docs::openapi(),
        door::Docs::openapi(),
        knocks::Docs::openapi(),
        hosting::Docs::openapi(),
        call::Docs::openapi(),
        meetings::Docs::openapi(),
        doctor::Docs::openapi(),
        failed_joins::Docs::openapi(),
        webhooks::Docs::openapi(),
    ];
    let mut whole = Api::openapi();
    parts.into_iter().for_each(|part| whole.merge(part));
    let mut news = webhook_news::described();
    whole.webhooks = news.webhooks.take();
    whole.merge(news);
    whole
}

/// `docs/reference/openapi.json`
pub fn document() -> String {
    let mut text = described()
        .to_pretty_json()
        .expect("the description is always JSON");
    text.push('\n');
    text
}

/// `GET /api/openapi.json`
pub async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(described())
}
