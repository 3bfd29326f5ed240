//! The bytes between a program and its server: TCP, and with the feature `tls` TLS on it. It decides whom a program
//! trusts, and nothing of what is said.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::options::Door;

#[cfg(feature = "tls")]
pub(crate) mod tls;

#[derive(Debug)]
pub(crate) enum Wire {
    Plain(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

impl Wire {
    pub(crate) async fn open(door: &Door) -> io::Result<Self> {
        let tcp = TcpStream::connect(&door.authority).await?;
        tcp.set_nodelay(true)?;
        match &door.tls {
            None => Ok(Self::Plain(tcp)),
            #[cfg(feature = "tls")]
            Some(tls) => Ok(Self::Tls(Box::new(tls.over(tcp).await?))),
            #[cfg(not(feature = "tls"))]
            Some(never) => match *never {},
        }
    }
}

macro_rules! on_either {
    ($wire:expr, $stream:ident => $do:expr) => {
        match $wire.get_mut() {
            Wire::Plain($stream) => $do,
            #[cfg(feature = "tls")]
            Wire::Tls($stream) => $do,
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        on_either!(self, stream => Pin::new(stream).poll_read(cx, to))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        on_either!(self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_either!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_either!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}
