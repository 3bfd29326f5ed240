//! What stands in the index for a text: tokens, each under its workspace, so that no list holds documents of
//! two workspaces. A field's tokens reach tantivy as lines of one text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::offers::Offers;

/// The name under which tantivy knows the tokenizer.
pub(super) const LINES: &str = "lines";

/// The longest run of characters that has a list of its own.
pub(super) const GRAM_CHARS_MAX: usize = 3;

/// Places between two values of one field, so that no phrase reaches from one into the next.
const GAP: usize = 64;

/// What begins every token of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix(String);

impl Prefix {
    pub(super) fn of(workspace: u32) -> Self {
        Self(format!("{workspace:x}\u{1}"))
    }

    /// The key of a token in the dictionary.
    pub(super) fn key(&self, kind: &str, token: &str) -> Vec<u8> {
        [self.0.as_bytes(), kind.as_bytes(), token.as_bytes()].concat()
    }

    /// The workspace of a key, and what follows in it.
    pub(super) fn split(key: &[u8]) -> Option<(u32, &[u8])> {
        let end = key.iter().position(|byte| *byte == 1)?;
        let workspace = u32::from_str_radix(std::str::from_utf8(&key[..end]).ok()?, 16).ok()?;
        Some((workspace, &key[end + 1..]))
    }
}

/// The tokens of one field of one document.
pub(super) struct Tokens {
    lines: String,
    first: usize,
}

impl Tokens {
    pub(super) fn new(prefix: &Prefix) -> Self {
        Self { first: prefix.0.len(), lines: prefix.0.clone() }
    }

    /// No tokens, under the same workspace.
    pub(super) fn beside(&self) -> Self {
        Self { lines: self.lines[..self.first].to_owned(), first: self.first }
    }

    pub(super) fn push(&mut self, kind: &str, token: &str) {
        self.lines.push('\n');
        self.lines.push_str(kind);
        self.lines.push_str(token);
    }

    /// What follows stands apart from what was before.
    pub(super) fn gap(&mut self) {
        self.lines.push('\n');
    }

    pub(super) fn text(&self) -> &str {
        &self.lines
    }
}

/// Every short run of characters in `word`, and those at its start where starts are written, unless they are written
/// already.
pub(super) fn grams(word: &str, tokens: &mut Tokens, written: &mut Written) {
    let Written { inside, starts, ends, chars_max } = written;
    ends.clear();
    ends.extend(word.char_indices().map(|(at, _)| at).chain([word.len()]));
    for from in 0..ends.len() - 1 {
        for length in 1..=(*chars_max).min(ends.len() - 1 - from) {
            let gram = &word[ends[from]..ends[from + length]];
            let run = plain_run(gram);
            if is_first(inside, run) {
                tokens.push(kind::GRAM, gram);
            }
            if let Some(starts) = starts
                && from == 0
                && is_first(starts, run)
            {
                tokens.push(kind::START, gram);
            }
        }
    }
}

/// Small letters and digits of ASCII, as folded texts have them, and none.
const PLAIN: usize = 37;
/// A bit for each run of one or two of these.
type PlainRuns = [u64; PLAIN.pow(2).div_ceil(64)];

/// The short runs of plain characters that a field of a document has already: the same few letters come again and again
/// in a text, and every token costs a look into the dictionary that is being made. Others are not noted.
pub(super) struct Written {
    inside: PlainRuns,
    /// Nothing where starts are not written.
    starts: Option<PlainRuns>,
    /// Where the characters of a word end, kept for the next one.
    ends: Vec<usize>,
    /// The longest run that is written.
    chars_max: usize,
}

impl Written {
    pub(super) fn nothing() -> Self {
        Self { starts: Some([0; _]), ..Self::nothing_inside(GRAM_CHARS_MAX) }
    }

    /// For runs of so many characters anywhere, without those at the start.
    pub(super) fn nothing_inside(chars_max: usize) -> Self {
        Self { inside: [0; _], starts: None, ends: Vec::new(), chars_max }
    }
}

/// Notes a run; whether it may be new.
fn is_first(runs: &mut PlainRuns, run: Option<usize>) -> bool {
    let Some(run) = run else { return true };
    let (word, bit) = (&mut runs[run / 64], 1 << (run % 64));
    let is_first = *word & bit == 0;
    *word |= bit;
    is_first
}

/// The number of a run of one or two plain characters.
fn plain_run(gram: &str) -> Option<usize> {
    let digit = |byte| match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a') + 1),
        b'0'..=b'9' => Some(usize::from(byte - b'0') + 27),
        _ => None,
    };
    let run = gram.bytes().try_fold(0, |run, byte| Some(run * PLAIN + digit(byte)?))?;
    (run < PLAIN.pow(2)).then_some(run)
}

/// Into how many lists the names with the same number of different words are shared out, as nearly all have two. Tests
/// have few people, and share lists all the same.
const WHOLE_SHARES: u16 = if cfg!(test) { 2 } else { 4_096 };

/// The list of all names that have these different words, in order, and no other; few others with as many are in it.
/// Nothing without a word.
pub(super) fn whole(different: &[&str]) -> Option<String> {
    let hash = blake3::hash(different.join(" ").as_bytes());
    let share = u16::from_be_bytes([hash.as_bytes()[0], hash.as_bytes()[1]]) % WHOLE_SHARES;
    (!different.is_empty()).then(|| format!("{}.{share:x}", different.len()))
}

