//! The way out of one connection, shared by its own task and by the fan: bytes that wait, and, while its task has
//! nothing to do, the place from which the fan moves it on. Whoever holds the lock writes; nobody waits with it.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parloir_session::Mark;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;

use super::outgoing::Outgoing;
use crate::fan::Follow;
use crate::locks::locked;
use crate::reader::{Next, Page, Reader};
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

/// The way out.
pub(super) struct Outlet {
    socket: OwnedWriteHalf,
    inner: Mutex<Inner>,
    called: Notify,
}

#[derive(Default)]
struct Inner {
    outgoing: Outgoing,
    standing: Option<Box<Standing>>,
}

/// Where a connection stands: everything visible up to here was taken to be written.
pub(super) struct Standing {
    pub(super) workspace: Arc<Workspace>,
    pub(super) reader: Reader,
    pub(super) mark: Mark,
    /// The version of the signals up to which they were taken; none when nothing of them is known.
    pub(super) signals_version: Option<u64>,
    /// Counters that may have been missed are owed once the client has caught up.
    pub(super) owes_counters: bool,
    /// The connection's own task is to hear of the first step, and has not yet.
    pub(super) is_to_be_told: bool,
}

/// What is there already for who wanted to stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ahead {
    Events(u64),
    Counters,
    Signals,
}

impl Standing {
    pub(super) fn ahead(&self) -> Option<Ahead> {
        let hub = &self.workspace.hub;
        let head = hub.head().seq;
        if head > self.mark.seq {
            return Some(Ahead::Events(head));
        }
        if self.owes_counters {
            return Some(Ahead::Counters);
        }
        (Some(hub.signals.version()) != self.signals_version).then_some(Ahead::Signals)
    }

    /// Goes on as far as the page has it at hand. Whether the connection's own task is wanted.
    fn step(&mut self, page: &mut Page<'_>, outgoing: &mut Outgoing) -> bool {
        let before = self.mark;
        let Next::Bytes { bytes, mark, is_all } = self.reader.read_on(page) else { return true };
        outgoing.push(bytes);
        self.mark = mark;
        let (signals, version) = page.signals(self.signals_version, self.reader.sight());
        outgoing.push(signals);
        self.signals_version = Some(version);
        let has_moved = self.mark != before && std::mem::take(&mut self.is_to_be_told);
        has_moved || !is_all
    }
}

impl Outlet {
    pub(super) fn new(socket: OwnedWriteHalf) -> Self {
        Self { socket, inner: Mutex::default(), called: Notify::new() }
    }

    pub(super) fn push(&self, frame: Bytes) {
        locked(&self.inner).outgoing.push(frame);
    }

    pub(super) fn extend(&self, frames: impl IntoIterator<Item = Bytes>) {
        locked(&self.inner).outgoing.extend(frames);
    }

    /// Bytes that wait.
    pub(super) fn len(&self) -> usize {
        locked(&self.inner).outgoing.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        locked(&self.inner).outgoing.is_empty()
    }

    /// Writes as much as the socket takes at once. Whether that was everything.
    pub(super) fn try_write(&self) -> io::Result<bool> {
        let mut inner = locked(&self.inner);
        inner.outgoing.try_write(self.tcp())?;
        Ok(inner.outgoing.is_empty())
    }

    /// Waits until the socket takes something. Whether that was everything.
    pub(super) async fn write_some(&self) -> io::Result<bool> {
        self.socket.writable().await?;
        self.try_write()
    }

    pub(super) async fn write_all(&self) -> io::Result<()> {
        while !self.write_some().await? {}
        Ok(())
    }

    /// Nothing more follows.
    pub(super) fn shut(&self) -> io::Result<()> {
        socket2::SockRef::from(self.tcp()).shutdown(std::net::Shutdown::Write)
    }

    /// Bytes that have to go out as soon as may be, whoever is at work.
    pub(super) fn put(&self, bytes: Bytes) -> io::Result<()> {
        let mut inner = locked(&self.inner);
        inner.outgoing.push(bytes);
        inner.outgoing.try_write(self.tcp())?;
        if !inner.outgoing.is_empty() {
            self.called.notify_one();
        }
        Ok(())
    }

    /// Stands still, to be moved on by the fan; or gets its place back when there is something ahead already. Looked at
    /// with the lock: what is published later is told by the fan, which comes later.
    pub(super) fn stand(&self, standing: Box<Standing>) -> Result<(), Box<Standing>> {
        let mut inner = locked(&self.inner);
        if standing.ahead().is_some() {
            return Err(standing);
        }
        inner.standing = Some(standing);
        Ok(())
    }

    /// Takes the place back, wherever it is by now; nothing when the connection is broken.
    pub(super) fn leave(&self) -> Option<Box<Standing>> {
        locked(&self.inner).standing.take()
    }

    /// Until the connection's own task has something to do.
    pub(super) async fn called(&self) {
        self.called.notified().await;
    }

    fn tcp(&self) -> &TcpStream {
        self.socket.as_ref()
    }
}

impl Follow for Outlet {
    fn follow(&self, page: &mut Page<'_>) {
        let mut inner = locked(&self.inner);
        if !inner.outgoing.is_empty() {
            // Its own task writes on, and takes what is new then.
            return self.called.notify_one();
        }
        // Whoever fails on the way does not leave a place behind of which nobody knows what was written.
        let Some(mut standing) = inner.standing.take() else { return };
        let is_wanted = standing.step(page, &mut inner.outgoing);
        let is_broken = inner.outgoing.try_write(self.tcp()).is_err();
        inner.standing = Some(standing);
        if is_wanted || is_broken || !inner.outgoing.is_empty() {
            self.called.notify_one();
        }
    }

    fn break_off(&self) {
        locked(&self.inner).standing = None;
        self.called.notify_one();
    }
}
