//! The methods in which each worker has a matrix: for each true label, how often each label is given. Its columns for
//! labels that the worker never gave are not kept, so memory is items × labels and (pairs + workers) × labels × kinds.

use super::dirichlet::{self, exp_digamma, gained};
use super::fit::{Fit, Limits, Posterior};
use super::look::{Counts, Fixed, Free, Rates, look};
use super::pairs::Pairs;
use crate::ballots::Ballots;

/// Items of each label in the prior on how frequent labels are.
const FREQUENCY: f64 = 1.0;

/// What is known before the votes, and how many kinds of items of one label there are.
pub(crate) struct Design {
    /// Kinds of items of each label, within which workers err independently of each other. One: as if all were alike.
    pub(crate) kinds: usize,
    /// The concentration of the Dirichlet prior on kinds, shared among them.
    pub(crate) spread: f64,
    /// Votes of prior belief that a worker gives the true label.
    pub(crate) right: f64,
    /// Votes of prior belief in each wrong label.
    pub(crate) wrong: f64,
    /// Learn the prior on matrices from all workers.
    pub(crate) learned: bool,
    /// Seeds the first assignment of items to kinds.
    pub(crate) seed: u64,
}

/// iBCC: H.-C. Kim and Z. Ghahramani, *Bayesian Classifier Combination*, AISTATS 2012, by the variational Bayes of
/// E. Simpson, S. Roberts, I. Psorakis and A. Smith, *Dynamic Bayesian Combination of Multiple Imperfect Classifiers*
/// (2013).
pub(crate) const IBCC: Design = Design { kinds: 1, spread: 0.0, right: 4.0, wrong: 1.0, learned: false, seed: 0 };

/// Hierarchical: the prior on matrices is fitted to all workers, so that a worker with few votes is taken for one of
/// this crowd.
pub(crate) const HIERARCHICAL: Design = Design { learned: true, ..IBCC };

/// EBCC: Y. Li, B. I. P. Rubinstein and T. Cohn, *Exploiting Worker Correlation for Label Aggregation in
/// Crowdsourcing*, ICML 2019.
pub(crate) const EBCC: Design = Design { kinds: 3, spread: 0.1, ..IBCC };

/// Numbers that a fit needs at most: items and pairs times labels times kinds, and workers likewise.
pub(crate) fn cells(ballots: &Ballots<'_>, pairs: &Pairs, kinds: usize) -> usize {
    let classes = ballots.labels.len();
    let rows = ballots.items.len() + pairs.len() + ballots.workers.len() + classes;
    rows.saturating_mul(classes).saturating_mul(kinds)
}

/// Fits a design from `start`, items × classes: how likely each label is thought to be at first.
pub(crate) fn confusion(ballots: &Ballots<'_>, pairs: &Pairs, design: &Design, start: Vec<f64>, limits: Limits) -> Fit {
    let mut model = Model::new(ballots, pairs, design, start);
    let mut weights = 0.0;
    let mut started = false;
    let rounds = limits.run(|| {
        model.take_counts(pairs);
        if design.learned && started {
            model.learn(pairs);
        }
        started = true;
        model.rate(pairs);
        let change;
        (change, weights) = model.expect(ballots, pairs);
        change
    });
    let evidence = weights - model.divergence(pairs);
    Fit { posterior: Posterior::All(model.beliefs), rounds, evidence: Some(evidence) }
}

/// A state is a kind and a label: state = kind × classes + label.
struct Model {
    classes: usize,
    kinds: usize,
    spread: f64,
    /// true label × given label
    prior: Vec<f64>,
    /// items × classes
    beliefs: Vec<f64>,
    /// What rates are made of.
    counts: Counts,
    /// workers × states
    totals: Vec<f64>,
    rates: Rates,
    /// What the beliefs say that were made with the rates.
    next: Counts,
}

