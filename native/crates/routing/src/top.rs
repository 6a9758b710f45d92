//! The greatest of many scores.

/// How many scores are compared at once.
const BLOCK: usize = 16;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// What is less than the `limit`-th greatest so far is passed over; of the others some more than `limit` are gathered
/// before that mark is raised, so that each raise is worth its cost.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 {
        return Vec::new();
    }
    let enough = limit.saturating_mul(3);
    let mut room = enough;
    let mut least = f32::NEG_INFINITY;
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(enough.min(256) + BLOCK);
    for (start, block) in (0_u32..).step_by(BLOCK).zip(scores.chunks(BLOCK)) {
        #[allow(clippy::needless_bitwise_bool)] // without a branch several are compared at once
        let none = block.iter().fold(true, |none, score| none & (*score < least));
        if none {
            continue;
        }
        for (place, &score) in (start..).zip(block) {
            if score >= least && score != 0.0 {
                found.push((score, place));
            }
        }
        if found.len() >= room {
            least = cut(&mut found, limit);
            room = enough.max(2 * found.len());
        }
    }
    cut(&mut found, limit);
    found
}

/// Leaves the `limit` greatest and their equals; gives the least of them.
fn cut(found: &mut Vec<(f32, u32)>, limit: usize) -> f32 {
    if found.len() <= limit {
        return f32::NEG_INFINITY;
    }
    let least = found.select_nth_unstable_by(limit - 1, |one, other| other.0.total_cmp(&one.0)).1.0;
    found.retain(|found| found.0 >= least);
    least
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
