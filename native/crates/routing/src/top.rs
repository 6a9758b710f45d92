//! The greatest of many scores.

/// How many scores are compared at once.
const BLOCK: usize = 16;

/// How often the scores are halved at most, to find where the greatest begin.
const HALVINGS: usize = 12;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The greatest of each block tell what is too little to be looked at, and with it most blocks.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 {
        return Vec::new();
    }
    let (blocks, rest) = scores.as_chunks::<BLOCK>();
    let last = (!rest.is_empty()).then(|| rest.iter().copied().fold(f32::NEG_INFINITY, greater));
    let tops: Vec<f32> = blocks.iter().map(top).chain(last).collect();
    let least = enough(&tops, limit);
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(4 * limit.min(tops.len()));
    for ((start, block), top) in (0_u32..).step_by(BLOCK).zip(scores.chunks(BLOCK)).zip(tops) {
        if top >= least {
            let scored = (start..).zip(block).filter(|(_, score)| **score >= least && **score != 0.0);
            found.extend(scored.map(|(place, score)| (*score, place)));
        }
    }
    cut(&mut found, limit);
    found
}

/// A score that at least `limit` of the tops have and few more; less than all when not so many are above 0. Found by
/// halving: counting compares several at once, sorting does not.
fn enough(tops: &[f32], limit: usize) -> f32 {
    let having = |score: f32| tops.iter().map(|top| u32::from(*top >= score)).sum::<u32>() as usize;
    let (mut least, mut greatest) = (f32::MIN_POSITIVE, tops.iter().copied().fold(0.0, f32::max));
    if having(least) < limit {
        return f32::NEG_INFINITY;
    }
    for _ in 0..HALVINGS {
        let middle = f32::midpoint(least, greatest);
        let having = having(middle);
        if having < limit {
            greatest = middle;
        } else {
            least = middle;
            if having <= limit + limit / 4 {
                break;
            }
        }
    }
    least
}

/// The greatest number of a block, by halves and without a branch, so that several are compared at once. Where no score is
/// above 0 it may be the 0 of none.
fn top(block: &[f32; BLOCK]) -> f32 {
    let eight: [f32; 8] = std::array::from_fn(|lane| greater(block[lane], block[lane + 8]));
    let four: [f32; 4] = std::array::from_fn(|lane| greater(eight[lane], eight[lane + 4]));
    greater(greater(four[0], four[2]), greater(four[1], four[3]))
}

fn greater(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
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
            limit in 0_usize..80,
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
