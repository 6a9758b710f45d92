//! Numbers that stand for words, and maps by them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::ops::BitOr;

/// A number that stands for a word. Two words of one number are as good as one word, so it need not be secret, only
/// spread well: FNV-1a with a finish that mixes all bits.
pub(crate) fn number_of(word: &str) -> u32 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    mix(hash)
}

/// Reads the beginnings of what is needed next. The memory then answers for all of them at once, not for each when the one
/// before is done with.
pub(crate) fn fetch(beginnings: impl Iterator<Item = usize>) {
    black_box(beginnings.fold(0, BitOr::bitor));
}

/// Spreads a number over all bits (the finish of `MurmurHash3`).
pub(crate) fn mix(mut number: u32) -> u32 {
    number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

/// A map by numbers that are spread already: hashing them again would only cost.
pub(crate) type NumberMap<T> = HashMap<u32, T, BuildHasherDefault<AsItIs>>;

/// Takes a number for its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        // The table takes its control byte from the highest bits, which a number of 32 bits leaves empty.
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
