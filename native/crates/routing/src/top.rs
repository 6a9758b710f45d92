//! The greatest of many scores.

/// How many scores are compared at once.
const BLOCK: usize = 16;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The greatest of each block are looked at first: as many blocks as `limit` have one that is at least as great as the
/// `limit`-th of these, so what is less is passed over, and with it most blocks.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 {
        return Vec::new();
    }
    let tops: Vec<f32> = scores.chunks(BLOCK).map(top).collect();
    let mut sorted = tops.clone();
    let least = if sorted.len() > limit { nth(&mut sorted, limit) } else { f32::NEG_INFINITY };
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(2 * limit.min(scores.len()));
    for ((start, block), top) in (0_u32..).step_by(BLOCK).zip(scores.chunks(BLOCK)).zip(tops) {
        if top >= least {
            found.extend(
                (start..)
                    .zip(block)
                    .filter(|(_, score)| **score >= least && **score != 0.0)
                    .map(|(place, score)| (*score, place)),
            );
        }
    }
    cut(&mut found, limit);
    found
}

/// The greatest score of a block; less than all when there is none.
fn top(block: &[f32]) -> f32 {
    let seen = |score: f32| if score == 0.0 { f32::NEG_INFINITY } else { score };
    let greater = |one: f32, other: f32| if one > other { one } else { other };
    let Ok(block) = <&[f32; BLOCK]>::try_from(block) else {
        return block.iter().fold(f32::NEG_INFINITY, |top, score| greater(top, seen(*score)));
    };
    // By halves and without a branch, so that several are compared at once.
    let block = block.map(seen);
    let eight: [f32; 8] = std::array::from_fn(|lane| greater(block[lane], block[lane + 8]));
    let four: [f32; 4] = std::array::from_fn(|lane| greater(eight[lane], eight[lane + 4]));
    greater(greater(four[0], four[2]), greater(four[1], four[3]))
}

/// The `limit`-th greatest of more than so many.
fn nth(scores: &mut [f32], limit: usize) -> f32 {
    *scores.select_nth_unstable_by(limit - 1, |one, other| other.total_cmp(one)).1
}

/// Leaves the `limit` greatest and their equals.
fn cut(found: &mut Vec<(f32, u32)>, limit: usize) {
    if found.len() > limit {
        let least = found.select_nth_unstable_by(limit - 1, |one, other| other.0.total_cmp(&one.0)).1.0;
        found.retain(|found| found.0 >= least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Few different scores make many equal ones.
        #[test]
        fn they_are_those_of_a_full_sort(
            scores in proptest::collection::vec((-3_i8..20).prop_map(|score| f32::from(score.max(-1)) / 4.0), 0..900),
            limit in 0_usize..40,
        ) {
            let mut all: Vec<(f32, u32)> = (0_u32..).zip(&scores).map(|(place, score)| (*score, place)).collect();
            all.retain(|(score, _)| *score != 0.0);
            all.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            let least = all.get(limit.wrapping_sub(1)).map_or(f32::NEG_INFINITY, |found| found.0);
            all.retain(|(score, _)| limit > 0 && *score >= least);
            let mut found = greatest(&scores, limit);
            found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            prop_assert_eq!(found, all);
        }
    }
}
