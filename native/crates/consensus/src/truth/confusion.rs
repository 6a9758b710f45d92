//! The methods in which each worker has a matrix: for each true label, how often each label is given. Its columns for
//! labels that the worker never gave are not kept, so memory is (items + pairs + workers) × labels × groups.

use super::dirichlet::{self, digamma, gained};
use super::fit::{Fit, Limits, Posterior, divide};
use super::pairs::Pairs;
use crate::ballots::Ballots;

/// Items of each label in the prior on how frequent labels are.
const FREQUENCY: f64 = 1.0;

/// The logarithm of a weight that is lost beside 1.
const NEGLIGIBLE: f64 = -45.0;

/// What is known before the votes, and how many kinds of items of one label there are.
pub(crate) struct Design {
    /// Kinds of items of each label, within which workers err independently of each other. One: as if all were alike.
    pub(crate) groups: usize,
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
pub(crate) const IBCC: Design = Design { groups: 1, spread: 0.0, right: 4.0, wrong: 1.0, learned: false, seed: 0 };

/// Hierarchical: the prior on matrices is fitted to all workers, so that a worker with few votes is taken for one of
/// this crowd.
pub(crate) const HIERARCHICAL: Design = Design { learned: true, ..IBCC };

/// EBCC: Y. Li, B. I. P. Rubinstein and T. Cohn, *Exploiting Worker Correlation for Label Aggregation in
/// Crowdsourcing*, ICML 2019.
pub(crate) const EBCC: Design = Design { groups: 3, spread: 0.1, ..IBCC };

/// Numbers that a fit needs: items and pairs times labels times groups, and workers likewise.
pub(crate) fn cells(ballots: &Ballots<'_>, pairs: &Pairs, groups: usize) -> usize {
    let classes = ballots.labels.len();
    let rows = ballots.items.len() + pairs.len() + ballots.workers.len() + classes;
    rows.saturating_mul(classes).saturating_mul(groups)
}

/// Fits a design from `start`, items × classes: how likely each label is thought to be at first.
pub(crate) fn confusion(ballots: &Ballots<'_>, pairs: &Pairs, design: &Design, start: Vec<f64>, limits: Limits) -> Fit {
    let mut model = Model::new(ballots, pairs, design, start);
    let mut weights = 0.0;
    let mut started = false;
    let rounds = limits.run(|| {
        model.count(ballots, pairs);
        if design.learned && started {
            model.learn(pairs);
        }
        started = true;
        model.rates(pairs);
        let change;
        (change, weights) = model.expect(ballots, pairs);
        change
    });
    let evidence = weights - model.divergence(pairs);
    Fit { posterior: Posterior::All(model.beliefs), rounds, evidence: Some(evidence) }
}

/// A state is a label and a kind: state = label × groups + kind.
struct Model {
    classes: usize,
    groups: usize,
    spread: f64,
    /// true label × given label
    prior: Vec<f64>,
    /// items × states
    states: Vec<f64>,
    /// items × classes
    beliefs: Vec<f64>,
    /// states
    mass: Vec<f64>,
    /// pairs × states
    counts: Vec<f64>,
    /// workers × states
    totals: Vec<f64>,
    /// states
    log_mass: Vec<f64>,
    /// pairs × states
    log_rates: Vec<f64>,
}

impl Model {
    fn new(ballots: &Ballots<'_>, pairs: &Pairs, design: &Design, beliefs: Vec<f64>) -> Self {
        let (classes, groups) = (ballots.labels.len(), design.groups);
        let mut prior = vec![design.wrong; classes * classes];
        prior.iter_mut().step_by(classes + 1).for_each(|cell| *cell = design.right);
        let kinds = kinds(&beliefs, classes, groups, design.seed);
        let mut states = Vec::with_capacity(beliefs.len() * groups);
        for (row, kinds) in beliefs.chunks_exact(classes).zip(kinds.chunks_exact(groups)) {
            states.extend(row.iter().flat_map(|belief| kinds.iter().map(move |kind| belief * kind)));
        }
        let width = classes * groups;
        Self {
            classes,
            groups,
            spread: design.spread,
            prior,
            states,
            beliefs,
            mass: vec![0.0; width],
            counts: vec![0.0; pairs.len() * width],
            totals: vec![0.0; ballots.workers.len() * width],
            log_mass: vec![0.0; width],
            log_rates: vec![0.0; pairs.len() * width],
        }
    }

