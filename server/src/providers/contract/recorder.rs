//! A server that notes what it is asked and answers as it is told: well, badly, late, twice, or never.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Bytes of a huge answer: more than anybody reads.
const HUGE_BYTES: usize = 4 << 20;
/// Bytes of one request.
const REQUEST_BYTES_MAX: usize = 8 << 20;

/// How requests are answered.
#[derive(Debug, Clone)]
pub(in crate::providers) enum Behaviour {
    Hang,
    CloseAtOnce,
    Answer(Scripted),
}

/// An answer, and how it is spoilt.
#[derive(Debug, Clone)]
pub(in crate::providers) struct Scripted {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    manner: Manner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Whole,
    Cut,
    Dribbled,
    Huge,
    Twice,
}

/// One request as it was heard.
#[derive(Debug, Clone)]
pub(in crate::providers) struct Heard {
    pub(in crate::providers) method: String,
    /// With its query.
    pub(in crate::providers) path: String,
    pub(in crate::providers) headers: Vec<(String, String)>,
    pub(in crate::providers) body: Vec<u8>,
}

impl Heard {
    pub(in crate::providers) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl Behaviour {
    pub(in crate::providers) fn answer(status: u16, body: &str) -> Self {
        Self::Answer(Scripted { status, headers: Vec::new(), body: body.to_owned(), manner: Manner::Whole })
    }

    pub(in crate::providers) fn redirect(to: &str) -> Self {
        Self::answer(302, "").and("location", to)
    }

    pub(in crate::providers) fn of_type(self, media_type: &str) -> Self {
        self.and("content-type", media_type)
    }

    pub(in crate::providers) fn and(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer(scripted) = &mut self {
            scripted.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub(super) fn cut(self) -> Self {
        self.in_manner(Manner::Cut)
    }

    pub(super) fn dribbled(self) -> Self {
        self.in_manner(Manner::Dribbled)
    }

    pub(super) fn huge(self) -> Self {
        self.in_manner(Manner::Huge)
    }

    pub(super) fn twice(self) -> Self {
        self.in_manner(Manner::Twice)
    }

    fn in_manner(mut self, manner: Manner) -> Self {
        if let Self::Answer(scripted) = &mut self {
            scripted.manner = manner;
        }
        self
    }
}

/// The server; it ends when it is dropped.
pub(in crate::providers) struct Recorder {
    base: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    behaviour: Arc<Mutex<Behaviour>>,
    listening: JoinHandle<()>,
}

impl Recorder {
    pub(in crate::providers) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (heard, behaviour) = (Arc::default(), Arc::new(Mutex::new(behaviour)));
        let listening = tokio::spawn(listen(listener, Arc::clone(&heard), Arc::clone(&behaviour)));
        Self { base, heard, behaviour, listening }
    }

    pub(in crate::providers) fn base(&self) -> String {
        self.base.clone()
    }

    pub(in crate::providers) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic").clone()
    }

    pub(in crate::providers) fn behave_from_here(&self, behaviour: Behaviour) {
        *self.behaviour.lock().expect("no panic") = behaviour;
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, heard: Arc<Mutex<Vec<Heard>>>, behaviour: Arc<Mutex<Behaviour>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (heard, behaviour) = (Arc::clone(&heard), Arc::clone(&behaviour));
        tokio::spawn(async move {
            // The other side may go at any time: that is part of what is tested.
            let _gone = serve(stream, &heard, &behaviour).await.is_none();
        });
    }
}

async fn serve(mut stream: TcpStream, heard: &Mutex<Vec<Heard>>, behaviour: &Mutex<Behaviour>) -> Option<()> {
    loop {
        let request = read(&mut stream).await?;
        heard.lock().expect("no panic").push(request);
        let behaviour = behaviour.lock().expect("no panic").clone();
        match behaviour {
            Behaviour::Hang => std::future::pending::<()>().await,
            Behaviour::CloseAtOnce => return Some(()),
            Behaviour::Answer(scripted) => scripted.say(&mut stream).await?,
        }
    }
}

impl Scripted {
    async fn say(&self, stream: &mut TcpStream) -> Option<()> {
        let body = match self.manner {
            Manner::Huge => " ".repeat(HUGE_BYTES) + &self.body,
            Manner::Whole | Manner::Cut | Manner::Dribbled | Manner::Twice => self.body.clone(),
        };
        let mut answer = format!("HTTP/1.1 {} x\r\ncontent-length: {}\r\n", self.status, body.len());
        for (name, value) in &self.headers {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        answer.push_str("\r\n");
        stream.write_all(answer.as_bytes()).await.ok()?;
        match self.manner {
            Manner::Whole | Manner::Huge => stream.write_all(body.as_bytes()).await.ok(),
            Manner::Twice => stream.write_all(format!("{body}{answer}{body}").as_bytes()).await.ok(),
            Manner::Cut => {
                stream.write_all(&body.as_bytes()[..body.len() / 2]).await.ok()?;
                None
            }
            Manner::Dribbled => {
                for byte in body.as_bytes() {
                    stream.write_all(&[*byte]).await.ok()?;
                    stream.flush().await.ok()?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Some(())
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |line: &str| {
        line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let mut rest = bytes.split_off(end + 4);
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let body = match length.and_then(|(_, length)| length.parse::<usize>().ok()) {
        Some(length) => {
            while rest.len() < length {
                more(stream, &mut rest).await?;
            }
            rest
        }
        None if headers.iter().any(|(name, _)| name == "transfer-encoding") => chunks(stream, rest).await?,
        None => Vec::new(),
    };
    Some(Heard { method, path, headers, body })
}

async fn chunks(stream: &mut TcpStream, mut rest: Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = find(&rest, b"\r\n") {
                break end;
            }
            more(stream, &mut rest).await?;
        };
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        while rest.len() < end + 2 + length + 2 {
            more(stream, &mut rest).await?;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest.drain(..end + 2 + length + 2);
        if length == 0 {
            return Some(body);
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 16 << 10];
    let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
    bytes.extend_from_slice(&piece[..read]);
    (bytes.len() <= REQUEST_BYTES_MAX).then_some(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
