//! How often and how long ago each symbol came.

use crate::mixture::Round;
use crate::symbols::Symbol;

/// How many of the latest, and of the most frequent, symbols are proposed for every prediction.
pub(crate) const LATEST: usize = 40;
pub(crate) const FREQUENT: usize = 24;
/// Per observation: what fades of a count, slowly for frequencies, in about 12 and 100 observations for what is current.
const KEEP: [f32; 3] = [0.9995, 0.92, 0.99];

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// Faded counts, as of `at`.
    pub(crate) counts: [f32; 3],
    /// When it came last.
    pub(crate) at: u32,
}

/// Usage by symbol.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recency {
    pub(crate) usage: Vec<Usage>,
    /// The latest first.
    pub(crate) latest: Vec<Symbol>,
    pub(crate) frequent: Vec<Symbol>,
    /// The share of commands that were not among the candidates, faded.
    pub(crate) novelty: f32,
    /// Sums of the counts, as of `now`.
    pub(crate) sums: [f32; 3],
    pub(crate) now: u32,
}

impl Recency {
    pub(crate) fn new() -> Self {
        Self { novelty: 0.5, ..Self::default() }
    }

    /// One more than the greatest symbol that came.
    pub(crate) fn span(&self) -> usize {
        self.usage.len()
    }

    /// How likely something new is; never 0.
    pub(crate) fn novelty(&self) -> f32 {
        self.novelty.clamp(0.002, 0.9)
    }

    fn counts(&self, symbol: Symbol) -> [f32; 3] {
        let Some(usage) = self.usage.get(usize::from(symbol)) else { return [0.0; 3] };
        let age = self.now.wrapping_sub(usage.at).min(1 << 20).cast_signed();
        std::array::from_fn(|kind| usage.counts[kind] * KEEP[kind].powi(age))
    }

    /// The share of a symbol in what came; never 0.
    pub(crate) fn frequency(&self, symbol: Symbol) -> f32 {
        let [count, ..] = self.counts(symbol);
        (1.0 - self.novelty()) * (count + 0.05) / (self.sums[0] + 1.0)
    }

    pub(crate) fn propose(&self, round: &mut Round) {
        for symbol in self.latest.iter().chain(&self.frequent) {
            round.propose(*symbol);
        }
    }

    /// Says what is current, in a short and in a longer span.
    pub(crate) fn speak(&self, round: &mut Round, quick: usize, slow: usize) {
        let candidates = std::mem::take(&mut round.candidates);
        let counts: Vec<[f32; 3]> = candidates.iter().map(|symbol| self.counts(*symbol)).collect();
        let base = round.base().to_vec();
        for (expert, kind) in [(quick, 1), (slow, 2)] {
            let backing = 1.0;
            let sum = self.sums[kind] + backing;
            round.hear_shares(expert, 0, |place| {
                (counts.get(place).map_or(0.0, |counts| counts[kind]) + backing * base[place]) / sum
            });
        }
        round.candidates = candidates;
    }

    /// How long ago a symbol came, in steps that double.
    pub(crate) fn distance(&self, symbol: Symbol) -> usize {
        let Some(usage) = self.usage.get(usize::from(symbol)) else { return 13 };
        let age = self.now.wrapping_sub(usage.at);
        match age {
            0..=4 => age as usize,
            _ => (2 + age.ilog2() as usize).min(13),
        }
    }

    /// One more of a symbol, or of one that has no number. `known`: it was among the candidates.
    pub(crate) fn add(&mut self, symbol: Option<Symbol>, known: bool) {
        self.now = self.now.wrapping_add(1);
        for (sum, keep) in self.sums.iter_mut().zip(KEEP) {
            *sum = *sum * keep + 1.0;
        }
        self.novelty = self.novelty * 0.98 + if known { 0.0 } else { 0.02 };
        let Some(symbol) = symbol else { return };
        if self.usage.len() <= usize::from(symbol) {
            self.usage.resize(usize::from(symbol) + 1, Usage::default());
        }
        let counts = self.counts(symbol).map(|count| count + 1.0);
        self.usage[usize::from(symbol)] = Usage { counts, at: self.now };
        if let Some(at) = self.latest.iter().position(|other| *other == symbol) {
            self.latest[..=at].rotate_right(1);
        } else {
            self.latest.insert(0, symbol);
            self.latest.truncate(LATEST);
        }
        if !self.frequent.contains(&symbol) {
            if self.frequent.len() < FREQUENT {
                self.frequent.push(symbol);
            } else {
                let rarest = (0..FREQUENT).min_by(|one, other| {
                    self.counts(self.frequent[*one])[0].total_cmp(&self.counts(self.frequent[*other])[0])
                });
                if let Some(rarest) = rarest.filter(|at| self.counts(self.frequent[*at])[0] < counts[0]) {
                    self.frequent[rarest] = symbol;
                }
            }
        }
    }

    pub(crate) fn forget(&mut self, gone: &[bool]) {
        let is_gone = |symbol: &Symbol| gone.get(usize::from(*symbol)).copied().unwrap_or(false);
        self.latest.retain(|symbol| !is_gone(symbol));
        self.frequent.retain(|symbol| !is_gone(symbol));
        for (usage, _) in self.usage.iter_mut().zip(gone).filter(|(_, gone)| **gone) {
            *usage = Usage::default();
        }
    }
}
