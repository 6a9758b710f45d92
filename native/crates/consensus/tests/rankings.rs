//! Rankings against plain references, and what each method promises.

use consensus::rankings::{Ballot, Pairs, Ranking, Unranked, borda, kemeny, schulze};
use proptest::prelude::*;

fn ballots(options: usize) -> impl Strategy<Value = Vec<Ballot>> {
    let levels = proptest::collection::vec(proptest::option::weighted(0.85, 0..options), options);
    proptest::collection::vec((levels, 1_u8..4), 1..8).prop_map(move |all| {
        let ballot = |(levels, weight): (Vec<Option<usize>>, u8)| Ballot {
            groups: (0..options)
                .map(|level| (0..options).filter(|option| levels[*option] == Some(level)).collect())
                .collect(),
            weight: f64::from(weight),
        };
        all.into_iter().map(ballot).collect()
    })
}

fn order(ranking: &Ranking) -> Vec<usize> {
    ranking.places.iter().map(|place| place.option).collect()
}

fn cost(pairs: &Pairs, order: &[usize]) -> f64 {
    (0..order.len())
        .flat_map(|at| (0..at).map(move |before| (at, before)))
        .map(|(at, before)| pairs.above(order[at], order[before]))
        .sum()
}

fn permutations(options: usize) -> Vec<Vec<usize>> {
    (0..options).fold(vec![Vec::new()], |all, next| {
        let grown = |one: Vec<usize>| {
            (0..=one.len()).map(move |at| {
                let mut longer = one.clone();
                longer.insert(at, next);
                longer
            })
        };
        all.into_iter().flat_map(grown).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn kemeny_is_the_best_of_all_orders(options in 1_usize..6, seed in ballots(5)) {
        let kept: Vec<Ballot> = seed.into_iter().map(|ballot| Ballot {
            groups: ballot.groups.into_iter().map(|group| group.into_iter().filter(|one| *one < options).collect()).collect(),
            weight: ballot.weight,
        }).collect();
        let pairs = Pairs::count(options, &kept, Unranked::Last).unwrap();
        let found = order(&kemeny(&pairs).unwrap());
        let best = permutations(options).into_iter().map(|one| cost(&pairs, &one)).fold(f64::INFINITY, f64::min);
        prop_assert!((cost(&pairs, &found) - best).abs() < 1e-9);
    }

    #[test]
    fn schulze_agrees_with_plain_widest_paths(all in ballots(6)) {
        let pairs = Pairs::count(6, &all, Unranked::Last).unwrap();
        let mut path = [[0.0_f64; 6]; 6];
        for (a, row) in path.iter_mut().enumerate() {
            for (b, cell) in row.iter_mut().enumerate() {
                *cell = if pairs.above(a, b) > pairs.above(b, a) { pairs.above(a, b) } else { 0.0 };
            }
        }
        for k in 0..6 { for i in 0..6 { for j in 0..6 {
            if i != j { path[i][j] = path[i][j].max(path[i][k].min(path[k][j])); }
        } } }
        let found = order(&schulze(&pairs));
        for (at, a) in found.iter().enumerate() {
            for b in &found[at + 1..] {
                prop_assert!(path[*a][*b] >= path[*b][*a]);
            }
        }
    }

    #[test]
    fn a_condorcet_winner_wins(all in ballots(6)) {
        let pairs = Pairs::count(6, &all, Unranked::Silent).unwrap();
        if let Some(winner) = pairs.condorcet_winner() {
            prop_assert_eq!(order(&schulze(&pairs))[0], winner);
            prop_assert_eq!(order(&kemeny(&pairs).unwrap())[0], winner);
        }
    }

    #[test]
    fn the_order_of_ballots_does_not_matter(all in ballots(6)) {
        let pairs = Pairs::count(6, &all, Unranked::Last).unwrap();
        let turned: Vec<Ballot> = all.into_iter().rev().collect();
        let other = Pairs::count(6, &turned, Unranked::Last).unwrap();
        prop_assert_eq!(order(&schulze(&pairs)), order(&schulze(&other)));
        prop_assert_eq!(order(&borda(&pairs)), order(&borda(&other)));
        prop_assert_eq!(order(&kemeny(&pairs).unwrap()), order(&kemeny(&other).unwrap()));
    }
}

#[test]
fn a_ballot_that_makes_no_sense_is_refused() {
    let ballot = |groups: Vec<Vec<usize>>| [Ballot { groups, weight: 1.0 }];
    let refused = |groups| Pairs::count(3, &ballot(groups), Unranked::Last).unwrap_err().to_string();
    assert_eq!(refused(vec![vec![3]]), "ballot 0 names option 3, which there is not (options count from 0)");
    assert_eq!(refused(vec![vec![1], vec![1]]), "ballot 0 names option 1 twice");
    assert!(kemeny(&Pairs::count(9, &[], Unranked::Last).unwrap()).is_err());
}
