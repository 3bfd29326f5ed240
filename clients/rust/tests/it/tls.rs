//! A server that speaks TLS, for the socket and for uploads, and one that is not trusted.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use parloir_client::protocol::codec::Codec;
use parloir_client::{Client, Options, State, UploadError, Uploading};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::desk::{Desk, soon};

/// The certificate of the tests' message centre is for 127.0.0.1, and good enough here.
fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/smsc");
    std::fs::read(folder.join(name)).expect("a file of the fixtures")
}

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_reader(Cursor::new(file("certificate.pem")));
    let key = PrivateKeyDer::from_pem_reader(Cursor::new(file("key.pem"))).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.expect("a certificate")], key).expect("they fit");
    TlsAcceptor::from(Arc::new(config))
}

/// A proxy that ends TLS in front of `to`: its port.
async fn proxy(to: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it listens").port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let to = to.clone();
            tokio::spawn(async move {
                let mut behind = TcpStream::connect(to).await?;
                copy_bidirectional(&mut acceptor().accept(tcp).await?, &mut behind).await
            });
        }
    });
    port
}

#[tokio::test]
async fn a_server_behind_tls_is_spoken_to() {
    let desk = Desk::open(Codec::Msgpack).await;
    let plain = desk.options();
    let address = plain.url.trim_start_matches("http://").to_owned();
    let url = format!("https://127.0.0.1:{}", proxy(address).await);
    let options = Options { url, roots: Some(file("certificate.pem")), ..plain };
    let client = Client::connect(options).expect("a good address");
    let (_peer, hello) = desk.welcome(1).await;
    assert_eq!(hello.token.as_deref(), Some("secret"));
    soon(client.live()).await.expect("it is live");
}

#[tokio::test]
async fn a_file_goes_up_in_tls() {
    let door = super::upload::Door::open(vec![super::upload::begun(), super::upload::whole()]).await;
    let url = format!("https://127.0.0.1:{}/inbox", proxy(door.address.clone()).await);
    let options = Options { roots: Some(file("certificate.pem")), ..Options::new(url, "secret") };
    let client = Client::connect(options).expect("a good address");
    let sent = soon(client.upload("note.txt", &b"Bonjour"[..], Uploading::default())).await;
    assert_eq!(sent.map(drop), Ok::<(), UploadError>(()));
    assert_eq!(door.asked()[0], "POST /inbox/v1/attachments");
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let desk = Desk::open(Codec::Msgpack).await;
    let plain = desk.options();
    let address = plain.url.trim_start_matches("http://").to_owned();
    let url = format!("https://127.0.0.1:{}", proxy(address).await);
    let client = Client::connect(Options { url, ..plain }).expect("a good address");
    let mut states = client.state();
    let offline = soon(states.wait_for(|state| matches!(state, State::Offline { .. }))).await;
    let State::Offline { reason } = offline.expect("the client is there").clone() else { return };
    assert!(reason.contains("certificate"), "{reason}");
}
