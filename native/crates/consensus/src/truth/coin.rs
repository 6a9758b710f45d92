//! What the methods share in which a worker is right or wrong in one way whatever the label: what they believe of an
//! item concerns the labels that it was given and one rest for all others, so memory is linear in the votes.

use super::fit::{Fit, Posterior, Rounds, divide};
use super::product::Product;
use crate::ballots::Ballots;
use std::ops::Range;

/// How far the logarithm of a product of ratios may be from 0, so that with the frequency of a label it is far from what
/// a number can hold (e^±708).
const REACH: f64 = 600.0;

/// The different labels of each item.
pub(crate) struct Slots {
    /// Where each item's slots begin in `labels`, and the end of the last.
    starts: Vec<usize>,
    /// The label of each slot, ascending within an item.
    pub(crate) labels: Vec<usize>,
    /// The slot of each mark.
    pub(crate) of_mark: Vec<usize>,
}

impl Slots {
    pub(crate) fn new(ballots: &Ballots<'_>) -> Self {
        let mut slots = Self { starts: vec![0], labels: Vec::new(), of_mark: Vec::with_capacity(ballots.marks.len()) };
        let mut own = Vec::new();
        for marks in ballots.rows() {
            own.clear();
            own.extend(marks.iter().map(|mark| mark.label));
            own.sort_unstable();
            own.dedup();
            let start = slots.labels.len();
            slots.labels.extend_from_slice(&own);
            slots.of_mark.extend(marks.iter().map(|mark| start + own.partition_point(|label| *label < mark.label)));
            slots.starts.push(slots.labels.len());
        }
        slots
    }

    /// The slots of each item.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Range<usize>> {
        self.starts.windows(2).map(|range| range[0]..range[1])
    }
}

/// How likely each label is for each item.
pub(crate) struct Beliefs {
    /// Of each slot.
    pub(crate) share: Vec<f64>,
    /// Of all labels together that an item was not given.
    pub(crate) rest: Vec<f64>,
    /// How frequent each label is. Sums to 1.
    pub(crate) prior: Vec<f64>,
}

impl Beliefs {
    /// The shares of the votes, and labels equally frequent.
    pub(crate) fn of_votes(ballots: &Ballots<'_>, slots: &Slots) -> Self {
        let mut share = vec![0.0; slots.labels.len()];
        for slot in &slots.of_mark {
            share[*slot] += 1.0;
        }
        for own in slots.rows() {
            let total: f64 = share[own.clone()].iter().sum();
            divide(&mut share[own], total);
        }
        let classes = ballots.labels.len();
        Self { share, rest: vec![0.0; ballots.items.len()], prior: vec![1.0 / classes as f64; classes] }
    }

    /// New beliefs from how much likelier each vote is where its label is the true one than where it is not (`gain` of
    /// each mark, a logarithm). Gives the mean change of an item's beliefs, and Σ ln of what each item's weights came to.
    pub(crate) fn update(&mut self, ballots: &Ballots<'_>, slots: &Slots, gain: impl Fn(usize) -> f64) -> (f64, f64) {
        let logs: Vec<f64> = self.prior.iter().map(|prior| prior.max(f64::MIN_POSITIVE).ln()).collect();
        self.settle(ballots, slots, |own, marks, unseen, weights| {
            by_logarithms(slots, own, marks, unseen, &logs, &gain, weights)
        })
    }

    /// The same from the ratios themselves (`ratio` of each mark), of which none is above `most` or below 1 / `most`. They
    /// are multiplied as they are, so that no logarithm or exponential is taken for an item, unless it has so many votes
    /// that a product might be more or less than a number can hold.
    pub(crate) fn update_by_ratios(
        &mut self,
        ballots: &Ballots<'_>,
        slots: &Slots,
        most: f64,
        ratio: impl Fn(usize) -> f64,
    ) -> (f64, f64) {
        let prior = self.prior.clone();
        let votes = REACH / most.ln();
        let mut logs = None;
        self.settle(ballots, slots, |own, marks, unseen, weights| {
            if marks.len() as f64 > votes {
                let logs = logs.get_or_insert_with(|| {
                    prior.iter().map(|prior| prior.max(f64::MIN_POSITIVE).ln()).collect::<Vec<f64>>()
                });
                return by_logarithms(slots, own, marks, unseen, logs, &|mark| ratio(mark).ln(), weights);
            }
            weights.extend(slots.labels[own.clone()].iter().map(|label| prior[*label].max(f64::MIN_POSITIVE)));
            for mark in marks {
                weights[slots.of_mark[mark] - own.start] *= ratio(mark);
            }
            (unseen, 0.0)
        })
    }

