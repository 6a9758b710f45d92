//! One look at every item, the part of a fit in which a worker has a matrix that is done once a vote: from rates to
//! beliefs, and from these to the counts of which the next rates are made.
//!
//! Rates are multiplied as they are, an item's weights brought to a sum of 1 afterwards, so that no logarithm or
//! exponential is taken for an item. As no rate exceeds 1, weights only ever fall: where the sum at the end is far above
//! the smallest number that there is, nothing that counts beside it was lost on the way. Where it is not (hundreds of
//! votes on one item), that item is done in logarithms.

use super::fit::divide;
use super::pairs::Pairs;
use super::product::Product;
use crate::ballots::Ballots;

/// A sum of weights from which up no weight that counts beside it can have been rounded off: the smallest number of
/// full precision is about 1e-308.
const SAFE: f64 = 1e-260;
/// A share that is lost beside 1 is none: e⁻⁴⁵.
const NEGLIGIBLE: f64 = 2.862_518_580_549_393_6e-20;

/// How many states an item may be in, a kind and a label each: state = kind × labels + label.
pub(super) trait Shape: Copy {
    /// A number for each state.
    type States;

    fn classes(self) -> usize;
    fn kinds(self) -> usize;
    fn states(self) -> Self::States;
    fn flat(states: &mut Self::States) -> &mut [f64];
}

/// Numbers of labels and kinds that the compiler knows, so that it keeps an item's states in registers.
#[derive(Clone, Copy)]
pub(super) struct Fixed<const CLASSES: usize, const KINDS: usize>;

impl<const CLASSES: usize, const KINDS: usize> Shape for Fixed<CLASSES, KINDS> {
    type States = [[f64; CLASSES]; KINDS];

    fn classes(self) -> usize {
        CLASSES
    }

    fn kinds(self) -> usize {
        KINDS
    }

    fn states(self) -> Self::States {
        [[0.0; CLASSES]; KINDS]
    }

    fn flat(states: &mut Self::States) -> &mut [f64] {
        states.as_flattened_mut()
    }
}

/// Any others.
#[derive(Clone, Copy)]
pub(super) struct Free {
    pub(super) classes: usize,
    pub(super) kinds: usize,
}

impl Shape for Free {
    type States = Vec<f64>;

    fn classes(self) -> usize {
        self.classes
    }

    fn kinds(self) -> usize {
        self.kinds
    }

    fn states(self) -> Self::States {
        vec![0.0; self.classes * self.kinds]
    }

    fn flat(states: &mut Self::States) -> &mut [f64] {
        states
    }
}

/// How likely states are before votes, and votes in states. None exceeds 1.
pub(super) struct Rates {
    /// states
    pub(super) mass: Vec<f64>,
    /// pairs × states
    pub(super) votes: Vec<f64>,
}

/// How many items are in each state, and how many votes of each pair fell on items in it.
pub(super) struct Counts {
    /// states
    pub(super) mass: Vec<f64>,
    /// pairs × states
    pub(super) votes: Vec<f64>,
}

impl Counts {
    pub(super) fn new(states: usize, pairs: usize) -> Self {
        Self { mass: vec![0.0; states], votes: vec![0.0; pairs * states] }
    }

    /// An item in these states, with votes of these pairs.
    #[inline]
    pub(super) fn add(&mut self, pairs: &[usize], states: &[f64]) {
        let width = states.len();
        let add = |to: &mut [f64]| to.iter_mut().zip(states).for_each(|(to, state)| *to += state);
        add(&mut self.mass[..width]);
        for pair in pairs {
            add(&mut self.votes[pair * width..][..width]);
        }
    }

    pub(super) fn clear(&mut self) {
        self.mass.fill(0.0);
        self.votes.fill(0.0);
    }
}

/// Brings `beliefs`, items × classes, up to date with the rates, and counts what they say into `counts`, which is
/// empty. Gives the mean change of an item's beliefs, and Σ ln of what each item's weights came to.
pub(super) fn look<S: Shape>(
    shape: S,
    ballots: &Ballots<'_>,
    pairs: &Pairs,
    rates: &Rates,
    beliefs: &mut [f64],
    counts: &mut Counts,
) -> (f64, f64) {
    let (classes, width) = (shape.classes(), shape.classes() * shape.kinds());
    let (mut change, mut evidence) = (0.0, Product::ONE);
    let mut logs = None;
    let mut states = shape.states();
    for (own, beliefs) in ballots.ranges().zip(beliefs.chunks_exact_mut(classes)) {
        let own = &pairs.of_mark[own];
        S::flat(&mut states).copy_from_slice(&rates.mass[..width]);
        for pair in own {
            let rates = &rates.votes[pair * width..][..width];
            S::flat(&mut states).iter_mut().zip(rates).for_each(|(state, rate)| *state *= rate);
        }
        let mut total: f64 = S::flat(&mut states).iter().sum();
        if total > SAFE {
            evidence.times(total);
        } else {
            let log;
            (states, log) = by_logarithms(shape, own, logs.get_or_insert_with(|| rates.logarithms()));
            evidence.times_exp(log);
            total = 1.0;
        }
        let (floor, scale) = (total * NEGLIGIBLE, 1.0 / total);
        for state in S::flat(&mut states) {
            *state = if *state > floor { *state * scale } else { 0.0 };
        }
        for (class, belief) in beliefs.iter_mut().enumerate() {
            let states = S::flat(&mut states);
            let new: f64 = (0..shape.kinds()).map(|kind| states[kind * classes + class]).sum();
            change += (new - *belief).abs();
            *belief = new;
        }
        counts.add(own, S::flat(&mut states));
    }
    (change / ballots.items.len() as f64, evidence.ln())
}

