//! Which part of a file a request asks for. One part, as players do; whoever asks for several gets the whole.

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) enum Asked {
    Whole,
    /// Not empty, and inside the file.
    Part(Range<u64>),
    /// Nothing of the file.
    Beyond,
}

/// The part of a file of `len` bytes that these headers ask for. Without a validator to compare, `If-Range`
/// never holds.
pub(in crate::http) fn asked(headers: &HeaderMap, len: u64) -> Asked {
    let range = headers.get(header::RANGE).filter(|_| !headers.contains_key(header::IF_RANGE));
    range.and_then(|range| read(range.to_str().ok()?, len)).unwrap_or(Asked::Whole)
}

/// Nothing when it is no range of bytes, or more than one.
fn read(text: &str, len: u64) -> Option<Asked> {
    let (unit, one) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || one.contains(',') {
        return None;
    }
    let (first, last) = one.trim().split_once('-')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok());
    let range = match (first, last) {
        ("", "") => return None,
        ("", last) => {
            let last: u64 = number(last)??;
            len.saturating_sub(last)..len
        }
        (first, "") => number(first)??..len,
        (first, last) => {
            let (first, last): (u64, u64) = (number(first)??, number(last)??);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(len)
        }
    };
    Some(if range.is_empty() { Asked::Beyond } else { Asked::Part(range) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        asked(&headers, 1_000)
    }

    #[test]
    fn one_part_is_read_as_the_standard_says() {
        assert_eq!(asked(&HeaderMap::new(), 1_000), Asked::Whole);
        assert_eq!(of("bytes=0-0"), Asked::Part(0..1));
        assert_eq!(of("bytes=100-199"), Asked::Part(100..200));
        assert_eq!(of("bytes=900-"), Asked::Part(900..1_000));
        assert_eq!(of("bytes=900-5000"), Asked::Part(900..1_000));
        assert_eq!(of("bytes=-10"), Asked::Part(990..1_000));
        assert_eq!(of("bytes=-5000"), Asked::Part(0..1_000));
        assert_eq!(of("Bytes = 1-2"), Asked::Part(1..3));
    }

    #[test]
    fn what_lies_beyond_is_not_satisfiable() {
        assert_eq!(of("bytes=1000-"), Asked::Beyond);
        assert_eq!(of("bytes=5000-6000"), Asked::Beyond);
        assert_eq!(of("bytes=-0"), Asked::Beyond);
    }

    #[test]
    fn what_is_no_single_range_gets_the_whole() {
        for range in
            ["bytes=0-1,5-6", "bytes=-", "bytes=5-1", "bytes=a-b", "bytes=+1-2", "lines=1-2", "bytes", ""]
        {
            assert_eq!(of(range), Asked::Whole, "{range}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=0-0".parse().expect("a header"));
        headers.insert(header::IF_RANGE, "\"old\"".parse().expect("a header"));
        assert_eq!(asked(&headers, 1_000), Asked::Whole);
    }
}