impl Model {
    fn new(ballots: &Ballots<'_>, pairs: &Pairs, design: &Design, beliefs: Vec<f64>) -> Self {
        let (classes, kinds) = (ballots.labels.len(), design.kinds);
        let mut prior = vec![design.wrong; classes * classes];
        prior.iter_mut().step_by(classes + 1).for_each(|cell| *cell = design.right);
        let width = classes * kinds;
        let mut next = Counts::new(width, pairs.len());
        let begun = begun(&beliefs, classes, kinds, design.seed);
        let mut states = vec![0.0; width];
        for ((own, row), begun) in ballots.ranges().zip(beliefs.chunks_exact(classes)).zip(begun.chunks_exact(kinds)) {
            for (states, kind) in states.chunks_exact_mut(classes).zip(begun) {
                states.iter_mut().zip(row).for_each(|(state, belief)| *state = belief * kind);
            }
            next.add(&pairs.of_mark[own], &states);
        }
        Self {
            classes,
            kinds,
            spread: design.spread,
            prior,
            beliefs,
            counts: Counts::new(width, pairs.len()),
            totals: vec![0.0; ballots.workers.len() * width],
            rates: Rates { mass: vec![0.0; width], votes: vec![0.0; pairs.len() * width] },
            next,
        }
    }

    fn width(&self) -> usize {
        self.classes * self.kinds
    }

