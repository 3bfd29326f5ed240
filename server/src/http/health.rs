//! Whether the server lives, whether it can do its work, and its figures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Edge;
use crate::figures;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: connections and commands are taken.
pub(super) async fn ready(State(edge): State<Arc<Edge>>) -> (StatusCode, &'static str) {
    if *edge.stopping.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

/// `GET /metrics`: in the text form of Prometheus.
pub(super) async fn metrics(State(edge): State<Arc<Edge>>) -> String {
    figures::measure(&edge.providers);
    edge.metrics.render()
}
