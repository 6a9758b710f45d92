//! The greatest of many scores.

use crate::lent::Lent;

/// How many scores a lot has.
const ROWS: usize = 8;

/// How many lots are looked at together: as many as bits tell.
const LOTS: usize = 64;

/// How closely the least of the greatest groups is looked for: so often its range is halved.
const HALVINGS: u32 = 14;

/// Of so few the greatest are found by comparing all with all.
const FEW: usize = 128;

/// The `limit` greatest scores with their places, and all that are equal to the least of them, in no order. A score of 0
/// is none.
///
/// The greatest of each lot tell what is too little to be looked at, and with it most lots. A lot is what stands in one
/// column when the scores are written in so many rows, for then lots can be compared side by side. What depends on a score
/// is done without a branch, as nothing tells before how that would go.
pub(crate) fn greatest(scores: &[f32], limit: usize) -> Lent<(f32, u32)> {
    if limit == 0 || scores.is_empty() {
        return Lent::default();
    }
    let lots = scores.len().div_ceil(ROWS).next_multiple_of(LOTS);
    let mut tops = Lent::of(0.0, lots);
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
/// as are wanted have one as great as that.
fn enough(tops: &[f32], limit: usize) -> Option<f32> {
    let mut groups = [0.0; LOTS];
    for tops in tops.chunks(LOTS) {
        raise(&mut groups, tops);
    }
    if limit > LOTS {
        return None;
    }
    // Numbers above 0 are in the order of their bits.
    let bits = groups.map(|top| if top > 0.0 { top.to_bits() } else { 0 });
    let (mut least, mut step) = (0, f32::INFINITY.to_bits() / 2);
    for _ in 0..HALVINGS {
        let have: u32 = bits.iter().map(|bits| u32::from(*bits >= least + step)).sum();
        least += if have as usize >= limit { step } else { 0 };
        step /= 2;
    }
    (least > 0).then_some(f32::from_bits(least))
}

/// The scores that are not below one above 0, with their places.
fn above(scores: &[f32], tops: &[f32], least: f32, limit: usize) -> Lent<(f32, u32)> {
    let mut found = Lent::of((0.0, 0), 4 * limit);
    let mut count = 0;
    for (start, some) in (0..).step_by(LOTS).zip(tops.as_chunks::<LOTS>().0) {
        let mut there = places(some, |top| top >= least);
        while there != 0 {
            let lot = start + there.trailing_zeros() as usize;
            there &= there - 1;
            if count + ROWS > found.len() {
                found.resize(2 * (count + ROWS), (0.0, 0));
            }
            for at in std::array::from_fn::<usize, ROWS, _>(|row| lot + row * tops.len()) {
                let score = scores.get(at).copied().unwrap_or_default();
                found[count] = (score, u32::try_from(at).unwrap_or(u32::MAX));
                count += usize::from(score >= least);
            }
        }
    }
    found.truncate(count);
    found
}

/// All scores that there are, with their places.
fn all(scores: &[f32]) -> Lent<(f32, u32)> {
    Lent::with((0..).zip(scores).filter(|(_, score)| **score != 0.0).map(|(at, score)| (*score, at)))
}

/// Which of some scores are wanted, as bits.
fn places(some: &[f32; LOTS], wanted: impl Fn(f32) -> bool) -> u64 {
    let mut there = 0;
    for (start, some) in (0..).step_by(16).zip(some.as_chunks::<16>().0) {
        let bits: [u32; 16] = std::array::from_fn(|at| if wanted(some[at]) { 1 << at } else { 0 });
        there |= u64::from(bits.iter().fold(0, |there, bit| there | bit)) << start;
    }
    there
}

/// Each becomes the greater of two. Without a branch, so that several are compared at once.
fn raise(tops: &mut [f32], scores: &[f32]) {
    for (top, score) in tops.iter_mut().zip(scores) {
        *top = if *score > *top { *score } else { *top };
    }
}

/// Leaves the `limit` greatest and their equals.
pub(crate) fn cut(found: &mut Vec<(f32, u32)>, limit: usize) {
    if found.len() <= limit {
        return;
    }
    let mut scores = [f32::NEG_INFINITY; FEW];
    let Some(few) = scores.get_mut(..found.len()) else {
        let least = found.select_nth_unstable_by(limit - 1, |one, other| other.0.total_cmp(&one.0)).1.0;
        found.retain(|found| found.0 >= least);
        return;
    };
    for (score, found) in few.iter_mut().zip(found.iter()) {
        *score = found.0;
    }
    let compared = &scores[..found.len().next_multiple_of(4)];
    let mut kept = 0;
    for at in 0..found.len() {
        let greater: u32 = compared.iter().map(|score| u32::from(*score > scores[at])).sum();
        found[kept] = found[at];
        kept += usize::from((greater as usize) < limit);
    }
    found.truncate(kept);
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
            prop_assert_eq!(&*found, &all);
        }
    }
}