    /// New beliefs from weights of each item's slots, from its slots, marks and how frequent its other labels are; given
    /// are also the weight of those, and the logarithm of what all were divided by.
    fn settle(
        &mut self,
        ballots: &Ballots<'_>,
        slots: &Slots,
        mut weigh: impl FnMut(Range<usize>, Range<usize>, f64, &mut Vec<f64>) -> (f64, f64),
    ) -> (f64, f64) {
        let (mut change, mut evidence) = (0.0, Product::ONE);
        let mut weights = Vec::new();
        for ((own, marks), rest) in slots.rows().zip(ballots.ranges()).zip(&mut self.rest) {
            let unseen = unseen(&self.prior, &slots.labels[own.clone()]);
            weights.clear();
            let (other, log) = weigh(own.clone(), marks, unseen, &mut weights);
            let total = other + weights.iter().sum::<f64>();
            evidence.times(total);
            evidence.times_exp(log);
            let scale = 1.0 / total;
            for (share, weight) in self.share[own].iter_mut().zip(&weights) {
                let new = weight * scale;
                change += (new - *share).abs();
                *share = new;
            }
            *rest = other * scale;
        }
        (change / self.rest.len() as f64, evidence.ln())
    }

    /// Learns how frequent each label is, as if one more item had been seen, evenly of every label.
    pub(crate) fn learn_prior(&mut self, slots: &Slots) {
        let even = 1.0 / self.prior.len() as f64;
        let mut counts = vec![even; self.prior.len()];
        let mut withheld = vec![0.0; self.prior.len()];
        // What an item leaves to labels that it was not given is theirs in proportion to their frequency.
        let mut everywhere = 0.0;
        for (own, rest) in slots.rows().zip(&self.rest) {
            let unseen = unseen(&self.prior, &slots.labels[own.clone()]);
            let density = if unseen > 0.0 { rest / unseen } else { 0.0 };
            everywhere += density;
            for slot in own {
                counts[slots.labels[slot]] += self.share[slot];
                withheld[slots.labels[slot]] += density;
            }
        }
        for ((count, withheld), prior) in counts.iter_mut().zip(withheld).zip(&self.prior) {
            *count += prior * (everywhere - withheld).max(0.0);
        }
        let total: f64 = counts.iter().sum();
        divide(&mut counts, total);
        self.prior = counts;
    }

    pub(crate) fn fit(self, rounds: Rounds, evidence: Option<f64>) -> Fit {
        Fit { posterior: Posterior::Given(self), rounds, evidence }
    }
}

/// What [`Beliefs::settle`] asks for, from logarithms.
fn by_logarithms(
    slots: &Slots,
    own: Range<usize>,
    marks: Range<usize>,
    unseen: f64,
    prior: &[f64],
    gain: &impl Fn(usize) -> f64,
    weights: &mut Vec<f64>,
) -> (f64, f64) {
    let first = own.start;
    weights.extend(slots.labels[own].iter().map(|label| prior[*label]));
    for mark in marks {
        weights[slots.of_mark[mark] - first] += gain(mark);
    }
    let floor = if unseen > 0.0 { unseen.ln() } else { f64::NEG_INFINITY };
    let top = weights.iter().copied().fold(floor, f64::max);
    for weight in weights.iter_mut() {
        *weight = (*weight - top).exp();
    }
    ((floor - top).exp(), top)
}

/// How frequent the labels are together that are not among `seen`.
pub(crate) fn unseen(prior: &[f64], seen: &[usize]) -> f64 {
    let rest = 1.0 - seen.iter().map(|label| prior[*label]).sum::<f64>();
    // Below this it is rounding, not a label.
    if rest > 1e-12 && seen.len() < prior.len() { rest } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Beliefs, Slots};
    use crate::Vote;
    use crate::ballots::Ballots;
    use fastrand::Rng;

    #[test]
    fn ratios_give_what_logarithms_give() {
        let mut random = Rng::with_seed(3);
        // The first item has so many votes that the product of their ratios is beyond any number.
        let items = (0..200).map(|at| at % 40).chain(std::iter::repeat_n(0, 900));
        let rows: Vec<[String; 3]> =
            items.map(|item| [item.to_string(), random.u8(..9).to_string(), random.u8(..5).to_string()]).collect();
        let votes: Vec<Vote<'_>> = rows.iter().map(|[item, worker, label]| Vote { item, worker, label }).collect();
        let ballots = Ballots::read(&votes);
        let slots = Slots::new(&ballots);
        let gains: Vec<f64> = ballots.marks.iter().map(|mark| 6.0 * (mark.worker as f64 / 8.0) - 3.0).collect();
        let begun = || Beliefs::of_votes(&ballots, &slots);
        for most in [3.1_f64.exp(), f64::MAX] {
            let (mut one, mut other) = (begun(), begun());
            let expected = one.update(&ballots, &slots, |mark| gains[mark]);
            let found = other.update_by_ratios(&ballots, &slots, most, |mark| gains[mark].exp());
            let close = |one: f64, other: f64| (one - other).abs() < 1e-11 * one.abs().max(1.0);
            assert!(close(expected.0, found.0) && close(expected.1, found.1), "{expected:?} {found:?}");
            assert!(one.share.iter().zip(&other.share).all(|(one, other)| close(*one, *other)));
            assert!(one.rest.iter().zip(&other.rest).all(|(one, other)| close(*one, *other)));
        }
    }
}