    /// Takes what the last beliefs say for the counts, and makes room for what the next ones will.
    fn take_counts(&mut self, pairs: &Pairs) {
        std::mem::swap(&mut self.counts, &mut self.next);
        self.next.clear();
        self.totals.fill(0.0);
        let width = self.width();
        for (worker, counts) in pairs.workers.iter().zip(self.counts.votes.chunks_exact(width)) {
            let totals = &mut self.totals[worker * width..][..width];
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
    }

    /// Fits the prior on each row of the matrices to all workers.
    fn learn(&mut self, pairs: &Pairs) {
        let (width, classes) = (self.width(), self.classes);
        for (truth, prior) in self.prior.chunks_exact_mut(classes).enumerate() {
            let own = || (truth..width).step_by(classes);
            let counts = pairs.labels.iter().zip(self.counts.votes.chunks_exact(width));
            let counts = counts.flat_map(|(label, counts)| own().map(|state| (*label, counts[state])));
            let totals = self.totals.chunks_exact(width).flat_map(|totals| own().map(|state| totals[state]));
            dirichlet::learn(prior, counts, totals);
        }
    }

    /// The rates from the counts: e to the expectation of their logarithms.
    fn rate(&mut self, pairs: &Pairs) {
        let (width, classes) = (self.width(), self.classes);
        let all = exp_digamma(FREQUENCY * classes as f64 + self.counts.mass.iter().sum::<f64>());
        let each = self.spread / self.kinds as f64;
        for (truth, label) in self.labels().into_iter().enumerate() {
            let frequency = exp_digamma(FREQUENCY + label) / all;
            let within = exp_digamma(self.spread + label);
            for state in (truth..width).step_by(classes) {
                let kind = if self.kinds > 1 { exp_digamma(each + self.counts.mass[state]) / within } else { 1.0 };
                self.rates.mass[state] = frequency * kind;
            }
        }
        let sums = self.sums();
        let inverse = |(total, sum): (&f64, &f64)| 1.0 / exp_digamma(sum + total);
        let inverse: Vec<f64> = self.totals.iter().zip(sums.iter().cycle()).map(inverse).collect();
        // given label × true label, as it is read here
        let prior = transposed(&self.prior, classes);
        // Of labels that were never given for another.
        let none: Vec<f64> = prior.iter().map(|prior| exp_digamma(*prior)).collect();
        let rows = self.counts.votes.chunks_exact(width).zip(self.rates.votes.chunks_exact_mut(width));
        for ((counts, rates), (worker, label)) in rows.zip(pairs.workers.iter().zip(&pairs.labels)) {
            let inverse = &inverse[worker * width..][..width];
            let own = label * classes..(label + 1) * classes;
            let prior = prior[own.clone()].iter().zip(&none[own]).cycle();
            for (((rate, count), inverse), (prior, none)) in rates.iter_mut().zip(counts).zip(inverse).zip(prior) {
                *rate = inverse * if *count > 0.0 { exp_digamma(prior + count) } else { *none };
            }
        }
    }

    /// How many items have each label.
    fn labels(&self) -> Vec<f64> {
        let of = |truth: usize| self.counts.mass.iter().skip(truth).step_by(self.classes).sum();
        (0..self.classes).map(of).collect()
    }

    /// The votes of prior belief in each row of a matrix.
    fn sums(&self) -> Vec<f64> {
        self.prior.chunks_exact(self.classes).map(|row| row.iter().sum()).collect()
    }

    /// How far what is believed of the rates lies from what was believed before the votes (Kullback and Leibler).
    fn divergence(&self, pairs: &Pairs) -> f64 {
        let (width, classes) = (self.width(), self.classes);
        let Counts { mass, votes } = &self.counts;
        let each = self.spread / self.kinds as f64;
        let logs = |(count, rate): (&f64, &f64)| if *count > 0.0 { count * rate.ln() } else { 0.0 };
        let mut sum = gained(FREQUENCY * classes as f64, mass.iter().sum());
        sum += mass.iter().zip(&self.rates.mass).map(logs).sum::<f64>();
        for label in self.labels() {
            sum -= gained(FREQUENCY, label);
            if self.kinds > 1 {
                sum += gained(self.spread, label);
            }
        }
        if self.kinds > 1 {
            sum -= mass.iter().map(|mass| gained(each, *mass)).sum::<f64>();
        }
        sum += self.totals.iter().zip(self.sums().iter().cycle()).map(|(total, sum)| gained(*sum, *total)).sum::<f64>();
        sum += votes.iter().zip(&self.rates.votes).map(logs).sum::<f64>();
        let prior = transposed(&self.prior, classes);
        for (counts, label) in votes.chunks_exact(width).zip(&pairs.labels) {
            let prior = prior[label * classes..(label + 1) * classes].iter().cycle();
            sum -= counts.iter().zip(prior).map(|(count, prior)| gained(*prior, *count)).sum::<f64>();
        }
        sum
    }

    /// The beliefs from the rates. Gives the mean change of an item's, and Σ ln of each item's weight.
    fn expect(&mut self, ballots: &Ballots<'_>, pairs: &Pairs) -> (f64, f64) {
        macro_rules! by {
            ($shape:expr) => {
                look($shape, ballots, pairs, &self.rates, &mut self.beliefs, &mut self.next)
            };
        }
        match (self.classes, self.kinds) {
            (2, 1) => by!(Fixed::<2, 1>),
            (2, 3) => by!(Fixed::<2, 3>),
            (3, 1) => by!(Fixed::<3, 1>),
            (3, 3) => by!(Fixed::<3, 3>),
            (4, 1) => by!(Fixed::<4, 1>),
            (4, 3) => by!(Fixed::<4, 3>),
            (5, 1) => by!(Fixed::<5, 1>),
            (5, 3) => by!(Fixed::<5, 3>),
            (classes, kinds) => by!(Free { classes, kinds }),
        }
    }
}

/// A square table with rows for columns.
fn transposed(table: &[f64], side: usize) -> Vec<f64> {
    (0..side).flat_map(|column| table.iter().skip(column).step_by(side).copied()).collect()
}

/// Where items start: items × kinds, each row sums to 1. Items on which votes agree and items on which they differ
/// start as different kinds, since to differ together is what kinds are for; which of those that are alike go where is
/// random.
fn begun(beliefs: &[f64], classes: usize, kinds: usize, seed: u64) -> Vec<f64> {
    let items = beliefs.len() / classes;
    if kinds == 1 {
        return vec![1.0; items];
    }
    let mut random = fastrand::Rng::with_seed(seed);
    let certainty = |row: &[f64]| row.iter().copied().fold(0.0, f64::max);
    let mut order: Vec<(f64, u64, usize)> =
        beliefs.chunks_exact(classes).enumerate().map(|(item, row)| (certainty(row), random.u64(..), item)).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut begun = vec![0.5 / kinds as f64; items * kinds];
    for (rank, (_, _, item)) in order.into_iter().enumerate() {
        begun[item * kinds + rank * kinds / items] += 0.5;
    }
    begun
}
