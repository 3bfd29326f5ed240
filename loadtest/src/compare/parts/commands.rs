//! Durable commands with a number of them on their way: notes over one connection, beside as many connections that
//! INSERT and COMMIT. Both have the whole machine.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hdrhistogram::Histogram;
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::ids::{CommandId, ConversationId};
use parloir_client::protocol::up::ReplyTo;
use uuid::Uuid;

use super::super::broker::Ours;
use super::super::figure::{Figure, InFlight};
use super::super::peers::postgres::{Committed, Postgres};
use super::super::stage::Stage;
use super::super::verdict::Verdict;
use super::super::who::Who;
use super::Values;
use crate::cores::Cores;
use crate::crowd::hear;
use crate::crowd::tongue::{self, Joined, Step, Tongue};
use crate::house::Desk;
use crate::socket::{Kind, Piece, Socket, put_frame};
use crate::webhook::Http;
use crate::{fill, oracle, raw, report};

const CODEC: Codec = raw::CODEC;

pub(super) async fn turn(stage: &mut Stage, who: Who, in_flight: InFlight) -> anyhow::Result<Values> {
    let time = stage.sizes.commands;
    let committed = if who == Who::Ours {
        ours(stage, in_flight.0, time).await?
    } else {
        Postgres::start(stage.folder()).await?.insert(in_flight.0, time).await?
    };
    let (per_second, p99) = if in_flight == InFlight(64) {
        (Figure::Commands64PerS, Figure::Commands64P99Ms)
    } else {
        (Figure::Commands256PerS, Figure::Commands256P99Ms)
    };
    Ok(vec![(per_second, committed.per_second), (p99, report::millis(&committed.times, 0.99))])
}

async fn ours(stage: &mut Stage, in_flight: usize, time: Duration) -> anyhow::Result<Committed> {
    let mut ours = Ours::open(&stage.hall(Cores::All)).await?;
    let mut hand = Hand::open(&ours).await?;
    hand.work(in_flight, stage.sizes.warm_up, u64::MAX).await?;
    hand.times.reset();
    let committed = hand.work(in_flight, time, u64::MAX).await?;
    // What was only in the server's memory when it was acknowledged is gone now.
    ours.house.crash(Cores::All).await?;
    check(&mut stage.verdict, &ours, &hand).await?;
    ours.end(&mut stage.verdict).await?;
    Ok(committed)
}

/// Every acknowledged command stands in the log, once.
pub(super) async fn check(verdict: &mut Verdict, ours: &Ours, hand: &Hand) -> anyhow::Result<()> {
    verdict.lose(hand.refused, format!("{} commands were refused", hand.refused));
    let log = Http::new(ours.desk.admin(ours.house.url()?)).log(0).await?;
    oracle::check_log(&mut verdict.report, &log, &hand.acked)
}

/// One connection that gives commands and times their answers.
pub(super) struct Hand {
    socket: Socket,
    conversations: Vec<ConversationId>,
    waiting: HashMap<CommandId, Instant>,
    pub(super) acked: Vec<CommandId>,
    pub(super) refused: u64,
    pub(super) times: Histogram<u64>,
}

impl Hand {
    pub(super) async fn open(ours: &Ours) -> anyhow::Result<Self> {
        Self::at(ours.house.address()?, &ours.desk).await
    }

    pub(super) async fn at(address: SocketAddr, desk: &Desk) -> anyhow::Result<Self> {
        let tongue = Tongue::ours(Arc::new(desk.clone()));
        let mut socket = Socket::dial(address, tongue.listening()).await?;
        for step in tongue.greet() {
            match step {
                Step::Say(kind, bytes) => socket.send(kind, &bytes).await?,
                Step::Hear(needle) => hear(&mut socket, &tongue, &needle, &mut Joined::default()).await?,
            }
        }
        Ok(Self {
            socket,
            conversations: desk.conversations.clone(),
            waiting: HashMap::new(),
            acked: Vec::new(),
            refused: 0,
            times: report::times(),
        })
    }

    /// Keeps `in_flight` commands on their way for so long, or until there were `most`; then waits for all answers.
    pub(super) async fn work(
        &mut self,
        in_flight: usize,
        time: Duration,
        most: u64,
    ) -> anyhow::Result<Committed> {
        let (began, first, mut given) = (Instant::now(), self.acked.len(), 0);
        while given < most && began.elapsed() < time {
            let mut frames = Vec::new();
            while self.waiting.len() < in_flight && given < most {
                self.give(&mut frames);
                given += 1;
            }
            self.socket.writer().send_frames(&frames).await?;
            self.hear().await?;
        }
        while !self.waiting.is_empty() {
            self.hear().await?;
        }
        let count = self.acked.len() - first;
        let per_second = count as f64 / began.elapsed().as_secs_f64();
        Ok(Committed { per_second, times: self.times.clone() })
    }

    fn give(&mut self, frames: &mut Vec<u8>) {
        let command_id = CommandId(Uuid::now_v7());
        let conversation =
            self.conversations[(self.acked.len() + self.waiting.len()) % self.conversations.len()];
        let text = "x".repeat(NOTE_BYTES);
        let frame = tongue::command(command_id, fill::note(conversation, text));
        put_frame(Kind::Binary, &frame, frames);
        self.waiting.insert(command_id, Instant::now());
    }

    /// Takes what has been answered.
    async fn hear(&mut self) -> anyhow::Result<()> {
        let (mut message, mut replies, mut pings) = (Vec::new(), Vec::new(), 0);
        let mut is_closed = false;
        loop {
            self.socket
                .read(&mut |piece| match piece {
                    Piece::Part(part) => message.extend_from_slice(part),
                    Piece::End => {
                        if raw::is(&message, b"reply") {
                            replies.push(std::mem::take(&mut message));
                        }
                        pings += u32::from(raw::is(&message, b"ping"));
                        message.clear();
                    }
                    Piece::Ping(_) => {}
                    Piece::Close(_) => is_closed = true,
                })
                .await?;
            anyhow::ensure!(!is_closed, "the server closed the connection");
            if message.is_empty() && (!replies.is_empty() || pings > 0) {
                break;
            }
        }
        for _ in 0..pings {
            self.socket.send(Kind::Binary, &raw::pong()).await?;
        }
        let now = Instant::now();
        replies.iter().try_for_each(|reply| self.take(reply, now))
    }

    fn take(&mut self, reply: &[u8], now: Instant) -> anyhow::Result<()> {
        let Down::Reply(reply) = Down::read(CODEC, reply)? else { anyhow::bail!("a reply is a reply") };
        let ReplyTo::Command(id) = reply.to else { anyhow::bail!("a command is answered by its id") };
        let given = self.waiting.remove(&id).context("a command is answered once")?;
        report::record(&mut self.times, now - given);
        match reply.error {
            None => self.acked.push(id),
            Some(_) => self.refused += 1,
        }
        Ok(())
    }
}

/// About what makes a record of 250 bytes.
const NOTE_BYTES: usize = 60;
