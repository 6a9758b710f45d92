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
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Numbers of 8 bytes that one table of a fit may have: 128 MiB.
pub(crate) const MOST_CELLS: usize = 1 << 24;
/// Numbers of a table of which several may be there at once: 16 MiB each.
const FEW_CELLS: usize = 1 << 21;
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
            Method::Ebcc => (confusion::cells(&self.ballots, &self.pairs, confusion::EBCC.kinds), MOST_CELLS),
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
            Method::Ebcc => self.restarted(self.correlated(seed, limits), seed, limits),
        })
    }

    /// EBCC from one random start.
    pub(crate) fn correlated(&self, seed: u64, limits: Limits) -> Fit {
        self.matrices(&Design { seed, ..confusion::EBCC }, limits)
    }

    /// EBCC from the other random starts: the run with the most evidence, of which the first is given.
    pub(crate) fn restarted(&self, first: Fit, seed: u64, limits: Limits) -> Fit {
        let starts: Vec<u64> = (1..RESTARTS).map(|restart| seed.wrapping_add(restart)).collect();
        let others = side_by_side(&starts, self.small(), |start| self.correlated(*start, limits));
        others.into_iter().fold(first, |best, other| if other.evidence > best.evidence { other } else { best })
    }

    /// Whether several fits may hold their tables at once.
    pub(crate) fn small(&self) -> bool {
        confusion::cells(&self.ballots, &self.pairs, confusion::EBCC.kinds) <= FEW_CELLS
    }

    fn matrices(&self, design: &Design, limits: Limits) -> Fit {
        let start = Posterior::Given(Beliefs::of_votes(&self.ballots, &self.slots));
        confusion(&self.ballots, &self.pairs, design, start.all(&self.slots, self.ballots.labels.len()), limits)
    }
}

/// Does jobs at once where `many` says so, on as many threads as there are processors, this one among them: each takes
/// the next job when it is done with one, so that the longest should come first. What they give does not depend on it.
/// What a thread that fails, or that cannot be had, would have done is done here.
pub(crate) fn side_by_side<J: Sync, T: Send>(jobs: &[J], many: bool, work: impl Fn(&J) -> T + Sync) -> Vec<T> {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    if !many {
        return jobs.iter().map(work).collect();
    }
    let processors = *PROCESSORS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from));
    let next = AtomicUsize::new(0);
    let take = || {
        let taken = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(at).map(|job| (at, work(job)))
        });
        taken.collect::<Vec<_>>()
    };
    let mut done: Vec<Option<T>> = jobs.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let others = processors.min(jobs.len()).saturating_sub(1);
        let started: Vec<_> =
            (0..others).map_while(|_| std::thread::Builder::new().spawn_scoped(scope, take).ok()).collect();
        let own = take();
        let theirs = started.into_iter().filter_map(|thread| thread.join().ok()).flatten();
        theirs.chain(own).for_each(|(at, one)| done[at] = Some(one));
    });
    jobs.iter().zip(done).map(|(job, one)| one.unwrap_or_else(|| work(job))).collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn jobs_give_the_same_at_once_and_one_by_one() {
        let work = |job: &u64| (0..1000).fold(*job, |sum, at| sum.wrapping_mul(31).wrapping_add(at));
        for jobs in [vec![], vec![7], vec![1, 2, 3, 4, 5]] {
            let expected: Vec<u64> = jobs.iter().map(work).collect();
            assert_eq!(side_by_side(&jobs, true, work), expected);
            assert_eq!(side_by_side(&jobs, false, work), expected);
        }
    }
}
