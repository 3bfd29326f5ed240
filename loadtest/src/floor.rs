//! The floor under every figure: servers that do nothing but tell everybody what one publisher says. They keep no
//! log, know no agent and promise nothing; whatever ours costs more is what it does more.

use std::net::SocketAddr;

use bytes::Bytes;
use clap::{Args, ValueEnum};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

mod broadcast;
mod fan;

const BUFFER_BYTES: usize = 4 << 10;
/// Connections that wait for the handshake.
const BACKLOG: u32 = 4_096;

/// Runs a server that tells every listener at `/sub` what a publisher at `/pub` says.
#[derive(Debug, Clone, Args)]
pub(crate) struct Floor {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[arg(long, default_value = "fan")]
    design: Design,
}

/// How it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Design {
    /// One task writes shared, pre-framed bytes straight to every socket.
    Fan,
    /// A task and a place in a channel for each connection, one write a message: what one writes first.
    Tungstenite,
}

impl Design {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fan => "fan",
            Self::Tungstenite => "tungstenite",
        }
    }
}

/// Serves until the process is ended.
pub(crate) async fn run(floor: Floor) -> anyhow::Result<()> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(floor.listen)?;
    let listener = socket.listen(BACKLOG)?;
    say(&format!("listening on {}", listener.local_addr()?));
    match floor.design {
        Design::Fan => fan::serve(listener).await,
        Design::Tungstenite => broadcast::serve(listener).await,
    }
}

#[expect(clippy::print_stdout, reason = "it is how one learns the address")]
fn say(sentence: &str) {
    println!("{sentence}");
}

/// Which side a connection is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Listens,
    Publishes,
}

/// The next connection, not yet greeted.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        if let Ok((tcp, _)) = listener.accept().await {
            return tcp;
        }
        // No file may be free; the next to end gives one back.
        tokio::task::yield_now().await;
    }
}

/// Answers the handshake; nothing when the other side is none.
#[expect(clippy::result_large_err, reason = "a refusal is an answer, and none is given here")]
async fn greet(tcp: TcpStream) -> Option<(Side, WebSocketStream<TcpStream>)> {
    tcp.set_nodelay(true).ok()?;
    let mut side = Side::Listens;
    let look = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        if request.uri().path() == "/pub" {
            side = Side::Publishes;
        }
        Ok(response)
    };
    let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(0);
    let socket = tokio_tungstenite::accept_hdr_async_with_config(tcp, look, Some(config)).await.ok()?;
    Some((side, socket))
}

/// A message as a server frames it: text, in one piece.
fn frame(payload: &Bytes, frames: &mut Vec<u8>) {
    frames.push(0x81);
    match payload.len() {
        short @ 0..=125 => frames.push(short as u8),
        medium @ 126..=0xffff => {
            frames.push(126);
            frames.extend_from_slice(&(medium as u16).to_be_bytes());
        }
        long => {
            frames.push(127);
            frames.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frames.extend_from_slice(payload);
}
