//! Many commands over one connection, hundreds of them without an answer at a time. What is asked comes from
//! whoever has the work; it only keeps the pipe full and counts.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use parloir_client::protocol::command::{Command, CommandFrame};
use parloir_client::protocol::down::{Done, Down, read_ok};
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::up::{ReplyTo, Up};
use uuid::Uuid;

use super::progress::Progress;
use crate::plan::Target;
use crate::raw::{CODEC, Raw};

/// Below `in_flight_max` of the profile `load`.
const IN_FLIGHT: usize = 768;
/// A command that is answered `busy` more often is lost.
const TRIES_MAX: u32 = 200;
const PAUSE: Duration = Duration::from_millis(50);

/// Commands in order, and what becomes of their answers.
pub(crate) trait Work {
    /// What a command is remembered by.
    type Tag;

    /// The next command; nothing while there is none.
    fn next(&mut self) -> Option<(Self::Tag, Command)>;

    fn done(&mut self, tag: Self::Tag, done: Done) -> anyhow::Result<()>;
}

struct Waiting<Tag> {
    tag: Tag,
    frame: Vec<u8>,
    tries: u32,
}

/// Gives all commands of `work`.
pub(crate) async fn pour<W: Work>(
    target: &Target,
    work: &mut W,
    progress: &mut Progress,
) -> anyhow::Result<()> {
    let mut raw = Raw::open(target).await?;
    let mut waiting: HashMap<CommandId, Waiting<W::Tag>> = HashMap::with_capacity(IN_FLIGHT);
    loop {
        while waiting.len() < IN_FLIGHT {
            let Some((tag, command)) = work.next() else { break };
            let command_id = CommandId(Uuid::now_v7());
            let frame = Up::Command(CommandFrame { command_id, expected: None, command }).write(CODEC);
            raw.feed(frame.clone()).await?;
            waiting.insert(command_id, Waiting { tag, frame, tries: 0 });
        }
        raw.flush().await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let enough = waiting.len().saturating_sub(1).min(IN_FLIGHT / 2);
        while waiting.len() > enough {
            let reply = raw.reply().await?;
            let (id, refused) = heading(&reply)?;
            let Some(one) = waiting.remove(&id) else { continue };
            match refused {
                None => {
                    work.done(one.tag, read_ok(CODEC, &reply)?)?;
                    progress.step();
                }
                Some(_) if one.tries < TRIES_MAX => {
                    tokio::time::sleep(PAUSE).await;
                    raw.send(one.frame.clone()).await?;
                    waiting.insert(id, Waiting { tries: one.tries + 1, ..one });
                }
                Some(error) => bail!("a command was refused {TRIES_MAX} times: {error}"),
            }
        }
    }
}

/// Which command is answered, and why it was refused where it may be tried again.
fn heading(reply: &[u8]) -> anyhow::Result<(CommandId, Option<String>)> {
    let Down::Reply(reply) = Down::read(CODEC, reply)? else { bail!("a reply is a reply") };
    let ReplyTo::Command(id) = reply.to else { bail!("a command is answered by its id") };
    match reply.error {
        None => Ok((id, None)),
        Some(error) if error.temporary => Ok((id, Some(format!("{}: {}", error.code, error.message)))),
        Some(error) => Err(anyhow::anyhow!("{}: {}", error.code, error.message))
            .with_context(|| format!("the server refused command {id}")),
    }
}
