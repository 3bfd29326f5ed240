//! A WebSocket of the load's own, as small as it can be: thousands of them are to cost the machine less than what
//! is measured. It takes what comes apart and keeps nothing of it; whoever reads decides.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpStream;

mod deframe;

pub(crate) use deframe::{Deframer, Piece};

/// One read takes so much.
const READ_BYTES: usize = 64 << 10;
const HEAD_BYTES_MAX: usize = 8 << 10;
/// A server that is there answers sooner, even under a storm of them.
const ANSWER_MAX: Duration = Duration::from_secs(30);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// Where a WebSocket is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) path: &'static str,
    pub(crate) subprotocol: Option<&'static str>,
}

/// What a message is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
    Pong,
}

#[derive(Debug)]
pub(crate) struct Socket {
    tcp: Arc<TcpStream>,
    deframer: Deframer,
    /// What came with the answer to the handshake.
    early: Vec<u8>,
}

impl Socket {
    pub(crate) async fn dial(address: SocketAddr, door: Door) -> anyhow::Result<Self> {
        let dialled = tokio::time::timeout(ANSWER_MAX, Self::dial_slowly(address, door));
        dialled.await.with_context(|| format!("{address} did not answer the handshake in time"))?
    }

    async fn dial_slowly(address: SocketAddr, door: Door) -> anyhow::Result<Self> {
        let tcp =
            TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        tcp.set_nodelay(true)?;
        write_all(&tcp, request(address, door).as_bytes()).await?;
        let mut head = Vec::new();
        let end = loop {
            if let Some(end) = memchr::memmem::find(&head, b"\r\n\r\n") {
                break end + 4;
            }
            anyhow::ensure!(head.len() < HEAD_BYTES_MAX, "the answer to the handshake has no end");
            tcp.readable().await?;
            let mut piece = [0; 1_024];
            match tcp.try_read(&mut piece) {
                Ok(0) => anyhow::bail!("{address} closed the connection in the handshake"),
                Ok(read) => head.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        };
        let early = head.split_off(end);
        let switched = head.starts_with(b"HTTP/1.1 101");
        anyhow::ensure!(switched, "the handshake was answered {:?}", first_line(&head));
        Ok(Self { tcp: Arc::new(tcp), deframer: Deframer::default(), early })
    }

    /// Waits for bytes and takes all that are there apart; an error says that the server hung up.
    pub(crate) async fn read(&mut self, on: &mut (dyn FnMut(Piece<'_>) + Send)) -> anyhow::Result<()> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            return Ok(self.deframer.read(&early, on)?);
        }
        loop {
            self.tcp.readable().await?;
            if self.read_what_is_there(on)? {
                return Ok(());
            }
        }
    }

    /// Whether there was something.
    fn read_what_is_there(&mut self, on: &mut (dyn FnMut(Piece<'_>) + Send)) -> anyhow::Result<bool> {
        let (tcp, deframer) = (&self.tcp, &mut self.deframer);
        SCRATCH.with_borrow_mut(|scratch| match tcp.try_read(scratch) {
            Ok(0) => anyhow::bail!("the server hung up"),
            Ok(read) => Ok(deframer.read(&scratch[..read], on).map(|()| true)?),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error.into()),
        })
    }

    pub(crate) async fn send(&self, kind: Kind, payload: &[u8]) -> anyhow::Result<()> {
        let mut frame = Vec::with_capacity(payload.len() + 14);
        put_frame(kind, payload, &mut frame);
        self.send_frames(&frame).await
    }

    /// Sends what [`put_frame`] made.
    async fn send_frames(&self, frames: &[u8]) -> anyhow::Result<()> {
        Ok(write_all(&self.tcp, frames).await?)
    }

    /// The way out, for somebody else than the reader. Whoever uses it is the only one to send.
    pub(crate) fn writer(&self) -> Writer {
        Writer { tcp: Arc::clone(&self.tcp) }
    }

    /// Ends the connection without a word, as a lost line does.
    pub(crate) fn cut(self) {
        // What cannot be said to the socket is said by closing it.
        self.tcp.set_zero_linger().ok();
    }
}

/// Sends on a socket that somebody else reads.
#[derive(Debug)]
pub(crate) struct Writer {
    tcp: Arc<TcpStream>,
}

impl Writer {
    /// Sends what [`put_frame`] made.
    pub(crate) async fn send_frames(&mut self, frames: &[u8]) -> anyhow::Result<()> {
        Ok(write_all(&self.tcp, frames).await?)
    }
}

async fn write_all(tcp: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        tcp.writable().await?;
        match tcp.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Appends one frame as a client sends it. The mask is zero, which every server takes and which costs nothing.
pub(crate) fn put_frame(kind: Kind, payload: &[u8], frames: &mut Vec<u8>) {
    let opcode = match kind {
        Kind::Text => 0x81,
        Kind::Binary => 0x82,
        Kind::Pong => 0x8a,
    };
    frames.push(opcode);
    match payload.len() {
        short @ 0..=125 => frames.push(0x80 | short as u8),
        medium @ 126..=0xffff => {
            frames.push(0x80 | 126);
            frames.extend_from_slice(&(medium as u16).to_be_bytes());
        }
        long => {
            frames.push(0x80 | 127);
            frames.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frames.extend_from_slice(&[0; 4]);
    frames.extend_from_slice(payload);
}

fn request(address: SocketAddr, door: Door) -> String {
    let subprotocol = door.subprotocol.map(|name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
    format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
        door.path,
        subprotocol.unwrap_or_default()
    )
}

fn first_line(head: &[u8]) -> String {
    String::from_utf8_lossy(head.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_its_length() {
        for (bytes, head) in [(125_usize, 6), (126, 8), (70_000, 14)] {
            let mut frames = Vec::new();
            put_frame(Kind::Binary, &vec![b'x'; bytes], &mut frames);
            assert_eq!(frames.len(), head + bytes);
        }
    }
}
