//! Figures for Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::{HeaderName, header};
use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static EXPORTER: OnceLock<PrometheusHandle> = OnceLock::new();

/// How often old samples of histograms are folded together.
const UPKEEP: Duration = Duration::from_secs(10);

/// Begins to count; a second server in the same process shares the figures of the first.
pub fn install() {
    EXPORTER.get_or_init(|| {
        let seconds = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
        ];
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
            .expect("the list of buckets is not empty")
            .build_recorder();
        let handle = recorder.handle();
        // Another recorder of this process (a benchmark's) keeps what it counts; ours then shows nothing.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        handle
    });
}

/// Keeps the figures small, for ever.
pub async fn keep_up() {
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        if let Some(exporter) = EXPORTER.get() {
            exporter.run_upkeep();
        }
    }
}

/// `GET /metrics`
pub async fn show() -> ([(HeaderName, &'static str); 1], String) {
    let text = EXPORTER.get().map(PrometheusHandle::render).unwrap_or_default();
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
}

fn describe() {
    describe_gauge!("palabre_rooms", "Rooms that run");
    describe_gauge!("palabre_participants", "People in all rooms");
    describe_gauge!("palabre_signal_sockets", "Open signalling sockets");
    describe_counter!("palabre_joins_total", "Joins by result: joined, resumed, refused");
    describe_histogram!(
        "palabre_join_seconds",
        "From the opened socket to the room's first answer"
    );
    describe_counter!("palabre_http_requests_total", "Requests by route and status");
    describe_histogram!("palabre_http_request_seconds", "Time to answer a request");
    describe_counter!(
        "palabre_room_service_calls_total",
        "Calls of the LiveKit API by result"
    );
    describe_counter!(
        "palabre_webhooks_total",
        "Webhooks by result: delivered, given_up, dropped"
    );
    describe_counter!(
        "palabre_data_refused_total",
        "Data messages of clients that could not be read"
    );
    describe_counter!(
        "palabre_slow_sockets_total",
        "Sockets cut because their client did not read"
    );
    describe_counter!(
        "palabre_signal_sockets_closed_total",
        "Sockets closed by the server, by reason"
    );
    describe_counter!(
        "palabre_media_events_dropped_total",
        "Reports of the media plane dropped by a busy room"
    );
    metrics::gauge!("palabre_rooms").set(0.0);
    metrics::gauge!("palabre_participants").set(0.0);
    metrics::gauge!("palabre_signal_sockets").set(0.0);
}
