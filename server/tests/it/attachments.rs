//! Files on their way to a real server: cut off, resumed after a kill, too large, in disguise, many at once;
//! read in parts, by those who may.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use hyper::{Method, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::desk::{Desk, text};
use super::http::Http;
use super::server::{House, soon};

const FILE_BYTES_MAX: usize = 30_000_000;

/// A PDF of so many bytes, in code.
fn pdf(bytes: usize) -> Vec<u8> {
    let (begin, end) = (b"%PDF-1.4\n".as_slice(), b"\n%%EOF\n".as_slice());
    let filler =
        (0..bytes - begin.len() - end.len()).map(|at| b'a' + u8::try_from(at % 19).expect("a letter"));
    [begin, &filler.collect::<Vec<_>>(), end].concat()
}

/// A film of so many bytes.
fn mp4(bytes: usize) -> Vec<u8> {
    let part = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len() + 8).expect("a short box").to_be_bytes();
        [length.as_slice(), name, content].concat()
    };
    let head = [part(b"ftyp", b"isom\0\0\x02\0isommp42"), part(b"moov", &[0; 40])].concat();
    let film: Vec<u8> =
        (0..bytes - head.len() - 8).map(|at| u8::try_from(at % 251).expect("a byte")).collect();
    [head, part(b"mdat", &film)].concat()
}

/// Somebody with files.
struct Sender<'a> {
    http: &'a Http,
    token: String,
}

impl<'a> Sender<'a> {
    fn new(desk: &'a Desk, token: &str) -> Self {
        Self { http: &desk.http, token: format!("Bearer {token}") }
    }

    async fn announce(&self, name: &str, bytes: usize) -> Response<Bytes> {
        let body = json!({ "name": name, "bytes": bytes }).to_string();
        self.http.raw(Method::POST, "/v1/attachments", &[("authorization", &self.token)], body).await
    }

    async fn begin(&self, name: &str, bytes: usize) -> String {
        let answer = self.announce(name, bytes).await;
        assert_eq!(answer.status(), 201, "{answer:?}");
        let told = json_of(&answer);
        assert_eq!((&told["offset"], &told["bytes"]), (&json!(0), &json!(bytes)));
        let path = format!("/v1/attachments/{}", text(&told["attachment_id"]));
        assert_eq!(answer.headers()["location"], path.as_str());
        path
    }

    async fn piece(&self, path: &str, at: usize, piece: &[u8]) -> Response<Bytes> {
        let at = at.to_string();
        let headers = [("authorization", self.token.as_str()), ("upload-offset", &at)];
        self.http.raw(Method::PATCH, path, &headers, piece.to_vec()).await
    }

    async fn whole(&self, name: &str, file: &[u8]) -> (String, Value) {
        let path = self.begin(name, file.len()).await;
        let answer = self.piece(&path, 0, file).await;
        assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(answer.body()));
        (path, json_of(&answer)["attachment"].clone())
    }

    async fn offset(&self, path: &str) -> usize {
        let answer = self.ask(Method::HEAD, path, &[]).await;
        assert_eq!(answer.status(), 200);
        answer.headers()["upload-offset"].to_str().expect("a text").parse().expect("a number")
    }

    async fn ask(&self, method: Method, path: &str, more: &[(&str, &str)]) -> Response<Bytes> {
        let headers: Vec<_> = [("authorization", self.token.as_str())].iter().chain(more).copied().collect();
        self.http.raw(method, path, &headers, Bytes::new()).await
    }

    /// A piece on a connection that is lost after `arrives` of its bytes, once the server has `until`.
    async fn lose(&self, path: &str, at: usize, piece: &[u8], arrives: usize, until: usize) {
        let mut tcp = self.open(path, at, &format!("content-length: {}", piece.len())).await;
        tcp.write_all(&piece[..arrives]).await.expect("it is taken");
        soon(async {
            while self.offset(path).await < until {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        drop(tcp);
    }

    async fn open(&self, path: &str, at: usize, header: &str) -> TcpStream {
        let mut tcp = TcpStream::connect(self.http.address()).await.expect("the server is there");
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nhost: desk\r\nauthorization: {}\r\nupload-offset: {at}\r\n{header}\r\n\r\n",
            self.token
        );
        tcp.write_all(head.as_bytes()).await.expect("it is taken");
        tcp
    }
}

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or_else(|_| panic!("no JSON: {answer:?}"))
}

