//! Reading and writing fixed fields, little-endian. It never reads past its bytes and never allocates.

/// The bytes ended before the field did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short;

/// Bytes being taken apart from the front.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn slice(&mut self, len: usize) -> Result<&'a [u8], Short> {
        let (front, rest) = self.0.split_at_checked(len).ok_or(Short)?;
        self.0 = rest;
        Ok(front)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        let (front, rest) = self.0.split_first_chunk().ok_or(Short)?;
        self.0 = rest;
        Ok(*front)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Short> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Short> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Short> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, Short> {
        self.array().map(i64::from_le_bytes)
    }

    /// A 32-bit length.
    pub(super) fn len(&mut self) -> Result<usize, Short> {
        self.u32().map(|len| len as usize)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }
}

/// Appends `len` as 32 bits. Panics beyond, which every caller's own bound forbids.
pub(super) fn put_len(out: &mut Vec<u8>, len: usize) {
    let len = u32::try_from(len).expect("a length is bounded far below 4 GiB");
    out.extend_from_slice(&len.to_le_bytes());
}
