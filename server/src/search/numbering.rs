//! The phone numbers of a segment in their order, by workspace: whoever has a whole number, or one that begins
//! with some digits, stands in one range. Where digits stand inside a number is a matter of lists.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use parloir_protocol::text::{Form, calling_code_digits};
use tantivy::DocId;

/// Digits of a number that a key holds; no numbering plan has more, and E.164 allows 15.
const DIGITS_MAX: usize = 17;
/// Bits of a key that hold how many digits there are.
const LENGTH_BITS: u32 = 5;

/// All numbers of a segment.
#[derive(Default)]
pub(super) struct Numbering {
    /// In the order of their digits as text, within each workspace.
    keys: Vec<u64>,
    /// Who has each.
    docs: Vec<DocId>,
    workspaces: HashMap<u32, Listed>,
}

/// One workspace's part.
#[derive(Default)]
struct Listed {
    place: Range<usize>,
    /// The calling codes that its numbers begin with.
    codes: Vec<String>,
    /// Who has a number that is too long for a key.
    longer: Vec<DocId>,
}

/// Which numbers are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that are these digits.
    Whole,
    /// Those that begin with them.
    Begun,
}

impl Numbering {
    /// Orders numbers, each with its workspace and who has it.
    pub(super) fn of(numbers: impl Iterator<Item = (u32, u64, DocId)>) -> Self {
        let mut keyed: Vec<(u32, u64, DocId)> = Vec::new();
        let mut workspaces: HashMap<u32, Listed> = HashMap::new();
        let mut codes: HashMap<u32, BTreeSet<String>> = HashMap::new();
        for (workspace, number, doc) in numbers {
            let digits = number.to_string();
            match key(&digits) {
                Some(key) => keyed.push((workspace, key, doc)),
                None => workspaces.entry(workspace).or_default().longer.push(doc),
            }
            let known = codes.entry(workspace).or_default();
            let (code, rest) = digits.split_at(calling_code_digits(&digits));
            if !rest.is_empty() && !known.contains(code) {
                known.insert(code.to_owned());
            }
        }
        keyed.sort_unstable();
        for (nth, (workspace, ..)) in keyed.iter().enumerate() {
            let place = &mut workspaces.entry(*workspace).or_default().place;
            *place = if place.start == place.end { nth..nth + 1 } else { place.start..nth + 1 };
        }
        for (workspace, codes) in codes {
            workspaces.entry(workspace).or_default().codes = codes.into_iter().collect();
        }
        let (keys, docs) = keyed.into_iter().map(|(_, key, doc)| (key, doc)).unzip();
        Self { keys, docs, workspaces }
    }

    /// How much memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.keys) + size_of_val(&*self.docs)
    }

    /// Who has a number of this form, stretch by stretch, each in no order and perhaps twice.
    pub(super) fn having(&self, workspace: u32, form: &Form, extent: Extent) -> Vec<&[DocId]> {
        let Some(listed) = self.workspaces.get(&workspace) else { return Vec::new() };
        match form {
            Form::Inside(digits) | Form::Start(digits) => vec![self.stretch(listed, digits, extent)],
            Form::NationalStart(digits) => {
                let rest = digits.get(1..).unwrap_or_default();
                let of_code = |code: &String| self.stretch(listed, &[code, rest].concat(), extent);
                listed.codes.iter().map(of_code).collect()
            }
        }
    }

    /// Who has a number too long for this order; nobody, as far as plans go.
    pub(super) fn longer(&self, workspace: u32) -> &[DocId] {
        self.workspaces.get(&workspace).map_or(&[], |listed| &listed.longer)
    }

    fn stretch(&self, listed: &Listed, digits: &str, extent: Extent) -> &[DocId] {
        let Some(wanted) = wanted(digits, extent) else { return &[] };
        let keys = &self.keys[listed.place.clone()];
        let from = keys.partition_point(|key| *key < wanted.start);
        let to = keys.partition_point(|key| *key < wanted.end);
        &self.docs[listed.place.start..][from..to]
    }
}

/// A number's digits, without memory of their own elsewhere.
pub(super) struct Decimal {
    bytes: [u8; 20],
    from: usize,
}

