//! What the methods share in which a worker is right or wrong in one way whatever the label: what they believe of an
//! item concerns the labels that it was given and one rest for all others, so memory is linear in the votes.

use super::fit::{Fit, Posterior, Rounds, divide};
use crate::ballots::Ballots;
use std::ops::Range;

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

    /// New beliefs from how much likelier each vote is where its label is the true one than where it is not
    /// (`gain` of each mark, a logarithm). Gives the mean change of an item's beliefs, and Σ ln
    /// of what each item's weights came to.
    pub(crate) fn update(&mut self, slots: &Slots, gain: impl Fn(usize) -> f64) -> (f64, f64) {
        let logs: Vec<f64> = self.prior.iter().map(|prior| prior.max(f64::MIN_POSITIVE).ln()).collect();
        let mut weights: Vec<f64> = slots.labels.iter().map(|label| logs[*label]).collect();
        for (mark, slot) in slots.of_mark.iter().enumerate() {
            weights[*slot] += gain(mark);
        }
        let (mut change, mut evidence) = (0.0, 0.0);
        for (own, rest) in slots.rows().zip(&mut self.rest) {
            let unseen = unseen(&self.prior, &slots.labels[own.clone()]);
            let floor = if unseen > 0.0 { unseen.ln() } else { f64::NEG_INFINITY };
            let weights = &mut weights[own.clone()];
            let top = weights.iter().copied().fold(floor, f64::max);
            let other = (floor - top).exp();
            let mut total = other;
            for weight in weights.iter_mut() {
                *weight = (*weight - top).exp();
                total += *weight;
            }
            evidence += top + total.ln();
            for (share, weight) in self.share[own].iter_mut().zip(weights) {
                let new = *weight / total;
                change += (new - *share).abs();
                *share = new;
            }
            *rest = other / total;
        }
        (change / self.rest.len() as f64, evidence)
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

/// How frequent the labels are together that are not among `seen`.
pub(crate) fn unseen(prior: &[f64], seen: &[usize]) -> f64 {
    let rest = 1.0 - seen.iter().map(|label| prior[*label]).sum::<f64>();
    // Below this it is rounding, not a label.
    if rest > 1e-12 && seen.len() < prior.len() { rest } else { 0.0 }
}