    fn width(&self) -> usize {
        self.mass.len()
    }

    /// How many items are in each state, and how many votes of each pair fell on items in it.
    fn count(&mut self, ballots: &Ballots<'_>, pairs: &Pairs) {
        let width = self.width();
        self.mass.fill(0.0);
        self.counts.fill(0.0);
        self.totals.fill(0.0);
        let mut of_mark = pairs.of_mark.iter();
        for (marks, row) in ballots.rows().zip(self.states.chunks_exact(width)) {
            add(&mut self.mass, row);
            for pair in of_mark.by_ref().take(marks.len()) {
                add(&mut self.counts[pair * width..(pair + 1) * width], row);
            }
        }
        for (worker, counts) in pairs.workers.iter().zip(self.counts.chunks_exact(width)) {
            add(&mut self.totals[worker * width..(worker + 1) * width], counts);
        }
    }

    /// Fits the prior on each row of the matrices to all workers.
    fn learn(&mut self, pairs: &Pairs) {
        let (width, groups) = (self.width(), self.groups);
        for (truth, prior) in self.prior.chunks_exact_mut(self.classes).enumerate() {
            let own = truth * groups..(truth + 1) * groups;
            let counts = pairs.labels.iter().zip(self.counts.chunks_exact(width));
            let counts = counts.flat_map(|(label, counts)| counts[own.clone()].iter().map(|count| (*label, *count)));
            let totals = self.totals.chunks_exact(width).flat_map(|totals| totals[own.clone()].iter().copied());
            dirichlet::learn(prior, counts, totals);
        }
    }

    /// The expected logarithms of all rates, from the counts.
    fn rates(&mut self, pairs: &Pairs) {
        let (width, groups, classes) = (self.width(), self.groups, self.classes);
        let all = digamma(FREQUENCY * classes as f64 + self.mass.iter().sum::<f64>());
        let each = self.spread / groups as f64;
        let rows = self.mass.chunks_exact(groups).zip(self.log_mass.chunks_exact_mut(groups));
        for (mass, log_mass) in rows {
            let label: f64 = mass.iter().sum();
            log_mass.fill(digamma(FREQUENCY + label) - all);
            if groups > 1 {
                let within = digamma(self.spread + label);
                log_mass.iter_mut().zip(mass).for_each(|(log_mass, mass)| *log_mass += digamma(each + mass) - within);
            }
        }
        let sums = self.sums();
        let mut log_totals = Vec::with_capacity(self.totals.len());
        for totals in self.totals.chunks_exact(width) {
            log_totals.extend(totals.iter().enumerate().map(|(state, total)| digamma(sums[state / groups] + total)));
        }
        let rows = self.counts.chunks_exact(width).zip(self.log_rates.chunks_exact_mut(width));
        for ((counts, log_rates), (worker, label)) in rows.zip(pairs.workers.iter().zip(&pairs.labels)) {
            let totals = &log_totals[worker * width..(worker + 1) * width];
            for (state, ((count, log_rate), total)) in counts.iter().zip(log_rates).zip(totals).enumerate() {
                *log_rate = digamma(self.prior[state / groups * classes + label] + count) - total;
            }
        }
    }

    /// The votes of prior belief in each row of a matrix.
    fn sums(&self) -> Vec<f64> {
        self.prior.chunks_exact(self.classes).map(|row| row.iter().sum()).collect()
    }

