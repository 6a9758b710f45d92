//! Which method suits these votes, without any answers that are known to be right.

use super::answers::{answers, majority};
use super::fit::{Fit, Limits, Posterior, divide};
use super::infer::InferError;
use super::lot::lot;
use super::method::Method;
use super::prepared::{Prepared, side_by_side};
use crate::ballots::Ballots;

/// Votes from which models are compared; of more, a sample of items is taken.
const SAMPLE: usize = 30_000;
/// Evidence that decides, in nats: R. E. Kass and A. E. Raftery, *Bayes Factors*, JASA 90 (1995), take 2 ln B > 10
/// as very strong.
const DECISIVE: f64 = 5.0;
/// Votes below which no prior is learned from them. On simulated crowds of six kinds (workers of even, mixed, split and
/// poor accuracy, with confusions of their own, erring together; 2 to 5 labels, 3 to 9 votes an item) the choice by
/// evidence answers fewer items right than BWA below 300 votes, as many up to 600, and more from there.
const FEW: usize = 500;
/// Votes nearly agree on an item where this share of three or more is for one label.
const AGREED: f64 = 0.8;
/// The share of such items that EBCC may answer otherwise. With more, its labels have changed places: each kind of
/// items has matrices of its own, so the votes are as likely with two labels swapped within a kind.
const OVERTURNED: f64 = 0.1;
/// A method is out of line where it departs from the majority on this many times as many items as the others do in the
/// median.
const OUT_OF_LINE: f64 = 1.5;

/// A method, what it found and why it was taken.
pub(crate) struct Choice {
    pub(crate) method: Method,
    pub(crate) fit: Fit,
    pub(crate) because: String,
}

/// Chooses by evidence, the lower bound that variational Bayes gives on the logarithm of the probability of the votes
/// under a model, all parameters averaged out, so that a model pays for each parameter that it does not need (D. J. C.
/// `MacKay`, *Bayesian Interpolation*, Neural Computation 4, 1992; M. J. Beal, *Variational Algorithms for Approximate
/// Bayesian Inference*, 2003, compares models by this bound, Li et al., ICML 2019, runs of EBCC).
///
/// 1. Are there fewer than 500 votes? Then BWA, whose one weight a worker is held by a prior worth 15 votes: priors
///    learned from few votes fit their noise, and evidence does not charge for them.
/// 2. Do workers err together? EBCC against iBCC, which is EBCC with one kind of item, all priors alike. Decisive
///    evidence for EBCC takes EBCC, as a method that believes errors independent counts one error many times; unless it
///    overturns more than a tenth of the items on which votes nearly agree.
/// 3. Else, do workers confuse labels in ways of their own, or do they know or guess? Hierarchical Dawid–Skene against
///    hierarchical MACE, the one with more evidence.
///
/// 4. Is the one so chosen out of line, departing from the majority on more than 1.5 times as many items as the others
///    (one-coin, EBCC and the two hierarchical ones) in the median? Then its extra parameters may explain something else
///    than the truth: all of them and the majority answer together, each label by the sum of its probabilities, as a
///    linear opinion pool (M. Stone, *The Opinion Pool*, Annals of Mathematical Statistics 32, 1961).
///
/// The priors of BWA, iBCC and EBCC are those of their authors, those of the other two are learned from the votes at
/// hand, and the 500 votes come from simulated crowds; step 4 was added after 19 public sets were seen. Where no worker
/// has two votes or no item two workers, there is nothing to learn and the majority answers.
///
/// What the rule cannot see: evidence tells that workers err together, not who of them is right. Where most of a crowd
/// falls for the same trap, EBCC finds the trap and may take it for the truth, and the majority may be better.
pub(crate) fn choose(votes: &Prepared<'_>, seed: u64, limits: Limits) -> Result<Choice, InferError> {
    if let Some(because) = nothing_to_learn(&votes.ballots) {
        let fit = votes.fit(Method::Majority, seed, limits)?;
        return Ok(Choice { method: Method::Majority, fit, because: because.to_owned() });
    }
    let given = votes.ballots.marks.len();
    if given < FEW && votes.fits(Method::Bwa) {
        let fit = votes.fit(Method::Bwa, seed, limits)?;
        let because = format!("{given} votes are too few to learn priors from: fewer than {FEW}");
        return Ok(Choice { method: Method::Bwa, fit, because });
    }
    let part = (given > SAMPLE).then(|| sample(&votes.ballots));
    let judged = part.as_ref().unwrap_or(votes);
    let of =
        if part.is_some() { format!(" on a sample of {} items", judged.ballots.items.len()) } else { String::new() };
    let mut tried = Tried { votes: judged, seed, limits, fits: Vec::new() };
    tried.prepare()?;
    let (method, because) = tried.compare()?;
    let because = format!("{because}{of}");
    let apart = tried.out_of_line(method)?;
    let mut tried = if part.is_some() { Tried { votes, seed, limits, fits: Vec::new() } } else { tried };
    let Some(times) = apart else { return Ok(Choice { method, fit: tried.take(method)?, because }) };
    let because = format!(
        "{because}; but it departs from the majority {times:.1} times as often as others do, so all answer together"
    );
    Ok(Choice { method, fit: tried.pool(method)?, because })
}

