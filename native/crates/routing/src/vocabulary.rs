//! The stems of a catalogue: which there are, and which are near to a word.

use crate::forms::Forms;
use crate::lent::Lent;
use crate::numbers::{NumberMap, fetch, mix};
use crate::spelling::{LONGEST, Pattern, allowed, letter_set};
use std::collections::hash_map::Entry;

/// How much of the longer of two stems they must have in common, from the beginning, to be of one family
/// (`calculat` and `calculator`, `translat` and `translator`); and how many letters at least.
const FAMILY: f32 = 0.55;
const FAMILY_LETTERS: usize = 4;

/// Of how many shapes a slip of one word can be, at most: two first letters, five lengths.
const SHAPES: usize = 10;

/// No stem that is compared with others has more bytes.
const LONGEST_SHAPE: usize = 4 * LONGEST + 2;

/// How many stems are compared at once.
const LOT: usize = 16;

/// A stem with what tells quickly that it is far from another.
#[derive(Clone, Copy, Debug)]
struct Spelled {
    /// The first 16 bytes, the first one lowest.
    start: u128,
    length: u32,
    list: u32,
}

impl Spelled {
    fn new(stem: &str, list: u32) -> Self {
        let mut start = [0; 16];
        let length = stem.len().min(16);
        start[..length].copy_from_slice(&stem.as_bytes()[..length]);
        Self { start: u128::from_le_bytes(start), length: u32::try_from(stem.len()).unwrap_or(u32::MAX), list }
    }

    /// How far it is from a pattern, when all of it is here: what is looked for then lies in one place.
    fn distance(&self, pattern: &Pattern) -> Option<usize> {
        let bytes = self.start.to_le_bytes();
        let whole = bytes.get(..self.length as usize)?;
        let is_ascii = self.start & u128::from_le_bytes([0x80; 16]) == 0;
        is_ascii.then(|| pattern.distance_ascii(whole.iter().copied()))
    }

    /// Whether one slip may lead from one to the other: all but two neighbours is then alike, from the beginning or from the
    /// end. Longer stems than are here may always be.
    fn one_slip(&self, other: &Self) -> bool {
        let longer = self.length.max(other.length);
        if longer > 16 {
            return true;
        }
        let at_end = |spelled: &Self| spelled.start << (8 * (16 - spelled.length));
        let same = (at_end(self) ^ at_end(other)).leading_zeros() / 8;
        self.common(other) + same + 2 >= longer
    }

    /// How many bytes both begin with, of the first 16.
    fn common(&self, other: &Self) -> u32 {
        let same = (self.start ^ other.start).trailing_zeros() / 8;
        same.min(self.length).min(other.length)
    }
}

/// The stems of one shape, and the letters of each, by the lot.
#[derive(Clone, Debug, Default)]
struct Alike {
    letters: Vec<[u32; LOT]>,
    stems: Vec<Spelled>,
}

impl Alike {
    fn insert(&mut self, letters: u32, stem: Spelled) {
        let at = self.stems.len();
        if at.is_multiple_of(LOT) {
            self.letters.push([u32::MAX; LOT]);
        }
        self.letters[at / LOT][at % LOT] = letters;
        self.stems.push(stem);
    }

    fn remove(&mut self, list: u32) {
        let Some(at) = self.stems.iter().position(|other| other.list == list) else { return };
        self.stems.swap_remove(at);
        let last = self.stems.len();
        self.letters[at / LOT][at % LOT] = self.letters[last / LOT][last % LOT];
        self.letters.truncate(last.div_ceil(LOT));
    }

    /// Gives the stems whose letters differ by no more than so many, 4 at most.
    fn near(&self, letters: u32, most: usize, give: impl FnMut(&Spelled)) {
        match most {
            0 | 1 => self.differing::<1>(letters, give),
            2 => self.differing::<2>(letters, give),
            3 => self.differing::<3>(letters, give),
            _ => self.differing::<4>(letters, give),
        }
    }

    /// Several are compared at once, and what is near of them told as bits: without a branch for each.
    fn differing<const MOST: usize>(&self, letters: u32, mut give: impl FnMut(&Spelled)) {
        // Taking the lowest bit away so many times is less than to count all.
        let is_near = |known: u32| (0..MOST).fold(letters ^ known, |bits, _| bits & bits.wrapping_sub(1)) == 0;
        for (known, stems) in self.letters.iter().zip(self.stems.chunks(LOT)) {
            let bits: [u32; LOT] = std::array::from_fn(|at| if is_near(known[at]) { 1 << at } else { 0 });
            let mut near = bits.iter().fold(0, |near, bit| near | bit);
            while near != 0 {
                stems.get(near.trailing_zeros() as usize).into_iter().for_each(&mut give);
                near &= near - 1;
            }
        }
    }
}

