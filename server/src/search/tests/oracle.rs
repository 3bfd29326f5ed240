//! What a search means, by looking at everything there is. It shares the folding and the reading of what was
//! typed with the index, and nothing else.

use std::collections::BTreeSet;

use parloir_desk::entity::{AddressKind, Agent, Card, Channel, Contact, ContactStatus, Conversation, Status};
use parloir_desk::view::View;
use parloir_protocol::entity::{HitId, Rank};
use parloir_protocol::ids::MessageId;
use parloir_protocol::search::{FilterKind, SearchStatus, SearchText, Term, Wanted, Whose};
use parloir_protocol::text::{Fit, label, words};

/// A document, as plain as can be.
struct Plain {
    id: HitId,
    seq: u64,
    name: Vec<String>,
    numbers: Vec<String>,
    tags: Vec<String>,
    details: Vec<Vec<String>>,
    properties: Vec<(String, String)>,
    group: Vec<String>,
    conversation: Option<Conversation>,
}

/// Everything that `agent` finds, in order.
pub(super) fn people(view: &View<'_>, agent: &Agent, text: &str) -> Vec<(Rank, HitId)> {
    let search = SearchText::parse(text).expect("the search is right");
    if search.terms.is_empty() && search.filters.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Rank, u64, HitId)> = Vec::new();
    for plain in everyone(view) {
        let sees = match &plain.conversation {
            Some(conversation) => agent.scope.sees(conversation.header.group_id),
            None => agent.scope == parloir_desk::entity::Scope::All,
        };
        if !sees || !search.filters.iter().all(|filter| passes(view, agent, &plain, &filter.kind)) {
            continue;
        }
        if let Some(rank) = rank(&search.terms, &plain) {
            found.push((rank, u64::MAX - plain.seq, plain.id));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(rank, _, id)| (rank, id)).collect()
}

fn everyone(view: &View<'_>) -> Vec<Plain> {
    let mut everyone = Vec::new();
    let mut talking = BTreeSet::new();
    for conversation in view.conversations_after(None, usize::MAX) {
        let Some(address) = conversation.address.known().cloned() else { continue };
        let contact = view.contact_at(&address).and_then(|id| view.contact(id));
        talking.extend(contact.as_ref().map(|contact| contact.id));
        let mut card = contact.and_then(|contact| contact.card.known().cloned()).unwrap_or_default();
        card.addresses.insert(address);
        if card.name.is_empty() {
            let profile = conversation.profile_name.as_ref().and_then(|name| name.known().cloned());
            card.name = profile.unwrap_or_default();
        }
        let own = conversation.address.known().filter(|own| own.kind != AddressKind::E164);
        if let Some(own) = own.filter(|_| card.name.is_empty()) {
            card.name.clone_from(&own.value);
        }
        let group = view.group(conversation.header.group_id).map(|group| words(&group.name));
        let id = HitId::Conversation(conversation.header.conversation_id);
        let seq = conversation.header.activity_seq;
        everyone.push(plain(id, seq, &card, group.unwrap_or_default(), Some(conversation)));
    }
    let alone = |contact: &Contact| contact.status == ContactStatus::Saved && !talking.contains(&contact.id);
    for contact in view.contacts_after(None, usize::MAX).into_iter().filter(alone) {
        if let Some(card) = contact.card.known() {
            everyone.push(plain(HitId::Contact(contact.id), contact.seq, card, Vec::new(), None));
        }
    }
    everyone
}

fn plain(id: HitId, seq: u64, card: &Card, group: Vec<String>, conversation: Option<Conversation>) -> Plain {
    let is_number = |kind| kind == AddressKind::E164;
    let (numbers, others): (Vec<_>, Vec<_>) =
        card.addresses.iter().partition(|address| is_number(address.kind));
    let others = others.into_iter().map(|address| words(&address.value));
    Plain {
        id,
        seq,
        name: words(&card.name),
        numbers: numbers.into_iter().map(|address| address.value.clone()).collect(),
        tags: card.tags.iter().map(|tag| label(tag)).collect(),
        details: card.properties.values().map(|value| words(value)).chain(others).collect(),
        properties: card.properties.iter().map(|(key, value)| (label(key), label(value))).collect(),
        group,
        conversation,
    }
}