impl Rates {
    fn logarithms(&self) -> Self {
        let all = |rates: &[f64]| rates.iter().map(|rate| rate.ln()).collect();
        Self { mass: all(&self.mass), votes: all(&self.votes) }
    }
}

/// An item's weights, scaled to sum to 1, and the logarithm of what they were divided by.
#[cold]
fn by_logarithms<S: Shape>(shape: S, pairs: &[usize], logs: &Rates) -> (S::States, f64) {
    let mut states = shape.states();
    let own = S::flat(&mut states);
    let width = own.len();
    own.copy_from_slice(&logs.mass);
    for pair in pairs {
        let logs = &logs.votes[pair * width..][..width];
        own.iter_mut().zip(logs).for_each(|(state, log)| *state += log);
    }
    let top = own.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for state in own.iter_mut() {
        *state = (*state - top).exp();
    }
    let total: f64 = own.iter().sum();
    divide(own, total);
    (states, top + total.ln())
}

#[cfg(test)]
mod tests {
    use super::{Counts, Fixed, Free, Product, Rates, Shape, by_logarithms, look};
    use crate::Vote;
    use crate::ballots::Ballots;
    use crate::truth::pairs::Pairs;
    use fastrand::Rng;

    /// Votes on 40 items, the first of which has a great many.
    fn votes(many: usize) -> Vec<[String; 3]> {
        let mut random = Rng::with_seed(5);
        let mut vote = |item: usize| [item.to_string(), random.u8(..30).to_string(), random.u8(..5).to_string()];
        (0..200).map(|at| at % 40).chain(std::iter::repeat_n(0, many)).map(&mut vote).collect()
    }

    fn rates(random: &mut Rng, states: usize, pairs: usize) -> Rates {
        let mut some = |count: usize| (0..count).map(|_| (-7.0 * random.f64()).exp()).collect();
        Rates { mass: some(states), votes: some(states * pairs) }
    }

    /// The same for every item in logarithms.
    fn plain(shape: Free, ballots: &Ballots<'_>, pairs: &Pairs, rates: &Rates) -> (Vec<f64>, Counts, f64) {
        let (mut beliefs, mut evidence) = (Vec::new(), Product::ONE);
        let mut counts = Counts::new(shape.classes * shape.kinds, pairs.len());
        for own in ballots.ranges() {
            let (states, log) = by_logarithms(shape, &pairs.of_mark[own.clone()], &rates.logarithms());
            evidence.times_exp(log);
            beliefs
                .extend((0..shape.classes).map(|class| states.iter().skip(class).step_by(shape.classes).sum::<f64>()));
            counts.add(&pairs.of_mark[own], &states);
        }
        (beliefs, counts, evidence.ln())
    }

    fn near(one: &[f64], other: &[f64]) {
        assert_eq!(one.len(), other.len());
        for (one, other) in one.iter().zip(other) {
            assert!((one - other).abs() < 1e-10, "{one} {other}");
        }
    }

    fn agrees(shape: impl Shape, many: usize) {
        let rows = votes(many);
        let votes: Vec<Vote<'_>> = rows.iter().map(|[item, worker, label]| Vote { item, worker, label }).collect();
        let ballots = Ballots::read(&votes);
        let pairs = Pairs::new(&ballots);
        let free = Free { classes: shape.classes(), kinds: shape.kinds() };
        let states = free.classes * free.kinds;
        let rates = rates(&mut Rng::with_seed(9), states, pairs.len());
        let (expected, counts, sum) = plain(free, &ballots, &pairs, &rates);
        let mut beliefs = vec![0.0; ballots.items.len() * free.classes];
        let mut own = Counts::new(states, pairs.len());
        let (change, evidence) = look(shape, &ballots, &pairs, &rates, &mut beliefs, &mut own);
        near(&beliefs, &expected);
        near(&own.mass, &counts.mass);
        near(&own.votes, &counts.votes);
        // From nothing, the beliefs of an item change by 1.
        near(&[change, evidence / sum], &[1.0, 1.0]);
    }

    #[test]
    fn products_give_what_logarithms_give() {
        // With 2000 votes more on one item its product is nothing at all.
        for many in [0, 60, 2000] {
            agrees(Fixed::<5, 3>, many);
            agrees(Fixed::<5, 1>, many);
            agrees(Free { classes: 5, kinds: 3 }, many);
            agrees(Free { classes: 7, kinds: 2 }, many);
            agrees(Fixed::<2, 3>, many);
        }
    }
}