/// A stem of the same family as another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relative {
    pub(crate) list: u32,
    /// The number of the stem.
    pub(crate) number: u32,
    /// How near it is, below 1.
    pub(crate) share: f32,
}

/// The first three bytes of a stem, as a number; stems that begin alike are neighbours.
fn head(stem: &str) -> u32 {
    let mut head = [0; 4];
    let length = stem.len().min(3);
    head[..length].copy_from_slice(&stem.as_bytes()[..length]);
    mix(u32::from_le_bytes(head))
}

/// All stems that occur, each with the number of its list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Lists by the number of their stem. Of two stems with one number, which is one in four thousand million, both
    /// share a list.
    lists: NumberMap<u32>,
    stems: Vec<Box<str>>,
    numbers: Vec<u32>,
    heads: NumberMap<Vec<Spelled>>,
    /// The others of its family, by the list of a stem, in the order of their numbers.
    families: Vec<Vec<Relative>>,
    /// Stems by their shape, that is their first byte and their length in bytes: a scan for slips reads little and in order.
    shapes: Vec<Vec<Alike>>,
    free: Vec<u32>,
    pub(crate) forms: Forms,
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

    /// How many lists there are, those without a stem included.
    pub(crate) fn lists(&self) -> usize {
        self.stems.len()
    }

    /// The list of a stem, a new one when there is none.
    pub(crate) fn insert(&mut self, number: u32, stem: &str) -> u32 {
        if let Some(list) = self.find(number) {
            return list;
        }
        let list = self.free.pop().unwrap_or_else(|| {
            self.stems.push("".into());
            self.numbers.push(0);
            self.families.push(Vec::new());
            u32::try_from(self.stems.len() - 1).unwrap_or(u32::MAX)
        });
        self.stems[list as usize] = stem.into();
        self.numbers[list as usize] = number;
        self.lists.insert(number, list);
        let mut family = Vec::new();
        self.relatives(stem, |list, share| family.push(Relative { list, number: self.numbers[list as usize], share }));
        family.sort_unstable_by_key(|relative| relative.number);
        for relative in &family {
            let others = &mut self.families[relative.list as usize];
            let at = others.partition_point(|other| other.number < number);
            others.insert(at, Relative { list, number, share: relative.share });
        }
        self.families[list as usize] = family;
        let spelled = Spelled::new(stem, list);
        self.heads.entry(head(stem)).or_default().push(spelled);
        if let Some(alike) = self.shape(stem) {
            alike.insert(letter_set(stem), spelled);
        }
        list
    }

    /// Forgets the stem of a list, whose number the next new stem gets.
    pub(crate) fn remove(&mut self, list: u32) {
        let stem = std::mem::take(&mut self.stems[list as usize]);
        self.lists.remove(&self.numbers[list as usize]);
        for other in std::mem::take(&mut self.families[list as usize]) {
            self.families[other.list as usize].retain(|relative| relative.list != list);
        }
        if let Entry::Occupied(mut stems) = self.heads.entry(head(&stem)) {
            stems.get_mut().retain(|spelled| spelled.list != list);
            if stems.get().is_empty() {
                stems.remove();
            }
        }
        if let Some(alike) = self.shape(&stem) {
            alike.remove(list);
        }
        self.free.push(list);
    }

    /// The stems of the shape of one; none for a stem that is too long for any word to be a slip of it.
    fn shape(&mut self, stem: &str) -> Option<&mut Alike> {
        let first = usize::from(*stem.as_bytes().first()?);
        if stem.len() > LONGEST_SHAPE {
            return None;
        }
        self.shapes.resize_with(self.shapes.len().max(first + 1), Vec::new);
        let lengths = &mut self.shapes[first];
        lengths.resize_with(lengths.len().max(stem.len() + 1), Alike::default);
        lengths.get_mut(stem.len())
    }

    /// The other stems of the family of a list's stem, in an order that does not depend on the catalogue's history.
    pub(crate) fn family(&self, list: u32) -> &[Relative] {
        &self.families[list as usize]
    }

    /// Gives the known stems of a word's family, the word itself left out, each with how near it is, below 1.
    pub(crate) fn relatives(&self, stem: &str, mut give: impl FnMut(u32, f32)) {
        if stem.len() < FAMILY_LETTERS || !stem.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return;
        }
        let asked = Spelled::new(stem, u32::MAX);
        for known in self.heads.get(&head(stem)).into_iter().flatten() {
            let common = asked.common(known);
            let share = common as f32 / asked.length.max(known.length) as f32;
            let begin_alike = common as usize >= FAMILY_LETTERS && share >= FAMILY;
            if begin_alike && (common < asked.length || common < known.length) {
                give(known.list, share);
            }
        }
    }

    /// The known stems that an unknown one begins (no slip) or misspells, with the number of slips, in no order.
    pub(crate) fn near(&self, stem: &str) -> Lent<(usize, u32)> {
        let mut found = Lent::empty();
        let is_plain = stem.bytes().all(|byte| byte.is_ascii_lowercase());
        let letters = if is_plain { stem.len() } else { stem.chars().count() };
        // A number or a hash is either known or not.
        if letters < 3 || (!is_plain && stem.chars().any(char::is_numeric)) {
            return found;
        }
        let Some(pattern) = Pattern::of(stem) else { return found };
        let asked = Spelled::new(stem, u32::MAX);
        for known in self.heads.get(&head(stem)).into_iter().flatten() {
            let begins = asked.common(known) == asked.length.min(16);
            if begins && (stem.len() <= 16 || self.stem(known.list).starts_with(stem)) {
                found.push((0, known.list));
            }
        }
        let begun = found.len();
        let limit = allowed(letters);
        let set = letter_set(stem);
        // The first letter is seldom wrong, but it may be swapped with the second.
        let firsts = [stem.as_bytes()[0], stem.as_bytes()[1]];
        let firsts = &firsts[..if firsts[0] == firsts[1] { 1 } else { 2 }];
        // Lengths and sets are of bytes: quick, and the same for all but a few words.
        let lengths = stem.len() - limit..=stem.len() + limit;
        let shapes = firsts.iter().flat_map(|first| lengths.clone().map(|length| (*first, length)));
        let mut alike = [(None, 0); SHAPES];
        for (alike, (first, length)) in alike.iter_mut().zip(shapes) {
            let there = self.shapes.get(usize::from(first)).and_then(|lengths| lengths.get(length));
            *alike = (there, 2 * limit - length.abs_diff(stem.len()));
        }
        let there = || alike.iter().filter_map(|(alike, most)| Some(((*alike)?, *most)));
        fetch(there().filter_map(|(alike, _)| alike.letters.first()).map(|letters| letters[0] as usize));
        for (alike, most) in there() {
            alike.near(set, most, |known| {
                let may_be = limit > 1 || !is_plain || asked.one_slip(known);
                if may_be && found[..begun].iter().all(|(_, other)| *other != known.list) {
                    let slips = known.distance(&pattern).unwrap_or_else(|| pattern.distance(self.stem(known.list)));
                    if slips <= limit {
                        found.push((slips, known.list));
                    }
                }
            });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::number_of;
    use proptest::prelude::*;

    fn stems() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[ab]{1,2}[a-c]{2,9}|a[ab]{15,20}", 0..120)
    }

    proptest! {
        /// Many stems of few letters, so that there are several lots of one shape; some are removed again.
        #[test]
        fn near_stems_are_those_of_a_plain_scan(stems in stems(), removed in stems(), asked in "[ab]{1,2}[a-c]{2,8}|a[ab]{15,18}") {
            let mut vocabulary = Vocabulary::default();
            for stem in removed.iter().chain(&stems) {
                vocabulary.insert(number_of(stem), stem);
            }
            for stem in removed.iter().filter(|stem| !stems.contains(stem)) {
                if let Some(list) = vocabulary.find(number_of(stem)) {
                    vocabulary.remove(list);
                }
            }
            let pattern = Pattern::of(&asked);
            let limit = allowed(asked.len());
            let plain = |stem: &str| {
                if stem.starts_with(&asked) {
                    return Some(0);
                }
                let slips = pattern.as_ref().map(|pattern| pattern.distance(stem)).filter(|slips| *slips <= limit);
                let begins = asked.as_bytes()[..2].contains(&stem.as_bytes()[0]);
                slips.filter(|_| begins && stem.len().abs_diff(asked.len()) <= limit)
            };
            let mut expected: Vec<(usize, &str)> =
                stems.iter().filter_map(|stem| Some((plain(stem)?, stem.as_str()))).collect();
            expected.sort_unstable();
            expected.dedup();
            let found = vocabulary.near(&asked);
            let mut found: Vec<_> = found.iter().map(|(slips, list)| (*slips, vocabulary.stem(*list))).collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
