//! The HTTP edge: which path leads where. It decides nothing; every handler is one of `http/`.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Semaphore, watch};

use parloir_protocol::error::Code;

pub use self::attachments::served::Reading;
use self::demo::Demo;
use self::handset::Phones;
use self::link::Links;
pub use self::origin::origin_of;
use self::problem::Problem;
use crate::node::Node;
use crate::poison::Poison;
use crate::providers::Providers;

pub mod aside;
mod attachments;
mod commands;
mod contacts;
mod cookie;
pub mod demo;
mod documents;
mod export;
pub mod handset;
mod health;
mod imports;
mod inbound;
pub mod link;
pub mod live;
mod origin;
mod problem;
mod session;
mod status;
mod web;

/// A command's or query's body.
const API_BODY_BYTES_MAX: usize = 256 << 10;
/// A provider's webhook.
const INBOUND_BODY_BYTES_MAX: usize = 1 << 20;

/// What the handlers share.
pub struct Edge {
    pub node: Arc<Node>,
    pub providers: Arc<Providers>,
    pub metrics: PrometheusHandle,
    /// Webhooks that could not be read.
    pub poison: Arc<Poison>,
    /// What the outside calls this server.
    pub public_url: Option<String>,
    /// Where files are read.
    pub reading: Reading,
    pub links: Links,
    /// What phones of a demonstration show.
    pub phones: Arc<Phones>,
    /// Whether the simulator's webhook takes messages from this machine without a token.
    pub open_simulator: bool,
    /// Whom anybody may be, once the demonstration is there.
    pub demo: Arc<OnceLock<Demo>>,
    /// Places for connections.
    pub places: Arc<Semaphore>,
    pub stopping: watch::Receiver<bool>,
}

/// A year, for this host alone: what stands below or beside it is not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// From a request's head to its answer: a body that dribbles in ends here.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// All paths.
pub fn routes(edge: Arc<Edge>) -> Router {
    let api = Router::new()
        .route("/v1/commands", post(commands::command))
        .route("/v1/queries", post(commands::query))
        .route("/v1/session", get(session::signed_in).post(session::sign_in).delete(session::sign_out))
        .route("/v1/demo/sign-in", post(demo::sign_in))
        .layer(DefaultBodyLimit::max(API_BODY_BYTES_MAX));
    let inbound = Router::new()
        .route("/v1/inbound/{channel}", get(inbound::inbound).post(inbound::inbound))
        .route(
            "/v1/inbound/{channel}/{secret}",
            get(inbound::inbound_with_secret).post(inbound::inbound_with_secret),
        )
        .layer(DefaultBodyLimit::max(INBOUND_BODY_BYTES_MAX));
    let links = link::routes(edge.links.clone());
    let is_secure = edge.node.home().is_some_and(|home| home.starts_with("https:"));
    let all = Router::new()
        .route("/", get(web::page))
        .route("/assets/{*path}", get(web::part))
        .route("/favicon.svg", get(web::part))
        .route("/v1/demo", get(demo::people))
        .route("/v1/live", get(live::live))
        .route("/v1/log", get(export::export))
        .route("/v1/contacts.csv", get(contacts::csv))
        .route("/v1/contacts.vcf", get(contacts::vcf))
        .route("/v1/aside", get(aside::list))
        .route("/v1/aside/{id}/retry", post(aside::retry))
        .route("/status", get(status::page))
        .route("/status.json", get(status::json))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(documents::openapi))
        .route("/asyncapi.json", get(documents::asyncapi))
        .route("/v1/schema/{name}", get(documents::schema))
        .merge(api.layer(middleware::from_fn(in_time)))
        .merge(inbound.layer(middleware::from_fn(in_time)))
        .merge(attachments::routes())
        .merge(imports::routes())
        .merge(handset::routes(&edge))
        .fallback(problem::no_such_path)
        .with_state(edge)
        .merge(links);
    if is_secure { all.layer(middleware::map_response(over_tls)) } else { all }
}

/// Browsers ask for this host over TLS only, from their first answer on.
async fn over_tls(mut response: Response) -> Response {
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    response
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::Unavailable, "the request took too long to arrive").into_response(),
    }
}
