//! How far apart two words are.

/// The words that may be meant by one of this many characters differ from it by at most this.
pub(crate) fn allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Which letters a word has, roughly. An inserted or deleted character changes at most one bit and a replaced one at
/// most two, so sets tell quickly that words are far apart.
pub(crate) fn letter_set(word: &str) -> u32 {
    word.bytes().fold(0, |set, byte| set | 1 << (byte & 31))
}

/// The longest word that a [`Pattern`] is made of, in characters.
pub(crate) const LONGEST: usize = 24;

/// A word that others are compared with: for each of its characters, where it stands.
pub(crate) struct Pattern {
    ascii: [u32; 128],
    other: Vec<(char, u32)>,
    length: usize,
}

impl Pattern {
    /// The pattern of a word of 1 to [`LONGEST`] characters; none for other words.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let length = word.chars().count();
        if !(1..=LONGEST).contains(&length) {
            return None;
        }
        let mut pattern = Self { ascii: [0; 128], other: Vec::new(), length };
        for (at, character) in word.chars().enumerate() {
            if let Some(mask) = pattern.ascii.get_mut(character as usize) {
                *mask |= 1 << at;
            } else if let Some((_, mask)) = pattern.other.iter_mut().find(|(other, _)| *other == character) {
                *mask |= 1 << at;
            } else {
                pattern.other.push((character, 1 << at));
            }
        }
        Some(pattern)
    }

    fn places(&self, character: char) -> u32 {
        match self.ascii.get(character as usize) {
            Some(mask) => *mask,
            None => self.other.iter().find(|(other, _)| *other == character).map_or(0, |(_, mask)| *mask),
        }
    }

    /// The number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment) that
    /// lead from one word to the other. A column of the table at once, as bits: Hyyrö, *A Bit-Vector Algorithm for
    /// Computing Levenshtein and Damerau Edit Distances* (Nordic Journal of Computing 10, 2003).
    pub(crate) fn distance(&self, word: &str) -> usize {
        if word.is_ascii() {
            self.distance_ascii(word.bytes())
        } else {
            self.along(word.chars().map(|character| self.places(character)))
        }
    }

    /// The same for a word of ASCII characters.
    pub(crate) fn distance_ascii(&self, word: impl Iterator<Item = u8>) -> usize {
        self.along(word.map(|byte| self.ascii[usize::from(byte & 0x7f)]))
    }

    /// The distance to a word whose characters stand at these places of the pattern.
    fn along(&self, word: impl Iterator<Item = u32>) -> usize {
        let last = self.length - 1;
        let (mut up, mut down, mut same, mut before) = (u32::MAX, 0_u32, 0_u32, 0_u32);
        let mut distance = self.length;
        for places in word {
            let swapped = ((!same & places) << 1) & before;
            same = (((places & up).wrapping_add(up)) ^ up) | places | down | swapped;
            let (more, fewer) = (down | !(same | up), same & up);
            distance += (more >> last & 1) as usize;
            distance -= (fewer >> last & 1) as usize;
            let (more, fewer) = ((more << 1) | 1, fewer << 1);
            up = fewer | !(same | more);
            down = more & same;
            before = places;
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn between(from: &str, to: &str) -> usize {
        Pattern::of(from).map_or(to.chars().count(), |pattern| pattern.distance(to))
    }

    /// The table, cell by cell.
    fn plainly(from: &str, to: &str) -> usize {
        let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
        let mut table = vec![vec![0_usize; to.len() + 1]; from.len() + 1];
        for i in 0..=from.len() {
            for j in 0..=to.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let cost = usize::from(from[i - 1] != to[j - 1]);
                        let mut least = (table[i - 1][j - 1] + cost).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[from.len()][to.len()]
    }

    #[test]
    fn usual_slips() {
        for (from, to, slips) in [
            ("container", "contianer", 1),
            ("docker", "dokcer", 1),
            ("prometheus", "promethues", 1),
            ("commit", "comit", 1),
            ("branch", "brunsh", 2),
            ("größe", "grösse", 2),
        ] {
            assert_eq!(between(from, to), slips, "{from} {to}");
        }
    }

    proptest! {
        #[test]
        fn it_is_that_of_the_table(one in "[abcé]{1,9}|[a-cß]{20,24}", other in "[abcé]{0,9}|[a-cß]{18,26}") {
            prop_assert_eq!(between(&one, &other), plainly(&one, &other));
        }

        #[test]
        fn letter_sets_rule_out_only_what_is_far(one in "[a-f]{1,6}", other in "[a-f]{0,6}") {
            let slips = between(&one, &other);
            let longer = one.len().abs_diff(other.len());
            let changed = (letter_set(&one) ^ letter_set(&other)).count_ones() as usize;
            prop_assert!(changed + longer <= 2 * slips);
        }
    }
}
