//! PDUs as they come in: frames out of bytes, fields out of frames. It forgives what networks do to optional
//! parameters and to lengths of addresses, never what a frame's length says, and reads nothing twice.

use bytes::{Buf as _, Bytes, BytesMut};
use thiserror::Error;

/// Length, command, status and sequence number.
pub(super) const HEADER_BYTES: usize = 16;
/// The longest PDU that is read: a `message_payload` of 64 KiB and what stands around it.
pub(super) const FRAME_BYTES_MAX: usize = 68 << 10;
/// Optional parameters that are looked at; no network sends as many.
const PARAMETERS_MAX: usize = 64;

/// Commands that are known here.
pub(super) mod command {
    pub(in super::super) const GENERIC_NACK: u32 = 0x8000_0000;
    pub(in super::super) const SUBMIT_SM_RESP: u32 = 0x8000_0004;
    pub(in super::super) const DELIVER_SM: u32 = 0x0000_0005;
    pub(in super::super) const UNBIND: u32 = 0x0000_0006;
    pub(in super::super) const BIND_TRANSCEIVER_RESP: u32 = 0x8000_0009;
    pub(in super::super) const OUTBIND: u32 = 0x0000_000b;
    pub(in super::super) const ENQUIRE_LINK: u32 = 0x0000_0015;
    pub(in super::super) const ALERT_NOTIFICATION: u32 = 0x0000_0102;
    /// Set in what answers.
    pub(in super::super) const ANSWER: u32 = 0x8000_0000;
}

/// Optional parameters that are known here.
pub(super) mod tag {
    pub(in super::super) const RECEIPTED_MESSAGE_ID: u16 = 0x001e;
    pub(in super::super) const SAR_REFERENCE: u16 = 0x020c;
    pub(in super::super) const SAR_TOTAL: u16 = 0x020e;
    pub(in super::super) const SAR_NUMBER: u16 = 0x020f;
    pub(in super::super) const MESSAGE_PAYLOAD: u16 = 0x0424;
    pub(in super::super) const MESSAGE_STATE: u16 = 0x0427;
}

/// What is wrong with what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum BadPdu {
    #[error("a PDU says that it has {0} bytes, not {HEADER_BYTES} to {FRAME_BYTES_MAX}")]
    Length(usize),
    #[error("a PDU ends inside of its {0}")]
    Short(&'static str),
}

/// One PDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) command: u32,
    pub(super) status: u32,
    pub(super) sequence: u32,
    /// All of its bytes, with the header.
    pub(super) bytes: Bytes,
}

impl Frame {
    /// Takes the first PDU out of `bytes`; nothing while it is not whole.
    pub(super) fn take(bytes: &mut BytesMut) -> Result<Option<Self>, BadPdu> {
        let Some(length) = bytes.get(..4).map(|mut length| length.get_u32()) else { return Ok(None) };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(HEADER_BYTES..=FRAME_BYTES_MAX).contains(&length) {
            return Err(BadPdu::Length(length));
        }
        if bytes.len() < length {
            return Ok(None);
        }
        // A copy holds nothing of what else was read with it.
        Ok(Some(Self::of(Bytes::copy_from_slice(&bytes.split_to(length)))))
    }

    /// The one PDU that `bytes` are.
    pub(super) fn whole(bytes: &[u8]) -> Result<Self, BadPdu> {
        let mut all = BytesMut::from(bytes);
        let frame = Self::take(&mut all)?;
        frame.filter(|_| all.is_empty()).ok_or(BadPdu::Length(bytes.len()))
    }

    fn of(bytes: Bytes) -> Self {
        let mut header = &bytes[4..HEADER_BYTES];
        let (command, status, sequence) = (header.get_u32(), header.get_u32(), header.get_u32());
        Self { command, status, sequence, bytes }
    }

    /// What stands behind the header.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(&self.bytes[HEADER_BYTES..])
    }
}

/// Fields that are read one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn octet(&mut self, field: &'static str) -> Result<u8, BadPdu> {
        Ok(self.octets(1, field)?[0])
    }

    pub(super) fn octets(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], BadPdu> {
        let (read, rest) = self.0.split_at_checked(length).ok_or(BadPdu::Short(field))?;
        self.0 = rest;
        Ok(read)
    }

    /// A text that ends with a zero octet.
    pub(super) fn text(&mut self, field: &'static str) -> Result<String, BadPdu> {
        let end = self.0.iter().position(|octet| *octet == 0).ok_or(BadPdu::Short(field))?;
        let read = self.octets(end + 1, field)?;
        Ok(String::from_utf8_lossy(&read[..end]).into_owned())
    }

    /// What is left, as optional parameters. One that is cut ends them.
    pub(super) fn parameters(mut self) -> Vec<(u16, &'a [u8])> {
        let mut parameters = Vec::new();
        while parameters.len() < PARAMETERS_MAX {
            let Ok(mut head) = self.octets(4, "optional parameters") else { break };
            let (tag, length) = (head.get_u16(), head.get_u16());
            let Ok(value) = self.octets(usize::from(length), "optional parameters") else { break };
            parameters.push((tag, value));
        }
        parameters
    }
}

/// The value of a parameter.
pub(super) fn parameter<'a>(parameters: &[(u16, &'a [u8])], tag: u16) -> Option<&'a [u8]> {
    parameters.iter().find(|(found, _)| *found == tag).map(|(_, value)| *value)
}

/// A number of one or two octets.
pub(super) fn number(value: &[u8]) -> Option<u16> {
    match value {
        [low] => Some(u16::from(*low)),
        [high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_is_taken_when_it_is_whole() {
        let one = [0, 0, 0, 17, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 9];
        let mut bytes = BytesMut::from(&one[..16]);
        assert_eq!(Frame::take(&mut bytes), Ok(None));
        bytes.extend_from_slice(&[9, 0, 0]);
        let frame = Frame::take(&mut bytes).expect("it is one").expect("it is whole");
        assert_eq!((frame.command, frame.sequence, bytes.len()), (command::DELIVER_SM, 7, 2));
        assert_eq!(Frame::whole(&one), Ok(frame));
        assert_eq!(Frame::whole(&one[..16]), Err(BadPdu::Length(16)));
    }

    #[test]
    fn a_length_that_lies_is_found_before_anything_is_kept() {
        for length in [0_u32, 15, 69_633, u32::MAX] {
            let mut bytes = BytesMut::from(&length.to_be_bytes()[..]);
            assert!(matches!(Frame::take(&mut bytes), Err(BadPdu::Length(_))), "{length}");
        }
    }

    #[test]
    fn parameters_end_where_they_are_cut() {
        let fields = Fields(&[0, 30, 0, 2, b'4', 0, 4, 39, 0, 9, 1]);
        let found = fields.parameters();
        assert_eq!(found, [(tag::RECEIPTED_MESSAGE_ID, &b"4\0"[..])]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_frames_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = BytesMut::from(&bytes[..]);
            while let Ok(Some(frame)) = Frame::take(&mut bytes) {
                let mut fields = frame.fields();
                while fields.text("text").is_ok() {}
                fields.parameters();
            }
        }
    }
}
