//! What ought to have arrived and how everything ought to stand: compares what the agents wrote down with each
//! other, with the log, and with what a fresh connection is shown. It does no work of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;
use std::time::Duration;

use anyhow::Context;
use parloir_client::Client;
use parloir_client::protocol::entity::{Counters, Header, Row, TimelineItem, View};
use parloir_client::protocol::event::{self, Fact};
use parloir_client::protocol::ids::{AgentId, CommandId, ConversationId, GroupId};
use parloir_client::protocol::query::conversation::QueuePage;
use serde::de::IgnoredAny;

use crate::agent::{Agent, Floor, options};
use crate::export::{Event, Line};
use crate::report::Report;

/// Timelines that are compared per agent.
const TIMELINES: usize = 5;
const SETTLE_MAX: Duration = Duration::from_secs(60);

/// Each agent was told everything it may see, once and in order; of what is `written` also what nobody was told.
pub(crate) fn check_deliveries(
    report: &mut Report,
    agents: &[Agent],
    (floor, written): (&Floor, &BTreeSet<u64>),
    head: u64,
) {
    let told = floor.told.lock().unwrap_or_else(PoisonError::into_inner);
    for agent in agents {
        let diary = agent.diary.lock().unwrap_or_else(PoisonError::into_inner);
        report.events_delivered += diary.seqs.len() as u64;
        let out_of_order = diary.seqs.windows(2).filter(|pair| pair[1] < pair[0]).count();
        report.out_of_order += out_of_order as u64;
        let heard: BTreeSet<u64> = diary.seqs.iter().copied().collect();
        report.duplicated += (diary.seqs.len() - heard.len()) as u64;
        let Some(start) = diary.begins.first().copied() else {
            report.lost += 1;
            report.find(format!("{} never came in", agent.badge.id));
            continue;
        };
        let mut due = due(&told, agent.badge.groups.as_deref());
        if agent.badge.groups.is_none() {
            due.extend(written);
            let made_up = heard.iter().filter(|seq| **seq <= head && !written.contains(seq)).count();
            report.diverged += made_up as u64;
            if made_up > 0 {
                report.find(format!("{} was told {made_up} events that are not in the log", agent.badge.id));
            }
        }
        let resets: Vec<u64> = diary.begins.iter().skip(1).copied().collect();
        let skipped = |seq: u64| resets.iter().any(|reset| skips(&diary.seqs, seq, *reset));
        let said_to_miss = |seq: u64| diary.gaps.iter().any(|(after, to)| *after < seq && seq <= *to);
        let is_missed = |seq: u64| !heard.contains(&seq) && !skipped(seq) && !said_to_miss(seq);
        let missed = due.iter().filter(|seq| **seq > start && **seq <= head && is_missed(**seq));
        let missed: Vec<u64> = missed.copied().collect();
        report.lost += missed.len() as u64;
        if !missed.is_empty() {
            report.find(format!("{} was not told {missed:?}", agent.badge.id));
        }
    }
}

/// Whether a fresh snapshot at `reset` stands for the event: nothing was told between the two.
fn skips(seqs: &[u64], seq: u64, reset: u64) -> bool {
    seq <= reset && !seqs.iter().any(|heard| *heard > seq && *heard <= reset)
}

/// The seqs of what an agent of these groups is told; of all that is about conversations or contacts for
/// a limited one. That a conversation enters may be left out once it has left again.
fn due(told: &BTreeMap<u64, event::Event>, groups: Option<&[GroupId]>) -> BTreeSet<u64> {
    let Some(groups) = groups else { return told.keys().copied().collect() };
    let mut stands: BTreeMap<ConversationId, GroupId> = BTreeMap::new();
    let (mut due, mut entered) = (BTreeSet::new(), BTreeMap::new());
    for (seq, event) in told {
        let Some((id, after, from)) = place(&event.fact) else { continue };
        let before = from.or_else(|| stands.get(&id).copied());
        let after = after.or_else(|| stands.get(&id).copied());
        stands.extend(after.map(|group| (id, group)));
        match [before, after].map(|group| group.is_some_and(|group| groups.contains(&group))) {
            [false, false] => continue,
            [false, true] if from.is_some() => _ = entered.insert(id, *seq),
            [true, false] => _ = entered.remove(&id).map(|entered| due.remove(&entered)),
            [true, true] | [false, true] => {}
        }
        due.insert(*seq);
    }
    due
}

