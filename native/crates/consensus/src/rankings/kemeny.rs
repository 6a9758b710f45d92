use super::{Method, Pairs, Ranking, RankingError, finish};

/// Options that the exact method serves at most: it costs 2ⁿ·n² steps.
pub const KEMENY_OPTIONS: usize = 8;

/// The order that contradicts the least weight of pairwise judgements (Kemeny 1959), exactly, by dynamic programming over
/// the sets of options that stand first (Betzler et al. 2009). Of several such orders it gives the first in the order of
/// the caller's list.
///
/// # Errors
/// [`RankingError::TooManyForKemeny`].
pub fn kemeny(pairs: &Pairs) -> Result<Ranking, RankingError> {
    let options = pairs.options();
    if options > KEMENY_OPTIONS {
        return Err(RankingError::TooManyForKemeny(options));
    }
    let full = (1_usize << options) - 1;
    // rest[set]: the least contradiction among the options outside of `set`, once those of `set` stand first.
    let mut rest = vec![f64::INFINITY; full + 1];
    rest[full] = 0.0;
    let cost = |next: usize, set: usize| {
        // Everything that is still outside comes after `next`.
        (0..options).filter(|b| *b != next && set & (1 << b) == 0).map(|b| pairs.above(b, next)).sum::<f64>()
    };
    for set in (0..full).rev() {
        for next in (0..options).filter(|next| set & (1 << next) == 0) {
            rest[set] = rest[set].min(cost(next, set) + rest[set | (1 << next)]);
        }
    }
    let slack = 1e-9 * (1.0 + rest[0]);
    let (mut set, mut order) = (0, Vec::with_capacity(options));
    while set != full {
        let best = (0..options)
            .filter(|next| set & (1 << next) == 0)
            .find(|next| cost(*next, set) + rest[set | (1 << next)] <= rest[set] + slack);
        let Some(next) = best else { break };
        order.push(next);
        set |= 1 << next;
    }
    let mut scores = vec![0.5; options];
    for (place, option) in order.iter().enumerate() {
        let (mut with, mut all) = (0.0, 0.0);
        for (other_place, other) in order.iter().enumerate().filter(|(other, _)| *other != place) {
            let (up, down) = (pairs.above(*option, *other), pairs.above(*other, *option));
            with += if place < other_place { up } else { down };
            all += up + down;
        }
        if all > 0.0 {
            scores[*option] = with / all;
        }
    }
    // Neighbours could change places at no cost exactly where their judgements balance.
    Ok(finish(pairs, Method::Kemeny, order, &scores, |a, b| (pairs.above(a, b) - pairs.above(b, a)).abs() <= slack))
}