fn rank(terms: &[Term], plain: &Plain) -> Option<Rank> {
    let mut worst = if terms.is_empty() { Rank::Elsewhere } else { Rank::Word };
    for term in terms {
        worst = worst.max(term_rank(term, plain)?);
    }
    let typed: BTreeSet<&String> = terms.iter().flat_map(term_words).collect();
    let named: BTreeSet<&String> = plain.name.iter().collect();
    let whole_number = match terms {
        [Term::Number { fragment, .. }] => {
            plain.numbers.iter().any(|number| fragment.fit(number) == Some(Fit::Whole))
        }
        _ => false,
    };
    let is_whole = worst == Rank::Word && (typed == named || whole_number);
    Some(if is_whole { Rank::Whole } else { worst })
}

fn term_words(term: &Term) -> Vec<&String> {
    match term {
        Term::Word(word) => vec![word],
        Term::Phrase(words) | Term::Number { words, .. } => words.iter().collect(),
    }
}

/// As one, or each group of digits by itself.
fn term_rank(term: &Term, plain: &Plain) -> Option<Rank> {
    let apart: Vec<Term> = match term {
        Term::Number { words, .. } if words.len() > 1 => {
            let alone = |word: &String| SearchText::parse(word).expect("digits").terms.remove(0);
            words.iter().map(alone).collect()
        }
        Term::Number { .. } | Term::Word(_) | Term::Phrase(_) => return rank_together(term, plain),
    };
    let ranks: Option<Vec<Rank>> = apart.iter().map(|term| rank_together(term, plain)).collect();
    rank_together(term, plain).into_iter().chain(ranks.and_then(|ranks| ranks.into_iter().max())).min()
}

fn rank_together(term: &Term, plain: &Plain) -> Option<Rank> {
    let by_number = match term {
        Term::Number { fragment, .. } => plain.numbers.iter().filter_map(|number| fragment.fit(number)).min(),
        Term::Word(_) | Term::Phrase(_) => None,
    };
    let ranked = match by_number.into_iter().chain(fit(term, &plain.name)).min() {
        Some(Fit::Whole) => Rank::Word,
        Some(Fit::Start) => Rank::Start,
        Some(Fit::Inside) => Rank::Inside,
        None if elsewhere(term, plain) => Rank::Elsewhere,
        None => return None,
    };
    Some(ranked)
}

pub(super) fn fit(term: &Term, text: &[String]) -> Option<Fit> {
    let of_word = |word: &String| {
        let has = |test: fn(&str, &str) -> bool| text.iter().any(|other| test(other, word));
        if has(|other, word| other == word) {
            Some(Fit::Whole)
        } else if has(|other, word| other.starts_with(word)) {
            Some(Fit::Start)
        } else {
            has(|other, word| other.contains(word)).then_some(Fit::Inside)
        }
    };
    match term {
        Term::Word(word) => of_word(word),
        Term::Phrase(phrase) => {
            text.windows(phrase.len()).any(|window| window == phrase.as_slice()).then_some(Fit::Whole)
        }
        Term::Number { words, .. } => {
            words.iter().map(of_word).collect::<Option<Vec<_>>>().and_then(|fits| fits.into_iter().max())
        }
    }
}

fn elsewhere(term: &Term, plain: &Plain) -> bool {
    let tags: Vec<Vec<String>> = plain.tags.iter().map(|tag| words(tag)).collect();
    let zones = [plain.details.clone(), tags, vec![plain.group.clone()]];
    zones.iter().any(|texts| match term {
        Term::Phrase(_) => texts.iter().any(|text| fit(term, text).is_some()),
        Term::Word(_) | Term::Number { .. } => {
            let all: Vec<String> = texts.concat();
            fit(term, &all).is_some()
        }
    })
}

fn passes(view: &View<'_>, agent: &Agent, plain: &Plain, filter: &FilterKind) -> bool {
    let wanted = |wanted: &Wanted, text: &String| match wanted {
        Wanted::Whole(whole) => text == whole,
        Wanted::Start(start) => text.starts_with(start),
    };
    if let FilterKind::Tag(tag) = filter {
        return plain.tags.iter().any(|text| wanted(tag, text));
    }
    if let FilterKind::Property { key, value } = filter {
        return plain.properties.iter().any(|(has, is)| has == key && wanted(value, is));
    }
    let Some(conversation) = &plain.conversation else { return false };
    let header = &conversation.header;
    match filter {
        FilterKind::Status(SearchStatus::Open) => header.status == Status::Open,
        FilterKind::Status(SearchStatus::Closed) => header.status == Status::Closed,
        FilterKind::Unread(unread) => header.unread == *unread,
        FilterKind::Assignee(Whose::Me) => header.assignee == Some(agent.id),
        FilterKind::Assignee(Whose::Nobody) => header.assignee.is_none(),
        FilterKind::Group(_) => meant(view, agent, filter).contains(&header.group_id.as_bytes().to_vec()),
        FilterKind::Channel(_) => {
            meant(view, agent, filter).contains(&conversation.channel_id.as_bytes().to_vec())
        }
        FilterKind::Assignee(Whose::Named(_)) => {
            let meant = meant(view, agent, filter);
            header.assignee.is_some_and(|assignee| meant.contains(&assignee.as_bytes().to_vec()))
        }
        FilterKind::Tag(_) | FilterKind::Property { .. } => unreachable!("answered above"),
    }
}

