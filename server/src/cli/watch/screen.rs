//! The queue as one screen of text. It decides where things stand and asks nobody.

use parloir_client::protocol::down::Presence;
use parloir_client::protocol::entity::{Direction, Row};
use parloir_client::{Client, State, Store};

use crate::cli::curtain::size;
use crate::cli::find;
use crate::cli::terminal::{age, cell, now_ms, plain};

const NAME: usize = 22;
const AGE: usize = 4;
const CHANNEL: usize = 10;
const GROUP: usize = 12;
const OWNER: usize = 12;
const OTHERS: usize = 18;
const MARK: usize = 2;
const GAPS: usize = 6;

/// Everything, from the top left corner on.
pub(super) fn whole(client: &Client, state: &State) -> String {
    let (columns, lines) = size();
    let now = now_ms();
    let mut text = String::from("\x1b[H");
    client.read(|store| {
        text.push_str(&format!("\x1b[1m{}\x1b[0m\x1b[K\r\n\x1b[K\r\n", cell(&header(store, state), columns)));
        for row in store.queue().take(lines.saturating_sub(3)) {
            text.push_str(&line(store, row, columns, now));
            text.push_str("\x1b[K\r\n");
        }
    });
    text.push_str("\x1b[J");
    text
}

fn header(store: &Store, state: &State) -> String {
    let name = store.directory().workspace.as_ref().map_or("Parloir", |desk| desk.name.as_str());
    let totals = store.tallies().totals();
    let connection = match state {
        State::Connecting => "connecting".to_owned(),
        State::Live => "live".to_owned(),
        State::Resuming => "resuming".to_owned(),
        State::Offline { reason } => format!("offline: {reason}"),
        State::Closed { code, reason } => format!("closed ({code}): {reason}"),
    };
    let online = store.signals().online().count();
    format!(
        "{name}   {} open  {} unread  {} unassigned  {} closed   {online} online   {connection}",
        totals.open, totals.unread, totals.unassigned, totals.closed
    )
}

fn line(store: &Store, row: &Row, columns: usize, now: i64) -> String {
    let header = &row.conversation;
    let directory = store.directory();
    let fixed = MARK + NAME + AGE + CHANNEL + GROUP + OWNER + OTHERS + GAPS;
    let last = row.last.as_ref().map_or(String::new(), |last| {
        let arrow = if last.direction == Direction::Outbound { "→ " } else { "" };
        format!("{arrow}{}", last.text.as_deref().unwrap_or("(erased)"))
    });
    let channel = directory.channels.get(&row.channel_id).map_or("?", |channel| channel.name.as_str());
    let owner = header.assignee.map_or("-", |agent| directory.agent_name(agent).unwrap_or("?"));
    let mark = if header.unread { "\x1b[35m■\x1b[0m " } else { "  " };
    let cells = [
        cell(&find::name(row), NAME),
        cell(&last, columns.saturating_sub(fixed)),
        cell(&age(now - header.activity_at.0), AGE),
        cell(channel, CHANNEL),
        cell(directory.group_name(header.group_id).unwrap_or("?"), GROUP),
        cell(owner, OWNER),
        cell(&others(store, row), OTHERS),
    ];
    format!("{mark}{}", cells.join(" "))
}

fn others(store: &Store, row: &Row) -> String {
    let me = store.me().map(|me| me.agent_id);
    let seen = store.signals().within(row.conversation.conversation_id);
    let seen = seen.filter(|(agent, _)| Some(*agent) != me).map(|(agent, doing)| {
        let name = plain(store.directory().agent_name(agent).unwrap_or("?"));
        match doing {
            Presence::Typing => format!("{name} types"),
            Presence::Leasing => format!("{name} writes"),
            Presence::Viewing | Presence::Online | Presence::Offline | Presence::Nothing => name,
        }
    });
    seen.collect::<Vec<_>>().join(", ")
}