/// A problem's status and code.
fn problem(answer: &Response<Bytes>) -> (u16, String) {
    (answer.status().as_u16(), text(&json_of(answer)["code"]))
}

fn spooled(house: &House) -> usize {
    let Ok(workspaces) = std::fs::read_dir(house.data().join("uploads")) else { return 0 };
    let files =
        workspaces.flat_map(|folder| std::fs::read_dir(folder.expect("a folder").path()).expect("files"));
    files.count()
}

#[tokio::test]
async fn a_lost_connection_and_a_killed_server_cost_a_piece_and_not_the_file() {
    let (house, server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = pdf(12_000_000);
    let path = sender.begin("long.pdf", file.len()).await;
    sender.lose(&path, 0, &file, 5_000_000, 4_900_000).await;
    let offset = soon(async {
        loop {
            let answer = sender.piece(&path, sender.offset(&path).await, b"").await;
            if answer.status() == 200 {
                break usize::try_from(json_of(&answer)["offset"].as_u64().expect("a number"))
                    .expect("small");
            }
        }
    })
    .await;
    assert!((4_900_000..=5_000_000).contains(&offset), "{offset}");
    let mut tcp = sender.open(&path, offset, &format!("content-length: {}", file.len() - offset)).await;
    tcp.write_all(&file[offset..offset + 5_000_000]).await.expect("it is taken");
    soon(async {
        while sender.offset(&path).await < offset + 4_900_000 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    server.kill();
    let _server = house.start().await;
    let sender = Sender { http: &Http::to(house.address()), ..Sender::new(&desk, &desk.admin) };
    let kept = sender.offset(&path).await;
    assert!(kept >= offset, "what was told is kept: {kept} of {offset}");
    let answer = sender.piece(&path, kept, &file[kept..]).await;
    assert_eq!(json_of(&answer)["attachment"]["media_type"], "application/pdf", "{answer:?}");
    let read = sender.ask(Method::GET, &path, &[]).await;
    assert!(read.body() == &file, "it is the same file");
}

#[tokio::test]
async fn what_is_read_is_a_file_and_never_a_page() {
    let (_house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = mp4(200_000);
    let (path, attachment) = sender.whole("../été\";\r\n\u{202e}x.mp4", &file).await;
    assert_eq!(
        (&attachment["kind"], &attachment["media_type"], &attachment["name"], &attachment["state"]),
        (&json!("video"), &json!("video/mp4"), &json!("été\";x.mp4"), &json!("stored"))
    );
    let read = sender.ask(Method::GET, &path, &[]).await;
    assert_eq!(read.status(), 200);
    for (name, value) in [
        ("content-type", "video/mp4"),
        ("content-length", "200000"),
        (
            "content-disposition",
            "attachment; filename=\"_t___x.mp4\"; filename*=UTF-8''%C3%A9t%C3%A9%22%3Bx.mp4",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, no-store"),
        ("x-robots-tag", "noindex, noarchive"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(read.headers().get(name).expect(name), value);
    }
    assert!(read.body() == &file);
    let part = sender.ask(Method::GET, &path, &[("range", "bytes=1000-1999")]).await;
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 1000-1999/200000".parse().expect("a header"))
    );
    assert!(part.body() == &file[1_000..2_000]);
    let beyond = sender.ask(Method::GET, &path, &[("range", "bytes=200000-")]).await;
    assert_eq!(
        (beyond.status().as_u16(), &beyond.headers()["content-range"]),
        (416, &"bytes */200000".parse().expect("a header"))
    );
    let head = sender.ask(Method::HEAD, &path, &[]).await;
    assert_eq!(
        (&head.headers()["content-length"], &head.headers()["upload-offset"]),
        (&"200000".parse().expect("a header"), &"200000".parse().expect("a header"))
    );
    assert_eq!(sender.ask(Method::GET, &format!("{path}/thumbnail"), &[]).await.status(), 404);
}

#[tokio::test]
async fn a_file_is_its_senders_alone_until_it_is_sent() {
    let (house, _server, desk) = Desk::open().await;
    let ben = desk.hire("Ben", "agent").await;
    let neighbour = Desk::found(&house).await;
    let sender = Sender::new(&desk, &ben.token);
    let (path, _) = sender.whole("devis.pdf", &pdf(1_000)).await;
    let unfinished = sender.begin("half.pdf", 1_000).await;
    let answer = sender.ask(Method::GET, &unfinished, &[]).await;
    assert_eq!(problem(&answer), (409, "attachment_incomplete".to_owned()));
    for token in [&desk.admin, &neighbour.admin] {
        let other = Sender::new(&desk, token);
        for path in [
            path.clone(),
            unfinished.clone(),
            "/v1/attachments/att_x".to_owned(),
            format!("{path}/thumbnail"),
        ] {
            let answer = other.ask(Method::GET, &path, &[]).await;
            assert_eq!(problem(&answer), (404, "attachment_not_found".to_owned()));
        }
        assert_eq!(other.piece(&unfinished, 0, b"%PDF-").await.status(), 404);
        assert_eq!(other.ask(Method::DELETE, &path, &[]).await.status(), 404);
        assert_eq!(other.ask(Method::HEAD, &path, &[]).await.status(), 404);
    }
    let stranger = Sender { http: &desk.http, token: "Bearer plr_AAAA".to_owned() };
    assert_eq!(stranger.ask(Method::GET, &path, &[]).await.status(), 401);
    assert_eq!(stranger.announce("x", 1).await.status(), 401);
    let reader = desk.hire("Tess", "template_agent").await;
    let refused = Sender::new(&desk, &reader.token).announce("x.pdf", 1).await;
    assert_eq!(problem(&refused), (403, "not_allowed".to_owned()));
    assert_eq!(sender.ask(Method::GET, &path, &[]).await.status(), 200);
}

#[tokio::test]
async fn one_byte_more_than_allowed_leaves_nothing() {
    let (house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let refused = sender.announce("large.pdf", FILE_BYTES_MAX + 1).await;
    assert_eq!(problem(&refused), (413, "attachment_too_large".to_owned()));
    assert_eq!(json_of(&refused)["details"]["max"], FILE_BYTES_MAX);
    assert_eq!(problem(&sender.announce("empty.pdf", 0).await), (422, "field_empty".to_owned()));
    let path = sender.begin("large.pdf", FILE_BYTES_MAX).await;
    let mut tcp = sender.open(&path, 0, "transfer-encoding: chunked").await;
    let file = pdf(FILE_BYTES_MAX + 1);
    for piece in file.chunks(1 << 20) {
        let size = format!("{:x}\r\n", piece.len());
        // The server may hang up as soon as it is too much.
        for bytes in [size.as_bytes(), piece, b"\r\n"] {
            tcp.write_all(bytes).await.ok();
        }
    }
    let mut answer = vec![0; 12];
    soon(tcp.read_exact(&mut answer)).await.expect("it is told");
    assert_eq!(answer, b"HTTP/1.1 413");
    soon(async {
        while spooled(&house) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(sender.ask(Method::HEAD, &path, &[]).await.status(), 404);
    let path = sender.begin("short.pdf", 100).await;
    assert_eq!(problem(&sender.piece(&path, 0, &pdf(101)).await).1, "attachment_too_large");
    let (path, _) = sender
        .whole("largest.pdf", &file[..0].iter().copied().chain(pdf(FILE_BYTES_MAX)).collect::<Vec<_>>())
        .await;
    assert_eq!(sender.ask(Method::HEAD, &path, &[]).await.headers()["content-length"], "30000000");
}

#[tokio::test]
async fn a_file_in_disguise_is_refused_by_what_it_is() {
    let (house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let archive = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    for (name, file) in [
        ("photo.jpg", b"<html><body><script>alert(1)</script></body></html>".repeat(4)),
        ("photo.png", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".repeat(4)),
        ("devis.pdf", [pdf(500), archive].concat()),
        ("devis.pdf", [vec![b' '; 1_000], pdf(500)].concat()),
        ("film.mp4", [mp4(500), b"<html>".to_vec()].concat()),
        ("note.txt", b"hello".to_vec()),
    ] {
        let path = sender.begin(name, file.len()).await;
        let refused = sender.piece(&path, 0, &file).await;
        assert_eq!(problem(&refused), (415, "unsupported_file".to_owned()), "{name}");
        assert!(json_of(&refused)["details"]["found"].is_string());
        assert_eq!(sender.ask(Method::HEAD, &path, &[]).await.status(), 404);
    }
    let path = sender.begin("packed.pdf", 100).await;
    let headers =
        [("authorization", sender.token.as_str()), ("upload-offset", "0"), ("content-encoding", "gzip")];
    let refused = desk.http.raw(Method::PATCH, &path, &headers, vec![0x1f, 0x8b]).await;
    assert_eq!(refused.status(), 415);
    assert_eq!(sender.ask(Method::DELETE, &path, &[]).await.status(), 204);
    assert_eq!(spooled(&house), 0, "nothing of them is left");
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_gone_while_it_arrives() {
    let (house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let path = sender.begin("large.pdf", 1_000_000).await;
    let mut tcp = sender.open(&path, 0, "content-length: 1000000").await;
    tcp.write_all(&pdf(200_000)).await.expect("it is taken");
    assert_eq!(sender.ask(Method::DELETE, &path, &[]).await.status(), 204);
    let mut answer = vec![0; 12];
    soon(tcp.read_exact(&mut answer)).await.expect("it is told");
    assert!(answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(spooled(&house), 0);
    assert_eq!(problem(&sender.piece(&path, 0, b"%PDF-").await).1, "attachment_not_found");
}

#[tokio::test]
async fn an_offset_that_is_not_the_uploads_is_told_the_right_one() {
    let (_house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = pdf(1_000);
    let path = sender.begin("devis.pdf", file.len()).await;
    sender.piece(&path, 0, &file[..400]).await;
    for wrong in [0, 399, 401, 100_000_000] {
        let answer = sender.piece(&path, wrong, &file[400..500]).await;
        assert_eq!(problem(&answer), (409, "upload_offset".to_owned()));
        assert_eq!(json_of(&answer)["details"]["offset"], 400);
    }
    let headers = [("authorization", sender.token.as_str())];
    let silent = desk.http.raw(Method::PATCH, &path, &headers, Bytes::new()).await;
    assert_eq!(problem(&silent), (400, "invalid_params".to_owned()));
    assert_eq!(sender.piece(&path, 400, &file[400..]).await.status(), 200);
}

#[tokio::test]
async fn a_thousand_slow_uploads_disturb_nobody_and_cost_little() {
    let (_house, server, desk) = Desk::open_in(House::for_load()).await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = pdf(1_000_000);
    let mut paths = Vec::new();
    for _ in 0..1_000 {
        paths.push(sender.begin("slow.pdf", file.len()).await);
    }
    let before = server.resident_kib();
    let mut opened = Vec::new();
    // Not all in one moment: a busy machine would read the last heads too late for the server's patience.
    for some in paths.chunks(100) {
        let begun = some.iter().map(|path| async {
            let mut tcp = sender.open(path, 0, "content-length: 1000000").await;
            tcp.write_all(&file[..100_000]).await.expect("it is taken");
            tcp
        });
        opened.extend(join_all(begun).await);
        soon(async {
            for path in some {
                while sender.offset(path).await < 65_536 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        })
        .await;
    }
    let each = server.resident_kib().saturating_sub(before) / 1_000;
    assert!(each < 256, "{each} KiB an upload");
    let (path, _) = sender.whole("quick.pdf", &pdf(100_000)).await;
    assert_eq!(sender.ask(Method::GET, &path, &[]).await.status(), 200);
    drop(opened);
}

#[tokio::test]
async fn a_link_that_stands_for_nothing_says_so_in_the_readers_language() {
    let (_house, _server, desk) = Desk::open().await;
    let headers = [("accept-language", "fr")];
    let answer = desk.http.raw(Method::GET, "/a/AAAAAAAAAAAAAAAAAAAAAA", &headers, Bytes::new()).await;
    assert_eq!(answer.status(), 404);
    assert!(String::from_utf8_lossy(answer.body()).contains("Ce lien ne mène nulle part"));
    let look = desk.http.raw(Method::GET, "/a/look.css", &[], Bytes::new()).await;
    assert_eq!(
        (look.status().as_u16(), &look.headers()["content-type"]),
        (200, &"text/css; charset=utf-8".parse().expect("a header"))
    );
}

#[tokio::test]
async fn what_was_sent_stays_when_the_same_file_is_given_up() {
    let (_house, _server, desk) = Desk::open().await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = pdf(5_000);
    let (sent, told) = sender.whole("devis.pdf", &file).await;
    let conversation = desk.start("+33639980101").await;
    let params = json!({ "conversation_id": conversation, "attachment_id": told["attachment_id"] });
    desk.act("message.send", params).await;
    let (twin, _) = sender.whole("devis.pdf", &file).await;
    assert_eq!(sender.ask(Method::DELETE, &twin, &[]).await.status(), 204);
    let answer = sender.ask(Method::GET, &sent, &[]).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, file.len()));
}

#[tokio::test]
async fn the_file_of_a_send_that_was_undone_is_sent_again() {
    let (_house, _server, desk) = Desk::open().await;
    desk.act("workspace.change", json!({ "hold_ms": 30_000 })).await;
    let sender = Sender::new(&desk, &desk.admin);
    let file = pdf(5_000);
    let (path, told) = sender.whole("devis.pdf", &file).await;
    let conversation = desk.start("+33639980102").await;
    let params = json!({ "conversation_id": conversation, "attachment_id": told["attachment_id"] });
    for _ in 0..2 {
        let held = desk.act("message.send", params.clone()).await;
        desk.act("message.cancel", json!({ "message_id": held["message_id"] })).await;
        assert_eq!(sender.ask(Method::GET, &path, &[]).await.status(), 200, "it is still there");
    }
    desk.act("workspace.change", json!({ "hold_ms": 0 })).await;
    desk.act("message.send", params).await;
    let answer = sender.ask(Method::GET, &path, &[]).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, file.len()));
}

#[tokio::test]
async fn a_signed_in_browser_reads_a_file_without_telling_its_page() {
    let (_house, _server, desk) = Desk::open().await;
    let (path, _) = Sender::new(&desk, &desk.admin).whole("devis.pdf", &pdf(5_000)).await;
    let origin = format!("http://{}", desk.http.address());
    let body = json!({ "token": desk.admin }).to_string();
    let signed_in = desk.http.raw(Method::POST, "/v1/session", &[("origin", &origin)], body).await;
    let set = signed_in.headers()["set-cookie"].to_str().expect("a text").to_owned();
    let cookie = set.split(';').next().expect("a cookie");
    for method in [Method::GET, Method::HEAD] {
        let answer = desk.http.raw(method, &path, &[("cookie", cookie)], Bytes::new()).await;
        assert_eq!(answer.status(), 200);
    }
    let foreign = [("cookie", cookie), ("origin", "https://evil.example")];
    assert_eq!(desk.http.raw(Method::GET, &path, &foreign, Bytes::new()).await.status(), 403);
}
