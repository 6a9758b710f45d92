//! Which method suits these votes, without any answers that are known to be right.

use super::fit::{Fit, Limits};
use super::infer::InferError;
use super::lot::lot;
use super::method::Method;
use super::prepared::Prepared;
use crate::ballots::Ballots;

/// Votes from which models are compared; of more, a sample of items is taken.
const SAMPLE: usize = 30_000;
/// Evidence that decides, in nats: R. E. Kass and A. E. Raftery, *Bayes Factors*, JASA 90 (1995), take 2 ln B > 10
/// as very strong.
const DECISIVE: f64 = 5.0;

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
/// 1. Do workers err together? EBCC against iBCC, which is EBCC with one kind of item, all priors alike. Decisive
///    evidence for EBCC takes EBCC: a method that believes errors independent counts one error many times.
/// 2. Else, do workers confuse labels in ways of their own, or do they know or guess? Hierarchical Dawid–Skene against
///    hierarchical MACE, the one with more evidence.
///
/// Nothing in the rule was fitted to data sets: the priors of iBCC and EBCC are those of their authors, those of the
/// other two are learned from the votes at hand. Where no worker has two votes or no item two workers, there is
/// nothing to learn and the majority answers.
pub(crate) fn choose(votes: &Prepared<'_>, seed: u64, limits: Limits) -> Result<Choice, InferError> {
    if let Some(because) = nothing_to_learn(&votes.ballots) {
        let fit = votes.fit(Method::Majority, seed, limits)?;
        return Ok(Choice { method: Method::Majority, fit, because: because.to_owned() });
    }
    let part = (votes.ballots.marks.len() > SAMPLE).then(|| sample(&votes.ballots));
    let judged = part.as_ref().unwrap_or(votes);
    let of =
        if part.is_some() { format!(" on a sample of {} items", judged.ballots.items.len()) } else { String::new() };
    let (method, fit, because) = compare(judged, seed, limits)?;
    let fit = if part.is_some() || method == Method::Ebcc { votes.fit(method, seed, limits)? } else { fit };
    Ok(Choice { method, fit, because: format!("{because}{of}") })
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

fn compare(votes: &Prepared<'_>, seed: u64, limits: Limits) -> Result<(Method, Fit, String), InferError> {
    let guessing = votes.fit(Method::HierarchicalMace, seed, limits)?;
    if !votes.fits(Method::HierarchicalDawidSkene) {
        let because = "there are too many labels for a confusion matrix a worker".to_owned();
        return Ok((Method::HierarchicalMace, guessing, because));
    }
    let mut together = String::new();
    if votes.fits(Method::Ebcc) {
        let apart = evidence(&votes.fit(Method::Ibcc, seed, limits)?);
        let joint = votes.correlated(seed, limits);
        let more = evidence(&joint) - apart;
        if more > DECISIVE {
            let because = format!("workers err together: {more:.1} nats more evidence for ebcc than for ibcc");
            return Ok((Method::Ebcc, joint, because));
        }
        together = format!("; workers do not plainly err together: {more:.1} nats for ebcc over ibcc");
    }
    let confusing = votes.fit(Method::HierarchicalDawidSkene, seed, limits)?;
    let more = evidence(&confusing) - evidence(&guessing);
    Ok(if more >= 0.0 {
        let because = format!(
            "workers have confusions of their own: {more:.1} nats more evidence than for hierarchical-mace{together}"
        );
        (Method::HierarchicalDawidSkene, confusing, because)
    } else {
        let because = format!(
            "workers know or guess: {:.1} nats more evidence than for hierarchical-dawid-skene{together}",
            -more
        );
        (Method::HierarchicalMace, guessing, because)
    })
}

fn evidence(fit: &Fit) -> f64 {
    fit.evidence.unwrap_or(f64::NEG_INFINITY)
}

/// About [`SAMPLE`] votes: all those of items drawn by lot.
fn sample<'a>(ballots: &Ballots<'a>) -> Prepared<'a> {
    let share = SAMPLE as f64 / ballots.marks.len() as f64;
    Prepared::new(ballots.of_items(|item| (lot(0, item, "") as f64) < share * u64::MAX as f64))
}
