//! A connection to the network, open or in TLS: bounded in time, one PDU after the other. It knows no session.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::future::BoxFuture;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::End;
use super::pdu::Frame;
use super::settings::{Place, Secrecy};

/// From a name to a connection, with its secrets.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// From the first byte of a PDU to its last.
const FRAME_MAX: Duration = Duration::from_secs(30);
/// So long the network may take to read a PDU.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// Bytes asked for at a time.
const READ_BYTES: usize = 4 << 10;

/// What carries bytes both ways.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Where PDUs come from.
pub(super) struct Reader {
    half: ReadHalf<Box<dyn Wire>>,
    bytes: BytesMut,
}

/// Where PDUs go.
pub(super) struct Writer {
    half: WriteHalf<Box<dyn Wire>>,
}

/// A connection to a place.
pub(super) fn connect(place: &Place) -> BoxFuture<'_, Result<(Reader, Writer), End>> {
    Box::pin(async {
        let connected = timeout(CONNECT_MAX, connected(place)).await;
        let wire = connected.unwrap_or_else(|_| Err(End::NotReached("it takes too long".to_owned())))?;
        let (read, write) = tokio::io::split(wire);
        Ok((Reader { half: read, bytes: BytesMut::new() }, Writer { half: write }))
    })
}

async fn connected(place: &Place) -> Result<Box<dyn Wire>, End> {
    let not_reached = |error: std::io::Error| End::NotReached(error.to_string());
    let stream = TcpStream::connect((place.host.as_str(), place.port)).await.map_err(not_reached)?;
    stream.set_nodelay(true).map_err(not_reached)?;
    match &place.secrecy {
        Secrecy::Open => Ok(Box::new(stream)),
        Secrecy::Tls { roots } => {
            let connector = TlsConnector::from(Arc::new(tls(roots.as_deref())?));
            let name = ServerName::try_from(place.host.clone());
            let name = name.map_err(|error| End::NotReached(error.to_string()))?;
            Ok(Box::new(connector.connect(name, stream).await.map_err(not_reached)?))
        }
    }
}

fn tls(roots: Option<&Path>) -> Result<ClientConfig, End> {
    let failed = |reason: String| End::NotReached(reason);
    let mut store = RootCertStore::empty();
    match roots {
        Some(path) => {
            let file = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
            for certificate in file {
                let certificate = certificate.map_err(|error| failed(error.to_string()))?;
                store.add(certificate).map_err(|error| failed(error.to_string()))?;
            }
        }
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| failed(error.to_string()))?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

impl Reader {
    /// The next PDU; an end when nothing is heard for so long, or a PDU does not become whole.
    pub(super) async fn next(&mut self, silence: Duration) -> Result<Frame, End> {
        let quiet = Instant::now() + silence;
        let mut whole = None;
        loop {
            if let Some(frame) = Frame::take(&mut self.bytes).map_err(End::Bad)? {
                return Ok(frame);
            }
            if !self.bytes.is_empty() {
                whole.get_or_insert_with(|| Instant::now() + FRAME_MAX);
            }
            self.bytes.reserve(READ_BYTES);
            let mut room = bytes::BufMut::limit(&mut self.bytes, READ_BYTES);
            match timeout_at(whole.unwrap_or(quiet), self.half.read_buf(&mut room)).await {
                Ok(Ok(0)) => return Err(End::Closed),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(End::Broken(error.kind())),
                Err(_) => return Err(End::Silent),
            }
        }
    }
}

impl Writer {
    /// Writes a PDU.
    pub(super) async fn write(&mut self, pdu: &[u8]) -> Result<(), End> {
        let written = async {
            self.half.write_all(pdu).await?;
            self.half.flush().await
        };
        match timeout(WRITE_MAX, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Broken(error.kind())),
            Err(_) => Err(End::NotReading),
        }
    }
}
