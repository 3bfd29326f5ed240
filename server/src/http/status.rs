//! `/status` for people and `/status.json` for programs: the same facts, open to all.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::Edge;
use crate::status::{ProviderStatus, Status, status};
use parloir_protocol::query::status::WebhookCounts;

/// Nothing on the page comes from elsewhere or runs.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// `GET /status.json`.
pub(super) async fn json(State(edge): State<Arc<Edge>>) -> Json<Status> {
    Json(status(&edge.node))
}

/// `GET /status`.
pub(super) async fn page(State(edge): State<Arc<Edge>>) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(written(&status(&edge.node)))).into_response()
}

fn written(status: &Status) -> String {
    let rows: String = status.providers.iter().map(row).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"15\">\n\
         <title>Parloir: {state}</title>\n<h1>Messages: {state}</h1>\n<table>\n<tr><th>account<th>state<th>waiting\
         <th>files waiting<th>a second<th>last failure</tr>\n{rows}</table>\n{webhooks}<p>{at}</p>\n</html>\n",
        state = status.status,
        webhooks = status.webhooks.map_or_else(String::new, counted),
        at = escaped(&word(&status.at)),
    )
}

fn row(provider: &ProviderStatus) -> String {
    let failure = provider.last_failure.as_ref();
    let failure =
        failure.map_or_else(String::new, |last| format!("{}, {}", word(&last.failure), word(&last.at)));
    format!(
        "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>\n",
        escaped(&provider.name),
        provider.status,
        provider.waiting,
        provider.files_waiting,
        provider.per_second,
        escaped(&failure)
    )
}

fn counted(webhooks: WebhookCounts) -> String {
    let WebhookCounts { active, failing, disabled } = webhooks;
    format!("<p>Webhooks: {active} active, {failing} failing, {disabled} disabled</p>\n")
}

/// As it stands in JSON.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map(str::to_owned).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
