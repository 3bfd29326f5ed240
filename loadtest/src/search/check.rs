//! Answers of the server against those of the oracle. It says where they differ; what that is worth is for the
//! report.

use std::thread;

use parloir_client::protocol::entity::{HitId, Rank};
use parloir_client::protocol::error::Code;
use parloir_client::protocol::ids::MessageId;
use parloir_client::protocol::query::search::{SearchConversationsOk, SearchMessagesOk, Total};

use super::asker::{Among, Answer, Count, read};
use super::progress::say;
use super::question::{Qualifier, Question};
use super::reference::{self, Found, Scope};
use super::world::World;

/// Differences that are shown; the number tells the rest.
const SHOWN_MAX: usize = 20;

/// What answers are held against.
#[derive(Clone, Copy)]
pub(crate) struct Oracle<'a> {
    pub(crate) world: &'a World,
    pub(crate) scope: &'a Scope,
    pub(crate) among: Among,
}

impl Oracle<'_> {
    /// How many answers differ. It uses every processor.
    pub(crate) fn mismatches(&self, questions: &[Question], answers: &[Answer], count: Count) -> u64 {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = questions.len().div_ceil(threads).max(1);
        let all: Vec<String> = thread::scope(|scope| {
            let parts = questions.chunks(share).zip(answers.chunks(share));
            let parts: Vec<_> = parts
                .map(|(questions, answers)| scope.spawn(move || self.differences(questions, answers, count)))
                .collect();
            parts.into_iter().flat_map(|part| part.join().expect("the oracle does not panic")).collect()
        });
        all.iter().take(SHOWN_MAX).for_each(|difference| say(difference));
        all.len() as u64
    }

    fn differences(&self, questions: &[Question], answers: &[Answer], count: Count) -> Vec<String> {
        let pairs = questions.iter().zip(answers);
        let different = pairs.filter_map(|(question, answer)| {
            let what = self.difference(question, answer, count)?;
            Some(format!("{} '{}': {what}", question.class.name(), question.text))
        });
        different.collect()
    }

    fn difference(&self, question: &Question, answer: &Answer, count: Count) -> Option<String> {
        let bytes = match (answer, self.names_a_hidden_group(question)) {
            (Err(refused), true) if refused.starts_with(Code::InvalidQuery.as_str()) => return None,
            (Err(refused), _) => return Some(format!("was refused: {refused}")),
            (Ok(_), true) => return Some("tells of a group that is hidden".to_owned()),
            (Ok(bytes), false) => bytes,
        };
        let compared = match self.among {
            Among::Conversations => told(bytes).map(|told| {
                let wanted = reference::documents(self.world, question, self.scope);
                compare(&wanted, &told, count, |id| self.name(*id))
            }),
            Among::Messages => told_messages(bytes).map(|told| {
                let wanted = reference::messages(self.world, question);
                compare(&wanted, &told, count, |id| self.text(*id))
            }),
        };
        compared.unwrap_or_else(|error| Some(format!("cannot be read: {error}")))
    }

    /// For whoever does not see a group there is none of that name.
    fn names_a_hidden_group(&self, question: &Question) -> bool {
        let Scope::Groups(seen) = self.scope else { return false };
        question.qualifiers.iter().any(|qualifier| match qualifier {
            Qualifier::Group(group) => !seen.contains(group),
            Qualifier::Tag(_) | Qualifier::Status(_) => false,
        })
    }

    fn name(&self, id: HitId) -> String {
        let document = self.world.documents.iter().find(|document| document.id == id);
        document.map_or_else(
            || format!("{id}, which the log does not know"),
            |document| {
                let card = &self.world.cards[document.card];
                let group = document.group.map_or("", |group| self.world.group_names[group].as_str());
                let numbers: Vec<&str> =
                    card.numbers.iter().map(|number| number.international.as_str()).collect();
                format!("{id}{}({group}; {}; {})", card.name.0, numbers.join(" "), document.activity)
            },
        )
    }

    fn text(&self, id: MessageId) -> String {
        let said = self.world.messages.iter().find(|said| said.id == id);
        said.map_or_else(
            || format!("{id}, which the log does not know"),
            |said| format!("{id}{}({})", said.text.0, said.seq),
        )
    }
}

