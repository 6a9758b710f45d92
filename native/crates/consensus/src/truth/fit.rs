//! What every method gives, and how its rounds are bounded.

use super::coin::{Beliefs, Slots, unseen};

/// When to stop.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) rounds: u32,
    /// The mean change of an item's beliefs in a round at which they count as at rest.
    pub(crate) tolerance: f64,
}

/// Rounds made, and whether beliefs came to rest.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) made: u32,
    pub(crate) converged: bool,
}

impl Limits {
    /// Repeats a round, which gives the mean change of an item's beliefs, until that is small.
    pub(crate) fn run(self, mut round: impl FnMut() -> f64) -> Rounds {
        for made in 1..=self.rounds {
            if round() <= self.tolerance {
                return Rounds { made, converged: true };
            }
        }
        Rounds { made: self.rounds, converged: false }
    }
}

/// How likely each label is for each item.
pub(crate) enum Posterior {
    /// items × classes
    All(Vec<f64>),
    /// Of the labels that an item was given, and of all others together.
    Given(Beliefs),
}

/// What a method found.
pub(crate) struct Fit {
    pub(crate) posterior: Posterior,
    pub(crate) rounds: Rounds,
    /// A lower bound on the logarithm of the probability of all votes, where the method has one.
    pub(crate) evidence: Option<f64>,
}

impl Posterior {
    /// items × classes, `classes` of them.
    pub(crate) fn all(&self, slots: &Slots, classes: usize) -> Vec<f64> {
        match self {
            Self::All(values) => values.clone(),
            Self::Given(Beliefs { share, rest, prior }) => {
                let mut values = Vec::with_capacity(rest.len() * classes);
                for (own, rest) in slots.rows().zip(rest) {
                    let start = values.len();
                    let unseen = unseen(prior, &slots.labels[own.clone()]);
                    let scale = if unseen > 0.0 { rest / unseen } else { 0.0 };
                    values.extend(prior.iter().map(|prior| prior * scale));
                    for slot in own {
                        values[start + slots.labels[slot]] = share[slot];
                    }
                }
                values
            }
        }
    }
}

/// Scales numbers, as to a sum of 1.
pub(crate) fn divide(values: &mut [f64], by: f64) {
    for value in values {
        *value /= by;
    }
}
