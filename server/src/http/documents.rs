//! What the server speaks, for programs that read it: OpenAPI, AsyncAPI, JSON Schema and the registries, as they
//! were published with this very build. Open to all, since they tell nothing of anybody.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::problem::{Problem, no_such_path};

/// What stands under `/v1/schema/`.
const NAMED: [(&str, &str); 9] = [
    ("up.json", include_str!("../../../protocol/schema/up.json")),
    ("down.json", include_str!("../../../protocol/schema/down.json")),
    ("commands.json", include_str!("../../../protocol/schema/commands.json")),
    ("queries.json", include_str!("../../../protocol/schema/queries.json")),
    ("events.json", include_str!("../../../protocol/schema/events.json")),
    ("entities.json", include_str!("../../../protocol/schema/entities.json")),
    ("errors.json", include_str!("../../../protocol/registry/errors.json")),
    ("closes.json", include_str!("../../../protocol/registry/closes.json")),
    ("limits.json", include_str!("../../../protocol/registry/limits.json")),
];

/// `GET /openapi.json`.
pub(super) async fn openapi() -> Response {
    document(include_str!("../../../protocol/openapi.json"))
}

/// `GET /asyncapi.json`.
pub(super) async fn asyncapi() -> Response {
    document(include_str!("../../../protocol/asyncapi.json"))
}

/// `GET /v1/schema/{name}`.
pub(super) async fn schema(Path(name): Path<String>) -> Result<Response, Problem> {
    match NAMED.iter().find(|(known, _)| *known == name) {
        Some((_, content)) => Ok(document(content)),
        None => Err(no_such_path().await),
    }
}

fn document(content: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content).into_response()
}
