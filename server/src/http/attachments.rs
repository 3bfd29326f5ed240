//! Files of messages over HTTP: sent in pieces by those who will send them on, read by those who see their
//! conversation. What is read is data, never a page of ours.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use super::{Edge, in_time};

pub(super) mod disposition;
mod read;
pub(super) mod served;
mod told;
pub(super) mod upload;

pub(super) mod range;

/// What announces an upload.
const ANNOUNCEMENT_BYTES_MAX: usize = 16 << 10;

pub(super) fn routes() -> Router<Arc<Edge>> {
    let announced = Router::new()
        .route("/v1/attachments", post(upload::begin))
        .layer(DefaultBodyLimit::max(ANNOUNCEMENT_BYTES_MAX))
        .layer(middleware::from_fn(in_time));
    let one = get(read::file).head(read::head).patch(upload::receive).delete(upload::give_up);
    Router::new()
        .route("/v1/attachments/{id}", one)
        .route("/v1/attachments/{id}/thumbnail", get(read::thumbnail))
        .merge(announced)
}
