//! Free text from several members, made one answer.
//!
//! [`settle`] puts answers that say the same into one group, chooses the group with the most weight, and gives its
//! medoid: the member's own words that are most like those of the others. Markdown is taken off; numbers are compared
//! with their units, dates by their day, code by its tokens, words by stems and neighbours. Where a text says which part
//! is its answer (`Answer: …`, `\boxed{…}`), that part is compared.
//!
//! Never in one group: texts whose numbers differ, one of which denies what the other says, that hold contraries
//! (`enable`, `disable`), other code, or names of which each lacks one of the other. So a wrong group is split rather
//! than merged; what falls short is paraphrase, which needs a model.

mod cluster;
mod compare;
mod dates;
mod markdown;
mod meaning;
mod words;

pub use cluster::settle;
pub use compare::Difference;

use std::fmt;

/// Answers at most.
pub const MAX_ANSWERS: usize = 200;
/// Bytes of one answer at most.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Why answers were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextError {
    /// None, or more than [`MAX_ANSWERS`].
    Count(usize),
    /// An answer longer than [`MAX_ANSWER_BYTES`].
    Long {
        /// Which, from 0.
        at: usize,
        /// Its bytes.
        bytes: usize,
    },
    /// A weight is negative or not a number.
    Weight(usize),
    /// The threshold does not lie above 0 and up to 1.
    Threshold,
}

impl fmt::Display for TextError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(out, "1 to {MAX_ANSWERS} answers can be settled, not {count}"),
            Self::Long { at, bytes } => write!(out, "answer {at} has {bytes} bytes; {MAX_ANSWER_BYTES} at most"),
            Self::Weight(at) => write!(out, "the weight of answer {at} must be a finite number, not negative"),
            Self::Threshold => out.write_str("the threshold must lie above 0 and not above 1"),
        }
    }
}

impl std::error::Error for TextError {}

/// One member's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said<'a> {
    /// The words.
    pub text: &'a str,
    /// How much the member counts; 1 is usual.
    pub weight: f64,
}

/// Answers that say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Who, by place in the caller's list.
    pub members: Vec<usize>,
    /// Whose words stand for the group.
    pub medoid: usize,
    /// Their share of the weight of all that answered.
    pub share: f64,
    /// What sets the medoid apart from the chosen answer; empty for the chosen group.
    pub differs: Vec<Difference>,
}

/// One answer from many.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The groups, the chosen one first, the others by weight.
    pub groups: Vec<Group>,
    /// Who said nothing (an empty text).
    pub silent: Vec<usize>,
    /// How likely it is that another panel of such members would choose the same: the share of the chosen group, with half
    /// a vote of doubt each way; 0 where nobody answered.
    pub confidence: f64,
    /// Another group has as much weight.
    pub tie: bool,
    /// How it was reached.
    pub reached: Reached,
}

/// How an answer was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// All that answered say the same.
    Unanimous,
    /// The chosen group has more than half of the weight.
    Majority,
    /// It has the most, not more than half.
    Plurality,
    /// Another group has as much; the first in byte order was taken.
    Tie,
    /// Nobody said anything.
    NoAnswer,
}

impl Reached {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unanimous => "unanimous",
            Self::Majority => "majority",
            Self::Plurality => "plurality",
            Self::Tie => "tie",
            Self::NoAnswer => "no-answer",
        }
    }
}
