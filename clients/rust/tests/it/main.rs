//! The client against a server of its own, and the law of its fold against a model of the workspace.

mod desk;
mod kept;
mod law;
mod live;
mod model;
#[cfg(feature = "tls")]
mod tls;
mod upload;
mod watch;
