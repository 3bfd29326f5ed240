//! What a person means by a word on the command line: an id, a number, or a part of a name that only one thing
//! has. It guesses nothing.

use anyhow::{Context, bail};
use parloir_client::protocol::entity::{Address, Row, WebhookStanding};
use parloir_client::protocol::ids::{AgentId, ChannelId, ConversationId, GroupId};
use parloir_client::protocol::text::fold;
use parloir_client::{Client, Store};

use super::terminal::number;

/// Digits that a number must have to be looked for.
const DIGITS_MIN: usize = 3;

/// A name that is shown for a row: the contact's, the profile's, the number.
pub(super) fn name(row: &Row) -> String {
    let contact = row.contact.as_ref().map(|contact| contact.name.clone()).filter(|name| !name.is_empty());
    let profile = || row.profile_name.as_ref().map(|name| format!("~{name}"));
    let address = || row.address.as_ref().map(|address| number(&address.value));
    contact.or_else(profile).or_else(address).unwrap_or_else(|| "(erased)".to_owned())
}

/// A conversation by id, number or a unique part of its name.
pub(super) async fn conversation(client: &Client, word: &str) -> anyhow::Result<ConversationId> {
    if let Ok(id) = word.parse() {
        return Ok(id);
    }
    while client.more().await? {}
    let hits: Vec<_> = client.read(|store| {
        let hits = store.queue().filter(|row| fits(row, word));
        hits.map(|row| (row.conversation.conversation_id, label(store, row))).collect()
    });
    one("conversation", word, &hits)
}

/// What tells a row from another one of the same person.
fn label(store: &Store, row: &Row) -> String {
    let channel = store.directory().channels.get(&row.channel_id);
    let channel = channel.map_or_else(|| row.channel_id.to_string(), |channel| channel.name.clone());
    format!("{} on {channel} ({})", name(row), row.conversation.conversation_id)
}

fn fits(row: &Row, word: &str) -> bool {
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let is_number = word.chars().all(|c| c.is_ascii_digit() || " +-.()".contains(c));
    if is_number && digits.len() >= DIGITS_MIN {
        let significant = digits.trim_start_matches('0');
        return row.address.as_ref().is_some_and(|Address { value, .. }| value.ends_with(significant));
    }
    fold(&name(row)).contains(&fold(word))
}

/// A group by id or a unique part of its name.
pub(super) fn group(client: &Client, word: &str) -> anyhow::Result<GroupId> {
    let all =
        |store: &Store| store.directory().groups.values().map(|g| (g.group_id, g.name.clone())).collect();
    named("group", word, client.read(all))
}

/// An agent by id or a unique part of its name.
pub(super) fn agent(client: &Client, word: &str) -> anyhow::Result<AgentId> {
    let all =
        |store: &Store| store.directory().agents.values().map(|a| (a.agent_id, a.name.clone())).collect();
    named("agent", word, client.read(all))
}

/// A channel by id or a unique part of its name.
pub(super) fn channel(client: &Client, word: &str) -> anyhow::Result<ChannelId> {
    let all =
        |store: &Store| store.directory().channels.values().map(|c| (c.channel_id, c.name.clone())).collect();
    named("channel", word, client.read(all))
}

/// A webhook of these, by id or a unique part of its name.
pub(super) fn webhook(all: Vec<WebhookStanding>, word: &str) -> anyhow::Result<WebhookStanding> {
    let names = all.iter().map(|one| (one.webhook.webhook_id, one.webhook.name.clone())).collect();
    let id = named("webhook", word, names)?;
    let found = all.into_iter().find(|one| one.webhook.webhook_id == id);
    found.with_context(|| format!("there is no webhook '{word}'"))
}

fn named<T: Copy + std::str::FromStr>(what: &str, word: &str, all: Vec<(T, String)>) -> anyhow::Result<T> {
    if let Ok(id) = word.parse() {
        return Ok(id);
    }
    let folded = fold(word);
    let (whole, parts): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|(_, name)| fold(name).contains(&folded))
        .partition(|(_, name)| fold(name) == folded);
    one(what, word, if whole.is_empty() { &parts } else { &whole })
}

fn one<T: Copy>(what: &str, word: &str, hits: &[(T, String)]) -> anyhow::Result<T> {
    if hits.len() > 1 {
        let names: Vec<&str> = hits.iter().map(|(_, name)| name.as_str()).collect();
        bail!("'{word}' is more than one {what}: {}", super::terminal::plain(&names.join(", ")));
    }
    hits.first().map(|(id, _)| *id).with_context(|| format!("there is no {what} '{word}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_must_be_of_one_only() {
        let all = || vec![(1_u8, "Hélène".to_owned()), (2, "Helena".to_owned()), (3, "Bob".to_owned())];
        assert_eq!(named("agent", "bo", all()).expect("one"), 3);
        assert_eq!(named("agent", "helene", all()).expect("a whole name"), 1);
        let error = named("agent", "hel", all()).expect_err("two").to_string();
        assert_eq!(error, "'hel' is more than one agent: Hélène, Helena");
        let twice = vec![(1_u8, "Bob".to_owned()), (2, "bob".to_owned())];
        assert!(named("agent", "bob", twice).is_err(), "two whole names");
        let error = named("agent", "zoe", all()).expect_err("none").to_string();
        assert_eq!(error, "there is no agent 'zoe'");
    }
}
