//! How a client is set up for the runner: tokens one after the other, short pauses, an outbox in a file or in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::entity::View;
use parloir_client::{Backoff, Client, FileOutbox, MemoryOutbox, Options, OutboxStore, Token, TokenSource};
use serde::Deserialize;

use crate::Wrong;
use crate::clients::{Held, Reading};

/// Pauses between tries.
const PAUSES_MS: (u64, u64) = (50, 500);
/// A command of a scenario may wait over several restarts.
const ANSWER: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
pub(crate) struct Connect {
    url: String,
    tokens: Vec<String>,
    codec: String,
    view: Option<View>,
    rows: Option<usize>,
    outbox: Option<String>,
    #[serde(default)]
    slow: bool,
}

/// Starts to connect.
pub(crate) async fn connect(asked: Connect) -> Result<Arc<Held>, Wrong> {
    let store: Arc<dyn OutboxStore> = match &asked.outbox {
        Some(path) => {
            let file = FileOutbox::open(path).map_err(|error| Wrong::new("outbox", error.to_string()))?;
            Arc::new(file)
        }
        None => Arc::new(MemoryOutbox::default()),
    };
    let defaults = Options::new(asked.url, tokens(asked.tokens));
    let options = Options {
        codec: codec(&asked.codec)?,
        backoff: Backoff::new(Duration::from_millis(PAUSES_MS.0), Duration::from_millis(PAUSES_MS.1)),
        view: asked.view.unwrap_or_else(View::open),
        rows_max: asked.rows.unwrap_or(defaults.rows_max),
        answer_timeout: ANSWER,
        outbox: Some(store),
        client: concat!("conformance-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
        ..defaults
    };
    let client = Client::connect(options).map_err(|error| Wrong::new("invalid_params", error.to_string()))?;
    let events = client.events().await;
    Ok(Held::new(client, events, if asked.slow { Reading::Stopped } else { Reading::On }))
}

pub(crate) fn codec(name: &str) -> Result<Codec, Wrong> {
    match name {
        "msgpack" => Ok(Codec::Msgpack),
        "json" => Ok(Codec::Json),
        other => Err(Wrong::new("invalid_params", format!("'{other}' is no codec"))),
    }
}

/// The first one, then each time it is asked the next, the last for ever.
fn tokens(tokens: Vec<String>) -> TokenSource {
    let asked = AtomicUsize::new(0);
    TokenSource::provider(move || {
        let at = asked.fetch_add(1, Ordering::Relaxed).min(tokens.len().saturating_sub(1));
        let token = tokens.get(at).cloned().map(Token::from);
        Box::pin(async { token.ok_or_else(|| "there are no tokens".to_owned()) })
    })
}
