use crate::ballots::Ballots;
use crate::truth::{Fit, MOST_CELLS, Posterior, Rounds, Slots, answers};
use crate::{Answer, Vote};

/// What a label that a worker never gave costs, so that one surprise does not rule a class out for ever where
/// [`Options::smoothing`] is 0: the logarithm of a very small probability instead of minus infinity.
const NEVER: f64 = -690.0;

/// How the estimate is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Rounds at most. Default 100.
    pub max_iterations: u32,
    /// Stop when no posterior moves by more than this in a round. Default 1e-6.
    pub tolerance: f64,
    /// Votes of each label added to every row of every worker's confusion matrix, so that few votes do not prove
    /// certainty. 0 is the estimator of 1979. Default 0.1.
    pub smoothing: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_iterations: 100, tolerance: 1e-6, smoothing: 0.1 }
    }
}

/// An option outside its range, or too many labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionsError {
    /// `max_iterations` is 0.
    MaxIterations,
    /// `tolerance` is negative or not a number.
    Tolerance,
    /// `smoothing` is negative, infinite or not a number.
    Smoothing,
    /// There are so many workers and labels that their confusion matrices would take hundreds of megabytes.
    TooLarge,
}

impl std::fmt::Display for OptionsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MaxIterations => "max_iterations must be at least 1",
            Self::Tolerance => "tolerance must be 0 or more",
            Self::Smoothing => "smoothing must be a finite number, 0 or more",
            Self::TooLarge => "too many labels for a confusion matrix a worker",
        })
    }
}

impl std::error::Error for OptionsError {}

/// What was learned about one worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker<'a> {
    /// Who.
    pub worker: &'a str,
    /// How often this worker is right, over the estimated mix of classes.
    pub accuracy: f64,
    /// Row: the true label. Column: the label given. Each row sums to 1. Order of [`DawidSkene::labels`].
    pub confusion: Vec<Vec<f64>>,
}

/// The estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct DawidSkene<'a> {
    /// One for each item, in byte order of their names.
    pub answers: Vec<Answer<'a>>,
    /// The posterior of each item over [`labels`](Self::labels), in the order of the answers.
    pub posteriors: Vec<Vec<f64>>,
    /// All labels, in byte order.
    pub labels: Vec<&'a str>,
    /// How frequent each label is among the items.
    pub prevalence: Vec<f64>,
    /// All workers, in byte order of their names.
    pub workers: Vec<Worker<'a>>,
    /// Rounds made.
    pub iterations: u32,
    /// The posteriors came to rest before the rounds were used up.
    pub converged: bool,
}

/// Estimates the true label of each item and the error rates of each worker by expectation–maximization.
///
/// A. P. Dawid and A. M. Skene, *Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm*,
/// Applied Statistics 28 (1979), 20–28; begun from the shares of the votes (their equation 3.1). The method takes
/// errors of different workers as independent: where they are not, as with language models, it is too sure of itself.
///
/// # Errors
/// [`OptionsError`] when an option is outside its range, or there are too many labels.
pub fn dawid_skene<'a>(votes: &[Vote<'a>], options: Options) -> Result<DawidSkene<'a>, OptionsError> {
    of(&Ballots::read(votes), options)
}

pub(crate) fn of<'a>(ballots: &Ballots<'a>, options: Options) -> Result<DawidSkene<'a>, OptionsError> {
    check(options)?;
    if cells(ballots) > MOST_CELLS {
        return Err(OptionsError::TooLarge);
    }
    let (model, rounds) = estimate(ballots, options);
    Ok(model.report(ballots, rounds))
}

/// The posteriors alone.
pub(crate) fn fit(ballots: &Ballots<'_>, options: Options) -> Fit {
    let (model, rounds) = estimate(ballots, options);
    Fit { posterior: Posterior::All(model.posteriors), rounds, evidence: None }
}

/// Numbers in the largest tables: items × labels and workers × labels × labels.
pub(crate) fn cells(ballots: &Ballots<'_>) -> usize {
    let classes = ballots.labels.len();
    ballots.workers.len().saturating_mul(classes).saturating_add(ballots.items.len()).saturating_mul(classes)
}

fn estimate(ballots: &Ballots<'_>, options: Options) -> (Model, Rounds) {
    let mut model = Model::new(ballots);
    let mut rounds = Rounds { made: 0, converged: ballots.items.is_empty() };
    while !rounds.converged && rounds.made < options.max_iterations {
        rounds.made += 1;
        model.maximize(ballots, options.smoothing);
        rounds.converged = model.expect(ballots) <= options.tolerance;
    }
    (model, rounds)
}

fn check(options: Options) -> Result<(), OptionsError> {
    let at_least_zero = |value: f64| value >= 0.0;
    if options.max_iterations == 0 {
        Err(OptionsError::MaxIterations)
    } else if !at_least_zero(options.tolerance) {
        Err(OptionsError::Tolerance)
    } else if !at_least_zero(options.smoothing) || options.smoothing.is_infinite() {
        Err(OptionsError::Smoothing)
    } else {
        Ok(())
    }
}

