//! Distributions over candidates, mixed by weights that are learned online.
//!
//! Geometric mixing (Mattern, "Mixing Strategies in Data Compression", DCC 2012): the answer is a softmax over the
//! candidates of a weighted sum of what the experts say in logarithms, and each observation moves the weights down the
//! gradient of its code length. An expert says by how much it changes the odds of the one below it, which it refines:
//! with all weights 1 a chain of contexts is absolute discounting with back-off (Ney, Essen and Kneser 1994), and an
//! expert that knows nothing of its context changes nothing.

use crate::contexts::{Slot, discounted};
use crate::symbols::Symbol;

/// The expert below the first of a chain: the frequencies.
pub(crate) const BASE: usize = usize::MAX;
/// Grades of confidence: six of how much was seen times three of how many different symbols.
const GRADES: usize = 18;
/// Candidates at most, the one that stands for every other symbol included.
pub(crate) const MAX_CANDIDATES: usize = 128;
/// What a weight may be at most, either way.
pub(crate) const BOUND: f32 = 8.0;

/// The shape of a mixture and how fast it learns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) experts: usize,
    /// How many small contexts choose a set of weights.
    pub(crate) selectors: usize,
    /// How many yes-or-no features a candidate may have.
    pub(crate) indicators: usize,
    /// The first step of a weight.
    pub(crate) rate: f32,
    /// The square sum of gradients that a weight begins with: greater, slower at first.
    pub(crate) caution: f32,
}

/// Weights with the square sums of their gradients (`AdaGrad`: Duchi, Hazan and Singer 2011).
#[derive(Clone, Debug)]
pub(crate) struct Mixture {
    pub(crate) shape: Shape,
    pub(crate) weights: Vec<f32>,
    pub(crate) squares: Vec<f32>,
}

/// The kinds of feature an expert has.
const KINDS: usize = 3;

impl Mixture {
    /// `start`: the first weight of each expert's opinion.
    pub(crate) fn new(shape: Shape, start: &[f32]) -> Self {
        let count = 1 + shape.indicators + shape.experts * KINDS * (1 + GRADES + shape.selectors);
        let mut mixture = Self { shape, weights: vec![0.0; count], squares: vec![shape.caution; count] };
        mixture.weights[0] = 1.0;
        for (expert, weight) in start.iter().enumerate().take(shape.experts) {
            let at = mixture.at(expert, 0, 0);
            mixture.weights[at] = *weight;
        }
        mixture
    }

    /// Where the weight of an expert's feature is in a set: 0 the shared one, then the grades, then the selectors.
    fn at(&self, expert: usize, kind: usize, set: usize) -> usize {
        1 + self.shape.indicators + (set * self.shape.experts + expert) * KINDS + kind
    }

    fn sets(opinion: &Opinion, selector: usize) -> [usize; 3] {
        [0, 1 + opinion.grade, 1 + GRADES + selector]
    }

    fn weight(&self, opinion: &Opinion, expert: usize, kind: usize, selector: usize) -> f32 {
        Self::sets(opinion, selector).iter().map(|set| self.weights[self.at(expert, kind, *set)]).sum()
    }

    fn step(&mut self, at: usize, gradient: f32) {
        self.squares[at] += gradient * gradient;
        let weight = self.weights[at] + self.shape.rate * gradient / self.squares[at].sqrt();
        self.weights[at] = weight.clamp(-BOUND, BOUND);
    }
}

/// What one expert said.
#[derive(Clone, Debug, Default)]
struct Opinion {
    speaks: bool,
    grade: usize,
    /// The change of the logarithm of the odds, for each candidate.
    change: Vec<f32>,
    /// The expert's own distribution, where others refine it.
    share: Vec<f32>,
    /// Whose distribution holds here: its own, or of those below the first that knows anything.
    stands: usize,
    /// The candidates that came last and last but one in this context.
    latest: [Option<usize>; 2],
}

/// Where a context expert stands among the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refines {
    /// The expert that it refines.
    pub(crate) below: usize,
    pub(crate) discount: f32,
    /// Another expert refines it.
    pub(crate) refined: bool,
}