impl Decimal {
    pub(super) fn of(mut number: u64) -> Self {
        let mut decimal = Self { bytes: [b'0'; 20], from: 20 };
        while number > 0 {
            decimal.from -= 1;
            decimal.bytes[decimal.from] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        decimal
    }

    pub(super) fn digits(&self) -> &[u8] {
        &self.bytes[self.from..]
    }

    /// Whether the number begins with these digits in its international writing, or in its national one.
    pub(super) fn begins(&self, form: &Form) -> bool {
        let digits = self.digits();
        match form {
            Form::Inside(start) | Form::Start(start) => digits.starts_with(start.as_bytes()),
            Form::NationalStart(start) => {
                let code = std::str::from_utf8(digits).map_or(0, calling_code_digits);
                start.as_bytes().strip_prefix(b"0").is_some_and(|rest| digits[code..].starts_with(rest))
            }
        }
    }
}

/// The digits of a number at the left of a fixed width, then how many there are: in the order of texts.
fn key(digits: &str) -> Option<u64> {
    let width = u32::try_from(DIGITS_MAX.checked_sub(digits.len())?).ok()?;
    let value: u64 = digits.parse().ok()?;
    Some((value * 10_u64.pow(width)) << LENGTH_BITS | digits.len() as u64)
}

/// The keys of the numbers that are `digits`, or begin with them.
fn wanted(digits: &str, extent: Extent) -> Option<Range<u64>> {
    if digits.is_empty() || digits.starts_with('0') {
        return None;
    }
    let first = key(digits)?;
    let width = u32::try_from(DIGITS_MAX - digits.len()).ok()?;
    Some(match extent {
        Extent::Whole => first..first + 1,
        // Without how many digits there are: one of fewer digits may follow at once.
        Extent::Begun => first..(first >> LENGTH_BITS << LENGTH_BITS) + (10_u64.pow(width) << LENGTH_BITS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(digits: &str, extent: Extent) -> Vec<DocId> {
        let numbers = [336_1234_u64, 336, 33_612_345_678, 44_612_345, 3_361, 44_207_946_000];
        let own = (0..).zip(numbers).map(|(doc, number)| (1, number, doc));
        let numbering = Numbering::of(own.chain([(2, 33_612_345_678, 9), (1, u64::MAX, 7)]));
        assert_eq!(numbering.longer(1), [7]);
        assert_eq!(numbering.longer(2), [0; 0]);
        let form = form(digits);
        let mut docs = numbering.having(1, &form, extent).concat();
        docs.sort_unstable();
        docs
    }

    fn form(digits: &str) -> Form {
        match digits.starts_with('0') {
            true => Form::NationalStart(digits.to_owned()),
            false => Form::Start(digits.to_owned()),
        }
    }

    #[test]
    fn a_number_says_how_it_begins() {
        let begins = |digits| Decimal::of(33_612_345_678).begins(&form(digits));
        assert_eq!(
            ["336", "33612345678", "0612", "0", "3361234567890"].map(begins),
            [true, true, true, true, false]
        );
        assert_eq!(["612", "033", "07", "336123456789"].map(begins), [false; 4]);
    }

    #[test]
    fn a_start_is_a_range_of_numbers() {
        assert_eq!(found("3361", Extent::Begun), [0, 2, 4]);
        assert_eq!(found("336", Extent::Begun), [0, 1, 2, 4]);
        assert_eq!(found("33612345678", Extent::Begun), [2]);
        assert_eq!(found("33612345679", Extent::Begun), [0; 0]);
        assert_eq!(found("336123456779", Extent::Begun), [0; 0], "none has as many digits");
        assert_eq!(found("06123", Extent::Begun), [0, 2, 3], "of every calling code there is");
        assert_eq!(found("00", Extent::Begun), [0; 0]);
    }

    #[test]
    fn digits_are_those_of_the_text() {
        for number in [1, 90, 33_612_345_678, u64::MAX] {
            assert_eq!(Decimal::of(number).digits(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn a_whole_number_has_no_more_digits() {
        assert_eq!(found("336", Extent::Whole), [1]);
        assert_eq!(found("0612345678", Extent::Whole), [2]);
        assert_eq!(found("61234", Extent::Whole), [0; 0]);
        assert_eq!(found("123456789012345678", Extent::Whole), [0; 0]);
    }
}
