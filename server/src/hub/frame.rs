//! The bytes of one WebSocket frame from a server: header and payload, unmasked (RFC 6455, section 5.2).

use bytes::{BufMut, Bytes, BytesMut};
use parloir_protocol::codec::Codec;

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;

/// `payload` as one whole frame of the codec's kind.
pub fn framed(codec: Codec, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 10);
    frame.put_u8(match codec {
        Codec::Msgpack => FIN | BINARY,
        Codec::Json => FIN | TEXT,
    });
    match payload.len() {
        short @ 0..126 => frame.put_u8(short as u8),
        middle @ 126..65_536 => {
            frame.put_u8(126);
            frame.put_u16(middle as u16);
        }
        long => {
            frame.put_u8(127);
            frame.put_u64(long as u64);
        }
    }
    frame.put_slice(payload);
    frame.freeze()
}

/// Where something stands of which there is one per codec.
pub(super) fn place_of(codec: Codec) -> usize {
    match codec {
        Codec::Msgpack => 0,
        Codec::Json => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_takes_as_few_bytes_as_it_can() {
        for (len, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            assert_eq!(framed(Codec::Json, &vec![7; len]).len(), len + header);
        }
        assert_eq!(framed(Codec::Msgpack, b"ab").as_ref(), [0x82, 2, b'a', b'b']);
        assert_eq!(&framed(Codec::Json, &[0; 300])[..4], [0x81, 126, 1, 44]);
    }
}