/// One prediction being made. Kept from one to the next for its memory only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// The candidates; the place after the last stands for every other symbol.
    pub(crate) candidates: Vec<Symbol>,
    place: Vec<u16>,
    base: Vec<f32>,
    opinions: Vec<Opinion>,
    indicators: Vec<(u16, u16)>,
    selector: usize,
    /// The probability of each candidate, then of every other symbol.
    pub(crate) probabilities: Vec<f32>,
}

impl Round {
    /// Begins again. `span`: one more than the greatest symbol.
    pub(crate) fn begin(&mut self, experts: usize, span: usize) {
        for symbol in self.candidates.drain(..) {
            if let Some(place) = self.place.get_mut(usize::from(symbol)) {
                *place = 0;
            }
        }
        self.place.resize(span, 0);
        self.base.clear();
        self.indicators.clear();
        self.opinions.resize_with(experts, Opinion::default);
        for opinion in &mut self.opinions {
            opinion.speaks = false;
        }
    }

    /// Makes a symbol a candidate, unless there are too many.
    pub(crate) fn propose(&mut self, symbol: Symbol) {
        let Some(place) = self.place.get_mut(usize::from(symbol)) else { return };
        if *place == 0 && self.candidates.len() + 1 < MAX_CANDIDATES {
            self.candidates.push(symbol);
            *place = u16::try_from(self.candidates.len()).unwrap_or(0);
        }
    }

    pub(crate) fn place(&self, symbol: Symbol) -> Option<usize> {
        match self.place.get(usize::from(symbol)) {
            Some(place) if *place > 0 => Some(usize::from(*place) - 1),
            _ => None,
        }
    }

    /// The distribution below all: one weight for each candidate's place and `other` for every other symbol, none of them 0.
    pub(crate) fn set_base(&mut self, other: f32, weight: impl Fn(usize) -> f32) {
        self.base.extend((0..self.candidates.len()).map(weight));
        self.base.push(other);
        let sum: f32 = self.base.iter().sum();
        for share in &mut self.base {
            *share /= sum;
        }
    }

    pub(crate) fn base(&self) -> &[f32] {
        &self.base
    }

    /// Gives a candidate a feature.
    pub(crate) fn indicate(&mut self, place: usize, indicator: usize) {
        if let (Ok(place), Ok(indicator)) = (u16::try_from(place), u16::try_from(indicator)) {
            self.indicators.push((place, indicator));
        }
    }

    /// What a context's slot says, as a refinement of the expert `below`. `refined`: another expert refines this one.
    pub(crate) fn hear_slot(&mut self, expert: usize, slot: Option<&Slot>, refines: Refines) {
        let Refines { below, discount, refined } = refines;
        let (before, after) = self.opinions.split_at_mut(expert);
        let Some(opinion) = after.first_mut() else { return };
        // Who knows nothing stands aside: what refines it refines what it would have refined.
        let below = before.get(below).map_or(BASE, |lower| lower.stands);
        let lower = before.get(below).map_or(&self.base, |lower| &lower.share);
        opinion.latest = [None, None];
        opinion.stands = below;
        let Some(slot) = slot.filter(|slot| slot.len > 0) else { return };
        let entries = slot.entries();
        let total = slot.total();
        // What the discount took is shared out as the expert below would.
        let backed = slot.backed(total, discount);
        opinion.stands = expert;
        opinion.speaks = true;
        opinion.grade = grade(total, entries.len());
        opinion.change.clear();
        opinion.change.resize(lower.len(), f32::ln(backed));
        if refined {
            opinion.share.clear();
            opinion.share.extend(lower.iter().map(|share| share * backed));
        }
        for (rank, (symbol, count)) in entries.iter().enumerate() {
            let Some(place) = self.place.get(usize::from(*symbol)).filter(|place| **place > 0) else { continue };
            let place = usize::from(*place) - 1;
            let share = lower[place] * backed + discounted(*count, discount) / total;
            opinion.change[place] = f32::ln(share / lower[place]);
            if refined {
                opinion.share[place] = share;
            }
            if rank < 2 {
                opinion.latest[rank] = Some(place);
            }
        }
    }