    /// How far what is believed of the rates lies from what was believed before the votes (Kullback and Leibler).
    fn divergence(&self, pairs: &Pairs) -> f64 {
        let (width, groups, classes) = (self.width(), self.groups, self.classes);
        let each = self.spread / groups as f64;
        let mut sum = gained(FREQUENCY * classes as f64, self.mass.iter().sum());
        let rows = self.mass.chunks_exact(groups).zip(self.log_mass.chunks_exact(groups));
        for (mass, log_mass) in rows {
            let label: f64 = mass.iter().sum();
            sum -= gained(FREQUENCY, label);
            sum += mass.iter().zip(log_mass).map(|(mass, log)| mass * log).sum::<f64>();
            if groups > 1 {
                sum += gained(self.spread, label) - mass.iter().map(|mass| gained(each, *mass)).sum::<f64>();
            }
        }
        let sums = self.sums();
        for totals in self.totals.chunks_exact(width) {
            sum += totals.iter().enumerate().map(|(state, total)| gained(sums[state / groups], *total)).sum::<f64>();
        }
        let rows = self.counts.chunks_exact(width).zip(self.log_rates.chunks_exact(width));
        for ((counts, log_rates), label) in rows.zip(&pairs.labels) {
            for (state, (count, log_rate)) in counts.iter().zip(log_rates).enumerate() {
                sum += count * log_rate - gained(self.prior[state / groups * classes + label], *count);
            }
        }
        sum
    }

    /// The state of each item from the rates. Gives the mean change of an item's beliefs, and Σ ln of each item's weight.
    fn expect(&mut self, ballots: &Ballots<'_>, pairs: &Pairs) -> (f64, f64) {
        let width = self.width();
        let (mut change, mut evidence) = (0.0, 0.0);
        let mut of_mark = pairs.of_mark.iter();
        let rows = self.states.chunks_exact_mut(width).zip(self.beliefs.chunks_exact_mut(self.classes));
        for (marks, (states, beliefs)) in ballots.rows().zip(rows) {
            states.copy_from_slice(&self.log_mass);
            for pair in of_mark.by_ref().take(marks.len()) {
                add(states, &self.log_rates[pair * width..(pair + 1) * width]);
            }
            let top = states.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut total = 0.0;
            for state in states.iter_mut() {
                let below = *state - top;
                *state = if below > NEGLIGIBLE { below.exp() } else { 0.0 };
                total += *state;
            }
            evidence += top + total.ln();
            for (belief, states) in beliefs.iter_mut().zip(states.chunks_exact_mut(self.groups)) {
                divide(states, total);
                let new: f64 = states.iter().sum();
                change += (new - *belief).abs();
                *belief = new;
            }
        }
        (change / ballots.items.len() as f64, evidence)
    }
}

/// Where items start: items × groups, each row sums to 1. Items on which votes agree and items on which they differ
/// start as different kinds, since to differ together is what kinds are for; which of those that are alike go where is
/// random.
fn kinds(beliefs: &[f64], classes: usize, groups: usize, seed: u64) -> Vec<f64> {
    let items = beliefs.len() / classes;
    let mut random = fastrand::Rng::with_seed(seed);
    let certainty = |row: &[f64]| row.iter().copied().fold(0.0, f64::max);
    let mut order: Vec<(f64, u64, usize)> =
        beliefs.chunks_exact(classes).enumerate().map(|(item, row)| (certainty(row), random.u64(..), item)).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut kinds = vec![0.5 / groups as f64; items * groups];
    for (rank, (_, _, item)) in order.into_iter().enumerate() {
        kinds[item * groups + rank * groups / items] += 0.5;
    }
    kinds
}

/// The compiler knows the width of the usual ones, and does them without a loop.
fn add(to: &mut [f64], from: &[f64]) {
    match to.len() {
        2 => add_all::<2>(to, from),
        3 => add_all::<3>(to, from),
        4 => add_all::<4>(to, from),
        5 => add_all::<5>(to, from),
        6 => add_all::<6>(to, from),
        8 => add_all::<8>(to, from),
        9 => add_all::<9>(to, from),
        10 => add_all::<10>(to, from),
        12 => add_all::<12>(to, from),
        15 => add_all::<15>(to, from),
        18 => add_all::<18>(to, from),
        _ => to.iter_mut().zip(from).for_each(|(to, from)| *to += from),
    }
}

fn add_all<const WIDTH: usize>(to: &mut [f64], from: &[f64]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<WIDTH>(), from.first_chunk::<WIDTH>()) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
    }
}
