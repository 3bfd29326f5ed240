//! What a search has to find: somebody who is known to be there, or at least as many as are known to fit. It holds an
//! answer against this and asks nothing itself.

use parloir_client::protocol::entity::{Hit, HitId, Match, MatchField};
use parloir_client::protocol::query::search::SearchConversationsOk;
use parloir_client::protocol::text::{Fragment, fold};

/// Hits that a search asks for.
pub(super) const HITS_MAX: usize = 20;

/// A search, and what its answer must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sought {
    pub(super) text: String,
    needs: Needs,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Needs {
    /// This one is the only hit.
    One(HitId),
    /// There are so many, and the text stands in each.
    Fitting(usize),
    Nothing,
}

impl Sought {
    pub(super) fn one(text: String, hit: HitId) -> Self {
        Self { text, needs: Needs::One(hit) }
    }

    /// A text that is one word or a part of a number; `known` of those who fit are there.
    pub(super) fn part(text: String, known: usize) -> Self {
        Self { text, needs: Needs::Fitting(known.min(HITS_MAX)) }
    }

    /// Somebody of whom it is not known yet whether he is there.
    pub(super) fn perhaps(text: String) -> Self {
        Self { text, needs: Needs::Nothing }
    }

    pub(super) fn is_checked(&self) -> bool {
        self.needs != Needs::Nothing
    }

    /// What is wrong with the answer.
    pub(super) fn fault(&self, found: &SearchConversationsOk) -> Option<String> {
        let (text, hits) = (&self.text, &found.hits);
        match &self.needs {
            Needs::One(wanted) => {
                let is_found = hits.iter().map(Hit::id).eq([*wanted]);
                (!is_found).then(|| {
                    format!("a search for '{text}' did not find {wanted} alone, but {} hits", hits.len())
                })
            }
            Needs::Fitting(known) if hits.len() < *known => Some(format!(
                "a search for '{text}' found {} where {known} are known to be there",
                hits.len()
            )),
            Needs::Fitting(_) => {
                let stranger = hits.iter().find(|hit| !holds(hit, text));
                stranger
                    .map(|hit| format!("a search for '{text}' found {}, where it does not stand", hit.id()))
            }
            Needs::Nothing => None,
        }
    }
}

/// Whether the text stands in something of a hit.
fn holds(hit: &Hit, text: &str) -> bool {
    let folded = fold(text);
    let number = Fragment::parse(text);
    let fits = |address: &str| number.as_ref().is_some_and(|number| number.fit(address).is_some());
    let words = hit.name.iter().chain(&hit.profile_name).chain(&hit.tags);
    // What else a hit shows of itself is judged as it is shown.
    let is_elsewhere = |matched: &&Match| matches!(matched.field, MatchField::Group | MatchField::Property);
    let marked = hit.matched.iter().filter(is_elsewhere).map(|matched| &matched.text);
    words.chain(marked).any(|words| fold(words).contains(&folded))
        || hit.addresses.iter().any(|address| fits(&address.value))
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::entity::{Address, AddressKind, Rank};
    use parloir_client::protocol::ids::ContactId;
    use uuid::Uuid;

    use super::*;

    fn hit(n: u128, name: &str, number: &str) -> Hit {
        Hit {
            rank: Rank::Word,
            conversation: None,
            contact_id: Some(ContactId(Uuid::from_u128(n))),
            name: Some(name.to_owned()),
            profile_name: None,
            addresses: vec![Address { kind: AddressKind::E164, value: number.to_owned() }],
            tags: Vec::new(),
            matched: Vec::new(),
        }
    }

    fn answer(hits: Vec<Hit>) -> SearchConversationsOk {
        SearchConversationsOk { hits, ..SearchConversationsOk::default() }
    }

    fn somebody(n: u128) -> HitId {
        HitId::Contact(ContactId(Uuid::from_u128(n)))
    }

    #[test]
    fn who_is_known_to_be_there_is_found_and_nobody_else() {
        let sought = Sought::one("+33610000007".to_owned(), somebody(7));
        let (other, wanted) = (hit(3, "Zoé 3", "+33610000003"), hit(7, "Zoé 7", "+33610000007"));
        assert_eq!(sought.fault(&answer(vec![wanted.clone()])), None);
        assert!(sought.fault(&answer(vec![other, wanted])).is_some());
        assert!(sought.fault(&answer(vec![hit(3, "Zoé 3", "+33610000003")])).is_some());
        assert!(sought.fault(&answer(Vec::new())).is_some_and(|fault| fault.contains("+33610000007")));
    }

    #[test]
    fn no_fewer_are_found_than_are_known_and_nobody_whom_the_text_does_not_fit() {
        let camille = || hit(1, "Camille 1", "+33610000001");
        assert_eq!(Sought::part("cam".to_owned(), 1).fault(&answer(vec![camille()])), None);
        assert!(Sought::part("cam".to_owned(), 2).fault(&answer(vec![camille()])).is_some());
        assert!(Sought::part("zoe".to_owned(), 0).fault(&answer(vec![camille()])).is_some());
        for (digits, fits) in
            [("001", true), ("061", true), ("0033", true), ("061002", false), ("999", false)]
        {
            let fault = Sought::part(digits.to_owned(), 0).fault(&answer(vec![camille()]));
            assert_eq!(fault.is_none(), fits, "{digits}: {fault:?}");
        }
    }

    #[test]
    fn no_more_are_asked_for_than_an_answer_holds() {
        let full = answer(vec![hit(1, "Camille 1", "+33610000001"); HITS_MAX]);
        assert_eq!(Sought::part("cam".to_owned(), 5_000).fault(&full), None);
        assert!(!Sought::perhaps("cam".to_owned()).is_checked());
    }
}
