use super::{Method, Pairs, Ranking, finish};

/// Points by places: an option gets from each ballot one point for each option it stands above and half a point for each
/// it is tied with, so that ties and left out options are fair (the averaged Borda count). A silent pair gives nothing
/// to either and is not counted against them.
#[must_use]
pub fn borda(pairs: &Pairs) -> Ranking {
    let options = pairs.options();
    let (mut won, mut all) = (vec![0.0; options], vec![0.0; options]);
    for a in 0..options {
        for b in (0..options).filter(|b| *b != a) {
            let (up, down) = (pairs.above(a, b), pairs.above(b, a));
            let ties = pairs.ties(a, b);
            won[a] += up + 0.5 * ties;
            all[a] += up + down + ties;
        }
    }
    let scores: Vec<f64> = won.iter().zip(&all).map(|(won, all)| if *all > 0.0 { won / all } else { 0.5 }).collect();
    let mut order: Vec<usize> = (0..options).collect();
    order.sort_by(|a, b| if same(scores[*a], scores[*b]) { a.cmp(b) } else { scores[*b].total_cmp(&scores[*a]) });
    finish(pairs, Method::Borda, order, &scores, |a, b| same(scores[a], scores[b]))
}

/// Equal but for rounding.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12
}