/// Parameters and posteriors, flat.
struct Model {
    classes: usize,
    /// items × classes
    posteriors: Vec<f64>,
    /// classes
    prevalence: Vec<f64>,
    /// workers × given label × true class, so that one vote reads one run of memory. A row whose class this worker
    /// cannot have met (no weight and no smoothing) is zero.
    confusion: Vec<f64>,
}

impl Model {
    fn new(ballots: &Ballots<'_>) -> Self {
        let classes = ballots.labels.len();
        let mut posteriors = vec![0.0; ballots.items.len() * classes];
        for (marks, posterior) in ballots.rows().zip(posteriors.chunks_exact_mut(classes.max(1))) {
            for mark in marks {
                posterior[mark.label] += 1.0 / marks.len() as f64;
            }
        }
        Self {
            classes,
            posteriors,
            prevalence: vec![0.0; classes],
            confusion: vec![0.0; ballots.workers.len() * classes * classes],
        }
    }

    fn rows<'a, 'b>(
        &'a self,
        ballots: &'b Ballots<'_>,
    ) -> impl Iterator<Item = (&'b [crate::ballots::Mark], &'a [f64])> {
        ballots.rows().zip(self.posteriors.chunks_exact(self.classes.max(1)))
    }

    /// Prevalence and confusion from the posteriors (equations 2.3 and 2.4).
    fn maximize(&mut self, ballots: &Ballots<'_>, smoothing: f64) {
        let classes = self.classes;
        let mut prevalence = vec![0.0; classes];
        let mut confusion = vec![smoothing; self.confusion.len()];
        for (marks, posterior) in self.rows(ballots) {
            add(&mut prevalence, posterior);
            for mark in marks {
                let at = (mark.worker * classes + mark.label) * classes;
                add(&mut confusion[at..at + classes], posterior);
            }
        }
        for share in &mut prevalence {
            *share /= ballots.items.len() as f64;
        }
        let mut totals = vec![0.0; classes];
        for worker in confusion.chunks_exact_mut((classes * classes).max(1)) {
            totals.fill(0.0);
            for given in worker.chunks_exact(classes) {
                add(&mut totals, given);
            }
            for given in worker.chunks_exact_mut(classes) {
                for (rate, total) in given.iter_mut().zip(&totals) {
                    *rate = if *total > 0.0 { *rate / total } else { 0.0 };
                }
            }
        }
        (self.prevalence, self.confusion) = (prevalence, confusion);
    }

    /// Posteriors from prevalence and confusion (equation 2.5), in logarithms. Returns the largest change.
    fn expect(&mut self, ballots: &Ballots<'_>) -> f64 {
        let classes = self.classes;
        let log = |probability: &f64| if *probability > 0.0 { probability.ln().max(NEVER) } else { NEVER };
        let prevalence: Vec<f64> = self.prevalence.iter().map(log).collect();
        let confusion: Vec<f64> = self.confusion.iter().map(log).collect();
        let mut change = 0.0_f64;
        let mut next = vec![0.0; classes];
        for (marks, posterior) in ballots.rows().zip(self.posteriors.chunks_exact_mut(classes.max(1))) {
            next.copy_from_slice(&prevalence);
            for mark in marks {
                let at = (mark.worker * classes + mark.label) * classes;
                add(&mut next, &confusion[at..at + classes]);
            }
            let top = next.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut total = 0.0;
            for value in &mut next {
                *value = (*value - top).exp();
                total += *value;
            }
            for (old, new) in posterior.iter_mut().zip(&next) {
                let new = new / total;
                change = change.max((*old - new).abs());
                *old = new;
            }
        }
        change
    }

    fn report<'a>(self, ballots: &Ballots<'a>, rounds: Rounds) -> DawidSkene<'a> {
        let classes = self.classes;
        let posteriors: Vec<Vec<f64>> = self.rows(ballots).map(|(_, posterior)| posterior.to_vec()).collect();
        let workers = ballots.workers.iter().zip(self.confusion.chunks_exact((classes * classes).max(1)));
        let workers = workers.map(|(worker, rates)| {
            let rate = |truth: usize, given: usize| rates[given * classes + truth];
            let confusion = (0..classes).map(|truth| (0..classes).map(|given| rate(truth, given)).collect()).collect();
            let accuracy = self.prevalence.iter().enumerate().map(|(truth, share)| share * rate(truth, truth)).sum();
            Worker { worker, accuracy, confusion }
        });
        let workers = workers.collect();
        DawidSkene {
            answers: answers(ballots, &Slots::new(ballots), &Posterior::All(self.posteriors), 0),
            posteriors,
            labels: ballots.labels.clone(),
            prevalence: self.prevalence,
            workers,
            iterations: rounds.made,
            converged: rounds.converged,
        }
    }
}

fn add(to: &mut [f64], from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