/// The conversation of an event, its group afterwards, and the group it left.
fn place(fact: &Fact) -> Option<(ConversationId, Option<GroupId>, Option<GroupId>)> {
    let of = |header: &Header| Some((header.conversation_id, Some(header.group_id), None));
    match fact {
        Fact::ConversationMoved(fact) => {
            Some((fact.conversation.conversation_id, Some(fact.conversation.group_id), Some(fact.from)))
        }
        Fact::ConversationStarted(fact) => of(&fact.conversation),
        Fact::ConversationNamed(fact) => of(&fact.conversation),
        Fact::ConversationEntered(fact) => of(&fact.row.conversation),
        Fact::ConversationClosed(fact) => of(&fact.conversation),
        Fact::ConversationReopened(fact) => of(&fact.conversation),
        Fact::ConversationAssigned(fact) => of(&fact.conversation),
        Fact::ConversationRead(fact) => of(&fact.conversation),
        Fact::ConversationMarkedUnread(fact) => of(&fact.conversation),
        Fact::ConversationErased(fact) => of(&fact.conversation),
        Fact::MessageReceived(fact) => of(&fact.conversation),
        Fact::MessageQueued(fact) => of(&fact.conversation),
        Fact::MessagePlanned(fact) => of(&fact.conversation),
        Fact::NoteAdded(fact) => of(&fact.conversation),
        Fact::ConversationLeft(fact) => Some((fact.conversation_id, None, None)),
        Fact::ConsentChanged(fact) => Some((fact.conversation_id, None, None)),
        Fact::MessageDeliveryChanged(fact) => Some((fact.conversation_id, None, None)),
        Fact::MessagePlanChanged(fact) => Some((fact.conversation_id, None, None)),
        Fact::MessageCancelled(fact) => Some((fact.conversation_id, None, None)),
        Fact::AttachmentStored(fact) => Some((fact.conversation_id, None, None)),
        Fact::AttachmentMissing(fact) => Some((fact.conversation_id, None, None)),
        Fact::LinkOpened(fact) => Some((fact.conversation_id, None, None)),
        Fact::LinkRevoked(fact) => Some((fact.conversation_id, None, None)),
        Fact::ContactSaved(_)
        | Fact::ContactMerged(_)
        | Fact::ContactUnmerged(_)
        | Fact::ContactErased(_)
        | Fact::TemplateSaved(_)
        | Fact::TemplateDeleted(_)
        | Fact::WebhookSaved(_)
        | Fact::WebhookDeleted(_)
        | Fact::WebhookDisabled(_)
        | Fact::WebhookReplayed(_)
        | Fact::GroupCreated(_)
        | Fact::GroupRenamed(_)
        | Fact::GroupArchived(_)
        | Fact::GroupEmptying(_)
        | Fact::GroupDeleted(_)
        | Fact::AgentCreated(_)
        | Fact::AgentChanged(_)
        | Fact::AgentDeactivated(_)
        | Fact::AgentAvailabilityChanged(_)
        | Fact::ChannelCreated(_)
        | Fact::ChannelChanged(_)
        | Fact::WorkspaceChanged(_)
        | Fact::JobStarted(_)
        | Fact::JobAdvanced(_)
        | Fact::JobRewriting(_)
        | Fact::JobDone(_) => None,
    }
}

/// The seqs of what agents who see everything are to be told.
pub(crate) fn written(log: &[u8]) -> anyhow::Result<BTreeSet<u64>> {
    let mut written = BTreeSet::new();
    for line in Line::<IgnoredAny>::all(log) {
        let told = line?.events.into_iter().filter(Event::is_told);
        written.extend(told.map(|event| event.seq));
    }
    Ok(written)
}

/// Every acknowledged command stands in the log once.
pub(crate) fn check_log(report: &mut Report, log: &[u8], acked: &[CommandId]) -> anyhow::Result<()> {
    let mut times: BTreeMap<CommandId, u64> = acked.iter().map(|id| (*id, 0)).collect();
    for line in Line::<IgnoredAny>::all(log) {
        if let Some(count) = line?.command_id.and_then(|id| times.get_mut(&id)) {
            *count += 1;
        }
    }
    for (id, count) in times {
        if count == 0 {
            report.lost += 1;
            report.find(format!("command {id} was acknowledged and is not in the log"));
        } else if count > 1 {
            report.duplicated += count - 1;
            report.find(format!("command {id} is in the log {count} times"));
        }
    }
    Ok(())
}

/// Every message that the webhook took was told once.
pub(crate) fn check_messages(report: &mut Report, floor: &Floor) {
    let told = floor.told.lock().unwrap_or_else(PoisonError::into_inner);
    let mut times: BTreeMap<usize, u64> = BTreeMap::new();
    for event in told.values() {
        if let Fact::MessageReceived(fact) = &event.fact
            && let Some(n) = fact.message.text.as_deref().and_then(|text| floor.customers.number_of(text))
        {
            *times.entry(n).or_default() += 1;
        }
    }
    for n in floor.sent.lock().unwrap_or_else(PoisonError::into_inner).keys() {
        let count = times.get(n).copied().unwrap_or(0);
        report.lost += u64::from(count == 0);
        report.duplicated += count.saturating_sub(1);
        if count != 1 {
            report.find(format!("inbound message {n} was told {count} times"));
        }
    }
}

