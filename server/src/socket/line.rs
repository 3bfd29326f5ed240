//! What tungstenite reads from, and writes its pongs to: those stand in line with everything else on its way out, whole.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;

use super::outlet::Outlet;

/// Both ways of one connection.
pub(super) struct Line {
    read: OwnedReadHalf,
    outlet: Arc<Outlet>,
}

impl Line {
    pub(super) fn new(read: OwnedReadHalf, outlet: Arc<Outlet>) -> Self {
        Self { read, outlet }
    }

    /// Says that nothing more follows, and reads whatever comes until the peer closes: behind a frame that broke
    /// the protocol there are no frames any more.
    pub(super) async fn drain(&mut self) {
        let mut dropped = [0; 256];
        if self.outlet.shut().is_ok() {
            while matches!(self.read.read(&mut dropped).await, Ok(1..)) {}
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let put = self.outlet.put(Bytes::copy_from_slice(bytes));
        Poll::Ready(put.map(|()| bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.outlet.shut())
    }
}
