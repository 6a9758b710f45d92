//! Many votes, one answer for each item, and how sure it is.
//!
//! [`infer`] finds the likeliest answers by one of ten methods, or by the one that suits the votes. [`majority`]
//! counts; [`dawid_skene`] also tells each worker's confusions. All depend only on which votes there are, not on their
//! order, and settle ties alike: by a lot drawn from the names of the item and the labels.
//!
//! [`panel`] answers for a panel of language models, [`text`] finds what several texts agree on, [`rankings`] and
//! [`numbers`] make one of many.

mod ballots;
pub mod csv;
mod dawid_skene;
mod majority;
pub mod numbers;
pub mod panel;
pub mod rankings;
mod table;
pub mod text;
mod truth;

pub use dawid_skene::{DawidSkene, Options, OptionsError, Worker, dawid_skene};
pub use majority::majority;
pub use table::{Table, TableError, without_repeats};
pub use truth::{InferError, InferOptions, Inference, Method, Skill, infer};

/// One worker's label for one item. A worker may vote on an item more than once; each vote counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vote<'a> {
    /// What is judged.
    pub item: &'a str,
    /// Who judges.
    pub worker: &'a str,
    /// The judgement.
    pub label: &'a str,
}

/// The answer for one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'a> {
    /// What was judged.
    pub item: &'a str,
    /// The label that won.
    pub label: &'a str,
    /// Majority: the share of the votes. Else the posterior probability. Between 0 and 1.
    pub confidence: f64,
    /// Other labels did as well; this one was drawn by lot.
    pub tie: bool,
}
