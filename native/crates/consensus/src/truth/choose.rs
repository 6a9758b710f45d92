//! Which method suits these votes, without any answers that are known to be right.

use super::answers::answers;
use super::fit::{Fit, Limits};
use super::infer::InferError;
use super::lot::lot;
use super::method::Method;
use super::prepared::{Prepared, side_by_side};
use super::support::Departures;
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
/// The share of a method's answers unlike the majority's that others must bear out for the rest to be believed too.
const BORNE_OUT: f64 = 0.4;

/// The methods that are compared, those that take longest first.
const COMPARED: [Method; 5] =
    [Method::Ebcc, Method::HierarchicalDawidSkene, Method::HierarchicalMace, Method::Ibcc, Method::OneCoin];

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
/// 4. Do other methods bear it out? Where it answers otherwise than a clear majority, that counts as borne out if most
///    of the others (one-coin, EBCC and the two hierarchical ones; two of three) answer the same and somebody voted for
///    it. If less than 40 % of these answers are borne out, the rest are the majority's: what only one way of looking at
///    workers makes likely may explain something else than the truth. So whoever holds several models keeps to the
///    custom until they agree that another thing is better (T. F. Bewley, *Knightian Decision Theory. Part I*, Decisions
///    in Economics and Finance 25, 2002).
///
/// The priors of BWA, iBCC and EBCC are those of their authors, those of the other two are learned from the votes at
/// hand, and the 500 votes come from simulated crowds. Where no worker has two votes or no item two workers, there is
/// nothing to learn and the majority answers.
///
/// Step 4 was made with 19 public sets in sight. There, of 1,666 answers that are borne out 72 % are right, and 22 % of
/// the majority's; of 1,367 others 44 and 41 %. Its share is the one of those from 20 to 80 % that does best on 18 of
/// the sets, whichever is left out (from 30 to 70 % the mean of all is within 0.25 points). That somebody must have
/// voted for an answer is due to one set. Not better: a pool of all methods, always or weighted; all others agreeing
/// instead of most; BWA or GLAD among them; leaving out of them those with far less evidence, as evidence does not tell
/// which method is right.
///
/// What the rule cannot see: evidence tells that workers err together, not who of them is right. Where most of a crowd
/// falls for the same trap, all methods find the trap and may take it for the truth, and the majority may be better.
/// Where half of a crowd leans to one label and only matrices show it, step 4 gives up what they would win.
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
    let mut tried = Tried { votes: judged, whole: votes, seed, limits, fits: Vec::new() };
    tried.prepare(|_| true)?;
    let (method, because) = tried.compare()?;
    let because = format!("{because}{of}");
    let others = others(votes, method);
    let mut tried = if part.is_some() { Tried { votes, whole: votes, seed, limits, fits: Vec::new() } } else { tried };
    // Of two that differ, either may be the wrong one.
    if others.len() < 2 {
        return Ok(Choice { method, fit: tried.take(method)?, because });
    }
    if part.is_some() {
        tried.prepare(|one| one == method || others.contains(&one))?;
    }
    let fit = tried.take(method)?;
    let found = tried.departures(&fit, &others);
    if found.share() >= BORNE_OUT {
        return Ok(Choice { method, fit, because });
    }
    let percent = 100.0 * found.share();
    let because = format!(
        "{because}; but most other methods bear out only {percent:.0} % of its answers unlike the majority's, so the \
         rest are the majority's"
    );
    Ok(Choice { method, fit: found.without_alone(votes, &fit), because })
}

/// Fits that were made on the way to a choice.
struct Tried<'v, 'a> {
    votes: &'v Prepared<'a>,
    /// All votes, where `votes` are a sample: what they are too many for is not tried.
    whole: &'v Prepared<'a>,
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

    /// Makes the fits of those compared that are wanted, all of them at once where the votes are not too many.
    fn prepare(&mut self, wanted: impl Fn(Method) -> bool) -> Result<(), InferError> {
        let able = |method: &Method| wanted(*method) && self.whole.fits(*method);
        let wanted: Vec<Method> = COMPARED.into_iter().filter(able).collect();
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
        if !self.whole.fits(Method::HierarchicalDawidSkene) {
            let because = "there are too many labels for a confusion matrix a worker".to_owned();
            return Ok((Method::HierarchicalMace, because));
        }
        let mut together = String::new();
        if self.whole.fits(Method::Ebcc) {
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

    /// What a fit answers otherwise than the majority, held against those of others, which are made.
    fn departures(&self, fit: &Fit, others: &[Method]) -> Departures {
        let of = |method: &Method| self.fits.iter().find(|(known, _)| known == method).map(|(_, fit)| fit);
        Departures::of(self.votes, fit, &others.iter().filter_map(of).collect::<Vec<_>>(), self.seed)
    }
}

/// The methods that a chosen one is held against.
fn others(votes: &Prepared<'_>, chosen: Method) -> Vec<Method> {
    let able = |method: &Method| !matches!(method, Method::Ibcc) && *method != chosen && votes.fits(*method);
    COMPARED.into_iter().filter(able).collect()
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
    use super::{Fit, Prepared, overturned};
    use crate::Vote;
    use crate::ballots::Ballots;
    use crate::truth::{Posterior, Rounds};

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
}
