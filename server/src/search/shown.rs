//! What was found as it is shown: a document's values, and where in them each word stands.

use std::borrow::Cow;

use parloir_desk::entity::{Address, AddressKind};
use parloir_protocol::entity::{Hit, HitConversation, Match, MatchField, MessageHit, Rank};
use parloir_protocol::ids::{ContactId, ConversationId, MessageId};
use parloir_protocol::search::Term;
use parloir_protocol::text::{Words, label};

use super::ask::{Ask, Narrow, words_of};
use super::book::seq_of;
use super::directory::Directory;
use super::matching::text_fit;
use super::messages::Messages;
use super::people::{People, Seen};
use super::person::{Name, Person, Thread};
use super::record::Id;
use super::said::Line;
use super::walk::{Document, Found};
use crate::wire;

/// The longest text shown around a match, in characters.
const SNIPPET_CHARS: usize = 160;
/// Characters shown before the first match of a longer text.
const SNIPPET_BEFORE: usize = 40;

/// Shows people.
pub(super) struct Shown<'a> {
    pub(super) directory: &'a Directory,
    pub(super) ask: &'a Ask,
}

/// Everything of a person that a hit shows.
struct Card {
    name: Name,
    addresses: Vec<Address>,
    tags: Vec<String>,
    properties: Vec<(String, String)>,
    thread: Option<Thread>,
}

impl Shown<'_> {
    pub(super) fn person(&self, found: &Found<People>) -> Hit {
        let rank = found.key.rank;
        let mut card = match &found.document {
            Document::Written(leaf, doc) => written(leaf.segment.seen(*doc)),
            Document::Fresh(person) => fresh(person),
        };
        card.properties = self.properties(found, rank);
        let matched = self.matched(&card);
        let (name, profile_name) = match card.name {
            Name::Saved(name) => (Some(name), None),
            Name::Profile(name) => (None, Some(name)),
            Name::Unknown => (None, None),
        };
        let Id(id) = found.id;
        let contact_id = card.thread.is_none().then(|| ContactId::from_bytes(id));
        let conversation = card.thread.map(|thread| HitConversation {
            conversation_id: ConversationId::from_bytes(id),
            status: wire::entity::status(thread.status),
            unread: thread.unread,
            group_id: thread.group,
            channel_id: thread.channel,
            assignee: thread.assignee,
            activity_seq: seq_of(found.key.place),
            activity_at: thread.at,
        });
        let addresses = card.addresses.iter().map(wire::entity::address).collect();
        Hit { rank, conversation, contact_id, name, profile_name, addresses, tags: card.tags, matched }
    }

    /// Properties are told where they were needed.
    fn properties(&self, found: &Found<People>, rank: Rank) -> Vec<(String, String)> {
        let is_asked = |narrow: &Narrow| matches!(narrow, Narrow::Property { .. });
        if rank != Rank::Elsewhere && !self.ask.narrowed.iter().any(is_asked) {
            return Vec::new();
        }
        match &found.document {
            Document::Written(leaf, doc) => leaf.segment.properties_of(*doc),
            Document::Fresh(person) => person.properties.clone(),
        }
    }

    fn matched(&self, card: &Card) -> Vec<Match> {
        let terms = self.marked(card);
        let mut matched = Vec::new();
        let mut add = |field, key: Option<&String>, text: &str, ranges: Vec<[usize; 2]>| {
            if !ranges.is_empty() {
                matched.push(Match { field, key: key.cloned(), text: text.to_owned(), ranges });
            }
        };
        let name = card.name.text();
        add(MatchField::Name, None, name, in_text(name, &terms));
        for address in &card.addresses {
            add(MatchField::Address, None, &address.value, in_address(address, &terms));
        }
        if let Some(group) = card.thread.as_ref().and_then(|thread| self.directory.group(thread.group)) {
            add(MatchField::Group, None, &group.name, in_text(&group.name, &terms));
        }
        for tag in &card.tags {
            add(MatchField::Tag, None, tag, merged(in_text(tag, &terms), self.narrowed_tag(tag)));
        }
        for (key, value) in &card.properties {
            let ranges = merged(in_text(value, &terms), self.narrowed_property(key, value));
            add(MatchField::Property, Some(key), value, ranges);
        }
        matched
    }

    /// The terms that are marked: a number that is one of the card's is marked there and nowhere else; one
    /// that is none is looked for by its groups of digits.
    fn marked(&self, card: &Card) -> Vec<&Term> {
        let mut terms = Vec::new();
        for sought in &self.ask.terms {
            if sought.apart.is_empty() || is_number_of(card, &sought.term) {
                terms.push(&sought.term);
            } else {
                terms.extend(sought.apart.iter().map(|alone| &alone.term));
            }
        }
        terms
    }

    /// A tag that was asked for by its qualifier is shown as a whole.
    fn narrowed_tag(&self, tag: &str) -> Vec<[usize; 2]> {
        let is_wanted = self.ask.narrowed.iter().any(|narrow| match narrow {
            Narrow::Tag(wanted) => wanted.fits(&label(tag)),
            Narrow::Any(_) | Narrow::Property { .. } => false,
        });
        if is_wanted { whole(tag) } else { Vec::new() }
    }

    fn narrowed_property(&self, has: &str, is: &str) -> Vec<[usize; 2]> {
        let is_wanted = self.ask.narrowed.iter().any(|narrow| match narrow {
            Narrow::Property { key, value } => label(has) == *key && value.fits(&label(is)),
            Narrow::Any(_) | Narrow::Tag(_) => false,
        });
        if is_wanted { whole(is) } else { Vec::new() }
    }
}

