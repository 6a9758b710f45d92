//! Little-endian bytes, written and read; and the sum that guards them.

use crate::state::StateError;

/// Bytes being written.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.0.extend(value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    /// A number of things. None of ours comes near 2^32.
    pub(crate) fn count(&mut self, value: usize) {
        self.u32(u32::try_from(value).unwrap_or(u32::MAX));
    }

    pub(crate) fn floats(&mut self, values: &[f32]) {
        self.0.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }
}

/// Bytes being read. Nothing is allocated for a count before the bytes for it are known to be there.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], StateError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(StateError::Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let (head, tail) = self.0.split_first_chunk().ok_or(StateError::Truncated)?;
        self.0 = tail;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, StateError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, StateError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, StateError> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of things that take at least `bytes` each, and of which there are at most `limit`.
    pub(crate) fn count(&mut self, bytes: usize, limit: usize) -> Result<usize, StateError> {
        let count = self.u32()? as usize;
        if count > limit {
            return Err(StateError::Invalid("a count is above its limit"));
        }
        if count.saturating_mul(bytes) > self.0.len() {
            return Err(StateError::Truncated);
        }
        Ok(count)
    }

    /// Finite numbers.
    pub(crate) fn floats(&mut self, count: usize) -> Result<Vec<f32>, StateError> {
        let bytes = self.take(count.saturating_mul(4))?;
        let values: Vec<f32> = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(StateError::Invalid("a number is not finite"))
        }
    }

    pub(crate) fn text(&mut self, limit: usize) -> Result<&'a str, StateError> {
        let count = self.count(1, limit)?;
        std::str::from_utf8(self.take(count)?).map_err(|_| StateError::Invalid("a text is not UTF-8"))
    }
}

/// A sum of bytes that shows damage (FNV-1a over words of eight bytes); it proves no origin.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks();
    for word in words.iter().copied().chain(std::iter::once({
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last
    })) {
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
        sum ^= sum >> 29;
    }
    sum
}
