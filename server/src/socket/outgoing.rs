//! Bytes on their way into one socket: whole frames, written with as few calls as the kernel allows.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::error::Error;

/// Slices given to one call: what Linux takes at most is 1,024.
const SLICES_MAX: usize = 256;
/// Places for frames that are kept while none wait: a connection that is idle has little else.
const PLACES_KEPT: usize = 32;

const CLOSE: u8 = 0x88;
/// What a control frame's payload may hold beside the code (RFC 6455, section 5.5).
const REASON_BYTES_MAX: usize = 123;

/// Frames that wait, the first perhaps in part.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    frames: VecDeque<Bytes>,
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }

    pub(super) fn push(&mut self, frame: Bytes) {
        if !frame.is_empty() {
            self.frames.push_back(frame);
        }
    }

    pub(super) fn extend(&mut self, frames: impl IntoIterator<Item = Bytes>) {
        self.frames.extend(frames);
    }

    /// Writes as much as the socket takes at once, without waiting.
    pub(super) fn try_write(&mut self, socket: &TcpStream) -> io::Result<()> {
        while let Some(first) = self.frames.front() {
            let written = match self.frames.len() {
                1 => socket.try_write(first),
                _ => self.with_slices(|slices| socket.try_write_vectored(slices)),
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => self.advance(bytes),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.shrink();
        Ok(())
    }

    fn with_slices<T>(&self, write: impl FnOnce(&[IoSlice<'_>]) -> T) -> T {
        let slices: Vec<_> = self.frames.iter().take(SLICES_MAX).map(|frame| IoSlice::new(frame)).collect();
        write(&slices)
    }

    fn advance(&mut self, mut bytes: usize) {
        while let Some(first) = self.frames.front_mut() {
            if bytes < first.len() {
                first.advance(bytes);
                return;
            }
            bytes -= first.len();
            self.frames.pop_front();
        }
    }

    /// A burst leaves no memory behind.
    fn shrink(&mut self) {
        if self.frames.capacity() > PLACES_KEPT {
            self.frames = VecDeque::new();
        }
    }
}

/// The close frame for a breach of the WebSocket protocol itself, if there is a code for it.
pub(super) fn refusal(error: &Error) -> Option<Bytes> {
    let code = match error {
        Error::Utf8(_) => 1007,
        Error::Protocol(_) => 1002,
        _ => return None,
    };
    Some(close_frame(code, &error.to_string()))
}

/// A close frame (RFC 6455, section 5.5.1).
pub(super) fn close_frame(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(REASON_BYTES_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut frame = BytesMut::with_capacity(4 + end);
    frame.put_u8(CLOSE);
    frame.put_u8(2 + end as u8);
    frame.put_u16(code);
    frame.put_slice(&reason.as_bytes()[..end]);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_close_frame_is_cut_at_a_character() {
        let frame = close_frame(4001, &"é".repeat(100));
        assert_eq!(frame.len(), 4 + 122);
        assert_eq!(&frame[..4], [0x88, 124, 0x0f, 0xa1]);
        assert!(std::str::from_utf8(&frame[4..]).is_ok());
    }

    #[tokio::test]
    async fn a_burst_leaves_no_places_behind() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (peer, served) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (_peer, (socket, _)) = (peer.expect("a connection"), served.expect("a connection"));
        socket.writable().await.expect("room in its buffer");
        let mut outgoing = Outgoing::default();
        outgoing.extend((0..1_000).map(|_| Bytes::from_static(b"frame")));
        outgoing.try_write(&socket).expect("written");
        assert!(outgoing.is_empty());
        assert!(outgoing.frames.capacity() <= PLACES_KEPT);
    }
}