/// The agent's picture equals what a fresh connection of the same agent is shown.
pub(crate) async fn check_picture(report: &mut Report, url: &str, agent: &Agent) -> anyhow::Result<()> {
    check_client(report, url, &agent.badge.token, &agent.client).await
}

/// Where the log stands, by the server's own word.
pub(crate) async fn head(client: &Client) -> anyhow::Result<u64> {
    let page = QueuePage { view: View::default(), limit: Some(1), after: None };
    Ok(client.query(page).await?.seq)
}

/// Waits until a client has what a connection that begins now is shown.
pub(crate) async fn settled(url: &str, token: &str, client: &Client) -> anyhow::Result<()> {
    let fresh = Client::connect(options(url, token))?;
    crate::agent::live(&fresh).await?;
    let head = *fresh.seq().borrow();
    fresh.leave().await;
    let there = async { client.seq().wait_for(|seq| *seq >= head).await.map(|_| ()) };
    tokio::time::timeout(SETTLE_MAX, there).await.context("a client did not come to the head in time")??;
    Ok(())
}

/// The same for any client with its token.
pub(crate) async fn check_client(
    report: &mut Report,
    url: &str,
    token: &str,
    client: &Client,
) -> anyhow::Result<()> {
    let fresh = Client::connect(options(url, token))?;
    crate::agent::live(&fresh).await?;
    while fresh.more().await? {}
    let bound = client.read(|store| store.window().bound);
    let shown = rows(client, bound);
    let wanted = rows(&fresh, bound);
    let who = client.read(|store| store.me().map(|me| me.agent_id)).context("a client knows who it is")?;
    for (id, row) in &wanted {
        if shown.get(id) != Some(row) {
            differs(report, format!("{who}: {id} is {:?}, not {row:?}", shown.get(id)));
        }
    }
    for id in shown.keys().filter(|id| !wanted.contains_key(id)) {
        differs(report, format!("{who}: {id} is shown and not in the queue"));
    }
    if counters(client) != counters(&fresh) {
        let (ours, theirs) = (counters(client), counters(&fresh));
        differs(report, format!("{who}: the counters are {ours:?}, not {theirs:?}"));
    }
    for id in loaded(client) {
        check_timeline(report, who, client, &fresh, id).await?;
    }
    fresh.leave().await;
    Ok(())
}

async fn check_timeline(
    report: &mut Report,
    who: AgentId,
    client: &Client,
    fresh: &Client,
    id: ConversationId,
) -> anyhow::Result<()> {
    let ours = lines(client, id);
    let first = ours.first().map_or(0, |line| line.seq);
    fresh.timeline(id).await?;
    while lines(fresh, id).first().is_some_and(|line| line.seq > first)
        && fresh.read(|store| store.timeline(id).is_some_and(parloir_client::store::Timeline::earlier))
    {
        fresh.timeline(id).await?;
    }
    let mut theirs = lines(fresh, id);
    theirs.retain(|line| line.seq >= first);
    if ours != theirs {
        differs(report, format!("{who}: the timeline of {id} is {ours:?}, not {theirs:?}"));
    }
    Ok(())
}

/// What somebody who sees everything is shown by a server at rest.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    seq: u64,
    rows: BTreeMap<ConversationId, Row>,
    counters: Vec<Counters>,
    /// The newest lines of the first conversation.
    lines: Vec<TimelineItem>,
}

impl Picture {
    /// What a connection that begins now is shown.
    pub(crate) async fn of(url: &str, token: &str) -> anyhow::Result<Self> {
        let client = Client::connect(options(url, token))?;
        crate::agent::live(&client).await?;
        while client.more().await? {}
        let rows = rows(&client, client.read(|store| store.window().bound));
        let first = rows.keys().next().copied();
        if let Some(id) = first {
            client.timeline(id).await?;
        }
        let lines = first.map(|id| lines(&client, id)).unwrap_or_default();
        let shown = Self { seq: *client.seq().borrow(), rows, counters: counters(&client), lines };
        client.leave().await;
        Ok(shown)
    }

    pub(crate) fn conversations(&self) -> usize {
        self.rows.len()
    }

    /// Finds that another start shows something else.
    pub(crate) fn check(&self, report: &mut Report, later: &Self) {
        if self == later {
            return;
        }
        let sizes = |shown: &Self| (shown.seq, shown.rows.len(), shown.lines.len());
        let (before, after) = (sizes(self), sizes(later));
        differs(
            report,
            format!("a start shows another picture: seq, rows and lines were {before:?}, are {after:?}"),
        );
    }
}

