//! Accepting connections: each with its own small buffers and deadlines, HTTP/1.1 until it is upgraded.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tower_service::Service;

use crate::http::live::Doorstep;

/// Connections that the kernel keeps until they are accepted, as far as `net.core.somaxconn` lets it: when a line was
/// cut thousands come back at once, and who does not fit in comes back a second later.
const BACKLOG: u32 = 4_096;
/// From the first byte of a request to the end of its head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// A request's head: what hyper takes at least.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// What the kernel holds for a client that does not read.
const SEND_BUFFER_BYTES: usize = 64 << 10;
/// What was sent and is not taken for so long ends a connection: whoever stopped reading a file holds nothing.
const UNREAD_MAX: Duration = Duration::from_secs(60);
/// After an error of accepting, e.g. when there are no more file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes an address, also one that connections of a server before it are still closing on.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    prepare(&socket);
    socket.listen(BACKLOG)
}

/// What every connection inherits from the socket that it is accepted on.
fn prepare(socket: &TcpSocket) {
    let raw = socket2::SockRef::from(socket);
    let set = socket
        .set_nodelay(true)
        .and_then(|()| raw.set_send_buffer_size(SEND_BUFFER_BYTES))
        .and_then(|()| raw.set_tcp_user_timeout(Some(UNREAD_MAX)));
    if let Err(error) = set {
        tracing::warn!(%error, "listen.socket_options");
    }
}

/// Accepts until the server stops.
pub(super) async fn listen(listener: TcpListener, routes: Router, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(serve(stream, peer, routes.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "accept.failed");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            () = stopped(&mut stopping) => return,
        }
    }
}

/// Waits until the server stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // The sender being gone means the same.
    let _gone = stopping.wait_for(|stopping| *stopping).await.is_err();
}

async fn serve(stream: TcpStream, peer: SocketAddr, routes: Router) {
    let doorstep = Doorstep::default();
    let own = doorstep.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(own.clone());
        routes.clone().call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .without_shutdown()
        .await;
    match served {
        Ok(rest) => {
            if let Some(entrance) = doorstep.take() {
                // A copy, mostly of nothing: hyper's own buffer would stay for as long as the connection does.
                entrance.open(rest.io.into_inner(), rest.read_buf.to_vec()).await;
            }
        }
        Err(error) => tracing::debug!(%error, "http.connection_ended"),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::future::try_join_all;

    use super::*;

    #[tokio::test]
    async fn hundreds_who_come_at_once_wait_to_be_accepted() {
        let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("an address");
        let address = listener.local_addr().expect("it has one");
        // Nobody accepts: whoever does not fit in is not answered at all.
        let coming = try_join_all((0..300).map(|_| TcpStream::connect(address)));
        let come = tokio::time::timeout(Duration::from_secs(20), coming).await;
        assert!(come.is_ok_and(|come| come.is_ok()));
    }

    #[tokio::test]
    async fn whoever_is_accepted_has_what_was_set_once() {
        let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("an address");
        let address = listener.local_addr().expect("it has one");
        let (accepted, _peer) = tokio::join!(listener.accept(), TcpStream::connect(address));
        let (stream, _) = accepted.expect("a connection");
        let socket = socket2::SockRef::from(&stream);
        assert!(stream.nodelay().expect("it is known"));
        assert_eq!(socket.tcp_user_timeout().expect("it is known"), Some(UNREAD_MAX));
        // Linux counts what it needs itself as well.
        assert_eq!(socket.send_buffer_size().expect("it is known"), 2 * SEND_BUFFER_BYTES);
    }
}
