use super::bwa::bwa;
use super::coin::{Beliefs, Slots};
use super::confusion::{self, Design, confusion};
use super::fit::{Fit, Limits, Posterior, Rounds};
use super::glad::glad;
use super::infer::InferError;
use super::mace::{self, mace};
use super::method::Method;
use super::one_coin::one_coin;
use super::pairs::Pairs;
use crate::ballots::Ballots;
use crate::dawid_skene::{self, Options};

/// Numbers of 8 bytes that one table of a fit may have: 128 MiB.
pub(crate) const MOST_CELLS: usize = 1 << 24;
/// Votes times labels that one round of a fit may look at.
const MOST_WORK: usize = 1 << 28;
/// How often EBCC begins anew, to keep the run with the most evidence.
const RESTARTS: u64 = 3;

/// Votes with all that fits look up.
pub(crate) struct Prepared<'a> {
    pub(crate) ballots: Ballots<'a>,
    pub(crate) slots: Slots,
    pub(crate) pairs: Pairs,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(ballots: Ballots<'a>) -> Self {
        let (slots, pairs) = (Slots::new(&ballots), Pairs::new(&ballots));
        Self { ballots, slots, pairs }
    }

    /// Whether a method would take too much memory or time.
    pub(crate) fn fits(&self, method: Method) -> bool {
        let classes = self.ballots.labels.len();
        let (cells, most) = match method {
            Method::Majority | Method::OneCoin | Method::Glad | Method::Mace | Method::HierarchicalMace => (0, 0),
            Method::Bwa => (self.ballots.marks.len().saturating_mul(classes), MOST_WORK),
            Method::DawidSkene => (dawid_skene::cells(&self.ballots), MOST_CELLS),
            Method::Ibcc | Method::HierarchicalDawidSkene => {
                (confusion::cells(&self.ballots, &self.pairs, 1), MOST_CELLS)
            }
            Method::Ebcc => (confusion::cells(&self.ballots, &self.pairs, confusion::EBCC.groups), MOST_CELLS),
        };
        cells <= most
    }

    pub(crate) fn fit(&self, method: Method, seed: u64, limits: Limits) -> Result<Fit, InferError> {
        if !self.fits(method) {
            return Err(InferError::TooLarge(method));
        }
        let Self { ballots, slots, pairs } = self;
        // Without votes there is nothing to fit.
        let method = if ballots.items.is_empty() { Method::Majority } else { method };
        Ok(match method {
            Method::Majority => Beliefs::of_votes(ballots, slots).fit(Rounds { made: 1, converged: true }, None),
            Method::DawidSkene => dawid_skene::fit(
                ballots,
                Options { max_iterations: limits.rounds, tolerance: limits.tolerance, ..Options::default() },
            ),
            Method::OneCoin => one_coin(ballots, slots, limits),
            Method::Glad => glad(ballots, slots, limits),
            Method::Mace => mace(ballots, slots, pairs, mace::Prior::Published, limits),
            Method::HierarchicalMace => mace(ballots, slots, pairs, mace::Prior::Learned, limits),
            Method::Ibcc => self.matrices(&confusion::IBCC, limits),
            Method::HierarchicalDawidSkene => self.matrices(&confusion::HIERARCHICAL, limits),
            Method::Bwa => bwa(ballots, slots, limits),
            Method::Ebcc => {
                let mut best = self.correlated(seed, limits);
                for restart in 1..RESTARTS {
                    let other = self.correlated(seed.wrapping_add(restart), limits);
                    if other.evidence > best.evidence {
                        best = other;
                    }
                }
                best
            }
        })
    }

    /// EBCC from one random start.
    pub(crate) fn correlated(&self, seed: u64, limits: Limits) -> Fit {
        self.matrices(&Design { seed, ..confusion::EBCC }, limits)
    }

    fn matrices(&self, design: &Design, limits: Limits) -> Fit {
        let start = Posterior::Given(Beliefs::of_votes(&self.ballots, &self.slots));
        confusion(&self.ballots, &self.pairs, design, start.all(&self.slots, self.ballots.labels.len()), limits)
    }
}
