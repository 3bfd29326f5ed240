//! Read your writes: changes at a steady rate over one connection, and after each acknowledged one a search
//! that must find it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use parloir_client::protocol::command::{Command, CommandFrame, contact, conversation as conv};
use parloir_client::protocol::down::{Done, Down, read_ok};
use parloir_client::protocol::entity::HitId;
use parloir_client::protocol::ids::{CommandId, ContactId, ConversationId};
use parloir_client::protocol::query::search::SearchConversationsOk;
use parloir_client::protocol::up::{ReplyTo, Up};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::asker::{Among, Answer, Asker, Count, query, read};
use super::desk::Desk;
use super::load::address;
use super::people::People;
use super::progress::say;
use super::times::Times;
use super::world::World;
use crate::plan::{Dice, Target};
use crate::raw::CODEC;

/// How often a search is repeated once nothing changes; the middle one counts.
const IDLE_TIMES: usize = 3;
const LETTERS: u64 = 26;

/// How it is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) changes: u64,
    pub(crate) per_second: u64,
    /// Sets apart what two runs in one workspace make up.
    pub(crate) run: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Freshness {
    /// Searches right after an acknowledged change.
    pub(crate) fresh: Times,
    /// How much longer each took than the same search does when nothing changes.
    pub(crate) added: Times,
    pub(crate) missed: u64,
    pub(crate) changes_per_second: f64,
}

/// A change that a search must find.
struct Change {
    command: Command,
    text: String,
    /// Nothing where the answer tells it.
    wanted: Option<HitId>,
}

/// Makes changes and searches for each.
pub(crate) async fn measure(
    target: &Target,
    desk: &Desk,
    people: &People,
    world: &World,
    pace: Pace,
) -> anyhow::Result<Freshness> {
    let mut asker = Asker::open(target).await?;
    let changes = changes(desk, people, world, pace);
    let mut freshness = Freshness::default();
    let mut took = Vec::with_capacity(changes.len());
    let mut ticks = interval(Duration::from_secs(1) / u32::try_from(pace.per_second.max(1))?);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = std::time::Instant::now();
    for change in &changes {
        ticks.tick().await;
        let done = give(&mut asker, change.command.clone()).await?;
        let wanted = change.wanted.or(done.conversation_id.map(HitId::Conversation));
        let wanted = wanted.context("a change is about something that can be found")?;
        let asked = query(&change.text, Among::Conversations, Count::Nothing);
        let (time, answer) = asker.ask(asked, Some(done.seq)).await?;
        freshness.fresh.record(time);
        took.push(time);
        if !holds(&answer, wanted)? {
            freshness.missed += 1;
            say(&format!("'{}' was acknowledged at {} and not found", change.text, done.seq));
        }
    }
    freshness.changes_per_second = changes.len() as f64 / began.elapsed().as_secs_f64();
    for (change, took) in changes.iter().zip(took) {
        freshness.added.record(took.saturating_sub(idle(&mut asker, &change.text).await?));
    }
    Ok(freshness)
}

async fn idle(asker: &mut Asker, text: &str) -> anyhow::Result<Duration> {
    let mut times = Vec::with_capacity(IDLE_TIMES);
    for _ in 0..IDLE_TIMES {
        let asked = query(text, Among::Conversations, Count::Nothing);
        times.push(asker.ask(asked, None).await?.0);
    }
    times.sort_unstable();
    Ok(times[IDLE_TIMES / 2])
}

fn holds(answer: &Answer, wanted: HitId) -> anyhow::Result<bool> {
    let Ok(bytes) = answer else { return Ok(false) };
    let found: SearchConversationsOk = read(bytes)?;
    Ok(found.hits.iter().any(|hit| hit.id() == wanted))
}

async fn give(asker: &mut Asker, command: Command) -> anyhow::Result<Done> {
    let command_id = CommandId(Uuid::now_v7());
    let frame = Up::Command(CommandFrame { command_id, expected: None, command }).write(CODEC);
    asker.raw().send(frame).await?;
    loop {
        let reply = asker.raw().reply().await?;
        let Down::Reply(head) = Down::read(CODEC, &reply)? else { continue };
        if head.to == ReplyTo::Command(command_id) {
            match head.error {
                None => return Ok(read_ok(CODEC, &reply)?),
                Some(error) => bail!("a change was refused: {}: {}", error.code, error.message),
            }
        }
    }
}

/// Renames and new conversations in turn.
fn changes(desk: &Desk, people: &People, world: &World, pace: Pace) -> Vec<Change> {
    let talking = talking(world, Half::Odd);
    let mut dice = Dice::new(people.seed, pace.run.wrapping_add(77));
    let change = |n: u64| match dice.one_of(&talking).copied() {
        Some((contact, conversation)) if n.is_multiple_of(2) => rename(contact, conversation, n, pace.run),
        _ => start(desk, &people.spare_number(pace.run * pace.changes + n)),
    };
    (0..pace.changes).map(change).collect()
}

/// Whose contacts are changed, so that two who change things at once never change the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Even,
    Odd,
}

/// Contacts of one half with one of their conversations each time.
pub(crate) fn talking(world: &World, half: Half) -> Vec<(ContactId, ConversationId)> {
    let pairs = world.documents.iter().filter_map(|document| match document.id {
        HitId::Conversation(id) => Some((world.cards[document.card].contact?, id)),
        HitId::Contact(_) => None,
    });
    let is_in_half = |contact: &ContactId| contact.0.as_u128().is_multiple_of(2) == (half == Half::Even);
    pairs.filter(|(contact, _)| is_in_half(contact)).collect()
}

fn rename(contact_id: ContactId, conversation: ConversationId, n: u64, run: u64) -> Change {
    let word = word(n, run);
    let save = contact::Save {
        contact_id: Some(contact_id),
        name: Some(format!("Renée {word}")),
        add_tags: None,
        remove_tags: None,
        properties: None,
        add_addresses: None,
        remove_addresses: None,
    };
    let wanted = Some(HitId::Conversation(conversation));
    Change { command: Command::ContactSave(save), text: word.to_lowercase(), wanted }
}

fn start(desk: &Desk, number: &str) -> Change {
    let channel_id = desk.channels[0];
    let start = conv::Start { channel_id, address: address(number), group_id: None };
    Change { command: Command::ConversationStart(start), text: number.to_owned(), wanted: None }
}

/// A word of letters that nobody else has.
fn word(n: u64, run: u64) -> String {
    let mut word = String::from("Wqz");
    let mut rest = run * 1_000_000 + n;
    while rest > 0 {
        word.push(char::from(b'a' + (rest % LETTERS) as u8));
        rest /= LETTERS;
    }
    word.push_str("wx");
    word
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_changes_have_a_word_in_common() {
        let words: BTreeSet<String> = (1..3).flat_map(|run| (0..3_000).map(move |n| word(n, run))).collect();
        assert_eq!(words.len(), 6_000);
    }

    #[test]
    fn a_new_number_is_nobodys() {
        let people = People::new(1, 2_000);
        let taken: BTreeSet<String> = people.all().flat_map(|person| person.numbers).collect();
        let spare: BTreeSet<String> = (0..2_000).map(|n| people.spare_number(n)).collect();
        assert_eq!(spare.len(), 2_000);
        assert!(taken.is_disjoint(&spare));
    }
}