    /// A distribution an expert made itself: a positive share for each candidate and the others, given its place and its
    /// frequency, which are refined.
    pub(crate) fn hear_shares(&mut self, expert: usize, grade: usize, share: impl Fn(usize, f32) -> f32) {
        let base = &self.base;
        let Some(opinion) = self.opinions.get_mut(expert) else { return };
        opinion.latest = [None, None];
        opinion.speaks = true;
        opinion.grade = grade.min(GRADES - 1);
        opinion.change.clear();
        let change = |(place, below): (usize, &f32)| f32::ln(share(place, *below) / below).clamp(-12.0, 12.0);
        opinion.change.extend(base.iter().enumerate().map(change));
    }

    /// A change of the odds an expert made itself; `change` has a number for each candidate and the others.
    pub(crate) fn hear_change(&mut self, expert: usize, grade: usize, change: &[f32]) {
        let Some(opinion) = self.opinions.get_mut(expert) else { return };
        opinion.latest = [None, None];
        opinion.speaks = true;
        opinion.grade = grade.min(GRADES - 1);
        opinion.change.clear();
        opinion.change.extend_from_slice(change);
    }

    /// Mixes what was heard.
    pub(crate) fn mix(&mut self, mixture: &Mixture, selector: usize) {
        self.selector = selector;
        let Self { base, probabilities, opinions, indicators, .. } = self;
        probabilities.clear();
        probabilities.extend(base.iter().map(|share| f32::ln(*share) * mixture.weights[0]));
        for (expert, opinion) in opinions.iter().enumerate().filter(|(_, opinion)| opinion.speaks) {
            let weight = mixture.weight(opinion, expert, 0, selector);
            for (sum, change) in probabilities.iter_mut().zip(&opinion.change) {
                *sum += weight * change;
            }
            for (rank, place) in opinion.latest.iter().enumerate() {
                if let Some(place) = place {
                    probabilities[*place] += mixture.weight(opinion, expert, 1 + rank, selector);
                }
            }
        }
        for (place, indicator) in indicators.iter() {
            probabilities[usize::from(*place)] += mixture.weights[1 + usize::from(*indicator)];
        }
        let top = probabilities.iter().copied().fold(f32::MIN, f32::max);
        let mut sum = 0.0;
        for value in probabilities.iter_mut() {
            *value = (*value - top).exp();
            sum += *value;
        }
        for value in probabilities.iter_mut() {
            *value /= sum;
        }
    }

    /// Moves the weights towards what came: a candidate's place, or the place after the last.
    pub(crate) fn learn(&mut self, mixture: &mut Mixture, came: usize) {
        let Self { base, probabilities, opinions, indicators, selector, .. } = self;
        // From here on: how much more of each there should have been.
        for (place, value) in probabilities.iter_mut().enumerate() {
            *value = f32::from(u8::from(place == came)) - *value;
        }
        let slope: f32 = probabilities.iter().zip(base.iter()).map(|(miss, share)| miss * f32::ln(*share)).sum();
        mixture.step(0, slope);
        for (expert, opinion) in opinions.iter().enumerate().filter(|(_, opinion)| opinion.speaks) {
            let mut slopes = [0.0; KINDS];
            slopes[0] = probabilities.iter().zip(&opinion.change).map(|(miss, change)| miss * change).sum();
            for (rank, place) in opinion.latest.iter().enumerate() {
                if let Some(place) = place {
                    slopes[1 + rank] = probabilities[*place];
                }
            }
            for set in Mixture::sets(opinion, *selector) {
                for (kind, slope) in slopes.iter().enumerate().filter(|(_, slope)| **slope != 0.0) {
                    let at = mixture.at(expert, kind, set);
                    mixture.step(at, *slope);
                }
            }
        }
        for (place, indicator) in indicators.iter() {
            mixture.step(1 + usize::from(*indicator), probabilities[usize::from(*place)]);
        }
    }
}

