//! Rows as the bytes of a file beside sled: a key and its value, or that the row goes.

/// What a length takes.
pub(super) const LENGTH_BYTES: usize = 4;

/// Stands in the place of a value's length where the row goes.
const GOES: u32 = u32::MAX;

/// A key, and its value where it stays.
pub(super) type Row<'a> = (&'a [u8], Option<&'a [u8]>);

pub(super) fn put_row(bytes: &mut Vec<u8>, (key, value): Row<'_>) {
    put_length(bytes, key.len());
    bytes.extend(key);
    match value {
        Some(value) => {
            put_length(bytes, value.len());
            bytes.extend(value);
        }
        None => bytes.extend(GOES.to_be_bytes()),
    }
}

/// Takes a row from the front; nothing where there is none that is whole.
pub(super) fn row<'a>(rest: &mut &'a [u8]) -> Option<Row<'a>> {
    let length_of_key = length(rest)?;
    let key = part(rest, length_of_key)?;
    let value = match length(rest)? {
        GOES => None,
        length => Some(part(rest, length)?),
    };
    Some((key, value))
}

pub(super) fn put_length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend(u32::try_from(length).expect("it is short").to_be_bytes());
}

pub(super) fn length(rest: &mut &[u8]) -> Option<u32> {
    rest.split_off(..LENGTH_BYTES)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// Takes so many bytes from the front.
pub(super) fn part<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a [u8]> {
    rest.split_off(..usize::try_from(length).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_put_and_no_part_of_one_is() {
        let rows: [Row<'_>; 3] = [(b"one", Some(b"1")), (b"two", None), (b"", Some(b""))];
        let mut bytes = Vec::new();
        rows.into_iter().for_each(|row| put_row(&mut bytes, row));
        let mut rest = &bytes[..];
        assert_eq!(rows.map(|_| row(&mut rest)), rows.map(Some));
        assert!(rest.is_empty());
        let mut first = Vec::new();
        put_row(&mut first, rows[0]);
        for length in 0..first.len() {
            assert_eq!(row(&mut &first[..length]), None, "{length}");
        }
    }
}
