//! The greatest of many scores.

/// How many scores a lot has.
const LOT: usize = 8;

/// How many lots are looked at together.
const LOTS: usize = 16;

/// How often the scores are halved at most, to find where the greatest begin.
const HALVINGS: usize = 12;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The greatest of each lot tell what is too little to be looked at, and with it most lots. A lot is what stands in one
/// column when the scores are written in so many rows, for then lots can be compared side by side.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 || scores.is_empty() {
        return Vec::new();
    }
    let lots = scores.len().div_ceil(LOT);
    let mut tops = scores[..lots].to_vec();
    for row in scores.chunks(lots).skip(1) {
        for (top, score) in tops.iter_mut().zip(row) {
            *top = greater(*score, *top);
        }
    }
    let Some(least) = enough(&tops, limit) else {
        let there = (0_u32..).zip(scores).filter(|(_, score)| **score != 0.0);
        let mut found: Vec<(f32, u32)> = there.map(|(place, score)| (*score, place)).collect();
        cut(&mut found, limit);
        return found;
    };
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(4 * limit.min(lots));
    for (start, some) in (0..).step_by(LOTS).zip(tops.chunks(LOTS)).filter(|(_, some)| having(some, least) > 0) {
        for (lot, _) in (start..).zip(some).filter(|(_, top)| **top >= least) {
            for (place, score) in scores.iter().enumerate().skip(lot).step_by(lots) {
                if *score >= least {
                    found.push((*score, u32::try_from(place).unwrap_or(u32::MAX)));
                }
            }
        }
    }
    cut(&mut found, limit);
    found
}

/// A score above 0 that at least `limit` of the tops have and few more; none when not so many are above 0. Found by
/// halving: counting compares several at once, sorting does not.
fn enough(tops: &[f32], limit: usize) -> Option<f32> {
    let (mut least, mut greatest) = (f32::MIN_POSITIVE, tops.iter().copied().fold(0.0, greater));
    if having(tops, least) < limit {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = f32::midpoint(least, greatest);
        let having = having(tops, middle);
        if having < limit {
            greatest = middle;
        } else {
            least = middle;
            if having <= limit + limit / 4 {
                break;
            }
        }
    }
    Some(least)
}

/// How many tops have a score.
fn having(tops: &[f32], score: f32) -> usize {
    tops.iter().map(|top| u32::from(*top >= score)).sum::<u32>() as usize
}

/// Without a branch, so that several are compared at once.
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
