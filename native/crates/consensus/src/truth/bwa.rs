use super::coin::{Beliefs, Slots};
use super::fit::{Fit, Limits, Rounds};
use crate::ballots::Ballots;

/// The shape of the Gamma prior on a worker's precision, in votes.
const SHAPE: f64 = 15.0;
/// How much an item's mean is drawn to the mean of all items, in votes of precision 1.
const PULL: f64 = 1.0;

/// One number an item and label, the weighted mean of who voted for it, with weights from how far each worker lies
/// from those means.
///
/// Y. Li, B. I. P. Rubinstein and T. Cohn, *Truth Inference at Scale: A Bayesian Model for Adjudicating Highly
/// Redundant Crowd Annotations*, WWW 2019, one label against all others, with their hyperparameters (15 votes of
/// prior precision, a pull of 1, the correction of the prior for the number of labels).
///
/// An item's numbers are scaled to sum to 1, so that they read as probabilities.
pub(crate) fn bwa(ballots: &Ballots<'_>, slots: &Slots, limits: Limits) -> Fit {
    let classes = ballots.labels.len();
    let correction = 4.0 * (1.0 - 1.0 / classes as f64);
    let given = ballots.votes_by_worker();
    let mut beliefs = Beliefs::of_votes(ballots, slots);
    let begun = beliefs.share.clone();
    let mut means = vec![0.0; ballots.items.len()];
    let mut rounds = Rounds { made: 0, converged: true };
    for class in 0..classes {
        let mut scatter = 0.0;
        for ((own, marks), mean) in slots.rows().zip(ballots.rows()).zip(&mut means) {
            *mean = own.clone().find(|slot| slots.labels[*slot] == class).map_or(0.0, |slot| begun[slot]);
            scatter += marks.len() as f64 * *mean * (1.0 - *mean);
        }
        let rate = SHAPE * scatter / ballots.marks.len() as f64 * correction;
        let own = limits.run(|| round(ballots, &given, rate, class, &mut means));
        rounds = Rounds { made: rounds.made.max(own.made), converged: rounds.converged && own.converged };
        for ((own, mean), rest) in slots.rows().zip(&means).zip(&mut beliefs.rest) {
            match own.clone().find(|slot| slots.labels[*slot] == class) {
                Some(slot) => beliefs.share[slot] = *mean,
                None => *rest += mean,
            }
        }
    }
    for (own, rest) in slots.rows().zip(&mut beliefs.rest) {
        let share = &mut beliefs.share[own];
        let total = share.iter().sum::<f64>() + *rest;
        share.iter_mut().chain([rest]).for_each(|share| *share /= total);
    }
    beliefs.fit(rounds, None)
}

/// Weights from means, then means from weights, of one label. Gives the mean change.
fn round(ballots: &Ballots<'_>, given: &[f64], rate: f64, class: usize, means: &mut [f64]) -> f64 {
    let items = means.len() as f64;
    let all = means.iter().sum::<f64>() / items;
    let mut distance = vec![rate; given.len()];
    for (marks, mean) in ballots.rows().zip(means.iter()) {
        for mark in marks {
            let miss = mean - f64::from(u8::from(mark.label == class));
            distance[mark.worker] += miss * miss;
        }
    }
    // Where all agree on everything there is no distance at all.
    let weights = given.iter().zip(distance).map(|(given, distance)| (SHAPE + given) / distance.max(1e-9));
    let weights: Vec<f64> = weights.collect();
    let mut change = 0.0;
    for (marks, mean) in ballots.rows().zip(means) {
        let (mut yes, mut total) = (PULL * all, PULL);
        for mark in marks {
            let weight = weights[mark.worker];
            total += weight;
            if mark.label == class {
                yes += weight;
            }
        }
        change += (yes / total - *mean).abs();
        *mean = yes / total;
    }
    change / items
}
