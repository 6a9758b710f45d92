use super::answers::{accuracies, answers};
use super::choose::{Choice, choose};
use super::fit::Limits;
use super::method::Method;
use super::prepared::Prepared;
use crate::ballots::Ballots;
use crate::{Answer, Vote};

/// How answers are sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InferOptions {
    /// The method; none: the one that suits the votes.
    pub method: Option<Method>,
    /// Seeds EBCC's random start and the lots that settle ties. Default 0.
    pub seed: u64,
    /// Rounds at most, of each fit. Default 200.
    pub max_iterations: u32,
    /// Stop when the beliefs about an item change by less than this in a round, on average (for Dawid–Skene: when no
    /// belief changes by more). Default 1e-3.
    pub tolerance: f64,
}

impl Default for InferOptions {
    fn default() -> Self {
        Self { method: None, seed: 0, max_iterations: 200, tolerance: 1e-3 }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InferError {
    /// `max_iterations` is 0.
    MaxIterations,
    /// `tolerance` is negative or not a number.
    Tolerance,
    /// There are so many labels that this method would take hundreds of megabytes, or hours.
    TooLarge(Method),
}

impl std::fmt::Display for InferError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MaxIterations => f.write_str("max_iterations must be at least 1"),
            Self::Tolerance => f.write_str("tolerance must be 0 or more"),
            Self::TooLarge(method) => {
                write!(
                    f,
                    "too many labels for {method}; majority, one-coin, glad, mace and hierarchical-mace take them"
                )
            }
        }
    }
}

impl std::error::Error for InferError {}

/// What was learned about one worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Skill<'a> {
    /// Who.
    pub worker: &'a str,
    /// Votes given.
    pub votes: usize,
    /// How likely the labels are that this worker gave, on average. Between 0 and 1.
    pub accuracy: f64,
}

/// Answers, and how they were reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference<'a> {
    /// The method that was used.
    pub method: Method,
    /// Why this one, and whether the majority answers where no others bear it out.
    pub chosen_because: String,
    /// Rounds made.
    pub iterations: u32,
    /// Beliefs came to rest before the rounds were used up.
    pub converged: bool,
    /// A lower bound on the logarithm of the probability of the votes, in nats, where the method has one.
    pub evidence: Option<f64>,
    /// One for each item, in byte order of their names; `confidence` is the share of the votes (majority, also
    /// where a choice leaves an item to it) or the posterior probability, which is too sure where workers err together and the method does not know of it.
    pub answers: Vec<Answer<'a>>,
    /// All workers, in byte order of their names.
    pub workers: Vec<Skill<'a>>,
}

/// The likeliest label of each item, by one method or by the one that suits the votes. Depends only on which votes
/// there are, not on their order. A worker's several votes on one item all count.
///
/// ```
/// # use consensus::{InferOptions, Vote, infer};
/// let vote = |item, worker, label| Vote { item, worker, label };
/// let votes = [vote("1", "a", "yes"), vote("1", "b", "yes"), vote("2", "a", "no"), vote("2", "b", "no")];
/// let found = infer(&votes, InferOptions::default())?;
/// assert_eq!((found.answers[0].label, found.answers[1].label), ("yes", "no"));
/// # Ok::<_, consensus::InferError>(())
/// ```
///
/// # Errors
/// [`InferError`] when an option is outside its range, or the method would take too much memory or time.
pub fn infer<'a>(votes: &[Vote<'a>], options: InferOptions) -> Result<Inference<'a>, InferError> {
    of(Ballots::read(votes), options)
}

pub(crate) fn of(ballots: Ballots<'_>, options: InferOptions) -> Result<Inference<'_>, InferError> {
    let InferOptions { method, seed, max_iterations, tolerance } = options;
    if max_iterations == 0 {
        return Err(InferError::MaxIterations);
    }
    if tolerance.is_nan() || tolerance < 0.0 {
        return Err(InferError::Tolerance);
    }
    let limits = Limits { rounds: max_iterations, tolerance };
    let votes = Prepared::new(ballots);
    let Choice { method, fit, because } = match method {
        Some(method) => {
            Choice { method, fit: votes.fit(method, seed, limits)?, because: "it was asked for".to_owned() }
        }
        None => choose(&votes, seed, limits)?,
    };
    let accuracies = accuracies(&votes.ballots, &votes.slots, &fit.posterior);
    let counts = votes.ballots.votes_by_worker();
    let workers = votes.ballots.workers.iter().zip(accuracies).zip(counts);
    Ok(Inference {
        method,
        chosen_because: because,
        iterations: fit.rounds.made,
        converged: fit.rounds.converged,
        evidence: fit.evidence,
        answers: answers(&votes.ballots, &votes.slots, &fit.posterior, seed),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count of votes
        workers: workers.map(|((worker, accuracy), votes)| Skill { worker, votes: votes as usize, accuracy }).collect(),
    })
}
