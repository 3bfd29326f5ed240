//! The header inside of a short message's octets: which part of a longer text it is, and whether it is for a
//! program instead of a person. It reads nothing behind itself.

/// Elements of the header.
mod element {
    pub(super) const JOINED_8: u8 = 0x00;
    pub(super) const PORT_8: u8 = 0x04;
    pub(super) const PORT_16: u8 = 0x05;
    pub(super) const JOINED_16: u8 = 0x08;
}

/// A part's place in a longer text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The same in all parts of a text.
    pub(super) reference: u16,
    pub(super) total: u8,
    /// From 1.
    pub(super) number: u8,
}

impl Place {
    /// A place that there is, in a text that has others.
    pub(super) fn new(reference: u16, total: u8, number: u8) -> Option<Self> {
        (total > 1 && (1..=total).contains(&number)).then_some(Self { reference, total, number })
    }
}

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Header {
    pub(super) place: Option<Place>,
    pub(super) is_for_program: bool,
}

impl Header {
    /// The header of octets that begin with one, and what stands behind it. One that is longer than the octets
    /// is none.
    pub(super) fn split(octets: &[u8]) -> (Self, &[u8]) {
        let Some((length, rest)) = octets.split_first() else { return (Self::default(), octets) };
        match rest.split_at_checked(usize::from(*length)) {
            Some((header, text)) => (Self::read(header), text),
            None => (Self::default(), octets),
        }
    }

    fn read(mut elements: &[u8]) -> Self {
        let mut header = Self::default();
        while let [kind, length, rest @ ..] = elements {
            let Some((value, behind)) = rest.split_at_checked(usize::from(*length)) else { break };
            match (*kind, value) {
                (element::JOINED_8, [reference, total, number]) => {
                    header.place = Place::new(u16::from(*reference), *total, *number);
                }
                (element::JOINED_16, [high, low, total, number]) => {
                    header.place = Place::new(u16::from_be_bytes([*high, *low]), *total, *number);
                }
                (element::PORT_8 | element::PORT_16, _) => header.is_for_program = true,
                _ => {}
            }
            elements = behind;
        }
        header
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(octets: &[u8]) -> Option<(u16, u8, u8)> {
        let place = Header::split(octets).0.place;
        place.map(|place| (place.reference, place.total, place.number))
    }

    #[test]
    fn a_part_says_its_place() {
        assert_eq!(place(&[5, 0, 3, 7, 2, 1, b'a']), Some((7, 2, 1)));
        assert_eq!(place(&[6, 8, 4, 1, 7, 3, 3, b'a']), Some((263, 3, 3)));
        assert_eq!(Header::split(&[5, 0, 3, 7, 2, 1, b'a']).1, b"a");
        let with_more = [9, 36, 1, 1, 0, 3, 7, 2, 2, 0, b'a'];
        assert_eq!((place(&with_more), Header::split(&with_more).1), (Some((7, 2, 2)), &b"a"[..]));
    }

    #[test]
    fn a_place_that_cannot_be_is_none() {
        for octets in [[5, 0, 3, 7, 2, 3], [5, 0, 3, 7, 2, 0], [5, 0, 3, 7, 1, 1], [5, 0, 9, 7, 2, 1]] {
            assert_eq!(place(&octets), None, "{octets:?}");
        }
        assert_eq!(Header::split(&[200, 1]), (Header::default(), &[200, 1][..]));
        assert!(Header::split(&[6, 5, 4, 11, 132, 0, 0]).0.is_for_program);
    }

    proptest! {
        #[test]
        fn any_octets_have_a_header_or_none(octets: Vec<u8>) {
            let (_, text) = Header::split(&octets);
            prop_assert!(text.len() <= octets.len());
        }
    }
}