/// Fits that were made on the way to a choice.
struct Tried<'v, 'a> {
    votes: &'v Prepared<'a>,
    seed: u64,
    limits: Limits,
    fits: Vec<(Method, Fit)>,
}

impl Tried<'_, '_> {
    /// The fit of a method, of EBCC from one start; made when it is first asked for.
    fn fit(&mut self, method: Method) -> Result<&Fit, InferError> {
        let known = self.fits.iter().position(|(known, _)| *known == method);
        let at = known.unwrap_or(self.fits.len());
        if known.is_none() {
            let fit = self.made(method)?;
            self.fits.push((method, fit));
        }
        Ok(&self.fits[at].1)
    }

    fn made(&self, method: Method) -> Result<Fit, InferError> {
        match method {
            Method::Ebcc => Ok(self.votes.correlated(self.seed, self.limits)),
            _ => self.votes.fit(method, self.seed, self.limits),
        }
    }

    /// Makes the fits that a choice looks at, all of them at once where the votes are not too many.
    fn prepare(&mut self) -> Result<(), InferError> {
        // The longest first.
        let all =
            [Method::Ebcc, Method::HierarchicalDawidSkene, Method::HierarchicalMace, Method::Ibcc, Method::OneCoin];
        let wanted: Vec<Method> = all.into_iter().filter(|method| self.votes.fits(*method)).collect();
        let made = side_by_side(&wanted, self.votes.small(), |method| self.made(*method));
        for (method, fit) in wanted.into_iter().zip(made) {
            self.fits.push((method, fit?));
        }
        Ok(())
    }

    fn evidence(&mut self, method: Method) -> Result<f64, InferError> {
        Ok(self.fit(method)?.evidence.unwrap_or(f64::NEG_INFINITY))
    }

    /// The fit to answer with: of EBCC the best of several starts.
    fn take(&mut self, method: Method) -> Result<Fit, InferError> {
        let Some(at) = self.fits.iter().position(|(known, _)| *known == method) else {
            return self.votes.fit(method, self.seed, self.limits);
        };
        let fit = self.fits.swap_remove(at).1;
        Ok(if method == Method::Ebcc { self.votes.restarted(fit, self.seed, self.limits) } else { fit })
    }

