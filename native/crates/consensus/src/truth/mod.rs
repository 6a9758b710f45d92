//! From votes to answers: the methods, and the choice among them.

mod answers;
mod bwa;
mod choose;
mod coin;
mod confusion;
mod dirichlet;
mod fit;
mod glad;
mod infer;
mod look;
mod lot;
mod mace;
mod method;
mod one_coin;
mod pairs;
mod prepared;
mod product;
mod support;

pub(crate) use answers::{answers, majority};
pub(crate) use coin::Slots;
pub(crate) use fit::{Fit, Posterior, Rounds};
pub(crate) use infer::of;
pub use infer::{InferError, InferOptions, Inference, Skill, infer};
pub use method::Method;
pub(crate) use prepared::MOST_CELLS;
