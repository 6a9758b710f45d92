//! The greatest of many scores.

/// How many scores are looked at together.
const BLOCK: usize = 16;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The `limit`-th greatest of the greatest scores of blocks is no more than the `limit`-th greatest score, so that few
/// blocks need a closer look.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 {
        return Vec::new();
    }
    let blocks: Vec<f32> = scores.chunks(BLOCK).map(greatest_of).collect();
    let least = if blocks.len() <= limit {
        f32::NEG_INFINITY
    } else {
        *blocks.clone().select_nth_unstable_by(limit - 1, |one, other| other.total_cmp(one)).1
    };
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(4 * limit.min(64));
    for ((start, block), greatest) in (0_u32..).step_by(BLOCK).zip(scores.chunks(BLOCK)).zip(blocks) {
        if greatest >= least && greatest != f32::NEG_INFINITY {
            let close = (start..).zip(block).filter(|(_, score)| **score != 0.0 && **score >= least);
            found.extend(close.map(|(place, score)| (*score, place)));
        }
    }
    if found.len() > limit {
        let least = found.select_nth_unstable_by(limit - 1, |one, other| other.0.total_cmp(&one.0)).1.0;
        found.retain(|found| found.0 >= least);
    }
    found
}

/// The greatest score of a block; without a branch, so that several are compared at once.
fn greatest_of(block: &[f32]) -> f32 {
    block.iter().fold(f32::NEG_INFINITY, |greatest, &score| {
        let score = if score == 0.0 { f32::NEG_INFINITY } else { score };
        if score > greatest { score } else { greatest }
    })
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
