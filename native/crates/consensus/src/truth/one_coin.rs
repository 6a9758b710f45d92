use super::coin::{Beliefs, Slots};
use super::fit::{Fit, Limits};
use crate::ballots::Ballots;

/// Votes added to each worker's record before it is read: `PRIOR.0` right ones of `PRIOR.1`.
const PRIOR: (f64, f64) = (2.0, 3.0);

/// Each worker is right with a probability of its own whatever the label, and else gives any other label alike.
///
/// The homogeneous Dawid–Skene model, by expectation–maximization begun from the shares of the votes: Y. Zhang,
/// X. Chen, D. Zhou and M. I. Jordan, *Spectral Methods Meet EM*, JMLR 17 (2016); as `ZenCrowd` in G. Demartini,
/// D. E. Difallah and P. Cudré-Mauroux, WWW 2012.
pub(crate) fn one_coin(ballots: &Ballots<'_>, slots: &Slots, limits: Limits) -> Fit {
    let others = (ballots.labels.len().max(2) - 1) as f64;
    let given = ballots.votes_by_worker();
    let mut beliefs = Beliefs::of_votes(ballots, slots);
    let rounds = limits.run(|| {
        let mut right = vec![PRIOR.0; given.len()];
        for (mark, slot) in ballots.marks.iter().zip(&slots.of_mark) {
            right[mark.worker] += beliefs.share[*slot];
        }
        let odds = right.iter().zip(&given).map(|(right, given)| {
            let rate = right / (given + PRIOR.1);
            rate * others / (1.0 - rate)
        });
        let odds: Vec<f64> = odds.collect();
        let most = odds.iter().fold(1.0_f64, |most, odds| most.max(*odds).max(1.0 / odds));
        beliefs.learn_prior(slots);
        beliefs.update_by_ratios(ballots, slots, most, |mark| odds[ballots.marks[mark].worker]).0
    });
    beliefs.fit(rounds, None)
}
