//! The stems of a catalogue: which there are, and which are near to a word.

use crate::spelling::{allowed, distance, letter_set};
use std::collections::{BTreeMap, HashMap};

/// How much of the longer of two stems they must have in common, from the beginning, to be of one family
/// (`calculat` and `calculator`, `translat` and `translator`); and how many letters at least.
const FAMILY: f32 = 0.55;
const FAMILY_LETTERS: usize = 4;

/// A number that stands for a word. Two words of one number are as good as one word, so it need not be secret, only
/// spread well: FNV-1a with a finish that mixes all bits.
pub(crate) fn number_of(word: &str) -> u32 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    mix(hash)
}

/// Spreads a number over all bits (the finish of `MurmurHash3`).
pub(crate) fn mix(mut number: u32) -> u32 {
    number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

/// A stem with what tells quickly that it is far from another.
#[derive(Clone, Copy, Debug)]
struct Spelled {
    /// The first 16 bytes, the first one lowest.
    start: u128,
    letters: u32,
    length: u32,
    list: u32,
}

impl Spelled {
    fn new(stem: &str, list: u32) -> Self {
        let mut start = [0; 16];
        let length = stem.len().min(16);
        start[..length].copy_from_slice(&stem.as_bytes()[..length]);
        Self {
            start: u128::from_le_bytes(start),
            letters: letter_set(stem),
            length: u32::try_from(stem.len()).unwrap_or(u32::MAX),
            list,
        }
    }

    /// How many bytes both begin with, of the first 16.
    fn common(&self, other: &Self) -> u32 {
        let same = (self.start ^ other.start).trailing_zeros() / 8;
        same.min(self.length).min(other.length)
    }
}

/// The first four bytes of a stem; stems that begin alike are neighbours.
type Head = [u8; 4];

fn head(stem: &str) -> Head {
    let mut head = [0; 4];
    let length = stem.len().min(4);
    head[..length].copy_from_slice(&stem.as_bytes()[..length]);
    head
}

/// All stems that occur, each with the number of its list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Lists by the number of their stem. Of two stems with one number, which is one in four thousand million, both
    /// share a list.
    lists: HashMap<u32, u32>,
    stems: Vec<Box<str>>,
    numbers: Vec<u32>,
    heads: BTreeMap<Head, Vec<Spelled>>,
    free: Vec<u32>,
}

impl Vocabulary {
    pub(crate) fn find(&self, number: u32) -> Option<u32> {
        self.lists.get(&number).copied()
    }

    pub(crate) fn stem(&self, list: u32) -> &str {
        &self.stems[list as usize]
    }

    pub(crate) fn number(&self, list: u32) -> u32 {
        self.numbers[list as usize]
    }

    /// The list of a stem, a new one when there is none.
    pub(crate) fn insert(&mut self, stem: &str) -> u32 {
        let number = number_of(stem);
        if let Some(list) = self.find(number) {
            return list;
        }
        let list = self.free.pop().unwrap_or_else(|| {
            self.stems.push("".into());
            self.numbers.push(0);
            u32::try_from(self.stems.len() - 1).unwrap_or(u32::MAX)
        });
        self.stems[list as usize] = stem.into();
        self.numbers[list as usize] = number;
        self.lists.insert(number, list);
        self.heads.entry(head(stem)).or_default().push(Spelled::new(stem, list));
        list
    }

    /// Forgets the stem of a list, whose number the next new stem gets.
    pub(crate) fn remove(&mut self, list: u32) {
        let stem = std::mem::take(&mut self.stems[list as usize]);
        self.lists.remove(&number_of(&stem));
        let head = head(&stem);
        if let Some(spelled) = self.heads.get_mut(&head) {
            spelled.retain(|spelled| spelled.list != list);
            if spelled.is_empty() {
                self.heads.remove(&head);
            }
        }
        self.free.push(list);
    }

    /// Gives the other stems of a word's family, each with how near it is, below 1.
    pub(crate) fn family(&self, stem: &str, mut give: impl FnMut(u32, f32)) {
        if stem.len() < FAMILY_LETTERS || !stem.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return;
        }
        let asked = Spelled::new(stem, u32::MAX);
        for known in self.heads.get(&head(stem)).into_iter().flatten() {
            let common = asked.common(known);
            let share = common as f32 / asked.length.max(known.length) as f32;
            if share >= FAMILY && (common < asked.length || common < known.length) {
                give(known.list, share);
            }
        }
    }

    /// The known stems that an unknown one begins (no slip) or misspells, with the number of slips, in no order.
    pub(crate) fn near(&self, stem: &str) -> Vec<(usize, u32)> {
        let letters: Vec<char> = stem.chars().collect();
        // A number or a hash is either known or not.
        if letters.len() < 3 || letters.len() > 24 || letters.iter().any(|letter| letter.is_numeric()) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let limit = allowed(letters.len());
        let asked = Spelled::new(stem, u32::MAX);
        // The first letter is seldom wrong, but it may be swapped with the second.
        let mut firsts = [stem.as_bytes()[0], stem.as_bytes()[1]].to_vec();
        firsts.dedup();
        let mut candidate = Vec::new();
        for first in firsts {
            for known in self.heads.range([first, 0, 0, 0]..=[first, 255, 255, 255]).flat_map(|(_, known)| known) {
                if known.length >= asked.length && self.stem(known.list).starts_with(stem) {
                    found.push((0, known.list));
                    continue;
                }
                // Compared in bytes: quick, and the same for all but a few words.
                let far = known.length.abs_diff(asked.length) as usize > limit
                    || (asked.letters ^ known.letters).count_ones() as usize > 2 * limit;
                if far {
                    continue;
                }
                candidate.clear();
                candidate.extend(self.stem(known.list).chars());
                if let Some(slips) = distance(&letters, &candidate, limit) {
                    found.push((slips, known.list));
                }
            }
        }
        found
    }
}