    fn compare(&mut self) -> Result<(Method, String), InferError> {
        let votes = self.votes;
        if !votes.fits(Method::HierarchicalDawidSkene) {
            let because = "there are too many labels for a confusion matrix a worker".to_owned();
            return Ok((Method::HierarchicalMace, because));
        }
        let mut together = String::new();
        if votes.fits(Method::Ebcc) {
            let more = self.evidence(Method::Ebcc)? - self.evidence(Method::Ibcc)?;
            let overturned = overturned(votes, self.fit(Method::Ebcc)?);
            if more > DECISIVE && overturned <= OVERTURNED {
                let because = format!("workers err together: {more:.1} nats more evidence for ebcc than for ibcc");
                return Ok((Method::Ebcc, because));
            }
            together = if more > DECISIVE {
                let percent = 100.0 * overturned;
                format!(
                    "; ebcc has {more:.1} nats over ibcc, but overturns {percent:.0} % of what votes nearly agree on"
                )
            } else {
                format!("; workers do not plainly err together: {more:.1} nats for ebcc over ibcc")
            };
        }
        let (confusing, guessing) = (Method::HierarchicalDawidSkene, Method::HierarchicalMace);
        let more = self.evidence(confusing)? - self.evidence(guessing)?;
        let nats = more.abs();
        Ok(if more >= 0.0 {
            (
                confusing,
                format!(
                    "workers have confusions of their own: {nats:.1} nats more evidence than for {guessing}{together}"
                ),
            )
        } else {
            (guessing, format!("workers know or guess: {nats:.1} nats more evidence than for {confusing}{together}"))
        })
    }

    /// The methods that the chosen one is held against.
    fn others(&self, chosen: Method) -> Vec<Method> {
        let all = [Method::OneCoin, Method::Ebcc, Method::HierarchicalDawidSkene, Method::HierarchicalMace];
        all.into_iter().filter(|method| *method != chosen && self.votes.fits(*method)).collect()
    }

    /// How many times as often as the others in the median a method departs from the majority, where that is too often.
    fn out_of_line(&mut self, chosen: Method) -> Result<Option<f64>, InferError> {
        let (votes, seed) = (self.votes, self.seed);
        let counted = majority(&votes.ballots);
        let departs = |fit: &Fit| {
            let found = answers(&votes.ballots, &votes.slots, &fit.posterior, seed);
            found.iter().zip(&counted).filter(|(one, other)| one.label != other.label).count() as f64
        };
        let mut elsewhere = Vec::new();
        for other in self.others(chosen) {
            elsewhere.push(departs(self.fit(other)?));
        }
        elsewhere.sort_by(f64::total_cmp);
        let middle = match elsewhere.len() {
            // Of two others each may be wrong.
            0..3 => return Ok(None),
            count => f64::midpoint(elsewhere[(count - 1) / 2], elsewhere[count / 2]),
        };
        let times = departs(self.fit(chosen)?) / middle.max(1.0);
        Ok((times > OUT_OF_LINE).then_some(times))
    }

    /// The mean of what the methods believe.
    fn pool(&mut self, chosen: Method) -> Result<Fit, InferError> {
        let (slots, classes) = (&self.votes.slots, self.votes.ballots.labels.len());
        let Fit { posterior, rounds, evidence } = self.take(chosen)?;
        let mut sum = posterior.all(slots, classes);
        let others = self.others(chosen);
        for other in others.iter().copied().chain([Method::Majority]) {
            let own = self.fit(other)?.posterior.all(slots, classes);
            sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        divide(&mut sum, (others.len() + 2) as f64);
        Ok(Fit { posterior: Posterior::All(sum), rounds, evidence })
    }
}

fn nothing_to_learn(ballots: &Ballots<'_>) -> Option<&'static str> {
    if ballots.labels.len() < 2 {
        return Some("there are no two labels to choose between");
    }
    if ballots.votes_by_worker().iter().all(|votes| *votes < 2.0) {
        return Some("no worker has two votes, so nothing is known of any");
    }
    let alone = ballots.rows().all(|marks| marks.iter().all(|mark| mark.worker == marks[0].worker));
    alone.then_some("no item has votes of two workers, so nothing tells who is right")
}

/// Of the items on which votes nearly agree, the share whose answer has fewer votes than another label.
fn overturned(votes: &Prepared<'_>, fit: &Fit) -> f64 {
    let Prepared { ballots, slots, .. } = votes;
    let (mut agreed, mut overturned) = (0.0, 0.0);
    let found = answers(ballots, slots, &fit.posterior, 0);
    for (marks, answer) in ballots.rows().zip(found) {
        let votes_for = |label: usize| marks.iter().filter(|mark| mark.label == label).count();
        let top = marks.iter().map(|mark| votes_for(mark.label)).max().unwrap_or(0);
        if marks.len() >= 3 && top as f64 >= AGREED * marks.len() as f64 {
            agreed += 1.0;
            let own = marks.iter().filter(|mark| ballots.labels[mark.label] == answer.label).count();
            overturned += f64::from(u8::from(own < top));
        }
    }
    if agreed > 0.0 { overturned / agreed } else { 0.0 }
}

/// About [`SAMPLE`] votes: all those of items drawn by lot.
fn sample<'a>(ballots: &Ballots<'a>) -> Prepared<'a> {
    let share = SAMPLE as f64 / ballots.marks.len() as f64;
    Prepared::new(ballots.of_items(|item| (lot(0, item, "") as f64) < share * u64::MAX as f64))
}