fn is_number_of(card: &Card, term: &Term) -> bool {
    let Term::Number { fragment, .. } = term else { return false };
    let mut numbers = card.addresses.iter().filter(|address| is_number(address));
    numbers.any(|address| fragment.fit(&address.value).is_some())
}

fn is_number(address: &Address) -> bool {
    address.kind == AddressKind::E164
}

fn written(Seen { name, addresses, tags, thread }: Seen) -> Card {
    Card { name, addresses, tags, properties: Vec::new(), thread }
}

fn fresh(person: &Person) -> Card {
    Card {
        name: person.name.clone(),
        addresses: person.addresses.clone(),
        tags: person.tags.clone(),
        properties: Vec::new(),
        thread: person.thread.clone(),
    }
}

fn whole(text: &str) -> Vec<[usize; 2]> {
    vec![[0, text.chars().count()]]
}

/// Where the terms stand in a text, each where it fits best.
fn in_text(text: &str, terms: &[&Term]) -> Vec<[usize; 2]> {
    if text.is_empty() || terms.is_empty() {
        return Vec::new();
    }
    in_words(&Words::of(text), terms)
}

fn in_words(text: &Words, terms: &[&Term]) -> Vec<[usize; 2]> {
    let of_word = |word: &str| text.fit(word).map(|fit| text.ranges(word, fit)).unwrap_or_default();
    // A term that fits only in parts is not marked: it was found elsewhere.
    terms.iter().filter(|term| text_fit(text, term).is_some()).fold(Vec::new(), |ranges, term| match term {
        Term::Phrase(words) => merged(ranges, text.phrase(words)),
        Term::Word(_) | Term::Number { .. } => {
            words_of(term).into_iter().fold(ranges, |ranges, word| merged(ranges, of_word(word)))
        }
    })
}

fn in_address(address: &Address, terms: &[&Term]) -> Vec<[usize; 2]> {
    if !is_number(address) {
        return in_text(&address.value, terms);
    }
    let range = |term: &&Term| match term {
        Term::Number { fragment, .. } => fragment.range(&address.value),
        Term::Word(_) | Term::Phrase(_) => None,
    };
    terms.iter().filter_map(range).fold(Vec::new(), |ranges, range| merged(ranges, vec![range]))
}