/// What the server says.
struct Told<Id> {
    top: Vec<(Rank, Id)>,
    total: Option<Total>,
}

fn told(bytes: &[u8]) -> anyhow::Result<Told<HitId>> {
    let found: SearchConversationsOk = read(bytes)?;
    Ok(Told { top: found.hits.iter().map(|hit| (hit.rank, hit.id())).collect(), total: found.total })
}

fn told_messages(bytes: &[u8]) -> anyhow::Result<Told<MessageId>> {
    let found: SearchMessagesOk = read(bytes)?;
    Ok(Told { top: found.hits.iter().map(|hit| (hit.rank, hit.message_id)).collect(), total: found.total })
}

/// The first difference, where there is one.
fn compare<Id: PartialEq>(
    wanted: &Found<Id>,
    told: &Told<Id>,
    count: Count,
    name: impl Fn(&Id) -> String,
) -> Option<String> {
    let wanted_total = Total { count: wanted.count, capped: wanted.capped };
    if count == Count::Capped && told.total != Some(wanted_total) {
        return Some(format!("counted {:?}, not {wanted_total:?}", told.total));
    }
    let length = told.top.len().max(wanted.top.len());
    let place = (0..length).find(|place| told.top.get(*place) != wanted.top.get(*place))?;
    let shown = |one: Option<&(Rank, Id)>| {
        one.map_or_else(|| "nothing".to_owned(), |(rank, id)| format!("{rank:?} {}", name(id)))
    };
    let (is, should) = (shown(told.top.get(place)), shown(wanted.top.get(place)));
    Some(format!("hit {place} is {is}, not {should}"))
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::down::write_ok;
    use parloir_client::protocol::up::ReplyTo;

    use super::super::question::Class;
    use super::*;
    use crate::raw::CODEC;

    fn found(top: &[(Rank, u8)], count: u64) -> Found<u8> {
        Found { top: top.to_vec(), count, capped: false }
    }

    fn told(top: &[(Rank, u8)], count: Option<u64>) -> Told<u8> {
        Told { top: top.to_vec(), total: count.map(|count| Total { count, capped: false }) }
    }

    #[test]
    fn a_hidden_group_is_refused_and_nothing_else_is() {
        let world = World::new(vec!["A".to_owned(), "B".to_owned()], Vec::new());
        let scope = Scope::Groups([1].into());
        let oracle = Oracle { world: &world, scope: &scope, among: Among::Conversations };
        let differs = |group: usize, answer: Answer| {
            let (class, qualifiers) = (Class::Qualifier, vec![Qualifier::Group(group)]);
            let question = Question { class, text: String::new(), terms: Vec::new(), qualifiers };
            oracle.difference(&question, &answer, Count::Nothing).is_some()
        };
        let found = write_ok(CODEC, ReplyTo::Query(1), &SearchConversationsOk::default());
        assert!(!differs(0, Err("invalid_query: no such group".to_owned())));
        assert!(differs(0, Err("internal: no".to_owned())) && differs(0, Ok(found.clone().into())));
        assert!(!differs(1, Ok(found.into())) && differs(1, Err("invalid_query: no".to_owned())));
    }

    #[test]
    fn order_rank_and_count_must_be_the_same() {
        let (first, second) = ((Rank::Word, 1), (Rank::Start, 2));
        let wanted = found(&[first, second], 2);
        let same = |told: &Told<u8>, count| compare(&wanted, told, count, u8::to_string).is_none();
        assert!(same(&told(&[first, second], None), Count::Nothing));
        assert!(same(&told(&[first, second], Some(2)), Count::Capped));
        assert!(!same(&told(&[first, second], Some(3)), Count::Capped));
        assert!(!same(&told(&[first, second], None), Count::Capped));
        assert!(!same(&told(&[second, first], None), Count::Nothing));
        assert!(!same(&told(&[first], None), Count::Nothing));
        assert!(!same(&told(&[first, (Rank::Inside, 2)], None), Count::Nothing));
    }
}
