//! Many votes, one answer for each item, and how sure it is.
//!
//! [`majority`] counts. [`dawid_skene`] also learns how good each worker is from how the workers agree. Both depend
//! only on which votes there are, not on their order, and settle ties alike: the label first in byte order wins.

mod ballots;
mod dawid_skene;
mod majority;

pub use dawid_skene::{DawidSkene, Options, OptionsError, Worker, dawid_skene};
pub use majority::majority;

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
    /// Majority: the share of the votes. Dawid–Skene: the posterior probability. Between 0 and 1.
    pub confidence: f64,
    /// Other labels did as well; this one is first in byte order.
    pub tie: bool,
}
