//! One signal, encoded at most once per codec however many connections read it.

use std::sync::OnceLock;

use bytes::Bytes;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::{Down, Signal};

use crate::hub::frame::{framed, place_of};

/// A signal and its frames.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) signal: Signal,
    frames: [OnceLock<Bytes>; Codec::ALL.len()],
}

impl Told {
    pub(super) fn new(signal: Signal) -> Self {
        Self { signal, frames: Default::default() }
    }

    /// The frame, header included.
    pub(super) fn frame(&self, codec: Codec) -> Bytes {
        let write = || framed(codec, &Down::Signal(self.signal.clone()).write(codec));
        self.frames[place_of(codec)].get_or_init(write).clone()
    }
}
