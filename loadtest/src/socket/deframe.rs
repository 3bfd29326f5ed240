//! The frames of a WebSocket as a server sends them, taken apart where they lie: no copy, no allocation, whatever
//! the reads are. It sends nothing and knows no protocol above.

/// A control frame carries no more.
const CONTROL_BYTES_MAX: usize = 125;
const HEAD_BYTES_MAX: usize = 10;

/// What was found next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Some bytes of a message.
    Part(&'a [u8]),
    /// The message is whole.
    End,
    /// To be answered with a pong of the same bytes.
    Ping(&'a [u8]),
    /// The connection ends; its code and reason.
    Close(&'a [u8]),
}

/// Why the bytes are none of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server sent {0}")]
pub(crate) struct NoFrame(&'static str);

#[derive(Debug, Default)]
pub(crate) struct Deframer {
    head: [u8; HEAD_BYTES_MAX],
    head_bytes: usize,
    /// Of the payload, once the head is whole.
    left: Option<u64>,
    control: Vec<u8>,
}

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

impl Deframer {
    pub(crate) fn read(&mut self, mut bytes: &[u8], on: &mut dyn FnMut(Piece<'_>)) -> Result<(), NoFrame> {
        loop {
            match self.left {
                None if bytes.is_empty() => return Ok(()),
                None => {
                    bytes = self.head(bytes);
                    self.opened()?;
                }
                Some(0) => self.close(on)?,
                Some(_) if bytes.is_empty() => return Ok(()),
                Some(left) => {
                    let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let (part, rest) = bytes.split_at(take);
                    if self.is_control() {
                        self.control.extend_from_slice(part);
                    } else {
                        on(Piece::Part(part));
                    }
                    (self.left, bytes) = (Some(left - take as u64), rest);
                }
            }
        }
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let missing = self.head_length() - self.head_bytes;
        let take = missing.min(bytes.len());
        self.head[self.head_bytes..self.head_bytes + take].copy_from_slice(&bytes[..take]);
        self.head_bytes += take;
        &bytes[take..]
    }

    fn head_length(&self) -> usize {
        match (self.head_bytes >= 2).then(|| self.head[1] & 0x7f) {
            Some(126) => 4,
            Some(127) => 10,
            Some(_) | None => 2,
        }
    }

    /// Reads the head once it is whole.
    fn opened(&mut self) -> Result<(), NoFrame> {
        if self.head_bytes < 2 || self.head_bytes < self.head_length() {
            return Ok(());
        }
        if self.head[1] & 0x80 != 0 {
            return Err(NoFrame("a masked frame"));
        }
        let length = match self.head[1] {
            126 => u64::from(u16::from_be_bytes([self.head[2], self.head[3]])),
            127 => self.head[2..].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
            short => u64::from(short),
        };
        if self.is_control() && length > CONTROL_BYTES_MAX as u64 {
            return Err(NoFrame("a long control frame"));
        }
        self.left = Some(length);
        Ok(())
    }

    fn is_control(&self) -> bool {
        self.head[0] & 0x08 != 0
    }

    fn close(&mut self, on: &mut dyn FnMut(Piece<'_>)) -> Result<(), NoFrame> {
        match self.head[0] & 0x0f {
            CONTINUATION | TEXT | BINARY if self.head[0] & 0x80 == 0 => {}
            CONTINUATION | TEXT | BINARY => on(Piece::End),
            CLOSE => on(Piece::Close(&self.control)),
            PING => on(Piece::Ping(&self.control)),
            PONG => {}
            _ => return Err(NoFrame("a frame of an unknown kind")),
        }
        self.control.clear();
        (self.left, self.head_bytes) = (None, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_same_however_they_are_cut() {
        let long = [b'l'; 300];
        let mut bytes = vec![0x02, 2, b'a', b'b', 0x89, 1, b'p', 0x80, 1, b'c', 0x82, 126, 1, 44];
        bytes.extend(long);
        bytes.extend([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, b'd', 0x81, 0, 0x88, 2, 3, 232]);
        for size in 1..bytes.len() {
            let (mut deframer, mut told) = (Deframer::default(), Vec::<u8>::new());
            for piece in bytes.chunks(size) {
                let read = deframer.read(piece, &mut |piece| match piece {
                    Piece::Part(part) => told.extend(part),
                    Piece::End => told.push(b'.'),
                    Piece::Ping(ping) => told.extend([b"<", ping, b">"].concat()),
                    Piece::Close(code) => told.extend([b"!", code].concat()),
                });
                assert_eq!(read, Ok(()));
            }
            let wanted = [b"ab<p>c.".as_slice(), &long, b".d..!\x03\xe8"].concat();
            assert_eq!(told, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn what_no_server_sends_is_said() {
        for bytes in [[0x82, 0x80], [0x83, 0]] {
            assert!(Deframer::default().read(&bytes, &mut |_| {}).is_err(), "{bytes:?}");
        }
        assert!(Deframer::default().read(&[0x89, 126, 1, 0], &mut |_| {}).is_err());
    }
}