/// Both, in order and without overlap.
fn merged(mut ranges: Vec<[usize; 2]>, more: Vec<[usize; 2]>) -> Vec<[usize; 2]> {
    if more.is_empty() {
        return ranges;
    }
    ranges.extend(more);
    ranges.sort_unstable();
    let mut apart: Vec<[usize; 2]> = Vec::with_capacity(ranges.len());
    for [from, to] in ranges {
        match apart.last_mut() {
            Some(last) if from <= last[1] => last[1] = last[1].max(to),
            Some(_) | None => apart.push([from, to]),
        }
    }
    apart
}

/// A message that was found, with its text around the first match.
///
/// # Errors
/// [`std::io::Error`] where the index cannot be read.
pub(super) fn message(ask: &Ask, found: &Found<Messages>) -> std::io::Result<MessageHit> {
    let line = match &found.document {
        Document::Written(leaf, doc) => Cow::Owned(leaf.segment.line(*doc)?),
        Document::Fresh(said) => Cow::Borrowed(&said.line),
    };
    let Line { conversation_id, direction, at, text } = &*line;
    let terms: Vec<&Term> = ask.terms.iter().map(|sought| &sought.term).collect();
    let (snippet, ranges) = snippet(text, &in_text(text, &terms));
    Ok(MessageHit {
        rank: found.key.rank,
        message_id: MessageId::from_bytes(found.id.0),
        conversation_id: *conversation_id,
        seq: seq_of(found.key.place),
        at: *at,
        direction: wire::entity::direction(*direction),
        snippet,
        ranges,
    })
}

/// The part of a text around its first match, on one line, and where the matches stand in it.
fn snippet(text: &str, ranges: &[[usize; 2]]) -> (String, Vec<[usize; 2]>) {
    let characters: Vec<char> = text.chars().collect();
    let first = ranges.first().map_or(0, |[from, _]| *from);
    let last_start = (characters.len() + 1).saturating_sub(SNIPPET_CHARS);
    let mut from = first.saturating_sub(SNIPPET_BEFORE).min(last_start);
    if characters.len() <= SNIPPET_CHARS {
        from = 0;
    }
    let cut_before = usize::from(from > 0);
    let room = SNIPPET_CHARS - cut_before;
    let cut_after = usize::from(characters.len() - from > room);
    let to = characters.len().min(from + room - cut_after);
    let shown = characters[from..to].iter().map(|c| if c.is_control() { ' ' } else { *c });
    let ellipsis = |cut: usize| std::iter::repeat_n('…', cut);
    let snippet = ellipsis(cut_before).chain(shown).chain(ellipsis(cut_after)).collect();
    let inside = |[start, end]: &[usize; 2]| {
        let (start, end) = ((*start).max(from), (*end).min(to));
        (start < end).then(|| [start - from + cut_before, end - from + cut_before])
    };
    (snippet, ranges.iter().filter_map(inside).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_merged_in_order() {
        assert_eq!(merged(vec![[4, 6]], vec![[0, 2], [5, 9]]), [[0, 2], [4, 9]]);
        assert_eq!(merged(vec![[0, 2]], vec![[2, 3]]), [[0, 3]]);
    }

    #[test]
    fn a_snippet_is_cut_around_its_match() {
        let short = snippet("Bonjour\nMarie", &[[8, 13]]);
        assert_eq!(short, ("Bonjour Marie".to_owned(), vec![[8, 13]]));
        let text = format!("{}été{}", "a".repeat(300), "b".repeat(300));
        let (shown, ranges) = snippet(&text, &[[300, 303]]);
        assert_eq!(shown.chars().count(), SNIPPET_CHARS);
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        let [from, to] = ranges[0];
        assert_eq!(shown.chars().skip(from).take(to - from).collect::<String>(), "été");
        let at_the_end = format!("{}fin", "a".repeat(300));
        let (shown, ranges) = snippet(&at_the_end, &[[300, 303]]);
        assert!(shown.ends_with("fin") && shown.chars().count() == SNIPPET_CHARS);
        let [from, to] = ranges[0];
        assert_eq!(shown.chars().skip(from).take(to - from).collect::<String>(), "fin");
    }
}