/// Whether a qualifier names what nobody is called, as far as the agent sees.
pub(super) fn is_unknown(view: &View<'_>, agent: &Agent, text: &str) -> bool {
    let search = SearchText::parse(text).expect("the search is right");
    let names = |filter: &FilterKind| {
        let whose = matches!(filter, FilterKind::Assignee(Whose::Named(_)));
        whose || matches!(filter, FilterKind::Group(_) | FilterKind::Channel(_))
    };
    search.filters.iter().any(|filter| names(&filter.kind) && meant(view, agent, &filter.kind).is_empty())
}

/// The id of something, and the words of each of its names.
type Called = (Vec<u8>, Vec<Vec<String>>);

/// Ids of what a name stands for: what is called so, or else what has its words in what it is called.
fn meant(view: &View<'_>, agent: &Agent, filter: &FilterKind) -> Vec<Vec<u8>> {
    let (name, all): (&String, Vec<Called>) = match filter {
        FilterKind::Group(name) => {
            let seen = view.groups().into_iter().filter(|group| agent.scope.sees(group.id));
            (name, seen.map(|group| (group.id.as_bytes().to_vec(), vec![words(&group.name)])).collect())
        }
        FilterKind::Channel(name) => {
            let called =
                |channel: &Channel| vec![words(&channel.name), words(&format!("{:?}", channel.kind))];
            let channels = view.channels().into_iter();
            (name, channels.map(|channel| (channel.id.as_bytes().to_vec(), called(&channel))).collect())
        }
        FilterKind::Assignee(Whose::Named(name)) => {
            let agents = view.agents().into_iter();
            (name, agents.map(|agent| (agent.id.as_bytes().to_vec(), vec![words(&agent.name)])).collect())
        }
        _ => return Vec::new(),
    };
    let asked = words(name);
    let is_part = |word: &String, called: &[Vec<String>]| called.iter().flatten().any(|of| of.contains(word));
    let whole = all.iter().filter(|(_, called)| called.contains(&asked));
    let parts = all.iter().filter(|(_, called)| asked.iter().all(|word| is_part(word, called)));
    let ids = |(id, _): &Called| id.clone();
    let whole: Vec<Vec<u8>> = whole.map(ids).collect();
    if whole.is_empty() { parts.map(ids).collect() } else { whole }
}

/// Every message that `agent` finds, in order.
pub(super) fn messages(view: &View<'_>, agent: &Agent, text: &str) -> Vec<(Rank, MessageId)> {
    let search = SearchText::parse(text).expect("the search is right");
    let mut found = Vec::new();
    let plain: std::collections::BTreeMap<HitId, Plain> =
        everyone(view).into_iter().map(|plain| (plain.id, plain)).collect();
    for message in view.messages_after(None, usize::MAX) {
        let conversation = view.conversation(message.conversation_id).expect("its conversation");
        let of = &plain[&HitId::Conversation(message.conversation_id)];
        let passed = search.filters.iter().all(|filter| passes(view, agent, of, &filter.kind));
        if search.terms.is_empty() || !passed {
            continue;
        }
        let Some(said) = message.text.known().map(|text| words(text)) else { continue };
        let fits: Option<Vec<Fit>> = search.terms.iter().map(|term| fit(term, &said)).collect();
        let worst = fits.and_then(|fits| fits.into_iter().max());
        if let Some(worst) = worst.filter(|_| agent.scope.sees(conversation.header.group_id)) {
            let rank = match worst {
                Fit::Whole => Rank::Word,
                Fit::Start => Rank::Start,
                Fit::Inside => Rank::Inside,
            };
            found.push((rank, u64::MAX - message.seq, message.id));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(rank, _, id)| (rank, id)).collect()
}