#[cfg(test)]
mod tests {
    use super::{Fit, Limits, Method, Posterior, Prepared, Tried, overturned};
    use crate::Vote;
    use crate::ballots::Ballots;
    use crate::truth::Rounds;

    #[test]
    fn answers_against_near_agreement_are_counted() {
        // Of the first two items all votes but one are alike, the third is split, and the last has too few votes.
        let rows = [("1", "aaaab"), ("2", "bbbba"), ("3", "aabba"), ("4", "aa")];
        let workers = ["u", "v", "w", "x", "y"];
        let votes: Vec<Vote<'_>> = rows
            .iter()
            .flat_map(|(item, labels)| {
                (0..labels.len()).map(|at| Vote { item, worker: workers[at], label: &labels[at..=at] })
            })
            .collect();
        let votes = Prepared::new(Ballots::read(&votes));
        let share = |a: [f64; 4]| {
            let posterior = Posterior::All(a.iter().flat_map(|a| [*a, 1.0 - a]).collect());
            overturned(&votes, &Fit { posterior, rounds: Rounds { made: 1, converged: true }, evidence: None })
        };
        for (a, expected) in [([0.9, 0.1, 0.1, 0.1], 0.0), ([0.1, 0.1, 0.9, 0.9], 0.5), ([0.1, 0.9, 0.9, 0.9], 1.0)] {
            assert!((share(a) - expected).abs() < 1e-12, "{a:?}");
        }
    }

    #[test]
    fn who_departs_much_more_than_others_is_out_of_line() {
        let rows = ["aab", "aab", "bba", "bba"];
        let names = ["1", "2", "3", "4"];
        let workers = ["u", "v", "w"];
        let votes: Vec<Vote<'_>> = names
            .iter()
            .zip(rows)
            .flat_map(|(item, labels)| {
                (0..3).map(move |at| Vote { item, worker: workers[at], label: &labels[at..=at] })
            })
            .collect();
        let votes = Prepared::new(Ballots::read(&votes));
        // How likely "a" is of each item.
        let fit = |a: [f64; 4]| {
            let posterior = Posterior::All(a.iter().flat_map(|a| [*a, 1.0 - a]).collect());
            Fit { posterior, rounds: Rounds { made: 1, converged: true }, evidence: None }
        };
        let (one, all) = ([0.9, 0.9, 0.1, 0.9], [0.2, 0.2, 0.9, 0.9]);
        let tried = |chosen: [f64; 4]| Tried {
            votes: &votes,
            seed: 0,
            limits: Limits { rounds: 1, tolerance: 0.0 },
            fits: vec![
                (Method::HierarchicalDawidSkene, fit(chosen)),
                (Method::HierarchicalMace, fit(one)),
                (Method::OneCoin, fit(one)),
                (Method::Ebcc, fit(one)),
            ],
        };
        let chosen = Method::HierarchicalDawidSkene;
        assert!(matches!(tried(one).out_of_line(chosen), Ok(None)));
        assert!(matches!(tried(all).out_of_line(chosen), Ok(Some(times)) if (times - 4.0).abs() < 1e-12));
        let Ok(Fit { posterior: Posterior::All(shares), .. }) = tried(all).pool(chosen) else { panic!("no pool") };
        // Three say 0.9, one 0.2 and the votes two thirds.
        assert!((shares[0] - (0.2 + 3.0 * 0.9 + 2.0 / 3.0) / 5.0).abs() < 1e-12, "{shares:?}");
    }
}