fn differs(report: &mut Report, finding: String) {
    report.diverged += 1;
    report.find(finding);
}

fn rows(client: &Client, bound: u64) -> BTreeMap<ConversationId, Row> {
    client.read(|store| {
        let window = store.window();
        let inside = store.queue().filter(|row| window.place(&row.conversation) <= Some(bound));
        inside.map(|row| (row.conversation.conversation_id, row.clone())).collect()
    })
}

/// Their seqs differ by what did not change them.
fn counters(client: &Client) -> Vec<Counters> {
    client.read(|store| {
        let all = store.tallies().by_group().into_iter();
        all.map(|counters| Counters { seq: 0, ..counters }).collect()
    })
}

fn loaded(client: &Client) -> Vec<ConversationId> {
    client.read(|store| {
        let all = store.queue().map(|row| row.conversation.conversation_id);
        all.filter(|id| store.timeline(*id).is_some()).take(TIMELINES).collect()
    })
}

fn lines(client: &Client, id: ConversationId) -> Vec<TimelineItem> {
    client.read(|store| {
        store.timeline(id).map(|timeline| timeline.items().cloned().collect()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::codec::Codec;
    use parloir_client::protocol::down::Down;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_command_that_is_missing_or_twice_in_the_log_is_found() {
        let ids: Vec<_> = (1..=3).map(|n| CommandId(Uuid::from_u128(n))).collect();
        let line = |id: CommandId| {
            format!("{{\"at\":\"2026-11-03T09:15:02.123Z\",\"command_id\":\"{id}\",\"events\":[]}}\n")
        };
        let none = "{\"at\":\"2026-11-03T09:15:02.123Z\",\"command_id\":null,\"events\":[]}\n".to_owned();
        let log = [line(ids[0]), line(ids[1]), line(ids[1]), none];
        let mut report = Report::default();
        check_log(&mut report, log.concat().as_bytes(), &ids).expect("it can be read");
        assert_eq!((report.lost, report.duplicated), (1, 1));
    }

    #[test]
    fn what_is_to_be_told_is_read_from_the_log() {
        let log = concat!(
            r#"{"at":"2026-11-03T09:15:02.123Z","events":[{"seq":4,"name":"note.added","data":{}},"#,
            r#"{"seq":5,"name":"command.noted"}]}"#,
            "\n",
            r#"{"at":"2026-11-03T09:15:02.124Z","events":[{"seq":7,"name":"job.done","data":{}}]}"#,
        );
        assert_eq!(written(log.as_bytes()).expect("a log"), BTreeSet::from([4, 7]));
    }

    #[test]
    fn an_entry_is_due_while_its_conversation_stays() {
        let told: BTreeMap<u64, event::Event> =
            [(1, 'b', 'a'), (2, 'a', 'b'), (3, 'b', 'c'), (4, 'c', 'a')].into_iter().map(moved).collect();
        assert_eq!(due(&told, None), BTreeSet::from([1, 2, 3, 4]));
        let of = |name: char| due(&told, Some(&[group(name)])).into_iter().collect::<Vec<_>>();
        assert_eq!([of('a'), of('b'), of('c'), of('d')], [vec![2, 4], vec![1, 3], vec![4], vec![]]);
        assert_eq!(due(&told, Some(&[group('a'), group('c')])), BTreeSet::from([2, 3, 4]));
    }

    fn group(name: char) -> GroupId {
        GroupId(Uuid::from_u128(name as u128))
    }

    fn moved((seq, from, to): (u64, char, char)) -> (u64, event::Event) {
        let at = "2026-11-03T09:15:02.123Z";
        let frame = serde_json::json!({
            "type": "event", "seq": seq, "at": at, "actor": {"kind": "system"}, "name": "conversation.moved",
            "data": {
                "conversation": {
                    "conversation_id": ConversationId(Uuid::from_u128(1)), "status": "open", "unread": false,
                    "group_id": group(to), "activity_seq": 1, "activity_at": at, "episode": 1
                },
                "from": group(from)
            }
        });
        match Down::read(Codec::Json, frame.to_string().as_bytes()).expect("a frame") {
            Down::Event(event) => (seq, *event),
            other => panic!("{other:?} is no event"),
        }
    }

    #[test]
    fn a_snapshot_stands_for_what_came_before_it() {
        assert!(skips(&[1, 2, 9], 5, 7));
        assert!(!skips(&[1, 2, 6, 9], 5, 7));
        assert!(!skips(&[1, 2, 9], 8, 7));
    }
}
