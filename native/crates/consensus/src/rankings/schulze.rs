use super::{Method, Pairs, Ranking, finish};

/// The Schulze method (Schulze, Social Choice and Welfare 36, 2011) with winning votes: the strength of a path is its
/// weakest win, and an option beats another to which its strongest path is stronger than the way back.
#[must_use]
pub fn schulze(pairs: &Pairs) -> Ranking {
    let options = pairs.options();
    let at = |a: usize, b: usize| a * options + b;
    let mut path = vec![0.0_f64; options * options];
    for a in 0..options {
        for b in 0..options {
            if pairs.above(a, b) > pairs.above(b, a) {
                path[at(a, b)] = pairs.above(a, b);
            }
        }
    }
    for middle in 0..options {
        for from in 0..options {
            let first = path[at(from, middle)];
            if first <= 0.0 {
                continue;
            }
            for to in 0..options {
                let through = first.min(path[at(middle, to)]);
                if through > path[at(from, to)] && from != to {
                    path[at(from, to)] = through;
                }
            }
        }
    }
    let beats = |a: usize, b: usize| path[at(a, b)] > path[at(b, a)];
    let half_points = |a: usize| {
        (0..options).filter(|b| *b != a).map(|b| if beats(a, b) { 2_u32 } else { u32::from(!beats(b, a)) }).sum::<u32>()
    };
    let points: Vec<u32> = (0..options).map(half_points).collect();
    // "Beats" is transitive, so whoever beats another has more points: sorting by points keeps every beat.
    let mut order: Vec<usize> = (0..options).collect();
    order.sort_by_key(|option| (std::cmp::Reverse(points[*option]), *option));
    let most = f64::from(u32::try_from(2 * options.saturating_sub(1)).unwrap_or(u32::MAX).max(1));
    let scores: Vec<f64> =
        points.iter().map(|points| if options == 1 { 1.0 } else { f64::from(*points) / most }).collect();
    finish(pairs, Method::Schulze, order, &scores, |a, b| !beats(a, b) && !beats(b, a))
}
