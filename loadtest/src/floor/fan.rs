//! The least that a server can do: every message is framed once, into a ring that all share, and one task writes
//! what each listener lacks straight from there. A listener's own task wakes up only when its socket was full.

use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::{Side, accept, frame, greet};

/// Who lags further behind is let go.
const RING_BYTES_MAX: usize = 8 << 20;

#[derive(Default)]
struct Fan {
    ring: RefCell<Ring>,
    listeners: RefCell<Vec<Rc<Listener>>>,
}

#[derive(Default)]
struct Ring {
    bytes: Vec<u8>,
    /// The place of the first byte.
    from: u64,
}

struct Listener {
    tcp: TcpStream,
    /// Up to where it was written.
    at: Cell<u64>,
    state: Cell<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Flowing,
    /// A task waits until its socket takes more.
    Full,
    Gone,
}

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let (fan, local) = (Rc::new(Fan::default()), LocalSet::new());
    local
        .run_until(async {
            loop {
                let tcp = accept(&listener).await;
                tokio::task::spawn_local(attend(tcp, Rc::clone(&fan)));
            }
        })
        .await
}

async fn attend(tcp: TcpStream, fan: Rc<Fan>) {
    match greet(tcp).await {
        Some((Side::Publishes, socket)) => publish(socket, &fan).await,
        Some((Side::Listens, socket)) => {
            let at = fan.ring.borrow().end();
            let listener =
                Listener { tcp: socket.into_inner(), at: Cell::new(at), state: Cell::new(State::Flowing) };
            let listener = Rc::new(listener);
            fan.listeners.borrow_mut().push(Rc::clone(&listener));
            tokio::task::spawn_local(until_gone(listener));
        }
        None => {}
    }
}

async fn publish(mut socket: WebSocketStream<TcpStream>, fan: &Rc<Fan>) {
    while let Some(Ok(message)) = socket.next().await {
        fan.keep(message);
        while let Some(Some(Ok(more))) = socket.next().now_or_never() {
            fan.keep(more);
        }
        fan.spread();
    }
}

impl Ring {
    fn end(&self) -> u64 {
        self.from + self.bytes.len() as u64
    }

    /// What stands from `at` on; nothing when that has been overwritten.
    fn after(&self, at: u64) -> Option<&[u8]> {
        self.bytes.get(usize::try_from(at.checked_sub(self.from)?).ok()?..)
    }
}

impl Fan {
    fn keep(&self, message: Message) {
        let payload: Bytes = match message {
            Message::Text(text) => text.into(),
            Message::Binary(bytes) => bytes,
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => return,
        };
        frame(&payload, &mut self.ring.borrow_mut().bytes);
    }

    fn spread(self: &Rc<Self>) {
        for listener in self.listeners.borrow().iter() {
            if listener.state.get() == State::Flowing {
                self.write(listener);
                if listener.state.get() == State::Full {
                    tokio::task::spawn_local(catch_up(Rc::clone(self), Rc::clone(listener)));
                }
            }
        }
        self.tidy();
    }

    fn write(&self, listener: &Listener) {
        let ring = self.ring.borrow();
        listener.state.set(State::Flowing);
        loop {
            let Some(bytes) = ring.after(listener.at.get()) else { return listener.state.set(State::Gone) };
            if bytes.is_empty() {
                return;
            }
            match listener.tcp.try_write(bytes) {
                Ok(written) => listener.at.set(listener.at.get() + written as u64),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return listener.state.set(State::Full);
                }
                Err(_) => return listener.state.set(State::Gone),
            }
        }
    }

    /// Lets go who is gone, and what everybody has.
    fn tidy(&self) {
        let mut listeners = self.listeners.borrow_mut();
        listeners.retain(|listener| listener.state.get() != State::Gone);
        let mut ring = self.ring.borrow_mut();
        let end = ring.end();
        let oldest = listeners.iter().map(|listener| listener.at.get()).min().unwrap_or(end);
        let keep = oldest.max(end.saturating_sub(RING_BYTES_MAX as u64));
        let surplus = usize::try_from(keep.saturating_sub(ring.from)).unwrap_or(0);
        if surplus > 0 && surplus >= ring.bytes.len() / 2 {
            ring.bytes.drain(..surplus);
            ring.from += surplus as u64;
        }
    }
}

async fn catch_up(fan: Rc<Fan>, listener: Rc<Listener>) {
    while listener.state.get() == State::Full {
        if listener.tcp.writable().await.is_err() {
            return listener.state.set(State::Gone);
        }
        fan.write(&listener);
    }
}

/// A listener says nothing; it only hangs up.
async fn until_gone(listener: Rc<Listener>) {
    loop {
        if listener.tcp.readable().await.is_err() {
            break;
        }
        let mut words = [0; 64];
        match listener.tcp.try_read(&mut words) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    listener.state.set(State::Gone);
}
