//! Searches at a steady rate over one connection, whether or not earlier ones were answered. Each is timed from the
//! moment at which it was due. It judges no answer but a refusal.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::bail;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::query::QueryFrame;
use parloir_client::protocol::up::{ReplyTo, Up};

use super::asker::{Among, Count, query};
use super::question::{Class, Question};
use super::ticks::Ticks;
use super::times::ClassTimes;
use crate::plan::Target;
use crate::raw::{CODEC, Raw};

/// Searches without an answer, far below what the profile `load` lets a connection ask: with more the server is behind.
const UNANSWERED_MAX: usize = 100;

/// Asks all questions, each once.
pub(crate) struct Steady {
    raw: Raw,
    waiting: HashMap<u64, (Class, Instant)>,
    times: ClassTimes,
}

impl Steady {
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Self> {
        let raw = Raw::open(target).await?;
        Ok(Self { raw, waiting: HashMap::new(), times: ClassTimes::default() })
    }

    pub(crate) async fn ask(mut self, questions: &[Question], per_second: u64) -> anyhow::Result<ClassTimes> {
        let mut ticks = Ticks::begin(per_second)?;
        let mut left = (1..).zip(questions);
        let mut next = left.next();
        while next.is_some() || !self.waiting.is_empty() {
            tokio::select! {
                due = ticks.next(), if next.is_some() => {
                    if let Some((id, question)) = next.take() {
                        self.search(id, question, due?).await?;
                    }
                    next = left.next();
                }
                reply = self.raw.reply() => self.answered(&reply?)?,
            }
        }
        Ok(self.times)
    }

    async fn search(&mut self, id: u64, question: &Question, due: Instant) -> anyhow::Result<()> {
        if self.waiting.len() >= UNANSWERED_MAX {
            bail!("{UNANSWERED_MAX} searches are without an answer: the server is behind");
        }
        self.waiting.insert(id, (question.class, due));
        let query = query(&question.text, Among::Conversations, Count::Nothing);
        self.raw.send(Up::Query(QueryFrame { id, at_least: None, query }).write(CODEC)).await
    }

    fn answered(&mut self, reply: &[u8]) -> anyhow::Result<()> {
        let now = Instant::now();
        let Down::Reply(head) = Down::read(CODEC, reply)? else { return Ok(()) };
        let ReplyTo::Query(id) = head.to else { return Ok(()) };
        if let Some(error) = head.error {
            bail!("a search was refused: {}: {}", error.code, error.message);
        }
        if let Some((class, due)) = self.waiting.remove(&id) {
            self.times.record(class, now.saturating_duration_since(due));
        }
        Ok(())
    }
}
