use super::coin::{Beliefs, Slots};
use super::fit::{Fit, Limits};
use crate::ballots::Ballots;

/// Steps of scoring in a round.
const STEPS: usize = 1;

/// Each worker has an ability α, each item an ease β, and a vote is right with probability σ(αβ), so that an easy item
/// proves little about who got it right.
///
/// J. Whitehill, P. Ruvolo, T. Wu, J. Bergsma and J. Movellan, *Whose Vote Should Count More*, NIPS 2009, with their
/// normal priors of mean 1 and variance 1 on α and ln β. The maximization is a few damped steps of Fisher scoring, all
/// abilities and eases at once, in place of conjugate gradients.
pub(crate) fn glad(ballots: &Ballots<'_>, slots: &Slots, limits: Limits) -> Fit {
    let others = (ballots.labels.len().max(2) - 1) as f64;
    let mut beliefs = Beliefs::of_votes(ballots, slots);
    let mut ability = vec![1.0_f64; ballots.workers.len()];
    // Logarithms, one an item; `ease_of` is e to them, one a mark.
    let mut ease = vec![1.0_f64; ballots.items.len()];
    let mut ease_of = spread(ballots, &ease);
    let rounds = limits.run(|| {
        for _ in 0..STEPS {
            let mut slope: Vec<f64> = ability.iter().map(|ability| 1.0 - ability).collect();
            let mut bend = vec![1.0; ability.len()];
            let mut at = 0;
            for (marks, ease) in ballots.rows().zip(&mut ease) {
                let (mut ease_slope, mut ease_bend) = (1.0 - *ease, 1.0);
                for mark in marks {
                    let (beta, share) = (ease_of[at], beliefs.share[slots.of_mark[at]]);
                    at += 1;
                    let strength = ability[mark.worker] * beta;
                    let right = 1.0 / (1.0 + (-strength).exp());
                    let (miss, spread) = (share - right, right * (1.0 - right));
                    slope[mark.worker] += miss * beta;
                    bend[mark.worker] += spread * beta * beta;
                    ease_slope += miss * strength;
                    ease_bend += spread * strength * strength;
                }
                *ease += 0.5 * (ease_slope / ease_bend).clamp(-1.0, 1.0);
            }
            for ((ability, slope), bend) in ability.iter_mut().zip(slope).zip(bend) {
                *ability += (slope / bend).clamp(-1.0, 1.0);
            }
            ease_of = spread(ballots, &ease);
        }
        // ln of σ(αβ) over (1 − σ(αβ)) / others.
        beliefs.update(ballots, slots, |mark| ability[ballots.marks[mark].worker] * ease_of[mark] + others.ln()).0
    });
    beliefs.fit(rounds, None)
}

/// e to each item's value, at each of its marks.
fn spread(ballots: &Ballots<'_>, logs: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(ballots.marks.len());
    for (marks, log) in ballots.rows().zip(logs) {
        out.resize(out.len() + marks.len(), log.exp());
    }
    out
}
