//! Every number that bounds the reading of an address book.

/// Bytes read from the file at once.
pub const INPUT_BYTES: usize = 64 * 1024;

/// Bytes in which the kind and the delimiter of a file are looked for.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Bytes of one record of CSV without its quotes: four times what fits into a frame, as some of its columns
/// may be left out.
pub const RECORD_BYTES_MAX: usize = 256 * 1024;

/// Fields of one record: exports of other programs have up to a hundred.
pub const FIELDS_MAX: usize = 1_024;

/// Bytes of a vCard that are kept. What is left out, such as photos, does not count.
pub const CARD_BYTES_MAX: usize = 256 * 1024;

/// Bytes of one line of a vCard that are kept; a photo in one line is longer and is left out anyway.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// Characters of a value that are shown in a message.
pub const SHOWN_CHARS_MAX: usize = 64;