/// The first letter of a token, where one field holds several kinds.
pub(super) mod kind {
    /// A run of characters inside a word or number.
    pub(in crate::search) const GRAM: &str = "g";
    /// A run of characters at the start of a word, or of a number's international digits.
    pub(in crate::search) const START: &str = "s";
    /// A run of digits at the start of a number in its national writing.
    pub(in crate::search) const NATIONAL: &str = "n";
    /// The list of a whole name.
    pub(in crate::search) const WHOLE: &str = "#";
}

/// Splits lines; the first one begins every token.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    token: Token,
    offers: Offers,
}

impl Lines {
    /// Whoever reads texts this way offers their core.
    pub(super) fn offering(offers: Offers) -> Self {
        Self { offers, ..Self::default() }
    }
}

impl Tokenizer for Lines {
    type TokenStream<'a> = LineStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LineStream<'a> {
        self.offers.offer();
        let mut rest = text.split('\n');
        let prefix = rest.next().unwrap_or_default();
        self.token.reset();
        LineStream { prefix, rest, next_position: 0, token: &mut self.token }
    }
}

/// The tokens of one text.
pub(super) struct LineStream<'a> {
    prefix: &'a str,
    rest: std::str::Split<'a, char>,
    next_position: usize,
    token: &'a mut Token,
}

impl TokenStream for LineStream<'_> {
    fn advance(&mut self) -> bool {
        for line in self.rest.by_ref() {
            if line.is_empty() {
                self.next_position += GAP;
                continue;
            }
            self.token.position = self.next_position;
            self.next_position += 1;
            self.token.text.clear();
            self.token.text.push_str(self.prefix);
            self.token.text.push_str(line);
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::ask::different;

    fn stand(tokens: &Tokens) -> Vec<(usize, String)> {
        let mut lines = Lines::default();
        let mut stream = lines.token_stream(tokens.text());
        let mut stand = Vec::new();
        while stream.advance() {
            stand.push((stream.token().position, stream.token().text.replace('\u{1}', "/")));
        }
        stand
    }

    #[test]
    fn tokens_stand_under_their_workspace() {
        let mut tokens = Tokens::new(&Prefix::of(31));
        assert_eq!(stand(&tokens), []);
        tokens.push("", "marie");
        tokens.gap();
        tokens.push("", "lyon");
        assert_eq!(stand(&tokens), [(0, "1f/marie".to_owned()), (65, "1f/lyon".to_owned())]);
        assert_eq!(Prefix::split(&Prefix::of(31).key("g", "ma")), Some((31, b"gma".as_slice())));
    }

    #[test]
    fn a_word_has_its_runs_and_its_starts() {
        let mut tokens = Tokens::new(&Prefix::of(0));
        grams("élan", &mut tokens, &mut Written::nothing());
        let runs: Vec<String> = stand(&tokens).into_iter().map(|(_, text)| text).collect();
        let expected = "0/gé 0/sé 0/gél 0/sél 0/géla 0/séla 0/gl 0/gla 0/glan 0/ga 0/gan 0/gn"
            .split(' ')
            .collect::<Vec<_>>();
        assert_eq!(runs, expected);
    }

    #[test]
    fn a_field_has_each_short_run_once() {
        let (mut tokens, mut written) = (Tokens::new(&Prefix::of(0)), Written::nothing());
        ["anna", "an", "na"].iter().for_each(|word| grams(word, &mut tokens, &mut written));
        let runs: Vec<String> = stand(&tokens).into_iter().map(|(_, text)| text).collect();
        let expected = "0/ga 0/sa 0/gan 0/san 0/gann 0/sann 0/gn 0/gnn 0/gnna 0/gna 0/sn 0/sna";
        assert_eq!(runs.join(" "), expected);
    }

    #[test]
    fn a_whole_name_is_its_words_in_whatever_order() {
        let whole = |name: &str| whole(&different(name.split_whitespace()));
        assert_eq!(whole("jean martin jean"), whole("martin jean"));
        assert_eq!(whole("jean martin").map(|whole| whole.starts_with("2.")), Some(true));
        assert_eq!(whole(""), None);
        let shares: std::collections::BTreeSet<_> =
            ["a", "b", "c", "d", "e", "f", "g", "h"].map(whole).into();
        assert_eq!(shares.len(), usize::from(WHOLE_SHARES));
    }

    #[test]
    fn no_two_plain_runs_are_taken_for_each_other() {
        let characters = || ('a'..='z').chain('0'..='9').map(String::from);
        let longer = |run: String| characters().map(move |next| run.clone() + &next);
        let two = || characters().flat_map(longer);
        let runs = characters().chain(two());
        let numbers: Vec<usize> = runs.map(|run| plain_run(&run).expect("it is plain")).collect();
        assert_eq!(numbers.iter().collect::<std::collections::HashSet<_>>().len(), numbers.len());
        assert_eq!(two().flat_map(longer).find(|run| plain_run(run).is_some()), None);
        assert_eq!(["é", "a-", "œu"].map(plain_run), [None; 3]);
    }
}