/// How sure a context is: how much was seen, and how many different symbols.
fn grade(total: f32, different: usize) -> usize {
    let seen = [1.5, 2.5, 4.5, 9.0, 20.0].iter().take_while(|limit| total > **limit).count();
    let spread = match different {
        1 => 0,
        2..=3 => 1,
        _ => 2,
    };
    seen * 3 + spread
}

#[cfg(test)]
mod tests {
    use super::{BASE, Mixture, Refines, Round, Shape};
    use crate::contexts::Contexts;
    use crate::words::combine;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const DISCOUNT: f32 = 0.6;
    const SYMBOLS: u16 = 8;

    /// Absolute discounting with back-off, written plainly: the probability of a symbol after a context.
    fn plain(counts: &HashMap<Vec<u16>, HashMap<u16, f64>>, context: &[u16], symbol: Option<u16>) -> f64 {
        let lower = match context {
            [] => 1.0 / (f64::from(SYMBOLS) + 1.0),
            [_, rest @ ..] => plain(counts, rest, symbol),
        };
        if context.is_empty() {
            return lower;
        }
        let Some(followers) = counts.get(context) else { return lower };
        let total: f64 = followers.values().sum();
        let discount = f64::from(DISCOUNT);
        let own = symbol.and_then(|symbol| followers.get(&symbol)).map_or(0.0, |count| count - discount);
        own / total + discount * followers.len() as f64 / total * lower
    }

    proptest! {
        #[test]
        fn a_chain_of_weight_one_is_absolute_discounting(stream in prop::collection::vec(0..SYMBOLS, 5..200)) {
            let mut table = Contexts::new(1 << 12);
            let mut counts: HashMap<Vec<u16>, HashMap<u16, f64>> = HashMap::new();
            let key = |context: &[u16]| combine(&context.iter().map(|symbol| u32::from(*symbol)).collect::<Vec<_>>());
            for order in 1..=3 {
                for window in stream.windows(order + 1) {
                    let (context, next) = window.split_at(order);
                    table.add(key(context), next[0], 0, 0);
                    *counts.entry(context.to_vec()).or_default().entry(next[0]).or_default() += 1.0;
                }
            }
            let shape = Shape { experts: 3, selectors: 1, indicators: 1, rate: 0.0, caution: 1.0 };
            let mixture = Mixture::new(shape, &[1.0; 3]);
            let mut round = Round::default();
            round.begin(3, usize::from(SYMBOLS));
            (0..SYMBOLS).for_each(|symbol| round.propose(symbol));
            round.set_base(1.0, |_| 1.0);
            for order in 1..=3 {
                let slot = table.find(key(&stream[stream.len() - order..]));
                let below = if order == 1 { BASE } else { order - 2 };
                round.hear_slot(order - 1, slot, Refines { below, discount: DISCOUNT, refined: order < 3 });
            }
            round.mix(&mixture, 0);
            let context = &stream[stream.len() - 3..];
            for symbol in (0..SYMBOLS).map(Some).chain([None]) {
                let place = symbol.map_or(usize::from(SYMBOLS), usize::from);
                let (mixed, plain) = (f64::from(round.probabilities[place]), plain(&counts, context, symbol));
                prop_assert!((mixed - plain).abs() < 1e-4, "{symbol:?}: {mixed}, plainly {plain}");
            }
        }
    }

    #[test]
    fn weights_move_to_the_expert_that_is_right() {
        let shape = Shape { experts: 2, selectors: 1, indicators: 0, rate: 0.05, caution: 1.0 };
        let mut mixture = Mixture::new(shape, &[0.0; 2]);
        let mut round = Round::default();
        let mut last = 0.0;
        for turn in 0..200_usize {
            round.begin(2, 2);
            round.propose(0);
            round.propose(1);
            round.set_base(0.1, |_| 1.0);
            let came = turn % 2;
            // The first always knows, the second never does.
            round.hear_shares(0, 0, |place, _| if place == came { 0.8 } else { 0.1 });
            round.hear_shares(1, 0, |place, _| if place == came { 0.1 } else { 0.8 });
            round.mix(&mixture, 0);
            last = round.probabilities[came];
            round.learn(&mut mixture, came);
        }
        assert!(last > 0.95, "{last}");
    }
}
