//! How often and how long ago each symbol came.

use crate::mixture::Round;
use crate::symbols::Symbol;

/// How many of the latest, and of the most frequent, symbols are proposed for every prediction.
pub(crate) const LATEST: usize = 40;
pub(crate) const FREQUENT: usize = 24;
/// Per observation: what fades of a count, slowly for frequencies, in about 12 and 100 observations for what is current.
const KEEP: [f32; 3] = [0.9995, 0.92, 0.99];
/// What is kept after an age, by its digits to the base of 128: looked up, as each prediction asks for hundreds.
static KEPT: [[[f32; 128]; 3]; 3] = [kept(KEEP[0]), kept(KEEP[1]), kept(KEEP[2])];
/// Beyond it all is faded.
const OLDEST: u32 = 1 << 20;

#[allow(clippy::cast_possible_truncation)] // computed in more digits than are kept
const fn kept(keep: f32) -> [[f32; 128]; 3] {
    let mut tables = [[1.0; 128]; 3];
    let mut step = keep as f64;
    let mut digit = 0;
    while digit < 3 {
        let mut power = 1.0;
        let mut at = 0;
        while at < 128 {
            tables[digit][at] = power as f32;
            power *= step;
            at += 1;
        }
        step = power;
        digit += 1;
    }
    tables
}

/// Faded counts: slow, quick, and between.
pub(crate) type Counts = [f32; 3];

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// As of `at`.
    pub(crate) counts: Counts,
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

    /// The counts of a symbol, faded until now.
    pub(crate) fn counts(&self, symbol: Symbol) -> Counts {
        let Some(usage) = self.usage.get(usize::from(symbol)) else { return [0.0; 3] };
        let age = self.now.wrapping_sub(usage.at).min(OLDEST) as usize;
        let [low, middle, high] = [age & 127, (age >> 7) & 127, age >> 14];
        std::array::from_fn(|kind| {
            let [ones, tens, hundreds] = &KEPT[kind];
            usage.counts[kind] * (ones[low] * tens[middle] * hundreds[high])
        })
    }

    /// The share in what came of a symbol with these counts; never 0.
    pub(crate) fn frequency(&self, counts: Counts) -> f32 {
        (1.0 - self.novelty()) * (counts[0] + 0.05) / (self.sums[0] + 1.0)
    }

    pub(crate) fn propose(&self, round: &mut Round) {
        for symbol in self.latest.iter().chain(&self.frequent) {
            round.propose(*symbol);
        }
    }

    /// Says what is current, in a short and in a longer span. `counts`: those of the candidates.
    pub(crate) fn speak(&self, round: &mut Round, counts: &[Counts], quick: usize, slow: usize) {
        for (expert, kind) in [(quick, 1), (slow, 2)] {
            let backing = 1.0;
            let sum = self.sums[kind] + backing;
            round.hear_shares(expert, 0, |place, base| {
                (counts.get(place).map_or(0.0, |counts| counts[kind]) + backing * base) / sum
            });
        }
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

#[cfg(test)]
mod tests {
    use super::{KEEP, OLDEST, Recency};

    #[test]
    fn what_is_looked_up_is_the_power() {
        let mut recency = Recency::new();
        recency.add(Some(3), false);
        for age in [0, 1, 2, 127, 128, 129, 1_000, 16_383, 16_384, 70_001, OLDEST, u32::MAX] {
            recency.now = 1_u32.wrapping_add(age);
            let power = KEEP.map(|keep| f64::from(keep).powf(f64::from(age.min(OLDEST))));
            for (found, power) in recency.counts(3).into_iter().zip(power) {
                assert!((f64::from(found) - power).abs() <= power * 1e-3 + 1e-30, "{age}: {found}, not {power}");
            }
        }
    }
}
