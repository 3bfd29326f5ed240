//! SMPP against programs that others wrote: the server against the message centre of `smpp34`, and the message centre
//! of our own tests against Kannel. `.ci/smpp.sh` finds both and runs this; without them it fails.

use std::time::Duration;

mod kannel;
mod parloir;
mod smpp34;

/// So long anything may take that must happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it happened.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program; it ends when this is dropped.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Asks again until there is an answer.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            match look().await {
                Some(found) => return found,
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: it never happened"),
    }
}

/// A program that talks HTTP.
fn client() -> reqwest::Client {
    // Another test may have chosen the same before.
    let _chosen = rustls::crypto::ring::default_provider().install_default().is_err();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    taken.local_addr().expect("it is bound").port()
}
