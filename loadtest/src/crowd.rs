//! Many connections that listen: they count, time and judge what they are told, and look at nothing else. They
//! publish nothing; what they count stands in one [`Tally`].

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::mark::{Marks, Moment};
use crate::raw;
use crate::socket::{Kind, Piece, Socket};

pub(crate) mod tally;
pub(crate) mod tongue;

use tally::{Order, Place, Tally};
use tongue::{Joined, Step, Tongue};

/// Connections that are being opened at once where nobody is cut: fewer than any server lets wait, since a handshake
/// that does not fit in comes back a second later.
const DIALLING_MAX: usize = 128;
/// Frames up to this length may be a ping of ours.
const PING_BYTES_MAX: usize = 160;
/// What is read before a connection is in: a snapshot.
const JOIN_BYTES_MAX: usize = 32 << 20;

/// Where a crowd listens.
#[derive(Debug, Clone)]
pub(crate) struct Venue {
    pub(crate) address: SocketAddr,
    pub(crate) tongue: Tongue,
}

/// A socket that has said what has to be said, and what it was told then.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: Socket,
    pub(crate) joined: Joined,
}

impl Listener {
    /// Comes in as the `n`th; with what it learnt at its last visit, it resumes.
    pub(crate) async fn join(place: &Venue, n: usize, before: Option<&Joined>) -> anyhow::Result<Self> {
        let mut socket = Socket::dial(place.address, place.tongue.listening()).await?;
        let mut joined = Joined::default();
        for step in place.tongue.join(n, before) {
            match step {
                Step::Say(kind, bytes) => socket.send(kind, &bytes).await?,
                Step::Hear(needle) => hear(&mut socket, &place.tongue, &needle, &mut joined).await?,
            }
        }
        Ok(Self { socket, joined })
    }

    /// Reads on until it holds a cursor from behind a message with `needle`.
    async fn settle(&mut self, tongue: &Tongue, needle: &[u8]) -> anyhow::Result<()> {
        let Self { socket, joined } = self;
        let (mut message, mut is_behind, mut is_settled, mut is_closed) = (Vec::new(), false, false, None);
        while !is_settled {
            socket
                .read(&mut |piece| match piece {
                    Piece::Part(part) => message.extend_from_slice(part),
                    Piece::End => {
                        tongue.learn(&message, joined);
                        is_behind |= raw::contains(&message, needle);
                        is_settled |= is_behind && raw::is(&message, b"checkpoint");
                        message.clear();
                    }
                    Piece::Ping(_) => {}
                    Piece::Close(code) => is_closed = Some(closing(code)),
                })
                .await?;
            if let Some(why) = is_closed {
                anyhow::bail!("the server closed a connection: {why}");
            }
        }
        Ok(())
    }

    pub(crate) fn cut(self) {
        self.socket.cut();
    }
}

/// What is said so that everybody is told how far they are.
const SETTLED: &str = "everybody is in";
/// How often it is said: part of it may be lost with what a listener read before.
const SAID_EVERY: Duration = Duration::from_millis(500);
/// A server that is alive has told everybody sooner.
const SETTLING_MAX: Duration = Duration::from_secs(60);

/// Lets everybody read whatever there is and get the cursor that a client of ours has a second after the last event;
/// other servers' clients have nothing of the kind.
pub(crate) async fn settle(listeners: &mut [Listener], venue: &Venue) -> anyhow::Result<()> {
    if !venue.tongue.is_ours() {
        return Ok(());
    }
    let socket = greeted(venue).await?;
    let everybody = listeners.iter_mut().map(|one| one.settle(&venue.tongue, SETTLED.as_bytes()));
    let everybody = futures_util::future::try_join_all(everybody);
    let saying = async {
        loop {
            let (kind, message) = venue.tongue.say(SETTLED);
            if let Err(error) = socket.send(kind, &message).await {
                break error;
            }
            tokio::time::sleep(SAID_EVERY).await;
        }
    };
    tokio::select! {
        settled = tokio::time::timeout(SETTLING_MAX, everybody) => {
            settled.map_err(|_| anyhow::anyhow!("not everybody was told how far they are"))??;
            Ok(())
        }
        error = saying => Err(error),
    }
}

/// A connection that may publish.
pub(crate) async fn greeted(venue: &Venue) -> anyhow::Result<Socket> {
    let mut socket = Socket::dial(venue.address, venue.tongue.publishing()).await?;
    for step in venue.tongue.greet() {
        match step {
            Step::Say(kind, bytes) => socket.send(kind, &bytes).await?,
            Step::Hear(needle) => {
                hear(&mut socket, &venue.tongue, &needle, &mut Joined::default()).await?;
            }
        }
    }
    Ok(socket)
}

