//! The message centre of our own tests against Kannel: what it hears, answers and hands over is understood by a
//! client that others wrote.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use parloir_fixtures::smsc::{Act, Smsc, part, receipt, receipt_of, submitted_text, text};
use reqwest::Client;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Running, client, free_port, until};

const OURS: &str = "+33600000099";
const PHONE: &str = "+33639980123";

/// Both boxes of Kannel; they end when it is dropped.
struct Kannel {
    client: Client,
    send: u16,
    hook: u16,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
    _boxes: [Running; 2],
}

impl Kannel {
    async fn start(smsc: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let hook = listener.local_addr().expect("it is bound").port();
        let (asked, send) = (Arc::default(), free_port());
        tokio::spawn(listen(listener, Arc::clone(&asked)));
        let config = folder.path().join("kannel.conf");
        let door = free_port();
        std::fs::write(&config, configuration(smsc, send, hook, door)).expect("written");
        let bearerbox = start("bearerbox", &config);
        // The other one gives up where it finds nobody.
        until_open(door).await;
        let boxes = [bearerbox, start("smsbox", &config)];
        let kannel = Self { client: client(), send, hook, asked, _folder: folder, _boxes: boxes };
        until_open(send).await;
        kannel
    }

    /// Asks Kannel to send a text, with receipts of every kind.
    async fn send(&self, words: &str, coding: &str) {
        let hook = format!("http://127.0.0.1:{}/receipt?kind=%d", self.hook);
        let query = [
            ("username", "desk"),
            ("password", "hush"),
            ("from", OURS),
            ("to", PHONE),
            ("text", words),
            ("charset", "UTF-8"),
            ("coding", coding),
            ("dlr-mask", "31"),
            ("dlr-url", &hook),
        ];
        let query: Vec<String> =
            query.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
        let url = format!("http://127.0.0.1:{}/cgi-bin/sendsms?{}", self.send, query.join("&"));
        let answer = self.client.get(url).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 202, "{:?}", answer.text().await);
    }

    /// Waits until Kannel asked for an address with these words in it.
    async fn until_asked(&self, words: &str) -> String {
        let look = async || {
            let asked = self.asked.lock().expect("no panic");
            asked.iter().find(|path| path.contains(words)).cloned()
        };
        until(words, look).await
    }
}

fn start(name: &str, config: &Path) -> Running {
    let path = std::env::var("PARLOIR_KANNEL").expect("PARLOIR_KANNEL names the folder of Kannel's boxes");
    let started = Command::new(Path::new(&path).join(name))
        .args(["-v", "4"])
        .arg(config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Running(started.unwrap_or_else(|error| panic!("{name} starts: {error}")))
}

async fn until_open(port: u16) {
    until("Kannel listens", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
}

fn configuration(smsc: u16, send: u16, hook: u16, door: u16) -> String {
    let admin = free_port();
    format!(
        "group = core\nadmin-port = {admin}\nadmin-password = hush\nsmsbox-port = {door}\n\
         box-allow-ip = 127.0.0.1\n\n\
         group = smsc\nsmsc = smpp\nsmsc-id = centre\nhost = 127.0.0.1\nport = {smsc}\nsmsc-username = desk\n\
         smsc-password = hush\nsystem-type = \"\"\ntransceiver-mode = true\nenquire-link-interval = 5\n\n\
         group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {send}\n\n\
         group = sendsms-user\nusername = desk\npassword = hush\nconcatenation = true\nmax-messages = 9\n\n\
         group = sms-service\nkeyword = default\nmax-messages = 0\nconcatenation = true\ncatch-all = true\n\
         get-url = \"http://127.0.0.1:{hook}/phone?from=%p&to=%P&text=%a&coding=%c&charset=%C\"\n"
    )
}

fn escaped(text: &str) -> String {
    let escape = |byte: &u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.as_bytes().iter().map(escape).collect()
}

/// How Kannel writes a text that came in UCS-2.
fn wide(text: &str) -> String {
    text.chars().map(|character| format!("%00{character}")).collect()
}

/// Notes what is asked for, and says nothing to it.
async fn listen(listener: TcpListener, asked: Arc<Mutex<Vec<String>>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut bytes = Vec::new();
        while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
            let mut piece = [0; 4096];
            match stream.read(&mut piece).await {
                Ok(read @ 1..) => bytes.extend_from_slice(&piece[..read]),
                Ok(_) | Err(_) => break,
            }
        }
        let head = String::from_utf8_lossy(&bytes).into_owned();
        asked.lock().expect("no panic").extend(head.split(' ').nth(1).map(str::to_owned));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).await.ok();
    }
}

#[tokio::test]
async fn the_message_centre_of_our_tests_is_one_to_kannel() {
    let smsc = Smsc::open().await;
    smsc.behave(|nth, _| Act::AcceptAs(format!("k{nth}")));
    let kannel = Kannel::start(smsc.address().port()).await;
    smsc.until_bound(1).await;

    kannel.send("Bonjour", "0").await;
    smsc.until_heard(1).await;
    let first = smsc.submitted()[0].clone();
    assert_eq!(submitted_text(&first).0, b"Bonjour");
    assert_eq!(u8::from(first.registered_delivery) & 1, 1);
    kannel.until_asked("kind=8").await;
    assert_eq!(smsc.deliver(receipt(PHONE, OURS, "k0", "DELIVRD")).await, Some(0));
    kannel.until_asked("kind=1").await;

    kannel.send("Ça coûte 5 € \u{1f44b}", "2").await;
    smsc.until_heard(2).await;
    let octets: Vec<u8> = "Ça coûte 5 € \u{1f44b}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(submitted_text(&smsc.submitted()[1]).0, octets);
    assert_eq!(smsc.deliver(receipt_of(PHONE, OURS, "k1", 5)).await, Some(0));
    kannel.until_asked("kind=2").await;

    kannel.send(&"a".repeat(400), "0").await;
    smsc.until_heard(5).await;
    let parts: Vec<_> = smsc.submitted()[2..].iter().map(submitted_text).collect();
    assert_eq!(parts.iter().map(|(octets, _)| octets.len()).sum::<usize>(), 400);
    let numbers: Vec<_> =
        parts.iter().map(|(_, place)| place.map(|(_, total, number)| (total, number))).collect();
    assert_eq!(numbers, [Some((3, 1)), Some((3, 2)), Some((3, 3))]);

    assert_eq!(smsc.deliver(text(PHONE, OURS, "Merci")).await, Some(0));
    assert!(kannel.until_asked(&wide("Merci")).await.contains("from=%2B33639980123"));
    assert_eq!(smsc.deliver(part(PHONE, OURS, (7, 2, 1), "Un-et-")).await, Some(0));
    assert_eq!(smsc.deliver(part(PHONE, OURS, (7, 2, 2), "deux")).await, Some(0));
    kannel.until_asked(&wide("Un-et-deux")).await;

    smsc.behave(|_, _| Act::Refuse(0x0b));
    kannel.send("Bonjour", "0").await;
    kannel.until_asked("kind=16").await;
    smsc.hang_up().await;
    smsc.until_bound(2).await;
}
