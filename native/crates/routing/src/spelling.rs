//! How far apart two words are.

/// The words that may be meant by one of this many characters differ from it by at most this.
pub(crate) fn allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Which letters a word has, roughly. One slip changes at most two bits, so sets tell quickly that words are far apart.
pub(crate) fn letter_set(word: &str) -> u32 {
    word.bytes().fold(0, |set, byte| set | 1 << (byte & 31))
}

/// Longer words are not compared.
const LONGEST: usize = 32;

/// The number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment) that
/// lead from one word to the other, when there are at most `limit`.
pub(crate) fn distance(from: &[char], to: &[char], limit: usize) -> Option<usize> {
    if from.len().abs_diff(to.len()) > limit || to.len() >= LONGEST {
        return None;
    }
    let mut before = [0; LONGEST];
    let mut last: [usize; LONGEST] = std::array::from_fn(|column| column);
    let mut row = [0; LONGEST];
    for (i, a) in from.iter().enumerate() {
        row[0] = i + 1;
        let mut least = row[0];
        for (j, b) in to.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[to.len()]).filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn between(from: &str, to: &str, limit: usize) -> Option<usize> {
        distance(&from.chars().collect::<Vec<_>>(), &to.chars().collect::<Vec<_>>(), limit)
    }

    #[test]
    fn usual_slips() {
        assert_eq!(between("container", "contianer", 2), Some(1));
        assert_eq!(between("docker", "dokcer", 1), Some(1));
        assert_eq!(between("prometheus", "promethues", 2), Some(1));
        assert_eq!(between("commit", "comit", 1), Some(1));
        assert_eq!(between("branch", "brunsh", 1), None);
    }

    proptest! {
        #[test]
        fn letter_sets_rule_out_only_what_is_far(one in "[a-f]{0,6}", other in "[a-f]{0,6}") {
            let slips = between(&one, &other, 8).unwrap();
            prop_assert!((letter_set(&one) ^ letter_set(&other)).count_ones() as usize <= 2 * slips);
        }

        #[test]
        fn it_is_a_distance(one in "[abc]{0,6}", other in "[abc]{0,6}", limit in 0_usize..8) {
            let found = between(&one, &other, limit);
            prop_assert_eq!(found, between(&other, &one, limit));
            prop_assert_eq!(found == Some(0), one == other);
            prop_assert_eq!(found, between(&one, &other, 8).filter(|distance| *distance <= limit));
        }
    }
}
