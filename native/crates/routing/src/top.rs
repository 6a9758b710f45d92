//! The greatest of many scores.

/// How many scores a lot has.
const ROWS: usize = 8;

/// How many lots are looked at together.
const LOTS: usize = 16;

/// Of how many groups of lots the greatest are compared, to find where the greatest of all begin.
const GROUPS: usize = 64;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The greatest of each lot tell what is too little to be looked at, and with it most lots. A lot is what stands in one
/// column when the scores are written in so many rows, for then lots can be compared side by side.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Vec<(f32, u32)> {
    if limit == 0 || scores.is_empty() {
        return Vec::new();
    }
    let lots = scores.len().div_ceil(ROWS).next_multiple_of(LOTS);
    let mut tops = vec![0.0; lots];
    for row in scores.chunks(lots) {
        raise(&mut tops, row);
    }
    let mut found = match enough(&tops, limit) {
        Some(least) => above(scores, &tops, least, limit),
        None => all(scores),
    };
    cut(&mut found, limit);
    found
}

/// A score above 0 that at least `limit` of the tops have and few more; none when it is not soon found. As many groups
/// as are wanted have one as great as the least of their greatest.
fn enough(tops: &[f32], limit: usize) -> Option<f32> {
    let mut groups = [0.0; GROUPS];
    for tops in tops.chunks(GROUPS) {
        raise(&mut groups, tops);
    }
    let at = limit.checked_sub(1).filter(|at| *at < GROUPS)?;
    let least = *groups.select_nth_unstable_by(at, |one, other| other.total_cmp(one)).1;
    (least > 0.0).then_some(least)
}

/// The scores that are not below one above 0, with their places.
fn above(scores: &[f32], tops: &[f32], least: f32, limit: usize) -> Vec<(f32, u32)> {
    let mut found = Vec::with_capacity(2 * limit);
    for (start, some) in (0..).step_by(LOTS).zip(tops.as_chunks::<LOTS>().0) {
        for lot in places(some, |top| top >= least) {
            let lot = start + lot as usize;
            for (score, at) in scores[lot..].iter().step_by(tops.len()).zip((lot..).step_by(tops.len())) {
                if *score >= least {
                    found.push((*score, u32::try_from(at).unwrap_or(u32::MAX)));
                }
            }
        }
    }
    found
}

/// All scores that there are, with their places.
fn all(scores: &[f32]) -> Vec<(f32, u32)> {
    let mut found = Vec::new();
    let (lots, rest) = scores.as_chunks::<LOTS>();
    let mut start = 0;
    for lot in lots {
        found.extend(places(lot, |score| score != 0.0).map(|at| (lot[at as usize], start + at)));
        start += u32::try_from(LOTS).unwrap_or_default();
    }
    found.extend((start..).zip(rest).filter(|(_, score)| **score != 0.0).map(|(at, score)| (*score, at)));
    found
}

/// Which of some scores are wanted. Told as bits: without a branch for each.
fn places(some: &[f32; LOTS], wanted: impl Fn(f32) -> bool) -> impl Iterator<Item = u32> {
    let bits: [u32; LOTS] = std::array::from_fn(|at| if wanted(some[at]) { 1 << at } else { 0 });
    let mut there = bits.iter().fold(0, |there, bit| there | bit);
    std::iter::from_fn(move || {
        let next = (there != 0).then(|| there.trailing_zeros());
        there &= there.wrapping_sub(1);
        next
    })
}

/// Each becomes the greater of two. Without a branch, so that several are compared at once.
fn raise(tops: &mut [f32], scores: &[f32]) {
    for (top, score) in tops.iter_mut().zip(scores) {
        *top = if *score > *top { *score } else { *top };
    }
}

/// Leaves the `limit` greatest and their equals.
pub(crate) fn cut(found: &mut Vec<(f32, u32)>, limit: usize) {
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