/// Reads on until a message holds `needle`.
pub(crate) async fn hear(
    socket: &mut Socket,
    tongue: &Tongue,
    needle: &[u8],
    joined: &mut Joined,
) -> anyhow::Result<()> {
    let (mut message, mut read, mut is_heard, mut is_closed) = (Vec::new(), 0, false, None);
    joined.rest.clear();
    while !is_heard {
        socket
            .read(&mut |piece| match piece {
                Piece::Part(part) if is_heard => joined.rest.extend_from_slice(part),
                Piece::Part(part) => {
                    read += part.len();
                    message.extend_from_slice(part);
                }
                Piece::End if is_heard => {}
                Piece::End => {
                    tongue.learn(&message, joined);
                    is_heard |= raw::contains(&message, needle);
                    message.clear();
                }
                Piece::Ping(_) => {}
                Piece::Close(code) => is_closed = Some(closing(code)),
            })
            .await?;
        if let Some(why) = is_closed {
            anyhow::bail!("the server closed the connection at its door: {why}");
        }
        anyhow::ensure!(read < JOIN_BYTES_MAX, "the server never let the connection in");
    }
    Ok(())
}

/// A close frame's code and reason, in words.
fn closing(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            format!("{code} {}", String::from_utf8_lossy(reason))
        }
        _ => "no code".to_owned(),
    }
}

/// Opens `count` listeners, [`DIALLING_MAX`] at once.
pub(crate) async fn join_all(place: &Venue, count: usize) -> anyhow::Result<Vec<Listener>> {
    let joining = (0..count).map(|n| Listener::join(place, n, None));
    futures_util::stream::iter(joining).buffered(DIALLING_MAX).try_collect().await
}

/// Lets everybody come back who was there before, all at the same moment.
pub(crate) async fn come_back(place: &Venue, before: &[Joined]) -> anyhow::Result<Vec<Listener>> {
    let joining = before.iter().enumerate().map(|(n, before)| Listener::join(place, n, Some(before)));
    futures_util::future::try_join_all(joining).await
}

/// Listeners at work.
#[derive(Debug)]
pub(crate) struct Crowd {
    tally: Arc<Mutex<Tally>>,
    told: watch::Receiver<u64>,
    listening: JoinSet<anyhow::Result<()>>,
}

impl Crowd {
    /// Lets all listen, from message `first` on.
    pub(crate) fn listen(listeners: Vec<Listener>, tongue: &Tongue, first: u32, order: Order) -> Self {
        let (tell, told) = watch::channel(u64::from(first));
        let tally = Arc::new(Mutex::new(Tally::new(listeners.len(), first, tell)));
        let mut listening = JoinSet::new();
        for listener in listeners {
            let (tally, is_ours) = (Arc::clone(&tally), tongue.is_ours());
            listening.spawn(listen(listener, Place::new(first, order), is_ours, tally));
        }
        Self { tally, told, listening }
    }

    /// How many messages every listener has.
    pub(crate) fn told(&self) -> watch::Receiver<u64> {
        self.told.clone()
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Tally) -> T) -> T {
        look(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The first reason for which somebody hung up, if one did.
    pub(crate) fn hung_up(&mut self) -> Option<String> {
        match self.listening.try_join_next()? {
            Ok(Ok(())) => Some("a listener ended".to_owned()),
            Ok(Err(error)) => Some(format!("{error:#}")),
            Err(error) => Some(error.to_string()),
        }
    }
}

async fn listen(
    listener: Listener,
    mut place: Place,
    is_ours: bool,
    tally: Arc<Mutex<Tally>>,
) -> anyhow::Result<()> {
    let (mut socket, mut marks) = (listener.socket, Marks::default());
    let now = Moment::now();
    marks.read(&listener.joined.rest, |mark| {
        tally.lock().unwrap_or_else(PoisonError::into_inner).take(&mut place, mark, now);
    });
    let (mut short, mut pings, mut is_closed) = (Vec::new(), Vec::new(), None);
    loop {
        {
            let (tally, mut now) = (&tally, None);
            socket
                .read(&mut |piece| match piece {
                    Piece::Part(part) => {
                        if is_ours {
                            short.extend_from_slice(&part[..part.len().min(PING_BYTES_MAX)]);
                        }
                        marks.read(part, |mark| {
                            let now = *now.get_or_insert_with(Moment::now);
                            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                            tally.take(&mut place, mark, now);
                        });
                    }
                    Piece::End => {
                        if is_ours && raw::is(&short, b"ping") {
                            pings.push((Kind::Binary, raw::pong()));
                        }
                        short.clear();
                    }
                    Piece::Ping(ping) => pings.push((Kind::Pong, ping.to_vec())),
                    Piece::Close(code) => is_closed = Some(closing(code)),
                })
                .await?;
        }
        if let Some(why) = is_closed {
            anyhow::bail!("the server closed a connection: {why}");
        }
        for (kind, bytes) in pings.drain(..) {
            socket.send(kind, &bytes).await?;
        }
    }
}
