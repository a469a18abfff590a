//! Every route, in one list.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::error::ApiError;
use super::sender::{Sender, is_https_for_good};
use super::{
    call, devices, doctor, door, establishments, failed_joins, health, hosting, knocks, mailbox, me,
    meetings, metrics, my_tokens, network_tests, openapi, organisation, passkeys, people, people_import,
    providers, rooms, sign_in, sign_in_codes, sign_in_providers, system, web, webhooks, welcome,
};
use crate::livekit::{signal_socket, twirp, webhooks_in};
use crate::serve::App;

/// A JSON body of our API.
const MAX_API_BODY: usize = 64 * 1024;

/// A request that is not answered by then never will be.
const PATIENCE: Duration = Duration::from_secs(30);

/// A year (RFC 6797); of this host alone, for others of its domain may have no certificate.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// The routes over `app`.
pub fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .merge(rooms::routes())
        .merge(door::routes())
        .merge(knocks::routes())
        .merge(hosting::routes())
        .merge(call::routes())
        .merge(meetings::routes())
        .merge(sign_in::routes())
        .merge(sign_in_providers::routes())
        .merge(providers::routes())
        .merge(passkeys::routes())
        .merge(welcome::routes())
        .merge(my_tokens::routes())
        .merge(network_tests::routes())
        .merge(devices::routes())
        .merge(sign_in_codes::routes())
        .merge(me::routes())
        .merge(organisation::routes())
        .merge(people::routes())
        .merge(people_import::routes())
        .merge(establishments::routes())
        .merge(system::routes())
        .merge(doctor::routes())
        .merge(failed_joins::routes())
        .merge(webhooks::routes())
        .route("/api/openapi.json", get(openapi::show))
        .route("/api/{*rest}", any(async || ApiError::not_found()))
        .route("/hooks/livekit", post(webhooks_in::receive))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_API_BODY));

    let operations = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show));

    // Scripts of any origin may speak LiveKit with us; tokens decide what they may do.
    let anywhere = CorsLayer::new()
        .allow_origin(Any)
        .allow_headers(AllowHeaders::mirror_request())
        .allow_methods(AllowMethods::mirror_request())
        .max_age(Duration::from_secs(86_400));
    let livekit = Router::new()
        .route("/", get(web::page_or_file))
        .route("/rtc", get(signal_socket::connect::<false>))
        .route("/rtc/v1", get(signal_socket::connect::<true>))
        .route("/rtc/validate", get(signal_socket::validate::<false>))
        .route("/rtc/v1/validate", get(signal_socket::validate::<true>))
        .route("/rtc/{*rest}", any(async || StatusCode::NOT_FOUND))
        .route("/twirp/livekit.RoomService/{method}", post(twirp::room_service))
        .route("/twirp/{*rest}", any(twirp::unknown))
        .layer(DefaultBodyLimit::max(twirp::MAX_BODY))
        .layer(anywhere);

    let nosniff = HeaderValue::from_static("nosniff");
    let no_referrer = HeaderValue::from_static("no-referrer");
    Router::new()
        .merge(api)
        .merge(operations)
        .merge(mailbox::routes())
        .merge(livekit)
        .fallback(get(web::page_or_file).fallback(async || ApiError::not_found()))
        .layer(CompressionLayer::new().gzip(true).br(true))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            nosniff,
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            no_referrer,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), insist_on_https))
        .layer(middleware::from_fn(observe))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// Tells browsers that came by https to come by nothing else from now on.
async fn insist_on_https(
    State(app): State<Arc<App>>,
    sender: Sender,
    request: Request,
    next: Next,
) -> Response {
    let mut answer = next.run(request).await;
    if is_https_for_good(app.settings.public_url.as_ref(), &sender) {
        let only = HeaderValue::from_static(STRICT_TRANSPORT);
        answer
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, only);
    }
    answer
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not take this method",
    )
}

/// Counts, times and logs each request, and ends those that take too long.
async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let answer = match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let (status, seconds) = (answer.status().as_u16(), began.elapsed().as_secs_f64());
    tracing::debug!(%method, route, status, seconds, "answered");
    let labels = [("route", route), ("status", status.to_string())];
    ::metrics::counter!("palabre_http_requests_total", &labels).increment(1);
    ::metrics::histogram!("palabre_http_request_seconds").record(seconds);
    answer
}

fn panicked(_panic: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request met a fault of the server");
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "fault",
        "the server made a mistake",
    )
    .into_response()
}
